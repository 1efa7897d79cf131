/* SPDX-License-Identifier: ISC */
/* A classifier that somebody brings, and what it answers. */
#include "model/head.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct error err;
	struct head *h = head_read(data, size, &err);

	if (h) {
		float *vector = calloc(h->dimension, sizeof *vector);
		double *probabilities = calloc(h->count, sizeof *probabilities);
		struct facts facts = {0};

		head_check(h, &facts, "nothing", &err);
		if (vector && probabilities)
			head_predict(h, vector, probabilities);
		free(vector);
		free(probabilities);
	}
	head_free(h);
	return 0;
}
