/* SPDX-License-Identifier: ISC */
/*
 * What letterbox costs a page, stage by stage, on generated pages of 2.5 megapixels.
 *
 * usage: letterbox [DIRECTORY]      the pages are also written there, as netpbm files for other programs to measure
 */
#include "bench/clock.h"
#include "foreign/jpeg.h"
#include "image/letterbox.h"
#include "image/scale_kernels.h"
#include "image/trim.h"
#include "image/turn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 1400, HEIGHT = 1800, ROUNDS = 15 };

static uint32_t seed = 1;

static double noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) / 16777216.0;
}

static void ink(struct picture *p, double x, double y)
{
	for (int dy = -1; dy <= 1; dy++) {
		for (int dx = -1; dx <= 1; dx++) {
			const uint32_t px = (uint32_t)(x + dx), py = (uint32_t)(y + dy);
			picture_row(p, py)[px / 8] |= (uint8_t)(128 >> px % 8);
		}
	}
}

/* Ellipses and strokes, 2.6 % of the page, as the median sheet of patents has. */
static void draw_lines(struct picture *p)
{
	picture_prepare(p, PICTURE_BIT, WIDTH, HEIGHT, NULL);
	memset(p->pixels.data, 0, p->pixels.size);
	for (int i = 0; i < 24; i++) {
		const double x = 300 + 800 * noise(), y = 300 + 1200 * noise(), a = 250 * noise(), b = 250 * noise();
		for (double t = 0; t < 6.2832; t += 0.002)
			ink(p, x + a * cos(t), y + b * sin(t));
		const double u = 50 + 1300 * noise(), v = 50 + 1700 * noise();
		for (double t = 0; t < 1; t += 0.0005)
			ink(p, x + t * (u - x), y + t * (v - y));
	}
}

static double brightness(uint32_t x, uint32_t y)
{
	return 0.6 + 0.3 * sin(x / 90.0) * cos(y / 130.0) + 0.1 * sin((x + y) / 7.0);
}

static void paint(struct picture *p, enum picture_layout layout)
{
	const uint32_t samples = layout == PICTURE_RGB ? 3 : 1;

	picture_prepare(p, layout, WIDTH, HEIGHT, NULL);
	memset(p->pixels.data, 0, p->pixels.size);
	for (uint32_t y = 0; y < HEIGHT; y++) {
		uint8_t *row = picture_row(p, y);
		for (uint32_t x = 0; x < WIDTH; x++) {
			if (layout == PICTURE_BIT)
				row[x / 8] |= (uint8_t)(brightness(x, y) < noise() ? 128 >> x % 8 : 0);
			else
				for (uint32_t c = 0; c < samples; c++)
					row[samples * x + c] = (uint8_t)(255 * brightness(x + 40 * c, y));
		}
	}
}

/* One row of the table: the best of some rounds of each stage, in milliseconds. */
static void measure(const char *name, const struct picture *page)
{
	enum { TURN, TRIM, SQUARE, PLAIN, THUMBNAIL, JPEG, STAGES };
	double best[STAGES];
	struct letterbox work = {0};
	struct scaler plain = {.kernels = &scale_versions[scale_version_count - 1]};
	struct picture p = {0}, square = {0};
	struct bytes jpeg = {0};
	struct error err = {""};
	uint32_t width, height;

	for (int i = 0; i < STAGES; i++)
		best[i] = 1e9;
	for (int round = 0; round < ROUNDS; round++) {
		double at[STAGES + 1];
		picture_prepare(&p, page->layout, page->width, page->height, &err);
		memcpy(p.pixels.data, page->pixels.data, page->pixels.size);
		picture_prepare(&square, scaled_layout(page->layout), LETTERBOX_SIZE, LETTERBOX_SIZE, &err);

		at[TURN] = now();
		int failed = picture_turn(&p, 1, &work.scratch, &err);
		at[TRIM] = now();
		struct box box = trim_box(&p);
		/* other pages have other sizes: the weights of the last one are of no use */
		lanczos_release(&work.scaler.across);
		lanczos_release(&work.scaler.down);
		at[SQUARE] = now();
		scaled_size(box.width, box.height, LETTERBOX_SIZE, &width, &height);
		failed |= scale_into(&work.scaler, &p, &box, &square, 0, 0, width, height, &err);
		at[PLAIN] = now();
		failed |= scale_into(&plain, &p, &box, &square, 0, 0, width, height, &err);
		at[THUMBNAIL] = now();
		scaled_size(box.width, box.height, THUMBNAIL_SIDE, &width, &height);
		failed |= picture_prepare(&work.thumbnail, square.layout, width, height, &err);
		failed |= scale_into(&work.thumbnail_scaler, &p, &box, &work.thumbnail, 0, 0, width, height, &err);
		at[JPEG] = now();
		failed |= jpeg_write(&work.thumbnail, 85, &jpeg, &err);
		at[STAGES] = now();
		if (failed) {
			fprintf(stderr, "bench letterbox: %s\n", err.text);
			exit(2);
		}
		for (int i = 0; i < STAGES; i++)
			best[i] = fmin(best[i], at[i + 1] - at[i]);
	}
	const double all = best[TRIM] + best[SQUARE] + best[THUMBNAIL] + best[JPEG];
	printf("%-22s %6.2f %6.2f %7.2f %7.2f %10.2f %6.2f %6.2f %8.0f\n", name, best[TURN], best[TRIM], best[SQUARE],
	        best[PLAIN], best[THUMBNAIL], best[JPEG], all, WIDTH * HEIGHT / all / 1e3);
	letterbox_release(&work);
	scaler_release(&plain);
	picture_release(&p);
	picture_release(&square);
	bytes_release(&jpeg);
}

static void save(const char *directory, const char *name, const struct picture *p)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s.pnm", directory, name);
	FILE *f = fopen(path, "wb");
	if (!f || fprintf(f, "P%d\n%u %u\n%s", p->layout == PICTURE_BIT ? 4 : p->layout == PICTURE_GREY ? 5 : 6, p->width,
	                  p->height, p->layout == PICTURE_BIT ? "" : "255\n") < 0 ||
	        fwrite(p->pixels.data, 1, p->pixels.size, f) != p->pixels.size || fclose(f) != 0) {
		fprintf(stderr, "bench letterbox: cannot write '%s'\n", path);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static const char *const names[] = {"1-bit-lines", "1-bit-dithered", "grey", "colour"};
	struct picture pages[4] = {{0}};

	draw_lines(&pages[0]);
	paint(&pages[1], PICTURE_BIT);
	paint(&pages[2], PICTURE_GREY);
	paint(&pages[3], PICTURE_RGB);
	printf("a page of %d x %d in ms, kernels: %s\n", WIDTH, HEIGHT, scale_fastest()->version.name);
	printf("%-22s %6s %6s %7s %7s %10s %6s %6s %8s\n", "", "turn", "trim", "square", "(plain)", "thumbnail", "JPEG", "all*",
	        "Mpx/s");
	for (int i = 0; i < 4; i++) {
		measure(names[i], &pages[i]);
		if (argc > 1)
			save(argv[1], names[i], &pages[i]);
		picture_release(&pages[i]);
	}
	printf("* trim, square, thumbnail and JPEG; a fifth of the sheets is turned as well. (plain): the square without AVX2\n");
	return 0;
}
