/* SPDX-License-Identifier: ISC */
/*
 * point - points and directions in space: x to the right, y away from the viewer of the front, z up
 */
#ifndef GENERATE_POINT_H
#define GENERATE_POINT_H

#include <math.h>

#define PI 3.14159265358979323846

struct point {
	double x, y, z;
};

static inline struct point point_at(double x, double y, double z)
{
	return (struct point){x, y, z};
}

static inline struct point point_add(struct point a, struct point b)
{
	return point_at(a.x + b.x, a.y + b.y, a.z + b.z);
}

static inline struct point point_minus(struct point a, struct point b)
{
	return point_at(a.x - b.x, a.y - b.y, a.z - b.z);
}

static inline struct point point_times(struct point a, double s)
{
	return point_at(a.x * s, a.y * s, a.z * s);
}

/* a + s b */
static inline struct point point_along(struct point a, struct point b, double s)
{
	return point_add(a, point_times(b, s));
}

static inline double point_dot(struct point a, struct point b)
{
	return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline struct point point_cross(struct point a, struct point b)
{
	return point_at(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

/* Of length 1; the zero direction stays what it is. */
static inline struct point point_unit(struct point a)
{
	const double length = sqrt(point_dot(a, a));

	return length > 0 ? point_times(a, 1 / length) : a;
}

#endif
