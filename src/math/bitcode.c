/* SPDX-License-Identifier: ISC */
#include "math/bitcode.h"

#include "base/bytes.h"
#include "math/processor.h"

#include <math.h>
#include <pthread.h>

enum { LARGEST = 31, SIGN = BITCODE_PLANES - 1 };

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

/* Of the table for a vector's n-th four numbers: the low halves of four bytes, their high halves, and so on. */
static size_t place_of(size_t n)
{
	const size_t byte = n / 2, half = n % 2;

	return (byte / 4 * 8 + half * 4 + byte % 4) * BITCODE_TABLE;
}

static void prepare_portable(struct bitcode_question *q, const float *values, size_t width)
{
	float most = 0;

	for (size_t i = 0; i < width; i++)
		most = fmaxf(most, fabsf(values[i]));
	q->step = most > 0 ? most / LARGEST : 1;
	q->total = q->least = 0;
	memset(q->planes, 0, width / 64 * BITCODE_PLANES * sizeof *q->planes);
	for (size_t i = 0; i < width; i += 4) {
		uint64_t *word = q->planes + i / 64 * BITCODE_PLANES;
		int32_t whole[4];
		for (size_t k = 0; k < 4; k++) {
			whole[k] = (int32_t)lrintf(values[i + k] / q->step);
			for (int j = 0; j < BITCODE_PLANES; j++)
				word[j] |= (uint64_t)((uint32_t)whole[k] >> j & 1) << (i + k) % 64;
			q->total += whole[k];
		}
		q->least += make_table(whole, q->tables + place_of(i / 4));
	}
}

static int32_t count_bits(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555u;
	x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (int32_t)(x * 0x0101010101010101u >> 56);
}

static void sums_portable(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums)
{
	for (size_t v = 0; v < count * BITCODE_SIDE; v++) {
		const uint8_t *codes = groups + v / BITCODE_SIDE * stride + 8 * (v % BITCODE_SIDE);
		sums[v] = 0;
		for (size_t i = 0; i < words; i++) {
			const uint64_t code = le64_get(codes + 8 * BITCODE_SIDE * i), *plane = q->planes + i * BITCODE_PLANES;
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

enum {
	TOGETHER = 4,               /* groups whose codes fill a register with a byte each */
	HALVES = 4 * BITCODE_TABLE, /* from the tables of four bytes' low halves to those of their high ones */
};

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
	memset(q->planes, 0, width / 64 * BITCODE_PLANES * sizeof *q->planes);
	for (size_t i = 0; i < width; i += 8) {
		const __m256i whole = _mm256_cvtps_epi32(_mm256_div_ps(_mm256_loadu_ps(values + i), _mm256_set1_ps(q->step)));
		const __m256i below = _mm256_min_epi32(whole, _mm256_setzero_si256());
		uint64_t *word = q->planes + i / 64 * BITCODE_PLANES;
		for (int j = 0; j < BITCODE_PLANES; j++) {
			const __m256 bit = _mm256_castsi256_ps(_mm256_slli_epi32(whole, 31 - j));
			word[j] |= (uint64_t)(uint32_t)_mm256_movemask_ps(bit) << i % 64;
		}
		put_two_tables(whole, below, q->tables + place_of(i / 4), q->tables + place_of(i / 4 + 1));
		total = _mm256_add_epi32(total, whole);
		least = _mm256_add_epi32(least, below);
	}
	q->total = sum_of(total);
	q->least = sum_of(least);
}

/* The sums of 32 bytes' looked-up values, in two registers of 16 bits: all, with 256 times those of odd bytes, and those. */
struct byte_sums {
	__m256i all, odd;
};

/* A byte of each of 32 codes, its two halves looked up. */
AVX2 static inline void add_bytes(struct byte_sums *s, __m256i bytes, const uint8_t *tables)
{
	const __m256i low = _mm256_set1_epi8(15);
	const __m256i first = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)tables));
	const __m256i second = _mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)(tables + HALVES)));
	const __m256i sum = _mm256_add_epi8(_mm256_shuffle_epi8(first, _mm256_and_si256(bytes, low)),
	        _mm256_shuffle_epi8(second, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low)));

	s->all = _mm256_add_epi16(s->all, sum);
	s->odd = _mm256_add_epi16(s->odd, _mm256_srli_epi16(sum, 8));
}

/* A group's word as pairs of bytes: in each half of the first register bytes 0 … 7 of two codes, in the second of two more. */
AVX2 static inline void load_pairs(const uint8_t *group, __m256i *first, __m256i *second)
{
	const __m256i pairs = _mm256_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15, 0, 8, 1, 9, 2, 10, 3, 11, 4,
	        12, 5, 13, 6, 14, 7, 15);

	*first = _mm256_shuffle_epi8(_mm256_loadu_si256((const void *)group), pairs);
	*second = _mm256_shuffle_epi8(_mm256_loadu_si256((const void *)(group + 32)), pairs);
}

