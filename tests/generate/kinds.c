/* SPDX-License-Identifier: ISC */
/*
 * kinds - pictures of every kind that classify knows, as a stream; labels say what each is
 *
 * Shading is drawn into a layer of its own, so that it is known what of the drawing has a tone: of a line drawing less than `little`, of a
 * shaded one more than `much` of what its ink encloses; what lies between is left out.
 */
#include "base/message.h"
#include "base/option.h"
#include "generate/figure.h"
#include "generate/label.h"
#include "generate/object.h"
#include "generate/patch.h"
#include "generate/pen.h"
#include "generate/photo.h"
#include "generate/sheet.h"
#include "generate/writing.h"
#include "model/kind.h"
#include "stream/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double little = 0.12, much = 0.38;

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
	struct picture page, shading, other; /* shading has the size of the page */
	struct photo photo;
	struct texture_work texture;
	struct components_work components;
	struct surface_work surface;
	struct surface measured;
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

/* One object, one or two views: without shading in s->other, with it in s->page. */
static void draw_object(struct studio *s, enum shading shading, double share, struct random *r)
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
	if (shading == SHADING_STIPPLED)
		style.pen = fmax(style.pen, 3);
	style.scale = random_between(r, 200, 900);
	sheet_draw(&style, s->plain, numbers, count, landscape, &s->other);
	sheet_draw(&style, s->shaded, numbers, count, landscape, &s->page);
}

/* --- tone ---------------------------------------------------------------------------------------------------------------- */

static void measure(struct studio *s, const struct picture *p)
{
	struct texture texture;
	struct components components;
	struct error err;

	if (texture_measure(&s->texture, p, &texture, &err) < 0 ||
	        components_measure(&s->components, p, texture.row_changes / 2, &components, &err) < 0 ||
	        surface_measure(&s->surface, &s->texture, &s->components, &s->measured, &err) < 0)
		die("%s", err.text);
}

/* Which part of what is drawn has a tone: of the shading alone, to all that the ink encloses. */
static double tone_of(struct studio *s, bool dots)
{
	measure(s, &s->shading);
	const double toned = fmax(s->measured.tone[1], dots ? s->measured.stipple : 0) * s->measured.shown;
	measure(s, &s->page);
	return s->measured.shown > 0 ? fmin(1, toned / s->measured.shown) : 0;
}

static void put_on(struct picture *page, const struct picture *layer)
{
	for (size_t i = 0; i < page->pixels.size; i++)
		page->pixels.data[i] |= layer->pixels.data[i];
}

/* Shades the page with patches of one filling until more than `least` of what is drawn has a tone, or what is `most`. */
static bool add_tone(struct studio *s, double least, double most, struct random *r)
{
	const enum filling filling = (enum filling)random_below(r, FILLINGS);
	const bool clipped = random_chance(r, 0.7);

	for (int i = 0; i < 60; i++) {
		const double tone = tone_of(s, filling == FILLED_DOTS);

		if (tone > least)
			return tone <= most;
		patch_tone(&s->page, filling, r, &s->shading);
		if (clipped)
			patch_clip(&s->page, &s->shading);
	}
	return false;
}

static void add_strokes(struct studio *s, struct random *r)
{
	new_page(&s->other, PICTURE_BIT, (int)s->page.width, (int)s->page.height, 0);
	for (int i = random_in(r, 1, random_chance(r, 0.4) ? 40 : 8); i > 0; i--)
		patch_strokes(&s->page, r, &s->other);
	if (random_chance(r, 0.7))
		patch_clip(&s->page, &s->other);
	put_on(&s->page, &s->other);
}

static void treat_badly(struct picture *p, double screened, struct random *r)
{
	if (random_chance(r, 0.4))
		wear(p, r);
	if (random_chance(r, screened))
		screen(p, r);
}

static void add_ornament(struct studio *s, struct random *r)
{
	for (int i = random_chance(r, 0.35) ? random_in(r, 1, 4) : 0; i > 0; i--)
		patch_grille(r, &s->page);
	for (int i = random_chance(r, 0.3) ? random_in(r, 1, 3) : 0; i > 0; i--)
		patch_pattern(r, &s->page);
	if (random_chance(r, 0.2))
		patch_blacken(r, &s->page);
}

/* The page without shading, and in s->shading what of that is shading. Returns the share of its tone. */
static double draw_layers(struct studio *s, enum shading shading, double share, struct random *r)
{
	draw_object(s, shading, share, r);
	new_page(&s->shading, PICTURE_BIT, (int)s->page.width, (int)s->page.height, 0);
	if (shading == SHADING_NONE || s->other.width != s->page.width || s->other.height != s->page.height)
		return 0;
	for (size_t i = 0; i < s->page.pixels.size; i++)
		s->shading.pixels.data[i] = (uint8_t)(s->page.pixels.data[i] & ~s->other.pixels.data[i]);
	picture_swap(&s->page, &s->other);
	return tone_of(s, shading == SHADING_STIPPLED);
}

