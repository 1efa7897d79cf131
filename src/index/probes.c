/* SPDX-License-Identifier: ISC */
#include "index/probes.h"

#include "index/centroids.h"
#include "index/snapshot.h"
#include "math/dot.h"

#include <stdlib.h>

/* The groups that are looked into hold at least so many times the lists that are wanted, and are at least so many. */
enum { SURPLUS = 4, LEAST_GROUPS = 4 };

static bool is_nearer(const struct probe *a, const struct probe *b)
{
	return a->nearness != b->nearness ? a->nearness > b->nearness : a->list < b->list;
}

static int nearer(const void *a, const void *b)
{
	return is_nearer(a, b) ? -1 : is_nearer(b, a);
}

static float nearness(const struct index *ix, const float *question, const uint8_t *centroid)
{
	const struct index_settings *s = index_settings(ix);

	return s->metric == INDEX_IP ? dot_product(question, centroid, s->dimension)
	                             : -dot_distance(question, centroid, s->dimension);
}

/* The `wanted` nearest to the front, in any order: Hoare's selection. */
static void select_nearest(struct probe *p, size_t count, size_t wanted)
{
	size_t low = 0, high = count;

	while (high - low > 1 && wanted > low && wanted < high) {
		const struct probe pivot = p[low + (high - 1 - low) / 2];
		size_t i = low, j = high - 1;
		for (;; i++, j--) {
			while (is_nearer(&p[i], &pivot))
				i++;
			while (is_nearer(&pivot, &p[j]))
				j--;
			if (i >= j)
				break;
			const struct probe other = p[i];
			p[i] = p[j];
			p[j] = other;
		}
		/* what is before j + 1 is not behind what follows */
		if (wanted <= j + 1)
			high = j + 1;
		else
			low = j + 1;
	}
}

/* A value that was found whole once in this snapshot is not summed again. */
static int get_group(const struct index *ix, enum store_table table, uint32_t first, uint8_t mark, struct store_value *value,
        struct error *err)
{
	uint8_t *checked = index_checked(ix), key[4];

	key_put(key, first);
	if (!checked)
		return error_set(err, "out of memory");
	const int got = store_peek(index_store(ix), table, key, sizeof key, value, err);
	if (got <= 0)
		return got == 0 ? error_set(err, "the centroids from list %u on are missing", (unsigned)first) : -1;
	if (checked[first] & mark)
		return 0;
	store_fetch(*value);
	if (store_check(table, key, sizeof key, *value, err) < 0)
		return -1;
	checked[first] |= mark;
	return 0;
}

static int add_group(struct probes *p, const struct index *ix, const float *question, uint32_t first, size_t count,
        struct error *err)
{
	const size_t size = 4 * (size_t)index_settings(ix)->dimension;
	struct centroid_group group;
	struct store_value value;

	if (get_group(ix, STORE_LISTS, first, INDEX_CHECKED_CENTROIDS, &value, err) < 0 ||
	        centroid_group_decode(&group, size / 4, first, value, err) < 0)
		return -1;
	if (group.count != count)
		return error_set(err, "the centroids from list %u on are not as many as the group's lists", (unsigned)first);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *centroid = group.centroids + size * i;
		p->probes[p->count++] = (struct probe){nearness(ix, question, centroid), first + (uint32_t)i, centroid};
	}
	return 0;
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

int probes_rank(struct probes *p, const struct index *ix, const float *question, size_t wanted, struct error *err)
{
	const size_t dimension = index_settings(ix)->dimension, lists = (size_t)index_counts(ix)->lists;
	const uint32_t first = index_state(ix)->list_first;
	struct centroid_groups groups;
	struct store_value value;

	p->count = p->sorted = 0;
	if (get_group(ix, STORE_GROUPS, first, INDEX_CHECKED_GROUPS, &value, err) < 0 ||
	        centroid_groups_decode(&groups, dimension, first, (uint32_t)lists, value, err) < 0 ||
	        reserve(&p->groups, &p->group_capacity, groups.count, err) < 0 ||
	        reserve(&p->probes, &p->capacity, lists, err) < 0)
		return -1;
	for (size_t g = 0; g < groups.count; g++) {
		const uint8_t *centroid = groups.centroids + 4 * dimension * g;
		p->groups[g] = (struct probe){nearness(ix, question, centroid), (uint32_t)g, centroid};
	}
	qsort(p->groups, groups.count, sizeof *p->groups, nearer);
	size_t g = 0;
	for (; g < groups.count && (g < LEAST_GROUPS || p->count / SURPLUS < wanted); g++) {
		const size_t group = p->groups[g].list;
		if (add_group(p, ix, question, group_first(&groups, group), group_count(&groups, group), err) < 0)
			return -1;
	}
	p->all = g == groups.count;
	p->sorted = wanted < p->count ? wanted : p->count;
	select_nearest(p->probes, p->count, p->sorted);
	qsort(p->probes, p->sorted, sizeof *p->probes, nearer);
	return 0;
}

void probes_release(struct probes *p)
{
	free(p->probes);
	free(p->groups);
	*p = (struct probes){0};
}
