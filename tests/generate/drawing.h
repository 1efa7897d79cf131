/* SPDX-License-Identifier: ISC */
/*
 * drawing - an object seen from one side, as pen strokes on paper
 *
 * In the object's own size (about 2), x to the right, y down. Start with {0}; reused by the next drawing.
 */
#ifndef GENERATE_DRAWING_H
#define GENERATE_DRAWING_H

#include <stdbool.h>
#include <stddef.h>

struct spot {
	double x, y;
};

/* One spot is a dot. */
struct stroke {
	size_t first, count; /* of the drawing's spots */
	double weight;	     /* times the pen's width */
	bool broken;	     /* what is not claimed */
};

struct drawing {
	struct spot *spots;
	struct stroke *strokes;
	size_t spot_count, spot_capacity, stroke_count, stroke_capacity;
	struct spot low, high; /* around all spots */
};

void drawing_clear(struct drawing *d);
void drawing_release(struct drawing *d);
void drawing_stroke(struct drawing *d, double weight, bool broken); /* the spots that follow */
void drawing_spot(struct drawing *d, double x, double y);

#endif
