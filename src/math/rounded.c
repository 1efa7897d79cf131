/* SPDX-License-Identifier: ISC */
#include "math/rounded.h"

#include "math/processor.h"

#include <math.h>
#include <string.h>

enum { LARGEST = 127 };

static float make_portable(const float *values, size_t n, int8_t *to)
{
	float most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmaxf(most, fabsf(values[i]));
	const float step = most > 0 ? most / LARGEST : 1;
	for (size_t i = 0; i < n; i++)
		to[i] = (int8_t)lrintf(values[i] / step);
	memset(to + n, 0, rounded_width(n) - n);
	return step;
}

static void products_portable(const int8_t *vector, const int8_t *rows, size_t count, size_t width, int32_t *products)
{
	for (size_t r = 0; r < count; r++, rows += width) {
		products[r] = 0;
		for (size_t i = 0; i < width; i++)
			products[r] += vector[i] * rows[i];
	}
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum { LANES = 8, BYTES = 32, TOGETHER = 4 };

/* Whole numbers of eight, -LARGEST … LARGEST, as bytes. */
AVX2 static inline void put_eight(__m256 x, int8_t *to)
{
	const __m256i whole = _mm256_cvtps_epi32(x);
	const __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));

	_mm_storel_epi64((void *)to, _mm_packs_epi16(halves, halves));
}

AVX2 static float make_avx2(const float *values, size_t n, int8_t *to)
{
	const __m256 size = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff));
	const size_t whole = n / LANES * LANES;
	float lanes[LANES], last[LANES] = {0}, most = 0;
	__m256 largest;

	memcpy(last, values + whole, (n - whole) * sizeof *last);
	largest = _mm256_and_ps(size, _mm256_loadu_ps(last));
	for (size_t i = 0; i < whole; i += LANES)
		largest = _mm256_max_ps(largest, _mm256_and_ps(size, _mm256_loadu_ps(values + i)));
	_mm256_storeu_ps(lanes, largest);
	for (size_t i = 0; i < LANES; i++)
		most = fmaxf(most, lanes[i]);
	const float step = most > 0 ? most / LARGEST : 1;
	memset(to + whole, 0, rounded_width(n) - whole);
	for (size_t i = 0; i < whole; i += LANES)
		put_eight(_mm256_div_ps(_mm256_loadu_ps(values + i), _mm256_set1_ps(step)), to + i);
	if (whole < n)
		put_eight(_mm256_div_ps(_mm256_loadu_ps(last), _mm256_set1_ps(step)), to + whole);
	return step;
}

/* Of 32 bytes in eight sums: two products of at most 127 · 127 are less than 2^15, nothing saturates. */
AVX2 static inline __m256i add_products(__m256i sums, __m256i vector, __m256i size, const int8_t *row)
{
	const __m256i signs = _mm256_sign_epi8(_mm256_loadu_si256((const void *)row), vector);

	return _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(size, signs), _mm256_set1_epi16(1)));
}

AVX2 static void products_avx2(const int8_t *vector, const int8_t *rows, size_t count, size_t width, int32_t *products)
{
	for (size_t r = 0; r < count; r += TOGETHER) {
		__m256i sums[TOGETHER];
		const int8_t *row[TOGETHER];
		int32_t four[TOGETHER];
		/* those that are not there are the last once more */
#pragma GCC unroll 4
		for (size_t k = 0; k < TOGETHER; k++) {
			row[k] = rows + width * (r + k < count ? r + k : count - 1);
			sums[k] = _mm256_setzero_si256();
		}
		for (size_t i = 0; i < width; i += BYTES) {
			const __m256i v = _mm256_loadu_si256((const void *)(vector + i)), size = _mm256_abs_epi8(v);
#pragma GCC unroll 4
			for (size_t k = 0; k < TOGETHER; k++)
				sums[k] = add_products(sums[k], v, size, row[k] + i);
		}
		const __m256i pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]), _mm256_hadd_epi32(sums[2], sums[3]));
		_mm_storeu_si128((void *)four, _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1)));
		memcpy(products + r, four, (count - r < TOGETHER ? count - r : TOGETHER) * sizeof *four);
	}
}

#endif

const struct rounded_version rounded_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx2", processor_has_avx2}, make_avx2, products_avx2},
#endif
        {{"portable", version_always}, make_portable, products_portable},
};
const size_t rounded_version_count = sizeof rounded_versions / sizeof *rounded_versions;

static const struct rounded_version *fastest(void)
{
	static struct version_choice choice;

	return version_chosen(&choice, rounded_versions, sizeof *rounded_versions);
}

float rounded_make(const float *values, size_t n, int8_t *to)
{
	return fastest()->make(values, n, to);
}

void rounded_products(const int8_t *vector, const int8_t *rows, size_t count, size_t width, int32_t *products)
{
	fastest()->products(vector, rows, count, width, products);
}
