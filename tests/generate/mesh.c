/* SPDX-License-Identifier: ISC */
#include "generate/mesh.h"

#include "generate/memory.h"

#include <stdlib.h>

/* Where the surface bends by more than this (cosine of 27 degrees) there is a crease. */
#define SMOOTH_COSINE 0.89

void mesh_clear(struct mesh *m)
{
	m->point_count = m->triangle_count = m->edge_count = m->part_count = m->mark_count = 0;
	m->unclaimed = false;
	m->shading = SHADING_NONE;
}

void mesh_release(struct mesh *m)
{
	free(m->points);
	free(m->triangles);
	free(m->edges);
	free(m->parts);
	free(m->marks);
	*m = (struct mesh){0};
}

void mesh_part(struct mesh *m)
{
	m->parts = memory_grow(m->parts, &m->part_capacity, m->part_count + 1, sizeof *m->parts);
	m->parts[m->part_count++] =
		(struct part){m->unclaimed, m->shading, m->triangle_count, m->triangle_count};
}

uint32_t mesh_point(struct mesh *m, struct point p)
{
	m->points = memory_grow(m->points, &m->point_capacity, m->point_count + 1, sizeof *m->points);
	m->points[m->point_count] = p;
	return (uint32_t)m->point_count++;
}

static struct point normal(const struct mesh *m, const struct triangle *t)
{
	const struct point *p = m->points;

	return point_cross(point_minus(p[t->v[1]], p[t->v[0]]), point_minus(p[t->v[2]], p[t->v[0]]));
}

void mesh_triangle(struct mesh *m, uint32_t a, uint32_t b, uint32_t c)
{
	const struct triangle t = {{a, b, c}, (uint32_t)m->part_count - 1};
	const struct point n = normal(m, &t);

	if (point_dot(n, n) < 1e-22)
		return;
	m->triangles =
		memory_grow(m->triangles, &m->triangle_capacity, m->triangle_count + 1, sizeof *m->triangles);
	m->triangles[m->triangle_count++] = t;
	m->parts[m->part_count - 1].end_triangle = m->triangle_count;
}

void mesh_mark(struct mesh *m, uint32_t a, uint32_t b)
{
	m->marks = memory_grow(m->marks, &m->mark_capacity, m->mark_count + 1, sizeof *m->marks);
	m->marks[m->mark_count][0] = a < b ? a : b;
	m->marks[m->mark_count++][1] = a < b ? b : a;
}

static struct edge *add_edge(struct mesh *m, struct edge e)
{
	m->edges = memory_grow(m->edges, &m->edge_capacity, m->edge_count + 1, sizeof *m->edges);
	m->edges[m->edge_count] = e;
	return &m->edges[m->edge_count++];
}

void mesh_line(struct mesh *m, uint32_t a, uint32_t b)
{
	add_edge(m, (struct edge){{a, b}, {MESH_NONE, MESH_NONE}, (uint32_t)m->part_count - 1, true, true});
}

/* Edges by their lower point: chains through `next`, started in `first`. */
struct finder {
	uint32_t *first, *next;
};

static struct edge *find(const struct mesh *m, const struct finder *f, uint32_t low, uint32_t high)
{
	for (uint32_t e = f->first[low]; e != MESH_NONE; e = f->next[e])
		if (m->edges[e].v[1] == high)
			return &m->edges[e];
	return NULL;
}

static void join_triangle(struct mesh *m, struct finder *f, uint32_t t)
{
	const struct triangle *tri = &m->triangles[t];

	for (int k = 0; k < 3; k++) {
		const uint32_t a = tri->v[k], b = tri->v[(k + 1) % 3], low = a < b ? a : b,
			       high = a < b ? b : a;
		struct edge *e = find(m, f, low, high);

		if (e) {
			e->t[1] = t;
			continue;
		}
		f->next[m->edge_count] = f->first[low];
		f->first[low] = (uint32_t)m->edge_count;
		add_edge(m, (struct edge){{low, high}, {t, MESH_NONE}, tri->part, false, false});
	}
}

static void find_edges(struct mesh *m)
{
	struct finder f = {0};
	size_t points = 0, nexts = 0;

	f.first = memory_grow(NULL, &points, m->point_count + 1, sizeof *f.first);
	f.next = memory_grow(NULL, &nexts, m->edge_count + 3 * m->triangle_count + 1, sizeof *f.next);
	for (size_t i = 0; i < m->point_count; i++)
		f.first[i] = MESH_NONE;
	for (size_t t = 0; t < m->triangle_count; t++)
		join_triangle(m, &f, (uint32_t)t);
	for (size_t i = 0; i < m->mark_count; i++) {
		struct edge *e = find(m, &f, m->marks[i][0], m->marks[i][1]);

		if (e)
			e->crease = true;
	}
	free(f.first);
	free(f.next);
}

static void find_creases(struct mesh *m)
{
	for (size_t i = 0; i < m->edge_count; i++) {
		struct edge *e = &m->edges[i];

		if (e->line)
			continue;
		e->crease |= e->t[1] == MESH_NONE ||
			     point_dot(point_unit(normal(m, &m->triangles[e->t[0]])),
				     point_unit(normal(m, &m->triangles[e->t[1]]))) < SMOOTH_COSINE;
	}
}

static void normalise(struct mesh *m)
{
	struct point low = {1e9, 1e9, 1e9}, high = {-1e9, -1e9, -1e9}, centre;
	double size;

	for (size_t i = 0; i < m->point_count; i++) {
		const struct point p = m->points[i];

		low = point_at(fmin(low.x, p.x), fmin(low.y, p.y), fmin(low.z, p.z));
		high = point_at(fmax(high.x, p.x), fmax(high.y, p.y), fmax(high.z, p.z));
	}
	centre = point_times(point_add(low, high), 0.5);
	size = fmax(high.x - low.x, fmax(high.y - low.y, high.z - low.z));
	for (size_t i = 0; i < m->point_count; i++)
		m->points[i] = point_times(point_minus(m->points[i], centre), 2 / size);
}

void mesh_finish(struct mesh *m)
{
	normalise(m);
	find_edges(m);
	find_creases(m);
	mesh_intersect(m);
}

double mesh_distance(const struct mesh *m, size_t parts, struct point from, struct point direction)
{
	double nearest = -1;

	for (size_t i = 0; i < m->triangle_count && m->triangles[i].part < parts; i++) {
		const struct triangle *t = &m->triangles[i];
		const struct point a = point_minus(m->points[t->v[0]], from),
				   b = point_minus(m->points[t->v[1]], from),
				   c = point_minus(m->points[t->v[2]], from);
		const struct point n = normal(m, t);
		const double toward = -point_dot(n, direction), distance = -point_dot(a, n) / toward;

		if (toward <= 0 || point_dot(direction, point_cross(a, b)) > 0 ||
			point_dot(direction, point_cross(b, c)) > 0 ||
			point_dot(direction, point_cross(c, a)) > 0)
			continue;
		if (distance > 0 && (nearest < 0 || distance < nearest))
			nearest = distance;
	}
	return nearest;
}
