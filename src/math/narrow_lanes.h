/* SPDX-License-Identifier: ISC */
/*
 * Rounding and soft-max, included by narrow_rows.c once for every instruction set, which defines
 *     NAME(f) TARGET LANES         as for activation_lanes.h
 *     FMA(a, b, c)                 a · b + c, rounded once: in the soft-max
 *     ADD_PAIRS(x) ADD_FOUR(x)     the sum of the two numbers of 16 bits, the four of 8 in each lane
 *     FROM_INTEGERS(x)             the lanes as f32
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

/* The largest of some sizes, as raised() leaves them. */
TARGET INLINE float NAME(largest)(I sizes)
{
	const V v = (V)sizes;
	float top = v[0];

	for (int i = 1; i < LANES; i++)
		top = raised(top, v[i]);
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

/* The larger of sizes and those of x, as bits. */
TARGET INLINE I NAME(raised)(I peaks, V x)
{
	const I size = (I)x & 0x7fffffff, above = size > peaks;

	return (size & above) | (peaks & ~above);
}

TARGET static float NAME(row16)(const float *x, const float *minus, const float *by, size_t n, float limit, int16_t *to)
{
	I peaks = {0};

	for (size_t i = 0; i < n; i += LANES)
		peaks = NAME(raised)(peaks, NAME(evened)(x, minus, by, i, n));
	const float peak = NAME(largest)(peaks), inverse = peak > TINY ? limit / peak : 0;
	for (size_t i = 0; i < n; i += LANES)
		NAME(store_words)(to + i, NAME(rounded)(NAME(evened)(x, minus, by, i, n) * NAME(spread)(inverse)), n - i);
	return worth(peak, limit);
}

TARGET static void NAME(row8)(const float *x, const float *minus, const float *by, size_t n, uint8_t *to, float *scale, float *zero)
{
	V low = NAME(spread)(0), high = low;
	I odd = {0};
	int32_t any = 0;

	for (size_t i = 0; i < n; i += LANES) {
		const V y = NAME(evened)(x, minus, by, i, n);
		low = MINIMUM(low, y);
		high = MAXIMUM(high, y);
		odd |= ((I)y & 0x7f800000) == 0x7f800000;
	}
	*zero = 0;
	*scale = NAN;
	for (int lane = 0; lane < LANES; lane++)
		any |= odd[lane];
	if (any) {
		memset(to, 0, n);
		return;
	}
	const float bottom = -NAME(highest)(-low), range = NAME(highest)(high) - bottom;
	const float inverse = range > TINY && range < INFINITY ? NARROW_BYTE / range : 0;
	const I least = NAME(rounded)(NAME(spread)(-bottom * inverse));
	const V from = -FROM_INTEGERS(least), up_to = from + NAME(spread)(NARROW_BYTE);
	for (size_t i = 0; i < n; i += LANES) {
		const V y = NAME(evened)(x, minus, by, i, n) * NAME(spread)(inverse);
		NAME(store_bytes)(to + i, NAME(rounded)(MAXIMUM(MINIMUM(y, up_to), from)) + least, n - i);
	}
	*scale = worth(range, NARROW_BYTE);
	*zero = (float)least[0];
}

TARGET static void NAME(scaled16)(const float *x, const float *minus, const float *by, size_t n, int16_t *to)
{
	for (size_t i = 0; i < n; i += LANES)
		NAME(store_words)(to + i, NAME(rounded)(NAME(evened)(x, minus, by, i, n)), n - i);
}

TARGET static void NAME(add_to)(const float *x, size_t n, float *sums)
{
	for (size_t i = 0; i < n; i += LANES)
		NAME(store)(sums + i, NAME(load)(sums + i, n - i) + NAME(load)(x + i, n - i), n - i);
}

TARGET static void NAME(raise_to)(const float *x, const float *minus, size_t n, float *peaks)
{
	for (size_t i = 0; i < n; i += LANES) {
		const I p = NAME(raised)((I)NAME(load)(peaks + i, n - i), NAME(evened)(x, minus, NULL, i, n));
		NAME(store)(peaks + i, (V)p, n - i);
	}
}

/*
 * 2ˣ for x ≤ 0 as in attention_lanes.h, with a polynomial of degree 4, within 4e-6 of it: a sixtieth of a unit here.
 */
TARGET INLINE V NAME(power)(V x)
{
	x = MAXIMUM(x, NAME(spread)(-126.0f));
	const V shifted = x + NAME(spread)(MAGIC), r = x - (shifted - NAME(spread)(MAGIC));
	V p = FMA(NAME(spread)(0.00966637f), r, NAME(spread)(0.05592199f));
	p = FMA(p, r, NAME(spread)(0.24022349f));
	p = FMA(p, r, NAME(spread)(0.69312104f));
	p = FMA(p, r, NAME(spread)(1.0f));
	return (V)((I)p + ((I)shifted << 23));
}

/* A share, its whole number in the low bits. */
TARGET INLINE V NAME(share)(V score, V top, size_t key)
{
	return FMA(NAME(power)(score - top), NAME(spread)(NARROW_SHARE), NAME(spread)(dither[key % DITHER])) + NAME(spread)(MAGIC);
}

/* Those of a key and the one after it, of which there may be none. */
TARGET INLINE I NAME(two_shares)(const float *scores, size_t width, V top, size_t key, bool other)
{
	const I low = (I)NAME(share)(NAME(load)(scores, LANES), top, key) & 0xffff;

	return other ? low | (I)NAME(share)(NAME(load)(scores + width, LANES), top, key + 1) << 16 : low;
}

TARGET INLINE void NAME(put_shares)(uint32_t *shares, I x)
{
	memcpy(shares, &x, sizeof x);
}

/* What the highest scores rose by, and the new sums; returns whether one rose. */
TARGET INLINE bool NAME(note_highest)(V top, I shares, float *highest, float *sums, float *factors)
{
	const V before = NAME(load)(highest, LANES), factor = NAME(power)(before - top);
	const I rose = before != top;
	int32_t any = 0;

	NAME(store)(factors, factor, LANES);
	NAME(store)(highest, top, LANES);
	NAME(store)(sums, FMA(NAME(load)(sums, LANES), factor, FROM_INTEGERS(shares)), LANES);
	for (int lane = 0; lane < LANES; lane++)
		any |= rose[lane];
	return any;
}

/* Two vectors of questions. */
TARGET static bool NAME(soften)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors,
        uint32_t *shares)
{
	V top = NAME(load)(highest, LANES), top_too = NAME(load)(highest + LANES, LANES);
	I sum = {0}, sum_too = {0};

	for (size_t i = 0; i < keys; i++) {
		top = MAXIMUM(NAME(load)(scores + i * width, LANES), top);
		top_too = MAXIMUM(NAME(load)(scores + i * width + LANES, LANES), top_too);
	}
	for (size_t i = 0; i < keys; i += 2, scores += 2 * width, shares += width) {
		const I two = NAME(two_shares)(scores, width, top, i, i + 1 < keys);
		const I two_too = NAME(two_shares)(scores + LANES, width, top_too, i, i + 1 < keys);
		NAME(put_shares)(shares, two);
		NAME(put_shares)(shares + LANES, two_too);
		sum += ADD_PAIRS(two);
		sum_too += ADD_PAIRS(two_too);
	}
	const bool rose = NAME(note_highest)(top, sum, highest, sums, factors);
	return NAME(note_highest)(top_too, sum_too, highest + LANES, sums + LANES, factors + LANES) || rose;
}

