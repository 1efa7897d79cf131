/* SPDX-License-Identifier: ISC */
#include "generate/writing.h"

#include "base/message.h"
#include "generate/drawing.h"
#include "generate/pen.h"

#include <math.h>
#include <string.h>

enum { LETTERS = 30, STROKES = 3, SPOTS = 5 };

/* On a grid of 4 × 8 cells: capitals are 6 high, the tails of small letters reach lower. */
struct letter {
	int strokes, spots[STROKES];
	struct spot at[STROKES][SPOTS];
	double advance;
	bool dotted;
};

static void choose_letter(struct letter *l, struct random *r)
{
	const bool small = random_chance(r, 0.75), narrow = random_chance(r, 0.2);
	const int top = small && random_chance(r, 0.75) ? 2 : 0, bottom = small && random_chance(r, 0.15) ? 8 : 6;
	const int right = narrow ? 1 : random_in(r, 3, 4);

	l->strokes = random_in(r, 1, STROKES);
	l->advance = right + 1.8;
	l->dotted = narrow && random_chance(r, 0.5);
	for (int s = 0; s < l->strokes; s++) {
		l->spots[s] = random_in(r, 2, SPOTS);
		for (int i = 0; i < l->spots[s]; i++)
			l->at[s][i] = (struct spot){random_in(r, 0, right), random_in(r, top, bottom)};
		/* letters hold together, and reach from the top to the bottom */
		l->at[s][0] = s ? l->at[0][1] : (struct spot){0, top};
		if (s == 0)
			l->at[0][1] = (struct spot){random_in(r, 0, right), bottom};
	}
}

struct page {
	struct letter letters[LETTERS];
	double cell, pen, pitch, left, right, top, bottom; /* pixels */
	double slant;
};

static double draw_letter(const struct page *p, const struct letter *l, double x, double y, struct picture *on)
{
	for (int s = 0; s < l->strokes; s++)
		for (int i = 0; i + 1 < l->spots[s]; i++) {
			struct spot ends[2];

			for (int k = 0; k < 2; k++) {
				const struct spot at = l->at[s][i + k];
				ends[k] = (struct spot){x + (at.x + p->slant * (6 - at.y)) * p->cell, y + at.y * p->cell};
			}
			pen_line(on, ends[0], ends[1], p->pen);
		}
	if (l->dotted) {
		const struct spot dot = {x + p->cell / 2, y};
		pen_line(on, dot, dot, p->pen * 1.2);
	}
	return l->advance * p->cell;
}

/* A line from x to `right`, word by word. */
static void draw_line(const struct page *p, double x, double right, double y, struct random *r, struct picture *on)
{
	const double letter = 5.5 * p->cell;

	while (x < right) {
		const int count = random_in(r, 1, 11);

		if (x + count * letter > right)
			return;
		for (int i = 0; i < count; i++)
			x += draw_letter(p, &p->letters[random_below(r, LETTERS)], x, y, on);
		x += 3.5 * p->cell;
	}
}

static void draw_column(const struct page *p, double left, double right, struct random *r, struct picture *on)
{
	int rest = random_in(r, 1, 12);

	for (double y = p->top; y + 8 * p->cell < p->bottom; y += p->pitch) {
		const bool first = rest == 0, last = --rest <= 0;
		const double end = last ? left + (right - left) * random_between(r, 0.2, 0.9) : right;

		draw_line(p, left + (first ? 6 * p->cell : 0), end, y, r, on);
		if (last) {
			y += random_chance(r, 0.5) ? p->pitch : 0;
			rest = random_in(r, 1, 14);
		}
	}
}

static void quarter_turn(struct picture *p)
{
	struct picture turned = {0};
	struct error err;

	if (picture_prepare(&turned, PICTURE_BIT, p->height, p->width, &err) < 0)
		die("cannot write a page: %s", err.text);
	memset(turned.pixels.data, 0, turned.pixels.size);
	for (uint32_t y = 0; y < p->height; y++) {
		const uint8_t *row = picture_row_const(p, y);

		for (uint32_t x = 0; x < p->width; x++)
			if (row[x >> 3] & 0x80 >> (x & 7))
				picture_row(&turned, x)[y >> 3] |= (uint8_t)(0x80 >> (y & 7));
	}
	picture_swap(p, &turned);
	picture_release(&turned);
}

void writing_make(struct random *r, struct picture *to)
{
	const int width = random_in(r, 900, 2100), height = random_in(r, 700, 2700);
	const double margin = random_between(r, 10, 150), gap = width * 0.03;
	struct page p = {.cell = random_between(r, 2.8, 8), .left = margin, .right = width - margin, .top = margin,
	        .bottom = height - margin, .slant = random_chance(r, 0.2) ? 0.2 : 0};
	struct error err;

	p.pen = p.cell * random_between(r, 0.55, 1.3);
	p.pitch = p.cell * random_between(r, 9.5, 17);
	for (int i = 0; i < LETTERS; i++)
		choose_letter(&p.letters[i], r);
	if (picture_prepare(to, PICTURE_BIT, (uint32_t)width, (uint32_t)height, &err) < 0)
		die("cannot write a page: %s", err.text);
	memset(to->pixels.data, 0, to->pixels.size);
	if (random_chance(r, 0.35)) {
		draw_column(&p, p.left, width / 2.0 - gap, r, to);
		draw_column(&p, width / 2.0 + gap, p.right, r, to);
	} else {
		draw_column(&p, p.left, p.right, r, to);
	}
	if (random_chance(r, 0.15))
		quarter_turn(to);
}
