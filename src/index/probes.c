/* SPDX-License-Identifier: ISC */
#include "index/probes.h"

#include "index/coarse.h"
#include "index/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* The groups that are looked into hold at least so many times the lists that are wanted, and are at least so many. */
enum { SURPLUS = 4, LEAST_GROUPS = 4 };

/* So many keys are sorted by insertion. */
enum { FEW = 12 };

/* --- ordering --- */

/* The nearest has the least key; of two that are as near, the one with the lower place. */
static uint64_t key_of(float nearness, size_t place)
{
	uint32_t bits;

	memcpy(&bits, &nearness, sizeof bits);
	bits = bits >> 31 ? bits : bits ^ 0x7fffffff;
	return (uint64_t)bits << 32 | place;
}

static size_t place_of(uint64_t key)
{
	return (size_t)(key & UINT32_MAX);
}

static void swap(uint64_t *a, uint64_t *b)
{
	const uint64_t other = *a;

	*a = *b;
	*b = other;
}

/* Which of three is the median. */
static size_t median(const uint64_t *keys, size_t a, size_t b, size_t c)
{
	const size_t low = keys[a] < keys[b] ? a : b, high = keys[a] < keys[b] ? b : a;

	return keys[c] < keys[low] ? low : keys[c] > keys[high] ? high : c;
}

/* Divides keys by one of them, whose place is returned. They are moved without a branch: nobody could foresee where each goes. */
static size_t divide(uint64_t *keys, size_t count)
{
	const size_t last = count - 1;
	size_t before = 0;

	swap(&keys[median(keys, 0, count / 2, last)], &keys[last]);
	const uint64_t pivot = keys[last];
	for (size_t i = 0; i < last; i++) {
		const uint64_t key = keys[i];
		keys[i] = keys[before];
		keys[before] = key;
		before += key < pivot;
	}
	swap(&keys[before], &keys[last]);
	return before;
}

/* The `wanted` least to the front, in order; the others behind, in any. */
static void sort_least(uint64_t *keys, size_t count, size_t wanted)
{
	while (count > FEW && wanted) {
		const size_t pivot = divide(keys, count), behind = pivot + 1;
		if (wanted <= pivot) {
			count = pivot;
		} else if (behind <= count / 2) {
			/* the smaller part by a call, so that calls stay few deep */
			sort_least(keys, pivot, pivot);
			keys += behind;
			count -= behind;
			wanted -= behind;
		} else {
			sort_least(keys + behind, count - behind, wanted - behind);
			count = wanted = pivot;
		}
	}
	for (size_t i = 1; wanted && i < count; i++) {
		const uint64_t key = keys[i];
		size_t at = i;
		for (; at && key < keys[at - 1]; at--)
			keys[at] = keys[at - 1];
		keys[at] = key;
	}
}

/* --- ranking --- */

static int reserve_probes(struct probe **probes, size_t *capacity, size_t count, struct error *err)
{
	if (count <= *capacity)
		return 0;
	struct probe *more = realloc(*probes, count * sizeof *more);
	if (!more)
		return error_set(err, "out of memory");
	*probes = more;
	*capacity = count;
	return 0;
}

static int reserve_keys(uint64_t **keys, size_t *capacity, size_t count, struct error *err)
{
	if (count <= *capacity)
		return 0;
	uint64_t *more = realloc(*keys, count * sizeof *more);
	if (!more)
		return error_set(err, "out of memory");
	*keys = more;
	*capacity = count;
	return 0;
}

static float nearness_of(float product, float half, enum index_metric metric)
{
	return metric == INDEX_IP ? product : product - half;
}

/* The groups, the nearest first: keys by their places. */
static int rank_groups(struct probes *p, struct coarse *c, enum index_metric metric, struct error *err)
{
	if (reserve_keys(&p->group_keys, &p->group_capacity, c->groups.count, err) < 0)
		return -1;
	const float *products = coarse_compare(c, &c->above);
	for (size_t i = 0; i < c->groups.count; i++)
		p->group_keys[i] = key_of(nearness_of(products[i], c->above.halves[i], metric), i);
	sort_least(p->group_keys, c->groups.count, c->groups.count);
	return 0;
}

/* The lists of a group behind those that were met. */
static void meet(struct probes *p, size_t met, struct coarse *c, const struct coarse_rows *rows, uint32_t first, enum index_metric metric)
{
	const float *products = coarse_compare(c, rows);

	for (size_t i = 0; i < rows->count; i++) {
		const float nearness = nearness_of(products[i], rows->halves[i], metric);
		p->met[met + i] = (struct probe){nearness, products[i], rows->halves[i], first + (uint32_t)i,
		        rows->exact + 4 * c->dimension * i};
		p->keys[met + i] = key_of(nearness, met + i);
	}
}

int probes_rank(struct probes *p, const struct index *ix, const float *question, size_t wanted, struct error *err)
{
	struct coarse *c = index_coarse(ix, err);
	const enum index_metric metric = index_settings(ix)->metric;
	const struct coarse_rows *rows;
	size_t met = 0;

	p->sorted = 0;
	if (!c || reserve_probes(&p->met, &p->met_capacity, c->lists, err) < 0 ||
	        reserve_keys(&p->keys, &p->key_capacity, c->lists, err) < 0)
		return -1;
	coarse_ask(c, question);
	if (rank_groups(p, c, metric, err) < 0)
		return -1;
	for (size_t g = 0; g < c->groups.count && (g < LEAST_GROUPS || met / SURPLUS < wanted); g++) {
		const size_t group = place_of(p->group_keys[g]);
		if (g + 1 < c->groups.count)
			coarse_fetch(c, place_of(p->group_keys[g + 1]));
		if (coarse_look_into(c, group, &rows, err) < 0)
			return -1;
		meet(p, met, c, rows, group_first(&c->groups, group), metric);
		met += rows->count;
	}
	if (wanted > met)
		wanted = met;
	if (reserve_probes(&p->probes, &p->capacity, wanted, err) < 0)
		return -1;
	sort_least(p->keys, met, wanted);
	for (; p->sorted < wanted; p->sorted++)
		p->probes[p->sorted] = p->met[place_of(p->keys[p->sorted])];
	return 0;
}

void probes_release(struct probes *p)
{
	free(p->probes);
	free(p->met);
	free(p->keys);
	free(p->group_keys);
	*p = (struct probes){0};
}
