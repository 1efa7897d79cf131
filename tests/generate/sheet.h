/* SPDX-License-Identifier: ISC */
/*
 * sheet - one or two figures with their labels on a page of 300 dpi, as the office stores it
 *
 * A page is cropped to its contents up to a margin. A sideways sheet is stored turned a quarter
 * counterclockwise: 90 degrees clockwise make it upright.
 */
#ifndef GENERATE_SHEET_H
#define GENERATE_SHEET_H

#include "generate/drawing.h"
#include "generate/random.h"
#include "image/picture.h"

#include <stdbool.h>

enum { SHEET_FIGURES = 2 };

/* How a draughtsman works, the same on all sheets of a patent. Lengths in pixels. */
struct style {
	double scale;	    /* of the drawings */
	double pen;	    /* width of a line */
	double dash, gap;   /* of broken lines */
	double letter;	    /* height of the labels, */
	double letter_pen;  /* their lines, */
	bool letter_space;  /* and whether it is "FIG. 1" or "FIG.1" */
	double margin;	    /* share of the longer side */
	double label_right; /* where the label stands: 0 at the left of the figure, 1 at its right */
};

struct style style_choose(struct random *r);

/* Draws the figures one below the other; numbers[i] 0: without a label. The picture is PICTURE_BIT. */
void sheet_draw(const struct style *style, const struct drawing *figures, const int *numbers, int count,
	bool landscape, struct picture *to);

/* A drawing alone, centred on a white square that it fills, lines of `pen` pixels: as it is after
 * letterboxing. */
void sheet_square(const struct drawing *figure, int side, double pen, struct picture *to);

#endif
