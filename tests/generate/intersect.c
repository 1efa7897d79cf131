/* SPDX-License-Identifier: ISC */
/* The curves in which the parts of a mesh meet: Möller 1997 in spirit, by edges against triangles. */
#include "generate/mesh.h"

#include "generate/memory.h"

#include <stdlib.h>

struct box {
	struct point low, high;
	uint32_t triangle;
};

static struct box empty_box(void)
{
	return (struct box){{1e9, 1e9, 1e9}, {-1e9, -1e9, -1e9}, 0};
}

static void include(struct box *b, struct point p)
{
	b->low = point_at(fmin(b->low.x, p.x), fmin(b->low.y, p.y), fmin(b->low.z, p.z));
	b->high = point_at(fmax(b->high.x, p.x), fmax(b->high.y, p.y), fmax(b->high.z, p.z));
}

static bool overlap(const struct box *a, const struct box *b)
{
	return a->low.x <= b->high.x && b->low.x <= a->high.x && a->low.y <= b->high.y &&
	       b->low.y <= a->high.y && a->low.z <= b->high.z && b->low.z <= a->high.z;
}

static int by_low_x(const void *a, const void *b)
{
	const struct box *p = a, *q = b;

	if (p->low.x != q->low.x)
		return p->low.x < q->low.x ? -1 : 1;
	return p->triangle < q->triangle ? -1 : 1;
}

/* Points that were made, by where they are: neighbouring pieces compute the same point in the same way. */
struct welder {
	uint32_t *slots;
	size_t size, used, capacity;
};

static size_t slot_of(const struct welder *w, struct point p)
{
	union {
		double d[3];
		uint64_t u[3];
	} k = {.d = {p.x + 0.0, p.y + 0.0, p.z + 0.0}};

	return (size_t)((k.u[0] * 0x9e3779b97f4a7c15u ^ k.u[1] * 0xc2b2ae3d27d4eb4fu ^
				k.u[2] * 0x165667b19e3779f9u) >>
			20) &
	       (w->size - 1);
}

static void insert(struct welder *w, const struct mesh *m, uint32_t v)
{
	size_t s = slot_of(w, m->points[v]);

	while (w->slots[s] != MESH_NONE)
		s = (s + 1) & (w->size - 1);
	w->slots[s] = v;
	w->used++;
}

static void widen(struct welder *w, const struct mesh *m)
{
	uint32_t *old = w->slots;
	const size_t old_size = w->size;

	w->size = old_size ? old_size * 2 : 1024;
	w->slots = NULL;
	w->capacity = 0;
	w->slots = memory_grow(w->slots, &w->capacity, w->size, sizeof *w->slots);
	w->used = 0;
	for (size_t i = 0; i < w->size; i++)
		w->slots[i] = MESH_NONE;
	for (size_t i = 0; i < old_size; i++)
		if (old[i] != MESH_NONE)
			insert(w, m, old[i]);
	free(old);
}

static uint32_t weld(struct welder *w, struct mesh *m, struct point p)
{
	uint32_t v;

	if (w->used * 2 >= w->size)
		widen(w, m);
	for (size_t s = slot_of(w, p); w->slots[s] != MESH_NONE; s = (s + 1) & (w->size - 1)) {
		const struct point q = m->points[w->slots[s]];

		if (q.x == p.x && q.y == p.y && q.z == p.z)
			return w->slots[s];
	}
	v = mesh_point(m, p);
	insert(w, m, v);
	return v;
}

/* Six times the volume of a, b, c, d. */
static double volume(struct point a, struct point b, struct point c, struct point d)
{
	return point_dot(point_cross(point_minus(b, a), point_minus(c, a)), point_minus(d, a));
}

/* Where the edge a, b (a the lower index, so that both of its triangles agree) goes through the triangle. */
static bool pierce(const struct mesh *m, uint32_t a, uint32_t b, const struct triangle *t, struct point *at)
{
	const struct point p = m->points[a < b ? a : b], q = m->points[a < b ? b : a];
	const struct point *v = m->points;
	const double from = volume(v[t->v[0]], v[t->v[1]], v[t->v[2]], p);
	const double to = volume(v[t->v[0]], v[t->v[1]], v[t->v[2]], q);
	double sides[3];

	if ((from > 0) == (to > 0))
		return false;
	for (int k = 0; k < 3; k++)
		sides[k] = volume(p, q, v[t->v[k]], v[t->v[(k + 1) % 3]]);
	if (!(sides[0] >= 0 && sides[1] >= 0 && sides[2] >= 0) &&
		!(sides[0] <= 0 && sides[1] <= 0 && sides[2] <= 0))
		return false;
	*at = point_along(p, point_minus(q, p), from / (from - to));
	return true;
}

