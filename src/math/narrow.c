/* SPDX-License-Identifier: ISC */
#include "math/narrow_kernel.h"

#include <string.h>

/* Rows of A that B is read for once, which stay in the second cache; of those some whose edge of C is made beside it. */
enum { ROWS = 192, EDGE_ROWS = 12 };

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

/* Some rows of A from `first` on, and where of C their panel from `column` on is. */
struct place {
	size_t first, rows, column;
	const float *bias;
	float *c;
	size_t stride;
};

/* What a panel gives, with that of loud channels. */
static void multiply_panel(const struct narrow *g, const struct narrow_rows *a, const struct narrow_panels *b, const struct place *p)
{
	const struct narrow_loud *loud = b->loud;
	const struct narrow_left left = {.at = a->data + p->first * row_bytes(b), .row = row_bytes(b), .step = 4};
	const struct narrow_finish f = {.zero = b->kind == NARROW_INT8 ? a->zero + p->first : NULL,
	        .row_scale = a->scale + p->first,
	        .sum = b->sum + p->column,
	        .scale = b->scale + p->column,
	        .bias = loud ? NULL : p->bias};

	g->multiply[b->kind](p->rows, &left, b->steps, b->data + 4 * b->steps * p->column, &f, p->c, p->stride);
	if (loud) {
		const struct narrow_left behind = {.at = left.at + 4 * b->steps, .row = left.row, .step = 4};
		const struct narrow_finish add = {.row_scale = a->loud_scale + p->first, .scale = loud->scale + p->column, .bias = p->bias,
		        .more = true};
		g->multiply[NARROW_INT16](p->rows, &behind, loud->steps, loud->data + 4 * loud->steps * p->column, &add, p->c, p->stride);
	}
}

/* The last columns, fewer than a panel has: a panel beside C. */
static void multiply_edge(const struct narrow *g, const struct narrow_rows *a, const struct narrow_panels *b, const struct place *p)
{
	const size_t columns = b->n - p->column;
	float c[EDGE_ROWS * NARROW_MAX_WIDTH], bias[NARROW_MAX_WIDTH] = {0};

	if (p->bias)
		memcpy(bias, p->bias, columns * sizeof *bias);
	for (size_t row = 0; row < p->rows; row += EDGE_ROWS) {
		const struct place beside = {p->first + row, narrow_smaller(EDGE_ROWS, p->rows - row), p->column, p->bias ? bias : NULL, c, g->width};
		multiply_panel(g, a, b, &beside);
		for (size_t r = 0; r < beside.rows; r++)
			memcpy(p->c + (row + r) * p->stride, c + r * g->width, columns * sizeof *c);
	}
}

void narrow_multiply(const struct narrow *g, const struct narrow_rows *rows, size_t count, const struct narrow_panels *b,
        const float *bias, float *c, size_t stride)
{
	for (size_t first = 0; first < count; first += ROWS)
		for (size_t column = 0; column < b->n; column += g->width) {
			const struct place p = {first, narrow_smaller(ROWS, count - first), column, bias ? bias + column : NULL,
			        c + first * stride + column, stride};
			(column + g->width <= b->n ? multiply_panel : multiply_edge)(g, rows, b, &p);
		}
}
