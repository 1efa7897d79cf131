/* SPDX-License-Identifier: ISC */
/*
 * mesh - an object as closed solids of triangles that may run into each other, and the lines a draughtsman
 * would draw on it
 *
 * Solids are added part by part (solid.h); mesh_finish then finds the edges, which of them are creases, and
 * the curves in which parts run into each other, and brings the object to a size of 2 about the origin.
 */
#ifndef GENERATE_MESH_H
#define GENERATE_MESH_H

#include "generate/point.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESH_NONE UINT32_MAX

/* Counterclockwise seen from outside. */
struct triangle {
	uint32_t v[3];
	uint32_t part;
};

/* Between two triangles; or a line on the surface of one part or between two (the triangles it lies on, or
 * MESH_NONE). */
struct edge {
	uint32_t v[2], t[2];
	uint32_t part;
	bool crease; /* drawn whenever it is seen, not only as an outline */
	bool line;   /* a curve where parts meet, or ornament */
};

enum shading { SHADING_NONE, SHADING_HATCHED, SHADING_STIPPLED };

struct part {
	bool unclaimed; /* drawn in broken lines */
	enum shading shading;
	size_t first_triangle, end_triangle;
};

/* Start with {0}; the arrays are reused by the next object. */
struct mesh {
	struct point *points;
	struct triangle *triangles;
	struct edge *edges;
	struct part *parts;
	uint32_t (*marks)[2]; /* edges to be drawn though they are no creases */
	size_t point_count, point_capacity, triangle_count, triangle_capacity, edge_count, edge_capacity;
	size_t part_count, part_capacity, mark_count, mark_capacity;
	bool unclaimed; /* what the next part will be */
	enum shading shading;
};

void mesh_clear(struct mesh *m);
void mesh_release(struct mesh *m);

/* What follows belongs to a new part, until the next call. */
void mesh_part(struct mesh *m);
uint32_t mesh_point(struct mesh *m, struct point p);
void mesh_triangle(struct mesh *m, uint32_t a, uint32_t b, uint32_t c); /* one without area is left out */
void mesh_mark(struct mesh *m, uint32_t a, uint32_t b);			/* draw the edge a, b of this part */
void mesh_line(struct mesh *m, uint32_t a, uint32_t b); /* a piece of ornament on the surface */

/* How far a ray flies until it meets a part before `parts` from outside, or -1. */
double mesh_distance(const struct mesh *m, size_t parts, struct point from, struct point direction);

void mesh_finish(struct mesh *m);

/* Adds the curves in which parts meet; of mesh_finish. */
void mesh_intersect(struct mesh *m);

#endif
