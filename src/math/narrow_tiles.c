/* SPDX-License-Identifier: ISC */
#include "math/narrow_kernel.h"

#include "math/processor.h"

#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

/* --- portable ----------------------------------------------------------------------------------------------------------- */

enum { PORTABLE_HEIGHT = 4, PORTABLE_WIDTH = 4, PORTABLE_STRIP = 2 };

typedef float dot_function(const uint8_t *a, const uint8_t *b, size_t steps);

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

static float dot8(const uint8_t *a, const uint8_t *b, size_t steps)
{
	int32_t sum = 0;

	for (size_t i = 0; i < 4 * steps; i++)
		sum += a[i] * (int8_t)b[i / 4 * 4 * PORTABLE_WIDTH + i % 4];
	return (float)sum;
}

static float dot16(const uint8_t *a, const uint8_t *b, size_t steps)
{
	int32_t sum = 0;

	for (size_t i = 0; i < 2 * steps; i++)
		sum += word_at(a + 2 * i) * word_at(b + i / 2 * 4 * PORTABLE_WIDTH + 2 * (i % 2));
	return (float)sum;
}

static float dot_bf16(const uint8_t *a, const uint8_t *b, size_t steps)
{
	float sum = 0;

	for (size_t i = 0; i < 2 * steps; i++)
		sum += bfloat_at(a + 2 * i) * bfloat_at(b + i / 2 * 4 * PORTABLE_WIDTH + 2 * (i % 2));
	return sum;
}

static void tile_portable(dot_function *dot, size_t chunk, size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b,
        const struct narrow_finish *f, float *c, size_t stride)
{
	for (size_t r = 0; r < PORTABLE_HEIGHT; r++)
		for (size_t j = 0; j < PORTABLE_WIDTH; j++) {
			float x = 0;
			for (size_t i = 0; i < steps; i += chunk)
				x += dot(a + r * a_stride + 4 * i, b + 4 * (i * PORTABLE_WIDTH + j), steps - i < chunk ? steps - i : chunk);
			if (f->zero)
				x -= f->zero[r] * f->sum[j];
			x = x * f->row_scale[r] * f->scale[j];
			if (f->bias)
				x += f->bias[j];
			c[r * stride + j] = f->more ? x + c[r * stride + j] : x;
		}
}

static void tile8_portable(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride)
{
	tile_portable(dot8, NARROW_CHUNK8, steps, a, a_stride, b, f, c, stride);
}

static void tile16_portable(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride)
{
	tile_portable(dot16, NARROW_CHUNK, steps, a, a_stride, b, f, c, stride);
}

static void tile_bf16_portable(size_t steps, const uint8_t *a, size_t a_stride, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride)
{
	tile_portable(dot_bf16, NARROW_CHUNK, steps, a, a_stride, b, f, c, stride);
}

/* What strips do with a sum. */
static void put_sum(int32_t sum, const float *row_scale, const float *scale, float *c)
{
	if (row_scale)
		*c = (float)sum * *row_scale * *scale;
	else
		*c += scale ? (float)sum * *scale : (float)sum;
}

static void strips_portable(size_t steps, const uint8_t *a, size_t strips, const uint8_t *b, const float *row_scale,
        const float *scale, float *c)
{
	for (size_t r = 0; r < PORTABLE_STRIP * strips; r++) {
		const uint8_t *row = a + 4 * (r / PORTABLE_STRIP * PORTABLE_STRIP * steps + r % PORTABLE_STRIP);
		for (size_t j = 0; j < PORTABLE_WIDTH; j++, c++) {
			int32_t sum = 0;
			for (size_t i = 0; i < 2 * steps; i++)
				sum += word_at(row + i / 2 * 4 * PORTABLE_STRIP + 2 * (i % 2)) *
				       word_at(b + 4 * (i / 2 * PORTABLE_WIDTH + j) + 2 * (i % 2));
			put_sum(sum, row_scale ? row_scale + r : NULL, scale ? scale + j : NULL, c);
		}
	}
}

