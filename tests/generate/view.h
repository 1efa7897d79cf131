/* SPDX-License-Identifier: ISC */
/*
 * view - a mesh seen by a camera, as a line drawing with hidden lines removed
 *
 * Outlines, creases, ornament and the curves where parts meet are followed as chains of edges; each chain is
 * walked in steps of less than a cell of a depth buffer, and what lies behind the buffer's surface is left
 * out. The strokes are vectors, sharp at any size; only their ends know the cells.
 */
#ifndef GENERATE_VIEW_H
#define GENERATE_VIEW_H

#include "generate/drawing.h"
#include "generate/mesh.h"

struct camera {
	double azimuth;	  /* degrees the viewer walks around the object counterclockwise, from the front */
	double elevation; /* degrees above the horizon: 90 looks straight down */
	double distance;  /* of the eye from the middle of the object; 0: infinite, a parallel projection */
};

/* How lines are drawn; shading belongs to the parts. */
struct manner {
	double outline; /* weight of outlines, 1 is an ordinary line */
	double spacing; /* between hatching lines, in the size of the object */
};

/* The working memory of views, reused. */
struct view;
struct view *view_open(int cells); /* along the longer side of the depth buffer */
void view_close(struct view *v);   /* NULL is allowed */

void view_draw(struct view *v, const struct mesh *m, const struct camera *c, const struct manner *how,
	struct drawing *to);

#endif