/* Word by word, at most 32, so that no sum exceeds 16 bits: the pairs of four groups are transposed, and each byte is added. */
AVX2 static inline struct byte_sums sums_of_32(const uint8_t *const at[TOGETHER], const uint8_t *tables, size_t words)
{
	struct byte_sums s = {_mm256_setzero_si256(), _mm256_setzero_si256()};
	__m256i a, b, c, d, e, f, g, h;

	for (size_t w = 0; w < words; w++, tables += BITCODE_NIBBLES * BITCODE_TABLE) {
		load_pairs(at[0] + 64 * w, &a, &b);
		load_pairs(at[1] + 64 * w, &c, &d);
		load_pairs(at[2] + 64 * w, &e, &f);
		load_pairs(at[3] + 64 * w, &g, &h);
		const __m256i ab = _mm256_unpacklo_epi16(a, b), cd = _mm256_unpacklo_epi16(c, d);
		const __m256i ef = _mm256_unpacklo_epi16(e, f), gh = _mm256_unpacklo_epi16(g, h);
		const __m256i ad01 = _mm256_unpacklo_epi32(ab, cd), ad23 = _mm256_unpackhi_epi32(ab, cd);
		const __m256i eh01 = _mm256_unpacklo_epi32(ef, gh), eh23 = _mm256_unpackhi_epi32(ef, gh);
		add_bytes(&s, _mm256_unpacklo_epi64(ad01, eh01), tables);
		add_bytes(&s, _mm256_unpackhi_epi64(ad01, eh01), tables + BITCODE_TABLE);
		add_bytes(&s, _mm256_unpacklo_epi64(ad23, eh23), tables + 2 * BITCODE_TABLE);
		add_bytes(&s, _mm256_unpackhi_epi64(ad23, eh23), tables + 3 * BITCODE_TABLE);
		const __m256i ab_ = _mm256_unpackhi_epi16(a, b), cd_ = _mm256_unpackhi_epi16(c, d);
		const __m256i ef_ = _mm256_unpackhi_epi16(e, f), gh_ = _mm256_unpackhi_epi16(g, h);
		const __m256i ad45 = _mm256_unpacklo_epi32(ab_, cd_), ad67 = _mm256_unpackhi_epi32(ab_, cd_);
		const __m256i eh45 = _mm256_unpacklo_epi32(ef_, gh_), eh67 = _mm256_unpackhi_epi32(ef_, gh_);
		add_bytes(&s, _mm256_unpacklo_epi64(ad45, eh45), tables + 2 * HALVES);
		add_bytes(&s, _mm256_unpackhi_epi64(ad45, eh45), tables + 2 * HALVES + BITCODE_TABLE);
		add_bytes(&s, _mm256_unpacklo_epi64(ad67, eh67), tables + 2 * HALVES + 2 * BITCODE_TABLE);
		add_bytes(&s, _mm256_unpackhi_epi64(ad67, eh67), tables + 2 * HALVES + 3 * BITCODE_TABLE);
	}
	return s;
}

/* The sums of up to four groups. Those that are not there are the first once more. */
AVX2 static void sums_together(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums)
{
	enum { MOST = 32 };
	const uint8_t *at[TOGETHER];
	uint16_t even[16], odd[16];

	for (size_t v = 0; v < BITCODE_SIDE * count; v++)
		sums[v] = q->least;
	for (size_t i = 0; i < words; i += MOST) {
		for (size_t g = 0; g < TOGETHER; g++)
			at[g] = groups + (g < count ? g * stride : 0) + 64 * i;
		const struct byte_sums s = sums_of_32(at, q->tables + i * BITCODE_NIBBLES * BITCODE_TABLE,
		        words - i < MOST ? words - i : MOST);
		_mm256_storeu_si256((void *)even, _mm256_sub_epi16(s.all, _mm256_slli_epi16(s.odd, 8)));
		_mm256_storeu_si256((void *)odd, s.odd);
		/* in half h, pair p of group g are its codes 4 p + 2 h and the next */
		for (size_t g = 0; g < count; g++) {
			for (size_t k = 0; k < 4; k++) {
				const size_t h = k % 2, p = k / 2;
				sums[BITCODE_SIDE * g + 2 * k] += even[8 * h + 2 * g + p];
				sums[BITCODE_SIDE * g + 2 * k + 1] += odd[8 * h + 2 * g + p];
			}
		}
	}
}

AVX2 static void sums_avx2(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums)
{
	for (size_t g = 0; g < count; g += TOGETHER)
		sums_together(groups + g * stride, stride, count - g < TOGETHER ? count - g : TOGETHER, q, words,
		        sums + BITCODE_SIDE * g);
}

