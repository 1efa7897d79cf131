/* SPDX-License-Identifier: ISC */
/* PNG: every type and depth, interlaced, transparent, turned. */
#include "expected.h"

#include <png.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct png_case {
	const char *name;
	int bits, type, interlace;
	bool transparent; /* a tRNS chunk */
	bool turned;      /* an eXIf chunk: wants a quarter turn clockwise */
};

static const struct png_case png_cases[] = {
        {"png-grey-1", 1, PNG_COLOR_TYPE_GRAY, 0, false, false},
        {"png-grey-1-interlaced", 1, PNG_COLOR_TYPE_GRAY, 1, false, false},
        {"png-grey-2", 2, PNG_COLOR_TYPE_GRAY, 0, false, false},
        {"png-grey-4", 4, PNG_COLOR_TYPE_GRAY, 0, false, false},
        {"png-grey-8", 8, PNG_COLOR_TYPE_GRAY, 0, false, false},
        {"png-grey-8-transparent", 8, PNG_COLOR_TYPE_GRAY, 0, true, false},
        {"png-grey-16", 16, PNG_COLOR_TYPE_GRAY, 0, false, false},
        {"png-grey-alpha-8", 8, PNG_COLOR_TYPE_GRAY_ALPHA, 0, false, false},
        {"png-grey-alpha-16", 16, PNG_COLOR_TYPE_GRAY_ALPHA, 0, false, false},
        {"png-rgb-8", 8, PNG_COLOR_TYPE_RGB, 0, false, false},
        {"png-rgb-8-interlaced", 8, PNG_COLOR_TYPE_RGB, 1, false, false},
        {"png-rgb-16", 16, PNG_COLOR_TYPE_RGB, 0, false, false},
        {"png-rgba-8", 8, PNG_COLOR_TYPE_RGB_ALPHA, 0, false, false},
        {"png-rgba-8-interlaced", 8, PNG_COLOR_TYPE_RGB_ALPHA, 1, false, false},
        {"png-rgba-16", 16, PNG_COLOR_TYPE_RGB_ALPHA, 0, false, false},
        {"png-palette-2", 2, PNG_COLOR_TYPE_PALETTE, 0, false, false},
        {"png-palette-4", 4, PNG_COLOR_TYPE_PALETTE, 1, false, false},
        {"png-palette-8", 8, PNG_COLOR_TYPE_PALETTE, 0, false, false},
        {"png-palette-8-transparent", 8, PNG_COLOR_TYPE_PALETTE, 0, true, false},
        {"png-rgb-8-turned", 8, PNG_COLOR_TYPE_RGB, 0, false, true},
};

static int png_samples(int type)
{
	return type == PNG_COLOR_TYPE_RGB ? 3 : type == PNG_COLOR_TYPE_RGB_ALPHA ? 4 : type == PNG_COLOR_TYPE_GRAY_ALPHA ? 2 : 1;
}

static uint8_t png_value(const struct png_case *c, int x, int y, int s)
{
	const uint32_t maximum = (1u << c->bits) - 1;

	return rounded(255.0 * noise(x, y, s, maximum) / maximum);
}

static void png_light(const struct png_case *c, int x, int y, uint8_t *to)
{
	const bool colour = (c->type & PNG_COLOR_MASK_COLOR) != 0;
	const uint32_t first = noise(x, y, 0, (1u << c->bits) - 1);
	double alpha = 255;

	if (c->type & PNG_COLOR_MASK_ALPHA)
		alpha = png_value(c, x, y, png_samples(c->type) - 1);
	else if (c->transparent)
		alpha = c->type == PNG_COLOR_TYPE_PALETTE ? (first < 100 ? 2.0 * first : 255) : first == 77 ? 0 : 255;
	for (int s = 0; s < 3; s++)
		to[s] = rounded(over_white(c->type == PNG_COLOR_TYPE_PALETTE ? palette_colour(first, s)
		                                                            : png_value(c, x, y, colour ? s : 0), alpha));
}

static void write_png(const struct png_case *c)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	static uint8_t rows[HEIGHT][WIDTH * 8];
	png_bytep pointers[HEIGHT];
	png_color palette[256];
	uint8_t alphas[100];
	char name[128];
	FILE *f;

	snprintf(name, sizeof name, "%s.png", c->name);
	f = fopen(path_of(name), "wb");
	if (!f || setjmp(png_jmpbuf(png)))
		stop("write", name);
	png_init_io(png, f);
	png_set_IHDR(png, info, WIDTH, HEIGHT, c->bits, c->type, c->interlace ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
	        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	for (uint32_t i = 0; i < 256; i++)
		palette[i] = (png_color){palette_colour(i, 0), palette_colour(i, 1), palette_colour(i, 2)};
	for (int i = 0; i < 100; i++)
		alphas[i] = (uint8_t)(2 * i);
	if (c->type == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, palette, 1 << c->bits);
	if (c->transparent)
		png_set_tRNS(png, info, alphas, c->type == PNG_COLOR_TYPE_PALETTE ? 100 : 0, &(png_color_16){.gray = 77});
	if (c->turned)
		png_set_eXIf_1(png, info, exif_turned_6_size, (png_bytep)(uintptr_t)exif_turned_6);
	/* a gamma that a reader who cared would apply */
	png_set_gAMA(png, info, 1.0);
	png_write_info(png, info);
	memset(rows, 0, sizeof rows);
	expect_size(c->type & PNG_COLOR_MASK_COLOR ? 6 : c->bits == 1 ? 4 : 5, c->turned ? HEIGHT : WIDTH,
	        c->turned ? WIDTH : HEIGHT);
	for (int y = 0; y < HEIGHT; y++) {
		pointers[y] = rows[y];
		for (int x = 0; x < WIDTH; x++) {
			png_light(c, x, y, c->turned ? at(HEIGHT - 1 - y, x) : at(x, y));
			for (int s = 0; s < png_samples(c->type); s++)
				put_bits(rows[y], (size_t)(x * png_samples(c->type) + s) * (size_t)c->bits, c->bits,
				        noise(x, y, s, (1u << c->bits) - 1));
		}
	}
	png_write_image(png, pointers);
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	if (fclose(f) != 0)
		stop("write", name);
	announce(name, c->bits == 16 && (c->type & PNG_COLOR_MASK_ALPHA) ? 1 : 0);
}

void write_png_pictures(void)
{
	for (size_t i = 0; i < sizeof png_cases / sizeof *png_cases; i++)
		write_png(&png_cases[i]);
}