static void meet(struct mesh *m, struct welder *w, uint32_t s, uint32_t t)
{
	const struct triangle a = m->triangles[s], b = m->triangles[t];
	struct point at[6];
	int count = 0;
	uint32_t from, to;

	for (int k = 0; k < 3; k++) {
		count += pierce(m, a.v[k], a.v[(k + 1) % 3], &b, &at[count]);
		count += pierce(m, b.v[k], b.v[(k + 1) % 3], &a, &at[count]);
	}
	if (count < 2)
		return;
	from = weld(w, m, at[0]);
	to = weld(w, m, at[1]);
	if (from == to)
		return;
	m->edges = memory_grow(m->edges, &m->edge_capacity, m->edge_count + 1, sizeof *m->edges);
	m->edges[m->edge_count++] =
		(struct edge){{from, to}, {s, t}, m->parts[a.part].unclaimed ? a.part : b.part, true, true};
}

static struct box box_of_triangle(const struct mesh *m, uint32_t t)
{
	struct box b = empty_box();

	for (int k = 0; k < 3; k++)
		include(&b, m->points[m->triangles[t].v[k]]);
	b.triangle = t;
	return b;
}

static struct box box_of_part(const struct mesh *m, const struct part *p)
{
	struct box b = empty_box();

	for (size_t t = p->first_triangle; t < p->end_triangle; t++)
		for (int k = 0; k < 3; k++)
			include(&b, m->points[m->triangles[t].v[k]]);
	return b;
}

struct boxes {
	struct box *items;
	size_t count, capacity;
};

/* The triangles of a part that reach into `within`, from left to right. */
static void collect(struct boxes *to, const struct mesh *m, const struct part *p, const struct box *within)
{
	to->count = 0;
	for (size_t t = p->first_triangle; t < p->end_triangle; t++) {
		const struct box b = box_of_triangle(m, (uint32_t)t);

		if (!overlap(&b, within))
			continue;
		to->items = memory_grow(to->items, &to->capacity, to->count + 1, sizeof *to->items);
		to->items[to->count++] = b;
	}
	if (to->count > 1)
		qsort(to->items, to->count, sizeof *to->items, by_low_x);
}

/* Both lists go from left to right: what ends left of a triangle, judged by the widest, is passed over. */
static void meet_all(struct mesh *m, struct welder *w, const struct boxes *a, const struct boxes *b)
{
	double widest = 0;
	size_t start = 0;

	for (size_t j = 0; j < b->count; j++)
		widest = fmax(widest, b->items[j].high.x - b->items[j].low.x);
	for (size_t i = 0; i < a->count; i++) {
		const struct box *p = &a->items[i];

		while (start < b->count && b->items[start].low.x < p->low.x - widest)
			start++;
		for (size_t j = start; j < b->count && b->items[j].low.x <= p->high.x; j++)
			if (overlap(p, &b->items[j]))
				meet(m, w, p->triangle, b->items[j].triangle);
	}
}

void mesh_intersect(struct mesh *m)
{
	struct boxes of_parts = {0}, a = {0}, b = {0};
	struct welder w = {0};

	of_parts.items = memory_grow(NULL, &of_parts.capacity, m->part_count + 1, sizeof *of_parts.items);
	for (size_t i = 0; i < m->part_count; i++)
		of_parts.items[i] = box_of_part(m, &m->parts[i]);
	for (size_t i = 0; i < m->part_count; i++)
		for (size_t j = i + 1; j < m->part_count; j++) {
			if (!overlap(&of_parts.items[i], &of_parts.items[j]))
				continue;
			collect(&a, m, &m->parts[i], &of_parts.items[j]);
			collect(&b, m, &m->parts[j], &of_parts.items[i]);
			meet_all(m, &w, &a, &b);
		}
	free(of_parts.items);
	free(a.items);
	free(b.items);
	free(w.slots);
}
