/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"
#include "unit/test.h"

#include <stdlib.h>

/* One line a case: the bytes on the wire, and what they mean. */
static const struct {
	uint8_t wire[8];
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
} table[] = {
        {{0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0},
        {{1, 0, 0, 0, 0, 0, 0, 0}, 1, 1, 1},
        {{0, 1, 0, 0, 0, 0, 0, 0}, 0x100, 0x100, 0x100},
        {{0x78, 0x56, 0x34, 0x12, 0xf0, 0xde, 0xbc, 0x9a}, 0x5678, 0x12345678, 0x9abcdef012345678u},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 0xffff, 0xffffffffu, 0xffffffffffffffffu},
        {{0, 0, 0, 0x80, 0, 0, 0, 0x80}, 0, 0x80000000u, 0x8000000080000000u},
};

int main(void)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		for (size_t shift = 0; shift < 4; shift++) { /* unaligned addresses as well */
			uint8_t block[16] = {0}, back[16] = {0};
			uint8_t *p = block + shift, *q = back + shift;
			memcpy(p, table[i].wire, 8);
			bool good = le16_get(p) == table[i].u16 && le32_get(p) == table[i].u32 && le64_get(p) == table[i].u64;
			le64_put(q, table[i].u64);
			good = good && memcmp(p, q, 8) == 0;
			le32_put(q, table[i].u32);
			le16_put(q, table[i].u16);
			good = good && memcmp(p, q, 8) == 0;
			ok(good, "row %zu reads and writes alike at offset %zu", i, shift);
		}
	}

	uint8_t wire[4];
	lef32_put(wire, -1.5f);
	ok(memcmp(wire, "\0\0\xc0\xbf", 4) == 0 && lef32_get(wire) == -1.5f, "-1.5 as an IEEE 754 f32");

	struct bytes b = {0};
	bytes_put_u8(&b, 7);
	bytes_put_u16(&b, 0x1234);
	bytes_put_string(&b, "chair");
	bytes_put_u64(&b, 1ull << 40);
	struct cursor c = cursor_on(b.data, b.size);
	char text[6];
	ok(cursor_u8(&c) == 7 && cursor_u16(&c) == 0x1234, "a cursor reads what was put");
	cursor_string(&c, text, 5);
	is_text(text, "chair", "a string comes back");
	ok(cursor_u64(&c) == 1ull << 40 && !c.failed && cursor_left(&c) == 0, "and ends where the bytes end");
	ok(cursor_u32(&c) == 0 && c.failed && cursor_u8(&c) == 0, "beyond the end a cursor yields zero and stays failed");

	c = cursor_on(b.data + 3, b.size - 3);
	cursor_string(&c, text, 4);
	ok(c.failed && !text[0], "a string longer than its limit is refused");
	c = cursor_on("\3\0\0\0a\0b", 7);
	cursor_string(&c, text, 5);
	ok(c.failed, "a string with a NUL inside is refused");
	c = cursor_on("\xff\xff\xff\xff", 4);
	cursor_string(&c, text, 5);
	ok(c.failed, "a length beyond the data is refused");

	size_t n;
	ok(!size_mul(SIZE_MAX / 2, 3, &n) && size_mul(5, 7, &n) && n == 35, "products of sizes do not wrap");
	ok(bytes_reserve(&b, SIZE_MAX - 2) < 0, "an impossible reservation fails");
	bytes_release(&b);
	return done();
}
