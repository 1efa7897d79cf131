/* SPDX-License-Identifier: ISC */
#include "generate/sheet.h"

#include "base/message.h"
#include "generate/label.h"
#include "generate/pen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct style style_choose(struct random *r)
{
	struct style s = {.scale = random_between(r, 550, 1500), .pen = random_in(r, 3, 6)};

	s.dash = s.pen * random_between(r, 5, 9);
	s.gap = s.pen * random_between(r, 2.5, 4);
	s.letter = random_in(r, 44, 84);
	s.letter_pen = s.letter * random_between(r, 0.08, 0.17);
	s.letter_space = random_chance(r, 0.8);
	s.margin = random_chance(r, 0.7) ? random_between(r, 0.003, 0.012) : random_between(r, 0.02, 0.1);
	s.label_right = random_chance(r, 0.7) ? 0.5 : 0.95;
	return s;
}

static void prepare(struct picture *p, double width, double height)
{
	struct error err;

	if (picture_prepare(p, PICTURE_BIT, (uint32_t)ceil(width), (uint32_t)ceil(height), &err) < 0)
		die("cannot draw a sheet: %s", err.text);
	memset(p->pixels.data, 0, p->pixels.size);
}

/* A drawing with its left upper corner (ink included) at left, top. */
static void put(struct picture *on, struct pen pen, const struct drawing *d, double left, double top)
{
	pen.left = left + pen.width / 2 - pen.scale * d->low.x;
	pen.top = top + pen.width / 2 - pen.scale * d->low.y;
	pen_draw(&pen, d, on);
}

/* What stands on a sheet from top to bottom: figures and labels. */
struct row {
	const struct drawing *drawing;
	struct pen pen;
	double width, height, gap; /* the gap is below */
	bool label;
};

static struct row row_of(const struct drawing *d, struct pen pen, double gap, bool label)
{
	return (struct row){d, pen, pen.scale * (d->high.x - d->low.x) + pen.width,
		pen.scale * (d->high.y - d->low.y) + pen.width, gap, label};
}

static void draw_rows(
	const struct row *rows, int count, double label_right, double margin, struct picture *to)
{
	double width = 0, height = 0, top;

	for (int i = 0; i < count; i++) {
		width = fmax(width, rows[i].width);
		height += rows[i].height + (i + 1 < count ? rows[i].gap : 0);
	}
	top = margin *= fmax(width, height);
	prepare(to, width + 2 * margin, height + 2 * margin);
	for (int i = 0; i < count; i++) {
		const double free = width - rows[i].width;

		put(to, rows[i].pen, rows[i].drawing, margin + free * (rows[i].label ? label_right : 0.5),
			top);
		top += rows[i].height + rows[i].gap;
	}
}

/* A quarter turn counterclockwise: the right side becomes the top. */
static void turn_left(struct picture *p)
{
	struct picture turned = {0};

	prepare(&turned, p->height, p->width);
	for (uint32_t y = 0; y < p->height; y++) {
		const uint8_t *row = picture_row_const(p, y);

		for (uint32_t x = 0; x < p->width; x++)
			if (row[x >> 3] & 0x80 >> (x & 7))
				picture_row(&turned, p->width - 1 - x)[y >> 3] |= (uint8_t)(0x80 >> (y & 7));
	}
	picture_swap(p, &turned);
	picture_release(&turned);
}

void sheet_draw(const struct style *style, const struct drawing *figures, const int *numbers, int count,
	bool landscape, struct picture *to)
{
	const struct pen ink = {style->scale, 0, 0, style->pen, style->dash, style->gap};
	const struct pen lettering = {style->letter, 0, 0, style->letter_pen, 0, 0};
	struct drawing labels[SHEET_FIGURES] = {{0}};
	struct row rows[2 * SHEET_FIGURES];
	int used = 0;

	for (int i = 0; i < count; i++) {
		char text[32];

		rows[used++] = row_of(&figures[i], ink, style->letter * 1.5, false);
		if (!numbers[i])
			continue;
		snprintf(text, sizeof text, style->letter_space ? "FIG. %d" : "FIG.%d", numbers[i]);
		label_draw(text, &labels[i]);
		rows[used++] = row_of(&labels[i], lettering, style->letter * 2.5, true);
	}
	draw_rows(rows, used, style->label_right, style->margin, to);
	if (landscape)
		turn_left(to);
	for (int i = 0; i < count; i++)
		drawing_release(&labels[i]);
}

void sheet_square(const struct drawing *figure, int side, double pen, struct picture *to)
{
	const double width = figure->high.x - figure->low.x, height = figure->high.y - figure->low.y;
	const struct pen ink = {(side - pen) / fmax(width, height), 0, 0, pen, 8 * pen, 4 * pen};

	prepare(to, side, side);
	put(to, ink, figure, (side - ink.scale * width - pen) / 2, (side - ink.scale * height - pen) / 2);
}
