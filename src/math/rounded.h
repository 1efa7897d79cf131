/* SPDX-License-Identifier: ISC */
/*
 * rounded - vectors rounded to whole numbers of 8 bits, and inner products of them: nearly right, at a quarter of the memory
 *
 * Each vector has a step of its own, its largest number divided by 127: a number is about so many times its whole number. All products
 * are sums of whole numbers, and rounding is single operations of f32: every version gives the same.
 */
#ifndef MATH_ROUNDED_H
#define MATH_ROUNDED_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes of a rounded vector of n numbers: n, filled up with zeros to a multiple of 32. */
static inline size_t rounded_width(size_t n)
{
	return (n + 31) / 32 * 32;
}

/* to[rounded_width(n)] is values[n] rounded to -127 … 127; returns the step. */
float rounded_make(const float *values, size_t n, int8_t *to);

/* products[i] of a rounded vector and the i-th of `count` rows (count, width); width is a multiple of 32, at most 2^16. */
void rounded_products(const int8_t *vector, const int8_t *rows, size_t count, size_t width, int32_t *products);

/* One version of the two. */
struct rounded_version {
	struct version version;
	float (*make)(const float *values, size_t n, int8_t *to);
	void (*products)(const int8_t *vector, const int8_t *rows, size_t count, size_t width, int32_t *products);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct rounded_version rounded_versions[];
extern const size_t rounded_version_count;

#endif
