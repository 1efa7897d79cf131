/* SPDX-License-Identifier: ISC */
/*
 * What becomes of the sums of one row, included by narrow_tiles.c once for each width of vectors, which defines
 *     FINISH_ROW FINISH_TARGET       the function and its target attribute
 *     VECTOR WIDTH TILE_VECTORS      vectors of f32, their numbers, how many are a panel
 *     LOAD(p) SET(x) ADD(a, b) SUBTRACT(a, b) MULTIPLY(a, b)
 *
 * They are made f32's own: less the zero of the row for each number of the column (where rows have one), by both scales, and the bias
 * and what is to be kept of c (if any). Multiplied and added apart, so that every instruction set gives the same bytes.
 */
FINISH_TARGET INLINE void FINISH_ROW(const struct narrow_finish *f, size_t row, const float *c, VECTOR x[TILE_VECTORS])
{
	const VECTOR row_scale = SET(f->row_scale[row]);

	if (f->zero) {
		const VECTOR zero = SET(f->zero[row]);
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++)
			x[v] = SUBTRACT(x[v], MULTIPLY(zero, LOAD(f->sum + v * WIDTH)));
	}
UNROLL
	for (int v = 0; v < TILE_VECTORS; v++)
		x[v] = MULTIPLY(MULTIPLY(x[v], row_scale), LOAD(f->scale + v * WIDTH));
	if (f->bias) {
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++)
			x[v] = ADD(x[v], LOAD(f->bias + v * WIDTH));
	}
	if (f->more && f->keep) {
		const VECTOR keep = SET(f->keep[row]);
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++)
			x[v] = ADD(x[v], MULTIPLY(LOAD(c + v * WIDTH), keep));
	} else if (f->more) {
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++)
			x[v] = ADD(x[v], LOAD(c + v * WIDTH));
	}
}

#undef FINISH_ROW
#undef FINISH_TARGET
