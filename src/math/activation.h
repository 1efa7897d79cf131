/* SPDX-License-Identifier: ISC */
/*
 * activation - what a transformer does between its matrix products, row by row, in f32
 *
 * Each in a portable version with the C library's own exp and erf (the oracle) and in vectorised ones, chosen once for the CPU. The
 * vectorised exponential is within 2 units in the last place, the error function within 4 · 2⁻²⁴ of 1; nothing here is the
 * approximation "tanh" of GELU, which is another function. Rows may have any length and alignment.
 */
#ifndef MATH_ACTIVATION_H
#define MATH_ACTIVATION_H

#include "math/version.h"

#include <stddef.h>

/* The versions for one instruction set. */
struct activation {
	struct version version;

	/* out = (x − mean) / √(variance + epsilon) · weight + bias, over the n numbers of a row (Ba, Kiros and Hinton 2016) */
	void (*layer_norm)(const float *x, size_t n, const float *weight, const float *bias, float epsilon, float *out);

	/* x/2 · (1 + erf(x / √2)) in place: the exact Gaussian error linear unit (Hendrycks and Gimpel 2016) */
	void (*gelu)(float *x, size_t n);

	/* out[i] = gate[i] / (1 + exp(−gate[i])) · value[i] (SwiGLU, Shazeer 2020) */
	void (*swiglu)(const float *gate, const float *value, size_t n, float *out);

	/* x[i] += scale[i] · y[i] (a residual branch with its layer scale) */
	void (*add_scaled)(float *x, const float *scale, const float *y, size_t n);
};

/* "portable", "avx2", "avx512"; NULL when this CPU cannot run it. */
const struct activation *activation_named(const char *name);

#endif
