/* SPDX-License-Identifier: ISC */
#include "foreign/pnm.h"

#include "image/alpha.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct header {
	int kind; /* the digit behind P */
	uint32_t width, height, depth, maximum;
	char type[32]; /* of PAM: GRAYSCALE, RGB_ALPHA ... */
};

static bool is_space(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space, and comments to the end of their line. */
static void skip_space(struct cursor *c)
{
	while (c->at < c->end && (is_space(*c->at) || *c->at == '#')) {
		if (*c->at == '#')
			while (c->at < c->end && *c->at != '\n')
				c->at++;
		else
			c->at++;
	}
}

/* A decimal number; none, or one above 65535, is a failure. */
static uint32_t take_number(struct cursor *c)
{
	uint32_t value = 0;

	skip_space(c);
	if (c->at == c->end || *c->at < '0' || *c->at > '9')
		c->failed = true;
	for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++) {
		value = value * 10 + (uint32_t)(*c->at - '0');
		if (value > 65535) {
			c->failed = true;
			return 0;
		}
	}
	return value;
}

/* One white-space character ends the header, so that a raster may begin with any byte. */
static void end_header(struct cursor *c)
{
	const int ending = cursor_u8(c);

	if (ending == '\r' && c->at < c->end && *c->at == '\n')
		c->at++;
	else if (!is_space(ending))
		c->failed = true;
}

static void read_pnm_header(struct cursor *c, struct header *h)
{
	h->width = take_number(c);
	h->height = take_number(c);
	h->depth = h->kind == 3 || h->kind == 6 ? 3 : 1;
	h->maximum = h->kind == 1 || h->kind == 4 ? 1 : take_number(c);
	if (h->kind >= 4)
		end_header(c);
}

static bool take_word(struct cursor *c, const char *word)
{
	const size_t n = strlen(word);

	if (cursor_left(c) <= n || memcmp(c->at, word, n) != 0 || !is_space(c->at[n]))
		return false;
	c->at += n;
	return true;
}

/* The rest of the line; of several TUPLTYPE lines the first is enough to know the colours. */
static void take_type(struct cursor *c, char *to, size_t room)
{
	size_t n = 0;

	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
	for (; c->at < c->end && *c->at != '\n'; c->at++)
		if (n + 1 < room && !is_space(*c->at))
			to[n++] = (char)*c->at;
	to[n] = '\0';
}

static void read_pam_header(struct cursor *c, struct header *h)
{
	for (;;) {
		skip_space(c);
		if (take_word(c, "WIDTH")) {
			h->width = take_number(c);
		} else if (take_word(c, "HEIGHT")) {
			h->height = take_number(c);
		} else if (take_word(c, "DEPTH")) {
			h->depth = take_number(c);
		} else if (take_word(c, "MAXVAL")) {
			h->maximum = take_number(c);
		} else if (take_word(c, "TUPLTYPE")) {
			take_type(c, h->type, sizeof h->type);
		} else {
			c->failed |= !take_word(c, "ENDHDR");
			end_header(c);
			return;
		}
		if (c->failed)
			return;
	}
}

static int read_header(struct cursor *c, struct header *h, struct error *err)
{
	const uint8_t *magic = cursor_bytes(c, 2);

	*h = (struct header){0};
	if (!magic || magic[0] != 'P' || magic[1] < '1' || magic[1] > '7')
		return error_set(err, "is no PNM picture");
	h->kind = magic[1] - '0';
	if (h->kind == 7)
		read_pam_header(c, h);
	else
		read_pnm_header(c, h);
	if (c->failed || !h->maximum || h->maximum > 65535)
		return error_set(err, "its PNM header is damaged");
	if (!h->depth || h->depth > 4)
		return error_set(err, "pixels of %u samples are not understood", (unsigned)h->depth);
	return 0;
}

static uint8_t to_8_bits(uint32_t value, uint32_t maximum)
{
	return (uint8_t)((value * 255 + maximum / 2) / maximum);
}

