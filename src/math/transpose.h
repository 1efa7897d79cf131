/* SPDX-License-Identifier: ISC */
/*
 * transpose - rows become columns: how matrices are packed
 */
#ifndef MATH_TRANSPOSE_H
#define MATH_TRANSPOSE_H

#include <stddef.h>

/* to[j · to_stride + i] = from[i · stride + j] for i < rows, j < columns; they must not overlap. */
void transpose(const float *from, size_t stride, size_t rows, size_t columns, float *to, size_t to_stride);

#endif
