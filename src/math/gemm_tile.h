/* SPDX-License-Identifier: ISC */
/*
 * One register tile, included by gemm.c once for every instruction set, which defines
 *     TILE_NAME          the function
 *     TILE_TARGET        its target attribute
 *     TILE_HEIGHT        rows
 *     TILE_VECTORS       vectors side by side
 *     VECTOR, WIDTH      the type and its numbers
 *     LOAD(p) STORE(p, v) SPREAD(p) FMA(a, b, c) ZERO()
 *
 * c[TILE_HEIGHT × TILE_VECTORS·WIDTH] = start + a · b, where a is k wide, its rows a_stride apart, b is a packed panel, and start is
 * c itself, a bias for every row, or zero. The accumulators stay in registers throughout.
 */
TILE_TARGET static void TILE_NAME(size_t k, const float *a, size_t a_stride, const float *b, enum start start, const float *bias,
        float *c, size_t stride)
{
	VECTOR sum[TILE_HEIGHT][TILE_VECTORS];

#pragma GCC unroll 16
	for (int r = 0; r < TILE_HEIGHT; r++)
		__builtin_prefetch(c + (size_t)r * stride, 1);
#pragma GCC unroll 16
	for (int r = 0; r < TILE_HEIGHT; r++) {
#pragma GCC unroll 4
		for (int v = 0; v < TILE_VECTORS; v++)
			sum[r][v] = start == START_C      ? LOAD(c + (size_t)r * stride + v * WIDTH)
			            : start == START_BIAS ? LOAD(bias + v * WIDTH)
			                                  : ZERO();
	}
#pragma GCC unroll 4
	for (size_t i = 0; i < k; i++, a++, b += TILE_VECTORS * WIDTH) {
		VECTOR column[TILE_VECTORS];
#pragma GCC unroll 4
		for (int v = 0; v < TILE_VECTORS; v++)
			column[v] = LOAD(b + v * WIDTH);
#pragma GCC unroll 16
		for (int r = 0; r < TILE_HEIGHT; r++) {
			const VECTOR row = SPREAD(a + (size_t)r * a_stride);
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
