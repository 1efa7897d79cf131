/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"
#include "math/bitcode.h"
#include "math/rotation.h"
#include "math/splitmix.h"
#include "unit/test.h"

#include <math.h>
#include <stdlib.h>

enum { WORDS = 67, LARGEST = 64 * WORDS };

static uint64_t state = 11;

static void fill(float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = (float)(2 * splitmix_unit(&state) - 1);
}

static double product(const float *a, const float *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * b[i];
	return sum;
}

static void test_rotation(void)
{
	static float a[LARGEST], b[LARGEST], ra[LARGEST], rb[LARGEST];
	double worst = 0, peak = 0;
	int same = 0;

	for (size_t n = 1; n <= LARGEST; n += n < 100 ? 9 : 211) {
		fill(a, n);
		fill(b, n);
		rotation_apply(3, a, n, ra);
		rotation_apply(3, b, n, rb);
		const size_t width = rotation_width(n);
		worst = fmax(worst, fabs(product(ra, rb, width) - product(a, b, n)) / sqrt(product(a, a, n) * product(b, b, n)));
		rotation_apply(4, a, n, rb);
		same += memcmp(ra, rb, width * sizeof *ra) == 0;
	}
	ok(worst < 1e-5, "a rotation keeps inner products to %.1e of the lengths", worst);
	ok(same == 0, "another seed is another rotation");
	for (size_t i = 0; i < 384; i++) {
		memset(a, 0, sizeof a);
		a[i] = 1;
		rotation_apply(1, a, 384, ra);
		for (size_t j = 0; j < 384; j++)
			peak = fmax(peak, fabs((double)ra[j]));
	}
	ok(peak < 0.4, "a single number spreads over all of 384, none takes more than %.2f", peak);
}

static void test_sums(void)
{
	static uint8_t codes[64 * WORDS + 1];
	static uint64_t planes[WORDS * BITCODE_PLANES];
	static float values[LARGEST];
	const struct bitcode_version *oracle = &bitcode_versions[bitcode_version_count - 1];
	int32_t want[BITCODE_SIDE], got[BITCODE_SIDE], total;
	float step;
	int wrong = 0;

	for (size_t words = 1; words <= WORDS; words++) {
		for (size_t i = 0; i < sizeof codes; i++)
			codes[i] = words % 5 ? (uint8_t)splitmix64(&state) : 0xff;
		fill(values, 64 * words);
		bitcode_planes(values, 64 * words, planes, &step, &total);
		oracle->sums(codes + 1, planes, words, want);
		for (size_t v = 0; v < BITCODE_SIDE; v++) {
			long sum = 0;
			for (size_t i = 0; i < 64 * words; i++)
				if (codes[1 + 64 * (i / 64) + 8 * v + i % 64 / 8] >> i % 8 & 1)
					sum += lrintf(values[i] / step);
			wrong += sum != want[v] || (words % 5 == 0 && sum != total);
		}
	}
	ok(wrong == 0, "the portable sums are those of the whole numbers");
	for (size_t k = 0; k + 1 < bitcode_version_count; k++) {
		const struct bitcode_version *version = &bitcode_versions[k];
		int different = 0;
		if (!version->supported()) {
			printf("# this processor has no %s\n", version->name);
			continue;
		}
		for (size_t words = 0; words <= WORDS; words++) {
			for (size_t i = 0; i < sizeof codes; i++)
				codes[i] = words % 3 ? (uint8_t)splitmix64(&state) : 0xff;
			for (size_t i = 0; i < words * BITCODE_PLANES; i++)
				planes[i] = words % 3 ? splitmix64(&state) : UINT64_MAX;
			oracle->sums(codes + 1, planes, words, want);
			version->sums(codes + 1, planes, words, got);
			different += memcmp(want, got, sizeof got) != 0;
		}
		ok(different == 0, "%s gives the same", version->name);
	}
}

static void test_planes(void)
{
	static uint64_t planes[6 * BITCODE_PLANES];
	float values[384] = {0}, step;
	int32_t total;

	bitcode_planes(values, 384, planes, &step, &total);
	ok(total == 0 && step > 0 && isfinite(step) && !planes[0], "a vector of zeros has planes too");
}

int main(void)
{
	test_rotation();
	test_sums();
	test_planes();
	return done();
}
