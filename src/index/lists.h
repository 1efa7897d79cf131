/* SPDX-License-Identifier: ISC */
/*
 * lists - the inverted file's lists as the writer holds them: their centroids in memory, and which list takes a vector
 *
 * A training leaves searching possible at every moment: it fills new lists beside the old ones in several commits, while
 * searches visit the old ones, which do not change; then one commit puts the new ones in their place. A training that was
 * interrupted is ended by the next writer before it does anything else.
 */
#ifndef INDEX_LISTS_H
#define INDEX_LISTS_H

#include "index/codes.h"
#include "index/layout.h"
#include "index/store.h"

/* Trained at this many pictures, and again whenever they are so many times more than at the last time. */
enum { LISTS_TRAIN_AT = 4096, LISTS_RETRAIN_FACTOR = 4 };

struct lists {
	int jobs;       /* threads that train, assign and calibrate; stays */
	uint32_t first; /* number of the first; the others follow */
	size_t count;   /* 0: all vectors go to list 0 */
	size_t dimension;
	float *centroids;  /* (count, dimension) */
	float *half_norms; /* kmeans_half_norms */
	float *rotated;    /* (count, width): the centroids as codes want them */
	float *vector;     /* (width): one on its way to its code */
	uint64_t rotation;
	enum index_metric metric;
	struct refinement_shape refined;
	uint8_t *levels; /* (width): of a refinement on its way */
	/* their groups, in whose order they are (index/centroids.h) */
	size_t group_count;
	uint32_t *group_sizes;
	float *group_centroids; /* (group_count, dimension) */
	struct grouped *grouped; /* where they are very many */
};

/* Lists for so many pictures: 4 √n. */
uint32_t lists_wanted(uint64_t pictures);

/* Reads those that take vectors now, or the ones that a training goes on to fill, in an open transaction. 0/-1. */
int lists_load(struct lists *l, struct store *st, const struct layout_state *state, const struct index_settings *settings,
        struct error *err);

/* Trains `count` centroids on vectors of the open transaction: *l is replaced, and numbered from state->list_bound. 0/-1. */
int lists_train(struct lists *l, struct store *st, const struct layout_state *state, const struct index_settings *settings,
        uint32_t count, struct error *err);

/* Writes what was trained: the centroids and their groups. 0/-1. */
int lists_put(const struct lists *l, struct store *st, struct error *err);

/* The list of each of n vectors (n, dimension). 0/-1 (memory). */
int lists_assign(const struct lists *l, const float *vectors, size_t n, uint32_t *list, struct error *err);

/*
 * The code of a vector to the centroid of its list, which is one of these, picture and patent are left; and the slot of its refinement,
 * unsealed, when the index has refinements.
 */
void lists_encode(const struct lists *l, const float *vector, uint32_t list, struct code_entry *e, uint8_t *slot);

void lists_release(struct lists *l);

#endif
