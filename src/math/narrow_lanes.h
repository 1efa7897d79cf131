/* SPDX-License-Identifier: ISC */
/*
 * Rounding and soft-max, included by narrow_rows.c once for every instruction set, which defines
 *     NAME(f) TARGET LANES         as for activation_lanes.h
 *     FMA(a, b, c)                 a · b + c, rounded once: in the soft-max
 *     MINIMUM(a, b) MAXIMUM(a, b)  of each pair of lanes
 *     WORDS TO_WORDS(x)            the lanes, small numbers, in 16 bits; BYTES TO_BYTES(x) in 8, in the lowest bytes
 */
#include "math/lanes.h"

/* The numbers at p: LANES of them, or the last n with zeros behind. */
TARGET INLINE V NAME(load)(const float *p, size_t n)
{
	V v = NAME(spread)(0);

	if (n >= LANES)
		memcpy(&v, p, sizeof v);
	else
		memcpy(&v, p, n * sizeof *p);
	return v;
}

TARGET INLINE void NAME(store)(float *p, V v, size_t n)
{
	if (n >= LANES)
		memcpy(p, &v, sizeof v);
	else
		memcpy(p, &v, n * sizeof *p);
}

TARGET INLINE void NAME(store_words)(int16_t *p, I x, size_t n)
{
	const WORDS w = TO_WORDS(x);

	if (n >= LANES)
		memcpy(p, &w, sizeof w);
	else
		memcpy(p, &w, n * sizeof *p);
}

TARGET INLINE void NAME(store_bytes)(uint8_t *p, I x, size_t n)
{
	const BYTES b = TO_BYTES(x);

	if (n >= LANES)
		memcpy(p, &b, LANES);
	else
		memcpy(p, &b, n);
}

/* To the nearest whole number, ties to even, below 2²² in size. */
TARGET INLINE I NAME(rounded)(V x)
{
	return (I)(x + NAME(spread)(MAGIC)) - (I)NAME(spread)(MAGIC);
}

TARGET INLINE float NAME(highest)(V v)
{
	float top = v[0];

	for (int i = 1; i < LANES; i++)
		top = v[i] > top ? v[i] : top;
	return top;
}

/* (x − minus) · by; NULL: 0, 1 */
TARGET INLINE V NAME(evened)(const float *x, const float *minus, const float *by, size_t i, size_t n)
{
	V y = NAME(load)(x + i, n - i);

	if (minus)
		y -= NAME(load)(minus + i, n - i);
	if (by)
		y *= NAME(load)(by + i, n - i);
	return y;
}

TARGET static float NAME(row16)(const float *x, const float *minus, const float *by, size_t n, float limit, int16_t *to)
{
	V peaks = NAME(spread)(0);

	for (size_t i = 0; i < n; i += LANES) {
		const V y = NAME(evened)(x, minus, by, i, n);
		peaks = MAXIMUM(MAXIMUM(peaks, y), -y);
	}
	const float peak = NAME(highest)(peaks), inverse = peak > TINY ? limit / peak : 0;
	for (size_t i = 0; i < n; i += LANES)
		NAME(store_words)(to + i, NAME(rounded)(NAME(evened)(x, minus, by, i, n) * NAME(spread)(inverse)), n - i);
	return peak > TINY ? peak / limit : 0;
}

TARGET static void NAME(row8)(const float *x, const float *by, size_t n, bool bytes, void *to, float *scale, float *zero)
{
	V low = NAME(spread)(0), high = low;

	for (size_t i = 0; i < n; i += LANES) {
		const V y = NAME(load)(x + i, n - i) * NAME(load)(by + i, n - i);
		low = MINIMUM(low, y);
		high = MAXIMUM(high, y);
	}
	const float bottom = -NAME(highest)(-low), range = NAME(highest)(high) - bottom;
	const float inverse = range > TINY ? 255 / range : 0;
	const I least = NAME(rounded)(NAME(spread)(-bottom * inverse)), none = least - least, most = none + 255;
	for (size_t i = 0; i < n; i += LANES) {
		const V y = NAME(load)(x + i, n - i) * NAME(load)(by + i, n - i);
		I q = NAME(rounded)(y * NAME(spread)(inverse)) + least;
		const I above = q > most;
		q = ((q & ~above) | (most & above)) & ~(q < none);
		if (bytes)
			NAME(store_bytes)((uint8_t *)to + i, q, n - i);
		else
			NAME(store_words)((int16_t *)to + i, q, n - i);
	}
	*scale = range > TINY ? range / 255 : 0;
	*zero = (float)least[0];
}

