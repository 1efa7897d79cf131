/* SPDX-License-Identifier: ISC */
/*
 * pictures - one picture file for each format, photometric, bit depth, layout and orientation that decode promises, and what
 * it has to look like
 *
 * usage: pictures DIRECTORY            writes the files, and for each a line "FILE EXPECTED TOLERANCE" on stdout
 *        pictures -c GOT EXPECTED N    compares two netpbm pictures: 0 when no sample differs by more than N
 *
 * The expected picture is computed from the same formula that filled the file, pixel by pixel in floating point, and written
 * as netpbm by hand: nothing of the code under test takes part in it.
 */
#include <math.h>
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <webp/encode.h>

#include <jpeglib.h>

enum { WIDTH = 53, HEIGHT = 37 };

static const char *directory;

static void stop(const char *what, const char *name)
{
	fprintf(stderr, "pictures: cannot %s '%s'\n", what, name);
	exit(2);
}

static const char *path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

/* --- what is drawn ------------------------------------------------------------------------------------------------ */

/* A sample of 0 … maximum: noise where the file keeps every bit, a slope where compression is lossy. */
static uint32_t noise(int x, int y, int sample, uint32_t maximum)
{
	uint64_t h = (uint64_t)(x + 1) * 0x9e3779b97f4a7c15u ^ (uint64_t)(y + 1) * 0xbf58476d1ce4e5b9u ^
	        (uint64_t)(sample + 1) * 0x94d049bb133111ebu;

	h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
	h ^= h >> 32;
	return (uint32_t)(h % ((uint64_t)maximum + 1));
}

static uint8_t slope(int x, int y, int sample)
{
	static const double ax[] = {0.8, -0.5, 0.1}, ay[] = {0.1, 0.7, -0.9};

	return (uint8_t)(128 + 100 * sin((ax[sample] * x + ay[sample] * y) / 25));
}

/* --- what is expected --------------------------------------------------------------------------------------------- */

struct expected {
	int kind; /* 4, 5, 6 as in netpbm */
	int width, height;
	uint8_t pixel[WIDTH * WIDTH][3];
};

static struct expected expected;

static void expect_size(int kind, int width, int height)
{
	expected.kind = kind;
	expected.width = width;
	expected.height = height;
}

static uint8_t *at(int x, int y)
{
	return expected.pixel[y * expected.width + x];
}

static uint8_t rounded(double v)
{
	return (uint8_t)floor(v + 0.5);
}

static double over_white(double value, double alpha)
{
	return value * alpha / 255 + 255 - alpha;
}

static void put_expected(FILE *f)
{
	fprintf(f, "P%d\n%d %d\n%s", expected.kind, expected.width, expected.height, expected.kind == 4 ? "" : "255\n");
	for (int y = 0; y < expected.height; y++) {
		uint8_t bits[16] = {0};
		for (int x = 0; x < expected.width; x++) {
			if (expected.kind == 4)
				bits[x / 8] |= (uint8_t)((at(x, y)[0] < 128) << (7 - x % 8));
			else
				fwrite(at(x, y), 1, expected.kind == 5 ? 1 : 3, f);
		}
		if (expected.kind == 4)
			fwrite(bits, 1, ((size_t)expected.width + 7) / 8, f);
	}
}

/* The line that the test reads. */
static void announce(const char *file, int tolerance)
{
	char name[256];
	FILE *f;

	snprintf(name, sizeof name, "%s.expected", file);
	f = fopen(path_of(name), "wb");
	if (!f)
		stop("write", name);
	put_expected(f);
	if (fclose(f) != 0)
		stop("write", name);
	printf("%s %s %d\n", file, name, tolerance);
}

/* --- TIFF --------------------------------------------------------------------------------------------------------- */

struct tiff_case {
	const char *name, *mode; /* of TIFFOpen */
	int bits, samples, photometric;
	int compression;    /* 0: none */
	int extra;          /* EXTRASAMPLE_..., -1: no extra sample */
	int rows;           /* of a strip; 0: all; -16: tiles of that side */
	int orientation;    /* 0: no tag */
	int format;         /* 0: unsigned */
	bool separate, least_first;
};

