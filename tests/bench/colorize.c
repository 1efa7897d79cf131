/* SPDX-License-Identifier: ISC */
/* What colorize costs a page, in memory: its histogram alone, and all of it. */
#include "bench/clock.h"
#include "image/palette.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 15 };

static uint32_t seed = 1;

static double noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) / 16777216.0;
}

/* Waves of brightness in each channel, with so much grain, 0 … 1; of bits, dithered. */
static void paint(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height, double grain)
{
	const uint32_t samples = layout == PICTURE_RGB ? 3 : 1;

	picture_prepare(p, layout, width, height, NULL);
	memset(p->pixels.data, 0, p->pixels.size);
	for (uint32_t y = 0; y < height; y++) {
		uint8_t *row = picture_row(p, y);
		for (uint32_t x = 0; x < width; x++) {
			for (uint32_t c = 0; c < samples; c++) {
				const double wave = 0.5 + 0.4 * sin((x + 900 * c) / 700.0) * cos(y / (900.0 + 300 * c));
				if (layout == PICTURE_BIT)
					row[x / 8] |= (uint8_t)(wave < noise() ? 128 >> x % 8 : 0);
				else
					row[samples * x + c] = (uint8_t)(255 * (wave * (1 - grain) + noise() * grain));
			}
		}
	}
}

/* One row of the table: the best of some rounds, in milliseconds. */
static void measure(const char *name, const struct picture *p)
{
	static struct palette_work work;
	double histogram = 1e9, all = 1e9;
	struct palette palette;

	for (int round = 0; round < ROUNDS; round++) {
		const double begin = now();
		histogram_take(&work.histogram, p);
		const double middle = now();
		if (palette_measure(&palette, &work, p, 5, false, NULL) < 0)
			exit(2);
		histogram = fmin(histogram, middle - begin);
		all = fmin(all, now() - middle);
	}
	printf("%-34s %9.2f %6.2f %8lu\n", name, histogram, all, (unsigned long)work.histogram.count);
}

int main(void)
{
	static const struct {
		const char *name;
		enum picture_layout layout;
		uint32_t width, height;
		double grain;
	} pages[] = {
	        {"1 bit, 2.5 megapixels", PICTURE_BIT, 1400, 1800, 0},
	        {"grey, 2.5 megapixels", PICTURE_GREY, 1400, 1800, 0.05},
	        {"colour, 1 megapixel", PICTURE_RGB, 1200, 870, 0.05},
	        {"colour, 12 megapixels", PICTURE_RGB, 4000, 3000, 0.05},
	        {"colour, 12 megapixels, much grain", PICTURE_RGB, 4000, 3000, 0.3},
	        {"colour, 12 megapixels, only noise", PICTURE_RGB, 4000, 3000, 1},
	};
	struct picture p = {0};

	printf("colorize, ms a page                histogram    all    tones\n");
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		paint(&p, pages[i].layout, pages[i].width, pages[i].height, pages[i].grain);
		measure(pages[i].name, &p);
	}
	picture_release(&p);
	return 0;
}
