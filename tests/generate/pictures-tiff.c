/* SPDX-License-Identifier: ISC */
/* TIFF: every photometric, depth, compression, layout and orientation. */
#include "expected.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

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

void write_tiff_pictures(void)
{
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
	write_log_tiff("logluv.tif", PHOTOMETRIC_LOGLUV);
}
