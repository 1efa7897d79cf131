/* SPDX-License-Identifier: ISC */
#include "base/fold.h"
#include "unit/test.h"

#include <stdlib.h>

static const char *folded(const char *text)
{
	static struct bytes b;

	return fold_text(text, &b) == 0 ? (const char *)b.data : NULL;
}

/* UTF-8 of a letter, with a NUL; its length without. */
static size_t letter(uint32_t c, uint8_t *to)
{
	size_t n = 0;

	if (c < 0x80) {
		to[n++] = (uint8_t)c;
	} else if (c < 0x800) {
		to[n++] = (uint8_t)(0xc0 | c >> 6);
		to[n++] = (uint8_t)(0x80 | (c & 0x3f));
	} else {
		to[n++] = (uint8_t)(0xe0 | c >> 12);
		to[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		to[n++] = (uint8_t)(0x80 | (c & 0x3f));
	}
	to[n] = 0;
	return n;
}

static void test_letters(void)
{
	int longer = 0, twice = 0, shorter = 0;

	for (uint32_t c = 1; c < 0x10000; c++) {
		uint8_t from[4], to[8], again[8];
		const size_t n = letter(c, from), m = fold_bytes(from, n + 1, to);
		longer += m > n + 1;
		shorter += m < n + 1;
		twice += fold_bytes(to, m, again) != m || memcmp(to, again, m) != 0;
	}
	ok(longer == 0, "no letter gets longer");
	ok(shorter == 2, "two get shorter");
	ok(twice == 0, "folded twice is folded once");
}

/* Texts behind one another, of random letters, against each by itself. */
static void test_together(void)
{
	static const char *const pieces[] = {"A", "b", "Z", "[", "@", "0123456789", "THE ORNAMENTAL DESIGN FOR A CHAIR, AS SHOWN AND DESCRIBED. ",
	        "Ä", "é", "ſ", "ẞ", "Σ", "Ж", "日本", "\xc3", "\xff", "\xe1\xba", "q"};
	static uint8_t texts[1 << 16], together[1 << 16], apart[1 << 16];
	size_t size = 0, out = 0;
	unsigned seed = 7;

	while (size < sizeof texts - 8192) {
		const size_t start = size;
		for (unsigned n = (unsigned)rand_r(&seed) % 12; n; n--) {
			const char *piece = pieces[(unsigned)rand_r(&seed) % (sizeof pieces / sizeof *pieces)];
			memcpy(texts + size, piece, strlen(piece));
			size += strlen(piece);
		}
		texts[size++] = 0;
		const char *alone = folded((const char *)texts + start);
		memcpy(apart + out, alone, strlen(alone) + 1);
		out += strlen(alone) + 1;
	}
	ok(fold_bytes(texts, size, together) == out && memcmp(together, apart, out) == 0,
	        "texts behind one another are folded as each by itself");
}

int main(void)
{
	is_text(folded("Stra\xe1\xba\x9e" "E ÄÖÜ Ελλάς ЖУК"), "straße äöü ελλάσ жук", "letters lose their case");
	is_text(folded("\xc3\xc3\x84\xff"), "\xc3\xc3\xa4\xff", "bytes that are no letters stay");
	test_letters();
	test_together();
	return done();
}
