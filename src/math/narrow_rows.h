/* SPDX-License-Identifier: ISC */
/*
 * narrow_rows - from f32 to the whole numbers of math/narrow.h: for that module and its tests only
 *
 * All but the soft-max give the same bits in every version: single operations of f32, rounded to the nearest, ties to even. The
 * soft-max differs by two units at most.
 */
#ifndef MATH_NARROW_ROWS_H
#define MATH_NARROW_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NARROW_SHARE_LIMIT = 4095 };

/* The versions for one instruction set. */
struct narrow_rounding {
	/* to[i] = y[i] · limit / the largest, y = (x − minus) · by; returns what 1 is worth. minus and by may be NULL: 0, 1 */
	float (*row16)(const float *x, const float *minus, const float *by, size_t n, float limit, int16_t *to);

	/* to[i] = zero + x[i] · by[i] / scale in 0 … 255, as bytes or as 16-bit numbers; 0 itself is always met */
	void (*row8)(const float *x, const float *by, size_t n, bool bytes, void *to, float *scale, float *zero);

	/* to[i] = x[i] · by[i] */
	void (*scaled16)(const float *x, const float *by, size_t n, int16_t *to);

	/* sums[i] += x[i];  peaks[i] = the larger of it and |x[i]| */
	void (*add_to)(const float *x, size_t n, float *sums);
	void (*raise_to)(const float *x, size_t n, float *peaks);

	/*
	 * to[i] = exp(x[i] − the largest of the row) · NARROW_SHARE_LIMIT, within one unit; returns their sum. What rounding takes from one
	 * number the next is given (each lane by itself): a thousand equal small shares, as blank paper has, are not all rounded the
	 * same way.
	 */
	int32_t (*soft_max16)(const float *row, size_t n, int16_t *to);
};

extern const struct narrow_rounding narrow_rounding_portable;
#if defined __x86_64__
extern const struct narrow_rounding narrow_rounding_avx2, narrow_rounding_avx512;
#endif

#endif
