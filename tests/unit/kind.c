/* SPDX-License-Identifier: ISC */
#include "image/tones.h"
#include "model/kind.h"
#include "unit/test.h"

#include <stdlib.h>

static uint32_t seed = 1;

static uint32_t noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

static void make(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height, int value)
{
	picture_prepare(p, layout, width, height, NULL);
	memset(p->pixels.data, value, p->pixels.size);
}

static void blacken(struct picture *p, uint32_t x, uint32_t y)
{
	picture_row(p, y)[x / 8] |= (uint8_t)(128 >> x % 8);
}

/* What lies outside is white. */
static int black(const struct picture *p, int x, int y)
{
	if (x < 0 || y < 0 || x >= (int)p->width || y >= (int)p->height)
		return 0;
	return picture_row_const(p, (uint32_t)y)[x / 8] >> (7 - x % 8) & 1;
}

/* --- texture against its definition ------------------------------------------------------------------------------------- */

/* Changes beyond the last row and, where it ends with a word, the last column are not counted: they are the frame's. */
static void test_texture(struct texture_work *w, uint32_t width, uint32_t height, uint32_t density)
{
	struct picture p = {0};
	struct texture t;
	double ink = 0, isolated = 0, changes = 0;
	const int frame = width % 32 ? (int)width : (int)width - 1;

	make(&p, PICTURE_BIT, width, height, 0);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			if (noise() % 256 < density)
				blacken(&p, x, y);
	for (int y = 0; y < (int)height; y++) {
		for (int x = 0; x <= frame; x++)
			changes += black(&p, x, y) != black(&p, x - 1, y);
		for (int x = 0; x < (int)width; x++) {
			const int b = black(&p, x, y);
			ink += b;
			changes += b != black(&p, x, y - 1);
			isolated += b != black(&p, x - 1, y) && b != black(&p, x + 1, y) && b != black(&p, x, y - 1) &&
			            b != black(&p, x, y + 1);
		}
	}
	texture_measure(w, &p, &t, NULL);
	ok(fabs(t.ink - ink / width / height) < 1e-12, "ink of %u x %u at %u/256", width, height, density);
	ok(fabs(t.rough - (ink > 0 ? fmin(4, changes / ink) : 0)) < 1e-12, "changes of %u x %u at %u/256: %g, %g", width, height,
	        density, t.rough * ink, changes);
	ok(fabs(t.isolated - (changes > 0 ? isolated / changes : 0)) < 1e-12, "isolated pixels of %u x %u at %u/256", width,
	        height, density);
	picture_release(&p);
}

static void test_cells(struct texture_work *w)
{
	struct picture p = {0};
	struct texture t;

	make(&p, PICTURE_BIT, 320, 320, 0);
	for (uint32_t i = 0; i < 320; i++)
		blacken(&p, i, i);
	texture_measure(w, &p, &t, NULL);
	ok(t.lines == 1 && t.inked_cells == 10 && fabs(t.coverage - 0.1) < 1e-12, "a diagonal is one line through ten cells");
	for (uint32_t y = 0; y < 320; y++)
		for (uint32_t x = y % 2; x < 320; x += 2)
			blacken(&p, x, y);
	texture_measure(w, &p, &t, NULL);
	ok(t.screen == 1 && t.coverage == 1, "a chessboard is a screen");
	memset(p.pixels.data, 0, p.pixels.size);
	for (uint32_t y = 0; y < 320; y++)
		if (y % 40 < 18)
			for (uint32_t x = 0; x < 320; x++)
				if (noise() % 2)
					blacken(&p, x, y);
	texture_measure(w, &p, &t, NULL);
	ok(t.rhythm > 0.7, "stripes of ink have a rhythm: %.2f", t.rhythm);
	for (uint32_t y = 0; y < 320; y++)
		for (uint32_t x = 0; x < 320; x++)
			if (noise() % 2)
				blacken(&p, x, y);
	texture_measure(w, &p, &t, NULL);
	ok(t.rhythm < 0.7, "noise has less: %.2f", t.rhythm);
	picture_release(&p);
}

/* --- components against a flood fill ------------------------------------------------------------------------------------ */

static double flood(struct picture *p, int x, int y)
{
	double ink = 1;

	if (!black(p, x, y))
		return 0;
	picture_row(p, (uint32_t)y)[x / 8] &= (uint8_t) ~(128 >> x % 8);
	for (int dy = -1; dy <= 1; dy++)
		for (int dx = -1; dx <= 1; dx++)
			ink += flood(p, x + dx, y + dy);
	return ink;
}

