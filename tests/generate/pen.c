/* SPDX-License-Identifier: ISC */
#include "generate/pen.h"

#include <math.h>

/* Blackens the pixels left … right of a row, given as reals: those whose middle lies between. */
static void ink(struct picture *on, int y, double left, double right)
{
	const int first = (int)fmax(ceil(left - 0.5), 0),
		  last = (int)fmin(floor(right - 0.5), on->width - 1.0);
	uint8_t *row;

	if (first > last)
		return;
	row = picture_row(on, (uint32_t)y);
	for (int x = first; x <= last; x++)
		row[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
}

static void widen(double *left, double *right, double x, double by)
{
	*left = fmin(*left, x - by);
	*right = fmax(*right, x + by);
}

/* The row's cut through the round end at p. */
static void cut_end(double *left, double *right, struct spot p, double radius, double y)
{
	const double h = radius * radius - (y - p.y) * (y - p.y);

	if (h >= 0)
		widen(left, right, p.x, sqrt(h));
}

/* The row's cut through one side p q of the line's body. */
static void cut_side(double *left, double *right, struct spot p, struct spot q, double y)
{
	if ((p.y <= y) != (q.y <= y))
		widen(left, right, p.x + (q.x - p.x) * (y - p.y) / (q.y - p.y), 0);
}

/* A line with round ends is convex: every row cuts it in one piece. */
void pen_line(struct picture *on, struct spot a, struct spot b, double width)
{
	const double r = width / 2, dx = b.x - a.x, dy = b.y - a.y, length = sqrt(dx * dx + dy * dy);
	const double nx = length > 0 ? -dy / length * r : 0, ny = length > 0 ? dx / length * r : 0;
	const struct spot body[4] = {
		{a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}};
	const int first = (int)fmax(ceil(fmin(a.y, b.y) - r - 0.5), 0);
	const int last = (int)fmin(floor(fmax(a.y, b.y) + r - 0.5), on->height - 1.0);

	for (int row = first; row <= last; row++) {
		const double y = row + 0.5;
		double left = HUGE_VAL, right = -HUGE_VAL;

		cut_end(&left, &right, a, r, y);
		cut_end(&left, &right, b, r, y);
		for (int k = 0; k < 4; k++)
			cut_side(&left, &right, body[k], body[(k + 1) % 4], y);
		if (left <= right)
			ink(on, row, left, right);
	}
}

static struct spot between(struct spot a, struct spot b, double t)
{
	return (struct spot){a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

/* The pieces of a leg that fall on dashes; `at` is how far into dash and gap the stroke is. Returns where it
 * is behind. */
static double draw_dashes(
	const struct pen *pen, struct picture *on, struct spot a, struct spot b, double width, double at)
{
	const double length = hypot(b.x - a.x, b.y - a.y), period = pen->dash + pen->gap;
	double done = 0;

	while (done < length) {
		const double phase = fmod(at + done, period);
		const double piece =
			fmin((phase < pen->dash ? pen->dash : period) - phase + 1e-9, length - done);

		if (phase < pen->dash)
			pen_line(on, between(a, b, done / length), between(a, b, (done + piece) / length),
				width);
		done += piece;
	}
	return fmod(at + length, period);
}

static struct spot in_pixels(const struct pen *pen, struct spot p)
{
	return (struct spot){pen->left + pen->scale * p.x, pen->top + pen->scale * p.y};
}

void pen_draw(const struct pen *pen, const struct drawing *d, struct picture *on)
{
	for (size_t i = 0; i < d->stroke_count; i++) {
		const struct stroke *s = &d->strokes[i];
		const double width = pen->width * s->weight;
		struct spot from = in_pixels(pen, d->spots[s->first]);
		double at = 0;

		if (s->count == 1)
			pen_line(on, from, from, width);
		for (size_t k = 1; k < s->count; k++) {
			const struct spot to = in_pixels(pen, d->spots[s->first + k]);

			if (s->broken)
				at = draw_dashes(pen, on, from, to, width, at);
			else
				pen_line(on, from, to, width);
			from = to;
		}
	}
}
