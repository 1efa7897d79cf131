/* SPDX-License-Identifier: ISC */
/*
 * estimate - how near the vectors behind codes can be to a question, at most
 *
 * For each entry of a list: the estimate of index/codes.h and, on top, what it may be off. The figure is x·q, with the metric
 * l2 -|x - q|²/2; larger is nearer. An entry whose figure is below what is wanted need not be compared.
 */
#ifndef INDEX_ESTIMATE_H
#define INDEX_ESTIMATE_H

#include "index/codes.h"
#include "math/bitcode.h"

struct estimate_question {
	struct bitcode_question bits;
	float total;  /* sum of the quantised numbers */
	float blur;   /* what quantising may add, for a scale of 1 */
	float square; /* |q|² */
};

struct estimator {
	struct code_shape shape;
	enum index_metric metric;
	size_t count, dimension;
	float deviations; /* of an estimate that are put on top */
	const float *values; /* (count, dimension): the caller's */
	struct estimate_question *questions;
	float *rotated;   /* (count, width of a rotated vector) */
	uint8_t *tables;  /* of all questions' bits */
};

/*
 * values live as long as the estimator. Of those just good enough three deviations miss one in a thousand, two one in forty. 0/-1
 * (memory).
 */
int estimator_begin(struct estimator *e, const struct index_settings *s, float deviations, const float *values, size_t count,
        struct error *err);
void estimator_release(struct estimator *e);

/* Where a list stands to one question. */
struct estimate_list {
	float product; /* c·q, with l2 less |q|²/2 */
	float reach;   /* what the estimate may be off, for a spread of 1 */
	float slack;   /* what rounding may be */
	float figure, distance; /* of the centroid itself, as if it were an entry, and of the question from it */
};

void estimate_list(const struct estimator *e, size_t question, const uint8_t *centroid, struct estimate_list *l);

/*
 * Nearly the figure and the distance of such a list, whose centroid need not be read: from its product with the question, and half its
 * squared length (index/probes.h).
 */
void estimate_centroid(const struct estimator *e, size_t question, float product, float half, float *figure, float *distance);

/* The figures of the entries of so many groups, one behind the other, at most. */
void estimate_groups(const struct estimator *e, size_t question, const struct estimate_list *l, const uint8_t *groups,
        size_t count, float *most);

/* The figure that belongs to a score. */
float estimate_wanted(const struct estimator *e, float score);

#endif
