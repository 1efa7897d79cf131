/* SPDX-License-Identifier: ISC */
#include "math/activation.h"

#include "math/processor.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

/* --- portable ----------------------------------------------------------------------------------------------------------- */

static void layer_norm_portable(const float *x, size_t n, const float *weight, const float *bias, float epsilon, float *out)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i];
	const double mean = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += ((double)x[i] - mean) * ((double)x[i] - mean);
	const double scale = 1 / sqrt(squares / (double)n + (double)epsilon);
	for (size_t i = 0; i < n; i++)
		out[i] = (float)(((double)x[i] - mean) * scale) * weight[i] + bias[i];
}

static void gelu_portable(float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(0.5 * (double)x[i] * (1 + erf((double)x[i] * 0.70710678118654752)));
}

static void swiglu_portable(const float *gate, const float *value, size_t n, float *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = gate[i] / (1 + expf(-gate[i])) * value[i];
}

static void add_scaled_portable(float *x, const float *scale, const float *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] += scale[i] * y[i];
}

/* --- vectorised --------------------------------------------------------------------------------------------------------- */

#if defined __x86_64__

/* A called helper would load its constants for every vector. */
#define INLINE static inline __attribute__((always_inline))

#define TARGET __attribute__((target("avx2,fma")))
#include "math/lanes_avx2.h"
#include "math/activation_lanes.h"

#define TARGET __attribute__((target("avx512f")))
#include "math/lanes_avx512.h"
#include "math/activation_lanes.h"

#endif

static const struct activation sets[] = {
#if defined __x86_64__
        {{"avx512", processor_has_avx512}, layer_norm_avx512, gelu_avx512, swiglu_avx512, add_scaled_avx512},
        {{"avx2", processor_has_avx2}, layer_norm_avx2, gelu_avx2, swiglu_avx2, add_scaled_avx2},
#endif
        {{"portable", version_always}, layer_norm_portable, gelu_portable, swiglu_portable, add_scaled_portable},
};

const struct activation *activation_named(const char *name)
{
	return version_named(sets, sizeof *sets, sizeof sets / sizeof *sets, name);
}
