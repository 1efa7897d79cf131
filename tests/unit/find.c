/* SPDX-License-Identifier: ISC */
#include "math/find.h"
#include "unit/test.h"

#include <stdlib.h>

static size_t slowly(const uint8_t *what, size_t n, const uint8_t *text, size_t size, size_t at)
{
	for (; at + n <= size; at++)
		if (memcmp(text + at, what, n) == 0)
			return at;
	return size;
}

static void test_version(const struct find_version *v)
{
	static uint8_t text[3000];
	unsigned seed = 3;
	int wrong = 0, met = 0;

	for (int round = 0; round < 20000; round++) {
		const size_t size = (size_t)rand_r(&seed) % sizeof text, n = 1 + (size_t)rand_r(&seed) % 6;
		const unsigned letters = 1 + (unsigned)rand_r(&seed) % 4;
		if (round % 50 == 0)
			for (size_t i = 0; i < sizeof text; i++)
				text[i] = (uint8_t)("etz\0"[(unsigned)rand_r(&seed) % letters]);
		uint8_t what[8];
		for (size_t i = 0; i < n; i++)
			what[i] = (uint8_t)("etz\0"[(unsigned)rand_r(&seed) % 4]);
		const struct find f = find_prepare(what, n);
		const size_t from = size ? (size_t)rand_r(&seed) % size : 0, at = v->next(&f, text, size, from);
		wrong += at != slowly(what, n, text, size, from);
		met += at < size;
	}
	ok(wrong == 0, "%s: 20000 texts are found where they are (%d), or not at all", v->version.name, met);
}

int main(void)
{
	for (size_t i = 0; i < find_version_count; i++)
		if (find_versions[i].version.supported())
			test_version(&find_versions[i]);
		else
			skip("this machine has not what it takes");
	return done();
}