/* In 8 bits, a polynomial of degree 3, within 1e-4 of it: less than a hundredth of a unit. */
TARGET INLINE I NAME(share8)(const float *scores, V top, size_t key)
{
	const V x = MAXIMUM(NAME(load)(scores, LANES) - top, NAME(spread)(-126.0f)), shifted = x + NAME(spread)(MAGIC);
	const V r = x - (shifted - NAME(spread)(MAGIC));
	V p = FMA(NAME(spread)(0.0551716f), r, NAME(spread)(0.24261112f));
	p = FMA(p, r, NAME(spread)(0.69326098f));
	p = FMA(p, r, NAME(spread)(0.99992807f));
	p = (V)((I)p + ((I)shifted << 23));
	return (I)(FMA(p, NAME(spread)(NARROW_SHARE8), NAME(spread)(dither[key % DITHER])) + NAME(spread)(MAGIC));
}

/* Those of `count` keys, four at most: the bits of MAGIC, which are above a share's, are taken off in the end. */
TARGET INLINE I NAME(four_shares)(const float *scores, size_t width, V top, size_t key, size_t count)
{
	const I none = (I)NAME(spread)(MAGIC);
	const I b = count > 1 ? NAME(share8)(scores + width, top, key + 1) : none;
	const I c = count > 2 ? NAME(share8)(scores + 2 * width, top, key + 2) : none;
	const I d = count > 3 ? NAME(share8)(scores + 3 * width, top, key + 3) : none;

	return NAME(share8)(scores, top, key) - none + ((b - none) << 8) + ((c - none) << 16) + ((d - none) << 24);
}