static void test_components(struct components_work *w, uint32_t density)
{
	struct picture p = {0};
	struct components c;
	double count = 0, ink = 0, expected = 0, expected_ink = 0;

	make(&p, PICTURE_BIT, 97, 61, 0);
	for (uint32_t y = 0; y < 61; y++)
		for (uint32_t x = 0; x < 97; x++)
			if (noise() % 256 < density)
				blacken(&p, x, y);
	components_measure(w, &p, 97 * 61, &c, NULL);
	for (int i = 0; i < COMPONENT_SIZES; i++) {
		count += c.count[i];
		ink += c.ink[i];
	}
	for (int y = 0; y < 61; y++)
		for (int x = 0; x < 97; x++) {
			const double one = flood(&p, x, y);
			expected += one > 0;
			expected_ink += one;
		}
	ok(count == expected && ink == expected_ink, "%g components at %u/256, as a flood fill finds them: %g", count, density,
	        expected);
	picture_release(&p);
}

static void test_sizes(struct components_work *w)
{
	struct picture p = {0};
	struct components c;

	make(&p, PICTURE_BIT, 1000, 800, 0);
	blacken(&p, 5, 5);
	for (uint32_t i = 0; i < 8; i++)
		blacken(&p, 20 + i, 20 + i % 2);
	for (uint32_t i = 0; i < 60; i++)
		blacken(&p, 100 + i, 100 + i);
	for (uint32_t i = 0; i < 900; i++)
		blacken(&p, 50 + i, 400);
	for (uint32_t y = 0; y < 30; y++)
		for (uint32_t x = 0; x < 25; x++)
			blacken(&p, 600 + x, 600 + y);
	components_measure(w, &p, 100, &c, NULL);
	ok(c.count[COMPONENT_SPECK] == 1 && c.count[COMPONENT_DOT] == 1, "a pixel is a speck, eight are a dot");
	ok(c.count[COMPONENT_STROKE] == 1 && c.count[COMPONENT_GLYPH] == 1, "a line is a stroke, a block a glyph");
	ok(c.count[COMPONENT_LARGE] == 1 && c.ink[COMPONENT_LARGE] == 900, "a line across the page is large");
	components_measure(w, &p, 4.0 * COMPONENTS_RUNS, &c, NULL);
	ok(c.seen > 0.2 && c.seen < 0.5, "where there are too many runs a part of the page is looked at: %g", c.seen);
	picture_release(&p);
}

/* --- surface ------------------------------------------------------------------------------------------------------------ */

static void frame(struct picture *p, uint32_t left, uint32_t top, uint32_t right, uint32_t bottom)
{
	for (uint32_t x = left; x <= right; x++) {
		blacken(p, x, top);
		blacken(p, x, bottom);
	}
	for (uint32_t y = top; y <= bottom; y++) {
		blacken(p, left, y);
		blacken(p, right, y);
	}
}

static void measure_surface(struct kind_work *w, const struct picture *p, struct surface *s)
{
	struct texture t;
	struct components c;

	texture_measure(&w->texture, p, &t, NULL);
	components_measure(&w->components, p, t.row_changes / 2, &c, NULL);
	surface_measure(&w->surface, &w->texture, &w->components, s, NULL);
}

static void test_surface(struct kind_work *w)
{
	struct picture p = {0};
	struct surface s;

	make(&p, PICTURE_BIT, 1280, 1280, 0);
	measure_surface(w, &p, &s);
	ok(s.shown == 0 && s.tone[0] == 0 && s.stipple == 0, "an empty page shows nothing");
	frame(&p, 160, 160, 1119, 1119);
	measure_surface(w, &p, &s);
	ok(fabs(s.shown - 30.0 * 30 / 1600) < 1e-12, "a frame shows what it encloses: %.4f", s.shown);
	ok(s.tone[0] == 0 && s.ink == 0, "and has no tone");
	for (uint32_t y = 320; y < 640; y += 8)
		for (uint32_t x = 320; x < 640; x++)
			blacken(&p, x, y);
	measure_surface(w, &p, &s);
	ok(fabs(s.tone[2] - 100.0 / 900) < 1e-12 && s.tone[3] == 0, "hatching is the tone of what it covers: %.4f", s.tone[2]);
	ok(fabs(s.ink - 0.125) < 1e-12 && s.deviation < 1e-6 && s.dark == 0, "of its share of ink: %.4f", s.ink);
	ok(s.direction > 0.9, "and of one direction: %.2f", s.direction);
	for (uint32_t y = 768; y < 1024; y += 16)
		for (uint32_t x = 256; x < 512; x += 16) {
			blacken(&p, x + 6, y + 6);
			blacken(&p, x + 7, y + 6);
			blacken(&p, x + 6, y + 7);
		}
	measure_surface(w, &p, &s);
	ok(fabs(s.stipple - 16.0 * 4 / 900) < 1e-12, "free dots are stipples: %.4f", s.stipple);
	for (uint32_t y = 768; y < 1024; y += 16)
		for (uint32_t x = 256; x < 512; x += 16)
			blacken(&p, x + 10, y + 6);
	measure_surface(w, &p, &s);
	ok(s.stipple == 0, "dots with ink beside them are none");
	picture_release(&p);
}

