/* SPDX-License-Identifier: ISC */
#include "base/base64.h"

int base64_append(struct bytes *to, const void *data, size_t size)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *p = data;
	size_t length;

	if (!size_mul(size / 3 + 1, 4, &length) || bytes_reserve(to, length) < 0)
		return -1;
	for (; size >= 3; size -= 3, p += 3) {
		const uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
		for (int shift = 18; shift >= 0; shift -= 6)
			to->data[to->size++] = (uint8_t)digits[v >> shift & 63];
	}
	if (size) {
		const uint32_t v = (uint32_t)p[0] << 16 | (size > 1 ? (uint32_t)p[1] << 8 : 0);
		to->data[to->size++] = (uint8_t)digits[v >> 18];
		to->data[to->size++] = (uint8_t)digits[v >> 12 & 63];
		to->data[to->size++] = size > 1 ? (uint8_t)digits[v >> 6 & 63] : '=';
		to->data[to->size++] = '=';
	}
	return 0;
}
