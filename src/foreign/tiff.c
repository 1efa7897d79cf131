/* SPDX-License-Identifier: ISC */
#include "foreign/tiff.h"

#include "base/limits.h"
#include "image/turn.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

struct tiff_reader {
	TIFF *tiff;
	const uint8_t *data;
	size_t size, at;
	uint32_t pages; /* directories visited */
	bool ended;
	bool decoding; /* pixels are being read: what libtiff then only warns about is lost pixels */
	bool failed;   /* something was said that counts */
	struct error said;
	struct bytes raster; /* for what TIFFRGBAImage converts */
	struct picture scratch;
};

/* What one page is, of its tags. */
struct layout {
	uint32_t width, height, rows_per_strip;
	uint16_t bits, samples, photometric, planar, compression, orientation;
	bool tiled;
};

/* --- libtiff speaks through us ---------------------------------------------------------------------------------------- */

/* The first complaint is the cause, later ones follow from it. */
static void remember(struct tiff_reader *t, const char *format, va_list ap)
{
	if (t->failed)
		return;
	t->failed = true;
	vsnprintf(t->said.text, sizeof t->said.text, format, ap);
	for (size_t n = strlen(t->said.text); n && (t->said.text[n - 1] == '.' || t->said.text[n - 1] == '\n'); n--)
		t->said.text[n - 1] = '\0';
}

static int on_error(TIFF *tiff, void *context, const char *module, const char *format, va_list ap)
{
	(void)tiff;
	(void)module;
	remember(context, format, ap);
	return 1;
}

/* Unknown tags and the like are nobody's loss; cut fax or JPEG data are warnings for libtiff, and lost pixels for us. */
static int on_warning(TIFF *tiff, void *context, const char *module, const char *format, va_list ap)
{
	struct tiff_reader *t = context;

	(void)tiff;
	(void)module;
	if (t->decoding)
		remember(t, format, ap);
	return 1;
}

static int failure(const struct tiff_reader *t, const char *otherwise, struct error *err)
{
	return error_set(err, "%s", t->failed && t->said.text[0] ? t->said.text : otherwise);
}

/* --- a file in memory -------------------------------------------------------------------------------------------------- */

static tmsize_t read_memory(thandle_t handle, void *to, tmsize_t size)
{
	struct tiff_reader *t = (struct tiff_reader *)handle;
	size_t n = size < 0 ? 0 : (size_t)size;

	if (t->at >= t->size)
		n = 0;
	else if (n > t->size - t->at)
		n = t->size - t->at;
	if (n)
		memcpy(to, t->data + t->at, n);
	t->at += n;
	return (tmsize_t)n;
}

static tmsize_t write_nothing(thandle_t handle, void *from, tmsize_t size)
{
	(void)handle, (void)from, (void)size;
	return -1;
}

static toff_t seek_memory(thandle_t handle, toff_t offset, int whence)
{
	struct tiff_reader *t = (struct tiff_reader *)handle;

	if (whence == SEEK_CUR)
		offset += t->at;
	else if (whence == SEEK_END)
		offset += t->size;
	t->at = (size_t)offset;
	return offset;
}

static int close_nothing(thandle_t handle)
{
	(void)handle;
	return 0;
}

static toff_t size_of_memory(thandle_t handle)
{
	return ((struct tiff_reader *)handle)->size;
}

static int map_memory(thandle_t handle, void **base, toff_t *size)
{
	struct tiff_reader *t = (struct tiff_reader *)handle;

	*base = (void *)(uintptr_t)t->data;
	*size = t->size;
	return 1;
}

static void unmap_nothing(thandle_t handle, void *base, toff_t size)
{
	(void)handle, (void)base, (void)size;
}

struct tiff_reader *tiff_open(const void *data, size_t size, struct error *err)
{
	struct tiff_reader *t = calloc(1, sizeof *t);
	TIFFOpenOptions *options = TIFFOpenOptionsAlloc();

	if (t && options) {
		t->data = data;
		t->size = size;
		TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, t);
		TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, t);
		TIFFOpenOptionsSetMaxSingleMemAlloc(options, LIMIT_PIXEL_BYTES + (1 << 20));
		t->tiff = TIFFClientOpenExt("picture", "r", (thandle_t)t, read_memory, write_nothing, seek_memory,
		        close_nothing, size_of_memory, map_memory, unmap_nothing, options);
		if (!t->tiff)
			failure(t, "is no TIFF that can be read", err);
	} else {
		error_set(err, "out of memory");
	}
	if (options)
		TIFFOpenOptionsFree(options);
	if (!t || t->tiff)
		return t;
	free(t);
	return NULL;
}

