/* SPDX-License-Identifier: ISC */
/*
 * narrow_kernel - what the parts of math/narrow.h have in common: for that module only
 *
 * A kernel multiplies some rows of A with a panel of B, which has as many columns as fill some registers, from one end of k to the
 * other. Both lie in steps of four bytes, two or four numbers: of a panel each step has the four bytes of every column; of A the
 * steps of a row may follow one another, or lie side by side with those of other rows. There is an even number of steps.
 */
#ifndef MATH_NARROW_KERNEL_H
#define MATH_NARROW_KERNEL_H

#include "math/narrow.h"
#include "math/narrow_rows.h"
#include "math/version.h"

/*
 * Steps that are summed up before they are added in f32: of INT16 the sums of 256 products have room in 32 bits; of INT8 those of
 * 384 are exact in f32, and a panel's part of them stays in the first cache. The widest panel. The largest weight of INT8,
 * and the largest sum of those of one sign among the four that a kernel adds in 16 bits: times 180, below 2¹⁵.
 */
enum { NARROW_CHUNK = 128, NARROW_CHUNK8 = 96, NARROW_MAX_WIDTH = 32, NARROW_WEIGHT8 = 127, NARROW_GROUP8 = 180 };

/* Rows of A, and the bytes from one to the next and from a step of four bytes to the next. */
struct narrow_left {
	const uint8_t *at;
	size_t row, step;
};

/* What becomes of the sums. */
struct narrow_finish {
	const float *zero, *row_scale;   /* of the rows; zero NULL: they have none */
	const float *sum, *scale, *bias; /* of the columns; bias may be NULL */
	bool more;                       /* they are added to what is there; steps are no more than a chunk then */
	const float *keep;               /* of the rows, with `more`: what that is multiplied with before; NULL: 1 */
};

/* c[rows][a panel wide], rows `stride` apart */
typedef void narrow_kernel(size_t rows, const struct narrow_left *a, size_t steps, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride);

struct narrow {
	struct version version;
	const char *gemm;           /* the kernel of math/gemm.h for which it stands */
	size_t width;               /* of a panel */
	narrow_kernel *multiply[3]; /* by kind */
	bool (*has_bf16)(void);     /* whether this CPU computes them; NULL: no kernel does */
	const struct narrow_rounding *rounding;
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
