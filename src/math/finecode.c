/* SPDX-License-Identifier: ISC */
#include "math/finecode.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

/* 4096 · 2047 · 255 is less than 2^31. */
enum { UNIT = 16, LARGEST = 2047, STRETCH = 4096 };

void finecode_pack(const uint8_t *levels, size_t n, unsigned bits, uint8_t *code)
{
	const size_t held = 128 / bits;

	memset(code, 0, finecode_size(n, bits));
	for (size_t i = 0; i < n; i++)
		code[i / held * UNIT + i % UNIT] |= (uint8_t)(levels[i] << i % held / UNIT * bits);
}

float finecode_prepare(const float *values, size_t n, int16_t *whole, int64_t *total)
{
	float most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmaxf(most, fabsf(values[i]));
	const float step = most > 0 ? most / LARGEST : 1;
	*total = 0;
	for (size_t i = 0; i < n; i++) {
		whole[i] = (int16_t)lrintf(values[i] / step);
		*total += whole[i];
	}
	return step;
}

static int32_t sum_portable(const int16_t *whole, const uint8_t *code, size_t n, unsigned bits)
{
	const size_t held = 128 / bits;
	const int mask = (1 << bits) - 1;
	int32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (code[i / held * UNIT + i % UNIT] >> i % held / UNIT * bits & mask) * whole[i];
	return sum;
}

static int always(void)
{
	return 1;
}

#if defined __x86_64__ && defined __GNUC__

#include "math/processor.h"

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* Two products of at most 2047 · 255 each in a sum of 32 bits. */
AVX2 static inline int32_t sum_of(const int16_t *whole, const uint8_t *code, size_t n, const unsigned bits)
{
	const __m128i mask = _mm_set1_epi8((char)((1 << bits) - 1));
	__m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
	int32_t lanes[8], sum = 0;

	for (size_t i = 0; i < n; code += UNIT) {
		const __m128i unit = _mm_loadu_si128((const void *)code);
		for (unsigned shift = 0; shift < 8; shift += bits, i += UNIT) {
			const __m128i levels = _mm_and_si128(_mm_srli_epi16(unit, (int)shift), mask);
			const __m256i numbers = _mm256_loadu_si256((const void *)(whole + i));
			const __m256i products = _mm256_madd_epi16(_mm256_cvtepu8_epi16(levels), numbers);
			sums[i / UNIT % 2] = _mm256_add_epi32(sums[i / UNIT % 2], products);
		}
	}
	_mm256_storeu_si256((void *)lanes, _mm256_add_epi32(sums[0], sums[1]));
	for (int k = 0; k < 8; k++)
		sum += lanes[k];
	return sum;
}

AVX2 static int32_t sum_avx2(const int16_t *whole, const uint8_t *code, size_t n, unsigned bits)
{
	return bits == 2 ? sum_of(whole, code, n, 2) : bits == 4 ? sum_of(whole, code, n, 4) : sum_of(whole, code, n, 8);
}

static int has_avx2(void)
{
	return processor_has_avx2();
}

#endif

const struct finecode_version finecode_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {"avx2", has_avx2, sum_avx2},
#endif
        {"portable", always, sum_portable},
};
const size_t finecode_version_count = sizeof finecode_versions / sizeof *finecode_versions;

static const struct finecode_version *fastest;

static void choose(void)
{
	for (fastest = finecode_versions; !fastest->supported();)
		fastest++;
}

int64_t finecode_sum(const int16_t *whole, const uint8_t *code, size_t n, unsigned bits)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int64_t sum = 0;

	pthread_once(&once, choose);
	for (size_t i = 0; i < n; i += STRETCH)
		sum += fastest->sum(whole + i, code + finecode_size(i, bits), n - i < STRETCH ? n - i : STRETCH, bits);
	return sum;
}
