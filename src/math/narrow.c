/* SPDX-License-Identifier: ISC */
/*
 * After math/gemm.c, with four bytes of A, two or four numbers, at every step of k, and chunks of k short enough for sums of 32
 * bits. A panel of a chunk is as many bytes as f32's, and stays in the first cache.
 */
#include "math/narrow.h"

#include "math/narrow_rows.h"
#include "math/processor.h"

#include <math.h>
#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

enum { CHUNK8 = 512, CHUNK16 = 256, ROWS = 192, ALIGNMENT = 64, MAX_HEIGHT = 12, MAX_WIDTH = 32, WEIGHT8_LIMIT = 127, VALUE_LIMIT = 2047 };

/* What a tile does with its sums; arrays begin at the tile. */
struct finish {
	bool first, last; /* chunk of k */
	const float *zero, *row_scale;   /* of the rows; zero NULL: they have none */
	const float *sum, *scale, *bias; /* of the columns; bias may be NULL */
};

typedef void tile_function(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct finish *f, float *c,
        size_t stride);

struct narrow {
	const char *name, *gemm; /* and the kernel of math/gemm.h for which it stands */
	size_t height, width;    /* of a tile */
	tile_function *tile8;    /* NULL: 8-bit numbers are kept in 16 bits */
	tile_function *tile16, *tile_bf16;
	const struct narrow_rounding *rounding;
	bool (*runs)(void), (*runs_bf16)(void);
};

/* --- tiles -------------------------------------------------------------------------------------------------------------- */

enum { PORTABLE_HEIGHT = 4, PORTABLE_WIDTH = 4 };

