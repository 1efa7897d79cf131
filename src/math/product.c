/* SPDX-License-Identifier: ISC */
#include "math/product.h"

#include <cblas.h>

#include <pthread.h>

static void one_thread(void)
{
	openblas_set_num_threads(1);
}

void product_rows(const float *a, size_t n, const float *b, size_t k, size_t d, float *c)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	if (!n || !k || !d)
		return;
	pthread_once(&once, one_thread);
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
