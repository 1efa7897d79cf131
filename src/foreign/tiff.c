/* SPDX-License-Identifier: ISC */
#include "foreign/tiff.h"

#include "base/limits.h"
#include "foreign/samples.h"
#include "image/alpha.h"
#include "image/lab.h"
#include "image/turn.h"

#include <ctype.h>
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
	struct bytes block;  /* a strip or tile as libtiff gives it */
	struct bytes raster; /* a band of the page: samples of 8 bits, or libtiff's RGBA */
	struct picture scratch;
};

/* What one page is, of its tags. */
struct layout {
	uint32_t width, height;
	uint32_t block_width, block_height; /* of a tile, or of a strip */
	uint16_t bits, samples, format, photometric, planar, orientation;
	uint16_t colours; /* samples that are colours, by the photometric; the first of the others may be alpha */
	uint16_t extra;   /* EXTRASAMPLE_... of the first sample behind the colours */
	bool tiled;
};

/* --- libtiff speaks through us ------------------------------------------------------------------------------------ */

/* The first complaint is the cause, later ones follow from it. In our manner: no capital, no full stop. */
static void remember(struct tiff_reader *t, const char *format, va_list ap)
{
	if (t->failed)
		return;
	t->failed = true;
	vsnprintf(t->said.text, sizeof t->said.text, format, ap);
	if (!isupper((unsigned char)t->said.text[1]))
		t->said.text[0] = (char)tolower((unsigned char)t->said.text[0]);
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

/* A tag whose value is cut off is left out with a warning; without one of these a page is not the page that it was. */
static bool is_lost_tag(const char *warning)
{
	return strncmp(warning, "IO error", 8) == 0 &&
	        (strstr(warning, "\"ColorMap\"") || strstr(warning, "\"ImageDescription\""));
}

/* Unknown tags and the like are nobody's loss; cut fax or JPEG data are warnings for libtiff, and lost pixels for us. */
static int on_warning(TIFF *tiff, void *context, const char *module, const char *format, va_list ap)
{
	struct tiff_reader *t = context;
	va_list again;
	char text[256];

	(void)tiff;
	(void)module;
	va_copy(again, ap);
	vsnprintf(text, sizeof text, format, again);
	va_end(again);
	if (t->decoding || is_lost_tag(text))
		remember(t, format, ap);
	return 1;
}

static int failure(const struct tiff_reader *t, const char *otherwise, struct error *err)
{
	return error_set(err, "%s", t->failed && t->said.text[0] ? t->said.text : otherwise);
}

/* --- a file in memory --------------------------------------------------------------------------------------------- */

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
	bytes_release(&t->block);
	bytes_release(&t->raster);
	picture_release(&t->scratch);
	free(t);
}

/* The tile, or the strip, that holds this pixel of this plane, into t->block; a last strip may be shorter. */
static int read_block(struct tiff_reader *t, const struct layout *l, uint32_t x, uint32_t y, uint16_t plane)
{
	const tmsize_t size = l->tiled ? TIFFTileSize(t->tiff) : TIFFStripSize(t->tiff);
	const uint32_t block = l->tiled ? TIFFComputeTile(t->tiff, x, y, 0, plane) : TIFFComputeStrip(t->tiff, y, plane);
	const uint32_t left = l->height - y;
	tmsize_t got, expected = size;

	if (size <= 0 || size > LIMIT_PIXEL_BYTES || bytes_resize(&t->block, (size_t)size) < 0)
		return t->failed = true, error_set(&t->said, "its strips or tiles are too large");
	if (!l->tiled && left < l->block_height)
		expected = TIFFVStripSize(t->tiff, left);
	got = l->tiled ? TIFFReadEncodedTile(t->tiff, block, t->block.data, size)
	               : TIFFReadEncodedStrip(t->tiff, block, t->block.data, size);
	return got < expected || t->failed ? -1 : 0;
}

/* --- 1 bit: straight from the strips ------------------------------------------------------------------------------ */

static void invert(uint8_t *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		p[i] = (uint8_t)~p[i];
}

