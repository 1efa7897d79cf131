/* SPDX-License-Identifier: ISC */
/*
 * Rounding and soft-max, included by narrow_rows.c once for every instruction set, which defines
 *     NAME(f) TARGET LANES         as for activation_lanes.h
 *     FMA(a, b, c)                 a · b + c, rounded once: in the soft-max
 *     ADD_PAIRS(x) ADD_FOUR(x)     the sum of the two numbers of 16 bits, the four of 8 in each lane
 *     FROM_INTEGERS(x)             the lanes as f32
 *     MINIMUM(a, b) MAXIMUM(a, b)  of each pair of lanes; LARGER(a, b) of whole numbers
 *     LARGEST(x) HIGHEST(x)        of the lanes: of whole numbers, of numbers
 *     WORDS TO_WORDS(x)            the lanes, small numbers, in 16 bits; BYTES TO_BYTES(x) in 8, in the lowest bytes
 *     PUT_WORDS(to, a, b)          the lanes of two vectors in 16 bits, PUT_BYTES(to, a, b, c, d) those of four in 8, if larger NARROW_BYTE
 */
#include "math/lanes.h"

/* Whole numbers whose sums may wrap around. */
typedef uint32_t NAME(bits) __attribute__((vector_size(4 * LANES)));

TARGET INLINE V NAME(whole)(const float *p)
{
	V v;

	memcpy(&v, p, sizeof v);
	return v;
}

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

/* (x − minus) · by; NULL: 0, 1 */
TARGET INLINE V NAME(evened)(const float *x, const float *minus, const float *by, size_t i)
{
	V y = NAME(whole)(x + i);

	if (minus)
		y -= NAME(whole)(minus + i);
	if (by)
		y *= NAME(whole)(by + i);
	return y;
}

/* The same of the last ones, with zeros behind. */
TARGET INLINE V NAME(evened_last)(const float *x, const float *minus, const float *by, size_t i, size_t n)
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
	return LARGER(peaks, (I)x & 0x7fffffff);
}

TARGET static float NAME(row16)(const float *x, const float *minus, const float *by, size_t n, float limit, int16_t *to)
{
	I peaks = {0};
	float peak;
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES)
		peaks = NAME(raised)(peaks, NAME(evened)(x, minus, by, i));
	if (i < n)
		peaks = NAME(raised)(peaks, NAME(evened_last)(x, minus, by, i, n));
	const int32_t bits = LARGEST(peaks);
	memcpy(&peak, &bits, sizeof peak);
	const V inverse = NAME(spread)(peak > TINY ? limit / peak : 0);
	for (i = 0; i + 2 * LANES <= n; i += 2 * LANES)
		PUT_WORDS(to + i, NAME(rounded)(NAME(evened)(x, minus, by, i) * inverse),
		        NAME(rounded)(NAME(evened)(x, minus, by, i + LANES) * inverse));
	for (; i < n; i += LANES)
		NAME(store_words)(to + i, NAME(rounded)(NAME(evened_last)(x, minus, by, i, n) * inverse), n - i);
	return worth(peak, limit);
}

TARGET static void NAME(row8)(const float *x, const float *minus, const float *by, size_t n, uint8_t *to, float *scale, float *zero)
{
	const V naught = NAME(spread)(0);
	V low = naught, high = naught, odd = naught; /* NaN once a number is not finite */
	size_t i;

#define NOTE(y) (low = MINIMUM(low, y), high = MAXIMUM(high, y), odd = FMA(y, naught, odd))
	for (i = 0; i + LANES <= n; i += LANES) {
		const V y = NAME(evened)(x, minus, by, i);
		NOTE(y);
	}
	if (i < n) {
		const V y = NAME(evened_last)(x, minus, by, i, n);
		NOTE(y);
	}
#undef NOTE
	*zero = 0;
	*scale = NAN;
	if (LARGEST(-(odd != odd))) {
		memset(to, 0, n);
		return;
	}
	const float bottom = -HIGHEST(-low), range = HIGHEST(high) - bottom;
	const V inverse = NAME(spread)(range > TINY && range < INFINITY ? NARROW_BYTE / range : 0);
	/* none is below 0, since what is least is rounded as it is here; by the rounding of both, one more than there may be */
	const I least = NAME(rounded)(NAME(spread)(-bottom) * inverse), from = least - (I)NAME(spread)(MAGIC);
#define BYTES_OF(y) ((I)((y) * inverse + NAME(spread)(MAGIC)) + from)
#define BYTES_AT(i) BYTES_OF(NAME(evened)(x, minus, by, i))
	for (i = 0; i + 4 * LANES <= n; i += 4 * LANES)
		PUT_BYTES(to + i, BYTES_AT(i), BYTES_AT(i + LANES), BYTES_AT(i + 2 * LANES), BYTES_AT(i + 3 * LANES));
	for (; i < n; i += LANES) /* the smaller of two, by what is there */
		NAME(store_bytes)(to + i, -LARGER(-BYTES_OF(NAME(evened_last)(x, minus, by, i, n)), (I){0} - NARROW_BYTE), n - i);
#undef BYTES_AT
#undef BYTES_OF
	*scale = worth(range, NARROW_BYTE);
	*zero = (float)least[0];
}

