/* SPDX-License-Identifier: ISC */
#include "image/picture.h"

#include "base/limits.h"

size_t picture_row_bytes(enum picture_layout layout, uint32_t width)
{
	switch (layout) {
	case PICTURE_BIT:
		return ((size_t)width + 7) / 8;
	case PICTURE_GREY:
		return width;
	case PICTURE_RGB:
		return 3 * (size_t)width;
	case PICTURE_NONE:
		break;
	}
	return 0;
}

int picture_prepare(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height,
        struct error *err)
{
	picture_clear(p);
	if (!width || !height)
		return error_set(err, "the picture is empty (%u x %u pixels)", (unsigned)width, (unsigned)height);
	if (width > LIMIT_SIDE || height > LIMIT_SIDE)
		return error_set(err, "%u x %u pixels: a side is longer than %d", (unsigned)width, (unsigned)height,
		        LIMIT_SIDE);
	const size_t size = picture_row_bytes(layout, width) * height;
	if (size > LIMIT_PIXEL_BYTES)
		return error_set(err, "%u x %u pixels take more than %d MiB", (unsigned)width, (unsigned)height,
		        LIMIT_PIXEL_BYTES >> 20);
	if (bytes_resize(&p->pixels, size) < 0)
		return error_set(err, "out of memory for %u x %u pixels", (unsigned)width, (unsigned)height);
	p->layout = layout;
	p->width = width;
	p->height = height;
	return 0;
}

uint8_t *picture_row(struct picture *p, uint32_t y)
{
	return p->pixels.data + picture_row_bytes(p->layout, p->width) * y;
}

const uint8_t *picture_row_const(const struct picture *p, uint32_t y)
{
	return p->pixels.data + picture_row_bytes(p->layout, p->width) * y;
}

void picture_clear(struct picture *p)
{
	p->layout = PICTURE_NONE;
	p->width = p->height = 0;
	p->pixels.size = 0;
}

void picture_swap(struct picture *a, struct picture *b)
{
	const struct picture t = *a;

	*a = *b;
	*b = t;
}

void picture_release(struct picture *p)
{
	bytes_release(&p->pixels);
	*p = (struct picture){0};
}
