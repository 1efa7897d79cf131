/* SPDX-License-Identifier: ISC */
/*
 * kinds - pictures of every kind that classify knows, as a stream; labels say what each is
 *
 * When shading dominates is defined by drawing each object twice, without and with shading: a line drawing has less than `little` of
 * its ink in shading, a shaded drawing more than `much`; what lies between is left out.
 */
#include "base/message.h"
#include "base/option.h"
#include "generate/figure.h"
#include "generate/label.h"
#include "generate/object.h"
#include "generate/pen.h"
#include "generate/photo.h"
#include "generate/sheet.h"
#include "generate/writing.h"
#include "model/kind.h"
#include "stream/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double little = 0.5, much = 0.7;

static const char help[] = "usage: kinds [--seed N] [--each N] [--first N] >STREAM\n"
                           "Writes so many (10) pictures of each kind, the first of this number (0).\n";

struct options {
	uint64_t seed;
	int each, first;
};

static struct options read_options(int argc, char **argv)
{
	enum { SEED = OPTION_LONG, EACH, FIRST };
	static const struct option_spec specs[] = {{SEED, "seed", true}, {EACH, "each", true}, {FIRST, "first", true},
	        {OPTION_HELP, "help", false}, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {.seed = 1, .each = 10};

	for (int id; (id = option_next(&in));)
		switch (id) {
		case SEED:
			o.seed = (uint64_t)option_integer(&in, 0, INT64_MAX);
			break;
		case EACH:
			o.each = (int)option_integer(&in, 1, 100000);
			break;
		case FIRST:
			o.first = (int)option_integer(&in, 0, 1000000);
			break;
		case OPTION_HELP:
			option_help(help);
		default:
			die_usage("superfluous operand '%s'", in.value);
		}
	return o;
}

/* What is used again for every picture. */
struct studio {
	struct mesh mesh;
	struct view *view;
	struct drawing plain[SHEET_FIGURES], shaded[SHEET_FIGURES];
	struct picture page, other;
	struct photo photo;
};

static uint8_t *new_page(struct picture *p, enum picture_layout layout, int width, int height, int value)
{
	struct error err;

	if (picture_prepare(p, layout, (uint32_t)width, (uint32_t)height, &err) < 0)
		die("cannot make a picture: %s", err.text);
	memset(p->pixels.data, value, p->pixels.size);
	return p->pixels.data;
}

/* --- drawings ---------------------------------------------------------------------------------------------------------- */

static double ink_of(const struct picture *p)
{
	size_t black = 0;

	for (size_t i = 0; i < p->pixels.size; i++)
		for (unsigned b = p->pixels.data[i]; b; b &= b - 1)
			black++;
	return (double)black;
}

static void shade_parts(struct mesh *m, enum shading shading, double share, struct random *r)
{
	for (size_t i = 0; i < m->part_count; i++)
		m->parts[i].shading = random_chance(r, share) ? shading : SHADING_NONE;
}

/* What is not claimed is drawn in broken lines. */
static void break_lines(struct mesh *m, struct random *r)
{
	const double share = random_unit(r);

	for (size_t i = 0; i < m->part_count; i++)
		m->parts[i].unclaimed = random_chance(r, share);
}

/* Takes spots out of the ink, as bad copies do: thin lines break into dashes and dots. */
static void wear(struct picture *p, struct random *r)
{
	const int side = random_in(r, 1, 4);
	const double loss = random_between(r, 0, 0.2) / (side * side);
	const double count = loss * p->width * p->height;

	for (double i = 0; i < count; i++) {
		const uint32_t left = (uint32_t)random_below(r, (int)p->width), top = (uint32_t)random_below(r, (int)p->height);

		for (uint32_t y = top; y < top + (uint32_t)side && y < p->height; y++)
			for (uint32_t x = left; x < left + (uint32_t)side && x < p->width; x++)
				picture_row(p, y)[x >> 3] &= (uint8_t)~(0x80 >> (x & 7));
	}
}

/* Lines that were grey: of their pixels a screen leaves every second, third … */
static void screen(struct picture *p, struct random *r)
{
	const uint32_t period = (uint32_t)random_in(r, 2, 8), shift = (uint32_t)random_below(r, (int)period);
	const uint32_t kept = (uint32_t)random_in(r, 1, (int)period - 1);

	for (uint32_t y = 0; y < p->height; y++)
		for (uint32_t x = 0; x < p->width; x++)
			if ((x + shift * y) % period >= kept)
				picture_row(p, y)[x >> 3] &= (uint8_t)~(0x80 >> (x & 7));
}

/* Black surfaces, as grips and screens have them. */
static void blacken(struct picture *p, struct random *r)
{
	for (int i = random_in(r, 1, 4); i > 0; i--) {
		const struct spot a = {random_unit(r) * p->width, random_unit(r) * p->height};
		const struct spot b = {a.x + random_between(r, -250, 250), a.y + random_between(r, -250, 250)};

		pen_line(p, a, b, random_between(r, 8, 160));
	}
}

/* One object, one or two views, without and with shading. Returns the share of shading in the ink. */
static double draw_object(struct studio *s, enum shading shading, double share, struct random *r)
{
	const struct manner how = {random_chance(r, 0.3) ? 1.5 : 1, random_between(r, 0.009, 0.05)};
	const int count = random_in(r, 1, SHEET_FIGURES), numbers[SHEET_FIGURES] = {random_in(r, 0, 20), random_in(r, 0, 20)};
	const bool landscape = random_chance(r, 0.15);
	struct style style = style_choose(r);
	struct figure figures[FIGURES_MAX];

	object_make(&s->mesh, random_bits(r), 1);
	if (random_chance(r, 0.25))
		break_lines(&s->mesh, r);
	style.dash = style.pen * (random_chance(r, 0.5) ? random_between(r, 0.1, 2) : random_between(r, 2, 9));
	style.gap = style.pen * random_between(r, 1.5, 4);
	figure_choose(figures, r);
	for (int i = 0; i < count; i++) {
		shade_parts(&s->mesh, SHADING_NONE, 1, r);
		view_draw(s->view, &s->mesh, &figures[i].camera, &how, &s->plain[i]);
		shade_parts(&s->mesh, shading, share, r);
		view_draw(s->view, &s->mesh, &figures[i].camera, &how, &s->shaded[i]);
	}
	if (random_chance(r, 0.8))
		style.pen *= random_between(r, 0.25, 1);
	style.scale = random_between(r, 200, 900);
	sheet_draw(&style, s->plain, numbers, count, landscape, &s->other);
	sheet_draw(&style, s->shaded, numbers, count, landscape, &s->page);
	const double plain = ink_of(&s->other), all = ink_of(&s->page);
	return all > 0 ? (all - plain) / all : 0;
}

/* Hatching, dashes or dots that fill an ellipse somewhere, as surfaces are shaded. */
enum filling { FILLED_LINES, FILLED_DASHES, FILLED_DOTS, FILLINGS };

struct patch {
	enum filling filling;
	struct spot middle;
	double across, along, angle; /* along the lines */
	double pitch, pen, dash;
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

static struct patch choose_patch(const struct picture *on, enum filling filling, struct random *r)
{
	struct patch p = {.filling = filling, .middle = choose_place(on, r)};

