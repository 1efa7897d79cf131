/* SPDX-License-Identifier: ISC */
/*
 * finecode - codes of 2, 4 or 8 bits a number, and sums of a vector's numbers, each as many times as its code says
 *
 * A code has a level, 0 … 2^bits - 1, for each number. 16 bytes hold the levels of 128 / bits numbers: the lowest bits of byte i that of
 * number i, the next ones that of number 16 + i, and so on, so that one shift has 16 levels side by side. The vector is rounded to whole
 * numbers of 8 bits (math/rounded.h); all is in whole numbers: every version gives the same.
 */
#ifndef MATH_FINECODE_H
#define MATH_FINECODE_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes of a code; n is a multiple of 64. */
static inline size_t finecode_size(size_t n, unsigned bits)
{
	return n / 8 * bits;
}

void finecode_pack(const uint8_t *levels, size_t n, unsigned bits, uint8_t *code);

/* The sum of n whole numbers, -127 … 127, each times its level; n is a multiple of 64, at most 2^16. */
int32_t finecode_sum(const int8_t *whole, const uint8_t *code, size_t n, unsigned bits);

struct finecode_version {
	struct version version;
	int32_t (*sum)(const int8_t *whole, const uint8_t *code, size_t n, unsigned bits);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct finecode_version finecode_versions[];
extern const size_t finecode_version_count;

#endif
