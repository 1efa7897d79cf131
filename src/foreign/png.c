/* SPDX-License-Identifier: ISC */
#include "foreign/png.h"

#include "base/limits.h"
#include "foreign/exif.h"
#include "image/alpha.h"
#include "image/turn.h"

#include <ctype.h>
#include <png.h>
#include <string.h>

/* --- in --------------------------------------------------------------------------------------------------------------- */

/* What must outlive libpng's jump back. */
struct reader {
	png_structp png;
	png_infop info;
	const uint8_t *data;
	size_t size, at;
	struct error *err;
	struct picture *picture, scratch;
	struct bytes wide; /* the whole picture before its alpha was laid over white */
	png_bytep *rows;
	bool alpha, inverted;
	uint16_t bits, samples;
	struct exif exif;
	uint32_t dpi_x, dpi_y;
};

/* What went wrong goes to the struct error that the caller of either direction gave. */
static void fail(png_structp png, png_const_charp text)
{
	error_set(png_get_error_ptr(png), "%c%s", tolower((unsigned char)text[0]), text[0] ? text + 1 : "");
	png_longjmp(png, 1);
}

static void keep_quiet(png_structp png, png_const_charp text)
{
	(void)png, (void)text;
}

static void read_memory(png_structp png, png_bytep to, size_t size)
{
	struct reader *r = png_get_io_ptr(png);

	if (size > r->size - r->at)
		png_error(png, "the PNG data end too early");
	memcpy(to, r->data + r->at, size);
	r->at += size;
}

/* Black-and-white as two entries of a palette is as good as 1 bit of grey. Says whether index 0 is white. */
static bool is_bilevel(const struct reader *r, bool *zero_is_white)
{
	png_colorp palette;
	int count = 0;

	*zero_is_white = false;
	if (png_get_bit_depth(r->png, r->info) != 1 || png_get_valid(r->png, r->info, PNG_INFO_tRNS))
		return false;
	if (png_get_color_type(r->png, r->info) == PNG_COLOR_TYPE_GRAY)
		return true;
	if (!png_get_PLTE(r->png, r->info, &palette, &count) || count != 2)
		return false;
	for (int i = 0; i < 2; i++)
		if (palette[i].red != palette[i].green || palette[i].red != palette[i].blue ||
		        (palette[i].red != 0 && palette[i].red != 255))
			return false;
	*zero_is_white = palette[0].red == 255;
	return palette[0].red != palette[1].red;
}

static void read_facts(struct reader *r)
{
	png_uint_32 x = 0, y = 0, exif_size = 0;
	png_bytep exif = NULL;
	int unit = 0;

	r->bits = png_get_bit_depth(r->png, r->info);
	r->samples = png_get_channels(r->png, r->info);
	if (png_get_pHYs(r->png, r->info, &x, &y, &unit) && unit == PNG_RESOLUTION_METER && x < 100000000 &&
	        y < 100000000) {
		r->dpi_x = (uint32_t)(x * 0.0254 + 0.5);
		r->dpi_y = (uint32_t)(y * 0.0254 + 0.5);
	}
	if (!png_get_eXIf_1(r->png, r->info, &exif_size, &exif))
		exif_size = 0;
	exif_read(&r->exif, exif_size ? (const void *)exif : "", exif_size);
}

/* Asks libpng for 1 bit, or for 8-bit grey or RGB with or without alpha, and makes room for it. */
static int prepare(struct reader *r)
{
	const png_uint_32 width = png_get_image_width(r->png, r->info), height = png_get_image_height(r->png, r->info);
	enum picture_layout layout = PICTURE_BIT;
	bool zero_is_white;

	if (is_bilevel(r, &zero_is_white)) {
		r->inverted = !zero_is_white;
	} else {
		const int colour = png_get_color_type(r->png, r->info);
		png_set_expand(r->png);
		png_set_scale_16(r->png);
		layout = colour & PNG_COLOR_MASK_COLOR ? PICTURE_RGB : PICTURE_GREY;
	}
	png_set_interlace_handling(r->png);
	png_read_update_info(r->png, r->info);
	r->alpha = (png_get_color_type(r->png, r->info) & PNG_COLOR_MASK_ALPHA) != 0;
	return picture_prepare(r->picture, layout, width, height, r->err);
}

