/* SPDX-License-Identifier: ISC */
#include "math/bitcode.h"

#include "base/bytes.h"
#include "math/processor.h"

#include <math.h>

enum { LARGEST = 31 };

/* The sums of four whole numbers for each of the sixteen sets of them, less what is below zero: 0 … 4 · 31. */
static int32_t make_table(const int32_t whole[4], uint8_t table[BITCODE_TABLE])
{
	int32_t least = 0;

	for (int i = 0; i < 4; i++)
		least += whole[i] < 0 ? whole[i] : 0;
	for (unsigned set = 0; set < BITCODE_TABLE; set++) {
		int32_t sum = -least;
		for (int i = 0; i < 4; i++)
			sum += set >> i & 1 ? whole[i] : 0;
		table[set] = (uint8_t)sum;
	}
	return least;
}

/* Of the table for a vector's n-th four numbers. */
static size_t place_of(size_t n)
{
	const size_t word = n / 16, byte = n / 2 % 8, half = n % 2;

	return (word * BITCODE_NIBBLES + half * 8 + byte % 2 * 4 + byte / 2) * BITCODE_TABLE;
}

static void prepare_portable(struct bitcode_question *q, const float *values, size_t width)
{
	float most = 0;

	for (size_t i = 0; i < width; i++)
		most = fmaxf(most, fabsf(values[i]));
	q->step = most > 0 ? most / LARGEST : 1;
	q->total = q->least = 0;
	for (size_t i = 0; i < width; i += 4) {
		int32_t whole[4];
		for (size_t k = 0; k < 4; k++) {
			whole[k] = (int32_t)lrintf(values[i + k] / q->step);
			q->total += whole[k];
		}
		q->least += make_table(whole, q->tables + place_of(i / 4));
	}
}

static void figures_portable(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        const struct bitcode_terms *terms, float *figures)
{
	for (size_t v = 0; v < count * BITCODE_SIDE; v++) {
		const size_t lane = v % BITCODE_SIDE;
		const uint8_t *group = groups + v / BITCODE_SIDE * stride, *factors = group + 64 * words;
		int32_t sum = q->least;
		for (size_t i = 0; i < 8 * words; i++) {
			const unsigned byte = group[BITCODE_SIDE * i + lane];
			sum += q->tables[place_of(2 * i) + (byte & 15)] + q->tables[place_of(2 * i + 1) + (byte >> 4)];
		}
		const float scale = bitcode_long(le16_get(factors + 2 * lane));
		const float spread = bitcode_long(le16_get(factors + BITCODE_SPREADS + 2 * lane));
		const float offset = lef32_get(factors + BITCODE_OFFSETS + 4 * lane);
		figures[v] = (scale * (terms->twice * (float)sum + terms->shift) + offset) + (spread * terms->reach + terms->base);
	}
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

/* Sums of looked-up bytes are kept in 16 bits; of so many words they do not exceed them. */
enum { WORDS_TOGETHER = 32, TABLES = BITCODE_NIBBLES * BITCODE_TABLE, HIGH = TABLES / 2, ODD = TABLES / 4 };

#define AVX2 __attribute__((target("avx2")))

/* Eight numbers in one. */
AVX2 static inline float largest_of(__m256 x)
{
	const __m128 four = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
	const __m128 two = _mm_max_ps(four, _mm_movehl_ps(four, four));

	return _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps(two, two, 1)));
}

AVX2 static inline int32_t sum_of(__m256i x)
{
	const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
	const __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));

	return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

/* The tables of eight whole numbers, of which those below zero stand in `below`, too: each set is the sum of those that it has. */
AVX2 static inline void put_two_tables(__m256i whole, __m256i below, uint8_t *first, uint8_t *second)
{
	const __m256i sets = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	        11, 12, 13, 14, 15);
	__m256i sums = _mm256_setzero_si256();

	for (int i = 0; i < 4; i++) {
		const __m256i place = _mm256_set1_epi8((char)(4 * i));
		const __m256i bit = _mm256_set1_epi8((char)(1 << i));
		const __m256i has = _mm256_cmpeq_epi8(_mm256_and_si256(sets, bit), bit);
		sums = _mm256_add_epi8(sums, _mm256_and_si256(has, _mm256_shuffle_epi8(whole, place)));
		sums = _mm256_sub_epi8(sums, _mm256_shuffle_epi8(below, place));
	}
	_mm_storeu_si128((void *)first, _mm256_castsi256_si128(sums));
	_mm_storeu_si128((void *)second, _mm256_extracti128_si256(sums, 1));
}

