/* SPDX-License-Identifier: ISC */
#include "math/gemm.h"
#include "unit/test.h"

#include <stdint.h>
#include <stdlib.h>

static float random_number(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (float)(*state >> 8) * 0x1p-23f - 1;
}

static float *random_matrix(size_t numbers, uint32_t seed)
{
	float *m = gemm_alloc(numbers);

	for (size_t i = 0; i < numbers; i++)
		m[i] = random_number(&seed);
	return m;
}

/* One product against sums in double; the largest difference, relative to the root of k. */
static double one_product(const struct gemm *g, size_t m, size_t k, size_t n, bool transposed, bool with_bias)
{
	const size_t stride = n + 5;
	float *a = random_matrix(m * (k + 3), 1), *b = random_matrix(k * n, 2), *bias = random_matrix(n, 3);
	float *c = random_matrix(m * stride + 1, 4), *packed = gemm_alloc(gemm_rows_size(g, m, k));
	struct gemm_panels panels = {k, n, gemm_alloc(gemm_panels_size(g, k, n))};
	double worst = 0;

	const float behind = c[m * stride], beside = c[n];
	gemm_pack_panels(g, b, transposed ? k : n, transposed, &panels);
	for (size_t i = 0; i < m; i += GEMM_STEP)
		gemm_pack_rows(g, a + i * (k + 3), k + 3, i, m - i < GEMM_STEP ? m - i : GEMM_STEP, m, k, packed);
	gemm_multiply(g, packed, m, &panels, with_bias ? bias : NULL, c, stride);
	for (size_t i = 0; i < m; i++) {
		for (size_t j = 0; j < n; j++) {
			double sum = with_bias ? (double)bias[j] : 0;
			for (size_t l = 0; l < k; l++)
				sum += (double)a[i * (k + 3) + l] * (double)(transposed ? b[j * k + l] : b[l * n + j]);
			const double d = fabs(sum - (double)c[i * stride + j]);
			worst = d > worst || d != d ? d : worst;
		}
	}
	if (c[m * stride] != behind || c[n] != beside)
		worst = INFINITY; /* written outside of C */

	/* a row is the same bytes whatever stands above it */
	float *alone = gemm_alloc(n);
	gemm_pack_rows(g, a + (m - 1) * (k + 3), k + 3, 0, 1, 1, k, packed);
	gemm_multiply(g, packed, 1, &panels, with_bias ? bias : NULL, alone, n);
	if (memcmp(alone, c + (m - 1) * stride, n * sizeof *c) != 0)
		worst = INFINITY;
	free(alone);
	free(packed);
	free(panels.data);
	free(a);
	free(b);
	free(bias);
	free(c);
	return worst / sqrt((double)k);
}

int main(void)
{
	static const char *const names[] = {"portable", "avx2", "avx512"};
	static const struct {
		size_t m, k, n;
	} shapes[] = {{1, 1, 1}, {6, 16, 16}, {7, 5, 17}, {13, 64, 33}, {5, 384, 48}, {50, 385, 31}, {101, 1000, 70}, {12, 768, 64},
	        {26, 400, 100}};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct gemm *g = gemm_named(names[i]);
		if (!g) {
			skip("this CPU has no such instructions");
			continue;
		}
		for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
			double worst = 0;
			for (int way = 0; way < 4; way++)
				worst = fmax(worst, one_product(g, shapes[s].m, shapes[s].k, shapes[s].n, way & 1, way & 2));
			ok(worst < 5e-6, "%s: %zu x %zu x %zu, largest difference %.2g √k, rows independent", names[i], shapes[s].m,
			        shapes[s].k, shapes[s].n, worst);
		}
	}
	ok(gemm_named(gemm_name(gemm_best())) == gemm_best(), "the best is %s", gemm_name(gemm_best()));
	ok(!gemm_alloc(SIZE_MAX / 2), "an impossible size is refused");
	return done();
}
