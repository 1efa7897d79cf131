/* SPDX-License-Identifier: ISC */
/*
 * A product with one panel, included by narrow_tiles.c once for every kind and instruction set, which defines
 *     TILE_NAME TILE_ROWS TILE_TARGET  the function, what it does for some rows, their target attribute
 *     TILE_HEIGHT TILE_LOW           rows of a register tile; of a lower one for what is left
 *     TILE_VECTORS                   vectors side by side, a panel wide
 *     TILE_CHUNK                     steps whose sums have room, and whose part of the panel stays in the first cache
 *     VECTOR SUM WIDTH               vectors of f32 and of sums, and their numbers
 *     SPREAD4(p)                     four bytes of a row of A for all columns
 *     COLUMNS COLUMNS_AT(p)          the four bytes of each of some columns, in a register or where they lie
 *     DOT(sum, a, b, v)              the sums and the products of a step; or
 *     DOT2(sum, a, a2, b, b2)        of two, where they are added before they go into the sums
 *     TO_FLOAT(sum) ZERO()           the sums as f32; a zero of their type
 *     LOAD(p) STORE(p, v)            of f32
 *     FINISH_ROW(f, row, c, x)       what narrow_finish.h makes
 *
 * The sums of a chunk are added to those of the chunks before, in c.
 */
TILE_TARGET INLINE void TILE_ROWS(const int height, size_t row, size_t first, size_t end, size_t steps, const struct narrow_left *left,
        const uint8_t *columns, const struct narrow_finish *f, float *c, size_t stride)
{
	const size_t from_row = left->row, from_step = left->step;
	const uint8_t *a = left->at + row * from_row + first * from_step, *next = a + from_step;
	SUM sum[TILE_HEIGHT][TILE_VECTORS];

	c += row * stride;
	columns += 4 * first * TILE_VECTORS * WIDTH;
UNROLL
	for (int r = 0; r < height; r++)
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++)
			sum[r][v] = ZERO();
	for (size_t i = first; i < end; i += 2, columns += 8 * TILE_VECTORS * WIDTH, a += 2 * from_step, next += 2 * from_step) {
		COLUMNS column[2][TILE_VECTORS];
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++) {
			column[0][v] = COLUMNS_AT(columns + 4 * v * WIDTH);
			column[1][v] = COLUMNS_AT(columns + 4 * (TILE_VECTORS + v) * WIDTH);
		}
#ifdef DOT2
UNROLL
		for (int r = 0; r < height; r++) {
			const INTEGERS one = SPREAD4(a + (size_t)r * from_row), two = SPREAD4(next + (size_t)r * from_row);
UNROLL
			for (int v = 0; v < TILE_VECTORS; v++)
				sum[r][v] = DOT2(sum[r][v], one, two, column[0][v], column[1][v]);
		}
#else
UNROLL
		for (int step = 0; step < 2; step++) {
UNROLL
			for (int r = 0; r < height; r++) {
				const INTEGERS one = SPREAD4((step ? next : a) + (size_t)r * from_row);
UNROLL
				for (int v = 0; v < TILE_VECTORS; v++)
					sum[r][v] = DOT(sum[r][v], one, column[step][v], v);
			}
		}
#endif
	}
UNROLL
	for (int r = 0; r < height; r++, c += stride) {
		VECTOR x[TILE_VECTORS];
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++)
			x[v] = first ? ADD(LOAD(c + v * WIDTH), TO_FLOAT(sum[r][v])) : TO_FLOAT(sum[r][v]);
		if (end == steps)
			FINISH_ROW(f, row + (size_t)r, c, x);
UNROLL
		for (int v = 0; v < TILE_VECTORS; v++)
			STORE(c + v * WIDTH, x[v]);
	}
}

TILE_TARGET static void TILE_NAME(size_t rows, const struct narrow_left *a, size_t steps, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride)
{
	for (size_t first = 0; first < steps; first += TILE_CHUNK) {
		const size_t end = steps - first < TILE_CHUNK ? steps : first + TILE_CHUNK;
		size_t row = 0;
		for (; row + TILE_HEIGHT <= rows; row += TILE_HEIGHT)
			TILE_ROWS(TILE_HEIGHT, row, first, end, steps, a, b, f, c, stride);
		for (; row + TILE_LOW <= rows; row += TILE_LOW)
			TILE_ROWS(TILE_LOW, row, first, end, steps, a, b, f, c, stride);
		for (; row < rows; row++)
			TILE_ROWS(1, row, first, end, steps, a, b, f, c, stride);
	}
}

#undef TILE_NAME
#undef TILE_ROWS
#undef TILE_HEIGHT
#undef TILE_LOW
#undef TILE_CHUNK
#undef SUM
#undef DOT
#undef DOT2
#undef TO_FLOAT
#undef ZERO
