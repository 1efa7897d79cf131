/* SPDX-License-Identifier: ISC */
#include "base/utf8.h"

size_t utf8_length(const uint8_t *s, size_t left)
{
	const uint8_t a = s[0];
	uint8_t low = 0x80, high = 0xbf;
	size_t n;

	if (a < 0x80)
		return 1;
	if (a >= 0xc2 && a <= 0xdf) {
		n = 2;
	} else if (a >= 0xe0 && a <= 0xef) {
		n = 3;
		low = a == 0xe0 ? 0xa0 : 0x80;
		high = a == 0xed ? 0x9f : 0xbf;
	} else if (a >= 0xf0 && a <= 0xf4) {
		n = 4;
		low = a == 0xf0 ? 0x90 : 0x80;
		high = a == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	if (left < n || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

size_t utf8_control_length(const uint8_t *s, size_t left)
{
	if (*s < 0x20 || *s == 0x7f)
		return 1;
	return left >= 2 && s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0 ? 2 : 0;
}
