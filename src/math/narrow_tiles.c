/* SPDX-License-Identifier: ISC */
#include "math/narrow_kernel.h"

#include "math/processor.h"

#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

/* --- portable ----------------------------------------------------------------------------------------------------------- */

enum { PORTABLE_WIDTH = 4 };

typedef float dot_function(const struct narrow_left *a, size_t row, size_t first, size_t end, const uint8_t *b);

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

/* The four bytes of a row in a step; of a column, in a panel. */
static const uint8_t *left_at(const struct narrow_left *a, size_t row, size_t step)
{
	return a->at + row * a->row + step * a->step;
}

static const uint8_t *right_at(const uint8_t *b, size_t step)
{
	return b + 4 * step * PORTABLE_WIDTH;
}

static float dot8(const struct narrow_left *a, size_t row, size_t first, size_t end, const uint8_t *b)
{
	int32_t sum = 0;

	for (size_t i = first; i < end; i++)
		for (size_t j = 0; j < 4; j++)
			sum += left_at(a, row, i)[j] * (int8_t)right_at(b, i)[j];
	return (float)sum;
}

static float dot16(const struct narrow_left *a, size_t row, size_t first, size_t end, const uint8_t *b)
{
	int32_t sum = 0;

	for (size_t i = first; i < end; i++)
		for (size_t j = 0; j < 4; j += 2)
			sum += word_at(left_at(a, row, i) + j) * word_at(right_at(b, i) + j);
	return (float)sum;
}

static float dot_bf16(const struct narrow_left *a, size_t row, size_t first, size_t end, const uint8_t *b)
{
	float sum = 0;

	for (size_t i = first; i < end; i++)
		for (size_t j = 0; j < 4; j += 2)
			sum += bfloat_at(left_at(a, row, i) + j) * bfloat_at(right_at(b, i) + j);
	return sum;
}

static void multiply_portable(dot_function *dot, size_t chunk, size_t rows, const struct narrow_left *a, size_t steps, const uint8_t *b,
        const struct narrow_finish *f, float *c, size_t stride)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t j = 0; j < PORTABLE_WIDTH; j++) {
			float x = 0;
			for (size_t i = 0; i < steps; i += chunk)
				x += dot(a, r, i, narrow_smaller(i + chunk, steps), b + 4 * j);
			if (f->zero)
				x -= f->zero[r] * f->sum[j];
			x = x * f->row_scale[r] * f->scale[j];
			if (f->bias)
				x += f->bias[j];
			if (f->more)
				x += c[r * stride + j] * (f->keep ? f->keep[r] : 1);
			c[r * stride + j] = x;
		}
}

static void multiply8_portable(size_t rows, const struct narrow_left *a, size_t steps, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride)
{
	multiply_portable(dot8, NARROW_CHUNK8, rows, a, steps, b, f, c, stride);
}

static void multiply16_portable(size_t rows, const struct narrow_left *a, size_t steps, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride)
{
	multiply_portable(dot16, NARROW_CHUNK, rows, a, steps, b, f, c, stride);
}

static void multiply_bf16_portable(size_t rows, const struct narrow_left *a, size_t steps, const uint8_t *b, const struct narrow_finish *f,
        float *c, size_t stride)
{
	multiply_portable(dot_bf16, NARROW_CHUNK, rows, a, steps, b, f, c, stride);
}

/* --- vectorised --------------------------------------------------------------------------------------------------------- */

#if defined __x86_64__

#define INLINE static inline __attribute__((always_inline))
#if defined __clang__
#define UNROLL
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* Four bytes, wherever they lie. */
static inline int four_bytes(const uint8_t *p)
{
	int x;

	memcpy(&x, p, sizeof x);
	return x;
}

/*
 * 256 bits. Sums, rows and products are nearly all registers there are: columns are read where they lie, each for so few rows that
 * reading them once more costs little. A processor of two threads has places for half as many instructions when the other
 * one works: a broad tile has fewer for its products than a tall one, which spreads more rows.
 */
#define VECTOR __m256
#define INTEGERS __m256i
#define WIDTH 8
#define TILE_VECTORS 4
#define LOAD(p) _mm256_loadu_ps(p)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SET(x) _mm256_set1_ps(x)
#define ADD(a, b) _mm256_add_ps(a, b)
#define SUBTRACT(a, b) _mm256_sub_ps(a, b)
#define MULTIPLY(a, b) _mm256_mul_ps(a, b)
#define SPREAD4(p) _mm256_set1_epi32(four_bytes(p))
#define COLUMNS const __m256i_u *
#define COLUMNS_AT(p) ((const __m256i_u *)(const void *)(p))

#define FINISH_TARGET __attribute__((target("avx2")))
#define FINISH_ROW finish_row_avx2
#include "math/narrow_finish.h"

/*
 * Left to itself gcc keeps all columns in registers, and runs out of them. Two can stay: were all read where they lie, a step
 * would take more reading than multiplying.
 */
