/* SPDX-License-Identifier: ISC */
#include "generate/shade.h"

#include "generate/random.h"

/* How dark (1 - the cosine to the light) a surface must be for every line, every second, every fourth. */
static const double thresholds[4] = {0.42, 0.92, 0.66, 0.92};

/* How dark the surface is that is seen here, 0 … 1 and more; -1 where no part asks for this shading. */
static double darkness(const struct depth *seen, const struct mesh *m, const struct point *projected,
	double x, double y, enum shading shading)
{
	static const struct point light = {-0.42, -0.56, -0.71};
	const uint32_t t = depth_triangle(seen, x, y);
	const struct triangle *tri;
	struct point normal;

	if (t == MESH_NONE || m->parts[m->triangles[t].part].shading != shading)
		return -1;
	tri = &m->triangles[t];
	/* seen triangles turn clockwise on paper: this looks at the viewer */
	normal = point_unit(point_cross(point_minus(projected[tri->v[2]], projected[tri->v[0]]),
		point_minus(projected[tri->v[1]], projected[tri->v[0]])));
	return 1 - point_dot(normal, light) * (normal.z < 0 ? 1 : -1);
}

/* A hatching line from (x, y) to the right and up, in steps of a cell; short pieces are left out. */
static void hatch_line(const struct depth *seen, const struct mesh *m, const struct point *projected,
	double x, double y, int steps, double threshold, double weight, struct drawing *to)
{
	const int shortest = 8;
	int start = -1;

	for (int i = 0; i <= steps; i++) {
		const bool dark = i < steps && darkness(seen, m, projected, x + i * seen->cell,
						       y - i * seen->cell, SHADING_HATCHED) > threshold;

		if (dark && start < 0)
			start = i;
		if (dark || start < 0)
			continue;
		if (i - start >= shortest) {
			drawing_stroke(to, weight, false);
			drawing_spot(to, x + (start + 1) * seen->cell, y - (start + 1) * seen->cell);
			drawing_spot(to, x + (i - 2) * seen->cell, y - (i - 2) * seen->cell);
		}
		start = -1;
	}
}

static void hatch(const struct depth *seen, const struct mesh *m, const struct point *projected,
	double spacing, double weight, struct drawing *to)
{
	const double width = seen->width * seen->cell, height = seen->height * seen->cell;
	const int lines = (int)((width + height) / (spacing * sqrt(2)));

	for (int i = 1; i < lines; i++) {
		const double along = i * spacing * sqrt(2);
		const double x = seen->left + fmax(0, along - height), y = seen->top + fmin(along, height);
		const double reach = fmin(seen->left + width - x, y - seen->top);

		hatch_line(
			seen, m, projected, x, y, (int)(reach / seen->cell), thresholds[i % 4], weight, to);
	}
}

static void stipple(const struct depth *seen, const struct mesh *m, const struct point *projected,
	double spacing, double weight, struct drawing *to)
{
	struct random r = random_from(0, 0, 0);
	const double step = spacing * 0.55;

	for (double y = seen->top; y < seen->top + seen->height * seen->cell; y += step)
		for (double x = seen->left; x < seen->left + seen->width * seen->cell; x += step) {
			const double px = x + step * random_unit(&r), py = y + step * random_unit(&r);
			const double dark = darkness(seen, m, projected, px, py, SHADING_STIPPLED);

			if (random_chance(&r, dark * fabs(dark) * 0.8)) {
				drawing_stroke(to, weight * 1.2, false);
				drawing_spot(to, px, py);
			}
		}
}

static bool asks(const struct mesh *m, enum shading shading)
{
	for (size_t i = 0; i < m->part_count; i++)
		if (m->parts[i].shading == shading)
			return true;
	return false;
}

void shade_draw(const struct depth *seen, const struct mesh *m, const struct point *projected, double spacing,
	double weight, struct drawing *to)
{
	if (asks(m, SHADING_HATCHED))
		hatch(seen, m, projected, spacing, weight, to);
	if (asks(m, SHADING_STIPPLED))
		stipple(seen, m, projected, spacing, weight, to);
}