AVX2 static void prepare_avx2(struct bitcode_question *q, const float *values, size_t width)
{
	const __m256 size = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff));
	__m256 most = _mm256_setzero_ps();
	__m256i total = _mm256_setzero_si256(), least = total;

	for (size_t i = 0; i < width; i += 8)
		most = _mm256_max_ps(most, _mm256_and_ps(size, _mm256_loadu_ps(values + i)));
	const float largest = largest_of(most);
	q->step = largest > 0 ? largest / LARGEST : 1;
	for (size_t i = 0; i < width; i += 8) {
		const __m256i whole = _mm256_cvtps_epi32(_mm256_div_ps(_mm256_loadu_ps(values + i), _mm256_set1_ps(q->step)));
		const __m256i below = _mm256_min_epi32(whole, _mm256_setzero_si256());
		put_two_tables(whole, below, q->tables + place_of(i / 4), q->tables + place_of(i / 4 + 1));
		total = _mm256_add_epi32(total, whole);
		least = _mm256_add_epi32(least, below);
	}
	q->total = sum_of(total);
	q->least = sum_of(least);
}

/* The figures of a group from its sums and its factors. */
AVX2 static inline void put_figures(__m256i sums, const uint8_t *factors, const struct bitcode_terms *t, float *figures)
{
	const __m256i scales = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)factors));
	const __m256i spreads = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)(factors + BITCODE_SPREADS)));
	const __m256 scale = _mm256_castsi256_ps(_mm256_slli_epi32(scales, BITCODE_DROPPED));
	const __m256 spread = _mm256_castsi256_ps(_mm256_slli_epi32(spreads, BITCODE_DROPPED));
	const __m256 offset = _mm256_castsi256_ps(_mm256_loadu_si256((const void *)(factors + BITCODE_OFFSETS)));
	const __m256 product = _mm256_add_ps(_mm256_mul_ps(_mm256_set1_ps(t->twice), _mm256_cvtepi32_ps(sums)), _mm256_set1_ps(t->shift));
	const __m256 estimate = _mm256_add_ps(_mm256_mul_ps(scale, product), offset);
	const __m256 more = _mm256_add_ps(_mm256_mul_ps(spread, _mm256_set1_ps(t->reach)), _mm256_set1_ps(t->base));

	_mm256_storeu_ps(figures, _mm256_add_ps(estimate, more));
}

/* The sums of bytes' looked-up values, in two registers of 16 bits: all, with 256 times those of odd bytes, and those. */
struct byte_sums {
	__m256i all, odd;
};

/* In each half a byte of 16 codes and its tables. */
AVX2 static inline void add_bytes(struct byte_sums *s, __m256i bytes, __m256i low, __m256i high)
{
	const __m256i half = _mm256_set1_epi8(15);
	const __m256i sum = _mm256_add_epi8(_mm256_shuffle_epi8(low, _mm256_and_si256(bytes, half)),
	        _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half)));

	s->all = _mm256_add_epi16(s->all, sum);
	s->odd = _mm256_add_epi16(s->odd, _mm256_srli_epi16(sum, 8));
}

AVX2 static inline __m256i load32(const uint8_t *p)
{
	return _mm256_loadu_si256((const void *)p);
}

/* The sums of two groups, eight each, added to theirs. */
AVX2 static inline void add_sums(struct byte_sums s, __m256i sums[2])
{
	const __m256i evens = _mm256_sub_epi16(s.all, _mm256_slli_epi16(s.odd, 8));
	const __m128i even = _mm_add_epi16(_mm256_castsi256_si128(evens), _mm256_extracti128_si256(evens, 1));
	const __m128i odd = _mm_add_epi16(_mm256_castsi256_si128(s.odd), _mm256_extracti128_si256(s.odd, 1));

	sums[0] = _mm256_add_epi32(sums[0], _mm256_cvtepu16_epi32(_mm_unpacklo_epi16(even, odd)));
	sums[1] = _mm256_add_epi32(sums[1], _mm256_cvtepu16_epi32(_mm_unpackhi_epi16(even, odd)));
}

/* Of four groups, four bytes of each code at a time, at most WORDS_TOGETHER words: added to their sums. */
AVX2 static inline void add_words(const uint8_t *const at[4], const uint8_t *tables, size_t words, __m256i sums[4])
{
	struct byte_sums s[2] = {{_mm256_setzero_si256(), _mm256_setzero_si256()}, {_mm256_setzero_si256(), _mm256_setzero_si256()}};

	for (size_t i = 0; i < 64 * words; i += 32) {
		const uint8_t *t = tables + i / 64 * TABLES + i % 64;
		const __m256i low_even = load32(t), low_odd = load32(t + ODD), high_even = load32(t + HIGH), high_odd = load32(t + HIGH + ODD);
#pragma GCC unroll 2
		for (int k = 0; k < 2; k++) {
			const __m256i a = load32(at[2 * k] + i), b = load32(at[2 * k + 1] + i);
			add_bytes(&s[k], _mm256_unpacklo_epi64(a, b), low_even, high_even);
			add_bytes(&s[k], _mm256_unpackhi_epi64(a, b), low_odd, high_odd);
		}
	}
	add_sums(s[0], sums);
	add_sums(s[1], sums + 2);
}

