/* SPDX-License-Identifier: ISC */
/*
 * The sums of a tile, included by narrow_tile.h and narrow_strip.h in the body of their functions, with
 *     HEIGHT                         rows
 *     A_ROW(r) A_NEXT(r) A_STEPS     the four bytes of a row in this step and the next; from them to those of the next two
 * `a` and `columns` go along from step `first` to `end`; the sums are left in `sum`.
 */
SUM sum[HEIGHT][TILE_VECTORS];
#pragma GCC unroll 16
for (int r = 0; r < HEIGHT; r++)
#pragma GCC unroll 4
	for (int v = 0; v < TILE_VECTORS; v++)
		sum[r][v] = ZERO();
for (size_t i = first; i < end; i += 2, a += A_STEPS, columns += 8 * TILE_VECTORS * WIDTH) {
	INTEGERS column[2][TILE_VECTORS];
#pragma GCC unroll 4
	for (int v = 0; v < TILE_VECTORS; v++) {
		column[0][v] = LOAD_INTEGERS(columns + 4 * v * WIDTH);
		column[1][v] = LOAD_INTEGERS(columns + 4 * (TILE_VECTORS + v) * WIDTH);
	}
#pragma GCC unroll 16
	for (int r = 0; r < HEIGHT; r++) {
		const INTEGERS row = SPREAD4(A_ROW(r)), next = SPREAD4(A_NEXT(r));
#pragma GCC unroll 4
		for (int v = 0; v < TILE_VECTORS; v++)
			sum[r][v] = DOT2(sum[r][v], row, next, column[0][v], column[1][v]);
	}
}

#undef HEIGHT
#undef A_ROW
#undef A_NEXT
#undef A_STEPS
