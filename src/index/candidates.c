/* SPDX-License-Identifier: ISC */
#include "index/candidates.h"

#include "index/ahead.h"
#include "index/snapshot.h"
#include "math/dot.h"

#include <math.h>

/* Candidates are compared when so many have gathered, the most promising first, so many at a time; so many are asked of the disk. */
enum { GATHERED = 64, TOGETHER = 8, ANNOUNCED = 32 };

/* So many times the number that is wanted of the first candidates are likely to have most of the best among them. */
enum { ENOUGH = 2 };

/* Deviations of a refinement that are allowed for at least: it is so close that hardly anything more is compared for them. */
static const float REFINED = 3;

/* A list that candidates come from. */
struct candidates_list {
	size_t question;
	struct estimate_list list;
};

int candidates_begin(struct candidates *c, struct comparison *comparison, const struct estimator *e, float deviations, struct error *err)
{
	c->comparison = comparison;
	c->estimator = e;
	c->again = index_has_waited(comparison->ix);
	return refiner_begin(&c->refiner, index_settings(comparison->ix), fmaxf(deviations, REFINED), e, err);
}

void candidates_release(struct candidates *c)
{
	refiner_release(&c->refiner);
	bytes_release(&c->gathered);
	bytes_release(&c->lists);
}

float candidates_wanted(const struct candidates *c)
{
	return estimate_wanted(c->estimator, best_least(&c->comparison->best));
}

bool candidates_are_many(const struct candidates *c)
{
	return candidates_count(c) >= GATHERED;
}

static bool is_promising(const struct candidates *c, const struct candidate *one)
{
	return !(one->most < candidates_wanted(c));
}

/* --- refining --- */

int candidates_of_list(struct candidates *c, size_t question, const struct estimate_list *list, struct error *err)
{
	return bytes_append(&c->lists, &(struct candidates_list){question, *list}, sizeof(struct candidates_list)) < 0
	               ? error_set(err, "out of memory") : 0;
}

int candidates_locate(struct candidates *c, uint32_t list, uint32_t number, size_t entries, size_t i, struct error *err)
{
	struct candidate *all = (void *)c->gathered.data;
	const size_t count = candidates_count(c), slot = c->refiner.shape.slot;
	struct refined_block *b;

	if (!slot || i == count)
		return 0;
	if (index_refinements(c->comparison->ix, list, number, &b, err) < 0)
		return -1;
	if (b->count != entries)
		return error_set(err, "the refinements of block %u of list %u are malformed", (unsigned)number, (unsigned)list);
	if (!b->asked)
		store_fetch((struct store_value){b->slots, b->count * slot});
	const bool again = b->asked && c->again;
	b->asked = true;
	for (; i < count; i++) {
		all[i].list = (uint32_t)(c->lists.size / sizeof(struct candidates_list)) - 1;
		all[i].slot = b->slots + all[i].place * slot;
		if (again)
			store_fetch((struct store_value){all[i].slot, slot});
		else
			dot_prefetch(all[i].slot, slot);
	}
	return 0;
}

/* Estimates some anew, and leaves those that still promise enough. */
static int refine(struct candidates *c, struct candidate *some, size_t *count, struct error *err)
{
	const struct candidates_list *lists = (const void *)c->lists.data;
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++) {
		struct candidate *one = &some[i];
		if (one->slot && is_promising(c, one)) {
			if (!index_refinement_is_whole(c->comparison->ix, &c->refiner.shape, one->picture, one->slot))
				return error_set(err, "the refinement of picture %u is damaged", (unsigned)one->picture);
			one->most = refiner_figure(&c->refiner, lists[one->list].question, &lists[one->list].list, one->slot);
			c->refined++;
		}
		if (is_promising(c, one))
			some[kept++] = *one;
		else
			c->skipped = true;
	}
	*count = kept;
	return 0;
}

/* --- comparing --- */

/* From a place of the heap down: its root is the most promising. */
static void sink(struct candidate *heap, size_t count, size_t at)
{
	const struct candidate c = heap[at];

	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && heap[child + 1].most > heap[child].most)
			child++;
		if (!(heap[child].most > c.most))
			break;
		heap[at] = heap[child];
	}
	heap[at] = c;
}

