/* SPDX-License-Identifier: ISC */
/*
 * lists - the inverted file's lists as the writer holds them: their centroids in memory, and which list takes a vector
 *
 * A training leaves searching possible at every moment: it adds new lists beside the old ones, moves the vectors over in
 * several commits, and removes the old lists when they are empty. A search visits old and new lists alike. The writer
 * carries on with a training that was interrupted.
 */
#ifndef INDEX_LISTS_H
#define INDEX_LISTS_H

#include "index/layout.h"
#include "index/store.h"

/* Trained at this many pictures, and again whenever they are so many times more than at the last time. */
enum { LISTS_TRAIN_AT = 4096, LISTS_RETRAIN_FACTOR = 4 };

struct lists {
	uint32_t first; /* number of the first; the others follow */
	size_t count;   /* 0: all vectors go to list 0 */
	size_t dimension;
	float *centroids;  /* (count, dimension) */
	float *half_norms; /* kmeans_half_norms */
};

/* Lists for so many pictures: 4 √n. */
uint32_t lists_wanted(uint64_t pictures);

/* Reads those that take vectors now, from state->list_first on, in an open transaction. 0/-1. */
int lists_load(struct lists *l, struct store *st, const struct layout_state *state, uint32_t dimension,
        struct error *err);

/* Trains `count` centroids on vectors of the open transaction: *l is replaced, and numbered from state->list_bound. 0/-1. */
int lists_train(struct lists *l, struct store *st, const struct layout_state *state, uint32_t dimension, uint32_t count,
        struct error *err);

/* The list of each of n vectors (n, dimension). 0/-1 (memory). */
int lists_assign(const struct lists *l, const float *vectors, size_t n, uint32_t *list, struct error *err);

void lists_release(struct lists *l);

#endif
