/* SPDX-License-Identifier: ISC */
#include "generate/view.h"

#include "generate/depth.h"
#include "generate/memory.h"
#include "generate/shade.h"

#include <stdlib.h>

/* Two edges make one line if it bends by less than this (cosine of 50 degrees). */
#define LINE_COSINE 0.64

/* Runs of seen samples shorter than this are specks, gaps shorter than this are closed; in samples. */
enum { SHORTEST_RUN = 3, SHORTEST_GAP = 3 };

/* A feature of the mesh that may be seen. */
struct feature {
	uint32_t v[2];
	uint32_t part;
	bool outline, taken;
};

/* A step along a chain: where, in the paper's units, and behind which of the chain's points. */
struct sample {
	struct point at;
	size_t leg;
	bool seen;
};

struct view {
	int cells;
	struct depth depth;
	struct point *projected;
	bool *facing;
	struct feature *features;
	uint32_t *starts, *incident; /* features at a point: incident[starts[v]] … */
	uint32_t *chain;
	struct sample *samples;
	size_t projected_capacity, facing_capacity, feature_count, feature_capacity, start_capacity,
		incident_capacity;
	size_t chain_count, chain_capacity, sample_count, sample_capacity;
};

struct view *view_open(int cells)
{
	size_t capacity = 0;
	struct view *v = memory_grow(NULL, &capacity, 1, sizeof *v);

	*v = (struct view){.cells = cells};
	return v;
}

void view_close(struct view *v)
{
	if (!v)
		return;
	depth_release(&v->depth);
	free(v->projected);
	free(v->facing);
	free(v->features);
	free(v->starts);
	free(v->incident);
	free(v->chain);
	free(v->samples);
	free(v);
}

/*
 * A perspective that maps planes to planes, depth included, so that everything behind it may be linear: x, y
 * and z of the point scaled by distance / (distance + z).
 */
static void project(struct view *v, const struct mesh *m, const struct camera *c)
{
	const double a = c->azimuth * PI / 180, e = c->elevation * PI / 180;
	const struct point right = {cos(a), sin(a), 0}, into = {-sin(a) * cos(e), cos(a) * cos(e), -sin(e)};
	const struct point up = point_cross(right, into);

	v->projected =
		memory_grow(v->projected, &v->projected_capacity, m->point_count, sizeof *v->projected);
	for (size_t i = 0; i < m->point_count; i++) {
		const struct point p = m->points[i];
		const double z = point_dot(p, into),
			     s = c->distance > 0 ? c->distance / (c->distance + z) : 1;

		v->projected[i] = point_times(point_at(point_dot(p, right), -point_dot(p, up), z), s);
	}
}

static void find_facing(struct view *v, const struct mesh *m)
{
	v->facing = memory_grow(v->facing, &v->facing_capacity, m->triangle_count, sizeof *v->facing);
	for (size_t i = 0; i < m->triangle_count; i++) {
		const uint32_t *t = m->triangles[i].v;
		const struct point a = v->projected[t[0]], b = v->projected[t[1]], c = v->projected[t[2]];

		/* counterclockwise outside, and y points down; edge-on is turned away */
		v->facing[i] = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y) < -1e-9;
	}
}

static void find_features(struct view *v, const struct mesh *m)
{
	v->feature_count = 0;
	for (size_t i = 0; i < m->edge_count; i++) {
		const struct edge *e = &m->edges[i];
		const bool first = e->t[0] == MESH_NONE || v->facing[e->t[0]];
		const bool second = e->t[1] == MESH_NONE || v->facing[e->t[1]];

		if (e->line ? !first || !second : !(first && second ? e->crease : first || second))
			continue;
		v->features = memory_grow(
			v->features, &v->feature_capacity, v->feature_count + 1, sizeof *v->features);
		v->features[v->feature_count++] =
			(struct feature){{e->v[0], e->v[1]}, e->part, first != second, false};
	}
}

/* Which features end at a point, in the order of the features. */
static void find_incident(struct view *v, const struct mesh *m)
{
	v->starts = memory_grow(v->starts, &v->start_capacity, m->point_count + 2, sizeof *v->starts);
	v->incident = memory_grow(
		v->incident, &v->incident_capacity, 2 * v->feature_count + 1, sizeof *v->incident);
	for (size_t i = 0; i < m->point_count + 2; i++)
		v->starts[i] = 0;
	for (size_t i = 0; i < v->feature_count; i++)
		for (int k = 0; k < 2; k++)
			v->starts[v->features[i].v[k] + 2]++;
	for (size_t i = 2; i < m->point_count + 2; i++)
		v->starts[i] += v->starts[i - 1];
	for (size_t i = 0; i < v->feature_count; i++)
		for (int k = 0; k < 2; k++)
			v->incident[v->starts[v->features[i].v[k] + 1]++] = (uint32_t)i;
}

static double cosine(struct point a, struct point b, struct point c)
{
	const double x = b.x - a.x, y = b.y - a.y, u = c.x - b.x, w = c.y - b.y;
	const double lengths = sqrt((x * x + y * y) * (u * u + w * w));

	return lengths > 0 ? (x * u + y * w) / lengths : 1;
}