static void strips8_portable(size_t steps, const uint8_t *a, size_t strips, const uint8_t *b, const float *row_scale,
        const float *scale, float *c)
{
	for (size_t r = 0; r < PORTABLE_STRIP * strips; r++) {
		const uint8_t *row = a + 4 * (r / PORTABLE_STRIP * PORTABLE_STRIP * steps + r % PORTABLE_STRIP);
		for (size_t j = 0; j < PORTABLE_WIDTH; j++, c++) {
			int32_t sum = 0;
			for (size_t i = 0; i < 4 * steps; i++)
				sum += (int8_t)row[i / 4 * 4 * PORTABLE_STRIP + i % 4] * b[4 * (i / 4 * PORTABLE_WIDTH + j) + i % 4];
			put_sum(sum, row_scale ? row_scale + r : NULL, scale ? scale + j : NULL, c);
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

/* --- vectorised --------------------------------------------------------------------------------------------------------- */

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
#define TILE_VECTORS 2
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SET(x) _mm256_set1_ps(x)
#define ADD(a, b) _mm256_add_ps(a, b)
#define SUBTRACT(a, b) _mm256_sub_ps(a, b)
#define MULTIPLY(a, b) _mm256_mul_ps(a, b)
#define LOAD_INTEGERS(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define SPREAD4(p) _mm256_set1_epi32(four_bytes(p))

/* Sums, columns, rows and products are all registers there are; left to itself gcc runs out of them. */
__attribute__((target("avx2"), always_inline)) static inline __m256i multiply_add16(__m256i sum, __m256i a, __m256i a2, __m256i b,
        __m256i b2)
{
	__m256i products;

	__asm__("vpmaddwd %4, %2, %1\n\tvpaddd %1, %0, %0\n\t"
	        "vpmaddwd %5, %3, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(products) : "x"(a), "x"(a2), "x"(b), "x"(b2));
	return sum;
}

/*
 * Four products are added in 16 bits before they are widened, which takes as long as a product: weights are packed so that
 * they have room.
 */
__attribute__((target("avx2"), always_inline)) static inline __m256i multiply_add8(__m256i sum, __m256i a, __m256i a2, __m256i b,
        __m256i b2)
{
	const __m256i ones = _mm256_set1_epi16(1);
	__m256i products, more;

	__asm__("vpmaddubsw %5, %3, %1\n\tvpmaddubsw %6, %4, %2\n\tvpaddw %2, %1, %1\n\t"
	        "vpmaddwd %7, %1, %1\n\tvpaddd %1, %0, %0"
	        : "+x"(sum), "=&x"(products), "=&x"(more) : "x"(a), "x"(a2), "xm"(b), "xm"(b2), "xm"(ones));
	return sum;
}

#define TILE_TARGET __attribute__((target("avx2")))
#define TILE_HEIGHT 4
#define STRIP_NAME strips_avx2
#define STRIP_HEIGHT 4
#define TILE_NAME tile16_avx2
#define TILE_CHUNK NARROW_CHUNK
#define SUM __m256i
#define ZERO() _mm256_setzero_si256()
#define DOT2(sum, a, a2, b, b2) multiply_add16(sum, a, a2, b, b2)
#define TO_FLOAT(sum) _mm256_cvtepi32_ps(sum)
#include "math/narrow_strip.h"
#include "math/narrow_tile.h"

#define SUM __m256i
#define ZERO() _mm256_setzero_si256()
#define TO_FLOAT(sum) _mm256_cvtepi32_ps(sum)
#define STRIP_NAME strips8_avx2
#define STRIP_HEIGHT 4
#define DOT2(sum, a, a2, b, b2) multiply_add8(sum, b, b2, a, a2)
#include "math/narrow_strip.h"
#undef DOT2
#define TILE_NAME tile8_avx2
#define TILE_CHUNK NARROW_CHUNK8
#define DOT2(sum, a, a2, b, b2) multiply_add8(sum, a, a2, b, b2)
#include "math/narrow_tile.h"
#undef TILE_TARGET
#undef TILE_HEIGHT

#define TILE_TARGET __attribute__((target("avx2,avxvnni")))
#define TILE_HEIGHT 6
#define SUM __v8si
#define ZERO() (__v8si){0}
#define TO_FLOAT(sum) _mm256_cvtepi32_ps((__m256i)(sum))
#define STRIP_NAME strips8_avxvnni
#define STRIP_HEIGHT 4
#define DOT2(sum, a, a2, b, b2) \
	((__v8si)_mm256_dpbusd_avx_epi32(_mm256_dpbusd_avx_epi32((__m256i)(sum), b, a), b2, a2))
#include "math/narrow_strip.h"
#undef DOT2
#define TILE_NAME tile8_avxvnni
#define TILE_CHUNK NARROW_CHUNK8
#define DOT2(sum, a, a2, b, b2) \
	((__v8si)_mm256_dpbusd_avx_epi32(_mm256_dpbusd_avx_epi32((__m256i)(sum), a, b), a2, b2))
#include "math/narrow_tile.h"

#define STRIP_NAME strips_avxvnni
#define STRIP_HEIGHT 4
#define TILE_NAME tile16_avxvnni
#define TILE_CHUNK NARROW_CHUNK
#define SUM __v8si
#define ZERO() (__v8si){0}
#define DOT2(sum, a, a2, b, b2) \
	((__v8si)_mm256_dpwssd_avx_epi32(_mm256_dpwssd_avx_epi32((__m256i)(sum), a, b), a2, b2))
#define TO_FLOAT(sum) _mm256_cvtepi32_ps((__m256i)(sum))
#include "math/narrow_strip.h"
#include "math/narrow_tile.h"

#undef TILE_TARGET
#undef TILE_HEIGHT
#undef VECTOR
#undef INTEGERS
#undef WIDTH
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

#define TILE_TARGET __attribute__((target("avx512f,avx512vnni")))
#define SUM __v16si
#define ZERO() (__v16si){0}
#define TO_FLOAT(sum) _mm512_cvtepi32_ps((__m512i)(sum))
#define STRIP_NAME strips8_avx512vnni
#define STRIP_HEIGHT 8
#define DOT2(sum, a, a2, b, b2) ((__v16si)_mm512_dpbusd_epi32(_mm512_dpbusd_epi32((__m512i)(sum), b, a), b2, a2))
#include "math/narrow_strip.h"
#undef DOT2
#define TILE_NAME tile8_avx512vnni
#define TILE_CHUNK NARROW_CHUNK8
#define DOT2(sum, a, a2, b, b2) ((__v16si)_mm512_dpbusd_epi32(_mm512_dpbusd_epi32((__m512i)(sum), a, b), a2, b2))
#include "math/narrow_tile.h"

#define STRIP_NAME strips_avx512vnni
#define STRIP_HEIGHT 8
#define TILE_NAME tile16_avx512vnni
#define TILE_CHUNK NARROW_CHUNK
#define SUM __v16si
#define ZERO() (__v16si){0}
#define DOT2(sum, a, a2, b, b2) ((__v16si)_mm512_dpwssd_epi32(_mm512_dpwssd_epi32((__m512i)(sum), a, b), a2, b2))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps((__m512i)(sum))
#include "math/narrow_strip.h"
#include "math/narrow_tile.h"
#undef TILE_TARGET

#define TILE_TARGET __attribute__((target("avx512f,avx512bw")))
#define STRIP_NAME strips_avx512bw
#define STRIP_HEIGHT 8
#define TILE_NAME tile16_avx512bw
#define TILE_CHUNK NARROW_CHUNK
#define SUM __m512i
#define ZERO() _mm512_setzero_si512()
#define DOT2(sum, a, a2, b, b2) \
	_mm512_add_epi32(_mm512_add_epi32(sum, _mm512_madd_epi16(a, b)), _mm512_madd_epi16(a2, b2))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps(sum)
#include "math/narrow_strip.h"
#include "math/narrow_tile.h"

#define SUM __m512i
#define ZERO() _mm512_setzero_si512()
#define TO_FLOAT(sum) _mm512_cvtepi32_ps(sum)
#define ADD_FOUR(sum, a, a2, b, b2) \
	_mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_add_epi16(_mm512_maddubs_epi16(a, b), _mm512_maddubs_epi16(a2, b2)), \
	                              _mm512_set1_epi16(1)))
#define STRIP_NAME strips8_avx512bw
#define STRIP_HEIGHT 8
#define DOT2(sum, a, a2, b, b2) ADD_FOUR(sum, b, b2, a, a2)
#include "math/narrow_strip.h"
#undef DOT2
#define TILE_NAME tile8_avx512bw
#define TILE_CHUNK NARROW_CHUNK8
#define DOT2(sum, a, a2, b, b2) ADD_FOUR(sum, a, a2, b, b2)
#include "math/narrow_tile.h"
#undef TILE_TARGET

#define TILE_TARGET __attribute__((target("avx512f,avx512bf16")))
#define TILE_NAME tile_bf16_avx512
#define TILE_CHUNK NARROW_CHUNK
#define SUM __m512
#define ZERO() _mm512_setzero_ps()
#define DOT2(sum, a, a2, b, b2) \
	_mm512_dpbf16_ps(_mm512_dpbf16_ps(sum, (__m512bh)(a), (__m512bh)(b)), (__m512bh)(a2), (__m512bh)(b2))
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

/* --- which one ---------------------------------------------------------------------------------------------------------- */

/* The best first. */
static const struct narrow kernels[] = {
#if defined __x86_64__
        {"avx512vnni", "avx512", 12, 32, 8, strips_avx512vnni, strips8_avx512vnni, {tile8_avx512vnni, tile16_avx512vnni, tile_bf16_avx512}, &narrow_rounding_avx512,
                has_avx512vnni, has_bf16},
        {"avx512bw", "avx512", 12, 32, 8, strips_avx512bw, strips8_avx512bw, {tile8_avx512bw, tile16_avx512bw, NULL}, &narrow_rounding_avx512, processor_has_avx512bw, never},
        {"avxvnni", "avx2", 6, 16, 4, strips_avxvnni, strips8_avxvnni, {tile8_avxvnni, tile16_avxvnni, NULL}, &narrow_rounding_avx2, processor_has_avxvnni, never},
        {"avx2", "avx2", 4, 16, 4, strips_avx2, strips8_avx2, {tile8_avx2, tile16_avx2, NULL}, &narrow_rounding_avx2, processor_has_avx2, never},
#endif
        {"portable", "portable", PORTABLE_HEIGHT, PORTABLE_WIDTH, PORTABLE_STRIP, strips_portable, strips8_portable, {tile8_portable, tile16_portable, tile_bf16_portable},
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
