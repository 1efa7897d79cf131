/* SPDX-License-Identifier: ISC */
/*
 * prefetch - rows of one head are asked for before they are read
 *
 * They lie about a page apart, and over pages a processor does not look ahead itself.
 */
#ifndef MATH_PREFETCH_H
#define MATH_PREFETCH_H

#include <stddef.h>

/* Rows ahead; numbers between multiples of 64 bytes. */
enum { PREFETCH_AHEAD = 6, PREFETCH_LINE = 16 };

/* While row `at` of `count` is read, or written, asks for one a few behind it; rows of `size` numbers, `stride` apart. */
static inline void prefetch_row(const float *rows, size_t stride, size_t at, size_t count, size_t size)
{
#if defined __GNUC__
	for (size_t i = 0; at + PREFETCH_AHEAD < count && i < size; i += PREFETCH_LINE)
		__builtin_prefetch(rows + (at + PREFETCH_AHEAD) * stride + i);
#else
	(void)rows, (void)stride, (void)at, (void)count, (void)size;
#endif
}

#endif
