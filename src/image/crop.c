/* SPDX-License-Identifier: ISC */
#include "image/crop.h"

#include <stdio.h>
#include <string.h>

/* Copies `width` bits from bit x on to the front of a row that may be the same; the bits behind them become 0. */
static void crop_bits(uint8_t *to, const uint8_t *from, uint32_t x, uint32_t width)
{
	const size_t bytes = picture_row_bytes(PICTURE_BIT, width), last = (x + width - 1) / 8;
	const unsigned shift = x % 8;

	for (size_t i = 0; i < bytes; i++) {
		const size_t at = x / 8 + i;
		const unsigned next = at < last ? from[at + 1] : 0;
		to[i] = (uint8_t)(((unsigned)from[at] << 8 | next) >> (8 - shift));
	}
	if (width % 8)
		to[bytes - 1] &= (uint8_t)(0xff << (8 - width % 8));
}

int picture_crop(struct picture *p, struct box *box, struct error *err)
{
	if (box->x >= p->width || box->y >= p->height || !box->width || !box->height)
		return error_set(err, "the part at %lu,%lu lies outside of its %lu x %lu pixels", (unsigned long)box->x,
		        (unsigned long)box->y, (unsigned long)p->width, (unsigned long)p->height);
	if (box->width > p->width - box->x)
		box->width = p->width - box->x;
	if (box->height > p->height - box->y)
		box->height = p->height - box->y;

	const size_t from_row = picture_row_bytes(p->layout, p->width), to_row = picture_row_bytes(p->layout, box->width);
	const size_t left = p->layout == PICTURE_BIT ? 0 : picture_row_bytes(p->layout, box->x);
	for (size_t y = 0; y < box->height; y++) {
		const uint8_t *from = p->pixels.data + (box->y + y) * from_row + left;
		uint8_t *to = p->pixels.data + y * to_row;
		if (p->layout == PICTURE_BIT)
			crop_bits(to, from, box->x, box->width);
		else
			memmove(to, from, to_row);
	}
	p->width = box->width;
	p->height = box->height;
	p->pixels.size = to_row * box->height;
	return 0;
}

int box_read(struct box *box, const char *text)
{
	unsigned int n[4];
	int end = 0;

	if (strspn(text, "0123456789,") != strlen(text) ||
	        sscanf(text, "%5u,%5u,%5u,%5u%n", &n[0], &n[1], &n[2], &n[3], &end) != 4 || text[end] || !n[2] || !n[3])
		return -1;
	*box = (struct box){n[0], n[1], n[2], n[3]};
	return 0;
}
