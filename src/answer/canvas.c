/* SPDX-License-Identifier: ISC */
#include "answer/canvas.h"

#include "answer/glyphs.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "foreign/jpeg.h"

#include <string.h>

enum { CHANNELS = 3 };

int canvas_grow(struct canvas *c, uint32_t width, uint32_t height, struct error *err)
{
	struct picture *p = &c->picture;
	const size_t row = picture_row_bytes(PICTURE_RGB, width), had = p->height ? p->pixels.size : 0;

	if (width > LIMIT_SIDE || height > LIMIT_SIDE || height > LIMIT_PIXEL_BYTES / row)
		return error_set(err, "%u x %u pixels are too many", (unsigned)width, (unsigned)height);
	if (bytes_resize(&p->pixels, row * height) < 0)
		return error_set(err, "out of memory");
	if (p->pixels.size > had)
		memset(p->pixels.data + had, 0xff, p->pixels.size - had);
	p->layout = PICTURE_RGB;
	p->width = width;
	p->height = height;
	return 0;
}

void canvas_fill(struct canvas *c, uint32_t x, uint32_t y, uint32_t width, uint32_t height, struct colour colour)
{
	struct picture *p = &c->picture;

	if (x >= p->width || y >= p->height)
		return;
	width = width < p->width - x ? width : p->width - x;
	height = height < p->height - y ? height : p->height - y;
	for (uint32_t j = 0; j < height; j++) {
		uint8_t *to = picture_row(p, y + j) + (size_t)x * CHANNELS;
		for (uint32_t i = 0; i < width; i++, to += CHANNELS) {
			to[0] = colour.red;
			to[1] = colour.green;
			to[2] = colour.blue;
		}
	}
}

/* Lays c->scaled with its upper left corner at (x, y). */
static void lay(struct canvas *c, uint32_t x, uint32_t y)
{
	const struct picture *s = &c->scaled;
	const bool grey = s->layout == PICTURE_GREY;

	for (uint32_t j = 0; j < s->height && y + j < c->picture.height; j++) {
		const uint8_t *from = picture_row_const(s, j);
		uint8_t *to = picture_row(&c->picture, y + j) + (size_t)x * CHANNELS;
		for (uint32_t i = 0; i < s->width && x + i < c->picture.width; i++, from += grey ? 1 : CHANNELS)
			for (unsigned k = 0; k < CHANNELS; k++)
				*to++ = from[grey ? 0 : k];
	}
}

int canvas_thumbnail(struct canvas *c, uint32_t x, uint32_t y, uint32_t side, const void *jpeg, size_t size,
        struct error *err)
{
	struct picture *d = &c->decoded;
	struct page page;
	uint32_t width, height;

	if (!size || jpeg_read(jpeg, size, d, &page, NULL) < 0)
		return 0;
	const struct box whole = {0, 0, d->width, d->height};
	scaled_size(d->width, d->height, side, &width, &height);
	if (picture_prepare(&c->scaled, scaled_layout(d->layout), width, height, err) < 0 ||
	        scale_into(&c->scaler, d, &whole, &c->scaled, 0, 0, width, height, err) < 0)
		return -1;
	lay(c, x + (side - width) / 2, y + (side - height) / 2);
	return 1;
}

static void draw_glyph(struct canvas *c, uint32_t x, uint32_t y, uint32_t scale, const uint8_t *columns,
        struct colour colour)
{
	for (uint32_t i = 0; i < GLYPH_WIDTH; i++)
		for (uint32_t j = 0; j < GLYPH_HEIGHT; j++)
			if (columns[i] >> j & 1)
				canvas_fill(c, x + i * scale, y + j * scale, scale, scale, colour);
}

/* The glyph of the first character, and how many bytes it takes. */
static const uint8_t *glyph_at(const char *text, size_t left, size_t *length)
{
	const size_t n = utf8_length((const uint8_t *)text, left);

	*length = n ? n : 1;
	return n == 1 ? glyph_columns((unsigned char)*text) : glyph_unknown;
}

static uint32_t characters(const char *text, size_t size)
{
	uint32_t n = 0;
	size_t length;

	for (size_t at = 0; at < size; at += length, n++)
		glyph_at(text + at, size - at, &length);
	return n;
}

uint32_t canvas_text(struct canvas *c, uint32_t x, uint32_t y, uint32_t scale, uint32_t cells, const char *text,
        struct colour colour)
{
	const size_t size = strlen(text);
	const uint32_t all = characters(text, size);
	const uint32_t whole = all <= cells ? all : cells > 2 ? cells - 2 : 0, written = all < cells ? all : cells;
	size_t at = 0, length;

	for (uint32_t i = 0; i < written; i++, at += length) {
		const uint8_t *columns = glyph_at(text + at, size - at, &length);
		draw_glyph(c, x + i * CANVAS_CELL_WIDTH * scale, y, scale, i < whole ? columns : glyph_columns('.'), colour);
	}
	return written;
}

void canvas_release(struct canvas *c)
{
	picture_release(&c->picture);
	picture_release(&c->decoded);
	picture_release(&c->scaled);
	scaler_release(&c->scaler);
}
