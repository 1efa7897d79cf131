/* SPDX-License-Identifier: ISC */
/*
 * surface - how much of what a drawing shows is tone, and what tone it is
 *
 * What is shown is the ink and all that it encloses, in the cells of image/texture: paper that a walk from the page's border reaches is not shown.
 * A cell with at least so many changes belongs to a tone where it lies in a square of 3 × 3 such cells (an opening, as in mathematical
 * morphology; Serra 1982): lines alone, however many, make no square, while hatching, stipples and dither fill what they cover.
 */
#ifndef IMAGE_SURFACE_H
#define IMAGE_SURFACE_H

#include "base/error.h"
#include "image/components.h"
#include "image/texture.h"

/* Changes in a cell, from a few dots to a screen; the least of each. */
enum { SURFACE_DENSITIES = 4 };

struct surface {
	double shown;                   /* share of the page */
	double tone[SURFACE_DENSITIES]; /* shares of what is shown */
	double stipple;                 /* share with dots: three and more in a larger cell of image/components, in squares of 2 × 2 */
	double ink, deviation;          /* of the ink's share over the cells of the second tone: mean, and standard deviation */
	double dark;                    /* share of these cells that is more than a third black */
	double direction;               /* mean of |across − down| / (across + down) over them: 1 is lines along or across */
};

/* Memory that is reused; start with {0}. */
struct surface_work {
	struct bytes memory;
};

/* Of the page that texture_measure and components_measure measured last with these works. 0, or -1: out of memory. */
int surface_measure(struct surface_work *w, const struct texture_work *texture, const struct components_work *components,
        struct surface *to, struct error *err);
void surface_work_release(struct surface_work *w);

#endif
