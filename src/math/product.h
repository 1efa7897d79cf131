/* SPDX-License-Identifier: ISC */
/*
 * product - products of matrices of f32, in one thread, by the BLAS of the system
 *
 * The order of the sums is the library's, and may differ from machine to machine in the last bits.
 */
#ifndef MATH_PRODUCT_H
#define MATH_PRODUCT_H

#include <stddef.h>

/* c (n,k) = a (n,d) · b (k,d)ᵀ, rows packed: c[i][j] is the inner product of row i of a and row j of b. n, k, d ≤ INT_MAX. */
void product_rows(const float *a, size_t n, const float *b, size_t k, size_t d, float *c);

/* The same in plain loops, the oracle. */
void product_rows_portable(const float *a, size_t n, const float *b, size_t k, size_t d, float *c);

#endif
