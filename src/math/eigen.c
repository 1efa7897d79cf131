/* SPDX-License-Identifier: ISC */
#include "math/eigen.h"

#include "math/product.h"

#include <stdlib.h>

/* LAPACK has no C header of its own; a symmetric matrix is the same by rows as by columns. */
void dsygvd_(const int *kind, const char *vectors, const char *triangle, const int *n, double *a, const int *stride_a,
        double *b, const int *stride_b, double *values, double *work, const int *work_size, int *integers,
        const int *integer_count, int *info);

int eigen_generalised(double *a, double *b, size_t n, double *values, struct error *err)
{
	const int size = (int)n, kind = 1, integer_count = 3 + 5 * size;
	int info = -1;

	if (n == 0 || n > 16384) /* the sizes of the work spaces are ints, too */
		return error_set(err, "a matrix of %zu rows cannot be decomposed", n);
	const int work_size = 1 + 6 * size + 2 * size * size;
	double *work = malloc((size_t)work_size * sizeof *work);
	int *integers = malloc((size_t)integer_count * sizeof *integers);
	if (work && integers) {
		product_one_thread();
		dsygvd_(&kind, "V", "U", &size, a, &size, b, &size, values, work, &work_size, integers, &integer_count,
		        &info);
	}
	const int rc = !work || !integers ? error_set(err, "out of memory")
	               : info != 0        ? error_set(err, "the matrices cannot be decomposed (LAPACK says %d)", info)
	                                  : 0;
	free(work);
	free(integers);
	return rc;
}
