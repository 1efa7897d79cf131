/* SPDX-License-Identifier: ISC */
/*
 * One register tile, included by narrow.c once for every kind and instruction set, which defines
 *     TILE_NAME TILE_TARGET        the function and its target attribute
 *     TILE_HEIGHT TILE_VECTORS     rows; vectors side by side
 *     VECTOR SUM WIDTH             vectors of f32 and of sums, and their numbers
 *     SPREAD4(p)                   four bytes of a row of A for all columns
 *     DOT(sum, a, b)               the sums and the products of two or four numbers of A with as many of each column
 *     TO_FLOAT(sum) ZERO()         the sums as f32; a zero of their type
 *     LOAD(p) STORE(p, v) SET(x)   of f32
 *
 * Of one chunk of k: what stands in c, unless it is the first chunk, and the products; in the last chunk all that is made f32's
 * own: less the zero of the row for each number of the column (where rows have one), by both scales, and the bias (if any). Multiplied and added apart, so that
 * every instruction set gives the same bytes.
 */
TILE_TARGET static void TILE_NAME(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct finish *f, float *c,
        size_t stride)
{
	SUM sum[TILE_HEIGHT][TILE_VECTORS];

#pragma GCC unroll 16
	for (int r = 0; r < TILE_HEIGHT; r++) {
		__builtin_prefetch(c + (size_t)r * stride, 1);
#pragma GCC unroll 4
		for (int v = 0; v < TILE_VECTORS; v++)
			sum[r][v] = ZERO();
	}
	for (size_t i = 0; i < steps; i++, a += 4, b += 4 * TILE_VECTORS * WIDTH) {
		INTEGERS column[TILE_VECTORS];
#pragma GCC unroll 4
		for (int v = 0; v < TILE_VECTORS; v++)
			column[v] = LOAD_INTEGERS(b + 4 * v * WIDTH);
#pragma GCC unroll 16
		for (int r = 0; r < TILE_HEIGHT; r++) {
			const INTEGERS row = SPREAD4(a + (size_t)r * a_stride);
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++)
				sum[r][v] = DOT(sum[r][v], row, column[v]);
		}
	}
#pragma GCC unroll 16
	for (int r = 0; r < TILE_HEIGHT; r++) {
#pragma GCC unroll 4
		for (int v = 0; v < TILE_VECTORS; v++) {
			VECTOR x = TO_FLOAT(sum[r][v]);
			if (!f->first)
				x = ADD(LOAD(c + (size_t)r * stride + v * WIDTH), x);
			if (f->last) {
				if (f->zero)
					x = SUBTRACT(x, MULTIPLY(SET(f->zero[r]), LOAD(f->sum + v * WIDTH)));
				x = MULTIPLY(MULTIPLY(x, SET(f->row_scale[r])), LOAD(f->scale + v * WIDTH));
				if (f->bias)
					x = ADD(x, LOAD(f->bias + v * WIDTH));
			}
			STORE(c + (size_t)r * stride + v * WIDTH, x);
		}
	}
}

#undef TILE_NAME
#undef TILE_VECTORS
#undef SUM
#undef DOT
#undef TO_FLOAT
#undef ZERO
