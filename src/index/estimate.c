/* SPDX-License-Identifier: ISC */
#include "index/estimate.h"

#include "math/dot.h"

#include <math.h>
#include <stdlib.h>

static const float ROUNDING = 1e-5f;

static void begin_question(struct estimator *e, uint64_t rotation, size_t q)
{
	struct estimate_question *to = &e->questions[q];
	const float *values = e->values + q * e->dimension;
	const size_t words = e->shape.words;
	float *rotated = e->rotated + q * 64 * words;

	rotation_apply(rotation, values, e->dimension, rotated);
	to->bits.tables = e->tables + q * words * BITCODE_NIBBLES * BITCODE_TABLE;
	bitcode_prepare(&to->bits, rotated, 64 * words);
	to->total = to->bits.step * (float)to->bits.total;
	/* each of the numbers is off by a step's uniform share */
	to->blur = e->deviations * to->bits.step * sqrtf((float)(64 * words) / 12);
	double square = 0;
	for (size_t i = 0; i < e->dimension; i++)
		square += (double)values[i] * values[i];
	to->square = (float)square;
}

int estimator_begin(struct estimator *e, const struct index_settings *s, float deviations, const float *values, size_t count,
        struct error *err)
{
	*e = (struct estimator){.shape = code_shape(s->dimension), .metric = s->metric, .count = count,
	        .dimension = s->dimension, .deviations = deviations, .values = values};

	e->questions = calloc(count, sizeof *e->questions);
	e->rotated = calloc(count, 64 * e->shape.words * sizeof *e->rotated);
	e->tables = calloc(count, e->shape.words * BITCODE_NIBBLES * BITCODE_TABLE);
	if (!e->questions || !e->rotated || !e->tables) {
		estimator_release(e);
		return error_set(err, "out of memory");
	}
	for (size_t q = 0; q < count; q++)
		begin_question(e, s->rotation, q);
	return 0;
}

void estimator_release(struct estimator *e)
{
	free(e->questions);
	free(e->rotated);
	free(e->tables);
	*e = (struct estimator){0};
}

void estimate_list(const struct estimator *e, size_t question, const uint8_t *centroid, struct estimate_list *l)
{
	const float *q = e->values + question * e->dimension;
	const float distance = sqrtf(dot_distance(q, centroid, e->dimension));
	const float size = sqrtf(e->questions[question].square) + distance;

	l->product = dot_product(q, centroid, e->dimension) - (e->metric == INDEX_L2 ? e->questions[question].square / 2 : 0);
	l->reach = e->deviations * distance;
	l->distance = distance;
	l->figure = e->metric == INDEX_L2 ? -distance * distance / 2 : l->product;
	l->slack = ROUNDING * size * size;
}

void estimate_centroid(const struct estimator *e, size_t question, float product, float half, float *figure, float *distance)
{
	const float square = e->questions[question].square - 2 * (product - half);

	*distance = sqrtf(square > 0 ? square : 0);
	*figure = e->metric == INDEX_L2 ? -square / 2 : product;
}

void estimate_groups(const struct estimator *e, size_t question, const struct estimate_list *l, const uint8_t *groups,
        size_t count, float *most)
{
	const struct estimate_question *q = &e->questions[question];
	const struct bitcode_terms terms = {2 * q->bits.step, q->blur - q->total, l->reach, l->product + l->slack};

	bitcode_figures(groups, e->shape.group_size, count, &q->bits, e->shape.words, &terms, most);
}

float estimate_wanted(const struct estimator *e, float score)
{
	return e->metric == INDEX_L2 ? -score * score / 2 : score;
}