/*
 * An end-of-block code in the middle of a fax strip is a success for libtiff, with the rows behind it never written. The
 * last row is marked before; if the mark is still there, another one decides between a lost row and one that happens to
 * look so.
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

/* Tiles begin and end at whole bytes. */
static int read_bit_tiles(struct tiff_reader *t, const struct layout *l, struct picture *p)
{
	const size_t tile_row = (l->block_width + 7) / 8, row = picture_row_bytes(PICTURE_BIT, l->width);

	for (uint32_t y = 0; y < l->height; y += l->block_height)
		for (uint32_t x = 0; x < l->width; x += l->block_width) {
			const size_t left = row - x / 8, size = left < tile_row ? left : tile_row;
			if (read_block(t, l, x, y, 0) < 0)
				return -1;
			for (uint32_t r = 0; r < l->block_height && y + r < l->height; r++)
				memcpy(picture_row(p, y + r) + x / 8, t->block.data + tile_row * r, size);
		}
	return 0;
}

static int read_bit_strips(struct tiff_reader *t, const struct layout *l, struct picture *p)
{
	const size_t row = picture_row_bytes(PICTURE_BIT, l->width);

	for (uint32_t y = 0, strip = 0; y < l->height; y += l->block_height, strip++) {
		const uint32_t left = l->height - y, rows = left < l->block_height ? left : l->block_height;
		if (read_strip(t, strip, picture_row(p, y), row, rows) < 0)
			return -1;
	}
	return 0;
}

static int read_bits(struct tiff_reader *t, const struct layout *l, struct picture *p, struct error *err)
{
	const size_t row = picture_row_bytes(PICTURE_BIT, l->width);
	const uint8_t last_bits = (uint8_t)(0xff << (7 - (l->width - 1) % 8));

	if (picture_prepare(p, PICTURE_BIT, l->width, l->height, err) < 0)
		return -1;
	if ((l->tiled ? read_bit_tiles(t, l, p) : read_bit_strips(t, l, p)) < 0)
		return failure(t, "its pixels cannot be read", err);
	if (l->photometric == PHOTOMETRIC_MINISBLACK)
		invert(p->pixels.data, p->pixels.size);
	for (uint32_t y = 0; y < l->height && last_bits != 0xff; y++)
		picture_row(p, y)[row - 1] &= last_bits;
	return 0;
}

/* --- grey, RGB, CMYK and Lab of any depth: by their samples ------------------------------------------------------- */

static uint8_t *band_pixel(struct tiff_reader *t, const struct layout *l, uint32_t row, uint32_t x)
{
	return t->raster.data + ((size_t)row * l->width + x) * l->samples;
}

/* The samples of one block, of one plane or of all, go to their places in the band. */
static void place_block(struct tiff_reader *t, const struct layout *l, uint32_t x, uint16_t plane, uint32_t rows)
{
	const uint32_t left = l->width - x, columns = left < l->block_width ? left : l->block_width;
	const bool apart = l->planar == PLANARCONFIG_SEPARATE;
	const size_t block_row = (size_t)(l->tiled ? TIFFTileRowSize(t->tiff) : TIFFScanlineSize(t->tiff));

	for (uint32_t r = 0; r < rows; r++)
		samples_to_8(band_pixel(t, l, r, x) + plane, apart ? l->samples : 1, t->block.data + block_row * r,
		        (size_t)columns * (apart ? 1 : l->samples), l->bits, (enum sample_format)l->format);
}

static int read_band(struct tiff_reader *t, const struct layout *l, uint32_t y, uint32_t rows)
{
	const uint16_t planes = l->planar == PLANARCONFIG_SEPARATE ? l->samples : 1;

	for (uint16_t plane = 0; plane < planes; plane++)
		for (uint32_t x = 0; x < l->width; x += l->block_width) {
			if (read_block(t, l, x, y, plane) < 0)
				return -1;
			place_block(t, l, x, plane, rows);
		}
	return 0;
}

/* Ink to light, without a profile: R = (1-C)(1-K). */
static void ink_to_light(uint8_t *p, unsigned black)
{
	for (int c = 0; c < 3; c++)
		p[c] = (uint8_t)(((255u - p[c]) * (255u - black) + 127) / 255);
}

