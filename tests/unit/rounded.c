/* SPDX-License-Identifier: ISC */
#include "math/rounded.h"
#include "math/splitmix.h"
#include "unit/test.h"

#include <math.h>
#include <stdlib.h>

enum { LARGEST = 4100, ROWS = 7 };

static uint64_t state = 5;

static void fill(float *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = (float)(2 * splitmix_unit(&state) - 1);
}

static void test_portable(const struct rounded_version *portable)
{
	static float a[LARGEST], b[LARGEST];
	static int8_t ra[LARGEST + 32], rb[LARGEST + 32];
	double worst = 0;
	int outside = 0;

	for (size_t n = 1; n <= LARGEST; n += 61) {
		double product = 0, size = 0;
		int32_t sum;
		fill(a, n);
		fill(b, n);
		const float sa = portable->make(a, n, ra), sb = portable->make(b, n, rb);
		portable->products(ra, rb, 1, rounded_width(n), &sum);
		for (size_t i = 0; i < n; i++) {
			product += (double)a[i] * b[i];
			size += fabs((double)a[i]) / 254 + fabs((double)b[i]) / 254 + 1. / 254 / 254;
			outside += fabs(a[i] / sa - ra[i]) > 0.5001;
		}
		worst = fmax(worst, fabs((double)sum * sa * sb - product) / size);
		for (size_t i = n; i < rounded_width(n); i++)
			outside += ra[i] != 0;
	}
	ok(outside == 0, "numbers are rounded to the nearest, and zeros follow");
	ok(worst <= 1, "a product is off by no more than rounding makes it: by %.2f of that", worst);
	fill(a, 0);
	memset(a, 0, sizeof a);
	ok(portable->make(a, 100, ra) > 0 && !ra[0] && !ra[99], "a vector of zeros is one of zeros");
}

static void test_version(const struct rounded_version *version, const struct rounded_version *oracle)
{
	static float values[LARGEST];
	static int8_t want[ROWS * (LARGEST + 32)], got[ROWS * (LARGEST + 32)], question[LARGEST + 32];
	int32_t products[ROWS], others[ROWS];
	int different = 0;

	if (!version->version.supported()) {
		skip("this machine lacks the instructions");
		return;
	}
	for (size_t n = 1; n <= LARGEST; n += n < 100 ? 1 : 83) {
		const size_t width = rounded_width(n), rows = n % ROWS + 1;
		for (size_t r = 0; r < rows; r++) {
			fill(values, n);
			for (size_t i = 0; i < n && n % 5 == 0; i++) /* now and then the largest that there are */
				values[i] = n % 2 ? 1 : -1;
			const float a = oracle->make(values, n, want + r * width), b = version->make(values, n, got + r * width);
			different += a != b;
		}
		oracle->make(values, n, question);
		different += memcmp(want, got, rows * width) != 0;
		oracle->products(question, want, rows, width, products);
		version->products(question, want, rows, width, others);
		different += memcmp(products, others, rows * sizeof *products) != 0;
	}
	ok(different == 0, "%s gives the same whole numbers and products", version->version.name);
}

int main(void)
{
	const struct rounded_version *portable = &rounded_versions[rounded_version_count - 1];

	test_portable(portable);
	for (size_t v = 0; v + 1 < rounded_version_count; v++)
		test_version(&rounded_versions[v], portable);
	return done();
}
