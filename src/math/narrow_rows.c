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

/* --- portable ----------------------------------------------------------------------------------------------------------- */

static int32_t rounded(float x)
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

static float row16_portable(const float *x, const float *minus, const float *by, size_t n, float limit, int16_t *to)
{
	float peak = 0;

	for (size_t i = 0; i < n; i++) {
		const float size = fabsf(evened(x, minus, by, i));
		peak = size > peak ? size : peak;
	}
	const float inverse = peak > TINY ? limit / peak : 0;
	for (size_t i = 0; i < n; i++)
		to[i] = (int16_t)rounded(evened(x, minus, by, i) * inverse);
	return peak > TINY ? peak / limit : 0;
}

static void row8_portable(const float *x, const float *by, size_t n, bool bytes, void *to, float *scale, float *zero)
{
	float low = 0, high = 0;

	for (size_t i = 0; i < n; i++) {
		const float y = x[i] * by[i];
		low = y < low ? y : low;
		high = y > high ? y : high;
	}
	const float range = high - low, inverse = range > TINY ? 255 / range : 0;
	const int32_t least = rounded(-low * inverse);
	for (size_t i = 0; i < n; i++) {
		const int32_t q = rounded(x[i] * by[i] * inverse) + least, inside = q < 0 ? 0 : q > 255 ? 255 : q;
		if (bytes)
			((uint8_t *)to)[i] = (uint8_t)inside;
		else
			((int16_t *)to)[i] = (int16_t)inside;
	}
	*scale = range > TINY ? range / 255 : 0;
	*zero = (float)least;
}

static void scaled16_portable(const float *x, const float *by, size_t n, int16_t *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (int16_t)rounded(x[i] * by[i]);
}

static void add_to_portable(const float *x, size_t n, float *sums)
{
	for (size_t i = 0; i < n; i++)
		sums[i] += x[i];
}

static void raise_to_portable(const float *x, size_t n, float *peaks)
{
	for (size_t i = 0; i < n; i++)
		peaks[i] = fabsf(x[i]) > peaks[i] ? fabsf(x[i]) : peaks[i];
}

static int32_t soft_max16_portable(const float *row, size_t n, int16_t *to)
{
	float top = -INFINITY, carried = 0;
	int32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		top = row[i] > top ? row[i] : top;
	for (size_t i = 0; i < n; i++) {
		const float wanted = expf(row[i] - top) * NARROW_SHARE_LIMIT + carried;
		to[i] = (int16_t)rounded(wanted);
		carried = wanted - to[i];
		sum += to[i];
	}
	return sum;
}

const struct narrow_rounding narrow_rounding_portable = {
        row16_portable, row8_portable, scaled16_portable, add_to_portable, raise_to_portable, soft_max16_portable};

/* --- vectorised --------------------------------------------------------------------------------------------------------- */

#if defined __x86_64__

#define INLINE static inline __attribute__((always_inline))
#define SHARE_LIMIT ((float)NARROW_SHARE_LIMIT)

__attribute__((target("avx2"), always_inline)) static inline __m128i words_of_avx2(__m256i x)
{
	return _mm_packs_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
}

#define TARGET __attribute__((target("avx2,fma")))
#include "math/lanes_avx2.h"
#define WORDS __m128i
#define TO_WORDS(x) words_of_avx2((__m256i)(x))
#define BYTES __m128i
#define TO_BYTES(x) _mm_packus_epi16(words_of_avx2((__m256i)(x)), _mm_setzero_si128())
#include "math/narrow_lanes.h"

const struct narrow_rounding narrow_rounding_avx2 = {
        row16_avx2, row8_avx2, scaled16_avx2, add_to_avx2, raise_to_avx2, soft_max16_avx2};

#define TARGET __attribute__((target("avx512f,avx512bw")))
#include "math/lanes_avx512.h"
#define WORDS __m256i
#define TO_WORDS(x) _mm512_cvtepi32_epi16((__m512i)(x))
#define BYTES __m128i
#define TO_BYTES(x) _mm512_cvtepi32_epi8((__m512i)(x))
#include "math/narrow_lanes.h"

const struct narrow_rounding narrow_rounding_avx512 = {
        row16_avx512, row8_avx512, scaled16_avx512, add_to_avx512, raise_to_avx512, soft_max16_avx512};

#endif
