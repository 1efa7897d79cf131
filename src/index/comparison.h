/* SPDX-License-Identifier: ISC */
/*
 * comparison - a question against vectors of the index, one after the other, exactly; and the best of them so far
 *
 * What is kept in the end does not depend on the order in which they come.
 */
#ifndef INDEX_COMPARISON_H
#define INDEX_COMPARISON_H

#include "index/best.h"
#include "index/search.h"

/* Start with {0}. */
struct comparison {
	const struct index *ix;
	const struct search_options *options;
	size_t dimension, count;
	enum index_metric metric;
	float *questions;         /* (count, dimension), as the index has its vectors */
	uint8_t *scratch;         /* for a vector that is not kept as f32 */
	const uint32_t *left_out; /* a patent that does not answer; NULL: none */
	struct best best;
	uint64_t scanned, compared; /* as in search_cost */
};

/* values[count × dimension], as search_run has them: 0/-1. After -1 too it is to be released. */
int comparison_begin(struct comparison *c, const struct index *ix, const float *values, size_t count,
        const struct search_options *options, struct error *err);
void comparison_release(struct comparison *c);

bool comparison_allows(const struct comparison *c, uint32_t patent);

/* The score of the question's best vector for this one (f32, little-endian, on any address), and which it is. */
float comparison_score(const struct comparison *c, const uint8_t *vector, uint32_t *question);

/* Compares one vector of the index with the question. 0/-1. */
int comparison_offer(struct comparison *c, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err);

/* Keeps a picture if it is among the best by its score for one of the question's vectors; of equal ones the first comes first. 0/-1. */
int comparison_keep(struct comparison *c, uint32_t picture, uint32_t patent, uint32_t question, float score, struct error *err);

/* Where pictures of one patent stand in its order: <0, 0, >0. A row that is gone or damaged is met elsewhere. */
int comparison_order(const struct index *ix, uint32_t a, uint32_t b);

#endif
