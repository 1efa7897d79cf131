/* SPDX-License-Identifier: ISC */
#include "math/narrow_rows.h"

#include <math.h>
#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

/* A row whose largest number is not above this is all zeros; 1.5 · 2²³: adding it rounds to a whole number in the low bits. */
#define TINY 1e-30f
#define MAGIC 12582912.0f

/* What shares are rounded with: every 64th of −½ … ½ once, neighbours far from each other. */
enum { DITHER = 64 };
#define DITHER_AT(i) ((float)((i) * 39 % DITHER) + 0.5f) / DITHER - 0.5f
#define DITHER_FOUR(i) DITHER_AT(i), DITHER_AT(i + 1), DITHER_AT(i + 2), DITHER_AT(i + 3)
#define DITHER_LINE(i) DITHER_FOUR(i), DITHER_FOUR(i + 4), DITHER_FOUR(i + 8), DITHER_FOUR(i + 12)
static const float dither[DITHER] = {DITHER_LINE(0), DITHER_LINE(16), DITHER_LINE(32), DITHER_LINE(48)};

/* --- portable ----------------------------------------------------------------------------------------------------------- */

int32_t narrow_whole(float x)
{
	const float moved = x + MAGIC, none = MAGIC;
	int32_t bits, origin;

	memcpy(&bits, &moved, sizeof bits);
	memcpy(&origin, &none, sizeof origin);
	return (int32_t)((uint32_t)bits - (uint32_t)origin);
}

static float evened(const float *x, const float *minus, const float *by, size_t i)
{
	return (x[i] - (minus ? minus[i] : 0)) * (by ? by[i] : 1);
}

/* The larger of a size and of that of x: as bits, where what is not finite is larger than all that is. */
static float raised(float peak, float x)
{
	uint32_t a, b;

	memcpy(&a, &peak, sizeof a);
	memcpy(&b, &x, sizeof b);
	b &= 0x7fffffff;
	memcpy(&peak, a > b ? &a : &b, sizeof peak);
	return peak;
}

/* What 1 is worth: NaN where the largest size is not finite. */
static float worth(float peak, float limit)
{
	return peak < INFINITY ? peak > TINY ? peak / limit : 0 : NAN;
}

static float row16_portable(const float *x, const float *minus, const float *by, size_t n, float limit, int16_t *to)
{
	float peak = 0;

	for (size_t i = 0; i < n; i++)
		peak = raised(peak, evened(x, minus, by, i));
	const float inverse = peak > TINY ? limit / peak : 0;
	for (size_t i = 0; i < n; i++)
		to[i] = (int16_t)narrow_whole(evened(x, minus, by, i) * inverse);
	return worth(peak, limit);
}

static void row8_portable(const float *x, const float *minus, const float *by, size_t n, uint8_t *to, float *scale, float *zero)
{
	float low = 0, high = 0;
	bool odd = false;

	for (size_t i = 0; i < n; i++) {
		const float y = evened(x, minus, by, i);
		low = y < low ? y : low;
		high = y > high ? y : high;
		odd = odd || !isfinite(y);
	}
	*zero = 0;
	*scale = NAN;
	if (odd) {
		memset(to, 0, n);
		return;
	}
	const float range = high - low, inverse = range > TINY && range < INFINITY ? NARROW_BYTE / range : 0;
	const int32_t least = narrow_whole(-low * inverse);
	for (size_t i = 0; i < n; i++) {
		const int32_t q = narrow_whole(evened(x, minus, by, i) * inverse) + least;
		to[i] = (uint8_t)(q < 0 ? 0 : q > NARROW_BYTE ? NARROW_BYTE : q);
	}
	*scale = worth(range, NARROW_BYTE);
	*zero = (float)least;
}

static void scaled16_portable(const float *x, const float *minus, const float *by, size_t n, int16_t *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (int16_t)narrow_whole(evened(x, minus, by, i));
}

static void add_to_portable(const float *x, size_t n, float *sums)
{
	for (size_t i = 0; i < n; i++)
		sums[i] += x[i];
}

