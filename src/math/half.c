/* SPDX-License-Identifier: ISC */
#include "math/half.h"

#include "base/bytes.h"
#include "math/processor.h"

#include <math.h>

static float get_one(const uint8_t *from)
{
	const uint16_t bits = le16_get(from);
	const int exponent = bits >> 10 & 31;
	const float fraction = (float)(bits & 1023), sign = bits >> 15 ? -1.0f : 1.0f;

	if (exponent == 31)
		return fraction != 0 ? NAN : sign * INFINITY;
	return sign * (exponent ? ldexpf(1024 + fraction, exponent - 25) : ldexpf(fraction, -24));
}

/* Sixteen bits are the sign, five of exponent, ten of fraction; what carries out of the fraction belongs in the exponent. */
static void put_one(uint8_t *to, float value)
{
	const uint16_t sign = signbit(value) ? 0x8000 : 0;
	const float size = fabsf(value);
	uint32_t bits;

	if (isnan(value)) {
		bits = 0x7e00;
	} else if (size >= HALF_OVERFLOW) {
		bits = 0x7c00;
	} else if (size < 0x1p-14f) { /* steps of 2^-24; adding 1 rounds to them, and to even */
		const float shifted = size + 0.5f;
		bits = (uint32_t)((shifted - 0.5f) * 0x1p24f);
	} else {
		memcpy(&bits, &size, sizeof bits);
		bits += 0xfff + (bits >> 13 & 1);
		bits = (bits >> 13) - ((127 - 15) << 10);
	}
	le16_put(to, (uint16_t)(bits | sign));
}

static void get_portable(float *to, const uint8_t *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = get_one(from + 2 * i);
}

static void put_portable(uint8_t *to, const float *from, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_one(to + 2 * i, from[i]);
}

#if defined __x86_64__ && defined __GNUC__

#include <immintrin.h>

#define F16C __attribute__((target("avx,f16c")))

F16C static void get_f16c(float *to, const uint8_t *from, size_t count)
{
	size_t i = 0;

	for (; i + 8 <= count; i += 8) {
		const __m128i eight = _mm_loadu_si128((const void *)(from + 2 * i));
		_mm256_storeu_ps(to + i, _mm256_cvtph_ps(eight));
	}
	get_portable(to + i, from + 2 * i, count - i);
}

F16C static void put_f16c(uint8_t *to, const float *from, size_t count)
{
	size_t i = 0;

	for (; i + 8 <= count; i += 8) {
		const __m128i eight = _mm256_cvtps_ph(_mm256_loadu_ps(from + i), _MM_FROUND_TO_NEAREST_INT);
		memcpy(to + 2 * i, &eight, sizeof eight);
	}
	put_portable(to + 2 * i, from + i, count - i);
}

#endif

const struct half_version half_versions[] = {
#if defined __x86_64__ && defined __GNUC__
        {{"f16c", processor_has_f16c}, get_f16c, put_f16c},
#endif
        {{"portable", version_always}, get_portable, put_portable},
};
const size_t half_version_count = sizeof half_versions / sizeof *half_versions;

static const struct half_version *fastest(void)
{
	static struct version_choice choice;

	return version_chosen(&choice, half_versions, sizeof *half_versions);
}

void half_get_array(float *to, const uint8_t *from, size_t count)
{
	fastest()->get(to, from, count);
}

void half_put_array(uint8_t *to, const float *from, size_t count)
{
	fastest()->put(to, from, count);
}
