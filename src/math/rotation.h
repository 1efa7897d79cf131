/* SPDX-License-Identifier: ISC */
/*
 * rotation - a random rotation of vectors that costs n log n: signs, Hadamard transforms and a step of Kac's walk, four times
 *
 * After Gao and Long's library for RaBitQ (2024). Lengths and inner products stay; the coordinates of any one vector look like noise.
 * The signs come from the seed alone, and the sums are made in one order: the same bits on every machine.
 */
#ifndef MATH_ROTATION_H
#define MATH_ROTATION_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>

/* Numbers of a rotated vector of n: n, rounded up to a multiple of 64. */
static inline size_t rotation_width(size_t n)
{
	return (n + 63) / 64 * 64;
}

/* to[rotation_width(n)] is the rotation of from[n], filled up with zeros. */
void rotation_apply(uint64_t seed, const float *from, size_t n, float *to);

/* One version of its steps; all give the same bits. */
struct rotation_version {
	struct version version;
	void (*change_signs)(uint64_t *state, float *v, size_t width);
	void (*hadamard)(float *v, size_t n);
	void (*kac)(float *v, size_t width);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct rotation_version rotation_versions[];
extern const size_t rotation_version_count;

void rotation_apply_as(const struct rotation_version *v, uint64_t seed, const float *from, size_t n, float *to);

#endif
