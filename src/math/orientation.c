/* SPDX-License-Identifier: ISC */
#include "math/orientation.h"

#include "math/processor.h"

#include <math.h>
#if defined __x86_64__
#include <immintrin.h>
#endif

/* Of a pixel without gradient: keeps 0 / 0 away, and is lost in the rounding of any other. */
#define TINY 1e-20f
#define HALF_ROOT 0.70710678f

static inline float positive(float x)
{
	return x > 0 ? x : 0;
}

/* The oracle: pixels [first, width). */
static void add_from(const float *above, const float *row, const float *below, size_t first, size_t width, float *sums)
{
	for (size_t x = first; x < width; x++) {
		const float dx = row[x + 1] - row[(ptrdiff_t)x - 1], dy = below[x] - above[x];
		const float xx = dx * dx, yy = dy * dy, xy = dx * dy;
		const float length = sqrtf(xx + yy + TINY);
		const float c = (xx - yy) / length, s = (xy + xy) / length;
		const float d = (c + s) * HALF_ROOT, e = (s - c) * HALF_ROOT;
		sums[x] += positive(c);
		sums[x + width] += positive(d);
		sums[x + 2 * width] += positive(s);
		sums[x + 3 * width] += positive(e);
		sums[x + 4 * width] += positive(-c);
		sums[x + 5 * width] += positive(-d);
		sums[x + 6 * width] += positive(-s);
		sums[x + 7 * width] += positive(-e);
	}
}

static void add_portable(const float *above, const float *row, const float *below, size_t width, float *sums)
{
	add_from(above, row, below, 0, width, sums);
}

#if defined __x86_64__
__attribute__((target("avx2"))) static inline void add_positive(float *sum, __m256 x)
{
	_mm256_storeu_ps(sum, _mm256_add_ps(_mm256_loadu_ps(sum), _mm256_max_ps(x, _mm256_setzero_ps())));
}

/* c and −c of one axis, four bins apart */
__attribute__((target("avx2"))) static inline void add_both(float *sum, size_t width, __m256 x)
{
	add_positive(sum, x);
	add_positive(sum + 4 * width, _mm256_xor_ps(x, _mm256_set1_ps(-0.f)));
}

__attribute__((target("avx2"))) static void add_avx2(const float *above, const float *row, const float *below,
        size_t width, float *sums)
{
	const __m256 half_root = _mm256_set1_ps(HALF_ROOT), tiny = _mm256_set1_ps(TINY);
	size_t x = 0;

	for (; x + 8 <= width; x += 8) {
		const __m256 dx = _mm256_sub_ps(_mm256_loadu_ps(row + x + 1), _mm256_loadu_ps(row + (ptrdiff_t)x - 1));
		const __m256 dy = _mm256_sub_ps(_mm256_loadu_ps(below + x), _mm256_loadu_ps(above + x));
		const __m256 xx = _mm256_mul_ps(dx, dx), yy = _mm256_mul_ps(dy, dy), xy = _mm256_mul_ps(dx, dy);
		const __m256 length = _mm256_sqrt_ps(_mm256_add_ps(_mm256_add_ps(xx, yy), tiny));
		const __m256 c = _mm256_div_ps(_mm256_sub_ps(xx, yy), length);
		const __m256 s = _mm256_div_ps(_mm256_add_ps(xy, xy), length);
		add_both(sums + x, width, c);
		add_both(sums + x + width, width, _mm256_mul_ps(_mm256_add_ps(c, s), half_root));
		add_both(sums + x + 2 * width, width, s);
		add_both(sums + x + 3 * width, width, _mm256_mul_ps(_mm256_sub_ps(s, c), half_root));
	}
	add_from(above, row, below, x, width, sums);
}
#endif

const struct orientation_version orientation_versions[] = {
#if defined __x86_64__
        {{"avx2", processor_has_avx2}, add_avx2},
#endif
        {{"portable", version_always}, add_portable},
};
const size_t orientation_version_count = sizeof orientation_versions / sizeof *orientation_versions;

const struct orientation_version *orientation_fastest(void)
{
	return version_first(orientation_versions, sizeof *orientation_versions);
}
