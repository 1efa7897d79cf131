/* SPDX-License-Identifier: ISC */
/*
 * solid - the closed solids objects are put together from: lofts, slabs, swept tubes, superellipsoids
 *
 * Sections are closed curves around the origin, about 1 in radius, counterclockwise. Frames place a solid in
 * the object: its own axes with their scales, and where its origin lies. Every solid is a part of its mesh.
 */
#ifndef GENERATE_SOLID_H
#define GENERATE_SOLID_H

#include "generate/mesh.h"
#include "generate/random.h"

enum { SECTION_MAX = 192, PROFILE_MAX = 160, PATH_MAX_POINTS = 160 };

struct frame {
	struct point origin, x, y, z;
};

struct frame frame_at(double x, double y, double z);
struct frame frame_scaled(struct frame f, double x, double y, double z);
struct frame frame_turned(struct frame f, char axis, double degrees);	/* about its own x, y or z axis */
struct frame frame_toward(struct point origin, struct point direction); /* z looks along the direction */
struct point frame_place(const struct frame *f, struct point p);

struct section {
	int count;
	double x[SECTION_MAX], y[SECTION_MAX];
};

void section_circle(struct section *s);
void section_superellipse(struct section *s, double exponent); /* 2 is the circle, 6 nearly a square */
void section_rectangle(struct section *s, double width, double depth, double radius);
void section_polygon(struct section *s, int corners);
void section_flower(struct section *s, int petals, double depth);
void section_gear(struct section *s, int teeth, double depth);
void section_blob(struct section *s, double roughness, struct random *r);

/* A line from the bottom up (and, of a vessel, down again inside): radius and height. */
struct profile {
	int count;
	double r[PROFILE_MAX], z[PROFILE_MAX];
	bool marked[PROFILE_MAX];
	int rib_every, rib_from, rib_to;
};

void profile_start(struct profile *p, double r, double z);
void profile_line(struct profile *p, double r, double z);
void profile_curve(
	struct profile *p, double bend_r, double bend_z, double r, double z); /* with a bend toward a point */
void profile_mark(struct profile *p);					      /* a line around it here */
void profile_ribs_from(
	struct profile *p, int every); /* lines along it from here, at every nth point of the section */
void profile_ribs_to(struct profile *p);

struct path {
	int count;
	struct point at[PATH_MAX_POINTS];
};

void path_start(struct path *p, struct point at);
void path_line(struct path *p, struct point at);
void path_curve(struct path *p, struct point bend1, struct point bend2, struct point at); /* cubic Bézier */

/* The section, scaled by the profile's radius, along z. */
void solid_loft(struct mesh *m, struct frame f, const struct section *s, const struct profile *p);

/* A cylinder that stands on the frame's origin, with bevelled rims. */
void solid_cylinder(struct mesh *m, struct frame f, double radius, double height, double bevel);

/* A box that stands on the frame's origin: rounded upright edges, bevelled top and bottom. */
void solid_slab(struct mesh *m, struct frame f, double width, double depth, double height, double radius,
	double bevel);

/* |x|^(2/e2) … as Barr 1981 has it: e1 the roundness in height, e2 around; 1 is the sphere, 0.2 nearly a box.
 */
void solid_ellipsoid(struct mesh *m, struct frame f, double e1, double e2);

/*
 * The section along a path, its y axis toward `up` (which the path never follows), its radius from `start` to
 * `end`; closed paths repeat no point.
 */
void solid_tube(struct mesh *m, const struct path *path, struct point up, const struct section *s,
	double start, double end, bool closed);

/* A closed tube around the frame's z axis: radius 1 of the frame, the section of this radius and height. */
void solid_ring(struct mesh *m, struct frame f, const struct section *s, double radius, double height);

/* A round bar from one point to another, its radius from `start` to `end`. */
void solid_rod(struct mesh *m, struct point from, struct point to, double start, double end);

/* The section in one frame after the other, from the first (bottom) to the last. */
void solid_skin(struct mesh *m, const struct frame *frames, int count, const struct section *s);

/* Ornament: a curve on the surface. */
void solid_line(struct mesh *m, const struct path *path, bool closed);

#endif
