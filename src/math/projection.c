/* SPDX-License-Identifier: ISC */
#include "math/projection.h"

#include "math/processor.h"

#if defined __x86_64__
#include <immintrin.h>
#endif

/* The oracle: columns [first, columns). */
static void apply_from(const float *x, const float *matrix, const float *bias, size_t rows, size_t first,
        size_t columns, float *out)
{
	for (size_t k = first; k < columns; k++)
		out[k] = bias[k];
	for (size_t i = 0; i < rows; i++)
		for (size_t k = first; k < columns; k++)
			out[k] += x[i] * matrix[i * columns + k];
}

static void apply_portable(const float *x, const float *matrix, const float *bias, size_t rows, size_t columns,
        float *out)
{
	apply_from(x, matrix, bias, rows, 0, columns, out);
}

#if defined __x86_64__
/* 64 columns at a time: their sums stay in eight registers all the way down the matrix. */
__attribute__((target("avx2"))) static void apply_avx2(const float *x, const float *matrix, const float *bias,
        size_t rows, size_t columns, float *out)
{
	enum { LANES = 8, REGISTERS = 8, STRIPE = LANES * REGISTERS };
	size_t k = 0;

	for (; k + STRIPE <= columns; k += STRIPE) {
		const float *row = matrix + k;
		__m256 sum[REGISTERS];
		for (int r = 0; r < REGISTERS; r++)
			sum[r] = _mm256_loadu_ps(bias + k + LANES * r);
		for (size_t i = 0; i < rows; i++, row += columns) {
			const __m256 factor = _mm256_set1_ps(x[i]);
			for (int r = 0; r < REGISTERS; r++)
				sum[r] = _mm256_add_ps(sum[r], _mm256_mul_ps(factor, _mm256_loadu_ps(row + LANES * r)));
		}
		for (int r = 0; r < REGISTERS; r++)
			_mm256_storeu_ps(out + k + LANES * r, sum[r]);
	}
	apply_from(x, matrix, bias, rows, k, columns, out);
}
#endif

const struct projection_version projection_versions[] = {
#if defined __x86_64__
        {{"avx2", processor_has_avx2}, apply_avx2},
#endif
        {{"portable", version_always}, apply_portable},
};
const size_t projection_version_count = sizeof projection_versions / sizeof *projection_versions;

const struct projection_version *projection_fastest(void)
{
	return version_first(projection_versions, sizeof *projection_versions);
}
