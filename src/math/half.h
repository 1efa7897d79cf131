/* SPDX-License-Identifier: ISC */
/*
 * half - numbers of 16 bits (IEEE 754 binary16) in a file, f32 in memory
 *
 * Both ways on any address, little-endian. From f32 it is rounded to the nearest, ties to even: off by at most 2^-11 of the number from
 * 2^-14 on and by 2^-25 below; from 65520 on it becomes infinite. Every version gives the same bits for numbers; of a NaN only that it is
 * one is kept. The fastest version that the CPU has is taken.
 */
#ifndef MATH_HALF_H
#define MATH_HALF_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>

/* From this size on a number becomes infinite. */
#define HALF_OVERFLOW 65520.0f

void half_get_array(float *to, const uint8_t *from, size_t count);
void half_put_array(uint8_t *to, const float *from, size_t count);

/* One version of the two. */
struct half_version {
	struct version version;
	void (*get)(float *to, const uint8_t *from, size_t count);
	void (*put)(uint8_t *to, const float *from, size_t count);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct half_version half_versions[];
extern const size_t half_version_count;

#endif
