/* SPDX-License-Identifier: ISC */
#include "math/rotation.h"

#include "math/splitmix.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 4 };

static void change_signs(uint64_t *state, float *v, size_t width)
{
	for (size_t i = 0; i < width; i += 64) {
		const uint64_t bits = splitmix64(state);
		for (size_t j = 0; j < 64; j++)
			v[i + j] = bits >> j & 1 ? -v[i + j] : v[i + j];
	}
}

/* Of n numbers, a power of two; lengths stay. */
static void hadamard(float *v, size_t n)
{
	const float scale = (float)(1 / sqrt((double)n));

	for (size_t half = 1; half < n; half *= 2) {
		for (size_t i = 0; i < n; i += 2 * half) {
			for (size_t j = i; j < i + half; j++) {
				const float a = v[j], b = v[j + half];
				v[j] = a + b;
				v[j + half] = a - b;
			}
		}
	}
	for (size_t i = 0; i < n; i++)
		v[i] *= scale;
}

/* Each number of the first half turned by 45 degrees with its fellow of the second. */
static void kac(float *v, size_t width)
{
	const float scale = (float)sqrt(0.5);
	const size_t half = width / 2;

	for (size_t i = 0; i < half; i++) {
		const float a = v[i], b = v[i + half];
		v[i] = (a + b) * scale;
		v[i + half] = (a - b) * scale;
	}
}

void rotation_apply(uint64_t seed, const float *from, size_t n, float *to)
{
	const size_t width = rotation_width(n);
	size_t power = 64;

	while (2 * power <= width)
		power *= 2;
	memcpy(to, from, n * sizeof *to);
	for (size_t i = n; i < width; i++)
		to[i] = 0;
	for (int round = 0; round < ROUNDS; round++) {
		change_signs(&seed, to, width);
		hadamard(round % 2 ? to + width - power : to, power);
		if (power < width)
			kac(to, width);
	}
}