	p.across = random_between(r, 20, 220);
	p.along = random_between(r, 20, 300);
	p.angle = random_chance(r, 0.5) ? 1.5707963 * random_below(r, 2) : random_between(r, 0, 3.14159);
	p.pen = filling == FILLED_DOTS ? random_between(r, 2.5, 7) : random_between(r, 1, 5);
	p.pitch = p.pen * random_between(r, 2, 5) + 2;
	p.dash = random_between(r, 4, 30);
	return p;
}

/* From `from` to `to` along a line of the patch that is `off` its middle. */
static void patch_line(const struct patch *p, double off, double from, double to, struct picture *on)
{
	const double c = cos(p->angle), s = sin(p->angle);
	const struct spot a = {p->middle.x + from * c - off * s, p->middle.y + from * s + off * c};
	const struct spot b = {p->middle.x + to * c - off * s, p->middle.y + to * s + off * c};

	pen_line(on, a, b, p->pen);
}

static void draw_patch(const struct patch *p, struct random *r, struct picture *on)
{
	for (double off = -p->across; off < p->across; off += p->pitch) {
		const double reach = p->along * sqrt(fmax(0, 1 - pow(off / p->across, 2))) * random_between(r, 0.75, 1);

		if (p->filling == FILLED_LINES)
			patch_line(p, off, -reach, reach, on);
		for (double at = -reach; p->filling == FILLED_DASHES && at < reach; at += p->dash + p->pitch)
			patch_line(p, off, at, at + p->dash, on);
		for (double at = -reach; p->filling == FILLED_DOTS && at < reach; at += p->pitch * random_between(r, 0.5, 2.5))
			patch_line(p, off + random_between(r, -0.5, 0.5) * p->pitch, at, at, on);
	}
}

/* Adds patches of one filling until they have more than `least` of the ink, without one that gives them more than `most`. */
static void add_patches(struct studio *s, double least, double most, struct random *r)
{
	const enum filling filling = (enum filling)random_below(r, FILLINGS);
	const double plain = ink_of(&s->page);
	struct error err;

	for (int i = 0; i < 200; i++) {
		const struct patch patch = choose_patch(&s->page, filling, r);

		if (picture_prepare(&s->other, PICTURE_BIT, s->page.width, s->page.height, &err) < 0)
			die("cannot shade a drawing: %s", err.text);
		memcpy(s->other.pixels.data, s->page.pixels.data, s->page.pixels.size);
		draw_patch(&patch, r, &s->other);
		if (1 - plain / ink_of(&s->other) > most)
			return;
		picture_swap(&s->page, &s->other);
		if (1 - plain / ink_of(&s->page) > least)
			return;
	}
}

/* The grille of a fan or a speaker: dense lines, but all of them edges that hang together. */
static void add_grille(struct picture *on, struct random *r)
{
	const double x = random_between(r, 0.2, 0.8) * on->width, y = random_between(r, 0.2, 0.8) * on->height;
	const double across = random_between(r, 60, 350), along = across * random_between(r, 0.4, 1);
	const double hub = random_between(r, 0.1, 0.4), twist = random_between(r, 0, 1), pen = random_between(r, 2, 4);
	const int spokes = random_in(r, 10, 70), rings = random_in(r, 2, 6), sides = 96;
	const double turn = 6.2831853;

	for (int i = 0; i < spokes; i++) {
		const double a = turn * i / spokes, b = a + twist;
		const struct spot in = {x + hub * across * cos(a), y + hub * along * sin(a)};
		const struct spot out = {x + across * cos(b), y + along * sin(b)};
		pen_line(on, in, out, pen);
	}
	for (int k = 0; k < rings; k++)
		for (int i = 0; i < sides; i++) {
			const double radius = hub + (1 - hub) * k / (rings - 1), a = turn * i / sides, b = turn * (i + 1) / sides;
			const struct spot from = {x + radius * across * cos(a), y + radius * along * sin(a)};
			const struct spot to = {x + radius * across * cos(b), y + radius * along * sin(b)};
			pen_line(on, from, to, pen);
		}
}

static void treat_badly(struct picture *p, double screened, struct random *r)
{
	if (random_chance(r, 0.4))
		wear(p, r);
	if (random_chance(r, screened))
		screen(p, r);
}

static void make_line_drawing(struct studio *s, struct random *r)
{
	static const enum shading shadings[3] = {SHADING_NONE, SHADING_HATCHED, SHADING_STIPPLED};
	const enum shading shading = shadings[random_below(r, 3)];

	while (draw_object(s, shading, random_between(r, 0, 0.8), r) > little)
		;
	treat_badly(&s->page, 0.35, r);
	for (int i = random_chance(r, 0.5) ? random_in(r, 1, 6) : 0; i > 0; i--)
		add_grille(&s->page, r);
	if (shading == SHADING_NONE && random_chance(r, 0.8))
		add_patches(s, random_between(r, 0, little), little, r);
	if (random_chance(r, 0.3))
		blacken(&s->page, r);
}

static void make_shaded_drawing(struct studio *s, struct random *r)
{
	static const enum shading shadings[2] = {SHADING_HATCHED, SHADING_STIPPLED};

	if (random_chance(r, 0.5)) {
		while (draw_object(s, shadings[random_below(r, 2)], 1, r) < much)
			;
	} else {
		draw_object(s, SHADING_NONE, 0, r);
		add_patches(s, random_between(r, much, 0.9), 1, r);
	}
	treat_badly(&s->page, 0.1, r);
}

/* --- the others -------------------------------------------------------------------------------------------------------- */

static void make_photograph(struct studio *s, struct random *r)
{
	photo_make(&s->photo, random_in(r, 200, 1000), random_in(r, 200, 1000), r);
	photo_develop(&s->photo, random_chance(r, 0.6), &s->page);
}

static void put_label(struct picture *on, int margin, struct random *r)
{
	const double height = fmin(margin * 0.8, random_between(r, 40, 90));
	const struct pen pen = {height, on->width / 2.0 - 2 * height, on->height - margin * 0.9, height / 8, 0, 0};
	struct drawing label = {0};
	char text[16];

	snprintf(text, sizeof text, "FIG. %d", random_in(r, 1, 20));
	label_draw(text, &label);
	pen_draw(&pen, &label, on);
	drawing_release(&label);
}

/* A dithered photograph lies on a sheet, often with others, and a label under it. */
static void make_dithered(struct studio *s, struct random *r)
{
	const enum dither how = random_chance(r, 0.4) ? DITHER_DIFFUSION : (enum dither)random_below(r, DITHER_KINDS);
	const int dot = random_chance(r, 0.75) ? 1 : random_in(r, 2, 3), margin = random_in(r, 0, random_chance(r, 0.3) ? 900 : 200);
	const int width = random_in(r, 300, 1500) / dot, height = random_in(r, 300, 1500) / dot;

	photo_make(&s->photo, width, height, r);
	photo_dither(&s->photo, how, dot, r, &s->other);
	new_page(&s->page, PICTURE_BIT, width * dot + 2 * margin, height * dot + 2 * margin, 0);
	if (margin > 60)
		put_label(&s->page, margin, r);
	const uint32_t shift = (uint32_t)margin / 8;
	for (uint32_t y = 0; y < s->other.height; y++)
		memcpy(picture_row(&s->page, y + (uint32_t)margin) + shift, picture_row_const(&s->other, y),
		        picture_row_bytes(PICTURE_BIT, s->other.width));
}

static void make_text_page(struct studio *s, struct random *r)
{
	writing_make(r, &s->page);
}

static void make_blank(struct studio *s, struct random *r)
{
	const int side = random_chance(r, 0.2) ? 60 : 2000, width = random_in(r, 1, side), height = random_in(r, 1, side);
	const int colour = random_chance(r, 0.6) ? 255 : random_in(r, 0, 255);

	if (random_chance(r, 0.6)) {
		const bool black = random_chance(r, 0.3);

		new_page(&s->page, PICTURE_BIT, width, height, black ? 0xff : 0);
		for (uint32_t y = 0; black && width % 8 && y < s->page.height; y++)
			picture_row(&s->page, y)[width / 8] = (uint8_t)(0xff00 >> width % 8);
		for (int i = black || random_chance(r, 0.5) ? 0 : random_in(r, 1, width * height / 100000 + 1); i > 0; i--) {
			const struct spot at = {random_unit(r) * width, random_unit(r) * height};
			pen_line(&s->page, at, at, random_between(r, 1, 4));
		}
		return;
	}
	uint8_t *at = new_page(&s->page, random_chance(r, 0.5) ? PICTURE_GREY : PICTURE_RGB, width / 2 + 1, height / 2 + 1, colour);
	if (random_chance(r, 0.5))
		for (size_t i = 0; i < s->page.pixels.size; i++)
			at[i] = (uint8_t)fmax(0, fmin(255, at[i] + random_in(r, -2, 2)));
}

/* --- as scanned -------------------------------------------------------------------------------------------------------- */

/* The page in grey at a half or a third of its resolution. */
static void scan(struct picture *p, struct picture *scratch, int step, struct random *r)
{
	const int width = (int)p->width / step, height = (int)p->height / step, paper = random_in(r, 235, 255);
	const int ink = random_in(r, 0, 60);
	uint8_t *to;

	if (width < 1 || height < 1)
		return;
	to = new_page(scratch, PICTURE_GREY, width, height, 0);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++) {
			int black = 0;

			for (int i = 0; i < step * step; i++) {
				const uint32_t px = (uint32_t)(x * step + i % step), py = (uint32_t)(y * step + i / step);
				black += picture_row_const(p, py)[px >> 3] >> (7 - (px & 7)) & 1;
			}
			*to++ = (uint8_t)(paper - (paper - ink) * black / (step * step));
		}
	picture_swap(p, scratch);
}

static void (*const makers[KINDS])(struct studio *, struct random *) = {
        [KIND_LINE] = make_line_drawing,
        [KIND_SHADED] = make_shaded_drawing,
        [KIND_DITHERED] = make_dithered,
        [KIND_PHOTOGRAPH] = make_photograph,
        [KIND_TEXT] = make_text_page,
        [KIND_BLANK] = make_blank,
};

static void make(struct studio *s, enum picture_kind kind, struct random *r)
{
	makers[kind](s, r);
	if (s->page.layout == PICTURE_BIT && kind != KIND_DITHERED && random_chance(r, 0.2))
		scan(&s->page, &s->other, random_in(r, 2, 3), r);
}

int main(int argc, char **argv)
{
	struct facts facts = {0};
	struct item item = {0};
	struct studio studio = {0};
	struct error err;
	char name[64];

	message_program(argv[0]);
	const struct options o = read_options(argc, argv);

	studio.view = view_open(700);
	struct stream_writer *out = stream_writer_open(stdout, &facts, &err);
	if (!out)
		die("%s", err.text);
	for (int i = o.first; i < o.first + o.each; i++)
		for (int kind = 0; kind < KINDS; kind++) {
			struct random r = random_from(o.seed, (uint64_t)i, (uint64_t)kind);

			make(&studio, (enum picture_kind)kind, &r);
			snprintf(name, sizeof name, "%s %d", kind_name((enum picture_kind)kind), i);
			item_reset(&item, name);
			picture_swap(&item.picture, &studio.page);
			if (bytes_printf(&item.labels, "{\"kind\":\"%s\"}", kind_name((enum picture_kind)kind)) < 0)
				die("out of memory");
			if (stream_write(out, &item, &err) < 0)
				die("%s", err.text);
		}
	if (stream_finish(out, &err) < 0)
		die("%s", err.text);
	item_release(&item);
	mesh_release(&studio.mesh);
	view_close(studio.view);
	for (int i = 0; i < SHEET_FIGURES; i++) {
		drawing_release(&studio.plain[i]);
		drawing_release(&studio.shaded[i]);
	}
	picture_release(&studio.page);
	picture_release(&studio.other);
	photo_release(&studio.photo);
	return STATUS_DONE;
}
