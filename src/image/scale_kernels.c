/* SPDX-License-Identifier: ISC */
#include "image/scale_kernels.h"

#include "math/processor.h"

static uint8_t clip(int32_t sum)
{
	const int32_t v = sum >> LANCZOS_BITS;

	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* --- plain C */

static uint8_t column(const struct lanczos *l, const uint8_t *line, uint32_t i)
{
	const int32_t *weights = l->weights + i * l->stride;
	int32_t sum = LANCZOS_HALF + 255 * l->sums[i];

	for (uint32_t k = 0; k < l->count[i]; k++)
		sum -= weights[k] * line[l->first[i] + k];
	return (uint8_t)(255 - clip(sum));
}

static void across_portable(const struct lanczos *l, const uint8_t *line, uint8_t *to)
{
	for (uint32_t i = 0; i < l->to; i++)
		to[i] = column(l, line, i);
}

static void down_portable(const uint8_t *const *rows, const int32_t *weights, size_t count, int32_t base, size_t begin,
        size_t end, uint8_t *value)
{
	for (size_t x = begin; x < end; x++) {
		int32_t sum = base;
		for (size_t i = 0; i < count; i++)
			sum -= weights[i] * rows[i][x];
		value[x] = clip(sum);
	}
}

static void split_portable(const uint8_t *rgb, size_t width, uint8_t *const lines[3])
{
	for (size_t x = 0; x < width; x++)
		for (int c = 0; c < 3; c++)
			lines[c][x] = (uint8_t)~rgb[3 * x + (size_t)c];
}

/* Adding a run to the whole columns in it, less what lies before it in the first ones, and what lies in the last ones. */
static void add_runs_portable(struct runs *r, const uint32_t *boundaries, size_t count)
{
	for (size_t i = 0; i < count; i += 2) {
		const size_t begin = boundaries[i], end = boundaries[i + 1];
		const int32_t *less = r->before + RUNS_COLUMNS * begin, *more = r->before + RUNS_COLUMNS * end;
		for (uint32_t column = r->column[begin]; column < r->column[end]; column++)
			r->sums[column] += r->axis->sums[column];
		for (int k = 0; k < RUNS_COLUMNS; k++)
			r->sums[r->column[begin] + (uint32_t)k] -= less[k];
		for (int k = 0; k < RUNS_COLUMNS; k++)
			r->sums[r->column[end] + (uint32_t)k] += more[k];
	}
}

static void take_ink_portable(const struct runs *r, uint32_t begin, uint32_t end, uint8_t *ink)
{
	for (uint32_t i = begin; i < end; i++)
		ink[i] = (uint8_t)(255 - clip(LANCZOS_HALF + 255 * (r->axis->sums[i] - r->sums[i])));
}

#if defined __x86_64__ && defined __GNUC__

/* --- AVX2 */

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i eight(const uint8_t *p)
{
	return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
}

/* Eight partial sums of one column; ink behind the window meets weights of zero. */
AVX2 static inline __m256i partial_sums(const struct lanczos *l, const uint8_t *line, uint32_t i)
{
	const int32_t *weights = l->weights + i * l->stride;
	const uint8_t *ink = line + l->first[i];
	__m256i sum = _mm256_setzero_si256();

	for (uint32_t k = 0; k < l->count[i]; k += LANCZOS_BLOCK)
		sum = _mm256_add_epi32(sum,
		        _mm256_mullo_epi32(eight(ink + k), _mm256_loadu_si256((const __m256i *)(weights + k))));
	return sum;
}

AVX2 static void across_avx2(const struct lanczos *l, const uint8_t *line, uint8_t *to)
{
	const __m128i half = _mm_set1_epi32(LANCZOS_HALF);
	uint32_t i = 0;

	for (; i + 4 <= l->to; i += 4) {
		const __m256i ab = _mm256_hadd_epi32(partial_sums(l, line, i), partial_sums(l, line, i + 1));
		const __m256i cd = _mm256_hadd_epi32(partial_sums(l, line, i + 2), partial_sums(l, line, i + 3));
		const __m256i abcd = _mm256_hadd_epi32(ab, cd);
		const __m128i dot = _mm_add_epi32(_mm256_castsi256_si128(abcd), _mm256_extracti128_si256(abcd, 1));
		const __m128i sums = _mm_loadu_si128((const __m128i *)(l->sums + i));
		__m128i v = _mm_add_epi32(half, _mm_sub_epi32(_mm_slli_epi32(sums, 8), sums));
		v = _mm_srai_epi32(_mm_sub_epi32(v, dot), LANCZOS_BITS);
		v = _mm_packus_epi16(_mm_packs_epi32(v, v), v);
		const uint32_t four = ~(uint32_t)_mm_cvtsi128_si32(v);
		__builtin_memcpy(to + i, &four, 4);
	}
	for (; i < l->to; i++)
		to[i] = column(l, line, i);
}

AVX2 static void down_avx2(const uint8_t *const *rows, const int32_t *weights, size_t count, int32_t base, size_t begin,
        size_t end, uint8_t *value)
{
	for (size_t x = begin; x < end; x += SCALE_PAD) {
		__m256i a = _mm256_set1_epi32(base), b = a, c = a, d = a;
		for (size_t i = 0; i < count; i++) {
			const __m256i w = _mm256_set1_epi32(weights[i]);
			const uint8_t *p = rows[i] + x;
			a = _mm256_sub_epi32(a, _mm256_mullo_epi32(eight(p), w));
			b = _mm256_sub_epi32(b, _mm256_mullo_epi32(eight(p + 8), w));
			c = _mm256_sub_epi32(c, _mm256_mullo_epi32(eight(p + 16), w));
			d = _mm256_sub_epi32(d, _mm256_mullo_epi32(eight(p + 24), w));
		}
		a = _mm256_packs_epi32(_mm256_srai_epi32(a, LANCZOS_BITS), _mm256_srai_epi32(b, LANCZOS_BITS));
		c = _mm256_packs_epi32(_mm256_srai_epi32(c, LANCZOS_BITS), _mm256_srai_epi32(d, LANCZOS_BITS));
		/* packing works within halves: 0 8 16 24 4 12 20 28 in fours */
		a = _mm256_permutevar8x32_epi32(
		        _mm256_packus_epi16(a, c), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
		_mm256_storeu_si256((__m256i *)(value + x), a);
	}
}

AVX2 static inline __m256i load(const int32_t *p)
{
	return _mm256_loadu_si256((const __m256i *)p);
}

AVX2 static void add_runs_avx2(struct runs *r, const uint32_t *boundaries, size_t count)
{
	const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	for (size_t i = 0; i < count; i += 2) {
		const size_t begin = boundaries[i], end = boundaries[i + 1];
		uint32_t column = r->column[begin];
		const uint32_t last = r->column[end];
		const __m256i less = load(r->before + RUNS_COLUMNS * begin), more = load(r->before + RUNS_COLUMNS * end);
		__m256i sum = _mm256_sub_epi32(load(r->sums + column), less);
		if (column == last) {
			_mm256_storeu_si256((__m256i *)(r->sums + column), _mm256_add_epi32(sum, more));
			continue;
		}
		for (;; column += 8) {
			const __m256i whole = _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)(last - column)), lanes);
			sum = _mm256_add_epi32(sum, _mm256_and_si256(whole, load(r->axis->sums + column)));
			_mm256_storeu_si256((__m256i *)(r->sums + column), sum);
			if (last - column <= 8)
				break;
			sum = load(r->sums + column + 8);
		}
		sum = _mm256_add_epi32(load(r->sums + last), more);
		_mm256_storeu_si256((__m256i *)(r->sums + last), sum);
	}
}