/* The feature that goes on straightest from `before` through `at`, and the point it leads to; NULL: the line
 * ends here. */
static struct feature *go_on(
	const struct view *v, uint32_t part, bool outline, uint32_t before, uint32_t at, uint32_t *to)
{
	struct feature *best = NULL;
	double straightest = LINE_COSINE;

	for (uint32_t i = v->starts[at]; i < v->starts[at + 1]; i++) {
		struct feature *f = &v->features[v->incident[i]];
		const uint32_t other = f->v[0] == at ? f->v[1] : f->v[0];
		const double straight = cosine(v->projected[before], v->projected[at], v->projected[other]);

		if (f->taken || f->part != part || f->outline != outline || straight <= straightest)
			continue;
		straightest = straight;
		best = f;
		*to = other;
	}
	return best;
}

static void chain_add(struct view *v, uint32_t point)
{
	v->chain = memory_grow(v->chain, &v->chain_capacity, v->chain_count + 1, sizeof *v->chain);
	v->chain[v->chain_count++] = point;
}

static void chain_turn_round(struct view *v)
{
	for (size_t i = 0, j = v->chain_count - 1; i < j; i++, j--) {
		const uint32_t point = v->chain[i];

		v->chain[i] = v->chain[j];
		v->chain[j] = point;
	}
}

/* All points of the line this feature belongs to, followed to both ends. */
static void find_chain(struct view *v, struct feature *start)
{
	v->chain_count = 0;
	start->taken = true;
	chain_add(v, start->v[0]);
	chain_add(v, start->v[1]);
	for (int end = 0; end < 2; end++) {
		struct feature *f;
		uint32_t to;

		while ((f = go_on(v, start->part, start->outline, v->chain[v->chain_count - 2],
				v->chain[v->chain_count - 1], &to))) {
			f->taken = true;
			chain_add(v, to);
		}
		chain_turn_round(v);
	}
}

static void add_sample(struct view *v, struct point at, size_t leg)
{
	v->samples = memory_grow(v->samples, &v->sample_capacity, v->sample_count + 1, sizeof *v->samples);
	v->samples[v->sample_count++] = (struct sample){at, leg, depth_sees(&v->depth, at)};
}

static void walk_chain(struct view *v)
{
	double rest = 0;
	const double step = 0.7 * v->depth.cell;

	v->sample_count = 0;
	for (size_t leg = 0; leg + 1 < v->chain_count; leg++) {
		const struct point a = v->projected[v->chain[leg]];
		const struct point d = point_minus(v->projected[v->chain[leg + 1]], a);
		const double length = sqrt(d.x * d.x + d.y * d.y);
		double s = rest;

		for (; s < length; s += step)
			add_sample(v, point_along(a, d, s / length), leg);
		rest = s - length;
	}
	add_sample(v, v->projected[v->chain[v->chain_count - 1]], v->chain_count - 1);
}

/* Runs of samples that are (not) seen and shorter than `shortest` become like those around them. */
static void drop_short(struct view *v, bool seen, size_t shortest)
{
	for (size_t i = 0, end; i < v->sample_count; i = end) {
		for (end = i; end < v->sample_count && v->samples[end].seen == v->samples[i].seen; end++)
			;
		if (v->samples[i].seen != seen || end - i >= shortest || i == 0 || end == v->sample_count)
			continue;
		for (size_t j = i; j < end; j++)
			v->samples[j].seen = !seen;
	}
}

static void draw_run(const struct view *v, size_t first, size_t last, struct drawing *to)
{
	drawing_spot(to, v->samples[first].at.x, v->samples[first].at.y);
	for (size_t leg = v->samples[first].leg + 1; leg <= v->samples[last].leg; leg++)
		drawing_spot(to, v->projected[v->chain[leg]].x, v->projected[v->chain[leg]].y);
	drawing_spot(to, v->samples[last].at.x, v->samples[last].at.y);
}

static void draw_chain(struct view *v, double weight, bool broken, struct drawing *to)
{
	walk_chain(v);
	drop_short(v, false, SHORTEST_GAP);
	drop_short(v, true, SHORTEST_RUN);
	for (size_t i = 0, end; i < v->sample_count; i = end) {
		for (end = i; end < v->sample_count && v->samples[end].seen == v->samples[i].seen; end++)
			;
		if (!v->samples[i].seen)
			continue;
		drawing_stroke(to, weight, broken);
		draw_run(v, i, end - 1, to);
	}
}

void view_draw(struct view *v, const struct mesh *m, const struct camera *c, const struct manner *how,
	struct drawing *to)
{
	project(v, m, c);
	find_facing(v, m);
	depth_fill(&v->depth, v->cells, m, v->projected, v->facing);
	find_features(v, m);
	find_incident(v, m);
	drawing_clear(to);
	for (size_t i = 0; i < v->feature_count; i++) {
		struct feature *f = &v->features[i];

		if (f->taken)
			continue;
		find_chain(v, f);
		draw_chain(v, f->outline ? how->outline : 1, m->parts[f->part].unclaimed, to);
	}
	shade_draw(&v->depth, m, v->projected, how->spacing, 0.7, to);
}
