/* SPDX-License-Identifier: ISC */
/*
 * narrow_rows - from f32 to the whole numbers of math/narrow.h: for that module and its tests only
 *
 * All but the soft-max give the same bits in every version: single operations of f32, rounded to the nearest, ties to even. The
 * shares of the soft-max differ by two units at most. A row with a number that is not
 * finite has no scale: that is NaN, and so is all that is multiplied with it; the whole numbers then are any.
 */
#ifndef MATH_NARROW_ROWS_H
#define MATH_NARROW_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The largest number of a row of 8 bits; the share of a key whose score is the highest, in 16 bits and in 8: there four products with
 * values of ±127 have room in 16 bits.
 */
enum { NARROW_BYTE = 180, NARROW_SHARE = 4095, NARROW_SHARE8 = 63 };

/* To the nearest whole number, ties to even, below 2²² in size; any other number is some whole number. */
int32_t narrow_whole(float x);

/* The versions for one instruction set. */
struct narrow_rounding {
	/* to[i] = y[i] · limit / the largest, y = (x − minus) · by; returns what 1 is worth. minus and by may be NULL: 0, 1 */
	float (*row16)(const float *x, const float *minus, const float *by, size_t n, float limit, int16_t *to);

	/* to[i] = zero + y[i] / scale in 0 … NARROW_BYTE, y as above; 0 itself is always met */
	void (*row8)(const float *x, const float *minus, const float *by, size_t n, uint8_t *to, float *scale, float *zero);

	/* to[i] = (x[i] − minus[i]) · by[i]; minus may be NULL */
	void (*scaled16)(const float *x, const float *minus, const float *by, size_t n, int16_t *to);

	/* sums[i] += x[i];  peaks[i] = the larger of it and |x[i] − minus[i]|, not finite where x[i] is not; minus may be NULL */
	void (*add_to)(const float *x, size_t n, float *sums);
	void (*raise_to)(const float *x, const float *minus, size_t n, float *peaks);

	/*
	 * Some keys of a soft-max in base 2, for `width` questions side by side (a multiple of two vectors; portable: any): from their
	 * scores, a key a row, the shares, 2 to the power of score − highest, times NARROW_SHARE, within one unit. Those of two keys lie in
	 * each of the shares' numbers, the earlier in the low half. `highest` and `sums` of the shares are those of all keys so far, −∞ and 0
	 * before the first; by `factors`, 1 mostly, must be multiplied what was made of earlier keys. A thousand
	 * equal small shares, as blank paper has, are not all rounded the same way: to each key a fraction of its own is added before.
	 */
	void (*soften)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors, uint32_t *shares);

	/*
	 * The same in 8 bits, four keys in each of the shares' numbers: 2 to the power of score − the highest among these keys, times
	 * NARROW_SHARE8. By `now` must be multiplied what is made of these shares.
	 */
	void (*soften8)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors, float *now,
	        uint32_t *shares);

	/* to[i] = x[i] · (factors[i] · by) + offsets[i]; factors and offsets may be NULL: 1, 0 */
	void (*scale)(const float *x, size_t n, float by, const float *factors, const float *offsets, float *to);
};

extern const struct narrow_rounding narrow_rounding_portable;
#if defined __x86_64__
extern const struct narrow_rounding narrow_rounding_avx2, narrow_rounding_avx512;
#endif

#endif