void tiff_close(struct tiff_reader *t)
{
	if (!t)
		return;
	TIFFClose(t->tiff);
	bytes_release(&t->raster);
	picture_release(&t->scratch);
	free(t);
}

/* --- 1 bit: straight from the strips ----------------------------------------------------------------------------------- */

static void invert(uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		p[i] = (uint8_t)~p[i];
}

/*
 * An end-of-block code in the middle of a fax strip is a success for libtiff, with the rows behind it never written. The last row
 * is marked before; if the mark is still there, another one decides between a lost row and one that happens to look so.
 */
static int read_strip(struct tiff_reader *t, uint32_t strip, uint8_t *to, size_t row, size_t rows)
{
	uint8_t *last = to + row * (rows - 1);

	for (int attempt = 0; attempt < 2; attempt++) {
		const int mark = attempt ? 0x5a : 0xa5;
		size_t same = 0;
		memset(last, mark, row);
		if (TIFFReadEncodedStrip(t->tiff, strip, to, (tmsize_t)(row * rows)) < 0 || t->failed)
			return -1;
		while (same < row && last[same] == mark)
			same++;
		if (same < row)
			return 0;
	}
	error_set(&t->said, "its last rows are missing");
	t->failed = true;
	return -1;
}

static int read_bits(struct tiff_reader *t, const struct layout *l, struct picture *p, struct error *err)
{
	const size_t row = picture_row_bytes(PICTURE_BIT, l->width);
	const uint8_t last_bits = (uint8_t)(0xff << (7 - (l->width - 1) % 8));

	if (picture_prepare(p, PICTURE_BIT, l->width, l->height, err) < 0)
		return -1;
	for (uint32_t y = 0, strip = 0; y < l->height; y += l->rows_per_strip, strip++) {
		const uint32_t left = l->height - y, rows = left < l->rows_per_strip ? left : l->rows_per_strip;
		if (read_strip(t, strip, picture_row(p, y), row, rows) < 0)
			return failure(t, "its pixels cannot be read", err);
	}
	if (l->photometric == PHOTOMETRIC_MINISBLACK)
		invert(p->pixels.data, p->pixels.size);
	for (uint32_t y = 0; y < l->height && last_bits != 0xff; y++)
		picture_row(p, y)[row - 1] &= last_bits;
	return 0;
}

/* --- everything else: libtiff's own conversion to RGBA ------------------------------------------------------------------ */

static bool is_grey(const struct layout *l)
{
	return l->photometric == PHOTOMETRIC_MINISBLACK || l->photometric == PHOTOMETRIC_MINISWHITE ||
	        l->photometric == PHOTOMETRIC_LOGL;
}

/* libtiff has multiplied the colours by alpha already: white shines through by what is missing. */
static uint8_t over_white(uint32_t value, uint32_t alpha)
{
	value += 255 - alpha;
	return (uint8_t)(value > 255 ? 255 : value);
}

static void convert_row(const uint32_t *from, uint8_t *to, const struct picture *p)
{
	for (uint32_t x = 0; x < p->width; x++) {
		const uint32_t v = from[x], alpha = TIFFGetA(v);
		*to++ = over_white(TIFFGetR(v), alpha);
		if (p->layout == PICTURE_GREY)
			continue;
		*to++ = over_white(TIFFGetG(v), alpha);
		*to++ = over_white(TIFFGetB(v), alpha);
	}
}

/* A band of whole strips or tiles at a time: the raster takes four bytes a pixel. */
static int read_bands(struct tiff_reader *t, TIFFRGBAImage *image, const struct layout *l, struct picture *p,
        struct error *err)
{
	const uint32_t band = l->rows_per_strip < l->height ? l->rows_per_strip : l->height;
	size_t size;

	if (!size_mul((size_t)l->width * 4, band, &size) || size > LIMIT_PIXEL_BYTES)
		return error_set(err, "%u x %u pixels take more than %d MiB", (unsigned)l->width, (unsigned)band,
		        LIMIT_PIXEL_BYTES >> 20);
	if (bytes_resize(&t->raster, size) < 0)
		return error_set(err, "out of memory");
	image->req_orientation = ORIENTATION_TOPLEFT;
	image->orientation = ORIENTATION_TOPLEFT;
	for (uint32_t y = 0; y < l->height; y += band) {
		const uint32_t rows = l->height - y < band ? l->height - y : band;
		image->row_offset = (int)y;
		if (!TIFFRGBAImageGet(image, (uint32_t *)(void *)t->raster.data, l->width, rows) || t->failed)
			return failure(t, "its pixels cannot be read", err);
		for (uint32_t r = 0; r < rows; r++)
			convert_row((const uint32_t *)(void *)t->raster.data + (size_t)r * l->width,
			        picture_row(p, y + r), p);
	}
	return 0;
}

