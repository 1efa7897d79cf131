/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"
#include "math/bitcode.h"
#include "math/rotation.h"
#include "math/splitmix.h"
#include "unit/test.h"

#include <float.h>
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
		if (!version->version.supported()) {
			printf("# this processor has no %s\n", version->version.name);
			continue;
		}
		for (size_t n = 1; n <= LARGEST; n += n < 100 ? 7 : 89) {
			fill(a, n);
			a[0] = n % 3 ? a[0] : 0;
			rotation_apply_as(oracle, n, a, n, want);
			rotation_apply_as(version, n, a, n, got);
			different += memcmp(want, got, rotation_width(n) * sizeof *got) != 0;
		}
		ok(different == 0, "%s rotates to the same bits", version->version.name);
	}
}

enum { GROUPS = 7, STRIDE = 64 * WORDS + BITCODE_FACTORS + 3 };

static uint8_t tables[WORDS * BITCODE_NIBBLES * BITCODE_TABLE], codes[GROUPS * STRIDE + 1];
static float values[LARGEST], want[GROUPS * BITCODE_SIDE], got[GROUPS * BITCODE_SIDE];
static struct bitcode_question question = {.tables = tables};

/* Groups of codes of so many words, now and then of ones only, with these factors. */
static void fill_groups(size_t words, bool ones, bool plain)
{
	for (size_t i = 0; i < sizeof codes; i++)
		codes[i] = ones ? 0xff : (uint8_t)splitmix64(&state);
	for (size_t v = 0; v < GROUPS * BITCODE_SIDE; v++) {
		uint8_t *factors = codes + 1 + v / BITCODE_SIDE * STRIDE + 64 * words;
		const size_t lane = v % BITCODE_SIDE;
		le16_put(factors + 2 * lane, bitcode_short(plain ? 1 : (float)splitmix_unit(&state)));
		le16_put(factors + 2 * (BITCODE_SIDE + lane), bitcode_short_up(plain ? 0 : (float)splitmix_unit(&state)));
		lef32_put(factors + 4 * (BITCODE_SIDE + lane), plain ? 0 : (float)splitmix_unit(&state) - 0.5f);
	}
}

static void test_sums(void)
{
	const struct bitcode_version *oracle = &bitcode_versions[bitcode_version_count - 1];
	const struct bitcode_terms sums_only = {.twice = 1};
	int wrong = 0;

	for (size_t words = 1; words <= WORDS; words++) {
		fill_groups(words, words % 5 == 0, true);
		fill(values, 64 * words);
		oracle->prepare(&question, values, 64 * words);
		oracle->figures(codes + 1, STRIDE, GROUPS, &question, words, &sums_only, want);
		for (size_t v = 0; v < GROUPS * BITCODE_SIDE; v++) {
			const uint8_t *code = codes + 1 + v / BITCODE_SIDE * STRIDE + v % BITCODE_SIDE;
			long sum = 0;
			for (size_t i = 0; i < 64 * words; i++)
				if (code[BITCODE_SIDE * (i / 8)] >> i % 8 & 1)
					sum += lrintf(values[i] / question.step);
			wrong += (float)sum != want[v] || (words % 5 == 0 && sum != question.total);
		}
	}
	ok(wrong == 0, "the portable sums are those of the whole numbers");
}

static void test_factors(void)
{
	const struct bitcode_version *oracle = &bitcode_versions[bitcode_version_count - 1];
	const struct bitcode_terms terms = {.twice = 0.5f, .shift = 2, .reach = 3, .base = 7};
	double worst = 0, up = 1;

	for (int i = 0; i < 100000; i++) {
		const float x = (float)ldexp(1 + splitmix_unit(&state), (int)(splitmix64(&state) % 200) - 100);
		worst = fmax(worst, fabs((double)bitcode_long(bitcode_short(x)) / (double)x - 1));
		up = fmin(up, (double)bitcode_long(bitcode_short_up(x)) / (double)x);
	}
	ok(worst <= 0x1p-9 && worst > 0x1p-11, "16 bits round by %.5f", worst);
	ok(up >= 1, "or up");
	ok(bitcode_long(bitcode_short(0)) == 0 && bitcode_long(bitcode_short_up(0)) == 0 && isinf(bitcode_long(bitcode_short_up(FLT_MAX))),
	        "zero is kept, and what is too large becomes infinite");
	fill(values, 64);
	oracle->prepare(&question, values, 64);
	memset(codes, 0, sizeof codes);
	le16_put(codes + 64 + 2 * 5, bitcode_short(4));
	le16_put(codes + 64 + 2 * (8 + 5), bitcode_short(0.25f));
	lef32_put(codes + 64 + 4 * (8 + 5), 100);
	oracle->figures(codes, STRIDE, 1, &question, 1, &terms, want);
	ok(want[5] == 115.75f && want[4] == 7, "a figure is made of the factors of its code");
}

static void test_versions(void)
{
	const struct bitcode_version *oracle = &bitcode_versions[bitcode_version_count - 1];
	static uint8_t other_tables[sizeof tables];

	for (size_t k = 0; k + 1 < bitcode_version_count; k++) {
		const struct bitcode_version *version = &bitcode_versions[k];
		struct bitcode_question other = {.tables = other_tables};
		int different = 0, differently = 0;
		if (!version->version.supported()) {
			printf("# this processor has no %s\n", version->version.name);
			continue;
		}
		for (size_t words = 1; words <= WORDS; words++) {
			const size_t groups = words % GROUPS + 1;
			const struct bitcode_terms terms = {(float)splitmix_unit(&state), 0.3f, 2.5f, (float)splitmix_unit(&state)};
			fill_groups(words, words % 3 == 0, words % 7 == 0);
			for (size_t i = 0; i < 64 * words; i++) /* now and then the largest that there are, or nothing */
				values[i] = words % 4 ? (float)(2 * splitmix_unit(&state) - 1) : words % 12 == 0 ? 0 : words % 8 ? 1 : -1;
			oracle->prepare(&question, values, 64 * words);
			version->prepare(&other, values, 64 * words);
			differently += question.step != other.step || question.total != other.total || question.least != other.least ||
			               memcmp(tables, other_tables, words * BITCODE_NIBBLES * BITCODE_TABLE) != 0;
			oracle->figures(codes + 1, STRIDE, groups, &question, words, &terms, want);
			version->figures(codes + 1, STRIDE, groups, &question, words, &terms, got);
			different += memcmp(want, got, groups * BITCODE_SIDE * sizeof *got) != 0;
		}
		ok(differently == 0, "%s prepares the same questions", version->version.name);
		ok(different == 0, "and gives the same figures");
	}
}

static void test_zeros(void)
{
	memset(values, 0, sizeof values);
	bitcode_prepare(&question, values, 384);
	ok(question.total == 0 && question.step > 0 && isfinite(question.step), "a vector of zeros can be asked with too");
}

int main(void)
{
	test_rotation();
	test_versions_of_rotation();
	test_sums();
	test_factors();
	test_versions();
	test_zeros();
	return done();
}
