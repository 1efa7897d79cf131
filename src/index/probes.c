/* SPDX-License-Identifier: ISC */
#include "index/probes.h"

#include "index/coarse.h"
#include "index/snapshot.h"

#include <stdlib.h>

/* The groups that are looked into hold at least so many times the lists that are wanted, and are at least so many. */
enum { SURPLUS = 4, LEAST_GROUPS = 4 };

/* So many are sorted by insertion. */
enum { FEW = 12 };

static bool is_nearer(const struct probe *a, const struct probe *b)
{
	return a->nearness != b->nearness ? a->nearness > b->nearness : a->list < b->list;
}

/* Divides two or more: none of the first, whose number is returned, is behind any of the others, and both have some. */
static size_t divide(struct probe *p, size_t count)
{
	const struct probe pivot = p[(count - 1) / 2];
	size_t i = 0, j = count - 1;

	for (;; i++, j--) {
		while (is_nearer(&p[i], &pivot))
			i++;
		while (is_nearer(&pivot, &p[j]))
			j--;
		if (i >= j)
			return j + 1;
		const struct probe other = p[i];
		p[i] = p[j];
		p[j] = other;
	}
}

/* The `wanted` nearest to the front, in any order: Hoare's selection. */
static void select_nearest(struct probe *p, size_t count, size_t wanted)
{
	while (count > 1 && wanted && wanted < count) {
		const size_t first = divide(p, count);
		if (wanted <= first) {
			count = first;
		} else {
			p += first;
			count -= first;
			wanted -= first;
		}
	}
}

static void sort_nearest(struct probe *p, size_t count)
{
	while (count > FEW) {
		const size_t first = divide(p, count);
		/* the smaller part by a call, so that calls stay few deep */
		if (first <= count / 2) {
			sort_nearest(p, first);
			p += first;
			count -= first;
		} else {
			sort_nearest(p + first, count - first);
			count = first;
		}
	}
	for (size_t i = 1; i < count; i++) {
		const struct probe one = p[i];
		size_t at = i;
		for (; at && is_nearer(&one, &p[at - 1]); at--)
			p[at] = p[at - 1];
		p[at] = one;
	}
}

static int reserve(struct probe **probes, size_t *capacity, size_t count, struct error *err)
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

/* These centroids, numbered from `first` on. */
static void put_probes(struct probe *to, struct coarse *c, const struct coarse_rows *rows, uint32_t first,
        enum index_metric metric)
{
	const float *products = coarse_compare(c, rows);

	for (size_t i = 0; i < rows->count; i++) {
		const float product = products[i], half = rows->halves[i];
		to[i] = (struct probe){metric == INDEX_IP ? product : product - half, product, half, first + (uint32_t)i,
		        rows->exact + 4 * c->dimension * i};
	}
}

int probes_rank(struct probes *p, const struct index *ix, const float *question, size_t wanted, struct error *err)
{
	struct coarse *c = index_coarse(ix, err);
	const enum index_metric metric = index_settings(ix)->metric;
	const struct coarse_rows *rows;

	p->count = p->sorted = 0;
	if (!c || reserve(&p->groups, &p->group_capacity, c->groups.count, err) < 0 ||
	        reserve(&p->probes, &p->capacity, c->lists, err) < 0)
		return -1;
	coarse_ask(c, question);
	put_probes(p->groups, c, &c->above, 0, metric);
	sort_nearest(p->groups, c->groups.count);
	size_t g = 0;
	for (; g < c->groups.count && (g < LEAST_GROUPS || p->count / SURPLUS < wanted); g++) {
		const size_t group = p->groups[g].list;
		if (g + 1 < c->groups.count)
			coarse_fetch(c, p->groups[g + 1].list);
		if (coarse_look_into(c, group, &rows, err) < 0)
			return -1;
		put_probes(p->probes + p->count, c, rows, group_first(&c->groups, group), metric);
		p->count += rows->count;
	}
	p->all = g == c->groups.count;
	p->sorted = wanted < p->count ? wanted : p->count;
	select_nearest(p->probes, p->count, p->sorted);
	sort_nearest(p->probes, p->sorted);
	return 0;
}

void probes_release(struct probes *p)
{
	free(p->probes);
	free(p->groups);
	*p = (struct probes){0};
}
