/* SPDX-License-Identifier: ISC */
/*
 * eigen - eigenvalues and eigenvectors of symmetric matrices, by the LAPACK that comes with the BLAS
 */
#ifndef MATH_EIGEN_H
#define MATH_EIGEN_H

#include "base/error.h"

#include <stddef.h>

/*
 * Solves a v = value b v for symmetric a and positive definite b, both (n,n). On return the rows of a are the vectors, in the order of
 * their values from small to large, each with v · b v = 1; b is spent; values has n. 0, or -1 when b is not positive
 * definite or memory is short. In one thread; the last bits are the library's.
 */
int eigen_generalised(double *a, double *b, size_t n, double *values, struct error *err);

#endif
