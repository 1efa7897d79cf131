/* SPDX-License-Identifier: ISC */
#include "generate/patch.h"

#include "base/message.h"
#include "generate/pen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* An ellipse of lines, side by side. */
struct patch {
	struct spot middle;
	double across, along, angle; /* half axes; along the lines */
	double pitch, pen, dash;
	double bend, phase; /* of curves: how far they leave the straight, and where */
};

/* A place on the ink, or anywhere when there is hardly any. */
static struct spot choose_place(const struct picture *on, struct random *r)
{
	int x = 0, y = 0;

	for (int i = 0; i < 2000; i++) {
		x = random_below(r, (int)on->width);
		y = random_below(r, (int)on->height);
		if (picture_row_const(on, (uint32_t)y)[x >> 3])
			break;
	}
	return (struct spot){x, y};
}

static double choose_angle(struct random *r)
{
	return random_chance(r, 0.5) ? 1.5707963 * random_below(r, 2) : random_between(r, 0, 3.14159);
}

static struct spot spot_on(const struct patch *p, double off, double at)
{
	const double c = cos(p->angle), s = sin(p->angle);

	off += p->bend * cos(at / (2 * p->along) + p->phase);
	return (struct spot){p->middle.x + at * c - off * s, p->middle.y + at * s + off * c};
}

/* From `from` to `to` along a line of the patch that is `off` its middle. */
static void patch_line(const struct patch *p, double off, double from, double to, struct picture *on)
{
	const int legs = p->bend > 0 ? 12 : 1;

	for (int i = 0; i < legs; i++)
		pen_line(on, spot_on(p, off, from + (to - from) * i / legs), spot_on(p, off, from + (to - from) * (i + 1) / legs),
		        p->pen);
}

/* How far the line reaches to both sides. */
static double reach_at(const struct patch *p, double off)
{
	return p->along * sqrt(fmax(0, 1 - pow(off / p->across, 2)));
}

/* Stipples lie at random, closer to each other at one side of the patch. */
static void put_dots(const struct patch *p, struct random *r, struct picture *on)
{
	const double shade = random_between(r, 0, 1);

	for (double off = -p->across; off < p->across; off += p->pitch)
		for (double at = -reach_at(p, off); at < reach_at(p, off); at += p->pitch) {
			const double px = at + random_between(r, -0.5, 0.5) * p->pitch, py = off + random_between(r, -0.5, 0.5) * p->pitch;

			if (random_chance(r, 1 - shade * (at / p->along + 1) / 2))
				patch_line(p, py, px, px, on);
		}
}

void patch_tone(const struct picture *drawing, enum filling filling, struct random *r, struct picture *shading)
{
	struct patch p = {.middle = choose_place(drawing, r), .across = random_between(r, 20, 260),
	        .along = random_between(r, 20, 320), .angle = choose_angle(r)};
	const double ragged = random_chance(r, 0.5) ? random_between(r, 0.4, 1) : 1, uneven = random_between(r, 0, 0.5);

	p.pen = filling == FILLED_DOTS ? random_between(r, 2.5, 6.5) : random_between(r, 1, 4.5);
	p.pitch = filling == FILLED_DOTS ? fmin(36, p.pen * random_between(r, 2.2, 8)) : fmin(24, p.pen * random_between(r, 2.6, 7) + 2);
	p.dash = random_between(r, 4, 60);
	p.bend = filling == FILLED_CURVES ? p.across * random_between(r, 0.2, 1.5) : 0;
	p.phase = random_between(r, 0, 6.28);
	if (filling == FILLED_DOTS)
		put_dots(&p, r, shading);
	else
		for (double off = -p.across; off < p.across; off += p.pitch * random_between(r, 1 - uneven, 1 + uneven)) {
			const double reach = reach_at(&p, off) * random_between(r, ragged, 1);

			if (filling != FILLED_DASHES)
				patch_line(&p, off, -reach, reach, shading);
			for (double at = -reach * random_unit(r); filling == FILLED_DASHES && at < reach; at += p.dash + p.pitch)
				patch_line(&p, off, at, at + p.dash, shading);
		}
}

void patch_strokes(const struct picture *drawing, struct random *r, struct picture *shading)
{
	struct patch p = {.middle = choose_place(drawing, r), .along = random_between(r, 15, 300), .angle = choose_angle(r),
	        .pen = random_between(r, 1, 4), .bend = random_chance(r, 0.4) ? random_between(r, 10, 200) : 0};
	const int count = random_in(r, 1, 7);
	const double broken = random_chance(r, 0.5) ? random_between(r, 20, 120) : 4 * p.along;

	p.pitch = random_chance(r, 0.3) ? random_between(r, 8, 26) : random_between(r, 26, 110);
	p.phase = random_between(r, 0, 6.28);
	for (int i = 0; i < count; i++) {
		const double end = p.along * random_between(r, 0.4, 1);

		for (double at = -p.along * random_between(r, 0.4, 1); at < end; at += broken * random_between(r, 1.1, 1.6))
			patch_line(&p, (i - count / 2.0) * p.pitch, at, fmin(end, at + broken * random_between(r, 0.4, 1)), shading);
	}
}

