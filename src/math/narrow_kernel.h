/* SPDX-License-Identifier: ISC */
/*
 * narrow_kernel - what the parts of math/narrow.h have in common: for that module only
 *
 * A tile multiplies some rows of A with a panel of B, as many columns as it is wide, from one end of k to the other. Both lie in
 * steps of four bytes, two or four numbers: of A a row is its steps one behind the other; of a panel each step has the four bytes of
 * every column. There is an even number of steps.
 */
#ifndef MATH_NARROW_KERNEL_H
#define MATH_NARROW_KERNEL_H

#include "math/narrow.h"
#include "math/narrow_rows.h"

/*
 * Steps whose sums 32 bits have room for: 256 products of INT16; INT8 could go on longer. Largest tiles. The largest weight of INT8,
 * and the largest sum of those of one sign among the four that a kernel adds in 16 bits: times 180, below 2¹⁵.
 */
enum { NARROW_CHUNK = 128, NARROW_CHUNK8 = 1 << 14, NARROW_MAX_HEIGHT = 12, NARROW_MAX_WIDTH = 32, NARROW_WEIGHT8 = 127, NARROW_GROUP8 = 180 };

/* What a tile does with its sums; arrays begin at the tile. */
struct narrow_finish {
	const float *zero, *row_scale;   /* of the rows; zero NULL: they have none */
	const float *sum, *scale, *bias; /* of the columns; bias may be NULL */
	bool more;                       /* in the end they are added to what is there */
};

typedef void narrow_tile(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct narrow_finish *f, float *c,
        size_t stride);

/*
 * INT16 or INT8 with A in strips, whose rows lie side by side like the columns of a panel, against one panel: of C, rows as wide as the
 * panel, what the sums are worth by both scales; or, row_scale NULL, the sums are added to it, times `scale` where there is one. In
 * INT8 the strips are signed, ±127 at most, and the panel is not: up to NARROW_SHARE8.
 */
typedef void narrow_strips(size_t steps, const uint8_t *a, size_t strips, const uint8_t *b, const float *row_scale, const float *scale,
        float *c);

struct narrow {
	const char *name, *gemm; /* and the kernel of math/gemm.h for which it stands */
	size_t height, width;    /* of a tile */
	size_t strip;            /* height of a strip */
	narrow_strips *strips, *strips8;
	narrow_tile *tiles[3];   /* by kind; NULL: none */
	const struct narrow_rounding *rounding;
	bool (*runs)(void), (*runs_bf16)(void);
};

/* Numbers in four bytes. */
static inline size_t narrow_numbers_a_step(enum narrow_kind kind)
{
	return kind == NARROW_INT8 ? 4 : 2;
}

/* Sums of 64 products of 16 bits have room for more than those of 256. */
static inline float narrow_row_limit(size_t k)
{
	return k <= 64 ? 8191 : 4095;
}

static inline float narrow_column_limit(size_t k)
{
	return k <= 64 ? 4095 : 2047;
}

static inline size_t narrow_smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static inline size_t narrow_round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

#endif
