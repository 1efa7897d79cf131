/* SPDX-License-Identifier: ISC */
#include "generate/depth.h"

#include "generate/memory.h"

#include <stdlib.h>

/* A line in an inner corner lies behind the cells beside it: by this much, it is still seen. */
#define TOLERANCE 0.006f

void depth_release(struct depth *d)
{
	free(d->z);
	free(d->triangle);
	*d = (struct depth){0};
}

static void frame_buffer(struct depth *d, int cells, const struct mesh *m, const struct point *projected)
{
	double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
	size_t size;

	for (size_t i = 0; i < m->point_count; i++) {
		left = fmin(left, projected[i].x);
		right = fmax(right, projected[i].x);
		top = fmin(top, projected[i].y);
		bottom = fmax(bottom, projected[i].y);
	}
	d->cell = fmax(right - left, bottom - top) / cells;
	d->left = left - 2 * d->cell;
	d->top = top - 2 * d->cell;
	d->width = (int)((right - left) / d->cell) + 5;
	d->height = (int)((bottom - top) / d->cell) + 5;
	size = (size_t)d->width * (size_t)d->height;
	d->z = memory_grow(d->z, &d->z_capacity, size, sizeof *d->z);
	d->triangle = memory_grow(d->triangle, &d->triangle_capacity, size, sizeof *d->triangle);
	for (size_t i = 0; i < size; i++) {
		d->z[i] = 1e9f;
		d->triangle[i] = MESH_NONE;
	}
}

static int clamp(double value, int limit)
{
	return value < 0 ? 0 : value > limit - 1 ? limit - 1 : (int)value;
}

/* One triangle, row by row: where its sides cross the row, and its plane's depth along it. */
static void fill_triangle(struct depth *d, uint32_t t, struct point a, struct point b, struct point c)
{
	const double area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
	const double zx = ((b.z - a.z) * (c.y - a.y) - (c.z - a.z) * (b.y - a.y)) / area;
	const double zy = ((c.z - a.z) * (b.x - a.x) - (b.z - a.z) * (c.x - a.x)) / area;
	const struct point p[3] = {a, b, c};
	const int first = clamp(ceil(fmin(a.y, fmin(b.y, c.y))), d->height);
	const int last = clamp(floor(fmax(a.y, fmax(b.y, c.y))), d->height);

	for (int y = first; y <= last; y++) {
		double left = 1e9, right = -1e9;
		float *z = d->z + (size_t)y * (size_t)d->width;
		uint32_t *seen = d->triangle + (size_t)y * (size_t)d->width;

		for (int k = 0; k < 3; k++) {
			const struct point q = p[k], r = p[(k + 1) % 3];

			if ((q.y <= y) == (r.y <= y) && q.y != y)
				continue;
			const double x = q.y == r.y ? q.x : q.x + (r.x - q.x) * (y - q.y) / (r.y - q.y);

			left = fmin(left, x);
			right = fmax(right, x);
		}
		for (int x = clamp(ceil(left), d->width); x <= floor(right) && x < d->width; x++) {
			const float depth = (float)(a.z + zx * (x - a.x) + zy * (y - a.y));

			if (depth < z[x]) {
				z[x] = depth;
				seen[x] = t;
			}
		}
	}
}

static struct point in_cells(const struct depth *d, struct point p)
{
	return point_at((p.x - d->left) / d->cell, (p.y - d->top) / d->cell, p.z);
}

void depth_fill(
	struct depth *d, int cells, const struct mesh *m, const struct point *projected, const bool *facing)
{
	frame_buffer(d, cells, m, projected);
	for (size_t i = 0; i < m->triangle_count; i++) {
		const uint32_t *v = m->triangles[i].v;

		if (facing[i])
			fill_triangle(d, (uint32_t)i, in_cells(d, projected[v[0]]),
				in_cells(d, projected[v[1]]), in_cells(d, projected[v[2]]));
	}
}

bool depth_sees(const struct depth *d, struct point p)
{
	const int x = (int)((p.x - d->left) / d->cell + 0.5), y = (int)((p.y - d->top) / d->cell + 0.5);
	const float limit = (float)p.z - TOLERANCE;

	for (int j = y - 1; j <= y + 1; j++)
		for (int i = x - 1; i <= x + 1; i++)
			if (d->z[(size_t)j * (size_t)d->width + (size_t)i] >= limit)
				return true;
	return false;
}

uint32_t depth_triangle(const struct depth *d, double x, double y)
{
	const int i = clamp((x - d->left) / d->cell + 0.5, d->width),
		  j = clamp((y - d->top) / d->cell + 0.5, d->height);

	return d->triangle[(size_t)j * (size_t)d->width + (size_t)i];
}
