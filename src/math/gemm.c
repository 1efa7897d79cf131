/* SPDX-License-Identifier: ISC */
#include "math/gemm.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

enum start { START_ZERO, START_BIAS, START_C };

typedef void tile_function(size_t k, const float *a, size_t a_stride, const float *b, enum start start, const float *bias, float *c,
        size_t stride);

struct gemm {
	const char *name;
	size_t height, width; /* of a tile */
	tile_function *tile;
	bool (*runs)(void);
};

enum { MAX_HEIGHT = 12, MAX_WIDTH = 32 };

/* --- tiles -------------------------------------------------------------------------------------------------------------- */

enum { PORTABLE_HEIGHT = 4, PORTABLE_WIDTH = 4 };

static void tile_portable(size_t k, const float *a, size_t a_stride, const float *b, enum start start, const float *bias, float *c,
        size_t stride)
{
	for (size_t r = 0; r < PORTABLE_HEIGHT; r++) {
		for (size_t j = 0; j < PORTABLE_WIDTH; j++) {
			float *to = c + r * stride + j;
			float sum = start == START_C ? *to : start == START_BIAS ? bias[j] : 0;
			for (size_t i = 0; i < k; i++)
				sum += a[r * a_stride + i] * b[i * PORTABLE_WIDTH + j];
			*to = sum;
		}
	}
}

static bool always(void)
{
	return true;
}

#if defined __x86_64__

#define TILE_NAME tile_avx2
#define TILE_TARGET __attribute__((target("avx2,fma")))
#define TILE_HEIGHT 6
#define TILE_VECTORS 2
#define VECTOR __m256
#define WIDTH 8
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SPREAD(p) _mm256_broadcast_ss(p)
#define FMA(a, b, c) _mm256_fmadd_ps(a, b, c)
#define ZERO() _mm256_setzero_ps()
#include "math/gemm_tile.h"

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

#define TILE_NAME tile_avx512
#define TILE_TARGET __attribute__((target("avx512f")))
#define TILE_HEIGHT 12
#define TILE_VECTORS 2
#define VECTOR __m512
#define WIDTH 16
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SPREAD(p) _mm512_set1_ps(*(p))
#define FMA(a, b, c) _mm512_fmadd_ps(a, b, c)
#define ZERO() _mm512_setzero_ps()
#include "math/gemm_tile.h"

static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f");
}

#endif

/* The best first. */
static const struct gemm kernels[] = {
#if defined __x86_64__
        {"avx512", 12, 32, tile_avx512, has_avx512},
        {"avx2", 6, 16, tile_avx2, has_avx2},
#endif
        {"portable", PORTABLE_HEIGHT, PORTABLE_WIDTH, tile_portable, always},
};

const struct gemm *gemm_best(void)
{
	const struct gemm *g = kernels;

	while (!g->runs())
		g++;
	return g;
}

const struct gemm *gemm_named(const char *name)
{
	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
		if (strcmp(kernels[i].name, name) == 0)
			return kernels[i].runs() ? &kernels[i] : NULL;
	return NULL;
}

const char *gemm_name(const struct gemm *g)
{
	return g->name;
}

/* --- packing ------------------------------------------------------------------------------------------------------------ */

static size_t round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t gemm_panels_size(const struct gemm *g, size_t k, size_t n)
{
	return k * round_up(n, g->width);
}

float *gemm_alloc(size_t numbers)
{
	void *memory;

	if (numbers > SIZE_MAX / sizeof(float) - GEMM_ALIGNMENT)
		return NULL;
	return posix_memalign(&memory, GEMM_ALIGNMENT, (numbers ? numbers : 1) * sizeof(float)) == 0 ? memory : NULL;
}

/* One panel of a chunk; one with fewer columns than its width is filled with 0. */
static void pack_panel(const float *source, size_t row_step, size_t column_step, size_t columns, size_t rows, size_t width,
        float *to)
{
	memset(to, 0, columns < width ? rows * width * sizeof *to : 0);
	if (column_step == 1) {
		for (size_t i = 0; i < rows; i++)
			memcpy(to + i * width, source + i * row_step, columns * sizeof *to);
		return;
	}
	for (size_t j = 0; j < columns; j++)
		for (size_t i = 0; i < rows; i++)
			to[i * width + j] = source[j * column_step + i * row_step];
}

