/* SPDX-License-Identifier: ISC */
/*
 * refiner - a question against refinements: what the codes of one bit let through is estimated again, much closer
 *
 * The figures are those of index/estimate.h: the estimate and, on top, what it may be off.
 */
#ifndef INDEX_REFINER_H
#define INDEX_REFINER_H

#include "index/estimate.h"
#include "index/refinements.h"

struct refiner {
	struct refinement_shape shape; /* without slots there is nothing to be done */
	float deviations;              /* of an estimate that are put on top */
	struct refiner_question {
		float step, total, blur; /* of the whole numbers; their sum, and what quantising may add, for a scale of 1 */
	} *questions;
	int8_t *whole; /* (count, width) */
};

/* The questions of an estimator. 0/-1 (memory). */
int refiner_begin(struct refiner *f, const struct index_settings *s, float deviations, const struct estimator *e, struct error *err);
void refiner_release(struct refiner *f);

/* The figure of an entry of a list, by its slot, at most. */
float refiner_figure(const struct refiner *f, size_t question, const struct estimate_list *l, const uint8_t *slot);

#endif
