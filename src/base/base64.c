/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

/* One to three bytes, of which `left` are there, as four digits. */
static void encode(const uint8_t *p, size_t left, uint8_t to[4])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint32_t v = (uint32_t)p[0] << 16 | (left > 1 ? (uint32_t)p[1] << 8 : 0) | (left > 2 ? p[2] : 0u);

	to[0] = (uint8_t)digits[v >> 18];
	to[1] = (uint8_t)digits[v >> 12 & 63];
	to[2] = left > 1 ? (uint8_t)digits[v >> 6 & 63] : '=';
	to[3] = left > 2 ? (uint8_t)digits[v & 63] : '=';
}

int base64_append(struct bytes *to, const void *data, size_t size)
{
	const uint8_t *p = data;
	size_t length;

	if (!size_mul(size / 3 + 1, 4, &length) || bytes_reserve(to, length) < 0)
		return -1;
	for (size_t i = 0; i < size; i += 3, to->size += 4)
		encode(p + i, size - i, to->data + to->size);
	return 0;
}

void base64_write(FILE *out, const void *data, size_t size)
{
	const uint8_t *p = data;
	uint8_t digits[4];

	for (size_t i = 0; i < size; i += 3) {
		encode(p + i, size - i, digits);
		fwrite(digits, 1, sizeof digits, out);
	}
}

static int value_of(char digit)
{
	if (digit >= 'A' && digit <= 'Z')
		return digit - 'A';
	if (digit >= 'a' && digit <= 'z')
		return digit - 'a' + 26;
	if (digit >= '0' && digit <= '9')
		return digit - '0' + 52;
	return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* Four digits to one to three bytes; false when they are none. */
static bool decode(struct bytes *to, const char *p)
{
	const int pads = (p[3] == '=') + (p[3] == '=' && p[2] == '=');
	uint32_t v = 0;

	for (int i = 0; i < 4; i++) {
		const int d = i >= 4 - pads ? 0 : value_of(p[i]);
		if (d < 0)
			return false;
		v = v << 6 | (uint32_t)d;
	}
	const uint8_t bytes[3] = {(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
	return bytes_append(to, bytes, 3 - (size_t)pads) == 0;
}

int base64_decode(struct bytes *to, const char *text)
{
	size_t left = strlen(text);

	for (; left >= 4; text += 4, left -= 4)
		if (!decode(to, text))
			return -1;
	return left ? -1 : 0;
}