static void raise_to_portable(const float *x, const float *minus, size_t n, float *peaks)
{
	for (size_t i = 0; i < n; i++)
		peaks[i] = raised(peaks[i], evened(x, minus, NULL, i));
}

/* One question. */
static void soften_one(const float *scores, size_t keys, size_t width, float *highest, float *sum, float *factor, uint32_t *shares)
{
	const float before = *highest;
	float top = before;
	int32_t all = 0;

	for (size_t i = 0; i < keys; i++)
		top = scores[i * width] > top ? scores[i * width] : top;
	for (size_t i = 0; i < keys; i++) {
		const int32_t share = narrow_whole(exp2f(scores[i * width] - top) * NARROW_SHARE + dither[i % DITHER]) & 0xffff;
		all += share;
		if (i % 2)
			shares[i / 2 * width] |= (uint32_t)share << 16;
		else
			shares[i / 2 * width] = (uint32_t)share & 0xffff;
	}
	*factor = exp2f(before - top);
	*highest = top;
	*sum = *sum * *factor + (float)all;
}

static void soften_portable(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors,
        uint32_t *shares)
{
	for (size_t j = 0; j < width; j++)
		soften_one(scores + j, keys, width, highest + j, sums + j, factors + j, shares + j);
}

/* One question in 8 bits. */
static void soften8_one(const float *scores, size_t keys, size_t width, float *highest, float *sum, float *factor, float *now,
        uint32_t *shares)
{
	const float before = *highest;
	float top = -INFINITY;
	uint32_t all = 0;

	for (size_t i = 0; i < keys; i++)
		top = scores[i * width] > top ? scores[i * width] : top;
	for (size_t i = 0; i < keys; i++) {
		const uint32_t share = (uint32_t)narrow_whole(exp2f(scores[i * width] - top) * NARROW_SHARE8 + dither[i % DITHER]) & 0xff;
		all += share;
		if (i % 4)
			shares[i / 4 * width] |= share << i % 4 * 8;
		else
			shares[i / 4 * width] = share;
	}
	*highest = top > before ? top : before;
	*factor = exp2f(before - *highest);
	*now = exp2f(top - *highest);
	*sum = *sum * *factor + (float)all * *now;
}

static void soften8_portable(const float *scores, size_t keys, size_t width, float *highest, float *sums, float *factors, float *now,
        uint32_t *shares)
{
	for (size_t j = 0; j < width; j++)
		soften8_one(scores + j, keys, width, highest + j, sums + j, factors + j, now + j, shares + j);
}

static void scale_portable(const float *x, size_t n, float by, const float *factors, const float *offsets, float *to)
{
	for (size_t i = 0; i < n; i++) {
		to[i] = x[i] * ((factors ? factors[i] : 1) * by);
		if (offsets)
			to[i] += offsets[i];
	}
}

const struct narrow_rounding narrow_rounding_portable = {
        row16_portable, row8_portable, scaled16_portable, add_to_portable, raise_to_portable, soften_portable, soften8_portable,
        scale_portable};

/* --- vectorised --------------------------------------------------------------------------------------------------------- */

#if defined __x86_64__

#define INLINE static inline __attribute__((always_inline))

__attribute__((target("avx2"), always_inline)) static inline __m128i words_of_avx2(__m256i x)
{
	return _mm_packs_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
}

#define AVX2 __attribute__((target("avx2"), always_inline)) static inline

AVX2 int32_t largest_avx2(__m256i x)
{
	__m128i y = _mm_max_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));

	y = _mm_max_epi32(y, _mm_shuffle_epi32(y, 0x4e));
	return _mm_cvtsi128_si32(_mm_max_epi32(y, _mm_shuffle_epi32(y, 0xb1)));
}

AVX2 float highest_avx2(__m256 x)
{
	__m128 y = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));

	y = _mm_max_ps(y, _mm_movehl_ps(y, y));
	return _mm_cvtss_f32(_mm_max_ss(y, _mm_movehdup_ps(y)));
}

AVX2 void put_words_avx2(int16_t *to, __m256i a, __m256i b)
{
	_mm256_storeu_si256((void *)to, _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xd8));
}