/* Chunk after chunk of k; in each, panel after panel; in each, row after row of the panel's width. */
void gemm_pack_panels(const struct gemm *g, const float *source, size_t stride, bool transposed, struct gemm_panels *b)
{
	const size_t row_step = transposed ? 1 : stride, column_step = transposed ? stride : 1;
	float *to = b->data;

	for (size_t first = 0; first < b->k; first += GEMM_CHUNK) {
		const size_t rows = smaller(GEMM_CHUNK, b->k - first);
		for (size_t column = 0; column < b->n; column += g->width, to += rows * g->width)
			pack_panel(source + first * row_step + column * column_step, row_step, column_step,
			        smaller(g->width, b->n - column), rows, g->width, to);
	}
}

/* --- the product -------------------------------------------------------------------------------------------------------- */

/* A tile at the edge is computed whole beside A and C, and what belongs to C is copied. */
static void edge_tile(const struct gemm *g, size_t k, const float *a, size_t a_stride, const float *b, enum start start,
        const float *bias, size_t rows, size_t columns, float *c, size_t stride)
{
	float whole[MAX_HEIGHT * MAX_WIDTH] = {0}, whole_bias[MAX_WIDTH] = {0}, above[MAX_HEIGHT * GEMM_CHUNK];

	if (rows < g->height) {
		for (size_t r = 0; r < g->height; r++)
			memcpy(above + r * k, a + (r < rows ? r : rows - 1) * a_stride, k * sizeof *a);
		a = above;
		a_stride = k;
	}
	if (start == START_BIAS)
		memcpy(whole_bias, bias, columns * sizeof *bias);
	if (start == START_C)
		for (size_t r = 0; r < rows; r++)
			memcpy(whole + r * g->width, c + r * stride, columns * sizeof *c);
	g->tile(k, a, a_stride, b, start, whole_bias, whole, g->width);
	for (size_t r = 0; r < rows; r++)
		memcpy(c + r * stride, whole + r * g->width, columns * sizeof *c);
}

/* A chunk of k and a panel of B against all rows of a block. */
static void multiply_panel(const struct gemm *g, size_t k, const float *a, size_t a_stride, size_t rows, const float *panel,
        enum start start, const float *bias, size_t columns, float *c, size_t stride)
{
	for (size_t row = 0; row < rows; row += g->height) {
		const size_t height = smaller(g->height, rows - row);
		if (height == g->height && columns == g->width)
			g->tile(k, a + row * a_stride, a_stride, panel, start, bias, c + row * stride, stride);
		else
			edge_tile(g, k, a + row * a_stride, a_stride, panel, start, bias, height, columns, c + row * stride,
			        stride);
	}
}

static void multiply_block(const struct gemm *g, const float *a, size_t a_stride, size_t rows, const struct gemm_panels *b,
        const float *bias, float *c, size_t stride)
{
	const float *panel = b->data;

	for (size_t first = 0; first < b->k; first += GEMM_CHUNK) {
		const size_t k = smaller(GEMM_CHUNK, b->k - first);
		const enum start start = first ? START_C : bias ? START_BIAS : START_ZERO;
		for (size_t column = 0; column < b->n; column += g->width, panel += k * g->width)
			multiply_panel(g, k, a + first, a_stride, rows, panel, start, bias ? bias + column : NULL,
			        smaller(g->width, b->n - column), c + column, stride);
	}
}

void gemm_multiply(const struct gemm *g, const float *a, size_t a_stride, size_t rows, const struct gemm_panels *b,
        const float *bias, float *c, size_t stride)
{
	for (size_t row = 0; row < rows; row += GEMM_ROWS)
		multiply_block(g, a + row * a_stride, a_stride, smaller(GEMM_ROWS, rows - row), b, bias, c + row * stride, stride);
}
