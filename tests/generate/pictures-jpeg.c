/* SPDX-License-Identifier: ISC */
/* JPEG: grey, colours, ink. */
#include "expected.h"

#include <stdbool.h>
#include <stdio.h>

#include <jpeglib.h>

static void write_jpeg(const char *name, int components)
{
	struct jpeg_compress_struct codec;
	struct jpeg_error_mgr errors;
	uint8_t row[WIDTH * 4];
	FILE *f = fopen(path_of(name), "wb");

	if (!f)
		stop("write", name);
	codec.err = jpeg_std_error(&errors);
	jpeg_create_compress(&codec);
	jpeg_stdio_dest(&codec, f);
	codec.image_width = WIDTH;
	codec.image_height = HEIGHT;
	codec.input_components = components;
	codec.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
	jpeg_set_defaults(&codec);
	jpeg_set_quality(&codec, 97, TRUE);
	jpeg_start_compress(&codec, TRUE);
	expect_size(components == 1 ? 5 : 6, WIDTH, HEIGHT);
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++)
			for (int s = 0; s < components; s++) {
				/* Adobe's ink is stored inverted; no black */
				row[x * components + s] = s == 3 ? 255 : slope(x, y, s);
				if (s < 3)
					at(x, y)[s] = slope(x, y, s);
			}
		jpeg_write_scanlines(&codec, &(JSAMPROW){row}, 1);
	}
	jpeg_finish_compress(&codec);
	jpeg_destroy_compress(&codec);
	if (fclose(f) != 0)
		stop("write", name);
	announce(name, 8);
}

void write_jpeg_pictures(void)
{
	write_jpeg("grey.jpg", 1);
	write_jpeg("rgb.jpg", 3);
	write_jpeg("cmyk.jpg", 4);
}
