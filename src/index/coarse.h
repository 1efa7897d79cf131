/* SPDX-License-Identifier: ISC */
/*
 * coarse - the centroids as a search ranks them: in memory, rounded to 8 bits a number
 *
 * A question is compared with some hundred centroids before it has looked at a single code. They are checked and rounded when a snapshot
 * first looks at them, a group at a time (index/centroids.h). A list that is visited has its exact centroid in the map.
 */
#ifndef INDEX_COARSE_H
#define INDEX_COARSE_H

#include "index/centroids.h"
#include "index/index.h"

/* Some centroids. */
struct coarse_rows {
	size_t count;         /* 0: not looked at yet */
	const uint8_t *exact; /* (count, dimension): f32 in the snapshot */
	float *steps, *halves; /* of each: what 1 is worth, and half of its squared length */
	int8_t *rounded;      /* (count, width) */
};

struct coarse {
	struct store *store;
	size_t dimension, width;
	uint32_t first, lists; /* of the set of lists */
	struct centroid_groups groups;
	struct coarse_rows above;  /* the groups */
	struct coarse_rows *below; /* the lists of each group */
	float *values;             /* (dimension): one that is being rounded */
	/* the question */
	int8_t *question; /* (width) */
	float step;
	float *products; /* (of the largest group, or of the groups) */
};

/* Of a set of lists in an open transaction. Start with {0}; done already it does nothing. 0/-1. */
int coarse_open(struct coarse *c, struct store *st, const struct index_settings *s, uint32_t first, uint32_t lists,
        struct error *err);
void coarse_release(struct coarse *c);

/* The lists of the i-th group. 0/-1. */
int coarse_look_into(struct coarse *c, size_t group, const struct coarse_rows **rows, struct error *err);

/* Says that they are about to be compared. */
void coarse_fetch(const struct coarse *c, size_t group);

/* The vector of the question; and the products of some centroids with it, until the next comparison. */
void coarse_ask(struct coarse *c, const float *question);
const float *coarse_compare(struct coarse *c, const struct coarse_rows *rows);

#endif