TARGET static void NAME(scaled16)(const float *x, const float *minus, const float *by, size_t n, int16_t *to)
{
	size_t i;

	for (i = 0; i + 2 * LANES <= n; i += 2 * LANES)
		PUT_WORDS(to + i, NAME(rounded)(NAME(evened)(x, minus, by, i)), NAME(rounded)(NAME(evened)(x, minus, by, i + LANES)));
	for (; i < n; i += LANES)
		NAME(store_words)(to + i, NAME(rounded)(NAME(evened_last)(x, minus, by, i, n)), n - i);
}

TARGET static void NAME(add_to)(const float *x, size_t n, float *sums)
{
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES)
		NAME(store)(sums + i, NAME(whole)(sums + i) + NAME(whole)(x + i), LANES);
	if (i < n)
		NAME(store)(sums + i, NAME(load)(sums + i, n - i) + NAME(load)(x + i, n - i), n - i);
}

TARGET static void NAME(raise_to)(const float *x, const float *minus, size_t n, float *peaks)
{
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES)
		NAME(store)(peaks + i, (V)NAME(raised)((I)NAME(whole)(peaks + i), NAME(evened)(x, minus, NULL, i)), LANES);
	if (i < n)
		NAME(store)(peaks + i, (V)NAME(raised)((I)NAME(load)(peaks + i, n - i), NAME(evened_last)(x, minus, NULL, i, n)), n - i);
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
	const I low = (I)NAME(share)(NAME(whole)(scores), top, key) & 0xffff;

	return other ? low | (I)NAME(share)(NAME(whole)(scores + width), top, key + 1) << 16 : low;
}

TARGET INLINE void NAME(put_shares)(uint32_t *shares, I x)
{
	memcpy(shares, &x, sizeof x);
}

/* What the highest scores rose by, and the new sums. */
TARGET INLINE void NAME(note_highest)(V top, I shares, float *highest, float *sums, float *factors)
{
	const V before = NAME(whole)(highest), factor = NAME(power)(before - top);

	NAME(store)(factors, factor, LANES);
	NAME(store)(highest, top, LANES);
	NAME(store)(sums, FMA(NAME(whole)(sums), factor, FROM_INTEGERS(shares)), LANES);
}

/* The highest scores of two vectors of questions. */
TARGET INLINE void NAME(raise_tops)(const float *scores, size_t keys, size_t width, V *top, V *top_too)
{
	V a = *top, b = *top_too;
	size_t i;

	for (i = 0; i + 4 <= keys; i += 4, scores += 4 * width) {
		a = MAXIMUM(MAXIMUM(a, NAME(whole)(scores)), NAME(whole)(scores + width));
		b = MAXIMUM(MAXIMUM(b, NAME(whole)(scores + LANES)), NAME(whole)(scores + width + LANES));
		a = MAXIMUM(MAXIMUM(a, NAME(whole)(scores + 2 * width)), NAME(whole)(scores + 3 * width));
		b = MAXIMUM(MAXIMUM(b, NAME(whole)(scores + 2 * width + LANES)), NAME(whole)(scores + 3 * width + LANES));
	}
	for (; i < keys; i++, scores += width) {
		a = MAXIMUM(a, NAME(whole)(scores));
		b = MAXIMUM(b, NAME(whole)(scores + LANES));
	}
	*top = a;
	*top_too = b;
}

/* Two vectors of questions. */
TARGET INLINE void NAME(soften_two)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors,
        uint32_t *shares)
{
	V top = NAME(whole)(highest), top_too = NAME(whole)(highest + LANES);
	I sum = {0}, sum_too = {0};

	NAME(raise_tops)(scores, keys, width, &top, &top_too);
	for (size_t i = 0; i < keys; i += 2, scores += 2 * width, shares += width) {
		const I two = NAME(two_shares)(scores, width, top, i, i + 1 < keys);
		const I two_too = NAME(two_shares)(scores + LANES, width, top_too, i, i + 1 < keys);
		NAME(put_shares)(shares, two);
		NAME(put_shares)(shares + LANES, two_too);
		sum += ADD_PAIRS(two);
		sum_too += ADD_PAIRS(two_too);
	}
	NAME(note_highest)(top, sum, highest, sums, factors);
	NAME(note_highest)(top_too, sum_too, highest + LANES, sums + LANES, factors + LANES);
}

TARGET static void NAME(soften)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors,
        uint32_t *shares)
{
	for (size_t i = 0; i < width; i += 2 * LANES)
		NAME(soften_two)(scores + i, keys, width, highest + i, sums + i, factors + i, shares + i);
}