void patch_grille(struct random *r, struct picture *drawing)
{
	const double x = random_between(r, 0.2, 0.8) * drawing->width, y = random_between(r, 0.2, 0.8) * drawing->height;
	const double across = random_between(r, 60, 400), along = across * random_between(r, 0.4, 1);
	const double hub = random_between(r, 0.1, 0.4), twist = random_between(r, 0, 1), pen = random_between(r, 2, 4);
	const int spokes = random_in(r, 10, 120), rings = random_in(r, 2, 6), sides = 96;
	const double turn = 6.2831853;

	for (int i = 0; i < spokes; i++) {
		const double a = turn * i / spokes, b = a + twist;
		const struct spot in = {x + hub * across * cos(a), y + hub * along * sin(a)};
		const struct spot out = {x + across * cos(b), y + along * sin(b)};
		pen_line(drawing, in, out, pen);
	}
	for (int k = 0; k < rings; k++)
		for (int i = 0; i < sides; i++) {
			const double radius = hub + (1 - hub) * k / (rings - 1), a = turn * i / sides, b = turn * (i + 1) / sides;
			const struct spot from = {x + radius * across * cos(a), y + radius * along * sin(a)};
			const struct spot to = {x + radius * across * cos(b), y + radius * along * sin(b)};
			pen_line(drawing, from, to, pen);
		}
}

/* A closed figure of so many corners; few are a rhomb, many a circle. */
static void ring(struct spot middle, double across, double along, int corners, double pen, struct picture *on)
{
	for (int i = 0; i < corners; i++) {
		const double a = 6.2831853 * i / corners, b = 6.2831853 * (i + 1) / corners;
		const struct spot from = {middle.x + across * cos(a), middle.y + along * sin(a)};
		const struct spot to = {middle.x + across * cos(b), middle.y + along * sin(b)};

		pen_line(on, from, to, pen);
	}
}

void patch_pattern(struct random *r, struct picture *drawing)
{
	const double size = random_between(r, 2, 22), pitch = fmax(30, size * random_between(r, 2.2, 5)), pen = random_between(r, 1.5, 5);
	const double slope = random_chance(r, 0.5) ? 0 : random_between(r, -0.5, 0.5), flat = random_between(r, 0.4, 1);
	const struct patch p = {.middle = choose_place(drawing, r), .across = random_between(r, 60, 400),
	        .along = random_between(r, 60, 400), .angle = choose_angle(r)};
	const int corners = random_chance(r, 0.3) ? 4 : 16, rows = (int)(p.across / pitch), columns = (int)(p.along / pitch);
	const bool filled = random_chance(r, 0.25);

	for (int i = -rows; i <= rows; i++)
		for (int k = -columns; k <= columns; k++) {
			const struct spot at = spot_on(&p, i * pitch, (k + slope * (i & 1)) * pitch);

			if (filled)
				pen_line(drawing, at, at, fmin(size, pitch / 2));
			else
				ring(at, size, size * flat, corners, pen, drawing);
		}
}

void patch_blacken(struct random *r, struct picture *drawing)
{
	for (int i = random_in(r, 1, 4); i > 0; i--) {
		const struct spot a = {random_unit(r) * drawing->width, random_unit(r) * drawing->height};
		const struct spot b = {a.x + random_between(r, -250, 250), a.y + random_between(r, -250, 250)};

		pen_line(drawing, a, b, random_between(r, 8, 160));
	}
}

/* --- inside and outside, in blocks of 8 × 8 pixels ------------------------------------------------------------------------ */

struct blocks {
	uint8_t *taken; /* by ink, or reached from outside */
	size_t columns, rows;
};

static bool has_ink(const struct picture *p, size_t column, size_t row)
{
	for (size_t y = 8 * row; y < 8 * row + 8 && y < p->height; y++)
		if (picture_row_const(p, (uint32_t)y)[column])
			return true;
	return false;
}

/* Marks what a walk from the border reaches; returns how many blocks it has not. */
static size_t walk(struct blocks *b, size_t *queue)
{
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < b->columns * b->rows; i++) {
		const size_t x = i % b->columns, y = i / b->columns;

		if ((x == 0 || y == 0 || x + 1 == b->columns || y + 1 == b->rows) && !b->taken[i]) {
			b->taken[i] = 2;
			queue[tail++] = i;
		}
	}
	while (head < tail) {
		const size_t at = queue[head++], x = at % b->columns, y = at / b->columns;
		const size_t next[4] = {x ? at - 1 : at, x + 1 < b->columns ? at + 1 : at, y ? at - b->columns : at,
		        y + 1 < b->rows ? at + b->columns : at};

		for (int i = 0; i < 4; i++)
			if (!b->taken[next[i]]) {
				b->taken[next[i]] = 2;
				queue[tail++] = next[i];
			}
	}
	return b->columns * b->rows - tail;
}

void patch_clip(const struct picture *drawing, struct picture *shading)
{
	struct blocks b = {.columns = picture_row_bytes(PICTURE_BIT, drawing->width), .rows = (drawing->height + 7) / 8};
	size_t *queue = malloc(b.columns * b.rows * sizeof *queue);

	b.taken = calloc(b.columns * b.rows, 1);
	if (!queue || !b.taken)
		die("out of memory");
	for (size_t i = 0; i < b.columns * b.rows; i++)
		b.taken[i] = has_ink(drawing, i % b.columns, i / b.columns);
	if (walk(&b, queue) > b.columns * b.rows / 6)
		for (uint32_t y = 0; y < shading->height; y++)
			for (size_t x = 0; x < b.columns; x++)
				if (b.taken[y / 8 * b.columns + x] == 2)
					picture_row(shading, y)[x] = 0;
	free(queue);
	free(b.taken);
}
