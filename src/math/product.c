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

void product_add_gram(const double *a, size_t n, size_t d, double *g)
{
	if (!n || !d)
		return;
	product_one_thread();
	cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)d, (int)n, 1, a, (int)d, 1, g, (int)d);
}
