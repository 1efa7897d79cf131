/* SPDX-License-Identifier: ISC */
#include "math/rotation.h"

#include "math/processor.h"
#include "math/splitmix.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 4 };

/* Each number's sign is changed where the next of so many bits is set. width is a multiple of 64. */
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

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

/* A register's numbers. */
enum { LANES = 8 };

AVX2 static void change_signs_avx2(uint64_t *state, float *v, size_t width)
{
	const __m256i places = _mm256_setr_epi32(31, 30, 29, 28, 27, 26, 25, 24);
	const __m256 sign = _mm256_set1_ps(-0.f);

	for (size_t i = 0; i < width; i += 64) {
		const uint64_t bits = splitmix64(state);
		for (size_t j = 0; j < 64; j += LANES) {
			const __m256i each = _mm256_sllv_epi32(_mm256_set1_epi32((int)(bits >> j & 255)), places);
			_mm256_storeu_ps(v + i + j,
			        _mm256_xor_ps(_mm256_loadu_ps(v + i + j), _mm256_and_ps(_mm256_castsi256_ps(each), sign)));
		}
	}
}

/* a + b in the place of a, a - b in that of b: the second of each two is `minus`, the other one is added. */
AVX2 static inline __m256 turn(__m256 x, __m256 fellows, __m256 minus)
{
	return _mm256_add_ps(fellows, _mm256_xor_ps(x, minus));
}

/* The steps within a register: each number with its neighbour, then with the next but one, then across the halves. */
AVX2 static inline __m256 hadamard_of_eight(__m256 x)
{
	const float n = -0.f;

	x = turn(x, _mm256_permute_ps(x, 0xb1), _mm256_setr_ps(0, n, 0, n, 0, n, 0, n));
	x = turn(x, _mm256_permute_ps(x, 0x4e), _mm256_setr_ps(0, 0, n, n, 0, 0, n, n));
	return turn(x, _mm256_permute2f128_ps(x, x, 1), _mm256_setr_ps(0, 0, 0, 0, n, n, n, n));
}

AVX2 static void hadamard_avx2(float *v, size_t n)
{
	const __m256 scale = _mm256_set1_ps((float)(1 / sqrt((double)n)));

	for (size_t i = 0; i < n; i += LANES)
		_mm256_storeu_ps(v + i, hadamard_of_eight(_mm256_loadu_ps(v + i)));
	for (size_t half = LANES; half < n; half *= 2) {
		for (size_t i = 0; i < n; i += 2 * half) {
			for (size_t j = i; j < i + half; j += LANES) {
				const __m256 a = _mm256_loadu_ps(v + j), b = _mm256_loadu_ps(v + j + half);
				_mm256_storeu_ps(v + j, _mm256_add_ps(a, b));
				_mm256_storeu_ps(v + j + half, _mm256_sub_ps(a, b));
			}
		}
	}
	for (size_t i = 0; i < n; i += LANES)
		_mm256_storeu_ps(v + i, _mm256_mul_ps(_mm256_loadu_ps(v + i), scale));
}

AVX2 static void kac_avx2(float *v, size_t width)
{
	const __m256 scale = _mm256_set1_ps((float)sqrt(0.5));
	const size_t half = width / 2;

	for (size_t i = 0; i < half; i += LANES) {
		const __m256 a = _mm256_loadu_ps(v + i), b = _mm256_loadu_ps(v + i + half);
		_mm256_storeu_ps(v + i, _mm256_mul_ps(_mm256_add_ps(a, b), scale));
		_mm256_storeu_ps(v + i + half, _mm256_mul_ps(_mm256_sub_ps(a, b), scale));
	}
}

#endif

const struct rotation_version rotation_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"avx2", processor_has_avx2}, change_signs_avx2, hadamard_avx2, kac_avx2},
#endif
        {{"portable", version_always}, change_signs, hadamard, kac},
};
const size_t rotation_version_count = sizeof rotation_versions / sizeof *rotation_versions;

void rotation_apply(uint64_t seed, const float *from, size_t n, float *to)
{
	static struct version_choice choice;
	const struct rotation_version *fastest = version_chosen(&choice, rotation_versions, sizeof *rotation_versions);

	rotation_apply_as(fastest, seed, from, n, to);
}

void rotation_apply_as(const struct rotation_version *v, uint64_t seed, const float *from, size_t n, float *to)
{
	const size_t width = rotation_width(n);
	size_t power = 64;

	while (2 * power <= width)
		power *= 2;
	memcpy(to, from, n * sizeof *to);
	for (size_t i = n; i < width; i++)
		to[i] = 0;
	for (int round = 0; round < ROUNDS; round++) {
		v->change_signs(&seed, to, width);
		v->hadamard(round % 2 ? to + width - power : to, power);
		if (power < width)
			v->kac(to, width);
	}
}