static int read_any(struct tiff_reader *t, const struct layout *l, struct picture *p, struct error *err)
{
	TIFFRGBAImage image;
	char reason[1024] = "";
	int status;

	if (picture_prepare(p, is_grey(l) ? PICTURE_GREY : PICTURE_RGB, l->width, l->height, err) < 0)
		return -1;
	if (!TIFFRGBAImageOK(t->tiff, reason) || !TIFFRGBAImageBegin(&image, t->tiff, 1, reason))
		return failure(t, reason[0] ? reason : "its pixels cannot be read", err);
	status = read_bands(t, &image, l, p, err);
	TIFFRGBAImageEnd(&image);
	return status;
}

/* --- pages --------------------------------------------------------------------------------------------------------------- */

static void read_layout(TIFF *tiff, struct layout *l)
{
	*l = (struct layout){0};
	TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &l->width);
	TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &l->height);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &l->bits);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &l->samples);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &l->planar);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_COMPRESSION, &l->compression);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &l->orientation);
	if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &l->photometric))
		l->photometric = l->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISWHITE;
	l->tiled = TIFFIsTiled(tiff) != 0;
	if (l->tiled)
		TIFFGetField(tiff, TIFFTAG_TILELENGTH, &l->rows_per_strip);
	else
		TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &l->rows_per_strip);
	if (!l->rows_per_strip || l->rows_per_strip > l->height)
		l->rows_per_strip = l->height;
}

/* Dots an inch; a file that gives no unit gives no more than a ratio. */
static uint32_t resolution(TIFF *tiff, uint32_t tag)
{
	uint16_t unit = RESUNIT_INCH;
	float value = 0;

	TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
	if (!TIFFGetField(tiff, tag, &value) || unit == RESUNIT_NONE)
		return 0;
	if (unit == RESUNIT_CENTIMETER)
		value *= 2.54f;
	return value >= 1 && value <= 1e6f ? (uint32_t)(value + 0.5f) : 0;
}

/* "**DRAWING;PG000004;BW;L": landscape, its drawing must be turned clockwise. */
static bool is_landscape(TIFF *tiff)
{
	const char *text;

	if (!TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &text) || !text)
		return false;
	const size_t n = strlen(text);
	return n > 2 && strncmp(text, "**", 2) == 0 && strcmp(text + n - 2, ";L") == 0;
}

static int read_page(struct tiff_reader *t, struct picture *p, struct page *page, struct error *err)
{
	struct layout l;
	int status;

	read_layout(t->tiff, &l);
	t->failed = false;
	t->decoding = true;
	if (l.bits == 1 && l.samples == 1 && !l.tiled &&
	        (l.photometric == PHOTOMETRIC_MINISWHITE || l.photometric == PHOTOMETRIC_MINISBLACK))
		status = read_bits(t, &l, p, err);
	else
		status = read_any(t, &l, p, err);
	t->decoding = false;
	if (status < 0 || picture_orient(p, l.orientation, &t->scratch, err) < 0)
		return picture_clear(p), -1;
	const bool crosswise = l.orientation >= ORIENTATION_LEFTTOP && l.orientation <= ORIENTATION_LEFTBOT;
	*page = (struct page){
	        .width = p->width,
	        .height = p->height,
	        .dpi_x = resolution(t->tiff, crosswise ? TIFFTAG_YRESOLUTION : TIFFTAG_XRESOLUTION),
	        .dpi_y = resolution(t->tiff, crosswise ? TIFFTAG_XRESOLUTION : TIFFTAG_YRESOLUTION),
	        .bits = l.bits,
	        .samples = l.samples,
	        .turn = is_landscape(t->tiff),
	};
	return 1;
}

/* Thumbnails and masks are not pages, unless the file begins with one. */
static bool is_page(const struct tiff_reader *t)
{
	uint32_t type = 0;

	TIFFGetFieldDefaulted(t->tiff, TIFFTAG_SUBFILETYPE, &type);
	return t->pages == 1 || !(type & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK));
}

int tiff_next(struct tiff_reader *t, struct picture *p, struct page *page, struct error *err)
{
	picture_clear(p);
	while (!t->ended) {
		t->failed = false;
		if (t->pages && !TIFFReadDirectory(t->tiff)) {
			t->ended = true;
			return t->failed ? failure(t, "its next page cannot be read", err) : 0;
		}
		if (t->pages++ == LIMIT_PAGES) {
			t->ended = true;
			return error_set(err, "has more than %d pages", LIMIT_PAGES);
		}
		if (is_page(t))
			return read_page(t, p, page, err);
	}
	return 0;
}
