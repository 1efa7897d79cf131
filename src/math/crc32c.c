/* SPDX-License-Identifier: ISC */
/*
 * A table of eight bytes at a time (Kounavis and Berry, "slicing-by-8"), and the SSE4.2 instruction where the CPU has it.
 */
#include "math/crc32c.h"

#include "base/bytes.h"

#include <stdbool.h>

#include <pthread.h>

static uint32_t table[8][256];
static pthread_once_t table_made = PTHREAD_ONCE_INIT;

static void make_table(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1; /* 0x1edc6f41, bits reversed */
		table[0][i] = c;
	}
	for (int t = 1; t < 8; t++)
		for (int i = 0; i < 256; i++)
			table[t][i] = table[t - 1][i] >> 8 ^ table[0][table[t - 1][i] & 255];
}

uint32_t crc32c_portable(uint32_t crc, const void *data, size_t size)
{
	const uint8_t *p = data;

	pthread_once(&table_made, make_table);
	crc = ~crc;
	for (; size >= 8; p += 8, size -= 8) {
		const uint32_t a = le32_get(p) ^ crc, b = le32_get(p + 4);
		crc = table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^ table[4][a >> 24] ^
		      table[3][b & 255] ^ table[2][b >> 8 & 255] ^ table[1][b >> 16 & 255] ^ table[0][b >> 24];
	}
	for (; size; p++, size--)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 255];
	return ~crc;
}

#if defined __x86_64__ && defined __GNUC__

/* The instruction takes three cycles and can be begun in each: three stretches of so many bytes are summed side by side. */
enum { STRETCH = 256 };

static uint32_t passed[4][256]; /* what each byte of a sum becomes when a stretch of zeros has passed */

static void make_passed(void)
{
	pthread_once(&table_made, make_table);
	for (unsigned bit = 0; bit < 32; bit++) {
		uint32_t c = (uint32_t)1 << bit;
		for (int i = 0; i < STRETCH; i++)
			c = c >> 8 ^ table[0][c & 255];
		/* sums are linear: those of all bytes that have this bit get its part */
		for (unsigned byte = 0; byte < 256; byte++)
			passed[bit / 8][byte] ^= byte >> bit % 8 & 1 ? c : 0;
	}
}

static uint32_t pass_stretch(uint32_t c)
{
	return passed[0][c & 255] ^ passed[1][c >> 8 & 255] ^ passed[2][c >> 16 & 255] ^ passed[3][c >> 24];
}

__attribute__((target("sse4.2"))) static uint32_t sum_stretches(uint32_t c, const uint8_t *p)
{
	uint64_t first = c, second = 0, third = 0;

	for (int i = 0; i < STRETCH; i += 8) {
		first = __builtin_ia32_crc32di(first, le64_get(p + i));
		second = __builtin_ia32_crc32di(second, le64_get(p + STRETCH + i));
		third = __builtin_ia32_crc32di(third, le64_get(p + 2 * STRETCH + i));
	}
	return pass_stretch(pass_stretch((uint32_t)first) ^ (uint32_t)second) ^ (uint32_t)third;
}

__attribute__((target("sse4.2"))) static uint32_t crc32c_sse42(uint32_t crc, const void *data, size_t size)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const uint8_t *p = data;
	uint64_t c = (uint32_t)~crc;

	if (size >= 3 * STRETCH)
		pthread_once(&once, make_passed);
	for (; size >= 3 * STRETCH; p += 3 * STRETCH, size -= 3 * STRETCH)
		c = sum_stretches((uint32_t)c, p);
	for (; size >= 8; p += 8, size -= 8)
		c = __builtin_ia32_crc32di(c, le64_get(p));
	for (; size; p++, size--)
		c = __builtin_ia32_crc32qi((uint32_t)c, *p);
	return ~(uint32_t)c;
}

uint32_t crc32c(uint32_t crc, const void *data, size_t size)
{
	return __builtin_cpu_supports("sse4.2") ? crc32c_sse42(crc, data, size) : crc32c_portable(crc, data, size);
}
#else
uint32_t crc32c(uint32_t crc, const void *data, size_t size)
{
	return crc32c_portable(crc, data, size);
}
#endif
