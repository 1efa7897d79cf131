/* SPDX-License-Identifier: ISC */
/*
 * One register tile, included once for every instruction set by those who multiply; they define, all of it gone afterwards,
 *     TILE_NAME          the function
 *     TILE_TARGET        its target attribute
 *     TILE_HEIGHT        rows
 *     TILE_VECTORS       vectors side by side
 *     VECTOR, WIDTH      the type and its numbers
 *     LOAD(p) STORE(p, v) SPREAD(p) FMA(a, b, c) ZERO()
 *
 * c[strips · TILE_HEIGHT][TILE_VECTORS · WIDTH] = start + a · b, where a are packed strips, k columns of TILE_HEIGHT numbers each, b is a
 * packed panel, k rows of TILE_VECTORS · WIDTH, and start is c itself, a bias for every row, or zero. The accumulators stay in
 * registers throughout. `next`, which may be NULL, is a panel of the same size that is needed soon: it is fetched into the second
 * cache meanwhile, a piece with each strip. Included without TILE_NAME it only says what a tile is.
 */
#ifndef MATH_GEMM_TILE_H
#define MATH_GEMM_TILE_H

#include <stddef.h>

enum gemm_start { GEMM_START_ZERO, GEMM_START_BIAS, GEMM_START_C };

typedef void gemm_tile(size_t k, const float *a, size_t strips, const float *b, enum gemm_start start, const float *bias, float *c,
        size_t stride, const float *next);

#endif

#ifdef TILE_NAME

TILE_TARGET static void TILE_NAME(size_t k, const float *a, size_t strips, const float *b, enum gemm_start start, const float *bias,
        float *c, size_t stride, const float *next)
{
	enum { LINE = 16, TILE_WIDTH = TILE_VECTORS * WIDTH };
	const size_t lines = next ? (k * TILE_WIDTH / LINE + strips - 1) / strips : 0;

	for (size_t s = 0; s < strips; s++, c += TILE_HEIGHT * stride) {
		VECTOR sum[TILE_HEIGHT][TILE_VECTORS];
		const float *row_of_b = b;

#pragma GCC unroll 16
		for (int r = 0; r < TILE_HEIGHT; r++) {
			__builtin_prefetch(c + (size_t)r * stride, 1);
			__builtin_prefetch(c + (size_t)r * stride + TILE_WIDTH - 1, 1);
		}
		for (size_t i = 0; i < lines; i++)
			__builtin_prefetch(next + (s * lines + i) * LINE, 0, 2);
#pragma GCC unroll 16
		for (int r = 0; r < TILE_HEIGHT; r++) {
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++)
				sum[r][v] = start == GEMM_START_C      ? LOAD(c + (size_t)r * stride + v * WIDTH)
				            : start == GEMM_START_BIAS ? LOAD(bias + v * WIDTH)
				                                       : ZERO();
		}
#pragma GCC unroll 8
		for (size_t i = 0; i < k; i++, a += TILE_HEIGHT, row_of_b += TILE_WIDTH) {
			VECTOR column[TILE_VECTORS];
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++)
				column[v] = LOAD(row_of_b + v * WIDTH);
#pragma GCC unroll 16
			for (int r = 0; r < TILE_HEIGHT; r++) {
				const VECTOR row = SPREAD(a + r);
#pragma GCC unroll 4
				for (int v = 0; v < TILE_VECTORS; v++)
					sum[r][v] = FMA(row, column[v], sum[r][v]);
			}
		}
#pragma GCC unroll 16
		for (int r = 0; r < TILE_HEIGHT; r++) {
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++)
				STORE(c + (size_t)r * stride + v * WIDTH, sum[r][v]);
		}
	}
}

#undef TILE_NAME
#undef TILE_TARGET
#undef TILE_HEIGHT
#undef TILE_VECTORS
#undef VECTOR
#undef WIDTH
#undef LOAD
#undef STORE
#undef SPREAD
#undef FMA
#undef ZERO

#endif
