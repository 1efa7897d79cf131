/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"
#include "math/dot.h"
#include "unit/random.h"
#include "unit/test.h"

#include <stdlib.h>

enum { LARGEST = 1100 };

static uint64_t state = 7;

int main(void)
{
	const struct dot_version *oracle = &dot_versions[dot_version_count - 1];
	static float a[LARGEST];
	static uint8_t b[4 * LARGEST + 3];

	ok(strcmp(oracle->version.name, "portable") == 0 && oracle->version.supported(), "the last version is the portable one");
	for (size_t i = 0; i < LARGEST; i++)
		a[i] = random_number(&state) * 3;

	lef32_put_array(b, (float[]){1, 2, 3, 4, 5}, 5);
	const float five[] = {2, 0, -1, 1, 10};
	ok(oracle->product(five, b, 5) == 53, "an inner product");
	ok(oracle->distance(five, b, 5) == 1 + 4 + 16 + 9 + 25, "a squared distance");
	ok(oracle->product(five, b, 0) == 0 && dot_distance(five, b, 0) == 0, "of nothing they are 0");

	double worst = 0;
	for (size_t i = 0; i < LARGEST; i++)
		lef32_put(b + 4 * i, random_number(&state) * 3);
	for (size_t n = 1; n < LARGEST; n += 37) {
		double sum = 0, size = 0;
		for (size_t i = 0; i < n; i++) {
			const double product = (double)a[i] * lef32_get(b + 4 * i);
			sum += product;
			size += fabs(product);
		}
		worst = fmax(worst, fabs(oracle->product(a, b, n) - sum) / size);
	}
	ok(worst < 1e-6, "the portable version is right to %.1e of the sum of sizes", worst);

	for (size_t v = 0; v + 1 < dot_version_count; v++) {
		const struct dot_version *version = &dot_versions[v];
		int different = 0;
		if (!version->version.supported()) {
			skip("this machine lacks the instructions");
			continue;
		}
		for (size_t shift = 0; shift < 4; shift++) {
			for (size_t i = 0; i < LARGEST; i++)
				lef32_put(b + shift + 4 * i, random_number(&state) * 3);
			for (size_t n = 0; n < LARGEST; n++) {
				const float p = version->product(a, b + shift, n), q = oracle->product(a, b + shift, n);
				const float d = version->distance(a, b + shift, n), e = oracle->distance(a, b + shift, n);
				different += memcmp(&p, &q, sizeof p) != 0 || memcmp(&d, &e, sizeof d) != 0;
			}
		}
		ok(different == 0, "%s gives the bits of the portable version, on any address and length", version->version.name);
	}
	return done();
}