/* What the highest scores rose by, what these keys are lower, and the new sums; returns whether one rose. */
TARGET INLINE bool NAME(note_highest8)(V top, I shares, float *highest, float *sums, float *factors, float *now)
{
	const V before = NAME(load)(highest, LANES), above = MAXIMUM(top, before);
	const V factor = NAME(power)(before - above), lower = NAME(power)(top - above);
	const I rose = before != above;
	int32_t any = 0;

	NAME(store)(factors, factor, LANES);
	NAME(store)(now, lower, LANES);
	NAME(store)(highest, above, LANES);
	NAME(store)(sums, FMA(NAME(load)(sums, LANES), factor, FROM_INTEGERS(shares) * lower), LANES);
	for (int lane = 0; lane < LANES; lane++)
		any |= rose[lane];
	return any;
}

/* Two vectors of questions. */
TARGET static bool NAME(soften8)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors, float *now,
        uint32_t *shares)
{
	V top = NAME(spread)(-INFINITY), top_too = top;
	I sum = {0}, sum_too = {0};

	for (size_t i = 0; i < keys; i++) {
		top = MAXIMUM(NAME(load)(scores + i * width, LANES), top);
		top_too = MAXIMUM(NAME(load)(scores + i * width + LANES, LANES), top_too);
	}
	for (size_t i = 0; i < keys; i += 4, scores += 4 * width, shares += width) {
		const I four = NAME(four_shares)(scores, width, top, i, keys - i);
		const I four_too = NAME(four_shares)(scores + LANES, width, top_too, i, keys - i);
		NAME(put_shares)(shares, four);
		NAME(put_shares)(shares + LANES, four_too);
		sum += ADD_FOUR(four);
		sum_too += ADD_FOUR(four_too);
	}
	const bool rose = NAME(note_highest8)(top, sum, highest, sums, factors, now);
	return NAME(note_highest8)(top_too, sum_too, highest + LANES, sums + LANES, factors + LANES, now + LANES) || rose;
}

TARGET static void NAME(scale)(float *rows, size_t count, size_t width, const float *row_factors, const float *factors, const float *offsets)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < width; j += LANES, rows += LANES) {
			const V by = NAME(load)(factors + j, LANES) * NAME(spread)(row_factors ? row_factors[i] : 1);
			const V x = NAME(load)(rows, LANES) * by;
			NAME(store)(rows, offsets ? x + NAME(spread)(offsets[i]) : x, LANES);
		}
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
#undef ADD_PAIRS
#undef ADD_FOUR
#undef FROM_INTEGERS
