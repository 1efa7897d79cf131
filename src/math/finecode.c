/* SPDX-License-Identifier: ISC */
#include "math/finecode.h"

#include "math/processor.h"

#include <string.h>

enum { UNIT = 16 };

void finecode_pack(const uint8_t *levels, size_t n, unsigned bits, uint8_t *code)
{
	const size_t held = 128 / bits;

	memset(code, 0, finecode_size(n, bits));
	for (size_t i = 0; i < n; i++)
		code[i / held * UNIT + i % UNIT] |= (uint8_t)(levels[i] << i % held / UNIT * bits);
}

static int32_t sum_portable(const int8_t *whole, const uint8_t *code, size_t n, unsigned bits)
{
	const size_t held = 128 / bits;
	const int mask = (1 << bits) - 1;
	int32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (code[i / held * UNIT + i % UNIT] >> i % held / UNIT * bits & mask) * whole[i];
	return sum;
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* Eight numbers in one. */
AVX2 static inline int32_t sum_of(__m256i x)
{
	const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
	const __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));

	return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

/* 32 levels below 16 times their numbers, in 16 sums of at most 2 · 15 · 127 = 3810: eight of them do not exceed 16 bits. */
enum { TOGETHER = 8 };

AVX2 static inline __m256i products_of(__m256i levels, unsigned bits, const int8_t *whole)
{
	const __m256i mask = _mm256_set1_epi8((char)((1 << bits) - 1));

	return _mm256_maddubs_epi16(_mm256_and_si256(levels, mask), _mm256_loadu_si256((const void *)whole));
}

AVX2 static inline __m256i widen(__m256i sums)
{
	return _mm256_madd_epi16(sums, _mm256_set1_epi16(1));
}

/* A unit has 32 numbers: those of the low halves of its bytes, and of the high ones. */
AVX2 static int32_t sum_of_4_bits(const int8_t *whole, const uint8_t *code, size_t n)
{
	const __m256i shifts = _mm256_setr_epi64x(0, 0, 4, 4);
	__m256i sum = _mm256_setzero_si256();

	while (n) {
		const size_t units = n / 32 < TOGETHER ? n / 32 : TOGETHER;
		__m256i some = _mm256_setzero_si256();
		for (size_t i = 0; i < units; i++, code += UNIT, whole += 32) {
			const __m256i unit = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)code));
			some = _mm256_add_epi16(some, products_of(_mm256_srlv_epi64(unit, shifts), 4, whole));
		}
		sum = _mm256_add_epi32(sum, widen(some));
		n -= 32 * units;
	}
	return sum_of(sum);
}

/* A unit has 64. */
AVX2 static int32_t sum_of_2_bits(const int8_t *whole, const uint8_t *code, size_t n)
{
	const __m256i first = _mm256_setr_epi64x(0, 0, 2, 2), second = _mm256_setr_epi64x(4, 4, 6, 6);
	__m256i sum = _mm256_setzero_si256();

	for (; n; n -= 64, code += UNIT, whole += 64) {
		const __m256i unit = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)code));
		const __m256i some = products_of(_mm256_srlv_epi64(unit, first), 2, whole);
		sum = _mm256_add_epi32(sum, widen(_mm256_add_epi16(some, products_of(_mm256_srlv_epi64(unit, second), 2, whole + 32))));
	}
	return sum_of(sum);
}

/* Two units have 32, whose levels are taken by halves. */
AVX2 static int32_t sum_of_8_bits(const int8_t *whole, const uint8_t *code, size_t n)
{
	__m256i low = _mm256_setzero_si256(), high = low;

	for (; n; n -= 32, code += 2 * UNIT, whole += 32) {
		const __m256i units = _mm256_loadu_si256((const void *)code);
		low = _mm256_add_epi32(low, widen(products_of(units, 4, whole)));
		high = _mm256_add_epi32(high, widen(products_of(_mm256_srli_epi16(units, 4), 4, whole)));
	}
	return sum_of(_mm256_add_epi32(low, _mm256_slli_epi32(high, 4)));
}

AVX2 static int32_t sum_avx2(const int8_t *whole, const uint8_t *code, size_t n, unsigned bits)
{
	return bits == 2 ? sum_of_2_bits(whole, code, n) : bits == 4 ? sum_of_4_bits(whole, code, n) : sum_of_8_bits(whole, code, n);
}

#endif

const struct finecode_version finecode_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx2", processor_has_avx2}, sum_avx2},
#endif
        {{"portable", version_always}, sum_portable},
};
const size_t finecode_version_count = sizeof finecode_versions / sizeof *finecode_versions;

int32_t finecode_sum(const int8_t *whole, const uint8_t *code, size_t n, unsigned bits)
{
	static struct version_choice choice;
	const struct finecode_version *fastest = version_chosen(&choice, finecode_versions, sizeof *finecode_versions);

	return fastest->sum(whole, code, n, bits);
}
