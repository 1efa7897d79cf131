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

static void test_versions_of_rotation(void)
{
	const struct rotation_version *oracle = &rotation_versions[rotation_version_count - 1];
	static float a[LARGEST], want[LARGEST], got[LARGEST];

	for (size_t k = 0; k + 1 < rotation_version_count; k++) {
		const struct rotation_version *version = &rotation_versions[k];
		int different = 0;
		if (!version->supported()) {
			printf("# this processor has no %s\n", version->name);
			continue;
		}
		for (size_t n = 1; n <= LARGEST; n += n < 100 ? 7 : 89) {
			fill(a, n);
			a[0] = n % 3 ? a[0] : 0;
			rotation_apply_as(oracle, n, a, n, want);
			rotation_apply_as(version, n, a, n, got);
			different += memcmp(want, got, rotation_width(n) * sizeof *got) != 0;
		}
		ok(different == 0, "%s rotates to the same bits", version->name);
	}
}

static uint64_t planes[WORDS * BITCODE_PLANES];
static uint8_t tables[WORDS * BITCODE_NIBBLES * BITCODE_TABLE];
static struct bitcode_question question = {.planes = planes, .tables = tables};

static void test_sums(void)
{
	enum { GROUPS = 7, STRIDE = 64 * WORDS + 3 };
	static uint8_t codes[GROUPS * STRIDE + 1];
	static float values[LARGEST];
	const struct bitcode_version *oracle = &bitcode_versions[bitcode_version_count - 1];
	int32_t want[GROUPS * BITCODE_SIDE], got[GROUPS * BITCODE_SIDE];
	int wrong = 0;

	for (size_t words = 1; words <= WORDS; words++) {
		for (size_t i = 0; i < sizeof codes; i++)
			codes[i] = words % 5 ? (uint8_t)splitmix64(&state) : 0xff;
		fill(values, 64 * words);
		bitcode_prepare(&question, values, 64 * words);
		oracle->sums(codes + 1, STRIDE, GROUPS, &question, words, want);
		for (size_t v = 0; v < GROUPS * BITCODE_SIDE; v++) {
			const uint8_t *code = codes + 1 + v / BITCODE_SIDE * STRIDE + 8 * (v % BITCODE_SIDE);
			long sum = 0;
			for (size_t i = 0; i < 64 * words; i++)
				if (code[64 * (i / 64) + i % 64 / 8] >> i % 8 & 1)
					sum += lrintf(values[i] / question.step);
			wrong += sum != want[v] || (words % 5 == 0 && sum != question.total);
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
		for (size_t words = 1; words <= WORDS; words++) {
			const size_t groups = words % GROUPS + 1;
			for (size_t i = 0; i < sizeof codes; i++)
				codes[i] = words % 3 ? (uint8_t)splitmix64(&state) : 0xff;
			for (size_t i = 0; i < 64 * words; i++) /* now and then the largest that there are */
				values[i] = words % 4 ? (float)(2 * splitmix_unit(&state) - 1) : words % 8 ? 1 : -1;
			bitcode_prepare(&question, values, 64 * words);
			oracle->sums(codes + 1, STRIDE, groups, &question, words, want);
			version->sums(codes + 1, STRIDE, groups, &question, words, got);
			different += memcmp(want, got, groups * BITCODE_SIDE * sizeof *got) != 0;
		}
		ok(different == 0, "%s gives the same", version->name);
	}
}

static void test_versions_of_questions(void)
{
	const struct bitcode_version *oracle = &bitcode_versions[bitcode_version_count - 1];
	static uint64_t other_planes[WORDS * BITCODE_PLANES];
	static uint8_t other_tables[WORDS * BITCODE_NIBBLES * BITCODE_TABLE];
	static float values[LARGEST];

	for (size_t k = 0; k + 1 < bitcode_version_count; k++) {
		const struct bitcode_version *version = &bitcode_versions[k];
		struct bitcode_question other = {.planes = other_planes, .tables = other_tables};
		int different = 0;
		if (!version->supported())
			continue;
		for (size_t words = 1; words <= WORDS; words++) {
			fill(values, 64 * words);
			for (size_t i = 0; i < 64 * words && words % 4 == 0; i++)
				values[i] = words % 8 ? values[i] > 0 ? 1.f : -1.f : 0;
			oracle->prepare(&question, values, 64 * words);
			version->prepare(&other, values, 64 * words);
			different += question.step != other.step || question.total != other.total || question.least != other.least ||
			             memcmp(planes, other_planes, words * BITCODE_PLANES * sizeof *planes) != 0 ||
			             memcmp(tables, other_tables, words * BITCODE_NIBBLES * BITCODE_TABLE) != 0;
		}
		ok(different == 0, "%s prepares the same question", version->name);
	}
}

static void test_zeros(void)
{
	const float values[384] = {0};

	bitcode_prepare(&question, values, 384);
	ok(question.total == 0 && question.step > 0 && isfinite(question.step) && !planes[0], "a vector of zeros can be asked with too");
}

int main(void)
{
	test_rotation();
	test_versions_of_rotation();
	test_sums();
	test_versions_of_questions();
	test_zeros();
	return done();
}
