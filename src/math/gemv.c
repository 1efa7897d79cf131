/* SPDX-License-Identifier: ISC */
#include "math/gemv.h"

#include "base/bytes.h"
#include "math/processor.h"

static void multiply_portable(const uint8_t *const *row, size_t rows, const float *vectors, size_t count, size_t n, float *products)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < count; c++) {
			float sum = 0;
			for (size_t i = 0; i < n; i++)
				sum += lef32_get(row[r] + 4 * i) * vectors[c * n + i];
			products[r * count + c] = sum;
		}
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

/*
 * With AVX2, also where there is more: a few vectors take hardly longer than the rows take to come from memory. Twelve sums, what they
 * are made from and no more fill the sixteen registers; six sums at least hide how long a multiply-add takes.
 */
#define AVX2 __attribute__((target("avx2,fma")))
#define TILE AVX2 __attribute__((always_inline)) static inline

/* What is constant clang unrolls by itself, and worse where it is told to. */
#ifdef __clang__
#define UNROLL
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { WIDTH = 8, TALL = 6, LOW = 4, BROAD = 3 };

/* The first `count` of eight numbers, as maskload wants them. */
AVX2 static __m256i first_of_eight(size_t count)
{
	return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

AVX2 static inline float sum_of(__m256 v)
{
	const __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
	const __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));

	return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/* Adds the products of eight numbers, from number i on, or of as many of them as the mask says. */
TILE void add_eight(size_t height, size_t width, const uint8_t *const *row, const float *vectors, size_t n, size_t i, const __m256i *mask,
        __m256 sums[TALL][BROAD])
{
	__m256 v[BROAD];

UNROLL
	for (size_t c = 0; c < width; c++) {
		const float *from = vectors + c * n + i;
		v[c] = mask ? _mm256_maskload_ps(from, *mask) : _mm256_loadu_ps(from);
	}
UNROLL
	for (size_t r = 0; r < height; r++) {
		const void *from = row[r] + 4 * i;
		const __m256 x = mask ? _mm256_maskload_ps(from, *mask) : _mm256_loadu_ps(from);
UNROLL
		for (size_t c = 0; c < width; c++)
			sums[r][c] = _mm256_fmadd_ps(x, v[c], sums[r][c]);
	}
}

/* Some rows with some vectors, as many as fit in the registers. */
TILE void tile(size_t height, size_t width, const uint8_t *const *row, const float *vectors, size_t count, size_t n, float *products)
{
	const __m256i mask = first_of_eight(n % WIDTH);
	__m256 sums[TALL][BROAD];
	size_t i = 0;

UNROLL
	for (size_t r = 0; r < height; r++)
UNROLL
		for (size_t c = 0; c < width; c++)
			sums[r][c] = _mm256_setzero_ps();
	for (; i + WIDTH <= n; i += WIDTH)
		add_eight(height, width, row, vectors, n, i, NULL, sums);
	if (i < n)
		add_eight(height, width, row, vectors, n, i, &mask, sums);
UNROLL
	for (size_t r = 0; r < height; r++)
UNROLL
		for (size_t c = 0; c < width; c++)
			products[r * count + c] = sum_of(sums[r][c]);
}

/* All rows with some vectors. */
TILE void strip(size_t height, size_t width, const uint8_t *const *row, size_t rows, const float *vectors, size_t count, size_t n,
        float *products)
{
	size_t r = 0;

	for (; r + height <= rows; r += height)
		tile(height, width, row + r, vectors, count, n, products + r * count);
	for (; r < rows; r++)
		tile(1, width, row + r, vectors, count, n, products + r * count);
}

AVX2 static void multiply_avx2(const uint8_t *const *row, size_t rows, const float *vectors, size_t count, size_t n, float *products)
{
	size_t c = 0;

	for (; c + BROAD <= count; c += BROAD)
		strip(LOW, BROAD, row, rows, vectors + c * n, count, n, products + c);
	if (count - c == 2)
		strip(TALL, 2, row, rows, vectors + c * n, count, n, products + c);
	else if (count - c == 1)
		strip(TALL, 1, row, rows, vectors + c * n, count, n, products + c);
}

#endif

const struct gemv_version gemv_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx2", processor_has_avx2}, multiply_avx2},
#endif
        {{"portable", version_always}, multiply_portable},
};
const size_t gemv_version_count = sizeof gemv_versions / sizeof *gemv_versions;

void gemv(const uint8_t *const *row, size_t rows, const float *vectors, size_t count, size_t n, float *products)
{
	static struct version_choice choice;
	const struct gemv_version *fastest = version_chosen(&choice, gemv_versions, sizeof *gemv_versions);

	fastest->multiply(row, rows, vectors, count, n, products);
}
