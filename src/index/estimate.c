/* SPDX-License-Identifier: ISC */
#include "index/estimate.h"

#include "math/bitcode.h"
#include "math/dot.h"

#include <math.h>
#include <stdlib.h>

/* Of standard deviations that an estimate may be off: one in a thousand of those just good enough is missed. */
static const float DEVIATIONS = 3;
static const float ROUNDING = 1e-5f;

static void begin_question(struct estimator *e, uint64_t rotation, size_t q, float *rotated)
{
	struct estimate_question *to = &e->questions[q];
	const float *values = e->values + q * e->dimension;
	int32_t total;

	rotation_apply(rotation, values, e->dimension, rotated);
	bitcode_planes(rotated, 64 * e->shape.words, e->planes + q * e->shape.words * BITCODE_PLANES, &to->step, &total);
	to->total = to->step * (float)total;
	/* each of the numbers is off by a step's uniform share */
	to->blur = DEVIATIONS * to->step * sqrtf((float)(64 * e->shape.words) / 12);
	double square = 0;
	for (size_t i = 0; i < e->dimension; i++)
		square += (double)values[i] * values[i];
	to->square = (float)square;
}

int estimator_begin(struct estimator *e, const struct index_settings *s, const float *values, size_t count,
        struct error *err)
{
	*e = (struct estimator){.shape = code_shape(s->dimension), .metric = s->metric, .count = count,
	        .dimension = s->dimension, .values = values};
	float *rotated = calloc(e->shape.words, 64 * sizeof *rotated);

	e->questions = calloc(count, sizeof *e->questions);
	e->planes = calloc(count, e->shape.words * BITCODE_PLANES * sizeof *e->planes);
	if (!rotated || !e->questions || !e->planes) {
		free(rotated);
		estimator_release(e);
		return error_set(err, "out of memory");
	}
	for (size_t q = 0; q < count; q++)
		begin_question(e, s->rotation, q, rotated);
	free(rotated);
	return 0;
}

void estimator_release(struct estimator *e)
{
	free(e->questions);
	free(e->planes);
	*e = (struct estimator){0};
}

void estimate_list(const struct estimator *e, size_t question, const uint8_t *centroid, struct estimate_list *l)
{
	const float *q = e->values + question * e->dimension;
	const float distance = sqrtf(dot_distance(q, centroid, e->dimension));
	const float size = sqrtf(e->questions[question].square) + distance;

	l->product = dot_product(q, centroid, e->dimension);
	l->reach = DEVIATIONS * distance;
	l->slack = ROUNDING * size * size;
}

void estimate_group(const struct estimator *e, size_t question, const struct estimate_list *l, const uint8_t *group,
        float most[CODES_SIDE])
{
	const struct estimate_question *q = &e->questions[question];
	const uint8_t *factors = code_group_factors(&e->shape, group);
	int32_t sums[BITCODE_SIDE];
	float scale[CODES_SIDE], offset[CODES_SIDE], spread[CODES_SIDE];

	bitcode_sums(group, e->planes + question * e->shape.words * BITCODE_PLANES, e->shape.words, sums);
	lef32_get_array(scale, factors, CODES_SIDE);
	lef32_get_array(offset, factors + 4 * CODES_SIDE, CODES_SIDE);
	lef32_get_array(spread, factors + 8 * CODES_SIDE, CODES_SIDE);
	for (int i = 0; i < CODES_SIDE; i++)
		most[i] = l->product + scale[i] * (2 * q->step * (float)sums[i] - q->total + q->blur) + offset[i] +
		          spread[i] * l->reach + l->slack;
}

float estimate_wanted(const struct estimator *e, size_t question, float score)
{
	return e->metric == INDEX_L2 ? (e->questions[question].square - score * score) / 2 : score;
}
