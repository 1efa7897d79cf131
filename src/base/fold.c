/* SPDX-License-Identifier: ISC */
#include "base/fold.h"

#include <string.h>

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

static uint32_t fold_letter(uint32_t c)
{
	return c >= 0x386 && c < 0x430 ? fold_greek_cyrillic(c) : fold_latin(c);
}

static size_t put_letter(uint8_t *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	to[0] = (uint8_t)(0xe0 | c >> 12);
	to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	to[2] = (uint8_t)(0x80 | (c & 0x3f));
	return 3;
}

static uint8_t fold_ascii(uint8_t c)
{
	return (uint8_t)(c + ((uint8_t)(c - 'A') < 26) * 32);
}

/* Blocks of ASCII, in a loop that compilers make vectors of: how many bytes are done. */
static size_t fold_ascii_blocks(const uint8_t *from, size_t size, uint8_t *to)
{
	enum { BLOCK = 64 };
	uint8_t folded[BLOCK];
	size_t at = 0;

	for (; size - at >= BLOCK; at += BLOCK) {
		uint8_t all = 0;
		for (size_t i = 0; i < BLOCK; i++) {
			const uint8_t c = from[at + i];
			all |= c;
			folded[i] = fold_ascii(c);
		}
		if (all & 0x80)
			break;
		memcpy(to + at, folded, BLOCK);
	}
	return at;
}

size_t fold_bytes(const uint8_t *from, size_t size, uint8_t *to)
{
	size_t at = 0, out = 0, length;

	while (at < size) {
		const size_t ascii = fold_ascii_blocks(from + at, size - at, to + out);
		at += ascii;
		out += ascii;
		/* the block with other letters, or what is left */
		for (const size_t end = size - at > 64 ? at + 64 : size; at < end; at += length) {
			const uint32_t c = letter_at(from + at, &length), folded = fold_letter(c);
			if (folded != c) {
				out += put_letter(to + out, folded);
			} else {
				memcpy(to + out, from + at, length);
				out += length;
			}
		}
	}
	return out;
}

int fold_text(const char *text, struct bytes *to)
{
	const size_t size = strlen(text) + 1;

	to->size = 0;
	if (bytes_reserve(to, size) < 0)
		return -1;
	to->size = fold_bytes((const uint8_t *)text, size, to->data) - 1;
	return 0;
}
