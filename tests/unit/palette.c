/* SPDX-License-Identifier: ISC */
/*
 * Flat colours that are known; and the colours of photographs against a k-means of its own over every pixel, which shares with
 * the code under test the conversion to L*a*b* (tested in unit/colour) and the rule of seeding, nothing else.
 */
#include "foreign/jpeg.h"
#include "image/palette.h"

#include "unit/test.h"

#include <stdlib.h>

enum { PHOTOS = 50, WIDTH = 132, HEIGHT = 101, PIXELS = WIDTH * HEIGHT, K = 5, CELLS = 32768 };

static struct palette_work work;
static struct palette palette;

static void measure(const struct picture *p, int k, bool with_paper)
{
	struct error err = {""};

	if (palette_measure(&palette, &work, p, k, with_paper, &err) < 0)
		ok(false, "the picture is measured: %s", err.text);
}

static void paint(struct picture *p, uint32_t width, uint32_t height, void (*pixel)(uint32_t x, uint32_t y, uint8_t *rgb))
{
	picture_prepare(p, PICTURE_RGB, width, height, NULL);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			pixel(x, y, picture_row(p, y) + 3 * (size_t)x);
}

static struct lab lab_of(const uint8_t *rgb)
{
	return lab_of_rgb(rgb[0], rgb[1], rgb[2]);
}

/* --- flat colours --------------------------------------------------------------------------------------------------------- */

static const uint8_t flat[5][3] = {{192, 48, 32}, {32, 64, 160}, {230, 190, 60}, {40, 40, 44}, {90, 160, 110}};
static const double shares[5] = {0.40, 0.25, 0.15, 0.12, 0.08};

static void five_stripes(uint32_t x, uint32_t y, uint8_t *rgb)
{
	double end = 0;
	int i = -1;

	(void)y;
	do
		end += 800 * shares[++i];
	while (i < 4 && x >= end - 0.5);
	memcpy(rgb, flat[i], 3);
}

/* The stripes on white paper, which takes half of the page. */
static void stripes_on_paper(uint32_t x, uint32_t y, uint8_t *rgb)
{
	if (y % 200 < 100)
		memset(rgb, 255, 3);
	else
		five_stripes(x, y, rgb);
}

static void check_stripes(const char *name)
{
	double differ = 0, off = 0;

	for (int i = 0; i < 5; i++) {
		differ = fmax(differ, lab_difference(palette.colours[i].lab, lab_of(flat[i])));
		off = fmax(off, fabs(palette.colours[i].share - shares[i]));
	}
	ok(palette.count == 5 && differ < 2 && off < 0.01, "%s: five flat colours, at most %.2f ΔE00 and %.2f %% off", name,
	        differ, 100 * off);
}

static void test_flat(void)
{
	struct picture p = {0};
	struct bytes jpeg = {0};
	struct page page;
	char name[32];

	paint(&p, 800, 600, five_stripes);
	measure(&p, 5, false);
	check_stripes("as they are");
	ok(memcmp(palette.colours[0].rgb, flat[0], 3) == 0, "the bytes are exact");
	is_text(palette.colours[0].name, "firebrick", "and have a name");
	for (int quality = 50; quality <= 95; quality += 15) {
		paint(&p, 800, 600, five_stripes);
		jpeg_write(&p, quality, &jpeg, NULL);
		jpeg_read(jpeg.data, jpeg.size, &p, &page, NULL);
		measure(&p, 5, false);
		snprintf(name, sizeof name, "as JPEG of quality %d", quality);
		check_stripes(name);
	}
	paint(&p, 800, 600, stripes_on_paper);
	measure(&p, 5, false);
	check_stripes("on paper, which does not count");
	ok(fabs(palette.paper - 0.5) < 1e-9, "but is measured: %.4f", palette.paper);
	jpeg_write(&p, 85, &jpeg, NULL);
	jpeg_read(jpeg.data, jpeg.size, &p, &page, NULL);
	measure(&p, 5, false);
	check_stripes("on paper, as JPEG");
	paint(&p, 800, 600, stripes_on_paper);
	measure(&p, 16, true);
	ok(palette.count == 6 && fabs(palette.colours[0].share - 0.5) < 1e-9 && palette.colours[0].rgb[0] == 255,
	        "on paper that counts, six colours");
	paint(&p, 4000, 3000, stripes_on_paper);
	measure(&p, 5, false);
	ok(work.histogram.pixels < 2 * HISTOGRAM_PIXELS, "of 12 megapixels %llu are looked at",
	        (unsigned long long)work.histogram.pixels);
	picture_release(&p);
	bytes_release(&jpeg);
}