static void make_line_drawing(struct studio *s, struct random *r)
{
	static const enum shading shadings[4] = {SHADING_NONE, SHADING_NONE, SHADING_HATCHED, SHADING_STIPPLED};
	const enum shading shading = shadings[random_below(r, 4)];

	while (draw_layers(s, shading, random_between(r, 0, 0.8), r) > little)
		;
	if (shading == SHADING_NONE && random_chance(r, 0.6))
		while (!add_tone(s, random_between(r, 0, little), little, r))
			draw_layers(s, SHADING_NONE, 0, r);
	put_on(&s->page, &s->shading);
	if (random_chance(r, 0.7))
		add_strokes(s, r);
	treat_badly(&s->page, 0.35, r);
	add_ornament(s, r);
}

static void make_shaded_drawing(struct studio *s, struct random *r)
{
	static const enum shading shadings[2] = {SHADING_HATCHED, SHADING_STIPPLED};

	if (random_chance(r, 0.4)) {
		while (draw_layers(s, shadings[random_below(r, 2)], 1, r) < much)
			;
	} else {
		do
			draw_layers(s, SHADING_NONE, 0, r);
		while (!add_tone(s, random_between(r, much, 0.9), 1, r));
	}
	put_on(&s->page, &s->shading);
	if (random_chance(r, 0.5))
		add_strokes(s, r);
	treat_badly(&s->page, 0.04, r);
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

/* Puts the bits of s->other on the page; left is a multiple of 8. */
static void paste(struct studio *s, int left, int top)
{
	const size_t size = picture_row_bytes(PICTURE_BIT, s->other.width);

	for (uint32_t y = 0; y < s->other.height; y++) {
		uint8_t *to = picture_row(&s->page, y + (uint32_t)top) + left / 8;
		const uint8_t *from = picture_row_const(&s->other, y);

		for (size_t i = 0; i < size; i++)
			to[i] |= from[i];
	}
}

/* Dashes around all of it, and something black in it, as the pictures that screens show are drawn. */
static void frame(struct picture *on, int margin, struct random *r)
{
	const double step = random_between(r, 12, 40), pen = random_between(r, 2, 5), right = (double)on->width - margin;
	const double bottom = (double)on->height - margin;

	for (double x = margin; x + step < right; x += 1.6 * step)
		for (int side = 0; side < 2; side++)
			pen_line(on, (struct spot){x, side ? margin : bottom}, (struct spot){x + step, side ? margin : bottom}, pen);
	for (double y = margin; y + step < bottom; y += 1.6 * step)
		for (int side = 0; side < 2; side++)
			pen_line(on, (struct spot){side ? margin : right, y}, (struct spot){side ? margin : right, y + step}, pen);
	if (random_chance(r, 0.5))
		pen_line(on, (struct spot){on->width / 2.0, on->height / 2.0}, (struct spot){on->width / 2.0, on->height / 2.0 + 80},
		        random_between(r, 20, 70));
}

/*
 * One to three dithered photographs of a thing lie below each other on a sheet, and a label under them. Seldom they are as large as the
 * sheet.
 */
static void make_dithered(struct studio *s, struct random *r)
{
	const enum dither how = random_chance(r, 0.4) ? DITHER_DIFFUSION : (enum dither)random_below(r, DITHER_KINDS);
	const int dot = random_chance(r, 0.75) ? 1 : random_in(r, 2, 3), margin = random_in(r, 0, random_chance(r, 0.3) ? 900 : 200);
	const int count = random_chance(r, 0.7) ? 1 : random_in(r, 2, 3), least = random_chance(r, 0.3) ? 80 : 300;
	const int width = random_in(r, least, 1500) / dot, height = random_in(r, least, 1500 / count + least) / dot;
	const int gap = random_in(r, 8, 300);
	const bool screen = random_chance(r, 0.25);

	new_page(&s->page, PICTURE_BIT, width * dot + 2 * margin + 8, count * (height * dot + gap) + 2 * margin, 0);
	for (int i = 0; i < count; i++) {
		(screen ? photo_make_screen : photo_make)(&s->photo, width, height, r);
		photo_dither(&s->photo, how, dot, r, &s->other);
		paste(s, margin, margin + i * (height * dot + gap));
	}
	if (margin > 60)
		put_label(&s->page, margin, r);
	if (random_chance(r, screen ? 0.7 : 0.1))
		frame(&s->page, margin, r);
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
	picture_release(&studio.shading);
	picture_release(&studio.other);
	texture_work_release(&studio.texture);
	components_work_release(&studio.components);
	surface_work_release(&studio.surface);
	photo_release(&studio.photo);
	return STATUS_DONE;
}