TARGET static void NAME(scaled16)(const float *x, const float *by, size_t n, int16_t *to)
{
	for (size_t i = 0; i < n; i += LANES)
		NAME(store_words)(to + i, NAME(rounded)(NAME(load)(x + i, n - i) * NAME(load)(by + i, n - i)), n - i);
}

TARGET static void NAME(add_to)(const float *x, size_t n, float *sums)
{
	for (size_t i = 0; i < n; i += LANES)
		NAME(store)(sums + i, NAME(load)(sums + i, n - i) + NAME(load)(x + i, n - i), n - i);
}

TARGET static void NAME(raise_to)(const float *x, size_t n, float *peaks)
{
	for (size_t i = 0; i < n; i += LANES) {
		const V y = NAME(load)(x + i, n - i), p = MAXIMUM(MAXIMUM(NAME(load)(peaks + i, n - i), y), -y);
		NAME(store)(peaks + i, p, n - i);
	}
}

/*
 * 2ⁿ · exp(r) as in activation_lanes.h, with a polynomial of degree 4, within 4e-6 of exp(r): a sixtieth of a unit here.
 */
TARGET INLINE V NAME(exponential)(V x)
{
	x = MAXIMUM(x, NAME(spread)(-20.0f));
	const V shifted = FMA(x, NAME(spread)(1.44269504f), NAME(spread)(MAGIC));
	const V r = FMA(shifted - NAME(spread)(MAGIC), NAME(spread)(-0.69314718f), x);
	V p = FMA(NAME(spread)(0.0418756522f), r, NAME(spread)(0.1679214767f));
	p = FMA(p, r, NAME(spread)(0.4999937209f));
	p = FMA(p, r, NAME(spread)(0.9999622918f));
	p = FMA(p, r, NAME(spread)(1.0f));
	return (V)((I)p + ((I)shifted << 23));
}

/* One vector of shares; what rounding takes from it goes into *carried. */
TARGET INLINE I NAME(shares)(V x, V *carried)
{
	const V wanted = FMA(NAME(exponential)(x), NAME(spread)(SHARE_LIMIT), *carried), moved = wanted + NAME(spread)(MAGIC);

	*carried = wanted - (moved - NAME(spread)(MAGIC));
	return (I)moved - (I)NAME(spread)(MAGIC);
}

/* Two vectors at a time: each carries by itself, so that one need not wait for the other. */
TARGET static int32_t NAME(soft_max16)(const float *row, size_t n, int16_t *to)
{
	const size_t pairs = n / (2 * LANES) * (2 * LANES);
	V highest = NAME(spread)(-INFINITY), other = highest, carried = NAME(spread)(0), carried_too = carried;
	I sums = (I)carried;
	float top;
	int32_t sum = 0;

	for (size_t i = 0; i < pairs; i += 2 * LANES) {
		highest = MAXIMUM(highest, NAME(load)(row + i, LANES));
		other = MAXIMUM(other, NAME(load)(row + i + LANES, LANES));
	}
	top = NAME(highest)(MAXIMUM(highest, other));
	for (size_t i = pairs; i < n; i++)
		top = row[i] > top ? row[i] : top;
	const V from = NAME(spread)(top);
	for (size_t i = 0; i < pairs; i += 2 * LANES) {
		const I q = NAME(shares)(NAME(load)(row + i, LANES) - from, &carried);
		const I p = NAME(shares)(NAME(load)(row + i + LANES, LANES) - from, &carried_too);
		NAME(store_words)(to + i, q, LANES);
		NAME(store_words)(to + i + LANES, p, LANES);
		sums += q + p;
	}
	for (size_t i = pairs; i < n; i += LANES) {
		const I q = NAME(shares)(NAME(load)(row + i, n - i) - from, &carried);
		NAME(store_words)(to + i, q, n - i);
		for (size_t j = i; j < n && j < i + LANES; j++)
			sum += q[j - i];
	}
	for (int i = 0; i < LANES; i++)
		sum += sums[i];
	return sum;
}

#undef V
#undef I
#undef NAME
#undef TARGET
#undef LANES
#undef FMA
#undef MINIMUM
#undef MAXIMUM
#undef WORDS
#undef TO_WORDS
#undef BYTES
#undef TO_BYTES
