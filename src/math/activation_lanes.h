/* SPDX-License-Identifier: ISC */
/*
 * The vectorised versions, included by activation.c once for every instruction set, which defines
 *     NAME(f)         the name of a function for the set
 *     TARGET          its target attribute
 *     LANES           numbers in a vector
 *     FMA(a, b, c)    a · b + c, rounded once
 *     MINIMUM(a, b)   of each pair of lanes; so MAXIMUM
 */
#include "math/lanes.h"

TARGET INLINE V NAME(load)(const float *p)
{
	V v;

	memcpy(&v, p, sizeof v);
	return v;
}

TARGET INLINE void NAME(store)(float *p, V v)
{
	memcpy(p, &v, sizeof v);
}

/* The last numbers of a row, fewer than LANES, with `fill` behind them; and back. */
TARGET INLINE V NAME(load_rest)(const float *p, size_t n, float fill)
{
	V v = NAME(spread)(fill);

	memcpy(&v, p, n * sizeof *p);
	return v;
}

TARGET INLINE void NAME(store_rest)(float *p, V v, size_t n)
{
	memcpy(p, &v, n * sizeof *p);
}

/* Always in the order of the lanes: the sum of a row does not depend on how a compiler would fold it. */
TARGET INLINE float NAME(sum)(V v)
{
	float s = v[0];

	for (int i = 1; i < LANES; i++)
		s += v[i];
	return s;
}

/*
 * exp(x) = 2ⁿ · exp(r), n the nearest whole number to x / ln 2, r by two constants that add up to ln 2 (Cody and Waite), exp(r) by
 * the polynomial of Moshier's Cephes. Below −87 it stays at exp(−87), about 1.6e-38, above 88 at exp(88).
 */
TARGET INLINE V NAME(exponential)(V x)
{
	const V magic = NAME(spread)(12582912.0f); /* 1.5 · 2²³: adding it rounds to a whole number in the low bits */

	x = MINIMUM(MAXIMUM(x, NAME(spread)(-87.0f)), NAME(spread)(88.0f));
	const V shifted = FMA(x, NAME(spread)(1.44269504f), magic);
	const V n = shifted - magic;
	V r = FMA(n, NAME(spread)(-0.693359375f), x);
	r = FMA(n, NAME(spread)(2.12194440e-4f), r);
	V p = FMA(NAME(spread)(1.9875691500e-4f), r, NAME(spread)(1.3981999507e-3f));
	p = FMA(p, r, NAME(spread)(8.3334519073e-3f));
	p = FMA(p, r, NAME(spread)(4.1665795894e-2f));
	p = FMA(p, r, NAME(spread)(1.6666665459e-1f));
	p = FMA(p, r, NAME(spread)(5.0000001201e-1f));
	p = FMA(p, r * r, r + NAME(spread)(1.0f));
	return (V)((I)p + ((I)shifted << 23));
}

/* erf(x) as x · P(x²) / Q(x²), a minimax fit on [−4, 4]; beyond, it is 1 to f32's precision. */
TARGET INLINE V NAME(error_function)(V x)
{
	x = MINIMUM(MAXIMUM(x, NAME(spread)(-4.0f)), NAME(spread)(4.0f));
	const V s = x * x;
	V p = FMA(NAME(spread)(-2.72614225801306e-10f), s, NAME(spread)(2.77068142495902e-08f));
	p = FMA(p, s, NAME(spread)(-2.10102402082508e-06f));
	p = FMA(p, s, NAME(spread)(-5.69250639462346e-05f));
	p = FMA(p, s, NAME(spread)(-7.34990630326855e-04f));
	p = FMA(p, s, NAME(spread)(-2.95459980854025e-03f));
	p = FMA(p, s, NAME(spread)(-1.60960333262415e-02f));
	V q = FMA(NAME(spread)(-1.45660718464996e-05f), s, NAME(spread)(-2.13374055278905e-04f));
	q = FMA(q, s, NAME(spread)(-1.68282697438203e-03f));
	q = FMA(q, s, NAME(spread)(-7.37332916720468e-03f));
	q = FMA(q, s, NAME(spread)(-1.42647390514189e-02f));
	return x * p / q;
}

TARGET static void NAME(layer_norm)(const float *x, size_t n, const float *weight, const float *bias, float epsilon, float *out)
{
	V sum = NAME(spread)(0), squares = NAME(spread)(0);
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES)
		sum += NAME(load)(x + i);
	if (i < n)
		sum += NAME(load_rest)(x + i, n - i, 0);
	const float mean = NAME(sum)(sum) / (float)n;
	const V m = NAME(spread)(mean);
	for (i = 0; i + LANES <= n; i += LANES) {
		const V d = NAME(load)(x + i) - m;
		squares = FMA(d, d, squares);
	}
	if (i < n) {
		const V d = NAME(load_rest)(x + i, n - i, mean) - m;
		squares = FMA(d, d, squares);
	}
	const V scale = NAME(spread)(1 / sqrtf(NAME(sum)(squares) / (float)n + epsilon));
	for (i = 0; i + LANES <= n; i += LANES)
		NAME(store)(out + i, FMA((NAME(load)(x + i) - m) * scale, NAME(load)(weight + i), NAME(load)(bias + i)));
	if (i < n)
		NAME(store_rest)(out + i, FMA((NAME(load_rest)(x + i, n - i, 0) - m) * scale, NAME(load_rest)(weight + i, n - i, 0),
		        NAME(load_rest)(bias + i, n - i, 0)), n - i);
}

TARGET INLINE V NAME(gelu_of)(V x)
{
	const V half = x * NAME(spread)(0.5f);

	return FMA(half, NAME(error_function)(x * NAME(spread)(0.70710678f)), half);
}

TARGET static void NAME(gelu)(float *x, size_t n)
{
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES)
		NAME(store)(x + i, NAME(gelu_of)(NAME(load)(x + i)));
	if (i < n)
		NAME(store_rest)(x + i, NAME(gelu_of)(NAME(load_rest)(x + i, n - i, 0)), n - i);
}

TARGET INLINE V NAME(swiglu_of)(V gate, V value)
{
	return gate / (NAME(spread)(1.0f) + NAME(exponential)(-gate)) * value;
}

TARGET static void NAME(swiglu)(const float *gate, const float *value, size_t n, float *out)
{
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES)
		NAME(store)(out + i, NAME(swiglu_of)(NAME(load)(gate + i), NAME(load)(value + i)));
	if (i < n)
		NAME(store_rest)(out + i, NAME(swiglu_of)(NAME(load_rest)(gate + i, n - i, 0), NAME(load_rest)(value + i, n - i, 0)), n - i);
}

TARGET static void NAME(add_scaled)(float *x, const float *scale, const float *y, size_t n)
{
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES)
		NAME(store)(x + i, FMA(NAME(load)(scale + i), NAME(load)(y + i), NAME(load)(x + i)));
	for (; i < n; i++)
		x[i] = fmaf(scale[i], y[i], x[i]);
}

#undef V
#undef I
#undef NAME
#undef TARGET
#undef LANES
#undef FMA
#undef MINIMUM
#undef MAXIMUM
