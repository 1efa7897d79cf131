/* SPDX-License-Identifier: ISC */
#include "index/refiner.h"

#include "math/finecode.h"

#include <math.h>
#include <stdlib.h>

int refiner_begin(struct refiner *f, const struct index_settings *s, float deviations, const float *values, size_t count,
        struct error *err)
{
	*f = (struct refiner){.shape = refinement_shape(s), .deviations = deviations};
	if (!f->shape.slot)
		return 0;
	const size_t width = f->shape.width;
	float *rotated = calloc(width, sizeof *rotated);

	f->questions = calloc(count, sizeof *f->questions);
	f->whole = calloc(count, width * sizeof *f->whole);
	for (size_t i = 0; rotated && f->questions && f->whole && i < count; i++) {
		struct refiner_question *q = &f->questions[i];
		int64_t total;
		rotation_apply(s->rotation, values + i * s->dimension, s->dimension, rotated);
		q->step = finecode_prepare(rotated, width, f->whole + i * width, &total);
		q->total = q->step * (float)total;
		/* each of the numbers is off by a step's uniform share, times a level; those are of the size of normal numbers over their step */
		q->blur = deviations * q->step * sqrtf((float)width / 12) / refinement_step(f->shape.bits);
	}
	const bool failed = !rotated || !f->questions || !f->whole;
	free(rotated);
	if (failed)
		refiner_release(f);
	return failed ? error_set(err, "out of memory") : 0;
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
	const int64_t sum = finecode_sum(f->whole + question * f->shape.width, slot + REFINEMENT_HEAD, f->shape.width, f->shape.bits);
	const float product = (float)((double)q->step * (double)sum - (double)middle * (double)q->total);
	return l->product + factors[0] * (product + q->blur) + factors[1] + factors[2] * f->deviations * l->distance + l->slack;
}
