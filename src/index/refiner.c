/* SPDX-License-Identifier: ISC */
#include "index/refiner.h"

#include "math/finecode.h"
#include "math/rounded.h"

#include <math.h>
#include <stdlib.h>

static void begin_question(struct refiner *f, struct refiner_question *q, const float *rotated, int8_t *whole)
{
	int32_t total = 0;

	q->step = rounded_make(rotated, f->shape.width, whole);
	for (size_t i = 0; i < f->shape.width; i++)
		total += whole[i];
	q->total = q->step * (float)total;
	/* each of the numbers is off by a step's uniform share, times a level; those are of the size of normal numbers over their step */
	q->blur = f->deviations * q->step * sqrtf((float)f->shape.width / 12) / refinement_step(f->shape.bits);
}

int refiner_begin(struct refiner *f, const struct index_settings *s, float deviations, const struct estimator *e, struct error *err)
{
	*f = (struct refiner){.shape = refinement_shape(s), .deviations = deviations};
	const size_t width = f->shape.width;

	if (!f->shape.slot)
		return 0;
	f->questions = calloc(e->count, sizeof *f->questions);
	f->whole = calloc(e->count, width * sizeof *f->whole);
	if (!f->questions || !f->whole) {
		refiner_release(f);
		return error_set(err, "out of memory");
	}
	for (size_t i = 0; i < e->count; i++)
		begin_question(f, &f->questions[i], e->rotated + i * width, f->whole + i * width);
	return 0;
}

void refiner_release(struct refiner *f)
{
	free(f->questions);
	free(f->whole);
	*f = (struct refiner){0};
}

float refiner_figure(const struct refiner *f, size_t question, const struct estimate_list *l, const uint8_t *slot)
{
	const struct refiner_question *q = &f->questions[question];
	const float middle = (float)((1 << f->shape.bits) - 1) / 2;
	float factors[3];

	lef32_get_array(factors, slot + 4, 3);
	const int32_t sum = finecode_sum(f->whole + question * f->shape.width, slot + REFINEMENT_HEAD, f->shape.width, f->shape.bits);
	const float product = (float)((double)q->step * (double)sum - (double)middle * (double)q->total);
	return l->product + factors[0] * (product + q->blur) + factors[1] + factors[2] * f->deviations * l->distance + l->slack;
}
