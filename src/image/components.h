/* SPDX-License-Identifier: ISC */
/*
 * components - what hangs together in the ink of a page, counted by size
 *
 * Components are of 8 neighbours, found from runs by union-find (Rosenfeld and Pfaltz 1966, on runs). The cost is bounded: a page of more
 * than COMPONENTS_RUNS runs, which only dithered and noisy ones have, is looked at in bands that lie evenly over it, and components are
 * cut at the bands' ends.
 */
#ifndef IMAGE_COMPONENTS_H
#define IMAGE_COMPONENTS_H

#include "base/error.h"
#include "image/picture.h"

enum { COMPONENTS_RUNS = 100000 };

/* By the longer side of the box around a component. */
enum component_size {
	COMPONENT_SPECK,  /* to 3 pixels */
	COMPONENT_DOT,    /* to 12 */
	COMPONENT_GLYPH,  /* to 80: letters */
	COMPONENT_STROKE, /* to 400, thin and simple: hatching, dashes */
	COMPONENT_OTHER,
	COMPONENT_LARGE, /* longer than a quarter of the page's longer side */
	COMPONENT_SIZES
};

struct components {
	double count[COMPONENT_SIZES], ink[COMPONENT_SIZES]; /* how many, and their black pixels */
	double seen;                                         /* share of the page's rows looked at */
};

enum { COMPONENTS_CELL = 64 }; /* side in pixels of the cells in which dots are counted */

/* Memory that is reused; start with {0}. */
struct components_work {
	struct bytes runs, boundaries, dots;
	size_t columns, rows; /* of cells, of the page measured last */
};

/*
 * How many dots each of its cells holds, row by row, until the next page is measured: of more than two pixels, and with no other ink within
 * four.
 */
const uint16_t *components_dots(const struct components_work *w);

/* Of a PICTURE_BIT with so many black runs. 0, or -1: out of memory. */
int components_measure(struct components_work *w, const struct picture *p, double runs, struct components *to, struct error *err);
void components_work_release(struct components_work *w);

#endif
