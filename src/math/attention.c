/* SPDX-License-Identifier: ISC */
#include "math/attention.h"

#include "math/gemm_tile.h"
#include "math/prefetch.h"
#include "math/processor.h"
#include "math/transpose.h"
#include "math/version.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

/*
 * Makes of a piece's scores, rows of a panel, their exponentials below the highest score so far, and adds them to the sums. Returns
 * whether the highest rose somewhere; earlier exponentials are then to be multiplied by `factors`.
 */
typedef bool soften_function(float *scores, size_t keys, float *highest, float *sums, float *factors);

/* Multiplies every row of a panel by the same factors. */
typedef void scale_function(float *rows, size_t count, const float *factors);

struct attention {
	struct version version;
	size_t height, width; /* of a tile; a panel is as many questions as one is wide. 0: without tiles */
	size_t piece;         /* keys at a time, a multiple of the height: a panel of their scores fills half of the first cache */
	size_t panels;        /* that go over a piece before the next */
	gemm_tile *tile;
	soften_function *soften;
	scale_function *scale;
};

/* --- with tiles --------------------------------------------------------------------------------------------------------- */

#if defined __x86_64__

#define INLINE static inline __attribute__((always_inline))

#define NAME(f) f##_avx2
#include "math/gemm_avx2.h"
#define SET(x) _mm256_set1_ps(x)
#define ADD(a, b) _mm256_add_ps(a, b)
#define SUBTRACT(a, b) _mm256_sub_ps(a, b)
#define MULTIPLY(a, b) _mm256_mul_ps(a, b)
#define MAXIMUM(a, b) _mm256_max_ps(a, b)
#define TIMES_POWER(v, n) \
	_mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(v), _mm256_slli_epi32(_mm256_castps_si256(n), 23)))
#define EQUAL(a, b) (_mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ)) == 0xff)
#include "math/attention_lanes.h"
#include "math/gemm_tile.h"

#define NAME(f) f##_avx512
#include "math/gemm_avx512.h"
#define SET(x) _mm512_set1_ps(x)
#define ADD(a, b) _mm512_add_ps(a, b)
#define SUBTRACT(a, b) _mm512_sub_ps(a, b)
#define MULTIPLY(a, b) _mm512_mul_ps(a, b)
#define MAXIMUM(a, b) _mm512_max_ps(a, b)
#define TIMES_POWER(v, n) \
	_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(v), _mm512_slli_epi32(_mm512_castps_si512(n), 23)))
#define EQUAL(a, b) (_mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ) == 0xffff)
#include "math/attention_lanes.h"
#include "math/gemm_tile.h"

#endif

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

/* Keys a piece for so many tokens: all pieces are equal but the last. */
static size_t piece_of(const struct attention *a, size_t tokens)
{
	const size_t count = (tokens + a->piece - 1) / a->piece;

	return round_up((tokens + count - 1) / count, a->height);
}

/* The work memory. */
struct work {
	float *keys;      /* strips of keys, as a tile takes rows: piece after piece */
	float *values;    /* piece after piece, strips of the values' columns */
	float *scores;    /* [piece][width] */
	float *factors;   /* [width] */
	float *questions; /* of each panel [size][width] */
	float *out;       /* of each panel [size, a multiple of the height][width] */
	float *highest, *sums; /* of each panel [width] */
};

static size_t lay_out(const struct attention *a, size_t tokens, size_t size, float *memory, struct work *w)
{
	const size_t rows = round_up(size, a->height), step = 64 / sizeof(float);
	const struct {
		float **array;
		size_t numbers;
	} arrays[] = {
	        {&w->keys, round_up(tokens, a->height) * size},
	        {&w->values, tokens * rows},
	        {&w->scores, piece_of(a, tokens) * a->width},
	        {&w->factors, a->width},
	        {&w->questions, a->panels * a->width * size},
	        {&w->out, a->panels * a->width * rows},
	        {&w->highest, a->panels * a->width},
	        {&w->sums, a->panels * a->width},
	};
	size_t numbers = 0;

	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
		*arrays[i].array = memory ? memory + numbers : NULL;
		numbers += round_up(arrays[i].numbers, step);
	}
	return numbers;
}

