/* SPDX-License-Identifier: ISC */
#include "math/narrow_kernel.h"

#include <string.h>

/*
 * Rows of A that a part of B is read for, once; of those some that stay in the first cache with a panel passing by; and how much of
 * B stays in the second, in bytes.
 */
enum { ROWS = 192, NEAR_ROWS = 20 << 10, NEAR_PANELS = 128 << 10 };

/* --- rows of A ---------------------------------------------------------------------------------------------------------- */

/* The copies behind the channels, and zeros up to the end of the last step. */
static void add_copies(const struct narrow_panels *b, uint8_t *row)
{
	const size_t size = 4 / narrow_numbers_a_step(b->kind), written = size * (b->k + b->copies);

	for (size_t i = 0; i < b->copies; i++)
		row[b->k + i] = row[b->copied[i]];
	memset(row + written, 0, 4 * b->steps - written);
}

/* To the nearest bfloat16, ties to even; what is not finite stays so. */
static void take_bfloats(const float *x, size_t k, uint8_t *row)
{
	for (size_t i = 0; i < k; i++) {
		uint32_t bits;
		memcpy(&bits, x + i, sizeof bits);
		const uint16_t half = (uint16_t)((bits + ((bits & 0x7f800000) == 0x7f800000 ? 0 : 0x7fff + (bits >> 16 & 1))) >> 16);
		memcpy(row + 2 * i, &half, sizeof half);
	}
}

void narrow_take(const struct narrow *g, const struct narrow_panels *b, const float *x, size_t stride, size_t count,
        struct narrow_rows *rows)
{
	for (size_t r = 0; r < count; r++) {
		uint8_t *row = rows->data + r * rows->stride;
		const float *from = x + r * stride;
		rows->scale[r] = 1;
		rows->zero[r] = 0;
		if (b->kind == NARROW_INT8)
			g->rounding->row8(from, b->inverse, b->k, row, &rows->scale[r], &rows->zero[r]);
		else if (b->kind == NARROW_INT16)
			rows->scale[r] = g->rounding->row16(from, NULL, b->inverse, b->k, narrow_row_limit(b->k), (int16_t *)(void *)row);
		else
			take_bfloats(from, b->k, row);
		add_copies(b, row);
	}
}

/* --- the product -------------------------------------------------------------------------------------------------------- */

/* A product, and where in it something stands. */
struct product {
	const struct narrow *g;
	const struct narrow_rows *a;
	const struct narrow_panels *b;
	const float *bias;
	float *c;
	size_t stride;
};

/* One row of the last columns or a last row: a tile whose rows are all this one, beside C. */
static void edge_row(const struct product *p, size_t row, size_t column, size_t columns)
{
	const struct narrow *g = p->g;
	float whole[NARROW_MAX_HEIGHT * NARROW_MAX_WIDTH], bias[NARROW_MAX_WIDTH] = {0};
	float zeros[NARROW_MAX_HEIGHT], scales[NARROW_MAX_HEIGHT];
	const struct narrow_finish f = {p->b->kind == NARROW_INT8 ? zeros : NULL, scales, p->b->sum + column, p->b->scale + column,
	        p->bias ? bias : NULL};

	for (size_t r = 0; r < g->height; r++) {
		zeros[r] = p->a->zero[row];
		scales[r] = p->a->scale[row];
	}
	if (p->bias)
		memcpy(bias, p->bias + column, columns * sizeof *bias);
	g->tiles[p->b->kind](p->b->steps, p->a->data + row * p->a->stride, 0, p->b->data + 4 * p->b->steps * column, &f, whole, g->width);
	memcpy(p->c + row * p->stride + column, whole, columns * sizeof *whole);
}

/* A panel against some rows. */
static void multiply_panel(const struct product *p, size_t row, size_t end, size_t column)
{
	const struct narrow *g = p->g;
	const size_t columns = narrow_smaller(g->width, p->b->n - column);
	struct narrow_finish f = {.sum = p->b->sum + column, .scale = p->b->scale + column, .bias = p->bias ? p->bias + column : NULL};

	for (; columns == g->width && row + g->height <= end; row += g->height) {
		f.zero = p->b->kind == NARROW_INT8 ? p->a->zero + row : NULL;
		f.row_scale = p->a->scale + row;
		g->tiles[p->b->kind](p->b->steps, p->a->data + row * p->a->stride, p->a->stride, p->b->data + 4 * p->b->steps * column, &f,
		        p->c + row * p->stride + column, p->stride);
	}
	for (; row < end; row++)
		edge_row(p, row, column, columns);
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

void narrow_multiply(const struct narrow *g, const struct narrow_rows *rows, size_t count, const struct narrow_panels *b,
        const float *bias, float *c, size_t stride)
{
	const struct product p = {g, rows, b, bias, c, stride};
	const size_t few = larger(NEAR_ROWS / (4 * b->steps * g->height), 1) * g->height;
	const size_t part = larger(NEAR_PANELS / (4 * b->steps * g->width), 1) * g->width;

	for (size_t block = 0; block < count; block += ROWS)
		for (size_t first = 0; first < b->n; first += part)
			for (size_t row = block; row < narrow_smaller(block + ROWS, count); row += few)
				for (size_t column = first; column < narrow_smaller(first + part, b->n); column += g->width)
					multiply_panel(&p, row, narrow_smaller(row + few, narrow_smaller(block + ROWS, count)), column);
}