/* 5 x 6 blocks of 800 x 500, so that nothing fits the squares of which one pixel is looked at. */
static void large_stripes(uint32_t x, uint32_t y, uint8_t *rgb)
{
	five_stripes(x % 800, y, rgb);
}

/* Lines as thin as can be: a screen of print. */
static void screen(uint32_t x, uint32_t y, uint8_t *rgb)
{
	(void)y;
	memcpy(rgb, flat[x % 4 != 0], 3);
}

static void test_large(void)
{
	struct picture p = {0};

	paint(&p, 4000, 3000, large_stripes);
	measure(&p, 5, false);
	check_stripes("of 12 megapixels");
	paint(&p, 4096, 3072, screen);
	measure(&p, 5, false);
	ok(palette.count == 2 && fabs(palette.colours[0].share - 0.75) < 0.03,
	        "the share of every fourth line is found in a large picture: %.3f", 1 - palette.colours[0].share);
	picture_release(&p);
}

/* --- small and plain pictures --------------------------------------------------------------------------------------------- */

static void one_colour(enum picture_layout layout, uint32_t width, uint32_t height, int value, struct picture *p)
{
	picture_prepare(p, layout, width, height, NULL);
	memset(p->pixels.data, value, p->pixels.size);
	if (layout == PICTURE_BIT && value)
		for (uint32_t y = 0; y < height && width % 8; y++)
			picture_row(p, y)[width / 8] &= (uint8_t)(0xff00 >> width % 8);
	measure(p, K, false);
}

static void test_plain(void)
{
	static const enum picture_layout layouts[] = {PICTURE_BIT, PICTURE_GREY, PICTURE_RGB};
	struct picture p = {0};

	for (int i = 0; i < 3; i++) {
		const bool bits = layouts[i] == PICTURE_BIT;
		one_colour(layouts[i], 1, 1, bits ? 0xff : 0, &p);
		ok(palette.count == 1 && palette.colours[0].share == 1 && palette.colours[0].rgb[1] == 0 && palette.bilevel &&
		                palette.brightness == 0 && palette.saturation == 0 && palette.paper == 0,
		        "one black pixel of layout %d", (int)layouts[i]);
		one_colour(layouts[i], 77, 13, bits ? 0 : 255, &p);
		ok(palette.count == 0 && palette.bilevel && palette.brightness == 1 && palette.saturation == 0 && palette.paper == 1,
		        "nothing but paper of layout %d", (int)layouts[i]);
		one_colour(layouts[i], 77, 13, bits ? 0xff : 100, &p);
		ok(palette.count == 1 && palette.colours[0].share == 1 && palette.bilevel == bits &&
		                palette.scheme == PALETTE_NEUTRAL,
		        "one colour of layout %d", (int)layouts[i]);
	}
	one_colour(PICTURE_BIT, 77, 13, 0, &p);
	for (uint32_t x = 0; x < 77; x += 7)
		picture_row(&p, x % 13)[x / 8] |= (uint8_t)(128 >> x % 8);
	measure(&p, K, true);
	ok(palette.count == 2 && fabs(palette.colours[1].share - 11 / 1001.0) < 1e-12, "11 black bits of 1001 are counted");
	picture_release(&p);
}

static void test_scheme(void)
{
	static const struct {
		const char *name;
		uint8_t rgb[3];
		enum palette_scheme scheme;
	} table[] = {
	        {"red", {200, 40, 30}, PALETTE_WARM},
	        {"orange", {240, 150, 20}, PALETTE_WARM},
	        {"brown", {110, 70, 40}, PALETTE_WARM},
	        {"yellow", {230, 220, 40}, PALETTE_WARM},
	        {"blue", {30, 60, 200}, PALETTE_COOL},
	        {"cyan", {40, 190, 210}, PALETTE_COOL},
	        {"steel", {90, 120, 150}, PALETTE_COOL},
	        {"grey", {120, 121, 119}, PALETTE_NEUTRAL},
	        {"green", {40, 200, 40}, PALETTE_NEUTRAL},
	};
	struct picture p = {0};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		picture_prepare(&p, PICTURE_RGB, 1, 1, NULL);
		memcpy(p.pixels.data, table[i].rgb, 3);
		measure(&p, 1, false);
		is_text(palette_scheme_name(palette.scheme), palette_scheme_name(table[i].scheme), table[i].name);
	}
	picture_release(&p);
}

