/* SPDX-License-Identifier: ISC */
/*
 * shade - surface shading as draughtsmen do it: hatching or stipples, denser where less light falls
 *
 * Light comes from above on the left, in front. Only parts that ask for shading get it, where they are seen.
 */
#ifndef GENERATE_SHADE_H
#define GENERATE_SHADE_H

#include "generate/depth.h"
#include "generate/drawing.h"

/* Adds the strokes; `spacing` of hatching lines in the object's size, `weight` of the lines and dots. */
void shade_draw(const struct depth *seen, const struct mesh *m, const struct point *projected, double spacing,
	double weight, struct drawing *to);

#endif
