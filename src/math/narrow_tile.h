/* SPDX-License-Identifier: ISC */
/*
 * One register tile, included by narrow_tiles.c once for every kind and instruction set, which defines
 *     TILE_NAME TILE_TARGET          the function and its target attribute
 *     TILE_HEIGHT TILE_VECTORS       rows; vectors side by side
 *     TILE_CHUNK                     steps whose sums have room
 *     VECTOR SUM WIDTH               vectors of f32 and of sums, and their numbers
 *     SPREAD4(p)                     four bytes of a row of A for all columns
 *     DOT2(sum, a, a2, b, b2)        the sums and the products of two steps
 *     TO_FLOAT(sum) ZERO()           the sums as f32; a zero of their type
 *     LOAD(p) STORE(p, v) SET(x)     of f32
 *
 * The sums of a chunk are added to those of the chunks before, in c. In the end they are made f32's own: less the zero of the row for
 * each number of the column (where rows have one), by both scales, and the bias and what is there (if any). Multiplied and added
 * apart, so that every instruction set gives the same bytes.
 */
TILE_TARGET static void TILE_NAME(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *columns,
        const struct narrow_finish *f, float *c, size_t stride)
{
	for (size_t first = 0; first < steps; first += TILE_CHUNK) {
		const size_t end = steps - first < TILE_CHUNK ? steps : first + TILE_CHUNK;
#define HEIGHT TILE_HEIGHT
#define A_ROW(r) (a + (size_t)(r) * a_stride)
#define A_NEXT(r) (a + (size_t)(r) * a_stride + 4)
#define A_STEPS 8
#include "math/narrow_products.h"
#pragma GCC unroll 16
		for (int r = 0; r < TILE_HEIGHT; r++) {
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++) {
				VECTOR x = TO_FLOAT(sum[r][v]);
				if (first)
					x = ADD(LOAD(c + (size_t)r * stride + v * WIDTH), x);
				if (end == steps) {
					if (f->zero)
						x = SUBTRACT(x, MULTIPLY(SET(f->zero[r]), LOAD(f->sum + v * WIDTH)));
					x = MULTIPLY(MULTIPLY(x, SET(f->row_scale[r])), LOAD(f->scale + v * WIDTH));
					if (f->bias)
						x = ADD(x, LOAD(f->bias + v * WIDTH));
					if (f->more)
						x = ADD(x, LOAD(c + (size_t)r * stride + v * WIDTH));
				}
				STORE(c + (size_t)r * stride + v * WIDTH, x);
			}
		}
	}
}

#undef TILE_NAME
#undef TILE_CHUNK
#undef SUM
#undef DOT2
#undef TO_FLOAT
#undef ZERO
