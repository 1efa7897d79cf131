/* SPDX-License-Identifier: ISC */
#include "math/crc32c.h"
#include "unit/test.h"

#include <stdlib.h>

int main(void)
{
	uint8_t block[4096 + 16];
	uint32_t seed = 1;
	bool alike = true, joined = true;

	for (size_t i = 0; i < sizeof block; i++) {
		seed = seed * 1664525u + 1013904223u;
		block[i] = (uint8_t)(seed >> 24);
	}
	ok(crc32c(0, "123456789", 9) == 0xe3069283u, "the check value of RFC 3720");
	ok(crc32c_portable(0, "123456789", 9) == 0xe3069283u, "the portable version as well");
	ok(crc32c(0, "", 0) == 0, "of nothing it is 0");
	for (size_t start = 0; start < 9; start++)
		for (size_t size = 0; size < 300; size++)
			alike = alike && crc32c(7, block + start, size) == crc32c_portable(7, block + start, size);
	for (size_t size = 300; size <= 4096; size += 7)
		alike = alike && crc32c(seed, block + size % 9, size) == crc32c_portable(seed, block + size % 9, size);
	ok(alike, "all versions agree at every alignment and length");
	for (size_t cut = 0; cut <= sizeof block; cut += 13)
		joined = joined && crc32c(crc32c(0, block, cut), block + cut, sizeof block - cut) == crc32c(0, block, sizeof block);
	ok(joined, "the checksum of two blocks is that of both joined");
	return done();
}
