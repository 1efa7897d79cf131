/* SPDX-License-Identifier: ISC */
/*
 * cosine A B [MAXIMUM] - prints one minus the cosine of two vectors; fails when they differ in length, are not finite, or
 * when it is above the maximum. A and B are files of little-endian f32, as stream-show --f32 writes them, or 0x and the eight
 * hexadecimal digits of each number.
 */
#include "base/bytes.h"
#include "base/message.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { NUMBERS = 65536 };

static size_t read_file(const char *path, float *to)
{
	static uint8_t bytes[4 * NUMBERS + 1];
	FILE *f = fopen(path, "rb");

	if (!f)
		die("cannot open '%s':", path);
	const size_t size = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	if (!size || size % 4 || size / 4 > NUMBERS)
		die("'%s' is no vector: %zu bytes", path, size);
	lef32_get_array(to, bytes, size / 4);
	return size / 4;
}

static size_t read_digits(const char *digits, float *to)
{
	size_t n = 0;

	for (; *digits && n < NUMBERS; n++, digits += 8) {
		unsigned bits;
		uint8_t bytes[4];
		if (strnlen(digits, 8) < 8 || sscanf(digits, "%8x", &bits) != 1)
			die("'%.8s' is no number", digits);
		le32_put(bytes, bits);
		to[n] = lef32_get(bytes);
	}
	return n;
}

static size_t read_vector(const char *from, float *to)
{
	return strncmp(from, "0x", 2) == 0 ? read_digits(from + 2, to) : read_file(from, to);
}

int main(int argc, char **argv)
{
	static float a[NUMBERS], b[NUMBERS];
	double dot = 0, aa = 0, bb = 0;

	message_program(argv[0]);
	if (argc < 3 || argc > 4)
		die("usage: cosine A B [MAXIMUM]");
	const size_t n = read_vector(argv[1], a);
	if (read_vector(argv[2], b) != n)
		die("'%s' and '%.20s' differ in length", argv[1], argv[2]);
	for (size_t i = 0; i < n; i++) {
		dot += (double)a[i] * (double)b[i];
		aa += (double)a[i] * (double)a[i];
		bb += (double)b[i] * (double)b[i];
	}
	const double distance = 1 - dot / sqrt(aa * bb);
	printf("%.3g\n", distance);
	finish_stdout();
	return !(distance <= (argc > 3 ? atof(argv[3]) : 2));
}