/* --- photographs ---------------------------------------------------------------------------------------------------------- */

static uint64_t state;

static uint64_t mix64(uint64_t *s)
{
	uint64_t z = (*s += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static double unit(uint64_t *s)
{
	return (double)(mix64(s) >> 11) / (double)(1ull << 53);
}

/* A background that fades, some soft things on it in their colours with a light side and a dark one, and grain. */
static void photograph(struct picture *p, uint64_t number)
{
	double things[9][7];

	state = number * 977;
	for (int i = 0; i < 9; i++)
		for (int j = 0; j < 7; j++)
			things[i][j] = unit(&state);
	picture_prepare(p, PICTURE_RGB, WIDTH, HEIGHT, NULL);
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			double c[3];
			for (int i = 0; i < 3; i++)
				c[i] = 255 * (things[0][i] * y + things[0][3 + i] * (HEIGHT - y)) / HEIGHT;
			for (int t = 1; t < 9; t++) {
				const double dx = (double)x / WIDTH - things[t][3], dy = (double)y / HEIGHT - things[t][4];
				const double radius = 0.1 + 0.25 * things[t][5], d = sqrt(dx * dx + dy * dy) / radius;
				const double edge = fmin(1, fmax(0, 8 * (1 - d))), light = 1 - 0.5 * (dx + dy) / radius * things[t][6];
				for (int i = 0; i < 3; i++)
					c[i] += edge * (255 * things[t][i] * light - c[i]);
			}
			const double grain = 16 * (unit(&state) + unit(&state) - 1);
			for (int i = 0; i < 3; i++)
				picture_row(p, (uint32_t)y)[3 * x + i] = (uint8_t)fmin(255, fmax(0, c[i] + grain));
		}
	}
}

struct pixel {
	double v[3];
	int cell, home;
};

static struct pixel pixels[PIXELS], own[PIXELS]; /* in the mean of their cells; in their own colours */
static struct pixel cells[CELLS];
static double weights[CELLS], centres[K][4];
static int pixel_count, cell_count;

static double apart(const double *x, const double *y)
{
	double sum = 0;

	for (int i = 0; i < 3; i++)
		sum += (x[i] - y[i]) * (x[i] - y[i]);
	return sum;
}

static void set_lab(double *v, double r, double g, double b)
{
	const struct lab lab = lab_of_rgb(r, g, b);

	v[0] = lab.lightness;
	v[1] = lab.a;
	v[2] = lab.b;
}

/* All pixels that are not paper, and the cells that hold some, in their order. */
static void collect(const struct picture *p)
{
	static double sums[CELLS][4];
	static int place[CELLS];

	memset(sums, 0, sizeof sums);
	pixel_count = cell_count = 0;
	for (int i = 0; i < PIXELS; i++) {
		const uint8_t *c = p->pixels.data + 3 * (size_t)i;
		const int cell = c[0] / 8 * 1024 + c[1] / 8 * 32 + c[2] / 8;
		if (c[0] >= 240 && c[1] >= 240 && c[2] >= 240)
			continue;
		for (int j = 0; j < 3; j++)
			sums[cell][j] += c[j];
		sums[cell][3]++;
		pixels[pixel_count].cell = cell;
		set_lab(own[pixel_count++].v, c[0], c[1], c[2]);
	}
	for (int i = 0; i < CELLS; i++) {
		if (sums[i][3] == 0)
			continue;
		place[i] = cell_count;
		weights[cell_count] = sums[i][3];
		set_lab(cells[cell_count++].v, sums[i][0] / sums[i][3], sums[i][1] / sums[i][3], sums[i][2] / sums[i][3]);
	}
	for (int i = 0; i < pixel_count; i++)
		memcpy(pixels[i].v, cells[place[pixels[i].cell]].v, sizeof pixels[i].v);
}

