/* SPDX-License-Identifier: ISC */
#include "image/crop.h"
#include "unit/test.h"

#include <stdlib.h>

static bool ink(const struct picture *p, uint32_t x, uint32_t y)
{
	const uint8_t *row = picture_row_const(p, y);

	return row[x / 8] >> (7 - x % 8) & 1;
}

/* Bytes that differ everywhere, without set bits behind a row's end. */
static void draw(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height)
{
	picture_prepare(p, layout, width, height, NULL);
	for (size_t i = 0; i < p->pixels.size; i++)
		p->pixels.data[i] = (uint8_t)(i * 167 + (i >> 3) * 59);
	for (uint32_t y = 0; layout == PICTURE_BIT && width % 8 && y < height; y++)
		picture_row(p, y)[width / 8] &= (uint8_t)(0xff << (8 - width % 8));
}

static bool same_bits(const struct picture *part, const struct picture *whole, const struct box *b)
{
	for (uint32_t y = 0; y < b->height; y++) {
		for (uint32_t x = 0; x < b->width; x++)
			if (ink(part, x, y) != ink(whole, b->x + x, b->y + y))
				return false;
		for (uint32_t x = b->width; x % 8; x++)
			if (ink(part, x, y))
				return false;
	}
	return true;
}

static bool same_bytes(const struct picture *part, const struct picture *whole, const struct box *b)
{
	const size_t pixel = picture_row_bytes(whole->layout, 1);

	for (uint32_t y = 0; y < b->height; y++)
		if (memcmp(picture_row_const(part, y), picture_row_const(whole, b->y + y) + b->x * pixel, b->width * pixel) != 0)
			return false;
	return true;
}

static void test_layout(enum picture_layout layout)
{
	struct picture whole = {0}, part = {0};
	int wrong = 0, boxes = 0;

	draw(&whole, layout, 37, 9);
	for (uint32_t x = 0; x < 37; x++)
		for (uint32_t width = 1; x + width <= 37; width++) {
			struct box box = {x, x % 5, width, 1 + width % 4};
			draw(&part, layout, 37, 9);
			if (picture_crop(&part, &box, NULL) < 0 || part.width != width ||
			        part.pixels.size != picture_row_bytes(layout, width) * part.height ||
			        !(layout == PICTURE_BIT ? same_bits : same_bytes)(&part, &whole, &box))
				wrong++;
			boxes++;
		}
	ok(wrong == 0, "%d boxes of layout %d hold what they did", boxes, (int)layout);
	picture_release(&whole);
	picture_release(&part);
}

int main(void)
{
	struct picture p = {0};
	struct box box = {30, 5, 1000, UINT32_MAX};

	test_layout(PICTURE_BIT);
	test_layout(PICTURE_GREY);
	test_layout(PICTURE_RGB);
	draw(&p, PICTURE_GREY, 37, 9);
	ok(picture_crop(&p, &box, NULL) == 0 && box.width == 7 && box.height == 4 && p.width == 7 && p.height == 4,
	        "what reaches beyond the picture is left out");
	box = (struct box){7, 0, 1, 1};
	ok(picture_crop(&p, &box, NULL) < 0 && p.width == 7, "a box beside the picture is refused");
	picture_release(&p);
	return done();
}
