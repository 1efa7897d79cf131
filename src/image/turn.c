/* SPDX-License-Identifier: ISC */
#include "image/turn.h"

#include <string.h>

/*
 * The pixel (x, y) of the result is that of the source at (x, y) after x counted from the right (mirror_x), y from the
 * bottom (mirror_y), and then the two exchanged (transpose).
 */
struct placement {
	bool transpose, mirror_x, mirror_y;
};

static const struct placement placements[9] = {
        [2] = {false, true, false},
        [3] = {false, true, true},
        [4] = {false, false, true},
        [5] = {true, false, false},
        [6] = {true, true, false},
        [7] = {true, true, true},
        [8] = {true, false, true},
};

static uint32_t mirrored(bool mirror, uint32_t i, uint32_t count)
{
	return mirror ? count - 1 - i : i;
}

static void copy_pixels_mirrored(uint8_t *to, const uint8_t *from, uint32_t width, size_t pixel_bytes)
{
	for (uint32_t x = 0; x < width; x++)
		memcpy(to + pixel_bytes * x, from + pixel_bytes * (width - 1 - x), pixel_bytes);
}

static uint8_t reversed(uint8_t b)
{
	b = (uint8_t)((b & 0xf0) >> 4 | (b & 0x0f) << 4);
	b = (uint8_t)((b & 0xcc) >> 2 | (b & 0x33) << 2);
	return (uint8_t)((b & 0xaa) >> 1 | (b & 0x55) << 1);
}

/* Reversing the bytes and the bits in them leaves the padding in front: everything moves up by its size. */
static void copy_bits_mirrored(uint8_t *to, const uint8_t *from, uint32_t width)
{
	const size_t n = picture_row_bytes(PICTURE_BIT, width);
	const unsigned padding = (unsigned)(8 * n - width);
	unsigned window = reversed(from[n - 1]);

	for (size_t i = 0; i < n; i++) {
		window = window << 8 | (i + 1 < n ? reversed(from[n - 2 - i]) : 0);
		to[i] = (uint8_t)(window >> (8 - padding));
	}
}

static void place_rows(struct picture *to, const struct picture *from, const struct placement *how)
{
	const size_t row = picture_row_bytes(from->layout, from->width);

	for (uint32_t y = 0; y < to->height; y++) {
		const uint8_t *source = picture_row_const(from, mirrored(how->mirror_y, y, to->height));
		uint8_t *out = picture_row(to, y);
		if (!how->mirror_x)
			memcpy(out, source, row);
		else if (from->layout == PICTURE_BIT)
			copy_bits_mirrored(out, source, from->width);
		else
			copy_pixels_mirrored(out, source, from->width, from->layout == PICTURE_RGB ? 3 : 1);
	}
}

/* Part of an output row: pixels of one source column, `step` bytes from row to row. */
static void gather_grey(uint8_t *to, const uint8_t *from, ptrdiff_t step, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		to[i] = from[step * (ptrdiff_t)i];
}

static void gather_rgb(uint8_t *to, const uint8_t *from, ptrdiff_t step, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++, to += 3) {
		const uint8_t *pixel = from + step * (ptrdiff_t)i;
		to[0] = pixel[0];
		to[1] = pixel[1];
		to[2] = pixel[2];
	}
}

/* In tiles, so that the lines of the cache which a column touches are still there for the next column. */
static void transpose_pixels(struct picture *to, const struct picture *from, const struct placement *how)
{
	enum { TILE = 64 };
	const size_t bytes = from->layout == PICTURE_RGB ? 3 : 1;
	const ptrdiff_t row = (ptrdiff_t)picture_row_bytes(from->layout, from->width), step = how->mirror_x ? -row : row;

	for (uint32_t tile_y = 0; tile_y < to->height; tile_y += TILE) {
		const uint32_t end_y = to->height - tile_y < TILE ? to->height : tile_y + TILE;
		for (uint32_t x = 0; x < to->width; x += TILE) {
			const uint32_t count = to->width - x < TILE ? to->width - x : TILE;
			const uint8_t *source = picture_row_const(from, mirrored(how->mirror_x, x, to->width));
			for (uint32_t y = tile_y; y < end_y; y++) {
				const uint8_t *column = source + bytes * mirrored(how->mirror_y, y, to->height);
				uint8_t *out = picture_row(to, y) + bytes * x;
				if (bytes == 1)
					gather_grey(out, column, step, count);
				else
					gather_rgb(out, column, step, count);
			}
		}
	}
}

/* An 8 x 8 block of bits, first row in the highest byte, about its diagonal (Warren, Hacker's Delight, 7-3). */
static uint64_t transposed(uint64_t x)
{
	uint64_t t = (x ^ x >> 7) & 0x00aa00aa00aa00aa;

	x ^= t ^ t << 7;
	t = (x ^ x >> 14) & 0x0000cccc0000cccc;
	x ^= t ^ t << 14;
	t = (x ^ x >> 28) & 0x00000000f0f0f0f0;
	return x ^ t ^ t << 28;
}

/* Block by block; most of a drawing is white, and white blocks are there already. */
static void transpose_bits(struct picture *to, const struct picture *from, const struct placement *how)
{
	const size_t from_row = picture_row_bytes(PICTURE_BIT, from->width);
	const size_t to_row = picture_row_bytes(PICTURE_BIT, to->width);

	memset(to->pixels.data, 0, to->pixels.size);
	for (size_t block = 0; block < to_row; block++) {
		const uint32_t left = (uint32_t)(8 * block), columns = to->width - left < 8 ? to->width - left : 8;
		const uint8_t *source[8];
		for (uint32_t i = 0; i < columns; i++)
			source[i] = picture_row_const(from, mirrored(how->mirror_x, left + i, to->width));
		for (size_t byte = 0; byte < from_row; byte++) {
			uint64_t bits = 0;
			for (uint32_t i = 0; i < columns; i++)
				bits |= (uint64_t)source[i][byte] << (56 - 8 * i);
			if (!bits)
				continue;
			bits = transposed(bits);
			const uint32_t top = (uint32_t)(8 * byte), rows = to->height - top < 8 ? to->height - top : 8;
			for (uint32_t i = 0; i < rows; i++)
				picture_row(to, mirrored(how->mirror_y, top + i, to->height))[block] =
				        (uint8_t)(bits >> (56 - 8 * i));
		}
	}
}

int picture_orient(struct picture *p, int orientation, struct picture *scratch, struct error *err)
{
	if (p->layout == PICTURE_NONE || orientation < 2 || orientation > 8)
		return 0;
	const struct placement *how = &placements[orientation];
	const uint32_t width = how->transpose ? p->height : p->width, height = how->transpose ? p->width : p->height;

	if (picture_prepare(scratch, p->layout, width, height, err) < 0)
		return -1;
	if (!how->transpose)
		place_rows(scratch, p, how);
	else if (p->layout == PICTURE_BIT)
		transpose_bits(scratch, p, how);
	else
		transpose_pixels(scratch, p, how);
	picture_swap(p, scratch);
	return 0;
}

int picture_turn(struct picture *p, unsigned quarters, struct picture *scratch, struct error *err)
{
	static const int orientation[4] = {1, 6, 3, 8};

	return picture_orient(p, orientation[quarters % 4], scratch, err);
}