static int compare_one(struct comparison *c, const struct candidate *one, const uint8_t *slot, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(c->ix);
	const uint8_t *numbers;
	uint32_t patent;
	const int got = index_vector_check(c->ix, one->picture, slot, &patent, &numbers, err);

	if (got == 0 || (got > 0 && patent != one->patent))
		return error_set(err, "picture %u is in a list it does not belong to", (unsigned)one->picture);
	return got < 0 ? -1 : comparison_offer(c, one->picture, patent, vector_bytes(s, numbers, c->scratch), err);
}

/* The vectors of some candidates: all are fetched before the first is compared. */
static int compare_together(struct candidates *c, const struct candidate *some, size_t count, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(c->comparison->ix);
	const uint8_t *slots[TOGETHER] = {NULL};
	int status = 0;

	for (size_t i = 0; i < count; i++) {
		const int got = index_vector_slot(c->comparison->ix, some[i].picture, &slots[i], err);
		if (got <= 0)
			return got < 0 ? -1 : error_set(err, "the vector of picture %u is missing", (unsigned)some[i].picture);
		dot_prefetch(slots[i], s->slot);
	}
	for (size_t i = 0; status == 0 && i < count; i++) {
		if (is_promising(c, &some[i]))
			status = compare_one(c->comparison, &some[i], slots[i], err);
		else
			c->skipped = true;
	}
	return status;
}

/* From the disk, side by side. */
static void fetch_vectors(const struct candidates *c, const struct candidate *some, size_t count)
{
	uint32_t pictures[ANNOUNCED];

	for (size_t i = 0; i < count; i++)
		pictures[i] = some[i].picture;
	index_fetch_vectors(c->comparison->ix, pictures, count, c->again);
}

/* Estimates some anew, and compares those that still promise enough, the most promising first. */
static int compare_some(struct candidates *c, struct candidate *heap, size_t count, struct error *err)
{
	int status = refine(c, heap, &count, err);

	for (size_t i = count / 2; i-- > 0;)
		sink(heap, count, i);
	while (status == 0 && count && is_promising(c, &heap[0])) {
		struct candidate some[ANNOUNCED];
		size_t n = 0;
		while (n < ANNOUNCED && count && is_promising(c, &heap[0])) {
			some[n++] = heap[0];
			heap[0] = heap[--count];
			sink(heap, count, 0);
		}
		fetch_vectors(c, some, n);
		for (size_t i = 0; status == 0 && i < n; i += TOGETHER)
			status = compare_together(c, some + i, n - i < TOGETHER ? n - i : TOGETHER, err);
	}
	c->skipped |= count > 0;
	return status;
}

/* The `wanted` most promising of more to the front, in any order (Hoare, "Find", 1961). */
static void bring_forward(struct candidate *some, size_t count, size_t wanted)
{
	size_t first = 0, last = count - 1;

	while (first < last) {
		const float pivot = some[(first + last) / 2].most;
		size_t i = first, j = last;
		for (;; i++, j--) {
			while (some[i].most > pivot)
				i++;
			while (some[j].most < pivot)
				j--;
			if (i >= j)
				break;
			const struct candidate other = some[i];
			some[i] = some[j];
			some[j] = other;
		}
		if (wanted <= i)
			last = i - 1;
		else
			first = j + 1;
	}
}

int candidates_compare(struct candidates *c, struct error *err)
{
	struct candidate *all = (void *)c->gathered.data;
	const size_t count = candidates_count(c), k = c->comparison->best.k;
	const bool any_will_do = c->comparison->best.heap_count < k;
	/* while anything is among the best, a few are looked at first: the others have to be better than those then */
	const size_t first = any_will_do && k < count / ENOUGH ? k * ENOUGH : 0;
	int status = 0;

	if (first) {
		bring_forward(all, count, first);
		status = compare_some(c, all, first, err);
	}
	if (status == 0)
		status = compare_some(c, all + first, count - first, err);
	c->gathered.size = c->lists.size = 0;
	return status;
}
