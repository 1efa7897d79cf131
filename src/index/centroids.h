/* SPDX-License-Identifier: ISC */
/*
 * centroids - the lists' centroids on disk, in groups of near ones, and a coarse level above: a centroid of each group
 *
 * A training sorts its lists into about √n groups by k-means over their centroids, and numbers them so that those of a group
 * follow one another. Two tables hold them; both values begin with u32 count and 40 zeros, so that with LMDB's and our heads the
 * numbers of a value on pages of its own begin at a multiple of 64:
 *     lists    first list of a group            count lists: f32[count][dimension]
 *     groups   first list of the set of lists   count groups: f32[count][dimension], then u32 first list, u32 lists of each
 * So a search compares the centroids of the groups, one value, and then those of the groups it goes on with, one value each. A training
 * that goes on has its set of groups beside that of the old one.
 */
#ifndef INDEX_CENTROIDS_H
#define INDEX_CENTROIDS_H

#include "base/bytes.h"
#include "index/store.h"

enum { CENTROIDS_HEAD = 44, GROUP_ENTRY = 8 };

/* The groups of a set of lists. Pointers are those of a store_value, f32 little-endian on any address. */
struct centroid_groups {
	size_t count, dimension;
	const uint8_t *centroids; /* (count, dimension) */
	const uint8_t *entries;
};

/* The lists of a group. */
struct centroid_group {
	uint32_t first; /* list; the others follow */
	size_t count;
	const uint8_t *centroids; /* (count, dimension) */
};

static inline uint32_t group_first(const struct centroid_groups *g, size_t i)
{
	return le32_get(g->entries + GROUP_ENTRY * i);
}

static inline uint32_t group_count(const struct centroid_groups *g, size_t i)
{
	return le32_get(g->entries + GROUP_ENTRY * i + 4);
}

/* Those of the set of `lists` lists that begins with `first`; the groups have these lists and no others. 0/-1. */
int centroids_groups(struct store *st, uint32_t first, uint32_t lists, size_t dimension, struct centroid_groups *g,
        struct error *err);

/* The i-th group. 0/-1. */
int centroids_group(struct store *st, const struct centroid_groups *g, size_t i, struct centroid_group *to, struct error *err);

/* Of values that were checked: 0, or -1: malformed. */
int centroid_groups_decode(struct centroid_groups *g, size_t dimension, uint32_t first, uint32_t lists, struct store_value from,
        struct error *err);
int centroid_group_decode(struct centroid_group *g, size_t dimension, uint32_t first, struct store_value from, struct error *err);

/*
 * Writes a set of lists that begins with `first`: centroids (of all lists, dimension) in the order of their groups, of which group i
 * has sizes[i] and the centroid coarse[i]. 0/-1.
 */
int centroids_put(struct store *st, uint32_t first, size_t dimension, const float *centroids, size_t groups, const uint32_t *sizes,
        const float *coarse, struct error *err);

#endif
