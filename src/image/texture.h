/* SPDX-License-Identifier: ISC */
/*
 * texture - how a page of ink on paper looks close to: lines, hatching, or the dots of a screen
 *
 * The page is looked at in cells of 32 × 32 pixels, and in each the changes between black and white are counted, along the rows and along the
 * columns; the larger number says what is there, whatever its direction. One line through a cell makes at most 72 of them,
 * hatching some hundreds, the dither of a photograph a thousand.
 */
#ifndef IMAGE_TEXTURE_H
#define IMAGE_TEXTURE_H

#include "base/error.h"
#include "image/picture.h"

struct texture {
	double ink;                            /* share of black pixels */
	double coverage;                       /* share of the cells that hold ink */
	double isolated;                       /* pixels unlike all four neighbours, to the changes along rows and columns */
	double rough;                          /* these changes to black pixels, at most 4 */
	double lines, pairs, hatching, screen; /* shares of the cells with ink by their changes: to 72, to 144, to 288, more */
	double inked_cells;                    /* how many hold ink */
	double row_changes;                    /* changes along the rows of the whole page: twice the black runs */
	double rhythm;                         /* how regularly ink comes and goes across its lines, as lines of text do: 0 … 1 */
};

enum { TEXTURE_CELL = 32 }; /* its side in pixels */

/* Black pixels, and changes between black and white along the rows and along the columns. */
struct texture_cell {
	uint32_t ink, across, down;
};

/* Memory that is reused; start with {0}. */
struct texture_work {
	struct bytes memory;
	size_t columns, rows; /* of cells, of the page measured last */
};

/* Its cells, row by row; until the next page is measured. */
const struct texture_cell *texture_cells(const struct texture_work *w);

/* Of a PICTURE_BIT of any size. 0, or -1: out of memory. */
int texture_measure(struct texture_work *w, const struct picture *p, struct texture *to, struct error *err);
void texture_work_release(struct texture_work *w);

#endif