/* The samples of one row as 8 bits, from text or from one or two bytes each. */
static void take_row(struct cursor *c, const struct header *h, uint8_t *to)
{
	const size_t count = (size_t)h->width * h->depth;

	if (h->kind < 4) {
		for (size_t i = 0; i < count && !c->failed; i++) {
			const uint32_t v = take_number(c);
			c->failed |= v > h->maximum;
			to[i] = to_8_bits(v, h->maximum);
		}
		return;
	}
	const size_t wide = h->maximum > 255 ? 2 : 1;
	const uint8_t *p = cursor_bytes(c, count * wide);
	for (size_t i = 0; p && i < count; i++) {
		const uint32_t v = wide == 2 ? (uint32_t)p[2 * i] << 8 | p[2 * i + 1] : p[i];
		to[i] = to_8_bits(v < h->maximum ? v : h->maximum, h->maximum);
	}
}

static void set_black(uint8_t *row, uint32_t x)
{
	row[x / 8] |= (uint8_t)(0x80 >> x % 8);
}

/* 1 is black in PBM: plain ones have a digit a pixel, with or without space between. In a PAM 0 is black, a byte each. */
static void take_bit_row(struct cursor *c, const struct header *h, uint8_t *to)
{
	const size_t size = picture_row_bytes(PICTURE_BIT, h->width);

	if (h->kind == 4) {
		const uint8_t *p = cursor_bytes(c, size);
		if (p)
			memcpy(to, p, size);
		if (h->width % 8)
			to[size - 1] &= (uint8_t)(0xff << (8 - h->width % 8));
		return;
	}
	memset(to, 0, size);
	for (uint32_t x = 0; x < h->width && !c->failed; x++) {
		if (h->kind == 1)
			skip_space(c);
		const uint8_t v = (uint8_t)(cursor_u8(c) - (h->kind == 1 ? '0' : 0));
		c->failed |= v > 1;
		if ((v == 1) == (h->kind == 1))
			set_black(to, x);
	}
}

static enum picture_layout layout_of(const struct header *h)
{
	if (h->kind == 1 || h->kind == 4 || (h->kind == 7 && h->maximum == 1 && h->depth == 1))
		return PICTURE_BIT;
	return h->depth < 3 ? PICTURE_GREY : PICTURE_RGB;
}

static int read_raster(struct cursor *c, const struct header *h, struct picture *p, struct error *err)
{
	const bool alpha = h->depth == 2 || h->depth == 4;
	struct bytes wide = {0};
	int status = 0;

	if (alpha && bytes_resize(&wide, (size_t)h->width * h->depth) < 0)
		return error_set(err, "out of memory");
	for (uint32_t y = 0; y < h->height && status == 0; y++) {
		uint8_t *row = picture_row(p, y);
		if (p->layout == PICTURE_BIT)
			take_bit_row(c, h, row);
		else
			take_row(c, h, alpha ? wide.data : row);
		if (c->failed)
			status = error_set(err, "its pixels are cut or damaged in row %u of %u", (unsigned)y + 1,
			        (unsigned)h->height);
		else if (alpha)
			alpha_over_white(row, wide.data, h->width, h->depth - 1);
	}
	bytes_release(&wide);
	return status;
}

static uint16_t bits_for(uint32_t maximum)
{
	uint16_t bits = 1;

	while (maximum >> bits)
		bits++;
	return bits;
}

int pnm_read(const void *data, size_t size, size_t *used, struct picture *p, struct page *page, struct error *err)
{
	struct cursor c = cursor_on(data, size);
	struct header h;

	picture_clear(p);
	if (read_header(&c, &h, err) < 0 || picture_prepare(p, layout_of(&h), h.width, h.height, err) < 0)
		return -1;
	if (read_raster(&c, &h, p, err) < 0)
		return picture_clear(p), -1;
	*used = size - cursor_left(&c);
	*page = (struct page){
	        .width = p->width,
	        .height = p->height,
	        .bits = bits_for(h.maximum),
	        .samples = (uint16_t)h.depth,
	};
	return 0;
}