static void pack_keys(const struct attention *a, const struct attention_head *h, float *to)
{
	for (size_t row = 0; row < h->tokens; row += a->height, to += a->height * h->size) {
		const size_t rows = smaller(a->height, h->tokens - row);
		if (rows < a->height)
			memset(to, 0, a->height * h->size * sizeof *to);
		transpose(h->key + row * h->key_stride, h->key_stride, rows, h->size, to, a->height);
	}
}

static void pack_values(const struct attention *a, const struct attention_head *h, float *to)
{
	const size_t piece = piece_of(a, h->tokens);

	for (size_t first = 0; first < h->tokens; first += piece) {
		const size_t keys = smaller(piece, h->tokens - first);
		for (size_t column = 0; column < h->size; column += a->height, to += keys * a->height) {
			const size_t columns = smaller(a->height, h->size - column);
			if (columns < a->height)
				memset(to, 0, keys * a->height * sizeof *to);
			for (size_t i = 0; i < keys; i++)
				memcpy(to + i * a->height, h->value + (first + i) * h->key_stride + column, columns * sizeof *to);
		}
	}
}

/* Lays questions side by side, and makes the exponentials of their scores powers of two. */
static void pack_panel(const struct attention *a, const struct attention_head *h, size_t first, size_t count, float *to)
{
	const float log2_e = 1.44269504f;

	if (count < a->width)
		memset(to, 0, a->width * h->size * sizeof *to);
	transpose(h->query + first * h->query_stride, h->query_stride, count, h->size, to, a->width);
	for (size_t i = 0; i < a->width * h->size; i++)
		to[i] *= log2_e;
}

/* One panel over one piece of keys. */
static void attend_piece(const struct attention *a, const struct attention_head *h, const struct work *w, size_t panel, size_t first,
        size_t keys)
{
	const size_t rows = round_up(h->size, a->height), at = panel * a->width;
	float *out = w->out + at * rows;

	a->tile(h->size, w->keys + first * h->size, round_up(keys, a->height) / a->height, w->questions + at * h->size,
	        GEMM_START_ZERO, NULL, w->scores, a->width, NULL);
	if (a->soften(w->scores, keys, w->highest + at, w->sums + at, w->factors) && first)
		a->scale(out, rows, w->factors);
	a->tile(keys, w->values + first * rows, rows / a->height, w->scores, first ? GEMM_START_C : GEMM_START_ZERO, NULL, out,
	        a->width, NULL);
}

/* Divides what a panel's questions found by the sums, and lays it where it belongs. */
static void finish_panel(const struct attention *a, const struct attention_head *h, const struct work *w, size_t panel, size_t first,
        size_t count)
{
	const size_t rows = round_up(h->size, a->height), at = panel * a->width;

	for (size_t i = 0; i < a->width; i++)
		w->factors[i] = 1 / w->sums[at + i];
	a->scale(w->out + at * rows, rows, w->factors);
	transpose(w->out + at * rows, a->width, h->size, count, h->out + first * h->out_stride, h->out_stride);
}

static void attend_block(const struct attention *a, const struct attention_head *h, const struct work *w, size_t first, size_t count)
{
	const size_t panels = (count + a->width - 1) / a->width, piece = piece_of(a, h->tokens);

	for (size_t p = 0; p < panels; p++)
		pack_panel(a, h, first + p * a->width, smaller(a->width, count - p * a->width),
		        w->questions + p * a->width * h->size);
	for (size_t i = 0; i < panels * a->width; i++) {
		w->highest[i] = -INFINITY;
		w->sums[i] = 0;
	}
	for (size_t key = 0; key < h->tokens; key += piece)
		for (size_t p = 0; p < panels; p++)
			attend_piece(a, h, w, p, key, smaller(piece, h->tokens - key));
	for (size_t p = 0; p < panels; p++)
		finish_panel(a, h, w, p, first + p * a->width, smaller(a->width, count - p * a->width));
}

