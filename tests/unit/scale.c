/* SPDX-License-Identifier: ISC */
#include "image/scale.h"
#include "image/scale_kernels.h"
#include "unit/test.h"

#include <stdlib.h>

static uint32_t seed = 7;

static uint32_t noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/* Bits: runs of about `run` pixels; bytes: anything, with stretches of white. */
static void fill(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height, uint32_t run)
{
	picture_prepare(p, layout, width, height, NULL);
	memset(p->pixels.data, 0, p->pixels.size);
	for (uint32_t y = 0; y < height; y++) {
		uint8_t *row = picture_row(p, y);
		if (noise() % 5 == 0) { /* a white row */
			memset(row, layout == PICTURE_BIT ? 0 : 255, picture_row_bytes(layout, width));
			continue;
		}
		bool black = noise() & 1;
		for (uint32_t x = 0; x < width; x++) {
			black ^= noise() % run == 0;
			if (layout == PICTURE_BIT)
				row[x / 8] = (uint8_t)(row[x / 8] | black << (7 - x % 8));
			else
				for (uint32_t c = 0; c < (layout == PICTURE_RGB ? 3u : 1u); c++)
					row[(layout == PICTURE_RGB ? 3 : 1) * x + c] = (uint8_t)(black ? noise() : 255);
		}
	}
}

/* The definition, written again and without regard to cost: weights from libm, every pixel of every window. */
static double sinc(double x)
{
	const double pi = 3.14159265358979323846;

	return x == 0 ? 1 : sin(pi * x) / (pi * x);
}

static double lanczos3(double x)
{
	return x < -3 || x >= 3 ? 0 : sinc(x) * sinc(x / 3);
}

static void scale_line(const uint8_t *from, uint32_t n, size_t step, uint8_t *to, uint32_t m, size_t to_step)
{
	const double scale = (double)n / m, widening = scale < 1 ? 1 : scale;
	double *w = malloc(n * sizeof *w);

	for (uint32_t i = 0; i < m; i++) {
		const double centre = (i + 0.5) * scale, support = 3 * widening;
		int first = (int)(centre - support + 0.5), end = (int)(centre + support + 0.5);
		first = first < 0 ? 0 : first;
		end = end > (int)n ? (int)n : end;
		double sum = 0;
		for (int k = first; k < end; k++)
			sum += w[k] = lanczos3((k - centre + 0.5) / widening);
		int32_t total = 1 << 21;
		for (int k = first; k < end; k++) {
			const double v = w[k] / sum;
			total += (int32_t)((v < 0 ? -0.5 : 0.5) + v * (1 << 22)) * from[step * (size_t)k];
		}
		total >>= 22;
		to[to_step * i] = (uint8_t)(total < 0 ? 0 : total > 255 ? 255 : total);
	}
	free(w);
}

static void oracle(const struct picture *from, const struct box *box, struct picture *to, uint32_t width, uint32_t height)
{
	const size_t colours = from->layout == PICTURE_RGB ? 3 : 1;
	uint8_t *flat = malloc(colours * box->width * box->height), *half = malloc(colours * width * box->height);

	for (uint32_t y = 0; y < box->height; y++) {
		for (uint32_t x = 0; x < box->width; x++) {
			const uint8_t *row = picture_row_const(from, box->y + y);
			uint8_t *at = flat + colours * (y * (size_t)box->width + x);
			const uint32_t sx = box->x + x;
			if (from->layout == PICTURE_BIT)
				*at = row[sx / 8] >> (7 - sx % 8) & 1 ? 0 : 255;
			else
				memcpy(at, row + colours * sx, colours);
		}
	}
	picture_prepare(to, scaled_layout(from->layout), width, height, NULL);
	for (size_t c = 0; c < colours; c++) {
		for (uint32_t y = 0; y < box->height; y++)
			scale_line(flat + colours * box->width * y + c, box->width, colours, half + colours * width * y + c,
			        width, colours);
		for (uint32_t x = 0; x < width; x++)
			scale_line(half + colours * x + c, box->height, colours * width, to->pixels.data + colours * x + c,
			        height, colours * width);
	}
	free(flat);
	free(half);
}

