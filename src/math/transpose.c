/* SPDX-License-Identifier: ISC */
#include "math/transpose.h"

#if defined __x86_64__
#include <xmmintrin.h>
#endif

static void transpose_numbers(const float *from, size_t stride, size_t rows, size_t columns, float *to, size_t to_stride)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < columns; j++)
			to[j * to_stride + i] = from[i * stride + j];
}

#if defined __x86_64__

/* Four rows and four columns, in registers that every such CPU has. */
static void transpose_four(const float *from, size_t stride, float *to, size_t to_stride)
{
	__m128 row0 = _mm_loadu_ps(from), row1 = _mm_loadu_ps(from + stride);
	__m128 row2 = _mm_loadu_ps(from + 2 * stride), row3 = _mm_loadu_ps(from + 3 * stride);

	_MM_TRANSPOSE4_PS(row0, row1, row2, row3);
	_mm_storeu_ps(to, row0);
	_mm_storeu_ps(to + to_stride, row1);
	_mm_storeu_ps(to + 2 * to_stride, row2);
	_mm_storeu_ps(to + 3 * to_stride, row3);
}

void transpose(const float *from, size_t stride, size_t rows, size_t columns, float *to, size_t to_stride)
{
	const size_t whole = columns / 4 * 4;
	size_t i = 0;

	for (; i + 4 <= rows; i += 4)
		for (size_t j = 0; j < whole; j += 4)
			transpose_four(from + i * stride + j, stride, to + j * to_stride + i, to_stride);
	transpose_numbers(from + i * stride, stride, rows - i, whole, to + i, to_stride);
	transpose_numbers(from + whole, stride, rows, columns - whole, to + whole * to_stride, to_stride);
}

#else

void transpose(const float *from, size_t stride, size_t rows, size_t columns, float *to, size_t to_stride)
{
	transpose_numbers(from, stride, rows, columns, to, to_stride);
}

#endif
