/* SPDX-License-Identifier: ISC */
#include "image/trim.h"

static bool is_ink(const struct picture *p, const uint8_t *row, uint32_t x)
{
	if (p->layout == PICTURE_BIT)
		return row[x / 8] >> (7 - x % 8) & 1;
	if (p->layout == PICTURE_GREY)
		return row[x] < TRIM_INK;
	row += 3 * (size_t)x;
	return row[0] < TRIM_INK || row[1] < TRIM_INK || row[2] < TRIM_INK;
}

/* Is there ink in the row from x - 1 to x + 1? */
static bool ink_around(const struct picture *p, uint32_t x, uint32_t y)
{
	const uint8_t *row = picture_row_const(p, y);

	return is_ink(p, row, x) || (x > 0 && is_ink(p, row, x - 1)) || (x + 1 < p->width && is_ink(p, row, x + 1));
}

static bool is_dust(const struct picture *p, const uint8_t *row, uint32_t x, uint32_t y)
{
	return !(x > 0 && is_ink(p, row, x - 1)) && !(x + 1 < p->width && is_ink(p, row, x + 1)) &&
	       !(y > 0 && ink_around(p, x, y - 1)) && !(y + 1 < p->height && ink_around(p, x, y + 1));
}

/* The first column from `begin` on, but before `end`, with ink that counts in row y; `end` when there is none. */
static uint32_t first_ink(const struct picture *p, uint32_t y, uint32_t begin, uint32_t end)
{
	const uint8_t *row = picture_row_const(p, y);

	for (uint32_t x = begin; x < end; x++) {
		if (p->layout == PICTURE_BIT && x % 8 == 0 && !row[x / 8])
			x += 7; /* most of a page is white */
		else if (is_ink(p, row, x) && !is_dust(p, row, x, y))
			return x;
	}
	return end;
}

/* One behind the last such column from `begin` on and before `end`; `begin` when there is none. */
static uint32_t behind_last_ink(const struct picture *p, uint32_t y, uint32_t begin, uint32_t end)
{
	const uint8_t *row = picture_row_const(p, y);

	for (uint32_t x = end; x > begin; x--) {
		if (p->layout == PICTURE_BIT && x % 8 == 0 && x - begin >= 8 && !row[x / 8 - 1])
			x -= 7;
		else if (is_ink(p, row, x - 1) && !is_dust(p, row, x - 1, y))
			return x;
	}
	return begin;
}

struct box trim_box(const struct picture *p)
{
	uint32_t top = 0, bottom = p->height, left, right;

	while (top < bottom && first_ink(p, top, 0, p->width) == p->width)
		top++;
	if (top == bottom)
		return (struct box){0, 0, p->width, p->height};
	while (first_ink(p, bottom - 1, 0, p->width) == p->width)
		bottom--;

	/* each row can only widen what the rows above it have: soon there is little left to look at */
	left = p->width;
	right = 0;
	for (uint32_t y = top; y < bottom; y++) {
		left = first_ink(p, y, 0, left);
		right = behind_last_ink(p, y, right, p->width);
	}
	return (struct box){left, top, right - left, bottom - top};
}