__attribute__((target("avx2"), always_inline)) static inline __m256i multiply_add16(__m256i sum, __m256i a, const __m256i_u *b, bool stays)
{
	__m256i products;

	if (stays)
		__asm__("vpmaddwd %3, %2, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(products) : "x"(a), "x"(*b));
	else
		__asm__("vpmaddwd %3, %2, %1\n\tvpaddd %1, %0, %0" : "+x"(sum), "=&x"(products) : "x"(a), "m"(*b));
	return sum;
}

/*
 * Four products are added in 16 bits before they are widened, which takes as long as a product: weights are packed so that
 * they have room.
 */
__attribute__((target("avx2"), always_inline)) static inline __m256i multiply_add8(__m256i sum, __m256i a, __m256i a2,
        const __m256i_u *b, const __m256i_u *b2)
{
	const __m256i ones = _mm256_set1_epi16(1);
	__m256i products, more;

	__asm__("vpmaddubsw %5, %3, %1\n\tvpmaddubsw %6, %4, %2\n\tvpaddw %2, %1, %1\n\t"
	        "vpmaddwd %7, %1, %1\n\tvpaddd %1, %0, %0"
	        : "+x"(sum), "=&x"(products), "=&x"(more) : "x"(a), "x"(a2), "m"(*b), "m"(*b2), "x"(ones));
	return sum;
}

#define FINISH_ROW finish_row_avx2
#define TILE_TARGET __attribute__((target("avx2")))
#define TILE_NAME multiply16_avx2
#define TILE_ROWS rows16_avx2
#define TILE_HEIGHT 3
#define TILE_LOW 1
#define TILE_CHUNK NARROW_CHUNK
#define SUM __m256i
#define ZERO() _mm256_setzero_si256()
#define DOT(sum, a, b, v) multiply_add16(sum, a, b, (v) < 2)
#define TO_FLOAT(sum) _mm256_cvtepi32_ps(sum)
#include "math/narrow_tile.h"

#define TILE_NAME multiply8_avx2
#define TILE_ROWS rows8_avx2
#define TILE_HEIGHT 2
#define TILE_LOW 1
#define TILE_CHUNK NARROW_CHUNK8
#define SUM __m256i
#define ZERO() _mm256_setzero_si256()
#define DOT2(sum, a, a2, b, b2) multiply_add8(sum, a, a2, b, b2)
#define TO_FLOAT(sum) _mm256_cvtepi32_ps(sum)
#include "math/narrow_tile.h"
#undef TILE_TARGET

__attribute__((target("avxvnni"), always_inline)) static inline __m256i multiply_add16_vnni(__m256i sum, __m256i a, const __m256i_u *b)
{
	__asm__("%{vex%} vpdpwssd %2, %1, %0" : "+x"(sum) : "x"(a), "m"(*b));
	return sum;
}

__attribute__((target("avxvnni"), always_inline)) static inline __m256i multiply_add8_vnni(__m256i sum, __m256i a, const __m256i_u *b)
{
	__asm__("%{vex%} vpdpbusd %2, %1, %0" : "+x"(sum) : "x"(a), "m"(*b));
	return sum;
}

#define TILE_TARGET __attribute__((target("avx2,avxvnni")))
#define TILE_NAME multiply16_avxvnni
#define TILE_ROWS rows16_avxvnni
#define TILE_HEIGHT 3
#define TILE_LOW 1
#define TILE_CHUNK NARROW_CHUNK
#define SUM __m256i
#define ZERO() _mm256_setzero_si256()
#define DOT(sum, a, b, v) multiply_add16_vnni(sum, a, b)
#define TO_FLOAT(sum) _mm256_cvtepi32_ps(sum)
#include "math/narrow_tile.h"

#define TILE_NAME multiply8_avxvnni
#define TILE_ROWS rows8_avxvnni
#define TILE_HEIGHT 3
#define TILE_LOW 1
#define TILE_CHUNK NARROW_CHUNK8
#define SUM __m256i
#define ZERO() _mm256_setzero_si256()
#define DOT(sum, a, b, v) multiply_add8_vnni(sum, a, b)
#define TO_FLOAT(sum) _mm256_cvtepi32_ps(sum)
#include "math/narrow_tile.h"
#undef TILE_TARGET

#undef FINISH_ROW
#undef VECTOR
#undef INTEGERS
#undef WIDTH
#undef TILE_VECTORS
#undef LOAD
#undef STORE
#undef SET
#undef ADD
#undef SUBTRACT
#undef MULTIPLY
#undef SPREAD4
#undef COLUMNS
#undef COLUMNS_AT

/* 512 bits. Sums of whole numbers have the type of their lanes: with another gcc 12 copies a register for each product. */
#define VECTOR __m512
#define INTEGERS __m512i
#define WIDTH 16
#define TILE_VECTORS 2
#define LOAD(p) _mm512_loadu_ps(p)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SET(x) _mm512_set1_ps(x)
#define ADD(a, b) _mm512_add_ps(a, b)
#define SUBTRACT(a, b) _mm512_sub_ps(a, b)
#define MULTIPLY(a, b) _mm512_mul_ps(a, b)
#define SPREAD4(p) _mm512_set1_epi32(four_bytes(p))
#define COLUMNS __m512i
#define COLUMNS_AT(p) _mm512_loadu_si512(p)

#define FINISH_TARGET __attribute__((target("avx512f")))
#define FINISH_ROW finish_row_avx512
#include "math/narrow_finish.h"

#define FINISH_ROW finish_row_avx512
#define TILE_TARGET __attribute__((target("avx512f,avx512vnni")))
#define TILE_NAME multiply16_avx512vnni
#define TILE_ROWS rows16_avx512vnni
#define TILE_HEIGHT 12
#define TILE_LOW 4
#define TILE_CHUNK NARROW_CHUNK
#define SUM __v16si
#define ZERO() (__v16si){0}
#define DOT(sum, a, b, v) ((__v16si)_mm512_dpwssd_epi32((__m512i)(sum), a, b))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps((__m512i)(sum))
#include "math/narrow_tile.h"

#define TILE_NAME multiply8_avx512vnni
#define TILE_ROWS rows8_avx512vnni
#define TILE_HEIGHT 12
#define TILE_LOW 4
#define TILE_CHUNK NARROW_CHUNK8
#define SUM __v16si
#define ZERO() (__v16si){0}
#define DOT(sum, a, b, v) ((__v16si)_mm512_dpbusd_epi32((__m512i)(sum), a, b))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps((__m512i)(sum))
#include "math/narrow_tile.h"
#undef TILE_TARGET

#define TILE_TARGET __attribute__((target("avx512f,avx512bw")))
#define TILE_NAME multiply16_avx512bw
#define TILE_ROWS rows16_avx512bw
#define TILE_HEIGHT 12
#define TILE_LOW 4
#define TILE_CHUNK NARROW_CHUNK
#define SUM __m512i
#define ZERO() _mm512_setzero_si512()
#define DOT(sum, a, b, v) _mm512_add_epi32(sum, _mm512_madd_epi16(a, b))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps(sum)
#include "math/narrow_tile.h"

#define TILE_NAME multiply8_avx512bw
#define TILE_ROWS rows8_avx512bw
#define TILE_HEIGHT 12
#define TILE_LOW 4
#define TILE_CHUNK NARROW_CHUNK8
#define SUM __m512i
#define ZERO() _mm512_setzero_si512()
#define DOT2(sum, a, a2, b, b2) \
	_mm512_add_epi32(sum, _mm512_madd_epi16(_mm512_add_epi16(_mm512_maddubs_epi16(a, b), _mm512_maddubs_epi16(a2, b2)), \
	                              _mm512_set1_epi16(1)))
#define TO_FLOAT(sum) _mm512_cvtepi32_ps(sum)
#include "math/narrow_tile.h"
#undef TILE_TARGET

#define TILE_TARGET __attribute__((target("avx512f,avx512bf16")))
#define TILE_NAME multiply_bf16_avx512
#define TILE_ROWS rows_bf16_avx512
#define TILE_HEIGHT 12
#define TILE_LOW 4
#define TILE_CHUNK NARROW_CHUNK
#define SUM __m512
#define ZERO() _mm512_setzero_ps()
#define DOT(sum, a, b, v) _mm512_dpbf16_ps(sum, (__m512bh)(a), (__m512bh)(b))
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
        {{"avx512vnni", has_avx512vnni}, "avx512", 32, {multiply8_avx512vnni, multiply16_avx512vnni, multiply_bf16_avx512}, has_bf16,
                &narrow_rounding_avx512},
        {{"avx512bw", processor_has_avx512bw}, "avx512", 32, {multiply8_avx512bw, multiply16_avx512bw}, NULL, &narrow_rounding_avx512},
        {{"avxvnni", processor_has_avxvnni}, "avx2", 32, {multiply8_avxvnni, multiply16_avxvnni}, NULL, &narrow_rounding_avx2},
        {{"avx2", processor_has_avx2}, "avx2", 32, {multiply8_avx2, multiply16_avx2}, NULL, &narrow_rounding_avx2},
#endif
        {{"portable", version_always}, "portable", PORTABLE_WIDTH, {multiply8_portable, multiply16_portable, multiply_bf16_portable},
                version_always, &narrow_rounding_portable},
};

enum { KERNELS = sizeof kernels / sizeof *kernels };

const struct narrow *narrow_best(const char *gemm)
{
	size_t i = 0;

	while (strcmp(gemm, "avx512") != 0 && strcmp(kernels[i].gemm, gemm) != 0)
		i++;
	return version_first(kernels + i, sizeof *kernels);
}

const struct narrow *narrow_named(const char *name)
{
	return version_named(kernels, sizeof *kernels, KERNELS, name);
}

const char *narrow_name(const struct narrow *g)
{
	return g->version.name;
}

bool narrow_has(const struct narrow *g, enum narrow_kind kind)
{
	return kind != NARROW_BF16 || (g->has_bf16 && g->has_bf16());
}
