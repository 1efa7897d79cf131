/* SPDX-License-Identifier: ISC */
#include "base/fold.h"

/*
 * The letter at p and its length in bytes; for what is no UTF-8, 1 byte and a number above all letters. Only the lengths
 * that have letters with case are told apart: a longer letter is its bytes.
 */
static uint32_t letter_at(const unsigned char *p, size_t *length)
{
	*length = 1;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] >= 0xc2 && p[0] < 0xe0 && (p[1] & 0xc0) == 0x80) {
		*length = 2;
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	}
	if ((p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 && (p[0] > 0xe0 || p[1] >= 0xa0)) {
		*length = 3;
		return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	}
	return UINT32_MAX;
}

static uint32_t fold_latin(uint32_t c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7))
		return c + 32;
	if (c == 0xb5)
		return 0x3bc; /* the micro sign is a mu */
	if ((c >= 0x100 && c <= 0x12f) || (c >= 0x132 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
	        (c >= 0x1e00 && c <= 0x1e95) || (c >= 0x1ea0 && c <= 0x1eff))
		return c | 1; /* capitals are even, their small letters follow */
	if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
		return c + (c & 1); /* capitals are odd here */
	if (c == 0x178)
		return 0xff;
	if (c == 0x17f)
		return 's';
	if (c == 0x1e9e)
		return 0xdf;
	return c;
}

static uint32_t fold_greek_cyrillic(uint32_t c)
{
	if ((c >= 0x391 && c <= 0x3ab && c != 0x3a2) || (c >= 0x410 && c <= 0x42f))
		return c + 32;
	if (c == 0x386)
		return 0x3ac;
	if (c >= 0x388 && c <= 0x38a)
		return c + 37;
	if (c == 0x38c)
		return 0x3cc;
	if (c == 0x38e || c == 0x38f)
		return c + 63;
	if (c == 0x3c2)
		return 0x3c3; /* the sigma at the end of a word */
	if (c >= 0x400 && c <= 0x40f)
		return c + 80;
	return c;
}

static int put_letter(struct bytes *to, uint32_t c)
{
	if (c < 0x80)
		return bytes_put_u8(to, (uint8_t)c);
	if (c < 0x800)
		return bytes_append(to, (uint8_t[]){(uint8_t)(0xc0 | c >> 6), (uint8_t)(0x80 | (c & 0x3f))}, 2);
	return bytes_append(to,
	        (uint8_t[]){(uint8_t)(0xe0 | c >> 12), (uint8_t)(0x80 | (c >> 6 & 0x3f)), (uint8_t)(0x80 | (c & 0x3f))},
	        3);
}

int fold_text(const char *text, struct bytes *to)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t length;

	to->size = 0;
	for (; *p; p += length) {
		const uint32_t c = letter_at(p, &length);
		const uint32_t folded = c >= 0x386 && c < 0x430 ? fold_greek_cyrillic(c) : fold_latin(c);
		if ((folded == c ? bytes_append(to, p, length) : put_letter(to, folded)) < 0)
			return -1;
	}
	return bytes_terminate(to);
}