static void attend_by_tiles(const struct attention *a, const struct attention_head *h, float *memory)
{
	const size_t block = a->panels * a->width;
	struct work w;

	lay_out(a, h->tokens, h->size, memory, &w);
	pack_keys(a, h, w.keys);
	pack_values(a, h, w.values);
	for (size_t first = 0; first < h->questions; first += block)
		attend_block(a, h, &w, first, smaller(block, h->questions - first));
}

/* --- portable ----------------------------------------------------------------------------------------------------------- */

/* Sums that do not wait for one another. */
enum { ABREAST = 16 };
typedef float abreast __attribute__((vector_size(4 * ABREAST)));

static float dot(const float *a, const float *b, size_t n)
{
	abreast sums = {0}, x, y;
	float sum = 0;
	size_t i = 0;

	for (; i + ABREAST <= n; i += ABREAST) {
		memcpy(&x, a + i, sizeof x);
		memcpy(&y, b + i, sizeof y);
		sums += x * y;
	}
	for (; i < n; i++)
		sum += a[i] * b[i];
	for (size_t l = 0; l < ABREAST; l++)
		sum += sums[l];
	return sum;
}

/* Adds numbers so many times. */
static void add_times(const float *numbers, float times, size_t n, float *sums)
{
	abreast sum, x;
	size_t i = 0;

	for (; i + ABREAST <= n; i += ABREAST) {
		memcpy(&sum, sums + i, sizeof sum);
		memcpy(&x, numbers + i, sizeof x);
		sum += x * times;
		memcpy(sums + i, &sum, sizeof sum);
	}
	for (; i < n; i++)
		sums[i] += numbers[i] * times;
}

/* The answer to one question; scores is as long as there are tokens. */
static void attend_one(const struct attention_head *h, const float *query, float *scores, float *out)
{
	float top = -INFINITY;
	double sum = 0;

	for (size_t i = 0; i < h->tokens; i++) {
		prefetch_row(h->key, h->key_stride, i, h->tokens, h->size);
		scores[i] = dot(query, h->key + i * h->key_stride, h->size);
		top = scores[i] > top ? scores[i] : top;
	}
	for (size_t i = 0; i < h->tokens; i++) {
		scores[i] = expf(scores[i] - top);
		sum += (double)scores[i];
	}
	memset(out, 0, h->size * sizeof *out);
	for (size_t i = 0; i < h->tokens; i++) {
		prefetch_row(h->value, h->key_stride, i, h->tokens, h->size);
		add_times(h->value + i * h->key_stride, scores[i], h->size, out);
	}
	for (size_t j = 0; j < h->size; j++)
		out[j] /= (float)sum;
}

/* --- which one ---------------------------------------------------------------------------------------------------------- */

static const struct attention kernels[] = {
#if defined __x86_64__
        {{"avx512", processor_has_avx512}, 8, 48, 128, 2, tile_avx512, soften_avx512, scale_avx512},
        {{"avx2", processor_has_avx2}, 4, 24, 200, 4, tile_avx2, soften_avx2, scale_avx2},
#endif
        {.version = {"portable", version_always}},
};

const struct attention *attention_named(const char *name)
{
	return version_named(kernels, sizeof *kernels, sizeof kernels / sizeof *kernels, name);
}

size_t attention_work_size(const struct attention *a, size_t tokens, size_t size)
{
	struct work w;

	return a->tile ? lay_out(a, tokens, size, NULL, &w) : tokens;
}

void attention_attend(const struct attention *a, const struct attention_head *h, float *work)
{
	if (a->tile) {
		attend_by_tiles(a, h, work);
		return;
	}
	for (size_t i = 0; i < h->questions; i++)
		attend_one(h, h->query + i * h->query_stride, work, h->out + i * h->out_stride);
}