AVX2 void put_bytes_avx2(uint8_t *to, __m256i a, __m256i b, __m256i c, __m256i d)
{
	const __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));

	_mm256_storeu_si256((void *)to, _mm256_min_epu8(_mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)),
	                                        _mm256_set1_epi8((char)NARROW_BYTE)));
}

#define TARGET __attribute__((target("avx2,fma")))
#include "math/lanes_avx2.h"
#define LARGER(a, b) ((I)_mm256_max_epi32((__m256i)(a), (__m256i)(b)))
#define LARGEST(x) largest_avx2((__m256i)(x))
#define HIGHEST(x) highest_avx2((__m256)(x))
#define PUT_WORDS(to, a, b) put_words_avx2(to, (__m256i)(a), (__m256i)(b))
#define PUT_BYTES(to, a, b, c, d) put_bytes_avx2(to, (__m256i)(a), (__m256i)(b), (__m256i)(c), (__m256i)(d))
#define WORDS __m128i
#define TO_WORDS(x) words_of_avx2((__m256i)(x))
#define ADD_PAIRS(x) ((I)_mm256_madd_epi16((__m256i)(x), _mm256_set1_epi16(1)))
#define ADD_FOUR(x) ADD_PAIRS(_mm256_maddubs_epi16((__m256i)(x), _mm256_set1_epi8(1)))
#define FROM_INTEGERS(x) ((V)_mm256_cvtepi32_ps((__m256i)(x)))
#define BYTES __m128i
#define TO_BYTES(x) _mm_packus_epi16(words_of_avx2((__m256i)(x)), _mm_setzero_si128())
#include "math/narrow_lanes.h"

const struct narrow_rounding narrow_rounding_avx2 = {
        row16_avx2, row8_avx2, scaled16_avx2, add_to_avx2, raise_to_avx2, soften_avx2, soften8_avx2, scale_avx2};

#define AVX512 __attribute__((target("avx512f,avx512bw"), always_inline)) static inline

AVX512 void put_words_avx512(int16_t *to, __m512i a, __m512i b)
{
	_mm512_storeu_si512(to, _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi32_epi16(a)), _mm512_cvtepi32_epi16(b), 1));
}

AVX512 void put_bytes_avx512(uint8_t *to, __m512i x)
{
	_mm_storeu_si128((void *)to, _mm512_cvtepi32_epi8(_mm512_min_epi32(x, _mm512_set1_epi32(NARROW_BYTE))));
}

#define TARGET __attribute__((target("avx512f,avx512bw")))
#include "math/lanes_avx512.h"
#define LARGER(a, b) ((I)_mm512_max_epi32((__m512i)(a), (__m512i)(b)))
#define LARGEST(x) _mm512_reduce_max_epi32((__m512i)(x))
#define HIGHEST(x) _mm512_reduce_max_ps((__m512)(x))
#define PUT_WORDS(to, a, b) put_words_avx512(to, (__m512i)(a), (__m512i)(b))
#define PUT_BYTES(to, a, b, c, d) \
	(put_bytes_avx512(to, (__m512i)(a)), put_bytes_avx512((to) + 16, (__m512i)(b)), put_bytes_avx512((to) + 32, (__m512i)(c)), \
	        put_bytes_avx512((to) + 48, (__m512i)(d)))
#define WORDS __m256i
#define TO_WORDS(x) _mm512_cvtepi32_epi16((__m512i)(x))
#define ADD_PAIRS(x) ((I)_mm512_madd_epi16((__m512i)(x), _mm512_set1_epi16(1)))
#define ADD_FOUR(x) ADD_PAIRS(_mm512_maddubs_epi16((__m512i)(x), _mm512_set1_epi8(1)))
#define FROM_INTEGERS(x) ((V)_mm512_cvtepi32_ps((__m512i)(x)))
#define BYTES __m128i
#define TO_BYTES(x) _mm512_cvtepi32_epi8((__m512i)(x))
#include "math/narrow_lanes.h"

const struct narrow_rounding narrow_rounding_avx512 = {
        row16_avx512, row8_avx512, scaled16_avx512, add_to_avx512, raise_to_avx512, soften_avx512, soften8_avx512,
        scale_avx512};

#endif
