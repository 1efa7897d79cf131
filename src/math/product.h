/* SPDX-License-Identifier: ISC */
/*
 * product - products of matrices, in one thread, by the BLAS of the system
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

/*
 * Adds aᵀ · a to g (d,d), for a (n,d), in double; only the part of g with column ≥ row is touched. n, d ≤ INT_MAX.
 */
void product_add_gram(const double *a, size_t n, size_t d, double *g);

/* Keeps the library to one thread, for those who call it by other doors (math/eigen). */
void product_one_thread(void);

#endif
