/* SPDX-License-Identifier: ISC */
/*
 * comparison - a question against vectors of the index, one after the other, exactly; and the best of them so far
 *
 * Several threads can compare with one question, each the vectors that are its share: a comparison of its own for each, that
 * comparison_split makes and comparison_merge takes in. What is kept in the end does not depend on who compared what.
 */
#ifndef INDEX_COMPARISON_H
#define INDEX_COMPARISON_H

#include "index/best.h"
#include "index/search.h"

#include <pthread.h>

/* Start with {0}. */
struct comparison {
	const struct index *ix;
	const struct search_options *options;
	size_t dimension, count;
	enum index_metric metric;
	float *questions;      /* (count, dimension), as the index has its vectors */
	uint8_t *scratch;      /* for a vector that is not kept as f32 */
	pthread_mutex_t *lock; /* of the snapshot, when others read it at the same time; else NULL */
	bool is_share;         /* the questions are another's */
	struct best best;
	uint64_t scanned, compared; /* as in search_cost */
};

/* values[count × dimension], as search_run has them: 0/-1. After -1 too it is to be released. */
int comparison_begin(struct comparison *c, const struct index *ix, const float *values, size_t count,
        const struct search_options *options, struct error *err);
void comparison_release(struct comparison *c);

/* A share of the work on a question, which has to outlive it. 0/-1; after -1 too it is to be released. */
int comparison_split(struct comparison *share, const struct comparison *of, pthread_mutex_t *lock, struct error *err);

/* What a share has found and what it took, when its thread has ended. 0/-1. */
int comparison_merge(struct comparison *c, const struct comparison *share, struct error *err);

bool comparison_allows(const struct comparison *c, uint32_t patent);

/* The score of the question's best vector for this one (f32, little-endian, on any address), and which it is. */
float comparison_score(const struct comparison *c, const uint8_t *vector, uint32_t *question);

/* Compares one vector of the index with the question. 0/-1. */
int comparison_offer(struct comparison *c, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err);

/* Where pictures of one patent stand in its order: <0, 0, >0. A row that is gone or damaged is met elsewhere. */
int comparison_order(const struct index *ix, uint32_t a, uint32_t b);

#endif