/* What the cell is away from the nearest of n centres and, if extra >= 0, of that cell. */
static double away(int cell, int n, int extra)
{
	double least = extra < 0 ? 1e30 : apart(cells[cell].v, cells[extra].v);

	for (int j = 0; j < n; j++)
		least = fmin(least, apart(cells[cell].v, centres[j]));
	return least;
}

/* The rule of seeding, as math/clusters.h states it; four draws for each centre but the first. */
static void choose_centres(uint64_t seed)
{
	int heaviest = 0;

	for (int i = 0; i < cell_count; i++)
		if (weights[i] > weights[heaviest])
			heaviest = i;
	memcpy(centres[0], cells[heaviest].v, sizeof cells[heaviest].v);
	for (int n = 1; n < K; n++) {
		double total = 0, best_left = 1e30;
		int best = 0;
		for (int i = 0; i < cell_count; i++)
			total += weights[i] * away(i, n, -1);
		for (int draw = 0; draw < 4; draw++) {
			double target = unit(&seed) * total, left = 0;
			int i = 0;
			while (i < cell_count - 1 && target >= weights[i] * away(i, n, -1)) {
				target -= weights[i] * away(i, n, -1);
				i++;
			}
			for (int j = 0; j < cell_count; j++)
				left += weights[j] * away(j, n, i);
			if (left < best_left) {
				best_left = left;
				best = i;
			}
		}
		memcpy(centres[n], cells[best].v, sizeof cells[best].v);
	}
}

/* Lloyd over these pixels, until nothing moves. */
static void iterate(struct pixel *points)
{
	int changed = 1;

	for (int i = 0; i < pixel_count; i++)
		points[i].home = -1;
	for (int round = 0; changed && round < 30; round++) {
		changed = 0;
		for (int i = 0; i < pixel_count; i++) {
			int home = 0;
			for (int j = 1; j < K; j++)
				if (apart(points[i].v, centres[j]) < apart(points[i].v, centres[home]))
					home = j;
			changed += home != points[i].home;
			points[i].home = home;
		}
		memset(centres, 0, sizeof centres);
		for (int i = 0; i < pixel_count; i++) {
			double *c = centres[points[i].home];
			for (int j = 0; j < 3; j++)
				c[j] += points[i].v[j];
			c[3]++;
		}
		for (int j = 0; j < K; j++)
			for (int i = 0; i < 3; i++)
				centres[j][i] /= centres[j][3];
	}
}

/* The largest differences between the colours of the palette and the nearest centres, in ΔE00 and of shares. */
static void compare(double *differ, double *off)
{
	for (int i = 0; i < palette.count; i++) {
		double least = 1e30, share = 0;
		for (int j = 0; j < K; j++) {
			const double *c = centres[j], d = lab_difference(palette.colours[i].lab, (struct lab){c[0], c[1], c[2]});
			if (d < least) {
				least = d;
				share = c[3] / pixel_count;
			}
		}
		*differ = fmax(*differ, least);
		*off = fmax(*off, fabs(palette.colours[i].share - share));
	}
}

/* The mean squared distance of the pixels, in their own colours, to the nearest centre. */
static double spread(void)
{
	double sum = 0;

	for (int i = 0; i < pixel_count; i++) {
		double least = 1e30;
		for (int j = 0; j < K; j++)
			least = fmin(least, apart(own[i].v, centres[j]));
		sum += least;
	}
	return sum / pixel_count;
}

static void test_photographs(void)
{
	struct picture p = {0};
	double differ = 0, off = 0, worse = 0;
	int counts = 0;

	for (uint64_t n = 1; n <= PHOTOS; n++) {
		photograph(&p, n);
		measure(&p, K, false);
		collect(&p);
		choose_centres(0x636f6c6f75727321);
		iterate(pixels);
		counts += palette.count;
		compare(&differ, &off);
		const double ours = spread();
		iterate(own);
		worse = fmax(worse, ours / spread() - 1);
	}
	ok(counts == PHOTOS * K, "%d photographs have %d colours each", PHOTOS, K);
	ok(differ < 1e-6 && off < 1e-9, "those of the k-means over every pixel: %.1e ΔE00 and %.1e of the share off", differ, off);
	ok(worse < 0.02, "which are as near to the pixels as k-means without cells makes them, but for %.2f %%", 100 * worse);
	picture_release(&p);
}

int main(void)
{
	test_flat();
	test_large();
	test_plain();
	test_scheme();
	test_photographs();
	palette_release(&work);
	return done();
}
