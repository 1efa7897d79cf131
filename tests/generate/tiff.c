/* SPDX-License-Identifier: ISC */
#include "generate/tiff.h"

#include "base/message.h"

#include <stdio.h>
#include <string.h>
#include <tiffio.h>

/* libtiff's file is a growing block and a place in it. */
struct memory_file {
	struct bytes *bytes;
	uint64_t at;
};

static tmsize_t read_block(thandle_t handle, void *to, tmsize_t size)
{
	struct memory_file *f = handle;
	const uint64_t left = f->at < f->bytes->size ? f->bytes->size - f->at : 0;
	const size_t count = (uint64_t)size < left ? (size_t)size : (size_t)left;

	memcpy(to, f->bytes->data + f->at, count);
	f->at += count;
	return (tmsize_t)count;
}

static tmsize_t write_block(thandle_t handle, void *from, tmsize_t size)
{
	struct memory_file *f = handle;
	const size_t old = f->bytes->size, end = (size_t)f->at + (size_t)size;

	if (end > old) {
		if (bytes_resize(f->bytes, end) < 0)
			return -1;
		memset(f->bytes->data + old, 0, end - old);
	}
	memcpy(f->bytes->data + f->at, from, (size_t)size);
	f->at = end;
	return size;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence)
{
	struct memory_file *f = handle;

	f->at = whence == SEEK_SET ? offset : whence == SEEK_CUR ? f->at + offset : f->bytes->size + offset;
	return f->at;
}

static int close_nothing(thandle_t handle)
{
	(void)handle;
	return 0;
}

static toff_t size_of(thandle_t handle)
{
	return ((struct memory_file *)handle)->bytes->size;
}

static void set_tags(
	TIFF *t, uint32_t width, uint32_t height, uint16_t bits, uint16_t samples, const char *description)
{
	TIFFSetField(t, TIFFTAG_IMAGEWIDTH, width);
	TIFFSetField(t, TIFFTAG_IMAGELENGTH, height);
	TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, bits);
	TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, samples);
	TIFFSetField(t, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
	TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
	TIFFSetField(t, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB);
	TIFFSetField(t, TIFFTAG_IMAGEDESCRIPTION, description);
	TIFFSetField(t, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
	TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, height);
	TIFFSetField(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
	TIFFSetField(t, TIFFTAG_XRESOLUTION, 300.0);
	TIFFSetField(t, TIFFTAG_YRESOLUTION, 300.0);
	TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
	TIFFSetField(t, TIFFTAG_PAGENUMBER, 0, 1);
}

/*
 * As in the office's files the directory comes first, and the strip behind it; libtiff has to be asked for
 * that.
 */
static void put_directory_first(TIFF *t)
{
	if (!TIFFDeferStrileArrayWriting(t) || !TIFFWriteCheck(t, 0, "page") || !TIFFWriteDirectory(t) ||
		!TIFFSetDirectory(t, 0))
		die("cannot write a TIFF file");
}

static TIFF *open_in(struct memory_file *f)
{
	TIFF *t;

	f->bytes->size = 0;
	t = TIFFClientOpen(
		"page", "w+l", f, read_block, write_block, seek, close_nothing, size_of, NULL, NULL);
	if (!t)
		die("cannot write a TIFF file");
	return t;
}

void tiff_write(struct bytes *to, const struct picture *page, const char *description)
{
	struct memory_file f = {to, 0};
	TIFF *t = open_in(&f);

	set_tags(t, page->width, page->height, 1, 1, description);
	put_directory_first(t);
	if (TIFFWriteEncodedStrip(t, 0, page->pixels.data, (tmsize_t)page->pixels.size) < 0 ||
		!TIFFForceStrileArrayWriting(t))
		die("cannot write a TIFF file");
	TIFFClose(t);
}

void tiff_write_bomb(struct bytes *to)
{
	struct memory_file f = {to, 0};
	TIFF *t = open_in(&f);

	set_tags(t, 65000, 65000, 16, 4, "**DRAWING;PG000001;BW;P");
	TIFFSetField(t, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
	TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
	if (TIFFWriteRawStrip(t, 0, "nothing", 7) < 0)
		die("cannot write a TIFF file");
	TIFFClose(t);
}