AVX2 static void take_ink_avx2(const struct runs *r, uint32_t begin, uint32_t end, uint8_t *ink)
{
	const __m256i half = _mm256_set1_epi32(LANCZOS_HALF);

	for (uint32_t i = begin; i < end; i += 8) {
		const __m256i white = _mm256_sub_epi32(load(r->axis->sums + i), load(r->sums + i));
		__m256i v = _mm256_add_epi32(half, _mm256_sub_epi32(_mm256_slli_epi32(white, 8), white));
		v = _mm256_srai_epi32(v, LANCZOS_BITS);
		const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
		const __m128i bytes = _mm_packus_epi16(words, words);
		_mm_storel_epi64((__m128i *)(ink + i), _mm_xor_si128(bytes, _mm_set1_epi8(-1)));
	}
}

/* Sixteen pixels are three registers; of each, the bytes of one colour go to their places among the sixteen. */
AVX2 static void split_avx2(const uint8_t *rgb, size_t width, uint8_t *const lines[3])
{
	const __m128i ones = _mm_set1_epi8(-1);
	__m128i places[3][3];
	size_t x = 0;

	for (int c = 0; c < 3; c++) {
		for (int part = 0; part < 3; part++) {
			int8_t from[16];
			for (int i = 0; i < 16; i++) {
				const int at = 3 * i + c - 16 * part;
				from[i] = (int8_t)(at >= 0 && at < 16 ? at : -1);
			}
			places[c][part] = _mm_loadu_si128((const __m128i *)from);
		}
	}
	for (; x + 16 <= width; x += 16, rgb += 48) {
		const __m128i p = _mm_loadu_si128((const __m128i *)rgb), q = _mm_loadu_si128((const __m128i *)(rgb + 16)),
		              r = _mm_loadu_si128((const __m128i *)(rgb + 32));
		for (int c = 0; c < 3; c++) {
			__m128i v = _mm_shuffle_epi8(p, places[c][0]);
			v = _mm_or_si128(v, _mm_shuffle_epi8(q, places[c][1]));
			v = _mm_or_si128(v, _mm_shuffle_epi8(r, places[c][2]));
			_mm_storeu_si128((__m128i *)(lines[c] + x), _mm_xor_si128(v, ones));
		}
	}
	uint8_t *const rest[3] = {lines[0] + x, lines[1] + x, lines[2] + x};
	split_portable(rgb, width - x, rest);
}

#endif

const struct scale_kernels scale_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx2", processor_has_avx2}, across_avx2, down_avx2, add_runs_avx2, take_ink_avx2, split_avx2},
#endif
        {{"portable", version_always}, across_portable, down_portable, add_runs_portable, take_ink_portable, split_portable},
};
const size_t scale_version_count = sizeof scale_versions / sizeof *scale_versions;

const struct scale_kernels *scale_fastest(void)
{
	return version_first(scale_versions, sizeof *scale_versions);
}
