/* SPDX-License-Identifier: ISC */
#include "expected.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *directory;

void stop(const char *what, const char *name)
{
	fprintf(stderr, "pictures: cannot %s '%s'\n", what, name);
	exit(2);
}

const char *path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

const uint8_t exif_turned_6[] = "MM\0*\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\6\0\0\0\0\0";
const uint32_t exif_turned_6_size = sizeof exif_turned_6 - 1;

uint32_t noise(int x, int y, int sample, uint32_t maximum)
{
	uint64_t h = (uint64_t)(x + 1) * 0x9e3779b97f4a7c15u ^ (uint64_t)(y + 1) * 0xbf58476d1ce4e5b9u ^
	        (uint64_t)(sample + 1) * 0x94d049bb133111ebu;

	h = (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
	h ^= h >> 32;
	return (uint32_t)(h % ((uint64_t)maximum + 1));
}

uint8_t slope(int x, int y, int sample)
{
	static const double ax[] = {0.8, -0.5, 0.1}, ay[] = {0.1, 0.7, -0.9};

	return (uint8_t)(128 + 100 * sin((ax[sample] * x + ay[sample] * y) / 25));
}

uint8_t palette_colour(uint32_t i, int c)
{
	return (uint8_t)noise((int)i, 1000, c, 255);
}

void put_bits(uint8_t *to, size_t bit, int bits, uint32_t v)
{
	for (int i = bits - 1; i >= 0; i--, bit++)
		if (v >> i & 1)
			to[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
}

struct expected {
	int kind; /* 4, 5, 6 as in netpbm */
	int width, height;
	uint8_t pixel[WIDTH * WIDTH][3];
};

static struct expected expected;

void expect_size(int kind, int width, int height)
{
	expected.kind = kind;
	expected.width = width;
	expected.height = height;
}

uint8_t *at(int x, int y)
{
	return expected.pixel[y * expected.width + x];
}

uint8_t rounded(double v)
{
	return (uint8_t)floor(v + 0.5);
}

double over_white(double value, double alpha)
{
	return value * alpha / 255 + 255 - alpha;
}

static void put_expected(FILE *f)
{
	fprintf(f, "P%d\n%d %d\n%s", expected.kind, expected.width, expected.height, expected.kind == 4 ? "" : "255\n");
	for (int y = 0; y < expected.height; y++) {
		uint8_t bits[16] = {0};
		for (int x = 0; x < expected.width; x++) {
			if (expected.kind == 4)
				bits[x / 8] |= (uint8_t)((at(x, y)[0] < 128) << (7 - x % 8));
			else
				fwrite(at(x, y), 1, expected.kind == 5 ? 1 : 3, f);
		}
		if (expected.kind == 4)
			fwrite(bits, 1, ((size_t)expected.width + 7) / 8, f);
	}
}

void announce(const char *file, int tolerance)
{
	char name[256];
	FILE *f;

	snprintf(name, sizeof name, "%s.expected", file);
	f = fopen(path_of(name), "wb");
	if (!f)
		stop("write", name);
	put_expected(f);
	if (fclose(f) != 0)
		stop("write", name);
	printf("%s %s %d\n", file, name, tolerance);
}