static const struct tiff_case tiff_cases[] = {
        /* bilevel: every compression, strips, tiles, both photometrics, both bit orders */
        {"bit-g4", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 0, 0, false, false},
        {"bit-g4-strips", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 5, 0, 0, false, false},
        {"bit-g4-black", "w", 1, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_CCITTFAX4, -1, 0, 0, 0, false, false},
        {"bit-g4-lsb", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 0, 0, false, true},
        {"bit-g3", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX3, -1, 8, 0, 0, false, false},
        {"bit-rle", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTRLE, -1, 0, 0, 0, false, false},
        {"bit-none", "w", 1, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"bit-none-lsb", "w", 1, 1, PHOTOMETRIC_MINISWHITE, 0, -1, 7, 0, 0, false, true},
        {"bit-lzw", "w", 1, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_LZW, -1, 3, 0, 0, false, false},
        {"bit-packbits", "w", 1, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_PACKBITS, -1, 3, 0, 0, false, false},
        {"bit-deflate", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_ADOBE_DEFLATE, -1, 3, 0, 0, false, false},
        {"bit-tiles", "w", 1, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_LZW, -1, -16, 0, 0, false, false},
        {"bit-g4-tiles", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, -32, 0, 0, false, false},
        {"bit-big-endian", "wb", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 0, 0, false, false},
        {"bit-bigtiff", "w8", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 0, 0, false, false},
        /* grey of every depth */
        {"grey-2", "w", 2, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-2-white", "w", 2, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_LZW, -1, 4, 0, 0, false, false},
        {"grey-4", "w", 4, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-4-tiles", "w", 4, 1, PHOTOMETRIC_MINISBLACK, 0, -1, -16, 0, 0, false, false},
        {"grey-5", "w", 5, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-8", "w", 8, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_LZW, -1, 6, 0, 0, false, false},
        {"grey-8-white", "w", 8, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_PACKBITS, -1, 0, 0, 0, false, false},
        {"grey-8-zstd", "w", 8, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_ZSTD, -1, 6, 0, 0, false, false},
        {"grey-8-lzma", "w", 8, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_LZMA, -1, 6, 0, 0, false, false},
        {"grey-8-alpha", "w", 8, 2, PHOTOMETRIC_MINISBLACK, 0, EXTRASAMPLE_UNASSALPHA, 0, 0, 0, false, false},
        {"grey-8-signed", "w", 8, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, SAMPLEFORMAT_INT, false, false},
        {"grey-12", "w", 12, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-16", "w", 16, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_LZW, -1, 6, 0, 0, false, false},
        {"grey-16-white", "w", 16, 1, PHOTOMETRIC_MINISWHITE, 0, -1, 0, 0, 0, false, false},
        {"grey-16-big-endian", "wb", 16, 1, PHOTOMETRIC_MINISBLACK, COMPRESSION_ADOBE_DEFLATE, -1, 6, 0, 0, false, false},
        {"grey-16-signed", "w", 16, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, SAMPLEFORMAT_INT, false, false},
        {"grey-24", "w", 24, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-24-big-endian", "wb", 24, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-32", "w", 32, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-32-big-endian", "wb", 32, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, 0, false, false},
        {"grey-float", "w", 32, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, SAMPLEFORMAT_IEEEFP, false, false},
        {"grey-float-big-endian", "wb", 32, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, SAMPLEFORMAT_IEEEFP, false, false},
        {"grey-double", "w", 64, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 0, 0, SAMPLEFORMAT_IEEEFP, false, false},
        /* colours */
        {"rgb-4", "w", 4, 3, PHOTOMETRIC_RGB, 0, -1, 0, 0, 0, false, false},
        {"rgb-8", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, 0, 0, 0, false, false},
        {"rgb-8-strips", "w", 8, 3, PHOTOMETRIC_RGB, COMPRESSION_LZW, -1, 5, 0, 0, false, false},
        {"rgb-8-tiles", "w", 8, 3, PHOTOMETRIC_RGB, COMPRESSION_ADOBE_DEFLATE, -1, -16, 0, 0, false, false},
        {"rgb-8-planes", "w", 8, 3, PHOTOMETRIC_RGB, COMPRESSION_LZW, -1, 5, 0, 0, true, false},
        {"rgb-8-planes-tiles", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, -16, 0, 0, true, false},
        {"rgb-8-alpha", "w", 8, 4, PHOTOMETRIC_RGB, 0, EXTRASAMPLE_UNASSALPHA, 0, 0, 0, false, false},
        {"rgb-8-alpha-planes", "w", 8, 4, PHOTOMETRIC_RGB, 0, EXTRASAMPLE_UNASSALPHA, 7, 0, 0, true, false},
        {"rgb-8-premultiplied", "w", 8, 4, PHOTOMETRIC_RGB, 0, EXTRASAMPLE_ASSOCALPHA, 0, 0, 0, false, false},
        {"rgb-8-other", "w", 8, 4, PHOTOMETRIC_RGB, 0, EXTRASAMPLE_UNSPECIFIED, 0, 0, 0, false, false},
        {"rgb-12", "w", 12, 3, PHOTOMETRIC_RGB, 0, -1, 5, 0, 0, false, false},
        {"rgb-16", "w", 16, 3, PHOTOMETRIC_RGB, COMPRESSION_LZW, -1, 5, 0, 0, false, false},
        {"rgb-16-alpha-big-endian", "wb", 16, 4, PHOTOMETRIC_RGB, 0, EXTRASAMPLE_UNASSALPHA, 0, 0, 0, false, false},
        {"rgb-16-planes-tiles", "w", 16, 3, PHOTOMETRIC_RGB, 0, -1, -16, 0, 0, true, false},
        {"rgb-float", "w", 32, 3, PHOTOMETRIC_RGB, 0, -1, 0, 0, SAMPLEFORMAT_IEEEFP, false, false},
        {"rgb-bigtiff", "w8", 8, 3, PHOTOMETRIC_RGB, COMPRESSION_LZW, -1, 5, 0, 0, false, false},
        {"cmyk-8", "w", 8, 4, PHOTOMETRIC_SEPARATED, 0, -1, 0, 0, 0, false, false},
        {"cmyk-8-planes", "w", 8, 4, PHOTOMETRIC_SEPARATED, COMPRESSION_LZW, -1, 5, 0, 0, true, false},
        {"cmyk-8-alpha", "w", 8, 5, PHOTOMETRIC_SEPARATED, 0, EXTRASAMPLE_UNASSALPHA, 0, 0, 0, false, false},
        {"cmyk-16", "w", 16, 4, PHOTOMETRIC_SEPARATED, COMPRESSION_LZW, -1, 5, 0, 0, false, false},
        {"palette-1", "w", 1, 1, PHOTOMETRIC_PALETTE, 0, -1, 0, 0, 0, false, false},
        {"palette-2", "w", 2, 1, PHOTOMETRIC_PALETTE, 0, -1, 0, 0, 0, false, false},
        {"palette-4", "w", 4, 1, PHOTOMETRIC_PALETTE, COMPRESSION_LZW, -1, 5, 0, 0, false, false},
        {"palette-8", "w", 8, 1, PHOTOMETRIC_PALETTE, COMPRESSION_LZW, -1, 5, 0, 0, false, false},
        {"palette-8-tiles", "w", 8, 1, PHOTOMETRIC_PALETTE, COMPRESSION_LZW, -1, -16, 0, 0, false, false},
        /* orientations of a bitmap and of colours */
        {"bit-turned-2", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 2, 0, false, false},
        {"bit-turned-3", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 3, 0, false, false},
        {"bit-turned-4", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 4, 0, false, false},
        {"bit-turned-5", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 5, 0, false, false},
        {"bit-turned-6", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 6, 0, false, false},
        {"bit-turned-7", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 7, 0, false, false},
        {"bit-turned-8", "w", 1, 1, PHOTOMETRIC_MINISWHITE, COMPRESSION_CCITTFAX4, -1, 0, 8, 0, false, false},
        {"rgb-turned-1", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, 0, 1, 0, false, false},
        {"rgb-turned-2", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, 0, 2, 0, false, false},
        {"rgb-turned-3", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, 5, 3, 0, false, false},
        {"rgb-turned-4", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, 0, 4, 0, false, false},
        {"rgb-turned-5", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, 0, 5, 0, false, false},
        {"grey-turned-6", "w", 8, 1, PHOTOMETRIC_MINISBLACK, 0, -1, 5, 6, 0, false, false},
        {"palette-turned-7", "w", 8, 1, PHOTOMETRIC_PALETTE, 0, -1, 5, 7, 0, false, false},
        {"rgb-turned-8", "w", 8, 3, PHOTOMETRIC_RGB, 0, -1, 5, 8, 0, false, false},
};

static uint32_t maximum_of(const struct tiff_case *t)
{
	return t->format == SAMPLEFORMAT_IEEEFP ? 1024 : (uint32_t)(((uint64_t)1 << t->bits) - 1);
}

/* The number a file's sample stands for, 0 … maximum; what is multiplied with alpha does not exceed it. */
static uint32_t sample(const struct tiff_case *t, int x, int y, int s)
{
	const uint32_t maximum = maximum_of(t), v = noise(x, y, s, maximum);

	if (t->extra == EXTRASAMPLE_ASSOCALPHA && s < 3)
		return (uint32_t)((uint64_t)v * noise(x, y, 3, maximum) / maximum);
	return v;
}

static double scaled(const struct tiff_case *t, int x, int y, int s)
{
	return rounded(255.0 * sample(t, x, y, s) / maximum_of(t));
}

/* Entry i of the palettes, three colours. */
static uint8_t palette_colour(uint32_t i, int c)
{
	return (uint8_t)noise((int)i, 1000, c, 255);
}

/* The light of one pixel of the file as it is stored. */
static void light(const struct tiff_case *t, int x, int y, uint8_t *to)
{
	const int colours = t->photometric == PHOTOMETRIC_RGB ? 3 : t->photometric == PHOTOMETRIC_SEPARATED ? 4 : 1;
	const double alpha = t->extra > 0 ? scaled(t, x, y, colours) : 255;

	for (int c = 0; c < 3; c++) {
		const int s = colours == 1 ? 0 : c;
		double v = scaled(t, x, y, s);
		if (t->photometric == PHOTOMETRIC_MINISWHITE)
			v = 255 - v;
		if (t->photometric == PHOTOMETRIC_PALETTE)
			v = palette_colour(sample(t, x, y, 0), c);
		if (t->photometric == PHOTOMETRIC_SEPARATED)
			v = rounded((255 - v) * (255 - scaled(t, x, y, 3)) / 255);
		to[c] = rounded(t->extra == EXTRASAMPLE_ASSOCALPHA ? v + 255 - alpha : over_white(v, alpha));
	}
}

static int stored_width(const struct tiff_case *t)
{
	return t->orientation >= 5 ? HEIGHT : WIDTH;
}

static int stored_height(const struct tiff_case *t)
{
	return t->orientation >= 5 ? WIDTH : HEIGHT;
}

/* Where the stored pixel in this column and row belongs, by the definition of the tag. */
static void upright(int orientation, int column, int row, int *x, int *y)
{
	const int w = WIDTH - 1, h = HEIGHT - 1;

	switch (orientation) {
	case 2: *x = w - column, *y = row; break;     /* row 0 is the top, column 0 the right side */
	case 3: *x = w - column, *y = h - row; break; /* the bottom, the right side */
	case 4: *x = column, *y = h - row; break;     /* the bottom, the left side */
	case 5: *x = row, *y = column; break;         /* the left side, the top */
	case 6: *x = w - row, *y = column; break;     /* the right side, the top */
	case 7: *x = w - row, *y = h - column; break; /* the right side, the bottom */
	case 8: *x = row, *y = h - column; break;     /* the left side, the bottom */
	default: *x = column, *y = row; break;
	}
}

static void put_bits(uint8_t *to, size_t bit, int bits, uint32_t v)
{
	for (int i = bits - 1; i >= 0; i--, bit++)
		if (v >> i & 1)
			to[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

/* Number n of a row: whole bytes in this machine's order, other widths packed. */
static void put_sample(uint8_t *row, int n, const struct tiff_case *t, int x, int y, int s)
{
	uint32_t v = sample(t, x, y, s);

	if (t->format == SAMPLEFORMAT_IEEEFP) {
		const float single = (float)v / 1024;
		const double twice = v / 1024.0;
		memcpy(row + n * (t->bits / 8), t->bits == 32 ? (const void *)&single : &twice, (size_t)t->bits / 8);
		return;
	}
	if (t->format == SAMPLEFORMAT_INT)
		v ^= (uint32_t)1 << (t->bits - 1);
	if (t->bits == 16)
		memcpy(row + 2 * n, &(uint16_t){(uint16_t)v}, 2);
	else if (t->bits == 24)
		memcpy(row + 3 * n, &v, 3); /* little-endian machines only */
	else if (t->bits == 32)
		memcpy(row + 4 * n, &v, 4);
	else
		put_bits(row, (size_t)n * (size_t)t->bits, t->bits, v);
}

/* A strip or tile with its upper left pixel at (x, y), of one plane or of all. */
static void fill_block(const struct tiff_case *t, uint8_t *block, size_t row_size, int x, int y, int width, int height,
        int plane)
{
	for (int r = 0; r < height && y + r < stored_height(t); r++)
		for (int c = 0; c < width && x + c < stored_width(t); c++)
			for (int s = 0; s < (t->separate ? 1 : t->samples); s++)
				put_sample(block + row_size * (size_t)r, t->separate ? c : c * t->samples + s, t, x + c, y + r,
				        t->separate ? plane : s);
}

static void write_blocks(TIFF *f, const struct tiff_case *t)
{
	const bool tiled = t->rows < 0;
	const int side = -t->rows, rows = t->rows ? t->rows : stored_height(t);
	static uint8_t block[1 << 20];

	for (int plane = 0; plane < (t->separate ? t->samples : 1); plane++)
		for (int y = 0; y < stored_height(t); y += tiled ? side : rows)
			for (int x = 0; x < stored_width(t); x += tiled ? side : stored_width(t)) {
				const int left = stored_height(t) - y;
				const tmsize_t size = tiled ? TIFFTileSize(f)
				                            : TIFFVStripSize(f, (uint32_t)(left < rows ? left : rows));
				memset(block, 0, sizeof block);
				fill_block(t, block, (size_t)(tiled ? TIFFTileRowSize(f) : TIFFScanlineSize(f)), x, y,
				        tiled ? side : stored_width(t), tiled ? side : rows, plane);
				const uint32_t n = tiled ? TIFFComputeTile(f, (uint32_t)x, (uint32_t)y, 0, (uint16_t)plane)
				                         : TIFFComputeStrip(f, (uint32_t)y, (uint16_t)plane);
				if ((tiled ? TIFFWriteEncodedTile(f, n, block, size)
				           : TIFFWriteEncodedStrip(f, n, block, size)) < 0)
					stop("encode", t->name);
			}
}

static void set_tags(TIFF *f, const struct tiff_case *t)
{
	TIFFSetField(f, TIFFTAG_IMAGEWIDTH, stored_width(t));
	TIFFSetField(f, TIFFTAG_IMAGELENGTH, stored_height(t));
	TIFFSetField(f, TIFFTAG_BITSPERSAMPLE, t->bits);
	TIFFSetField(f, TIFFTAG_SAMPLESPERPIXEL, t->samples);
	TIFFSetField(f, TIFFTAG_PHOTOMETRIC, t->photometric);
	TIFFSetField(f, TIFFTAG_PLANARCONFIG, t->separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
	TIFFSetField(f, TIFFTAG_COMPRESSION, t->compression ? t->compression : COMPRESSION_NONE);
	if (t->extra >= 0)
		TIFFSetField(f, TIFFTAG_EXTRASAMPLES, 1, &(uint16_t){(uint16_t)t->extra});
	if (t->orientation)
		TIFFSetField(f, TIFFTAG_ORIENTATION, t->orientation);
	if (t->format)
		TIFFSetField(f, TIFFTAG_SAMPLEFORMAT, t->format);
	if (t->least_first)
		TIFFSetField(f, TIFFTAG_FILLORDER, FILLORDER_LSB2MSB);
	if (t->rows < 0) {
		TIFFSetField(f, TIFFTAG_TILEWIDTH, -t->rows);
		TIFFSetField(f, TIFFTAG_TILELENGTH, -t->rows);
	} else {
		TIFFSetField(f, TIFFTAG_ROWSPERSTRIP, t->rows ? t->rows : stored_height(t));
	}
	TIFFSetField(f, TIFFTAG_XRESOLUTION, 300.0);
	TIFFSetField(f, TIFFTAG_YRESOLUTION, 150.0);
	TIFFSetField(f, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
}

static void set_palette(TIFF *f, const struct tiff_case *t)
{
	uint16_t map[3][256];

	for (int c = 0; c < 3; c++)
		for (uint32_t i = 0; i < 256; i++)
			map[c][i] = (uint16_t)(palette_colour(i, c) * 257);
	if (t->photometric == PHOTOMETRIC_PALETTE)
		TIFFSetField(f, TIFFTAG_COLORMAP, map[0], map[1], map[2]);
}

static void write_directory(const char *name, const char *mode, const struct tiff_case *t, int type,
        const char *description)
{
	TIFF *f = TIFFOpen(path_of(name), mode);

	if (!f)
		stop("write", name);
	set_tags(f, t);
	set_palette(f, t);
	if (type)
		TIFFSetField(f, TIFFTAG_SUBFILETYPE, type);
	if (description)
		TIFFSetField(f, TIFFTAG_IMAGEDESCRIPTION, description);
	write_blocks(f, t);
	TIFFClose(f);
}

static void write_tiff(const struct tiff_case *t)
{
	char name[128];
	uint8_t pixel[3];
	int x, y;

	snprintf(name, sizeof name, "%s.tif", t->name);
	write_directory(name, t->mode, t, 0, NULL);
	const bool grey = t->photometric == PHOTOMETRIC_MINISBLACK || t->photometric == PHOTOMETRIC_MINISWHITE;
	expect_size(!grey ? 6 : t->bits == 1 ? 4 : 5, WIDTH, HEIGHT);
	for (int row = 0; row < stored_height(t); row++)
		for (int column = 0; column < stored_width(t); column++) {
			light(t, column, row, pixel);
			upright(t->orientation, column, row, &x, &y);
			memcpy(at(x, y), pixel, 3);
		}
	announce(name, 0);
}

/* Not in the list: two pages, with a thumbnail between them, and a mask behind; sheets that stand and that lie. */
static void write_pages(void)
{
	const struct tiff_case *bit = &tiff_cases[0];

	write_directory("pages.tif", "w", bit, FILETYPE_PAGE, NULL);
	write_directory("pages.tif", "a", bit, FILETYPE_REDUCEDIMAGE, NULL);
	write_directory("pages.tif", "a", bit, FILETYPE_PAGE, NULL);
	write_directory("pages.tif", "a", bit, FILETYPE_MASK, NULL);
	write_directory("portrait.tif", "w", bit, 0, "**DRAWING;PG000003;BW;P");
	write_directory("landscape.tif", "w", bit, 0, "**DRAWING;PG000004;BW;L");
	write_directory("remark.tif", "w", bit, 0, "my drawing;L");
}

/* Colours that are kept only nearly: through JPEG, as YCbCr, or as CIE L*a*b*. */
static void write_lossy_tiff(const char *name, int photometric, int compression, int samples)
{
	TIFF *f = TIFFOpen(path_of(name), "w");
	uint8_t row[WIDTH * 3];

	if (!f)
		stop("write", name);
	TIFFSetField(f, TIFFTAG_IMAGEWIDTH, WIDTH);
	TIFFSetField(f, TIFFTAG_IMAGELENGTH, HEIGHT);
	TIFFSetField(f, TIFFTAG_BITSPERSAMPLE, 8);
	TIFFSetField(f, TIFFTAG_SAMPLESPERPIXEL, samples);
	TIFFSetField(f, TIFFTAG_COMPRESSION, compression);
	TIFFSetField(f, TIFFTAG_PHOTOMETRIC, photometric);
	TIFFSetField(f, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(f, TIFFTAG_ROWSPERSTRIP, 16);
	if (photometric == PHOTOMETRIC_YCBCR && compression == COMPRESSION_JPEG)
		TIFFSetField(f, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
	if (photometric == PHOTOMETRIC_YCBCR && compression != COMPRESSION_JPEG)
		TIFFSetField(f, TIFFTAG_YCBCRSUBSAMPLING, 1, 1);
	if (compression == COMPRESSION_JPEG)
		TIFFSetField(f, TIFFTAG_JPEGQUALITY, 97);
	expect_size(samples == 1 ? 5 : 6, WIDTH, HEIGHT);
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			const uint8_t rgb[3] = {slope(x, y, 0), slope(x, y, 1), slope(x, y, 2)};
			memcpy(at(x, y), rgb, 3);
			memcpy(row + x * samples, rgb, (size_t)samples);
			if (photometric == PHOTOMETRIC_YCBCR && compression != COMPRESSION_JPEG) {
				const double l = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
				row[x * 3] = rounded(l);
				row[x * 3 + 1] = rounded(128 + (rgb[2] - l) / 1.772);
				row[x * 3 + 2] = rounded(128 + (rgb[0] - l) / 1.402);
			}
			if (photometric == PHOTOMETRIC_CIELAB || photometric == PHOTOMETRIC_ICCLAB) {
				/* without colour: L* of 0 … 100 as 0 … 255, and the grey it stands for in sRGB */
				const double l = rgb[0] / 2.55;
				const double luminance = l > 8 ? pow((l + 16) / 116, 3) : l / 903.3;
				row[x * 3] = rgb[0];
				row[x * 3 + 1] = row[x * 3 + 2] = photometric == PHOTOMETRIC_ICCLAB ? 128 : 0;
				memset(at(x, y), rounded(255 * (1.055 * pow(luminance, 1 / 2.4) - 0.055)), 3);
			}
		}
		if (TIFFWriteScanline(f, row, (uint32_t)y, 0) < 0)
			stop("encode", name);
	}
	TIFFClose(f);
	announce(name, compression == COMPRESSION_JPEG ? 8 : 2);
}

/* Luminances of scientific pictures; grey is their square root. */
static void write_log_tiff(const char *name, int photometric)
{
	TIFF *f = TIFFOpen(path_of(name), "w");
	const int samples = photometric == PHOTOMETRIC_LOGL ? 1 : 3;
	float row[WIDTH * 3];

	if (!f)
		stop("write", name);
	TIFFSetField(f, TIFFTAG_IMAGEWIDTH, WIDTH);
	TIFFSetField(f, TIFFTAG_IMAGELENGTH, HEIGHT);
	TIFFSetField(f, TIFFTAG_COMPRESSION, COMPRESSION_SGILOG);
	TIFFSetField(f, TIFFTAG_SGILOGDATAFMT, SGILOGDATAFMT_FLOAT);
	TIFFSetField(f, TIFFTAG_PHOTOMETRIC, photometric);
	TIFFSetField(f, TIFFTAG_BITSPERSAMPLE, 32);
	TIFFSetField(f, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_IEEEFP);
	TIFFSetField(f, TIFFTAG_SAMPLESPERPIXEL, samples);
	TIFFSetField(f, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(f, TIFFTAG_ROWSPERSTRIP, 16);
	expect_size(samples == 1 ? 5 : 6, WIDTH, HEIGHT);
	for (int y = 0; y < HEIGHT; y++) {
		for (int x = 0; x < WIDTH; x++) {
			const double v = slope(x, y, 0) / 255.0;
			memset(at(x, y), slope(x, y, 0), 3);
			/* XYZ of an equal-energy white, as libtiff's conversion takes it for grey */
			for (int s = 0; s < samples; s++)
				row[x * samples + s] = (float)(v * v);
		}
		if (TIFFWriteScanline(f, row, (uint32_t)y, 0) < 0)
			stop("encode", name);
	}
	TIFFClose(f);
	announce(name, 2);
}

/* --- PNG ---------------------------------------------------------------------------------------------------------- */

/* An EXIF block that says nothing but this orientation. */
static const uint8_t exif_turned_6[] = "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0";

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
		png_set_eXIf_1(png, info, sizeof exif_turned_6 - 1, (png_bytep)(uintptr_t)exif_turned_6);
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

/* --- WebP, JPEG --------------------------------------------------------------------------------------------------- */

static void write_webp(const char *name, bool lossless, bool alpha)
{
	static uint8_t pixels[HEIGHT * WIDTH * 4];
	uint8_t *data = NULL;
	size_t size;
	FILE *f = fopen(path_of(name), "wb");

	expect_size(6, WIDTH, HEIGHT);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			uint8_t *p = pixels + (y * WIDTH + x) * 4;
			p[3] = alpha ? (uint8_t)(1 + noise(x, y, 3, 254)) : 255;
			for (int s = 0; s < 3; s++) {
				p[s] = lossless ? (uint8_t)noise(x, y, s, 255) : slope(x, y, s);
				at(x, y)[s] = rounded(over_white(p[s], p[3]));
			}
		}
	size = lossless ? WebPEncodeLosslessRGBA(pixels, WIDTH, HEIGHT, WIDTH * 4, &data)
	                : WebPEncodeRGBA(pixels, WIDTH, HEIGHT, WIDTH * 4, 95, &data);
	if (!f || !size || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		stop("write", name);
	WebPFree(data);
	announce(name, lossless ? 0 : 16);
}

static void put_chunk(FILE *f, const char *name, const void *data, uint32_t size)
{
	const uint8_t length[4] = {(uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16), (uint8_t)(size >> 24)};

	fwrite(name, 1, 4, f);
	fwrite(length, 1, 4, f);
	fwrite(data, 1, size, f);
	if (size % 2)
		fputc(0, f);
}

/* The extended container around a lossless picture: with an orientation, or as the first frame of an animation. */
static void write_extended_webp(const char *name, bool animated)
{
	static uint8_t pixels[HEIGHT * WIDTH * 4], frame[HEIGHT * WIDTH * 8];
	const uint8_t header[10] = {animated ? 0x02 : 0x08, 0, 0, 0, WIDTH - 1, 0, 0, HEIGHT - 1};
	const uint8_t frame_header[16] = {0, 0, 0, 0, 0, 0, WIDTH - 1, 0, 0, HEIGHT - 1, 0, 0, 100, 0, 0, 2};
	uint8_t *data = NULL;
	FILE *f = fopen(path_of(name), "wb");
	size_t size;

	expect_size(6, animated ? WIDTH : HEIGHT, animated ? HEIGHT : WIDTH);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			uint8_t *to = animated ? at(x, y) : at(HEIGHT - 1 - y, x);
			for (int s = 0; s < 3; s++)
				to[s] = pixels[(y * WIDTH + x) * 4 + s] = (uint8_t)noise(x, y, s, 255);
			pixels[(y * WIDTH + x) * 4 + 3] = 255;
		}
	size = WebPEncodeLosslessRGBA(pixels, WIDTH, HEIGHT, WIDTH * 4, &data);
	if (!f || !size || size + 16 > sizeof frame)
		stop("write", name);
	fwrite("RIFF\0\0\0\0WEBP", 1, 12, f);
	put_chunk(f, "VP8X", header, sizeof header);
	/* behind the twelve bytes of the simple container lies the one chunk, padded */
	memcpy(frame, frame_header, sizeof frame_header);
	memcpy(frame + 16, data + 12, size - 12);
	if (animated) {
		put_chunk(f, "ANIM", "\xff\xff\xff\xff\0\0", 6);
		put_chunk(f, "ANMF", frame, (uint32_t)(size + 4));
	} else {
		fwrite(data + 12, 1, size - 12, f);
		put_chunk(f, "EXIF", exif_turned_6, sizeof exif_turned_6 - 1);
	}
	const uint32_t whole = (uint32_t)ftell(f) - 8;
	fseek(f, 4, SEEK_SET);
	for (int i = 0; i < 4; i++)
		fputc((int)(whole >> 8 * i & 255), f);
	if (fclose(f) != 0)
		stop("write", name);
	WebPFree(data);
	announce(name, 0);
}

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

/* --- netpbm ------------------------------------------------------------------------------------------------------- */

/* P1 … P6 with this maximum. */
static void write_pnm(const char *name, int kind, uint32_t maximum)
{
	FILE *f = fopen(path_of(name), "wb");
	const int samples = kind == 3 || kind == 6 ? 3 : 1;

	if (!f)
		stop("write", name);
	expect_size(maximum == 1 ? 4 : samples == 3 ? 6 : 5, WIDTH, HEIGHT);
	fprintf(f, "P%d # a comment\n%d\n# another\n%d", kind, WIDTH, HEIGHT);
	if (kind != 1 && kind != 4)
		fprintf(f, " %u", (unsigned)maximum);
	fputc('\n', f);
	for (int y = 0; y < HEIGHT; y++) {
		uint8_t bits[16] = {0};
		for (int x = 0; x < WIDTH; x++) {
			for (int s = 0; s < samples; s++) {
				const uint32_t v = noise(x, y, s, maximum);
				memset(at(x, y) + s, rounded(255.0 * v / maximum), 1);
				if (kind < 4)
					fprintf(f, kind == 1 ? "%u" : "%u\n", (unsigned)(kind == 1 ? !v : v));
				else if (kind == 4)
					put_bits(bits, (size_t)x, 1, !v);
				else if (maximum > 255)
					fputc((int)(v >> 8), f), fputc((int)(v & 255), f);
				else
					fputc((int)v, f);
			}
		}
		if (kind == 4)
			fwrite(bits, 1, (WIDTH + 7) / 8, f);
	}
	if (fclose(f) != 0)
		stop("write", name);
	announce(name, 0);
}

static void write_pam(const char *name, int depth, uint32_t maximum, const char *type)
{
	FILE *f = fopen(path_of(name), "wb");
	const int colours = depth < 3 ? 1 : 3;

	if (!f)
		stop("write", name);
	expect_size(maximum == 1 && depth == 1 ? 4 : colours == 3 ? 6 : 5, WIDTH, HEIGHT);
	fprintf(f, "P7\nWIDTH %d\n# a comment\nHEIGHT %d\nDEPTH %d\nMAXVAL %u\nTUPLTYPE %s\nENDHDR\n", WIDTH, HEIGHT, depth,
	        (unsigned)maximum, type);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			const uint32_t over = noise(x, y, depth - 1, maximum);
			const double alpha = depth % 2 ? 255 : rounded(255.0 * over / maximum);
			for (int s = 0; s < depth; s++) {
				const uint32_t v = noise(x, y, s, maximum);
				if (maximum > 255)
					fputc((int)(v >> 8), f);
				fputc((int)(v & 255), f);
				if (s < colours)
					at(x, y)[s] = rounded(over_white(rounded(255.0 * v / maximum), alpha));
			}
		}
	if (fclose(f) != 0)
		stop("write", name);
	announce(name, 0);
}

/* --- comparing ---------------------------------------------------------------------------------------------------- */

static int number(FILE *f)
{
	int c = fgetc(f), v = 0;

	while (c == '#' || c == ' ' || c == '\n') {
		while (c == '#' && (c = fgetc(f)) != '\n' && c != EOF)
			c = '#';
		c = fgetc(f);
	}
	for (; c >= '0' && c <= '9'; c = fgetc(f))
		v = v * 10 + c - '0';
	return v;
}

static uint8_t *read_netpbm(const char *name, int header[4], size_t *size)
{
	FILE *f = fopen(name, "rb");

	if (!f || fgetc(f) != 'P')
		stop("read", name);
	header[0] = number(f);
	header[1] = number(f);
	header[2] = number(f);
	header[3] = header[0] == 4 ? 1 : number(f);
	*size = (size_t)header[2] * (size_t)(header[0] == 4 ? (header[1] + 7) / 8 : header[0] == 5 ? header[1] : 3 * header[1]);
	uint8_t *data = malloc(*size + 1);
	if (!data || fread(data, 1, *size + 1, f) != *size)
		stop("read", name);
	fclose(f);
	return data;
}

static int compare(const char *got, const char *wanted, int tolerance)
{
	int a[4], b[4], largest = 0;
	size_t size_a, size_b;
	uint8_t *pa = read_netpbm(got, a, &size_a), *pb = read_netpbm(wanted, b, &size_b);

	if (memcmp(a, b, sizeof a) != 0) {
		fprintf(stderr, "P%d %d x %d instead of P%d %d x %d\n", a[0], a[1], a[2], b[0], b[1], b[2]);
		largest = 1000;
	}
	for (size_t i = 0; i < size_a && i < size_b && largest < 1000; i++)
		if (abs(pa[i] - pb[i]) > largest)
			largest = abs(pa[i] - pb[i]);
	if (largest > tolerance)
		fprintf(stderr, "largest difference %d, allowed %d\n", largest, tolerance);
	free(pa);
	free(pb);
	return largest > tolerance;
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "-c") == 0)
		return compare(argv[2], argv[3], (int)strtol(argv[4], NULL, 10));
	if (argc != 2) {
		fprintf(stderr, "usage: pictures DIRECTORY\n       pictures -c GOT EXPECTED TOLERANCE\n");
		return 2;
	}
	directory = argv[1];
	for (size_t i = 0; i < sizeof tiff_cases / sizeof *tiff_cases; i++)
		write_tiff(&tiff_cases[i]);
	write_pages();
	write_lossy_tiff("grey-jpeg.tif", PHOTOMETRIC_MINISBLACK, COMPRESSION_JPEG, 1);
	write_lossy_tiff("rgb-jpeg.tif", PHOTOMETRIC_RGB, COMPRESSION_JPEG, 3);
	write_lossy_tiff("ycbcr-jpeg.tif", PHOTOMETRIC_YCBCR, COMPRESSION_JPEG, 3);
	write_lossy_tiff("ycbcr-lzw.tif", PHOTOMETRIC_YCBCR, COMPRESSION_LZW, 3);
	write_lossy_tiff("lab.tif", PHOTOMETRIC_CIELAB, COMPRESSION_LZW, 3);
	write_lossy_tiff("icc-lab.tif", PHOTOMETRIC_ICCLAB, COMPRESSION_LZW, 3);
	write_log_tiff("logl.tif", PHOTOMETRIC_LOGL);
	write_lossy_tiff("icc-lab.tif", PHOTOMETRIC_ICCLAB, COMPRESSION_LZW, 3);
	write_log_tiff("logluv.tif", PHOTOMETRIC_LOGLUV);
	for (size_t i = 0; i < sizeof png_cases / sizeof *png_cases; i++)
		write_png(&png_cases[i]);
	write_webp("lossless.webp", true, false);
	write_webp("lossless-alpha.webp", true, true);
	write_webp("lossy.webp", false, false);
	write_webp("lossy-alpha.webp", false, true);
	write_extended_webp("turned.webp", false);
	write_extended_webp("animated.webp", true);
	write_jpeg("grey.jpg", 1);
	write_jpeg("rgb.jpg", 3);
	write_jpeg("cmyk.jpg", 4);
	write_pnm("plain.pbm", 1, 1);
	write_pnm("plain.pgm", 2, 100);
	write_pnm("plain.ppm", 3, 255);
	write_pnm("raw.pbm", 4, 1);
	write_pnm("raw.pgm", 5, 255);
	write_pnm("raw-16.pgm", 5, 40000);
	write_pnm("raw.ppm", 6, 7);
	write_pnm("raw-16.ppm", 6, 65535);
	write_pam("bit.pam", 1, 1, "BLACKANDWHITE");
	write_pam("grey.pam", 1, 255, "GRAYSCALE");
	write_pam("grey-alpha.pam", 2, 255, "GRAYSCALE_ALPHA");
	write_pam("rgb.pam", 3, 255, "RGB");
	write_pam("rgb-alpha-16.pam", 4, 1023, "RGB_ALPHA");
	return fflush(stdout) != 0;
}
