/* SPDX-License-Identifier: ISC */
#include "image/trim.h"
#include "image/turn.h"
#include "unit/test.h"

static uint32_t seed = 3;

static uint32_t noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return seed >> 8;
}

/* A few specks on white, alone or touching. */
static void sprinkle(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height)
{
	picture_prepare(p, layout, width, height, NULL);
	memset(p->pixels.data, layout == PICTURE_BIT ? 0 : 255, p->pixels.size);
	for (uint32_t specks = noise() % 12; specks; specks--) {
		const uint32_t x = noise() % width;
		uint8_t *row = picture_row(p, noise() % height);
		if (layout == PICTURE_BIT)
			row[x / 8] |= (uint8_t)((noise() % 2 ? 0x80 : 0xc0) >> x % 8);
		else if (layout == PICTURE_GREY)
			memset(row + x, TRIM_INK - 1 + (int)(noise() % 2), x + 1 < width ? 1 + noise() % 2 : 1);
		else
			row[3 * x + noise() % 3] = (uint8_t)(TRIM_INK - 1 + noise() % 2);
	}
	if (layout == PICTURE_BIT && width % 8)
		for (uint32_t y = 0; y < height; y++)
			picture_row(p, y)[width / 8] &= (uint8_t)(0xff << (8 - width % 8));
}

static bool ink_at(const struct picture *p, int64_t x, int64_t y)
{
	if (x < 0 || y < 0 || x >= p->width || y >= p->height)
		return false;
	const uint8_t *row = picture_row_const(p, (uint32_t)y);
	if (p->layout == PICTURE_BIT)
		return row[x / 8] & 128 >> x % 8;
	if (p->layout == PICTURE_GREY)
		return row[x] < TRIM_INK;
	return row[3 * x] < TRIM_INK || row[3 * x + 1] < TRIM_INK || row[3 * x + 2] < TRIM_INK;
}

/* The definition, pixel by pixel. */
static struct box oracle(const struct picture *p)
{
	int64_t left = p->width, top = p->height, right = 0, bottom = 0;

	for (int64_t y = 0; y < p->height; y++) {
		for (int64_t x = 0; x < p->width; x++) {
			int neighbours = 0;
			for (int i = 0; i < 9; i++)
				neighbours += i != 4 && ink_at(p, x + i % 3 - 1, y + i / 3 - 1);
			if (!ink_at(p, x, y) || !neighbours)
				continue;
			left = x < left ? x : left;
			top = y < top ? y : top;
			right = x + 1 > right ? x + 1 : right;
			bottom = y + 1 > bottom ? y + 1 : bottom;
		}
	}
	if (!right)
		return (struct box){0, 0, p->width, p->height};
	return (struct box){(uint32_t)left, (uint32_t)top, (uint32_t)(right - left), (uint32_t)(bottom - top)};
}

static bool same(struct box a, struct box b)
{
	return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

int main(void)
{
	static const enum picture_layout layouts[] = {PICTURE_BIT, PICTURE_GREY, PICTURE_RGB};
	struct picture p = {0}, scratch = {0};

	for (int l = 0; l < 3; l++) {
		int wrong = 0, wrong_turned = 0, whole = 0;
		for (int i = 0; i < 3000; i++) {
			sprinkle(&p, layouts[l], 1 + noise() % 40, 1 + noise() % 40);
			const struct box box = trim_box(&p);
			const uint32_t height = p.height;
			wrong += !same(box, oracle(&p));
			whole += box.width == p.width && box.height == p.height;
			picture_turn(&p, 1, &scratch, NULL);
			const struct box turned = {height - box.y - box.height, box.x, box.height, box.width};
			wrong_turned += !same(trim_box(&p), turned);
		}
		ok(wrong == 0 && whole > 100 && whole < 2900, "layout %d: the box is that of the definition", (int)layouts[l]);
		ok(wrong_turned == 0, "and turns with the page");
	}
	picture_release(&p);
	picture_release(&scratch);
	return done();
}