/* L* of 0 … 100 as 0 … 255; a* and b* signed, or with ICC's offset. */
static void lab_to_light(uint8_t *p, bool icc)
{
	const int zero = icc ? 128 : 0, wrap = icc ? 256 : 128;
	const int a = p[1] < wrap ? p[1] - zero : p[1] - 256, b = p[2] < wrap ? p[2] - zero : p[2] - 256;

	lab_to_srgb(p[0] / 2.55, a, b, p);
}

/* Colours and a following alpha, if the page has one, to the front of each pixel's place; returns how many samples that are. */
static size_t compact_row(uint8_t *row, const struct layout *l, bool alpha)
{
	const size_t kept = (l->colours == 1 ? 1u : 3u) + alpha;
	uint8_t *to = row;

	for (uint32_t x = 0; x < l->width; x++, row += l->samples, to += kept) {
		const uint8_t over = alpha ? row[l->colours] : 0;
		if (l->photometric == PHOTOMETRIC_MINISWHITE)
			row[0] = (uint8_t)(255 - row[0]);
		if (l->colours == 4)
			ink_to_light(row, row[3]);
		if (l->photometric == PHOTOMETRIC_CIELAB || l->photometric == PHOTOMETRIC_ICCLAB)
			lab_to_light(row, l->photometric == PHOTOMETRIC_ICCLAB);
		memmove(to, row, kept - alpha);
		if (alpha)
			to[kept - 1] = over;
	}
	return kept;
}

static void finish_row(uint8_t *row, const struct layout *l, struct picture *p, uint32_t y)
{
	const bool alpha = l->extra == EXTRASAMPLE_ASSOCALPHA || l->extra == EXTRASAMPLE_UNASSALPHA;
	const unsigned colours = l->colours == 1 ? 1 : 3;

	if (compact_row(row, l, alpha) == colours)
		memcpy(picture_row(p, y), row, (size_t)l->width * colours);
	else if (l->extra == EXTRASAMPLE_ASSOCALPHA)
		alpha_over_white_premultiplied(picture_row(p, y), row, l->width, colours);
	else
		alpha_over_white(picture_row(p, y), row, l->width, colours);
}

static int prepare_raster(struct tiff_reader *t, const struct layout *l, size_t pixel_size, struct error *err)
{
	size_t size;

	if (!size_mul((size_t)l->width * pixel_size, l->block_height, &size) || size > LIMIT_PIXEL_BYTES)
		return error_set(err, "%u x %u pixels take more than %d MiB", (unsigned)l->width,
		        (unsigned)l->block_height, LIMIT_PIXEL_BYTES >> 20);
	return bytes_resize(&t->raster, size) < 0 ? error_set(err, "out of memory") : 0;
}

static int read_samples(struct tiff_reader *t, const struct layout *l, struct picture *p, struct error *err)
{
	if (l->samples < l->colours)
		return error_set(err, "has %u samples a pixel and needs %u", l->samples, l->colours);
	if (picture_prepare(p, l->colours == 1 ? PICTURE_GREY : PICTURE_RGB, l->width, l->height, err) < 0 ||
	        prepare_raster(t, l, l->samples, err) < 0)
		return -1;
	for (uint32_t y = 0; y < l->height; y += l->block_height) {
		const uint32_t left = l->height - y, rows = left < l->block_height ? left : l->block_height;
		if (read_band(t, l, y, rows) < 0)
			return failure(t, "its pixels cannot be read", err);
		for (uint32_t r = 0; r < rows; r++)
			finish_row(band_pixel(t, l, r, 0), l, p, y + r);
	}
	return 0;
}

/* --- everything else: libtiff's own conversion to RGBA ------------------------------------------------------------ */

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
	uint32_t *raster = (uint32_t *)(void *)t->raster.data;

	image->req_orientation = ORIENTATION_TOPLEFT;
	image->orientation = ORIENTATION_TOPLEFT;
	for (uint32_t y = 0; y < l->height; y += l->block_height) {
		const uint32_t left = l->height - y, rows = left < l->block_height ? left : l->block_height;
		image->row_offset = (int)y;
		if (!TIFFRGBAImageGet(image, raster, l->width, rows) || t->failed)
			return failure(t, "its pixels cannot be read", err);
		for (uint32_t r = 0; r < rows; r++)
			convert_row(raster + (size_t)r * l->width, picture_row(p, y + r), p);
	}
	return 0;
}