/* Interlaced pictures are read in passes over the whole: all rows are held. */
static int read_rows(struct reader *r)
{
	struct picture *p = r->picture;
	const size_t stride = png_get_rowbytes(r->png, r->info);
	size_t size;

	if (!size_mul(stride, p->height, &size) || size > LIMIT_PIXEL_BYTES)
		return error_set(r->err, "%u x %u pixels take more than %d MiB", (unsigned)p->width, (unsigned)p->height,
		        LIMIT_PIXEL_BYTES >> 20);
	r->rows = png_malloc(r->png, p->height * sizeof *r->rows);
	if (r->alpha && bytes_resize(&r->wide, size) < 0)
		return error_set(r->err, "out of memory");
	for (uint32_t y = 0; y < p->height; y++)
		r->rows[y] = r->alpha ? r->wide.data + stride * y : picture_row(p, y);
	png_read_image(r->png, r->rows);
	png_read_end(r->png, NULL);
	return 0;
}

static void finish_pixels(struct reader *r)
{
	struct picture *p = r->picture;
	const unsigned colours = p->layout == PICTURE_RGB ? 3 : 1;
	const size_t row = picture_row_bytes(p->layout, p->width);

	if (r->alpha)
		alpha_over_white(p->pixels.data, r->wide.data, (size_t)p->width * p->height, colours);
	if (p->layout != PICTURE_BIT)
		return;
	for (size_t i = 0; r->inverted && i < p->pixels.size; i++)
		p->pixels.data[i] = (uint8_t)~p->pixels.data[i];
	for (uint32_t y = 0; p->width % 8 && y < p->height; y++)
		picture_row(p, y)[row - 1] &= (uint8_t)(0xff << (8 - p->width % 8));
}

/* All that may jump back; what it has made lies in the reader. */
static int read_guarded(struct reader *r)
{
	if (setjmp(png_jmpbuf(r->png)))
		return -1;
	png_set_read_fn(r->png, r, read_memory);
	png_set_user_limits(r->png, LIMIT_SIDE, LIMIT_SIDE);
	png_set_chunk_malloc_max(r->png, 8 << 20);
	png_set_chunk_cache_max(r->png, 100);
	png_read_info(r->png, r->info);
	read_facts(r);
	return prepare(r) < 0 || read_rows(r) < 0 ? -1 : 0;
}

int png_read(const void *data, size_t size, struct picture *p, struct page *page, struct error *err)
{
	struct reader r = {.data = data, .size = size, .err = err, .picture = p};
	int status = -1;

	picture_clear(p);
	r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, err, fail, keep_quiet);
	if (r.png)
		r.info = png_create_info_struct(r.png);
	if (r.info)
		status = read_guarded(&r);
	else
		error_set(err, "out of memory");
	if (status == 0) {
		const bool crosswise = r.exif.orientation >= 5;
		finish_pixels(&r);
		status = picture_orient(p, r.exif.orientation, &r.scratch, err);
		*page = (struct page){
		        .width = p->width,
		        .height = p->height,
		        .dpi_x = crosswise ? r.dpi_y : r.dpi_x,
		        .dpi_y = crosswise ? r.dpi_x : r.dpi_y,
		        .bits = r.bits,
		        .samples = r.samples,
		};
	}
	if (status < 0)
		picture_clear(p);
	if (r.png)
		png_free(r.png, r.rows);
	png_destroy_read_struct(&r.png, &r.info, NULL);
	picture_release(&r.scratch);
	bytes_release(&r.wide);
	return status;
}

/* --- out -------------------------------------------------------------------------------------------------------------- */

struct writer {
	png_structp png;
	png_infop info;
	const struct picture *picture;
	struct bytes *to;
};

static void write_memory(png_structp png, png_bytep data, size_t size)
{
	if (bytes_append(png_get_io_ptr(png), data, size) < 0)
		png_error(png, "out of memory");
}

static void flush_nothing(png_structp png)
{
	(void)png;
}

static int write_guarded(struct writer *w)
{
	const struct picture *p = w->picture;

	if (setjmp(png_jmpbuf(w->png)))
		return -1;
	png_set_write_fn(w->png, w->to, write_memory, flush_nothing);
	png_set_IHDR(w->png, w->info, p->width, p->height, 8,
	        p->layout == PICTURE_RGB ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
	        PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(w->png, w->info);
	for (uint32_t y = 0; y < p->height; y++)
		png_write_row(w->png, picture_row_const(p, y));
	png_write_end(w->png, NULL);
	return 0;
}

int png_write(const struct picture *grey_or_rgb, struct bytes *to, struct error *err)
{
	struct writer w = {.picture = grey_or_rgb, .to = to};
	int status = -1;

	w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, err, fail, keep_quiet);
	if (w.png)
		w.info = png_create_info_struct(w.png);
	if (w.info)
		status = write_guarded(&w);
	else
		error_set(err, "out of memory");
	png_destroy_write_struct(&w.png, &w.info);
	return status;
}
