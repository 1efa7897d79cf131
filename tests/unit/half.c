/* SPDX-License-Identifier: ISC */
/* Numbers of 16 bits: all of them, and what lies between them. */
#include "base/bytes.h"
#include "math/half.h"
#include "unit/test.h"

#include <math.h>

enum { ALL = 65536 };

static uint8_t halves[2 * ALL];

static uint16_t put(const struct half_version *v, float value)
{
	uint8_t to[2];

	v->put(to, &value, 1);
	return le16_get(to);
}

static float get(const struct half_version *v, uint16_t bits)
{
	uint8_t from[2];
	float value;

	le16_put(from, bits);
	v->get(&value, from, 1);
	return value;
}

/* Between two neighbours: the nearer one, in the middle the even one. */
static int wrong_roundings(const struct half_version *v)
{
	int wrong = 0;

	for (uint16_t i = 0; i < 0x7bff; i++) {
		const float low = get(v, i), high = get(v, (uint16_t)(i + 1)), middle = (low + high) / 2;
		wrong += put(v, nextafterf(middle, low)) != i || put(v, nextafterf(middle, high)) != i + 1 ||
		         put(v, middle) != (i % 2 ? i + 1 : i) || put(v, -middle) != (0x8000 | (i % 2 ? i + 1 : i));
	}
	return wrong;
}

int main(void)
{
	const struct half_version *oracle = &half_versions[half_version_count - 1];
	static float values[ALL], others[ALL];
	static uint8_t back[2 * ALL + 1];
	int wrong = 0;

	ok(strcmp(oracle->version.name, "portable") == 0 && oracle->version.supported(), "the last version is the portable one");
	ok(get(oracle, 0x3c00) == 1 && get(oracle, 0xc000) == -2 && get(oracle, 0x3555) == 1365.0f / 4096, "one, minus two, a third");
	ok(get(oracle, 0x7bff) == 65504 && get(oracle, 0x0400) == 0x1p-14f && get(oracle, 1) == 0x1p-24f,
	        "the largest, the smallest that is normal, the smallest");
	ok(put(oracle, 65519) == 0x7bff && put(oracle, HALF_OVERFLOW) == 0x7c00 && put(oracle, -1e9f) == 0xfc00,
	        "what is too large becomes infinite");
	ok(put(oracle, 1e-9f) == 0 && put(oracle, -1e-9f) == 0x8000, "what is too small becomes zero and keeps its sign");
	ok(isnan(get(oracle, put(oracle, NAN))), "what is no number stays so");
	ok(wrong_roundings(oracle) == 0, "what lies between goes to the nearest, ties to even");

	for (size_t i = 0; i < ALL; i++)
		le16_put(halves + 2 * i, (uint16_t)i);
	oracle->get(values, halves, ALL);
	oracle->put(back, values, ALL);
	for (size_t i = 0; i < ALL; i++)
		wrong += !isnan(values[i]) && memcmp(back + 2 * i, halves + 2 * i, 2) != 0;
	ok(wrong == 0, "all come back as they were");

	for (size_t v = 0; v + 1 < half_version_count; v++) {
		const struct half_version *version = &half_versions[v];
		if (!version->version.supported()) {
			skip("this machine lacks the instructions");
			continue;
		}
		wrong = 0;
		version->get(others, halves, ALL);
		for (size_t i = 0; i < ALL; i++)
			wrong += isnan(values[i]) ? !isnan(others[i]) : memcmp(&values[i], &others[i], sizeof *values) != 0;
		ok(wrong == 0, "%s reads the numbers of the portable version", version->version.name);
		for (size_t n = 0; n < 40; n++) {
			version->put(back + 1, values + 999, n);
			wrong += memcmp(back + 1, halves + 2 * 999, 2 * n) != 0;
		}
		for (size_t i = 0; i < ALL; i++)
			others[i] = values[i] * 1.0003f;
		static uint8_t a[2 * ALL], b[2 * ALL];
		version->put(a, others, ALL);
		oracle->put(b, others, ALL);
		for (size_t i = 0; i < ALL; i++)
			wrong += !isnan(values[i]) && memcmp(a + 2 * i, b + 2 * i, 2) != 0;
		ok(wrong == 0 && wrong_roundings(version) == 0, "and %s writes its bits, on any address and length", version->version.name);
	}
	return done();
}
