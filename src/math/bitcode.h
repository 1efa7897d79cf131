/* SPDX-License-Identifier: ISC */
/*
 * bitcode - sums of a vector's numbers where the bits of a code are set, for eight codes at a time
 *
 * The vector is quantised to whole numbers of 6 bits, -32 … 31, and kept as bit planes; the sum is then made of the counts of bits
 * that a code and a plane share (Gao and Long, "RaBitQ: quantizing high-dimensional vectors with a theoretical error bound
 * for approximate nearest neighbor search", 2024, section 3.3). All is in whole numbers: every version gives the same.
 *
 * Eight codes stand side by side: word 0 of each, then word 1 of each, and so on; a word is 64 bits, little-endian, its lowest
 * bit the first number's.
 */
#ifndef MATH_BITCODE_H
#define MATH_BITCODE_H

#include <stddef.h>
#include <stdint.h>

enum { BITCODE_PLANES = 6, BITCODE_SIDE = 8 };

/*
 * Quantises width numbers (a multiple of 64): planes[width / 64][BITCODE_PLANES]. A number is about *step times its whole number;
 * *total is the sum of these.
 */
void bitcode_planes(const float *values, size_t width, uint64_t *planes, float *step, int32_t *total);

/* sums[v]: of the whole numbers where code v has ones; codes are 64 bytes a word, on any address. */
void bitcode_sums(const uint8_t *codes, const uint64_t *planes, size_t words, int32_t sums[BITCODE_SIDE]);

struct bitcode_version {
	const char *name;
	int (*supported)(void);
	void (*sums)(const uint8_t *codes, const uint64_t *planes, size_t words, int32_t sums[BITCODE_SIDE]);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct bitcode_version bitcode_versions[];
extern const size_t bitcode_version_count;

#endif
