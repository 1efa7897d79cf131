/* SPDX-License-Identifier: ISC */
/*
 * orientation - how much of a row of pixels changes in which of eight directions
 *
 * The gradient (dx, dy) of a pixel, its angle doubled so that a dark-to-light edge and a light-to-dark one count as the same line, is
 * ((dx² − dy²) / m, 2 dx dy / m) with m its length. Energy k is what of that points along k × 45°, where positive; so each
 * pixel spreads its length over the three or four bins nearest to its orientation (k × 22.5° of the gradient), and no arctangent is needed.
 */
#ifndef MATH_ORIENTATION_H
#define MATH_ORIENTATION_H

#include "math/version.h"

#include <stddef.h>

enum { ORIENTATIONS = 8 };

/*
 * Adds the energies of `width` pixels to sums[ORIENTATIONS][width]. row[-1] and row[width] are read, too; above and below are the
 * neighbouring rows.
 */
typedef void orientation_add(const float *above, const float *row, const float *below, size_t width, float *sums);

/* One version; all give the same bits. */
struct orientation_version {
	struct version version;
	orientation_add *add;
};
const struct orientation_version *orientation_fastest(void);

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct orientation_version orientation_versions[];
extern const size_t orientation_version_count;

#endif