/* The picture scaled into the middle of a larger one; what lies around must stay as it was. */
static bool scales_as_expected(struct scaler *s, const struct picture *p, const struct box *box, uint32_t width, uint32_t height)
{
	struct picture got = {0}, expected = {0};
	const uint32_t left = 3, top = 2;
	bool same = true;

	oracle(p, box, &expected, width, height);
	picture_prepare(&got, expected.layout, width + 7, height + 5, NULL);
	memset(got.pixels.data, 77, got.pixels.size);
	same = scale_into(s, p, box, &got, left, top, width, height, NULL) == 0;
	const size_t pixel = got.layout == PICTURE_RGB ? 3 : 1, around = pixel * got.width;
	for (uint32_t y = 0; y < got.height && same; y++) {
		const uint8_t *row = picture_row(&got, y);
		const bool inside = y >= top && y < top + height;
		for (size_t i = 0; i < around && same; i++) {
			const bool in = inside && i >= pixel * left && i < pixel * (left + width);
			same = row[i] == (in ? picture_row(&expected, y - top)[i - pixel * left] : 77);
			if (!same)
				printf("# %u x %u at %u,%u to %u x %u: byte %zu of row %u is %d\n", (unsigned)box->width,
				        (unsigned)box->height, (unsigned)box->x, (unsigned)box->y, (unsigned)width,
				        (unsigned)height, i, (unsigned)y, row[i]);
		}
	}
	picture_release(&got);
	picture_release(&expected);
	return same;
}

static const struct {
	uint32_t width, height, run;
	struct box box;
	uint32_t to_width, to_height;
} cases[] = {
        {1, 1, 2, {0, 0, 1, 1}, 1, 1},
        {1, 1, 2, {0, 0, 1, 1}, 9, 9},
        {1, 300, 3, {0, 0, 1, 300}, 1, 51},
        {300, 1, 3, {0, 0, 300, 1}, 51, 1},
        {97, 61, 4, {0, 0, 97, 61}, 218, 137},
        {97, 61, 4, {0, 0, 97, 61}, 97, 61},
        {97, 61, 4, {0, 0, 97, 61}, 96, 60},
        {131, 257, 3, {0, 0, 131, 257}, 26, 51},
        {131, 257, 40, {1, 2, 129, 250}, 33, 64},
        {515, 129, 2, {7, 3, 501, 120}, 100, 23},
        {515, 129, 100, {8, 0, 256, 129}, 65, 32},
        {640, 200, 60, {63, 11, 513, 189}, 224, 82},
        {2003, 37, 1000, {5, 0, 1991, 37}, 51, 1},
        {700, 70, 9, {64, 0, 64, 70}, 31, 35},
};

int main(void)
{
	static const enum picture_layout layouts[] = {PICTURE_BIT, PICTURE_GREY, PICTURE_RGB};
	const struct scale_kernels *sets[2] = {&scale_versions[scale_version_count - 1], scale_fastest()};
	struct picture p = {0};

	for (int k = 0; k < 2; k++) {
		struct scaler s = {.kernels = sets[k]};
		if (k && sets[1] == sets[0]) {
			skip("this CPU has no faster kernels");
			continue;
		}
		for (size_t l = 0; l < 3; l++) {
			int wrong = 0;
			for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
				fill(&p, layouts[l], cases[i].width, cases[i].height, cases[i].run);
				wrong += !scales_as_expected(
				        &s, &p, &cases[i].box, cases[i].to_width, cases[i].to_height);
			}
			for (int i = 0; i < 60; i++) {
				const uint32_t w = 1 + noise() % 300, h = 1 + noise() % 60, x = noise() % w, y = noise() % h;
				const struct box box = {x, y, 1 + noise() % (w - x), 1 + noise() % (h - y)};
				fill(&p, layouts[l], w, h, 1 + noise() % 20);
				wrong += !scales_as_expected(&s, &p, &box, 1 + noise() % 150, 1 + noise() % 60);
			}
			ok(wrong == 0, "%s, layout %d: every byte as the definition has it", sets[k]->version.name,
			        (int)layouts[l]);
		}
		scaler_release(&s);
	}

	uint32_t w, h;
	scaled_size(1337, 2011, 518, &w, &h);
	ok(w == 344 && h == 518, "the longest side becomes the target, the other is cut to whole pixels");
	scaled_size(65535, 1, 518, &w, &h);
	ok(w == 518 && h == 1, "a side is never nothing");
	picture_release(&p);
	return done();
}