/* In 8 bits, a polynomial of degree 3, within 1e-4 of it: less than a hundredth of a unit. `lower` is the highest, negative. */
TARGET INLINE NAME(bits) NAME(share8)(const float *scores, V lower, float fraction)
{
	const V x = MAXIMUM(NAME(whole)(scores) + lower, NAME(spread)(-126.0f)), shifted = x + NAME(spread)(MAGIC);
	const V r = x - (shifted - NAME(spread)(MAGIC));
	V p = FMA(NAME(spread)(0.0551716f), r, NAME(spread)(0.24261112f));
	p = FMA(p, r, NAME(spread)(0.69326098f));
	p = FMA(p, r, NAME(spread)(0.99992807f));
	p = (V)((I)p + ((I)shifted << 23));
	return (NAME(bits))(FMA(p, NAME(spread)(NARROW_SHARE8), NAME(spread)(fraction)) + NAME(spread)(MAGIC));
}

/* Those of four keys from the i-th on: the bits of MAGIC above a share's are taken off, or shifted out. */
TARGET INLINE I NAME(four_shares)(const float *scores, size_t width, V lower, size_t i)
{
	const float *fractions = dither + i % DITHER;
	const NAME(bits) none = (NAME(bits))NAME(spread)(MAGIC);

	return (I)(NAME(share8)(scores, lower, fractions[0]) + (NAME(share8)(scores + width, lower, fractions[1]) << 8) +
	           (NAME(share8)(scores + 2 * width, lower, fractions[2]) << 16) +
	           (NAME(share8)(scores + 3 * width, lower, fractions[3]) << 24) - (none + (none << 8)));
}

/* Those of the last `count`, fewer than four. */
TARGET INLINE I NAME(last_shares)(const float *scores, size_t width, V lower, size_t i, size_t count)
{
	NAME(bits) all = {0};

	for (size_t k = 0; k < count; k++)
		all += (NAME(share8)(scores + k * width, lower, dither[(i + k) % DITHER]) - (NAME(bits))NAME(spread)(MAGIC)) << (unsigned)(8 * k);
	return (I)all;
}

/* What the highest scores rose by, what these keys are lower, and the new sums. */
TARGET INLINE void NAME(note_highest8)(V top, I shares, float *highest, float *sums, float *factors, float *now)
{
	const V before = NAME(whole)(highest), above = MAXIMUM(top, before);
	const V factor = NAME(power)(before - above), lower = NAME(power)(top - above);

	NAME(store)(factors, factor, LANES);
	NAME(store)(now, lower, LANES);
	NAME(store)(highest, above, LANES);
	NAME(store)(sums, FMA(NAME(whole)(sums), factor, FROM_INTEGERS(shares) * lower), LANES);
}

/* Two vectors of questions. */
TARGET INLINE void NAME(soften8_two)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors,
        float *now, uint32_t *shares)
{
	V top = NAME(spread)(-INFINITY), top_too = top;
	I sum = {0}, sum_too = {0};

	NAME(raise_tops)(scores, keys, width, &top, &top_too);
	const V lower = -top, lower_too = -top_too;
	for (size_t i = 0; i < keys; i += 4, scores += 4 * width, shares += width) {
		I four, four_too;
		if (i + 4 <= keys) {
			four = NAME(four_shares)(scores, width, lower, i);
			four_too = NAME(four_shares)(scores + LANES, width, lower_too, i);
		} else {
			four = NAME(last_shares)(scores, width, lower, i, keys - i);
			four_too = NAME(last_shares)(scores + LANES, width, lower_too, i, keys - i);
		}
		NAME(put_shares)(shares, four);
		NAME(put_shares)(shares + LANES, four_too);
		sum += ADD_FOUR(four);
		sum_too += ADD_FOUR(four_too);
	}
	NAME(note_highest8)(top, sum, highest, sums, factors, now);
	NAME(note_highest8)(top_too, sum_too, highest + LANES, sums + LANES, factors + LANES, now + LANES);
}

TARGET static void NAME(soften8)(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors, float *now,
        uint32_t *shares)
{
	for (size_t i = 0; i < width; i += 2 * LANES)
		NAME(soften8_two)(scores + i, keys, width, highest + i, sums + i, factors + i, now + i, shares + i);
}

TARGET static void NAME(scale)(const float *x, size_t n, float by, const float *factors, const float *offsets, float *to)
{
	const V all = NAME(spread)(by);
	size_t i;

	for (i = 0; i + LANES <= n; i += LANES) {
		const V y = NAME(whole)(x + i) * (factors ? NAME(whole)(factors + i) * all : all);
		NAME(store)(to + i, offsets ? y + NAME(whole)(offsets + i) : y, LANES);
	}
	if (i < n) {
		const V y = NAME(load)(x + i, n - i) * (factors ? NAME(load)(factors + i, n - i) * all : all);
		NAME(store)(to + i, offsets ? y + NAME(load)(offsets + i, n - i) : y, n - i);
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
#undef LARGER
#undef LARGEST
#undef HIGHEST
#undef PUT_WORDS
#undef PUT_BYTES
#undef BYTES
#undef TO_BYTES
#undef ADD_PAIRS
#undef ADD_FOUR
#undef FROM_INTEGERS
