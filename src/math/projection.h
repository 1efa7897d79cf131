/* SPDX-License-Identifier: ISC */
/*
 * projection - a vector times a matrix, plus a bias: bias + x M
 *
 * One vector at a time against a matrix that stays in the cache; for many at once see math/product. Each of the results adds its
 * terms in the order of the rows, whatever the version, so all give the same bits.
 */
#ifndef MATH_PROJECTION_H
#define MATH_PROJECTION_H

#include "math/version.h"

#include <stddef.h>

/* out[columns] = bias[columns] + x[rows] × matrix[rows][columns], row-major; out overlaps none of the others */
typedef void projection_apply(const float *x, const float *matrix, const float *bias, size_t rows, size_t columns,
        float *out);

/* One version. */
struct projection_version {
	struct version version;
	projection_apply *apply;
};
const struct projection_version *projection_fastest(void);

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct projection_version projection_versions[];
extern const size_t projection_version_count;

#endif
