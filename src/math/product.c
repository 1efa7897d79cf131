/* SPDX-License-Identifier: ISC */
#include "math/product.h"

#include <cblas.h>

#include <pthread.h>

static void one_thread(void)
{
	openblas_set_num_threads(1);
}

void product_one_thread(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, one_thread);
}

void product_rows(const float *a, size_t n, const float *b, size_t k, size_t d, float *c)
{
	if (!n || !k || !d)
		return;
	product_one_thread();
	cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n, (int)k, (int)d, 1, a, (int)d, b, (int)d, 0, c,
	        (int)k);
}

void product_rows_portable(const float *a, size_t n, const float *b, size_t k, size_t d, float *c)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < k; j++) {
			double sum = 0;
			for (size_t t = 0; t < d; t++)
				sum += (double)a[i * d + t] * b[j * d + t];
			c[i * k + j] = (float)sum;
		}
	}
}

void product_add_gram(const double *a, size_t n, size_t d, double *g)
{
	if (!n || !d)
		return;
	product_one_thread();
	cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)d, (int)n, 1, a, (int)d, 1, g, (int)d);
}
