/* SPDX-License-Identifier: ISC */
/*
 * The products of an attention, included by narrow_tiles.c once for every instruction set, with what narrow_tile.h is included with, and
 *     STRIP_NAME STRIP_HEIGHT        the function; rows of a strip
 * whose rows lie side by side, step by step, as the columns of a panel do: both change with every picture, and are packed once.
 */
TILE_TARGET static void STRIP_NAME(size_t steps, const uint8_t *a, size_t strips, const uint8_t *b, const float *row_scale,
        const float *scale, float *c)
{
	for (size_t strip = 0; strip < strips; strip++, c += STRIP_HEIGHT * TILE_VECTORS * WIDTH) {
		const uint8_t *columns = b;
		const size_t first = 0, end = steps;
#define HEIGHT STRIP_HEIGHT
#define A_ROW(r) (a + 4 * (r))
#define A_NEXT(r) (a + 4 * (STRIP_HEIGHT + (r)))
#define A_STEPS (8 * STRIP_HEIGHT)
#include "math/narrow_products.h"
#pragma GCC unroll 16
		for (int r = 0; r < STRIP_HEIGHT; r++) {
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++) {
				float *to = c + (r * TILE_VECTORS + v) * WIDTH;
				const VECTOR x = TO_FLOAT(sum[r][v]);
				if (row_scale)
					STORE(to, MULTIPLY(MULTIPLY(x, SET(row_scale[strip * STRIP_HEIGHT + (size_t)r])), LOAD(scale + v * WIDTH)));
				else
					STORE(to, ADD(LOAD(to), scale ? MULTIPLY(x, LOAD(scale + v * WIDTH)) : x));
			}
		}
	}
}

#undef STRIP_NAME
#undef STRIP_HEIGHT
