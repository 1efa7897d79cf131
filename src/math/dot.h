/* SPDX-License-Identifier: ISC */
/*
 * dot - inner product and squared Euclidean distance of two vectors of f32
 *
 * The second vector is read where it lies in a file's map: little-endian, on any address. All versions add in one order: 32 sums,
 * number i goes to sum i mod 32, each product rounded before it is added, and the sums are halved pairwise (16, 8, 4, 2,
 * 1). So every machine gives the same bits, and the fastest version that the CPU has is taken.
 */
#ifndef MATH_DOT_H
#define MATH_DOT_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>

float dot_product(const float *a, const uint8_t *b, size_t n);
float dot_distance(const float *a, const uint8_t *b, size_t n);

/* Says that a vector of so many bytes is about to be read. */
void dot_prefetch(const uint8_t *b, size_t size);

/* One version of the two. */
struct dot_version {
	struct version version;
	float (*product)(const float *a, const uint8_t *b, size_t n);
	float (*distance)(const float *a, const uint8_t *b, size_t n);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct dot_version dot_versions[];
extern const size_t dot_version_count;

#endif
