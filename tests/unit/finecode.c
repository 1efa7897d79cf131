/* SPDX-License-Identifier: ISC */
#include "math/finecode.h"
#include "math/rounded.h"
#include "math/splitmix.h"
#include "unit/test.h"

#include <stdlib.h>

enum { LARGEST = 9024 };

static uint64_t state = 3;

/* Numbers and levels; now and then the largest that there are. */
static void fill(float *values, uint8_t *levels, size_t n, unsigned bits, bool largest)
{
	for (size_t i = 0; i < n; i++) {
		values[i] = largest ? 1 : (float)(2 * splitmix_unit(&state) - 1);
		levels[i] = (uint8_t)(largest ? (1 << bits) - 1 : (int)(splitmix_unit(&state) * (1 << bits)));
	}
}

static void test_sums(unsigned bits)
{
	static float values[LARGEST];
	static uint8_t levels[LARGEST], code[LARGEST];
	static int8_t whole[LARGEST];
	double worst = 0;
	int different = 0;

	for (size_t n = 64; n <= LARGEST; n += n < 1024 ? 64 : 832) {
		int64_t want = 0;
		double exact = 0;
		fill(values, levels, n, bits, n % 5 == 4);
		finecode_pack(levels, n, bits, code);
		const float step = rounded_make(values, n, whole);
		for (size_t i = 0; i < n; i++) {
			want += (int64_t)levels[i] * whole[i];
			exact += (double)levels[i] * values[i];
		}
		different += finecode_sum(whole, code, n, bits) != want;
		worst = fmax(worst, fabs((double)want * step - exact) / ((double)n * step / 2 * ((1 << bits) - 1)));
	}
	ok(different == 0, "%u bits: sums are those of the levels", bits);
	ok(worst <= 1, "and off by no more than quantising the vector makes them: by %.2f of that", worst);
}

static void test_version(const struct finecode_version *version, const struct finecode_version *oracle)
{
	static float values[LARGEST];
	static uint8_t levels[LARGEST], code[LARGEST + 1];
	static int8_t whole[LARGEST];
	int different = 0;

	if (!version->version.supported()) {
		skip("this machine lacks the instructions");
		return;
	}
	for (unsigned bits = 2; bits <= 8; bits *= 2)
		for (size_t n = 64; n <= LARGEST; n += 64) {
			uint8_t *at = code + n / 64 % 2; /* on any address */
			fill(values, levels, n, bits, n % 5 == 4 || n == LARGEST);
			finecode_pack(levels, n, bits, at);
			rounded_make(values, n, whole);
			different += version->sum(whole, at, n, bits) != oracle->sum(whole, at, n, bits);
		}
	ok(different == 0, "%s gives the same sums", version->version.name);
}

int main(void)
{
	for (unsigned bits = 2; bits <= 8; bits *= 2)
		test_sums(bits);
	for (size_t v = 0; v + 1 < finecode_version_count; v++)
		test_version(&finecode_versions[v], &finecode_versions[finecode_version_count - 1]);
	return done();
}
