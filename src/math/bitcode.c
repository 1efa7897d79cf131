/* SPDX-License-Identifier: ISC */
#include "math/bitcode.h"

#include "base/bytes.h"

#include <math.h>
#include <pthread.h>

enum { LARGEST = 31, SIGN = BITCODE_PLANES - 1 };

void bitcode_planes(const float *values, size_t width, uint64_t *planes, float *step, int32_t *total)
{
	float most = 0;

	for (size_t i = 0; i < width; i++)
		most = fmaxf(most, fabsf(values[i]));
	*step = most > 0 ? most / LARGEST : 1;
	*total = 0;
	memset(planes, 0, width / 64 * BITCODE_PLANES * sizeof *planes);
	for (size_t i = 0; i < width; i++) {
		const int32_t whole = (int32_t)lrintf(values[i] / *step);
		uint64_t *word = planes + i / 64 * BITCODE_PLANES;
		for (int j = 0; j < BITCODE_PLANES; j++)
			word[j] |= (uint64_t)((uint32_t)whole >> j & 1) << i % 64;
		*total += whole;
	}
}

static int32_t count_bits(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555u;
	x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (int32_t)(x * 0x0101010101010101u >> 56);
}

static void sums_portable(const uint8_t *codes, const uint64_t *planes, size_t words, int32_t sums[BITCODE_SIDE])
{
	for (size_t v = 0; v < BITCODE_SIDE; v++) {
		sums[v] = 0;
		for (size_t i = 0; i < words; i++) {
			const uint64_t code = le64_get(codes + 8 * (BITCODE_SIDE * i + v)), *plane = planes + i * BITCODE_PLANES;
			for (int j = 0; j < SIGN; j++)
				sums[v] += count_bits(code & plane[j]) * (1 << j);
			sums[v] -= count_bits(code & plane[SIGN]) * (1 << SIGN);
		}
	}
}

static int always(void)
{
	return 1;
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* Bits in each byte: two look-ups of half a byte (Muła, Kurz and Lemire, "Faster population counts using AVX2 instructions", 2018). */
AVX2 static inline __m256i count_bytes(__m256i x)
{
	const __m256i of_four = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1,
	        2, 2, 3, 2, 3, 3, 4);
	const __m256i low = _mm256_set1_epi8(15);

	return _mm256_add_epi8(_mm256_shuffle_epi8(of_four, _mm256_and_si256(x, low)),
	        _mm256_shuffle_epi8(of_four, _mm256_and_si256(_mm256_srli_epi16(x, 4), low)));
}

/* Four codes side by side, every second half of the eight; at most 31 words, so that no count of a byte overflows. */
AVX2 static inline __m256i sums_of_four(const uint8_t *codes, const uint64_t *planes, size_t words)
{
	__m256i counts[BITCODE_PLANES], sum = _mm256_setzero_si256();

	for (int j = 0; j < BITCODE_PLANES; j++)
		counts[j] = _mm256_setzero_si256();
	for (size_t i = 0; i < words; i++) {
		const __m256i code = _mm256_loadu_si256((const void *)(codes + 8 * BITCODE_SIDE * i));
		for (int j = 0; j < BITCODE_PLANES; j++) {
			const __m256i plane = _mm256_set1_epi64x((long long)planes[i * BITCODE_PLANES + (size_t)j]);
			counts[j] = _mm256_add_epi8(counts[j], count_bytes(_mm256_and_si256(code, plane)));
		}
	}
	for (int j = 0; j < BITCODE_PLANES; j++) {
		const __m256i count = _mm256_slli_epi64(_mm256_sad_epu8(counts[j], _mm256_setzero_si256()), j);
		sum = j < SIGN ? _mm256_add_epi64(sum, count) : _mm256_sub_epi64(sum, count);
	}
	return sum;
}

AVX2 static void sums_avx2(const uint8_t *codes, const uint64_t *planes, size_t words, int32_t sums[BITCODE_SIDE])
{
	enum { MOST = 31 };
	__m256i low = _mm256_setzero_si256(), high = _mm256_setzero_si256();
	int64_t wide[BITCODE_SIDE];

	for (size_t i = 0; i < words; i += MOST) {
		const size_t n = words - i < MOST ? words - i : MOST;
		low = _mm256_add_epi64(low, sums_of_four(codes + 64 * i, planes + BITCODE_PLANES * i, n));
		high = _mm256_add_epi64(high, sums_of_four(codes + 64 * i + 32, planes + BITCODE_PLANES * i, n));
	}
	_mm256_storeu_si256((void *)wide, low);
	_mm256_storeu_si256((void *)(wide + 4), high);
	for (int v = 0; v < BITCODE_SIDE; v++)
		sums[v] = (int32_t)wide[v];
}

static int has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

#define AVX512 __attribute__((target("avx512f,avx512vpopcntdq")))

AVX512 static void sums_avx512(const uint8_t *codes, const uint64_t *planes, size_t words, int32_t sums[BITCODE_SIDE])
{
	__m512i counts[BITCODE_PLANES], sum = _mm512_setzero_si512();

	for (int j = 0; j < BITCODE_PLANES; j++)
		counts[j] = _mm512_setzero_si512();
	for (size_t i = 0; i < words; i++) {
		const __m512i code = _mm512_loadu_si512((const void *)(codes + 64 * i));
		for (int j = 0; j < BITCODE_PLANES; j++) {
			const __m512i plane = _mm512_set1_epi64((long long)planes[i * BITCODE_PLANES + (size_t)j]);
			counts[j] = _mm512_add_epi64(counts[j], _mm512_popcnt_epi64(_mm512_and_si512(code, plane)));
		}
	}
	for (unsigned j = 0; j < BITCODE_PLANES; j++) {
		const __m512i count = _mm512_slli_epi64(counts[j], j);
		sum = j < SIGN ? _mm512_add_epi64(sum, count) : _mm512_sub_epi64(sum, count);
	}
	_mm256_storeu_si256((void *)sums, _mm512_cvtepi64_epi32(sum));
}

static int has_avx512(void)
{
	return __builtin_cpu_supports("avx512vpopcntdq") != 0;
}

#endif

const struct bitcode_version bitcode_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {"avx512", has_avx512, sums_avx512},
        {"avx2", has_avx2, sums_avx2},
#endif
        {"portable", always, sums_portable},
};
const size_t bitcode_version_count = sizeof bitcode_versions / sizeof *bitcode_versions;

static const struct bitcode_version *fastest;

static void choose(void)
{
	for (fastest = bitcode_versions; !fastest->supported();)
		fastest++;
}

void bitcode_sums(const uint8_t *codes, const uint64_t *planes, size_t words, int32_t sums[BITCODE_SIDE])
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, choose);
	fastest->sums(codes, planes, words, sums);
}