AVX2 static void figures_avx2(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        const struct bitcode_terms *terms, float *figures)
{
	enum { TOGETHER = 4 };

	for (size_t first = 0; first < count; first += TOGETHER) {
		const size_t some = count - first < TOGETHER ? count - first : TOGETHER;
		const uint8_t *at[TOGETHER];
		__m256i sums[TOGETHER];
#pragma GCC unroll 4
		for (size_t g = 0; g < TOGETHER; g++) {
			at[g] = groups + (first + (g < some ? g : 0)) * stride; /* those that are not there are the first once more */
			sums[g] = _mm256_set1_epi32(q->least);
		}
		for (size_t w = 0; w < words; w += WORDS_TOGETHER) {
			add_words(at, q->tables + w * TABLES, words - w < WORDS_TOGETHER ? words - w : WORDS_TOGETHER, sums);
#pragma GCC unroll 4
			for (size_t g = 0; g < TOGETHER; g++)
				at[g] += 64 * WORDS_TOGETHER;
		}
		for (size_t g = 0; g < some; g++)
			put_figures(sums[g], groups + (first + g) * stride + 64 * words, terms, figures + BITCODE_SIDE * (first + g));
	}
}

/* With AVX-512 eight bytes of the codes of two groups at a time. */
#define BW __attribute__((target("avx2,avx512f,avx512bw")))

BW static inline __m512i load64(const uint8_t *p)
{
	return _mm512_loadu_si512((const void *)p);
}

struct byte_sums_bw {
	__m512i all, odd;
};

BW static inline void add_bytes_bw(struct byte_sums_bw *s, __m512i bytes, const uint8_t *tables)
{
	const __m512i half = _mm512_set1_epi8(15);
	const __m512i sum = _mm512_add_epi8(_mm512_shuffle_epi8(load64(tables), _mm512_and_si512(bytes, half)),
	        _mm512_shuffle_epi8(load64(tables + HIGH), _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half)));

	s->all = _mm512_add_epi16(s->all, sum);
	s->odd = _mm512_add_epi16(s->odd, _mm512_srli_epi16(sum, 8));
}

BW static inline __m256i add_halves(__m512i x)
{
	return _mm256_add_epi16(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));
}

BW static void figures_bw(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        const struct bitcode_terms *terms, float *figures)
{
	for (size_t g = 0; g < count; g += 2) {
		const uint8_t *a = groups + g * stride, *b = g + 1 < count ? a + stride : a; /* one that is alone is taken twice */
		__m256i sums[2] = {_mm256_set1_epi32(q->least), _mm256_set1_epi32(q->least)};
		for (size_t w = 0; w < words;) {
			const size_t end = words - w < WORDS_TOGETHER ? words : w + WORDS_TOGETHER;
			struct byte_sums_bw s = {_mm512_setzero_si512(), _mm512_setzero_si512()};
			for (; w < end; w++) {
				const __m512i first = load64(a + 64 * w), second = load64(b + 64 * w);
				add_bytes_bw(&s, _mm512_unpacklo_epi64(first, second), q->tables + w * TABLES);
				add_bytes_bw(&s, _mm512_unpackhi_epi64(first, second), q->tables + w * TABLES + ODD);
			}
			add_sums((struct byte_sums){add_halves(s.all), add_halves(s.odd)}, sums);
		}
		put_figures(sums[0], a + 64 * words, terms, figures + BITCODE_SIDE * g);
		if (g + 1 < count)
			put_figures(sums[1], b + 64 * words, terms, figures + BITCODE_SIDE * (g + 1));
	}
}

#endif

const struct bitcode_version bitcode_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx512bw", processor_has_avx512bw}, prepare_avx2, figures_bw},
        {{"avx2", processor_has_avx2}, prepare_avx2, figures_avx2},
#endif
        {{"portable", version_always}, prepare_portable, figures_portable},
};
const size_t bitcode_version_count = sizeof bitcode_versions / sizeof *bitcode_versions;

static const struct bitcode_version *fastest(void)
{
	static struct version_choice choice;

	return version_chosen(&choice, bitcode_versions, sizeof *bitcode_versions);
}

void bitcode_prepare(struct bitcode_question *q, const float *values, size_t width)
{
	fastest()->prepare(q, values, width);
}

void bitcode_figures(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        const struct bitcode_terms *terms, float *figures)
{
	fastest()->figures(groups, stride, count, q, words, terms, figures);
}
