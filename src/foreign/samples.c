/* SPDX-License-Identifier: ISC */
#include "foreign/samples.h"

#include <math.h>
#include <string.h>

bool samples_supported(unsigned bits, enum sample_format format)
{
	if (format == SAMPLE_FLOAT)
		return bits == 16 || bits == 32 || bits == 64;
	return (format == SAMPLE_UNSIGNED || format == SAMPLE_SIGNED) && bits >= 1 && bits <= 32;
}

static uint16_t native16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

static uint32_t native32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Three bytes in the machine's order: the first is the lowest where that of 1 is. */
static uint32_t native24(const uint8_t *p)
{
	const uint16_t one = 1;
	uint8_t first;

	memcpy(&first, &one, 1);
	return first ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16
	             : (uint32_t)p[2] | (uint32_t)p[1] << 8 | (uint32_t)p[0] << 16;
}

/* `bits` bits that begin at this bit, the most significant first. */
static uint32_t packed(const uint8_t *p, size_t bit, unsigned bits)
{
	uint64_t v = 0;
	const size_t first = bit / 8, last = (bit + bits - 1) / 8;

	for (size_t i = first; i <= last; i++)
		v = v << 8 | p[i];
	v >>= 7 - (bit + bits - 1) % 8;
	return (uint32_t)(v & (((uint64_t)1 << bits) - 1));
}

static uint32_t integer_at(const uint8_t *p, size_t i, unsigned bits)
{
	switch (bits) {
	case 16:
		return native16(p + 2 * i);
	case 24:
		return native24(p + 3 * i);
	case 32:
		return native32(p + 4 * i);
	default:
		return packed(p, i * bits, bits);
	}
}

/* IEEE 754's half */
static double half(uint16_t bits)
{
	const int exponent = bits >> 10 & 31, fraction = bits & 1023;
	double v;

	if (exponent == 31)
		v = fraction ? NAN : INFINITY;
	else
		v = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
	return bits >> 15 ? -v : v;
}

static double float_at(const uint8_t *p, size_t i, unsigned bits)
{
	double wide;
	float v;

	if (bits == 16)
		return half(native16(p + 2 * i));
	if (bits == 32) {
		memcpy(&v, p + 4 * i, sizeof v);
		return (double)v;
	}
	memcpy(&wide, p + 8 * i, sizeof wide);
	return wide;
}

static uint8_t float_to_8(double v)
{
	if (!(v > 0))
		return 0;
	return v < 1 ? (uint8_t)(v * 255 + 0.5) : 255;
}

void samples_to_8(uint8_t *to, size_t step, const uint8_t *from, size_t count, unsigned bits, enum sample_format format)
{
	const uint64_t maximum = ((uint64_t)1 << (bits & 63)) - 1;
	const uint32_t sign = format == SAMPLE_SIGNED ? (uint32_t)1 << (bits - 1) : 0;

	if (format == SAMPLE_FLOAT) {
		for (size_t i = 0; i < count; i++)
			to[i * step] = float_to_8(float_at(from, i, bits));
	} else if (bits == 8 && !sign && step == 1) {
		memcpy(to, from, count);
	} else if (bits == 8) {
		for (size_t i = 0; i < count; i++)
			to[i * step] = (uint8_t)(from[i] ^ sign);
	} else {
		for (size_t i = 0; i < count; i++) {
			const uint64_t v = integer_at(from, i, bits) ^ sign;
			to[i * step] = (uint8_t)((v * 255 + maximum / 2) / maximum);
		}
	}
}
