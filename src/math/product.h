/* SPDX-License-Identifier: ISC */
/*
 * product - products of matrices, in one thread, by the BLAS of the system
 *
 * For the tools that learn weights; what users run has its own kernels (math/gemm). OpenBLAS 0.3.21 takes processors newer than
 * itself for ones without vectors, five times slower; a tool that runs once can wait. The order of the sums is the
 * library's, and may differ from machine to machine in the last bits.
 */
#ifndef MATH_PRODUCT_H
#define MATH_PRODUCT_H

#include <stddef.h>

/*
 * Adds aᵀ · a to g (d,d), for a (n,d), in double; only the part of g with column ≥ row is touched. n, d ≤ INT_MAX.
 */
void product_add_gram(const double *a, size_t n, size_t d, double *g);

/* Keeps the library to one thread, for those who call it by other doors (math/eigen). */
void product_one_thread(void);

#endif