static int has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

/*
 * With AVX-512 two groups, 16 codes, go through a register together, and the tables of a word are four registers: of the low
 * halves of bytes 0 … 3, of their high ones, and the same of bytes 4 … 7.
 */
typedef void sums_of_two(const uint8_t *a, const uint8_t *b, const struct bitcode_question *q, size_t words, int32_t *sums);

/* A last group that is alone is taken twice. */
static void by_twos(sums_of_two *two, const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q,
        size_t words, int32_t *sums)
{
	int32_t both[2 * BITCODE_SIDE];

	for (; count >= 2; count -= 2, groups += 2 * stride, sums += 2 * BITCODE_SIDE)
		two(groups, groups + stride, q, words, sums);
	if (count) {
		two(groups, groups, q, words, both);
		memcpy(sums, both, BITCODE_SIDE * sizeof *sums);
	}
}

#define BW __attribute__((target("avx512f,avx512bw")))

BW static inline __m512i load64(const void *p)
{
	return _mm512_loadu_si512(p);
}

/* Each byte's low four bits, with what `place` has above them; and its high ones. */
BW static inline __m512i low_half(__m512i bytes, __m512i place)
{
	return _mm512_ternarylogic_epi32(bytes, _mm512_set1_epi8(15), place, 0xea);
}

BW static inline __m512i high_half(__m512i bytes, __m512i place)
{
	return low_half(_mm512_srli_epi16(bytes, 4), place);
}

/* From quarters that have two codes of the first group and two of the second each: the first group's, then the second's. */
BW static inline void store_sums(int32_t *sums, __m512i s, int32_t least)
{
	const __m512i order = _mm512_setr_epi32(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);

	_mm512_storeu_si512(sums, _mm512_add_epi32(_mm512_permutexvar_epi32(order, s), _mm512_set1_epi32(least)));
}

/* Pairs of bytes: in each quarter bytes 0 … 7 of two codes. */
BW static inline __m512i load_pairs_bw(const uint8_t *group)
{
	const __m512i pairs = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15));

	return _mm512_shuffle_epi8(load64(group), pairs);
}

/* A quarter of the register has one byte of the 16 codes, and one table. */
BW static inline __m512i look_up_bw(__m512i bytes, const uint8_t *tables)
{
	const __m512i none = _mm512_setzero_si512();

	return _mm512_add_epi8(_mm512_shuffle_epi8(load64(tables), low_half(bytes, none)),
	        _mm512_shuffle_epi8(load64(tables + HALVES), high_half(bytes, none)));
}

