/* SPDX-License-Identifier: ISC */
#include "math/narrow_kernel.h"

#include <string.h>

/*
 * Rows of A that a part of B is read for, once; of those some that stay in the first cache with a panel passing by; and how much of
 * B stays in the second, in bytes.
 */
enum { ROWS = 192, NEAR_ROWS = 20 << 10, NEAR_PANELS = 128 << 10 };

/* --- rows of A ---------------------------------------------------------------------------------------------------------- */

/* From one row to the next. */
static size_t row_bytes(const struct narrow_panels *b)
{
	return 4 * (b->steps + (b->loud ? b->loud->steps : 0));
}

/* INT8: the loud channels behind the others, in 16 bits; returns what 1 is worth. */
static float take_loud(const struct narrow *g, const struct narrow_panels *b, const float *x, const float *less, uint8_t *row)
{
	const struct narrow_loud *loud = b->loud;
	float channels[NARROW_MOST_LOUD];

	for (size_t i = 0; i < loud->count; i++)
		channels[i] = x[loud->channels[i]] - (less ? less[loud->channels[i]] : 0);
	memset(row + 4 * b->steps, 0, 4 * loud->steps);
	return g->rounding->row16(channels, NULL, NULL, loud->count, narrow_row_limit(loud->count), (int16_t *)(void *)(row + 4 * b->steps));
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

void narrow_take(const struct narrow *g, const struct narrow_panels *b, const float *x, size_t stride, size_t first, size_t count,
        const float *less, struct narrow_rows *rows)
{
	const size_t written = 4 / narrow_numbers_a_step(b->kind) * b->k;

	for (size_t r = first; r < first + count; r++) {
		uint8_t *row = rows->data + r * row_bytes(b);
		const float *from = x + (r - first) * stride;
		rows->scale[r] = 1;
		rows->zero[r] = 0;
		if (b->kind == NARROW_INT8)
			g->rounding->row8(from, less, b->inverse, b->k, row, &rows->scale[r], &rows->zero[r]);
		else if (b->kind == NARROW_INT16)
			rows->scale[r] = g->rounding->row16(from, NULL, b->inverse, b->k, narrow_row_limit(b->k), (int16_t *)(void *)row);
		else
			take_bfloats(from, b->k, row);
		memset(row + written, 0, 4 * b->steps - written);
		if (b->loud)
			rows->loud_scale[r] = take_loud(g, b, from, less, row);
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

/*
 * A tile whose first row is `row` of A, the others `a_stride` bytes apart: what loud channels give, then the rest. `scale`, `zero`
 * and `loud_scale` are of its rows, `bias` of its columns.
 */
static void multiply_tile(const struct product *p, const struct narrow_rows *a, size_t a_stride, size_t column, const float *bias,
        float *c, size_t stride)
{
	const struct narrow_panels *b = p->b;
	const struct narrow_loud *loud = b->loud;
	const struct narrow_finish whole = {b->kind == NARROW_INT8 ? a->zero : NULL, a->scale, b->sum + column, b->scale + column,
	        loud ? NULL : bias, loud != NULL};

	if (loud) {
		const struct narrow_finish f = {NULL, a->loud_scale, NULL, loud->scale + column, bias, false};
		p->g->tiles[NARROW_INT16](loud->steps, a->data + 4 * b->steps, a_stride, loud->data + 4 * loud->steps * column, &f, c, stride);
	}
	p->g->tiles[b->kind](b->steps, a->data, a_stride, b->data + 4 * b->steps * column, &whole, c, stride);
}

/* One row of the last columns or a last row: a tile whose rows are all this one, beside C. */
static void edge_row(const struct product *p, size_t row, size_t column, size_t columns)
{
	const struct narrow *g = p->g;
	float whole[NARROW_MAX_HEIGHT * NARROW_MAX_WIDTH], bias[NARROW_MAX_WIDTH] = {0};
	float zeros[NARROW_MAX_HEIGHT], scales[NARROW_MAX_HEIGHT], loud_scales[NARROW_MAX_HEIGHT];
	const struct narrow_rows same = {p->a->data + row * row_bytes(p->b), scales, zeros, loud_scales};

	for (size_t r = 0; r < g->height; r++) {
		zeros[r] = p->a->zero[row];
		scales[r] = p->a->scale[row];
		loud_scales[r] = p->b->loud ? p->a->loud_scale[row] : 0;
	}
	if (p->bias)
		memcpy(bias, p->bias + column, columns * sizeof *bias);
	multiply_tile(p, &same, 0, column, p->bias ? bias : NULL, whole, g->width);
	memcpy(p->c + row * p->stride + column, whole, columns * sizeof *whole);
}

/* A panel against some rows. */
static void multiply_panel(const struct product *p, size_t row, size_t end, size_t column)
{
	const struct narrow *g = p->g;
	const size_t columns = narrow_smaller(g->width, p->b->n - column);

	for (; columns == g->width && row + g->height <= end; row += g->height) {
		const struct narrow_rows a = {p->a->data + row * row_bytes(p->b), p->a->scale + row, p->a->zero + row, p->a->loud_scale + row};
		multiply_tile(p, &a, row_bytes(p->b), column, p->bias ? p->bias + column : NULL, p->c + row * p->stride + column, p->stride);
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
	const size_t few = larger(NEAR_ROWS / (row_bytes(b) * g->height), 1) * g->height;
	const size_t part = larger(NEAR_PANELS / (4 * b->steps * g->width), 1) * g->width;

	for (size_t block = 0; block < count; block += ROWS)
		for (size_t first = 0; first < b->n; first += part)
			for (size_t row = block; row < narrow_smaller(block + ROWS, count); row += few)
				for (size_t column = first; column < narrow_smaller(first + part, b->n); column += g->width)
					multiply_panel(&p, row, narrow_smaller(row + few, narrow_smaller(block + ROWS, count)), column);
}
