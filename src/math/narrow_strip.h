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
		SUM sum[STRIP_HEIGHT][TILE_VECTORS];
#pragma GCC unroll 16
		for (int r = 0; r < STRIP_HEIGHT; r++)
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++)
				sum[r][v] = ZERO();
		for (size_t i = 0; i < steps; i += 2, a += 8 * STRIP_HEIGHT, columns += 8 * TILE_VECTORS * WIDTH) {
			INTEGERS column[2][TILE_VECTORS];
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++) {
				column[0][v] = LOAD_INTEGERS(columns + 4 * v * WIDTH);
				column[1][v] = LOAD_INTEGERS(columns + 4 * (TILE_VECTORS + v) * WIDTH);
			}
#pragma GCC unroll 16
			for (int r = 0; r < STRIP_HEIGHT; r++) {
				const INTEGERS row = SPREAD4(a + 4 * r), next = SPREAD4(a + 4 * (STRIP_HEIGHT + r));
#pragma GCC unroll 4
				for (int v = 0; v < TILE_VECTORS; v++)
					sum[r][v] = DOT2(sum[r][v], row, next, column[0][v], column[1][v]);
			}
		}
#pragma GCC unroll 16
		for (int r = 0; r < STRIP_HEIGHT; r++) {
#pragma GCC unroll 4
			for (int v = 0; v < TILE_VECTORS; v++) {
				float *to = c + (r * TILE_VECTORS + v) * WIDTH;
				const VECTOR x = TO_FLOAT(sum[r][v]);
				if (row_scale)
					STORE(to, MULTIPLY(MULTIPLY(x, SET(row_scale[strip * STRIP_HEIGHT + (size_t)r])), LOAD(scale + v * WIDTH)));
				else
					STORE(to, ADD(LOAD(to), x));
			}
		}
	}
}

#undef STRIP_NAME
#undef STRIP_HEIGHT