BW static inline __m128i add_quarters(__m512i x)
{
	const __m256i halves = _mm256_add_epi16(_mm512_castsi512_si256(x), _mm512_extracti64x4_epi64(x, 1));

	return _mm_add_epi16(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
}

/* At most 32 words, so that the sum of the quarters does not exceed 16 bits. */
BW static inline __m512i sums_of_words_bw(const uint8_t *a, const uint8_t *b, const uint8_t *tables, size_t words)
{
	const __m512i turned = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
	__m512i all = _mm512_setzero_si512(), odds = all;

	for (size_t w = 0; w < words; w++, tables += BITCODE_NIBBLES * BITCODE_TABLE) {
		const __m512i first = load_pairs_bw(a + 64 * w), second = load_pairs_bw(b + 64 * w);
		const __m512i low = _mm512_permutexvar_epi32(turned, _mm512_unpacklo_epi16(first, second));
		const __m512i high = _mm512_permutexvar_epi32(turned, _mm512_unpackhi_epi16(first, second));
		const __m512i s = look_up_bw(low, tables), t = look_up_bw(high, tables + 2 * HALVES);
		all = _mm512_add_epi16(all, _mm512_add_epi16(s, t));
		odds = _mm512_add_epi16(odds, _mm512_add_epi16(_mm512_srli_epi16(s, 8), _mm512_srli_epi16(t, 8)));
	}
	const __m128i odd = add_quarters(odds), even = add_quarters(_mm512_sub_epi16(all, _mm512_slli_epi16(odds, 8)));
	const __m256i front = _mm256_castsi128_si256(_mm_unpacklo_epi16(even, odd));
	return _mm512_cvtepu16_epi32(_mm256_inserti128_si256(front, _mm_unpackhi_epi16(even, odd), 1));
}

BW static void sums_of_two_bw(const uint8_t *a, const uint8_t *b, const struct bitcode_question *q, size_t words, int32_t *sums)
{
	enum { MOST = 32 };
	__m512i s = _mm512_setzero_si512();

	for (size_t i = 0; i < words; i += MOST)
		s = _mm512_add_epi32(s, sums_of_words_bw(a + 64 * i, b + 64 * i, q->tables + i * BITCODE_NIBBLES * BITCODE_TABLE,
		        words - i < MOST ? words - i : MOST));
	store_sums(sums, s, q->least);
}

static void sums_bw(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums)
{
	by_twos(sums_of_two_bw, groups, stride, count, q, words, sums);
}

static int has_bw(void)
{
	return processor_has_avx512bw();
}

#define VBMI __attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vnni")))

/*
 * One look-up for four tables: no byte needs a quarter of its own. A code's four bytes stand in a row; with 1 for factors they are added.
 * (The sums' type keeps gcc 12 from copying registers around the instruction.)
 */
VBMI static inline __v16si add_four_bytes(__v16si sums, __m512i bytes, const uint8_t *tables)
{
	const __m512i place = _mm512_set1_epi32(0x30201000);
	const __m512i high = _mm512_permutexvar_epi8(high_half(bytes, place), load64(tables + HALVES));
	const __m512i low = _mm512_permutexvar_epi8(low_half(bytes, place), load64(tables));

	return (__v16si)_mm512_dpbusd_epi32((__m512i)sums, _mm512_add_epi8(low, high), _mm512_set1_epi8(1));
}

VBMI static void sums_of_two_vbmi(const uint8_t *a, const uint8_t *b, const struct bitcode_question *q, size_t words, int32_t *sums)
{
	__v16si low = {0}, high = {0};
	const uint8_t *tables = q->tables;

	for (size_t w = 0; w < words; w++, tables += BITCODE_NIBBLES * BITCODE_TABLE) {
		const __m512 first = _mm512_castsi512_ps(load64(a + 64 * w)), second = _mm512_castsi512_ps(load64(b + 64 * w));
		low = add_four_bytes(low, _mm512_castps_si512(_mm512_shuffle_ps(first, second, 0x88)), tables);
		high = add_four_bytes(high, _mm512_castps_si512(_mm512_shuffle_ps(first, second, 0xdd)), tables + 2 * HALVES);
	}
	store_sums(sums, (__m512i)(low + high), q->least);
}

static void sums_vbmi(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums)
{
	by_twos(sums_of_two_vbmi, groups, stride, count, q, words, sums);
}

static int has_vbmi(void)
{
	return __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vnni") && has_bw();
}

/* Counting, as in the paper. With 512 bits, too, looking up is less work. */
#define COUNTING __attribute__((target("avx512f,avx512vpopcntdq")))

COUNTING static void sums_counting(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums)
{
	for (size_t g = 0; g < count; g++, groups += stride) {
		__m512i counts[BITCODE_PLANES], sum = _mm512_setzero_si512();
#pragma GCC unroll 8
		for (int j = 0; j < BITCODE_PLANES; j++)
			counts[j] = _mm512_setzero_si512();
		for (size_t i = 0; i < words; i++) {
			const __m512i code = _mm512_loadu_si512((const void *)(groups + 64 * i));
#pragma GCC unroll 8
			for (int j = 0; j < BITCODE_PLANES; j++) {
				const __m512i plane = _mm512_set1_epi64((long long)q->planes[i * BITCODE_PLANES + (size_t)j]);
				counts[j] = _mm512_add_epi64(counts[j], _mm512_popcnt_epi64(_mm512_and_si512(code, plane)));
			}
		}
#pragma GCC unroll 8
		for (unsigned j = 0; j < BITCODE_PLANES; j++) {
			const __m512i shifted = _mm512_slli_epi64(counts[j], j);
			sum = j < SIGN ? _mm512_add_epi64(sum, shifted) : _mm512_sub_epi64(sum, shifted);
		}
		_mm256_storeu_si256((void *)(sums + BITCODE_SIDE * g), _mm512_cvtepi64_epi32(sum));
	}
}

static int has_counting(void)
{
	return __builtin_cpu_supports("avx512vpopcntdq") != 0;
}

#endif

const struct bitcode_version bitcode_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {"avx512vbmi", has_vbmi, prepare_avx2, sums_vbmi},
        {"avx512bw", has_bw, prepare_avx2, sums_bw},
        {"avx512vpopcntdq", has_counting, prepare_avx2, sums_counting},
        {"avx2", has_avx2, prepare_avx2, sums_avx2},
#endif
        {"portable", always, prepare_portable, sums_portable},
};
const size_t bitcode_version_count = sizeof bitcode_versions / sizeof *bitcode_versions;

static const struct bitcode_version *fastest;

static void choose(void)
{
	for (fastest = bitcode_versions; !fastest->supported();)
		fastest++;
}

static const struct bitcode_version *version(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, choose);
	return fastest;
}

void bitcode_prepare(struct bitcode_question *q, const float *values, size_t width)
{
	version()->prepare(q, values, width);
}

void bitcode_sums(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums)
{
	version()->sums(groups, stride, count, q, words, sums);
}