static int read_any(struct tiff_reader *t, const struct layout *l, struct picture *p, struct error *err)
{
	TIFFRGBAImage image;
	char reason[1024] = "";
	int status;

	if (picture_prepare(p, l->photometric == PHOTOMETRIC_LOGL ? PICTURE_GREY : PICTURE_RGB, l->width, l->height,
	            err) < 0 ||
	        prepare_raster(t, l, sizeof(uint32_t), err) < 0)
		return -1;
	if (!TIFFRGBAImageOK(t->tiff, reason) || !TIFFRGBAImageBegin(&image, t->tiff, 1, reason))
		return failure(t, reason[0] ? reason : "its pixels cannot be read", err);
	status = read_bands(t, &image, l, p, err);
	TIFFRGBAImageEnd(&image);
	return status;
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

/* How many of the samples are colours; 0 where libtiff's own conversion is wanted. */
static uint16_t colours_of(TIFF *tiff, const struct layout *l)
{
	uint16_t ink_set = INKSET_CMYK;

	if (!samples_supported(l->bits, (enum sample_format)l->format))
		return 0;
	switch (l->photometric) {
	case PHOTOMETRIC_MINISWHITE:
	case PHOTOMETRIC_MINISBLACK:
		return 1;
	case PHOTOMETRIC_RGB:
		return 3;
	case PHOTOMETRIC_CIELAB:
	case PHOTOMETRIC_ICCLAB:
		return l->bits == 8 || l->bits == 16 ? 3 : 0;
	case PHOTOMETRIC_SEPARATED:
		TIFFGetFieldDefaulted(tiff, TIFFTAG_INKSET, &ink_set);
		return ink_set == INKSET_CMYK ? 4 : 0;
	default:
		return 0;
	}
}

/* Strips may claim any number of rows; a page has at least its own. */
static void read_blocks(TIFF *tiff, struct layout *l)
{
	l->tiled = TIFFIsTiled(tiff) != 0;
	if (l->tiled) {
		TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &l->block_width);
		TIFFGetField(tiff, TIFFTAG_TILELENGTH, &l->block_height);
	} else {
		l->block_width = l->width;
		TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &l->block_height);
	}
	if (!l->block_height || (!l->tiled && l->block_height > l->height))
		l->block_height = l->height;
	if (!l->block_width)
		l->block_width = l->width;
}

static void read_layout(TIFF *tiff, struct layout *l)
{
	uint16_t count = 0, *types = NULL;

	*l = (struct layout){0};
	TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &l->width);
	TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &l->height);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &l->bits);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &l->samples);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &l->format);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &l->planar);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_ORIENTATION, &l->orientation);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_EXTRASAMPLES, &count, &types);
	if (!TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &l->photometric))
		l->photometric = l->samples >= 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISWHITE;
	/* of Lab two samples are signed whatever the tag says */
	if (l->format == SAMPLEFORMAT_VOID || l->photometric == PHOTOMETRIC_CIELAB || l->photometric == PHOTOMETRIC_ICCLAB)
		l->format = SAMPLEFORMAT_UINT;
	l->colours = colours_of(tiff, l);
	l->extra = count && l->samples > l->colours ? types[0] : EXTRASAMPLE_UNSPECIFIED;
	read_blocks(tiff, l);
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
	if (t->failed)
		return failure(t, "its directory is damaged", err);
	t->decoding = true;
	if (!l.width || !l.height)
		status = error_set(err, "the picture is empty");
	else if (l.bits == 1 && l.samples == 1 && l.colours == 1)
		status = read_bits(t, &l, p, err);
	else if (l.colours)
		status = read_samples(t, &l, p, err);
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
		/* the first directory was read when the file was opened */
		t->failed = t->failed && !t->pages;
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
