/* SPDX-License-Identifier: ISC */
/*
 * figure - from which sides a patent shows its object
 */
#ifndef GENERATE_FIGURE_H
#define GENERATE_FIGURE_H

#include "generate/random.h"
#include "generate/view.h"

enum { FIGURES_MAX = 64 };

struct figure {
	struct camera camera;
	const char *name; /* as in "FIG. 1 is a front perspective view of ..." */
};

/* All sides, then more perspective views, until there are `count`; a training set wants every side. */
void figure_sides(struct figure *figures, int count, struct random *r);

/* What a patent shows: a perspective view, and most of the sides. Returns how many, at least 2. */
int figure_choose(struct figure *figures, struct random *r);

#endif
