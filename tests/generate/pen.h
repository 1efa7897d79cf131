/* SPDX-License-Identifier: ISC */
/*
 * pen - drawings as ink: strokes with round joints on a 1-bit picture
 */
#ifndef GENERATE_PEN_H
#define GENERATE_PEN_H

#include "generate/drawing.h"
#include "image/picture.h"

struct pen {
	double scale, left, top; /* pixel = left + scale × x, top + scale × y */
	double width;		 /* of an ordinary stroke, pixels */
	double dash, gap;	 /* of broken lines, pixels */
};

void pen_draw(const struct pen *pen, const struct drawing *d, struct picture *on);

/* A line of this width from a to b with round ends; what lies outside of the picture is left out. */
void pen_line(struct picture *on, struct spot a, struct spot b, double width);

#endif