static int32_t word_at(const uint8_t *p)
{
	int16_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static float bfloat_at(const uint8_t *p)
{
	uint16_t half;

	memcpy(&half, p, sizeof half);
	const uint32_t bits = (uint32_t)half << 16;
	float x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

static void finish_portable(float x, const struct finish *f, size_t r, size_t j, float *c)
{
	if (!f->first)
		x = *c + x;
	if (f->last) {
		if (f->zero)
			x -= f->zero[r] * f->sum[j];
		x = x * f->row_scale[r] * f->scale[j];
		if (f->bias)
			x += f->bias[j];
	}
	*c = x;
}

static void tile16_portable(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct finish *f, float *c,
        size_t stride)
{
	for (size_t r = 0; r < PORTABLE_HEIGHT; r++) {
		for (size_t j = 0; j < PORTABLE_WIDTH; j++) {
			int32_t sum = 0;
			for (size_t i = 0; i < 2 * steps; i++)
				sum += word_at(a + r * a_stride + 2 * i) * word_at(b + 4 * (i / 2 * PORTABLE_WIDTH + j) + 2 * (i % 2));
			finish_portable((float)sum, f, r, j, c + r * stride + j);
		}
	}
}

static void tile_bf16_portable(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct finish *f, float *c,
        size_t stride)
{
	for (size_t r = 0; r < PORTABLE_HEIGHT; r++) {
		for (size_t j = 0; j < PORTABLE_WIDTH; j++) {
			float sum = 0;
			for (size_t i = 0; i < 2 * steps; i++)
				sum += bfloat_at(a + r * a_stride + 2 * i) *
				       bfloat_at(b + 4 * (i / 2 * PORTABLE_WIDTH + j) + 2 * (i % 2));
			finish_portable(sum, f, r, j, c + r * stride + j);
		}
	}
}

static bool always(void)
{
	return true;
}

static bool never(void)
{
	return false;
}

#if defined __x86_64__

/* Four bytes, wherever they lie. */
static inline int four_bytes(const uint8_t *p)
{
	int x;

	memcpy(&x, p, sizeof x);
	return x;
}

/* 256 bits */
#define VECTOR __m256
#define INTEGERS __m256i
#define WIDTH 8
#define TILE_HEIGHT 6
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SET(x) _mm256_set1_ps(x)
#define ADD(a, b) _mm256_add_ps(a, b)
#define SUBTRACT(a, b) _mm256_sub_ps(a, b)
#define MULTIPLY(a, b) _mm256_mul_ps(a, b)
#define LOAD_INTEGERS(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define SPREAD4(p) _mm256_set1_epi32(four_bytes(p))

/* Twelve sums, two columns, a row and a product are all registers there are; left to itself gcc runs out of them. */
__attribute__((target("avx2"), always_inline)) static inline __m256i multiply_add(__m256i sum, __m256i a, __m256i b)
{
	__m256i products;

	__asm__("vpmaddwd %3, %2, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(products) : "x"(a), "x"(b));
	return sum;
}

#define TILE_NAME tile16_avx2
#define TILE_TARGET __attribute__((target("avx2")))
#define TILE_VECTORS 2
#define SUM __m256i
#define ZERO() _mm256_setzero_si256()
#define DOT(sum, a, b) multiply_add(sum, a, b)
#define TO_FLOAT(sum) _mm256_cvtepi32_ps(sum)
#include "math/narrow_tile.h"
#undef TILE_TARGET

#define TILE_NAME tile8_avxvnni
#define TILE_TARGET __attribute__((target("avx2,avxvnni")))
#define TILE_VECTORS 2
#define SUM __v8si
#define ZERO() (__v8si){0}
#define DOT(sum, a, b) ((__v8si)_mm256_dpbusd_avx_epi32((__m256i)(sum), a, b))
#define TO_FLOAT(sum) _mm256_cvtepi32_ps((__m256i)(sum))
#include "math/narrow_tile.h"

#define TILE_NAME tile16_avxvnni
#define TILE_VECTORS 2
#define SUM __v8si
#define ZERO() (__v8si){0}
#define DOT(sum, a, b) ((__v8si)_mm256_dpwssd_avx_epi32((__m256i)(sum), a, b))
#define TO_FLOAT(sum) _mm256_cvtepi32_ps((__m256i)(sum))
#include "math/narrow_tile.h"

#undef TILE_TARGET
#undef VECTOR
#undef INTEGERS
#undef WIDTH
#undef TILE_HEIGHT
#undef LOAD
#undef STORE
#undef SET
#undef ADD
#undef SUBTRACT
#undef MULTIPLY
#undef LOAD_INTEGERS
#undef SPREAD4

/* 512 bits. Sums of whole numbers have the type of their lanes: with another gcc 12 copies a register for each product. */
#define VECTOR __m512
#define INTEGERS __m512i
#define WIDTH 16
#define TILE_HEIGHT 12
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SET(x) _mm512_set1_ps(x)
#define ADD(a, b) _mm512_add_ps(a, b)
#define SUBTRACT(a, b) _mm512_sub_ps(a, b)
#define MULTIPLY(a, b) _mm512_mul_ps(a, b)
#define LOAD_INTEGERS(p) _mm512_loadu_si512(p)
#define SPREAD4(p) _mm512_set1_epi32(four_bytes(p))

#define TILE_NAME tile8_avx512vnni
#define TILE_TARGET __attribute__((target("avx512f,avx512vnni")))
#define TILE_VECTORS 2
#define SUM __v16si
#define ZERO() (__v16si){0}
#define DOT(sum, a, b) ((__v16si)_mm512_dpbusd_epi32((__m512i)(sum), a, b))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps((__m512i)(sum))
#include "math/narrow_tile.h"

#define TILE_NAME tile16_avx512vnni
#define TILE_VECTORS 2
#define SUM __v16si
#define ZERO() (__v16si){0}
#define DOT(sum, a, b) ((__v16si)_mm512_dpwssd_epi32((__m512i)(sum), a, b))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps((__m512i)(sum))
#include "math/narrow_tile.h"
#undef TILE_TARGET

#define TILE_NAME tile16_avx512bw
#define TILE_TARGET __attribute__((target("avx512f,avx512bw")))
#define TILE_VECTORS 2
#define SUM __m512i
#define ZERO() _mm512_setzero_si512()
#define DOT(sum, a, b) _mm512_add_epi32(sum, _mm512_madd_epi16(a, b))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps(sum)
#include "math/narrow_tile.h"
#undef TILE_TARGET

#define TILE_NAME tile_bf16_avx512
#define TILE_TARGET __attribute__((target("avx512f,avx512bf16")))
#define TILE_VECTORS 2
#define SUM __m512
#define ZERO() _mm512_setzero_ps()
#define DOT(sum, a, b) _mm512_dpbf16_ps(sum, (__m512bh)(a), (__m512bh)(b))
#define TO_FLOAT(sum) (sum)
#include "math/narrow_tile.h"

static bool has_avx512vnni(void)
{
	return processor_has_avx512bw() && __builtin_cpu_supports("avx512vnni");
}

static bool has_bf16(void)
{
	return has_avx512vnni() && __builtin_cpu_supports("avx512bf16");
}

#endif

/* The best first. */
static const struct narrow kernels[] = {
#if defined __x86_64__
        {"avx512vnni", "avx512", 12, 32, tile8_avx512vnni, tile16_avx512vnni, tile_bf16_avx512, &narrow_rounding_avx512,
                has_avx512vnni, has_bf16},
        {"avx512bw", "avx512", 12, 32, NULL, tile16_avx512bw, NULL, &narrow_rounding_avx512, processor_has_avx512bw, never},
        {"avxvnni", "avx2", 6, 16, tile8_avxvnni, tile16_avxvnni, NULL, &narrow_rounding_avx2, processor_has_avxvnni, never},
        {"avx2", "avx2", 6, 16, NULL, tile16_avx2, NULL, &narrow_rounding_avx2, processor_has_avx2, never},
#endif
        {"portable", "portable", PORTABLE_HEIGHT, PORTABLE_WIDTH, NULL, tile16_portable, tile_bf16_portable,
                &narrow_rounding_portable, always, always},
};

enum { KERNELS = sizeof kernels / sizeof *kernels };

const struct narrow *narrow_best(const char *gemm)
{
	size_t i = 0;

	while (strcmp(gemm, "avx512") != 0 && strcmp(kernels[i].gemm, gemm) != 0)
		i++;
	while (!kernels[i].runs())
		i++;
	return &kernels[i];
}

const struct narrow *narrow_named(const char *name)
{
	for (size_t i = 0; i < KERNELS; i++)
		if (strcmp(kernels[i].name, name) == 0)
			return kernels[i].runs() ? &kernels[i] : NULL;
	return NULL;
}

const char *narrow_name(const struct narrow *g)
{
	return g->name;
}

bool narrow_has(const struct narrow *g, enum narrow_kind kind)
{
	return kind != NARROW_BF16 || g->runs_bf16();
}

/* --- shapes ------------------------------------------------------------------------------------------------------------- */

static size_t round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Numbers of A in four bytes. */
static size_t numbers_a_step(const struct narrow *g, enum narrow_kind kind)
{
	return kind == NARROW_INT8 && g->tile8 ? 4 : 2;
}

static size_t chunk_steps(const struct narrow *g, enum narrow_kind kind)
{
	return (kind == NARROW_INT8 ? CHUNK8 : CHUNK16) / numbers_a_step(g, kind);
}

/* Copies that so many channels may have in all. */
static size_t most_copies(size_t k)
{
	return k / 4;
}

size_t narrow_row_size(size_t k)
{
	return round_up(2 * (k + most_copies(k)), 4);
}

static size_t data_size(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n)
{
	const size_t channels = kind == NARROW_INT8 ? k + most_copies(k) : k, step = numbers_a_step(g, kind);

	return round_up(4 * ((channels + step - 1) / step) * round_up(n, g->width), ALIGNMENT);
}

size_t narrow_panels_size(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n)
{
	const size_t columns = round_up(4 * round_up(n, g->width), ALIGNMENT), channels = round_up(4 * k, ALIGNMENT);

	return data_size(g, kind, k, n) + 2 * columns + 2 * channels;
}

/* The arrays of a packed B, one behind the other; scales and sums are 0 at first. */
static void lay_out(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n, void *memory, struct narrow_panels *b)
{
	const size_t columns = round_up(4 * round_up(n, g->width), ALIGNMENT), step = numbers_a_step(g, kind);
	uint8_t *at = memory;

	*b = (struct narrow_panels){.kind = kind, .k = k, .n = n, .steps = (k + step - 1) / step, .data = at};
	at += data_size(g, kind, k, n);
	b->scale = (float *)(void *)at;
	b->sum = (float *)(void *)(at + columns);
	memset(at, 0, 2 * columns);
	at += 2 * columns;
	b->inverse = (float *)(void *)at;
	b->copied = (uint32_t *)(void *)(at + round_up(4 * k, ALIGNMENT));
}

/* Where the four bytes of a step and a column lie. */
static uint8_t *place(const struct narrow *g, const struct narrow_panels *b, size_t step, size_t column)
{
	const size_t most = chunk_steps(g, b->kind), chunk = step / most, steps = smaller(most, b->steps - chunk * most);

	return b->data + 4 * (chunk * most * round_up(b->n, g->width) + column / g->width * g->width * steps +
	                             step % most * g->width + column % g->width);
}

/* Fills what lies behind the last column. */
static void clear_rest(const struct narrow *g, const struct narrow_panels *b)
{
	for (size_t column = b->n; column < round_up(b->n, g->width); column++)
		for (size_t step = 0; step < b->steps; step++)
			memset(place(g, b, step, column), 0, 4);
}

/* --- weights ------------------------------------------------------------------------------------------------------------ */

/* Whole numbers take the place of the weights that they were made of, from the first on. */
static void put_word(float *weights, size_t i, int32_t number)
{
	const int16_t word = (int16_t)number;

	memcpy((uint8_t *)weights + 2 * i, &word, sizeof word);
}

/* The numbers of one column as a row of A has them, to where the panels have them. */
static void put_column(const struct narrow *g, const struct narrow_panels *b, const uint8_t *numbers, size_t column)
{
	const size_t most = chunk_steps(g, b->kind);

	for (size_t first = 0; first < b->steps; first += most) {
		uint8_t *to = place(g, b, first, column);
		const size_t steps = smaller(most, b->steps - first);
		for (size_t i = 0; i < steps; i++)
			memcpy(to + 4 * i * g->width, numbers + 4 * (first + i), 4);
	}
}

/* To the nearest bfloat16, ties to even. */
static uint16_t bfloat_of(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* Sums of 64 products of 16 bits have room for more than those of 256. */
static float row_limit(size_t k)
{
	return k <= 64 ? 8191 : 4095;
}

static float column_limit(size_t k)
{
	return k <= 64 ? 4095 : 2047;
}

/* Loud channels weigh more in the sum, so most of the difference goes into the weights. */
static float evening(float loudness)
{
	return isfinite(loudness) && loudness > 1e-15f && loudness < 1e15f ? powf(loudness, 0.75f) : 1;
}

static void pack_plain(const struct narrow *g, float *weights, const float *loudness, struct narrow_panels *b)
{
	const size_t k = b->k;

	if (!loudness || b->kind == NARROW_BF16)
		b->inverse = NULL;
	for (size_t i = 0; b->inverse && i < k; i++) {
		const float by = evening(loudness[i]);
		b->inverse[i] = 1 / by;
		for (size_t j = 0; j < b->n; j++)
			weights[j * k + i] *= by;
	}
	for (size_t j = 0; j < b->n; j++) {
		float *w = weights + j * k, peak = 0;
		for (size_t i = 0; i < k; i++)
			peak = fabsf(w[i]) > peak ? fabsf(w[i]) : peak;
		const float scale = b->kind == NARROW_INT16 && peak > 0 ? peak / column_limit(k) : 1;
		for (size_t i = 0; i < k; i++)
			put_word(w, i, b->kind == NARROW_BF16 ? bfloat_of(w[i]) : (int32_t)lrintf(w[i] / scale));
		if (k % 2)
			put_word(w, k, 0);
		put_column(g, b, (const uint8_t *)w, j);
		b->scale[j] = scale;
	}
}

/* The largest weight that reads a channel counts as well, to the power of ¼; what it leaves is evened by splitting. */
static void smooth(float *weights, const float *loudness, struct narrow_panels *b, float *peaks)
{
	const size_t k = b->k;

	memset(peaks, 0, k * sizeof *peaks);
	for (size_t j = 0; j < b->n; j++)
		for (size_t i = 0; i < k; i++)
			peaks[i] = fabsf(weights[j * k + i]) > peaks[i] ? fabsf(weights[j * k + i]) : peaks[i];
	for (size_t i = 0; i < k; i++) {
		const float fourth = peaks[i] > 1e-15f && peaks[i] < 1e15f ? powf(peaks[i], 0.25f) : 1;
		b->inverse[i] = fourth / evening(loudness ? loudness[i] : 1);
		peaks[i] /= b->inverse[i];
	}
	for (size_t j = 0; j < b->n; j++)
		for (size_t i = 0; i < k; i++)
			weights[j * k + i] /= b->inverse[i];
}

/* How often a channel stands in A so that none of its weights is above `limit`. */
static size_t times(float peak, float limit)
{
	return peak > limit ? (size_t)ceilf(fminf(peak / limit, 250)) : 1;
}

/* Splits channels whose weights are 1.5 times as large as those of the average one, or as much larger as leaves room. */
static void split(const float *peaks, struct narrow_panels *b)
{
	double total = 0;
	float limit;
	size_t copies;

	for (size_t i = 0; i < b->k; i++)
		total += 1 / (1e-30 + (double)peaks[i]);
	limit = (float)(1.5 * (double)b->k / total); /* the harmonic mean: a few large ones do not lift it */
	do {
		copies = 0;
		for (size_t i = 0; i < b->k; i++)
			copies += times(peaks[i], limit) - 1;
		limit *= copies > most_copies(b->k) ? 1.1f : 1;
	} while (copies > most_copies(b->k));
	for (size_t i = 0; i < b->k; i++)
		for (size_t t = times(peaks[i], limit); t > 1; t--)
			b->copied[b->copies++] = (uint32_t)i;
}

/* The largest number that one of the channel's copies takes over from the others. */
static int32_t part_of(int32_t number)
{
	return number > WEIGHT8_LIMIT ? WEIGHT8_LIMIT : number < -WEIGHT8_LIMIT ? -WEIGHT8_LIMIT : number;
}

/* What is above the limit in a channel goes on in its copies. */
static void share_with_copies(float *words, const struct narrow_panels *b)
{
	int32_t rest = 0;

	for (size_t at = 0; at < b->copies; at++) {
		const size_t channel = b->copied[at];
		if (at == 0 || b->copied[at - 1] != channel) {
			rest = word_at((uint8_t *)words + 2 * channel);
			put_word(words, channel, part_of(rest));
			rest -= part_of(rest);
		}
		put_word(words, b->k + at, part_of(rest));
		rest -= part_of(rest);
	}
}

/* The weights of one output. */
static void pack_column8(const struct narrow *g, float *w, const struct narrow_panels *b, size_t j)
{
	const size_t step = numbers_a_step(g, NARROW_INT8), count = b->k + b->copies;
	uint8_t *bytes = (uint8_t *)w;
	float scale = 0;
	int32_t sum = 0;

	for (size_t i = 0, at = 0; i < b->k; i++) {
		const size_t before = at;
		while (at < b->copies && b->copied[at] == i)
			at++;
		const float needed = fabsf(w[i]) / (float)((at - before + 1) * WEIGHT8_LIMIT);
		scale = needed > scale ? needed : scale;
	}
	if (!(scale > 0))
		scale = 1;
	for (size_t i = 0; i < b->k; i++) {
		const int32_t number = (int32_t)lrintf(w[i] / scale);
		put_word(w, i, number);
		sum += number;
	}
	share_with_copies(w, b);
	for (size_t i = 0; step == 4 && i < count; i++)
		bytes[i] = (uint8_t)word_at(bytes + 2 * i);
	memset(bytes + 4 / step * count, 0, 4 * b->steps - 4 / step * count);
	put_column(g, b, bytes, j);
	b->scale[j] = scale;
	b->sum[j] = (float)sum;
}

static void pack8(const struct narrow *g, float *weights, const float *loudness, struct narrow_panels *b)
{
	const size_t step = numbers_a_step(g, NARROW_INT8);
	float *peaks = (float *)(void *)b->data; /* until the weights are written */

	smooth(weights, loudness, b, peaks);
	split(peaks, b);
	b->steps = (b->k + b->copies + step - 1) / step;
	for (size_t j = 0; j < b->n; j++)
		pack_column8(g, weights + j * b->k, b, j);
}

void narrow_pack(const struct narrow *g, enum narrow_kind kind, float *weights, size_t k, size_t n, const float *loudness,
        void *memory, struct narrow_panels *b)
{
	lay_out(g, kind, k, n, memory, b);
	if (kind == NARROW_INT8)
		pack8(g, weights, loudness, b);
	else
		pack_plain(g, weights, loudness, b);
	clear_rest(g, b);
}

/* --- keys and values ---------------------------------------------------------------------------------------------------- */

void narrow_pack_keys(const struct narrow *g, const float *keys, size_t stride, size_t k, size_t n, float *room, void *memory,
        struct narrow_panels *b)
{
	float *mean = room;
	int16_t *row = (int16_t *)(void *)(room + round_up(k, 16));

	lay_out(g, NARROW_INT16, k, n, memory, b);
	b->inverse = NULL;
	memset(mean, 0, k * sizeof *mean);
	for (size_t j = 0; j < n; j++)
		g->rounding->add_to(keys + j * stride, k, mean);
	for (size_t i = 0; i < k; i++)
		mean[i] /= (float)n;
	row[k] = 0;
	for (size_t j = 0; j < n; j++) {
		b->scale[j] = g->rounding->row16(keys + j * stride, mean, NULL, k, column_limit(k), row);
		put_column(g, b, (const uint8_t *)row, j);
	}
	clear_rest(g, b);
}

void narrow_pack_values(const struct narrow *g, const float *values, size_t stride, size_t k, size_t n, float *room,
        void *memory, struct narrow_panels *b)
{
	const size_t padded = round_up(n, 16);
	int16_t *above = (int16_t *)(void *)(room + padded), *below = above + padded;
	float *by = room;

	lay_out(g, NARROW_INT16, k, n, memory, b);
	b->inverse = NULL;
	memset(by, 0, n * sizeof *by);
	for (size_t i = 0; i < k; i++)
		g->rounding->raise_to(values + i * stride, n, by);
	for (size_t j = 0; j < n; j++) {
		b->scale[j] = by[j] / VALUE_LIMIT;
		by[j] = by[j] > 1e-30f ? VALUE_LIMIT / by[j] : 0;
	}
	memset(below, 0, n * sizeof *below);
	for (size_t i = 0; i < k; i += 2) {
		g->rounding->scaled16(values + i * stride, by, n, above);
		if (i + 1 < k)
			g->rounding->scaled16(values + (i + 1) * stride, by, n, below);
		else
			memset(below, 0, n * sizeof *below);
		for (size_t column = 0; column < n; column += g->width) {
			uint8_t *to = place(g, b, i / 2, column);
			for (size_t j = column; j < smaller(column + g->width, n); j++, to += 4) {
				memcpy(to, above + j, 2);
				memcpy(to + 2, below + j, 2);
			}
		}
	}
	clear_rest(g, b);
}

/* --- rows of A ---------------------------------------------------------------------------------------------------------- */

/* The copies behind the channels, and zeros up to the end of the last step. */
static void add_copies(const struct narrow_panels *b, bool bytes, uint8_t *row)
{
	size_t at = b->k;

	for (size_t i = 0; i < b->copies; i++, at++)
		if (bytes)
			row[at] = row[b->copied[i]];
		else
			memcpy(row + 2 * at, row + 2 * (size_t)b->copied[i], 2);
	const size_t written = at * (bytes ? 1 : 2);
	memset(row + written, 0, 4 * b->steps - written);
}

static void take_bfloats(const float *x, size_t k, uint8_t *row)
{
	for (size_t i = 0; i < k; i++) {
		const uint16_t half = bfloat_of(x[i]);
		memcpy(row + 2 * i, &half, sizeof half);
	}
}

void narrow_take(const struct narrow *g, const struct narrow_panels *b, const float *x, size_t stride, size_t count,
        struct narrow_rows *rows)
{
	const bool bytes = numbers_a_step(g, b->kind) == 4;

	for (size_t r = 0; r < count; r++) {
		uint8_t *row = rows->data + r * rows->stride;
		const float *from = x + r * stride;
		rows->scale[r] = 1;
		rows->zero[r] = 0;
		if (b->kind == NARROW_INT8)
			g->rounding->row8(from, b->inverse, b->k, bytes, row, &rows->scale[r], &rows->zero[r]);
		else if (b->kind == NARROW_INT16)
			rows->scale[r] = g->rounding->row16(from, NULL, b->inverse, b->k, row_limit(b->k), (int16_t *)(void *)row);
		else
			take_bfloats(from, b->k, row);
		add_copies(b, bytes, row);
	}
}

void narrow_soft_max(const struct narrow *g, const float *scores, size_t n, size_t count, struct narrow_rows *rows)
{
	for (size_t r = 0; r < count; r++) {
		int16_t *row = (int16_t *)(void *)(rows->data + r * rows->stride);
		rows->scale[r] = 1 / (float)g->rounding->soft_max16(scores + r * n, n, row);
		rows->zero[r] = 0;
		if (n % 2)
			row[n] = 0;
	}
}

/* --- the product -------------------------------------------------------------------------------------------------------- */

static tile_function *tile_for(const struct narrow *g, enum narrow_kind kind)
{
	if (kind == NARROW_BF16)
		return g->tile_bf16;
	return kind == NARROW_INT8 && g->tile8 ? g->tile8 : g->tile16;
}

/* A tile at the edge is computed whole beside A and C, and what belongs to C is copied. */
static void edge_tile(const struct narrow *g, tile_function *tile, size_t steps, const uint8_t *a, size_t a_stride,
        const uint8_t *b, const struct finish *f, size_t rows, size_t columns, float *c, size_t stride)
{
	float whole[MAX_HEIGHT * MAX_WIDTH] = {0}, bias[MAX_WIDTH] = {0}, zero[MAX_HEIGHT] = {0}, scale[MAX_HEIGHT] = {0};
	uint8_t above[MAX_HEIGHT * 2 * CHUNK8];
	struct finish edge = *f;

	for (size_t r = 0; r < g->height; r++)
		memcpy(above + r * 4 * steps, a + (r < rows ? r : rows - 1) * a_stride, 4 * steps);
	memcpy(scale, f->row_scale, rows * sizeof *scale);
	edge.row_scale = scale;
	if (f->bias)
		edge.bias = memcpy(bias, f->bias, columns * sizeof *bias);
	if (f->zero)
		edge.zero = memcpy(zero, f->zero, rows * sizeof *zero);
	if (!f->first)
		for (size_t r = 0; r < rows; r++)
			memcpy(whole + r * g->width, c + r * stride, columns * sizeof *c);
	tile(steps, above, 4 * steps, b, &edge, whole, g->width);
	for (size_t r = 0; r < rows; r++)
		memcpy(c + r * stride, whole + r * g->width, columns * sizeof *c);
}

/* A chunk of k and a panel of B against all rows of a block. */
static void multiply_panel(const struct narrow *g, tile_function *tile, size_t steps, const uint8_t *a, size_t a_stride, size_t rows,
        const uint8_t *panel, struct finish f, size_t columns, float *c, size_t stride)
{
	for (size_t row = 0; row < rows; row += g->height) {
		const size_t height = smaller(g->height, rows - row);
		if (height == g->height && columns == g->width)
			tile(steps, a + row * a_stride, a_stride, panel, &f, c + row * stride, stride);
		else
			edge_tile(g, tile, steps, a + row * a_stride, a_stride, panel, &f, height, columns, c + row * stride, stride);
		f.zero = f.zero ? f.zero + g->height : NULL;
		f.row_scale += g->height;
	}
}

static void multiply_block(const struct narrow *g, const struct narrow_rows *a, size_t row, size_t rows,
        const struct narrow_panels *b, const float *bias, float *c, size_t stride)
{
	const size_t most = chunk_steps(g, b->kind);
	const uint8_t *panel = b->data;
	tile_function *tile = tile_for(g, b->kind);

	for (size_t first = 0; first < b->steps; first += most) {
		const size_t steps = smaller(most, b->steps - first);
		for (size_t column = 0; column < b->n; column += g->width, panel += 4 * steps * g->width) {
			const struct finish f = {first == 0, first + steps == b->steps, b->kind == NARROW_INT8 ? a->zero + row : NULL,
			        a->scale + row, b->sum + column,
			        b->scale + column, bias ? bias + column : NULL};
			multiply_panel(g, tile, steps, a->data + row * a->stride + 4 * first, a->stride, rows, panel, f,
			        smaller(g->width, b->n - column), c + column, stride);
		}
	}
}

void narrow_multiply(const struct narrow *g, const struct narrow_rows *rows, size_t count, const struct narrow_panels *b,
        const float *bias, float *c, size_t stride)
{
	for (size_t row = 0; row < count; row += ROWS)
		multiply_block(g, rows, row, smaller(ROWS, count - row), b, bias, c + row * stride, stride);
}
