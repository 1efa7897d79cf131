/* SPDX-License-Identifier: ISC */
/*
 * The soft-max of a panel, included by attention.c once for every instruction set, which defines
 *     NAME(f)                 the name of a function for the set
 *     TILE_TARGET             its target attribute
 *     TILE_VECTORS            vectors in a row of a panel
 *     VECTOR, WIDTH           the type and its numbers
 *     LOAD(p) STORE(p, v) SET(x) ZERO() ADD(a, b) SUBTRACT(a, b) MULTIPLY(a, b) FMA(a, b, c) MAXIMUM(a, b)
 *     TIMES_POWER(v, n)       v · 2ⁿ for the whole number in the low bits of n
 *     EQUAL(a, b)             whether all lanes are
 */

/*
 * 2ˣ for x ≤ 0: n the nearest whole number, 2ʳ for the rest by a polynomial whose greatest error, relative, is 2.1e-8. Below −126 it
 * stays there, at 1.2e-38.
 */
TILE_TARGET INLINE VECTOR NAME(power)(VECTOR x)
{
	const VECTOR magic = SET(12582912.0f); /* 1.5 · 2²³: adding it rounds to a whole number in the low bits */

	x = MAXIMUM(x, SET(-126.0f));
	const VECTOR n = ADD(x, magic), r = SUBTRACT(x, SUBTRACT(n, magic));
	VECTOR p = FMA(SET(0.0001559467782f), r, SET(0.001340664341f));
	p = FMA(p, r, SET(0.009617692791f));
	p = FMA(p, r, SET(0.05550310388f));
	p = FMA(p, r, SET(0.2402265221f));
	p = FMA(p, r, SET(0.6931472421f));
	return TIMES_POWER(FMA(p, r, SET(1.0f)), n);
}

/* The exponential of a score below `top`, in its place. */
TILE_TARGET INLINE VECTOR NAME(exponential)(float *score, VECTOR top)
{
	const VECTOR e = NAME(power)(SUBTRACT(LOAD(score), top));

	STORE(score, e);
	return e;
}

/* One vector of questions: its column of the panel. */
TILE_TARGET INLINE bool NAME(soften_column)(float *scores, size_t keys, float *highest, float *sums, float *factors)
{
	const size_t width = TILE_VECTORS * WIDTH;
	const VECTOR before = LOAD(highest);
	VECTOR top = before, even = ZERO(), odd = ZERO();
	size_t i;

	for (i = 0; i < keys; i++)
		top = MAXIMUM(LOAD(scores + i * width), top);
	for (i = 0; i + 2 <= keys; i += 2) {
		even = ADD(even, NAME(exponential)(scores + i * width, top));
		odd = ADD(odd, NAME(exponential)(scores + (i + 1) * width, top));
	}
	if (i < keys)
		even = ADD(even, NAME(exponential)(scores + i * width, top));
	const VECTOR factor = NAME(power)(SUBTRACT(before, top));
	STORE(factors, factor);
	STORE(highest, top);
	STORE(sums, FMA(LOAD(sums), factor, ADD(even, odd)));
	return !EQUAL(before, top);
}

TILE_TARGET static bool NAME(soften)(float *scores, size_t keys, float *highest, float *sums, float *factors)
{
	bool rose = false;

	for (size_t v = 0; v < TILE_VECTORS * WIDTH; v += WIDTH)
		rose = NAME(soften_column)(scores + v, keys, highest + v, sums + v, factors + v) || rose;
	return rose;
}

TILE_TARGET static void NAME(scale)(float *rows, size_t count, const float *factors)
{
	const size_t width = TILE_VECTORS * WIDTH;

	for (size_t i = 0; i < count; i++)
		for (int v = 0; v < TILE_VECTORS; v++) {
			float *p = rows + i * width + v * WIDTH;
			STORE(p, MULTIPLY(LOAD(p), LOAD(factors + v * WIDTH)));
		}
}

#undef NAME
#undef SET
#undef ADD
#undef SUBTRACT
#undef MULTIPLY
#undef MAXIMUM
#undef TIMES_POWER
#undef EQUAL
