/* SPDX-License-Identifier: ISC */
/* Hidden lines: what is left of boxes has lengths that one can compute. */
#include "generate/solid.h"
#include "generate/view.h"
#include "unit/test.h"

static const struct manner plain = {1, 0.04};

static double ink(const struct drawing *d)
{
	double length = 0;

	for (size_t i = 0; i < d->stroke_count; i++)
		for (size_t k = 1; k < d->strokes[i].count; k++) {
			const struct spot *s = &d->spots[d->strokes[i].first + k];

			length += hypot(s->x - s[-1].x, s->y - s[-1].y);
		}
	return length;
}

/* A box of these sides that stands at x, y, z. */
static void add_box(struct mesh *m, double x, double y, double z, double width, double depth, double height)
{
	solid_slab(m, frame_at(x, y, z), width, depth, height, 0, 0);
}

/* The ink of the mesh seen from there, in a parallel projection; the mesh is finished. */
static double ink_from(const struct mesh *m, double azimuth, double elevation)
{
	const struct camera camera = {azimuth, elevation, 0};
	struct view *v = view_open(1000);
	struct drawing d = {0};
	double length;

	view_draw(v, m, &camera, &plain, &d);
	length = ink(&d);
	drawing_release(&d);
	view_close(v);
	return length;
}

static bool near(double a, double b)
{
	return fabs(a - b) < 0.01 * b;
}

int main(void)
{
	const double a = 30 * PI / 180, e = 20 * PI / 180;
	const double edges = hypot(cos(a), sin(a) * sin(e)) + hypot(sin(a), cos(a) * sin(e)) + cos(e);
	struct mesh m = {0};

	add_box(&m, 0, 0, 0, 1, 1, 1);
	mesh_finish(&m);
	ok(near(ink_from(&m, 0, 0), 8), "the front of a cube has four edges");
	ok(near(ink_from(&m, 30, 20), 3 * 2 * edges), "nine edges of a cube are seen from a corner, each once");

	mesh_clear(&m);
	add_box(&m, 0, 0, 0, 1, 1, 1);
	add_box(&m, 0, 2, 0.25, 0.5, 0.5, 0.5);
	add_box(&m, 0.2, 0.1, 0.2, 0.5, 0.5, 0.5);
	mesh_finish(&m);
	ok(near(ink_from(&m, 0, 0), 4 * 2 / 2.75), "what lies behind or inside a cube is not seen");
	ok(near(ink_from(&m, 180, 0), 6 * 2 / 2.75), "and from behind it is");

	mesh_clear(&m);
	add_box(&m, 0, 0, 0, 1, 1, 1);
	add_box(&m, 0, 0, 0.5, 0.5, 0.5, 1.5);
	mesh_finish(&m);
	ok(near(ink_from(&m, 0, 0), (4 + 2.5) * 2 / 2), "a box that comes out of another leaves its hidden half");
	ok(near(ink_from(&m, 0, 90), (4 + 2) * 2 / 2), "the curve in which two boxes meet is drawn");
	mesh_release(&m);
	return done();
}
