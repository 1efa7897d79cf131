/* SPDX-License-Identifier: ISC */
#include "math/gemm.h"

#include "math/gemm_tile.h"
#include "math/processor.h"
#include "math/transpose.h"
#include "math/version.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

struct gemm {
	struct version version;
	size_t height, width; /* of a tile */
	gemm_tile *tile;
	const char *needs;
};

enum { MAX_HEIGHT = 8, MAX_WIDTH = 48 };

/* --- tiles -------------------------------------------------------------------------------------------------------------- */

enum { PORTABLE_HEIGHT = 4, PORTABLE_WIDTH = 4 };

static void tile_portable(size_t k, const float *a, size_t strips, const float *b, enum gemm_start start, const float *bias, float *c,
        size_t stride, const float *next)
{
	(void)next;
	for (size_t r = 0; r < strips * PORTABLE_HEIGHT; r++) {
		const float *row = a + r / PORTABLE_HEIGHT * k * PORTABLE_HEIGHT + r % PORTABLE_HEIGHT;
		for (size_t j = 0; j < PORTABLE_WIDTH; j++) {
			float *to = c + r * stride + j;
			float sum = start == GEMM_START_C ? *to : start == GEMM_START_BIAS ? bias[j] : 0;
			for (size_t i = 0; i < k; i++)
				sum += row[i * PORTABLE_HEIGHT] * b[i * PORTABLE_WIDTH + j];
			*to = sum;
		}
	}
}

#if defined __x86_64__

#include "math/gemm_avx2.h"
#include "math/gemm_tile.h"

#include "math/gemm_avx512.h"
#include "math/gemm_tile.h"

#endif

/* The best first. */
static const struct gemm kernels[] = {
#if defined __x86_64__
        {{"avx512", processor_has_avx512}, 8, 48, tile_avx512, "avx512f"},
        {{"avx2", processor_has_avx2}, 4, 24, tile_avx2, "avx2 fma"},
#endif
        {{"portable", version_always}, PORTABLE_HEIGHT, PORTABLE_WIDTH, tile_portable, ""},
};

enum { KERNELS = sizeof kernels / sizeof *kernels };

const struct gemm *gemm_best(void)
{
	return version_first(kernels, sizeof *kernels);
}

const struct gemm *gemm_named(const char *name)
{
	return version_named(kernels, sizeof *kernels, KERNELS, name);
}

const struct gemm *gemm_at(size_t i)
{
	return i < KERNELS ? &kernels[i] : NULL;
}

const char *gemm_needs(const struct gemm *g)
{
	return g->needs;
}

bool gemm_runs(const struct gemm *g)
{
	return g->version.supported();
}

const char *gemm_name(const struct gemm *g)
{
	return g->version.name;
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
static void pack_panel(const float *source, size_t stride, bool transposed, size_t columns, size_t rows, size_t width, float *to)
{
	if (columns < width)
		memset(to, 0, rows * width * sizeof *to);
	if (transposed)
		transpose(source, stride, columns, rows, to, width);
	else
		for (size_t i = 0; i < rows; i++)
			memcpy(to + i * width, source + i * stride, columns * sizeof *to);
}

/* Chunk after chunk of k; in each, panel after panel; in each, row after row of the panel's width. */
void gemm_pack_panels(const struct gemm *g, const float *source, size_t stride, bool transposed, struct gemm_panels *b)
{
	const size_t row_step = transposed ? 1 : stride, column_step = transposed ? stride : 1;
	float *to = b->data;

	for (size_t first = 0; first < b->k; first += GEMM_CHUNK) {
		const size_t rows = smaller(GEMM_CHUNK, b->k - first);
		for (size_t column = 0; column < b->n; column += g->width, to += rows * g->width)
			pack_panel(source + first * row_step + column * column_step, stride, transposed,
			        smaller(g->width, b->n - column), rows, g->width, to);
	}
}

size_t gemm_rows_size(const struct gemm *g, size_t rows, size_t k)
{
	return round_up(rows, g->height) * k;
}

/* One strip of a chunk: column after column, each of `height` numbers; one with fewer rows is filled with 0. */
static void pack_strip(const float *a, size_t stride, size_t rows, size_t k, size_t height, float *to)
{
	if (rows < height)
		memset(to, 0, height * k * sizeof *to);
	transpose(a, stride, rows, k, to, height);
}

/* Chunk after chunk of k; in each, strip after strip. */
void gemm_pack_rows(const struct gemm *g, const float *a, size_t stride, size_t first, size_t count, size_t rows, size_t k, float *to)
{
	for (size_t at = 0; at < k; at += GEMM_CHUNK) {
		const size_t columns = smaller(GEMM_CHUNK, k - at);
		for (size_t row = 0; row < count; row += g->height)
			pack_strip(a + row * stride + at, stride, smaller(g->height, count - row), columns, g->height,
			        to + (first + row) * columns);
		to += round_up(rows, g->height) * columns;
	}
}

/* --- the product -------------------------------------------------------------------------------------------------------- */

/* A chunk of k of one product: strips of A, a panel of B, and where they meet in C. */
struct meeting {
	const struct gemm *g;
	size_t k, rows, columns; /* that belong to C: of the last strip and panel some may not */
	const float *a, *b, *next;
	enum gemm_start start;
	const float *bias;
	float *c;
	size_t stride;
};

/* A tile at the edge is computed whole beside C, and what belongs to C is copied. */
static void edge_tile(const struct meeting *m, size_t row)
{
	float whole[MAX_HEIGHT * MAX_WIDTH] = {0}, whole_bias[MAX_WIDTH] = {0};
	const size_t width = m->g->width, rows = smaller(m->g->height, m->rows - row), bytes = m->columns * sizeof *m->c;
	float *c = m->c + row * m->stride;

	if (m->start == GEMM_START_BIAS)
		memcpy(whole_bias, m->bias, bytes);
	for (size_t r = 0; m->start == GEMM_START_C && r < rows; r++)
		memcpy(whole + r * width, c + r * m->stride, bytes);
	m->g->tile(m->k, m->a + row * m->k, 1, m->b, m->start, whole_bias, whole, width, NULL);
	for (size_t r = 0; r < rows; r++)
		memcpy(c + r * m->stride, whole + r * width, bytes);
}

static void meet(const struct meeting *m)
{
	const size_t height = m->g->height, strips = m->columns == m->g->width ? m->rows / height : 0;

	if (strips)
		m->g->tile(m->k, m->a, strips, m->b, m->start, m->bias, m->c, m->stride, m->next);
	for (size_t row = strips * height; row < m->rows; row += height)
		edge_tile(m, row);
}

void gemm_multiply(const struct gemm *g, const float *a, size_t rows, const struct gemm_panels *b, const float *bias, float *c,
        size_t stride)
{
	const float *panel = b->data, *const end = panel + gemm_panels_size(g, b->k, b->n);

	for (size_t first = 0; first < b->k; first += GEMM_CHUNK) {
		const size_t k = smaller(GEMM_CHUNK, b->k - first);
		struct meeting m = {.g = g, .k = k, .rows = rows, .a = a, .stride = stride};
		m.start = first ? GEMM_START_C : bias ? GEMM_START_BIAS : GEMM_START_ZERO;
		for (size_t column = 0; column < b->n; column += g->width, panel += k * g->width) {
			m.columns = smaller(g->width, b->n - column);
			m.b = panel;
			m.next = panel + k * g->width < end ? panel + k * g->width : NULL;
			m.bias = bias ? bias + column : NULL;
			m.c = c + column;
			meet(&m);
		}
		a += round_up(rows, g->height) * k;
	}
}