/* --- tones --------------------------------------------------------------------------------------------------------------- */

static void test_tones(void)
{
	struct picture p = {0}, bits = {0};
	struct tones t;

	make(&p, PICTURE_GREY, 10, 10, 250);
	memset(p.pixels.data, 40, 20);
	tones_measure(&p, &t);
	ok(t.ink > 40 && t.ink <= 250 && t.midtones == 0, "the threshold lies between ink and paper: %u", t.ink);
	tones_to_bits(&p, t.ink, &bits, NULL);
	ok(black(&bits, 9, 1) && !black(&bits, 0, 2), "and divides them");
	memset(p.pixels.data + 20, 145, 30);
	tones_measure(&p, &t);
	ok(fabs(t.midtones - 0.3) < 1e-12, "what is neither is a midtone: %g", t.midtones);
	make(&p, PICTURE_RGB, 10, 10, 200);
	tones_measure(&p, &t);
	ok(t.colour == 0 && t.ink == 0, "grey is no colour, and one colour no ink");
	p.pixels.data[0] = 255;
	tones_measure(&p, &t);
	ok(fabs(t.colour - 0.01) < 1e-12, "one pixel is coloured");
	picture_release(&p);
	picture_release(&bits);
}

/* --- everything has an answer -------------------------------------------------------------------------------------------- */

static void test_answer(struct kind_work *w, enum picture_layout layout, uint32_t width, uint32_t height, int value, bool noisy)
{
	struct picture p = {0};
	double measures[MEASURES], probabilities[KINDS], sum = 0;
	bool finite = true;
	int best = 0;

	make(&p, layout, width, height, value);
	if (layout == PICTURE_BIT && width % 8)
		for (uint32_t y = 0; y < height; y++)
			picture_row(&p, y)[width / 8] &= (uint8_t)(0xff00 >> width % 8);
	for (size_t i = 0; noisy && layout != PICTURE_BIT && i < p.pixels.size; i++)
		p.pixels.data[i] = (uint8_t)noise();
	kind_measure(w, &p, measures, NULL);
	kind_predict(&kind_shipped, measures, probabilities);
	for (int i = 0; i < MEASURES; i++)
		finite = finite && isfinite(measures[i]);
	for (int k = 0; k < KINDS; k++) {
		finite = finite && isfinite(probabilities[k]) && probabilities[k] >= 0;
		sum += probabilities[k];
		best = probabilities[k] > probabilities[best] ? k : best;
	}
	ok(finite && fabs(sum - 1) < 1e-9, "layout %d, %u x %u, %d%s has an answer", layout, width, height, value, noisy ? ", noise" : "");
	if (!noisy)
		is_text(kind_name((enum picture_kind)best), "blank", "which is blank");
	picture_release(&p);
}

int main(void)
{
	static const uint32_t sizes[][2] = {{1, 1}, {2, 1}, {1, 3000}, {3000, 1}, {31, 33}, {64, 64}, {300, 200}};
	static const enum picture_layout layouts[] = {PICTURE_BIT, PICTURE_GREY, PICTURE_RGB};
	struct kind_work work = {0};
	char a[SHA256_TEXT], b[SHA256_TEXT];
	struct kind_model other = kind_shipped;

	for (uint32_t density = 0; density <= 256; density += 64)
		for (uint32_t width = 1; width < 130; width += 31) {
			test_texture(&work.texture, width, 37, density);
			test_texture(&work.texture, width + 1, 64, density);
		}
	test_cells(&work.texture);
	for (uint32_t density = 0; density <= 256; density += 32)
		test_components(&work.components, density);
	test_sizes(&work.components);
	test_surface(&work);
	test_tones();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		for (size_t k = 0; k < sizeof layouts / sizeof *layouts; k++)
			for (int value = 0; value < 3; value++) {
				test_answer(&work, layouts[k], sizes[i][0], sizes[i][1], value < 2 ? value * 255 : 120, false);
				if (layouts[k] == PICTURE_BIT && value == 1)
					break;
			}
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		test_answer(&work, PICTURE_GREY, sizes[i][0], sizes[i][1], 0, true);
		test_answer(&work, PICTURE_RGB, sizes[i][0], sizes[i][1], 0, true);
	}
	for (int k = 0; k < KINDS; k++)
		ok((int)kind_of_name(kind_name((enum picture_kind)k)) == k, "kind %d has a name of its own", k);
	ok(kind_of_name("etching") == KINDS, "other names are of no kind");
	kind_model_identity(&kind_shipped, a, NULL);
	other.bias[0] += 1;
	kind_model_identity(&other, b, NULL);
	ok(strlen(a) == 64 && strcmp(a, b) != 0, "another model has another identity");
	kind_work_release(&work);
	return done();
}
