/* SPDX-License-Identifier: ISC */
/*
 * gemv - inner products of rows, where they lie, with one vector or a few
 *
 * Nothing is packed: tiles of some rows and vectors are read side by side, so that each number that is loaded is used several times and a
 * row comes from memory once. For up to some twenty vectors that is faster than a product of packed matrices (math/gemm); with one or
 * two what takes the time is to read the rows.
 *
 * The order of additions, and whether products are rounded before, is a version's own: math/dot is what gives the same bits everywhere.
 */
#ifndef MATH_GEMV_H
#define MATH_GEMV_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>

/*
 * products[r * count + c] = rows[r] · vectors[c], for `rows` rows of n numbers, f32, little-endian, on any address, and
 * vectors[count × n].
 */
void gemv(const uint8_t *const *row, size_t rows, const float *vectors, size_t count, size_t n, float *products);

/* One version. */
struct gemv_version {
	struct version version;
	void (*multiply)(const uint8_t *const *row, size_t rows, const float *vectors, size_t count, size_t n, float *products);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct gemv_version gemv_versions[];
extern const size_t gemv_version_count;

#endif
