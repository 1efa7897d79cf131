/* SPDX-License-Identifier: ISC */
/*
 * depth - what a projected mesh hides: a buffer of depths, and of which triangle is seen
 *
 * Cells are squares of `cell` units; x to the right, y down, larger z farther away.
 */
#ifndef GENERATE_DEPTH_H
#define GENERATE_DEPTH_H

#include "generate/mesh.h"

/* Start with {0}; reused. */
struct depth {
	int width, height;
	double cell, left, top; /* the middle of cell (0, 0) is at left, top */
	float *z;
	uint32_t *triangle; /* the one that is seen, or MESH_NONE */
	size_t z_capacity, triangle_capacity;
};

/* Fills the buffer with the triangles that face the viewer; points are projected already. */
void depth_fill(
	struct depth *d, int cells, const struct mesh *m, const struct point *projected, const bool *facing);
void depth_release(struct depth *d);

/* Whether a point on the surface is seen: not behind all the cells around it. */
bool depth_sees(const struct depth *d, struct point p);

/* Which triangle is seen at x, y, or MESH_NONE. */
uint32_t depth_triangle(const struct depth *d, double x, double y);

#endif
