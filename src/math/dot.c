/* SPDX-License-Identifier: ISC */
#include "math/dot.h"

#include "base/bytes.h"
#include "math/processor.h"

enum { SUMS = 32 };

static float halve(float sums[SUMS])
{
	for (size_t half = SUMS / 2; half; half /= 2)
		for (size_t j = 0; j < half; j++)
			sums[j] += sums[j + half];
	return sums[0];
}

static float product_portable(const float *a, const uint8_t *b, size_t n)
{
	float sums[SUMS] = {0};

	for (size_t i = 0; i < n; i++)
		sums[i % SUMS] += a[i] * lef32_get(b + 4 * i);
	return halve(sums);
}

static float distance_portable(const float *a, const uint8_t *b, size_t n)
{
	float sums[SUMS] = {0};

	for (size_t i = 0; i < n; i++) {
		const float d = a[i] - lef32_get(b + 4 * i);
		sums[i % SUMS] += d * d;
	}
	return halve(sums);
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

/* What is left behind the last whole 32 numbers, filled up with zeros. */
struct tail {
	float a[SUMS], b[SUMS];
};

static void fill_tail(struct tail *t, const float *a, const uint8_t *b, size_t n)
{
	memset(t, 0, sizeof *t);
	memcpy(t->a, a, n * sizeof *a);
	lef32_get_array(t->b, b, n);
}

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256 load8(const void *p)
{
	return _mm256_loadu_ps(p);
}

AVX2 static float halve_avx2(const __m256 s[4])
{
	const __m256 eight = _mm256_add_ps(_mm256_add_ps(s[0], s[2]), _mm256_add_ps(s[1], s[3]));
	const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
	const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));

	return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

AVX2 static inline void add_products_avx2(__m256 s[4], const float *a, const void *b)
{
	const uint8_t *p = b;

#pragma GCC unroll 4
	for (int j = 0; j < 4; j++)
		s[j] = _mm256_add_ps(s[j], _mm256_mul_ps(load8(a + 8 * j), load8(p + 32 * j)));
}

AVX2 static inline void add_squares_avx2(__m256 s[4], const float *a, const void *b)
{
	const uint8_t *p = b;

#pragma GCC unroll 4
	for (int j = 0; j < 4; j++) {
		const __m256 d = _mm256_sub_ps(load8(a + 8 * j), load8(p + 32 * j));
		s[j] = _mm256_add_ps(s[j], _mm256_mul_ps(d, d));
	}
}

AVX2 static float product_avx2(const float *a, const uint8_t *b, size_t n)
{
	__m256 s[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
	struct tail t;

	for (; n >= SUMS; n -= SUMS, a += SUMS, b += 4 * SUMS)
		add_products_avx2(s, a, b);
	if (n) {
		fill_tail(&t, a, b, n);
		add_products_avx2(s, t.a, t.b);
	}
	return halve_avx2(s);
}

AVX2 static float distance_avx2(const float *a, const uint8_t *b, size_t n)
{
	__m256 s[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
	struct tail t;

	for (; n >= SUMS; n -= SUMS, a += SUMS, b += 4 * SUMS)
		add_squares_avx2(s, a, b);
	if (n) {
		fill_tail(&t, a, b, n);
		add_squares_avx2(s, t.a, t.b);
	}
	return halve_avx2(s);
}

#define AVX512 __attribute__((target("avx512f")))

AVX512 static inline __m512 load16(const void *p)
{
	return _mm512_loadu_ps(p);
}

/* The second half of 16 numbers beside the first: through double, which needs no more than AVX-512F. */
AVX512 static float halve_avx512(const __m512 s[2])
{
	const __m512 sixteen = _mm512_add_ps(s[0], s[1]);
	const __m256 high = _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(sixteen), 1));
	const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(sixteen), high);
	const __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
	const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));

	return _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps(two, two, 1)));
}

AVX512 static inline void add_products_avx512(__m512 s[2], const float *a, const void *b)
{
	const uint8_t *p = b;

#pragma GCC unroll 2
	for (int j = 0; j < 2; j++)
		s[j] = _mm512_add_ps(s[j], _mm512_mul_ps(load16(a + 16 * j), load16(p + 64 * j)));
}

AVX512 static inline void add_squares_avx512(__m512 s[2], const float *a, const void *b)
{
	const uint8_t *p = b;

#pragma GCC unroll 2
	for (int j = 0; j < 2; j++) {
		const __m512 d = _mm512_sub_ps(load16(a + 16 * j), load16(p + 64 * j));
		s[j] = _mm512_add_ps(s[j], _mm512_mul_ps(d, d));
	}
}

AVX512 static float product_avx512(const float *a, const uint8_t *b, size_t n)
{
	__m512 s[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
	struct tail t;

	for (; n >= SUMS; n -= SUMS, a += SUMS, b += 4 * SUMS)
		add_products_avx512(s, a, b);
	if (n) {
		fill_tail(&t, a, b, n);
		add_products_avx512(s, t.a, t.b);
	}
	return halve_avx512(s);
}

AVX512 static float distance_avx512(const float *a, const uint8_t *b, size_t n)
{
	__m512 s[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
	struct tail t;

	for (; n >= SUMS; n -= SUMS, a += SUMS, b += 4 * SUMS)
		add_squares_avx512(s, a, b);
	if (n) {
		fill_tail(&t, a, b, n);
		add_squares_avx512(s, t.a, t.b);
	}
	return halve_avx512(s);
}

#endif

const struct dot_version dot_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx512", processor_has_avx512}, product_avx512, distance_avx512},
        {{"avx2", processor_has_avx2}, product_avx2, distance_avx2},
#endif
        {{"portable", version_always}, product_portable, distance_portable},
};
const size_t dot_version_count = sizeof dot_versions / sizeof *dot_versions;

static const struct dot_version *fastest(void)
{
	static struct version_choice choice;

	return version_chosen(&choice, dot_versions, sizeof *dot_versions);
}

float dot_product(const float *a, const uint8_t *b, size_t n)
{
	return fastest()->product(a, b, n);
}

float dot_distance(const float *a, const uint8_t *b, size_t n)
{
	return fastest()->distance(a, b, n);
}

void dot_prefetch(const uint8_t *b, size_t size)
{
#ifdef __GNUC__
	for (size_t i = 0; i < size; i += 64)
		__builtin_prefetch(b + i);
#else
	(void)b;
	(void)size;
#endif
}
