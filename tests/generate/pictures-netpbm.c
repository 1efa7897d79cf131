/* SPDX-License-Identifier: ISC */
/* netpbm: P1 to P7. */
#include "expected.h"

#include <stdio.h>
#include <string.h>

/* P1 … P6 with this maximum. */
static void write_pnm(const char *name, int kind, uint32_t maximum)
{
	FILE *f = fopen(path_of(name), "wb");
	const int samples = kind == 3 || kind == 6 ? 3 : 1;

	if (!f)
		stop("write", name);
	expect_size(maximum == 1 ? 4 : samples == 3 ? 6 : 5, WIDTH, HEIGHT);
	fprintf(f, "P%d # a comment\n%d\n# another\n%d", kind, WIDTH, HEIGHT);
	if (kind != 1 && kind != 4)
		fprintf(f, " %u", (unsigned)maximum);
	fputc('\n', f);
	for (int y = 0; y < HEIGHT; y++) {
		uint8_t bits[16] = {0};
		for (int x = 0; x < WIDTH; x++) {
			for (int s = 0; s < samples; s++) {
				const uint32_t v = noise(x, y, s, maximum);
				memset(at(x, y) + s, rounded(255.0 * v / maximum), 1);
				if (kind < 4)
					fprintf(f, kind == 1 ? "%u" : "%u\n", (unsigned)(kind == 1 ? !v : v));
				else if (kind == 4)
					put_bits(bits, (size_t)x, 1, !v);
				else if (maximum > 255)
					fputc((int)(v >> 8), f), fputc((int)(v & 255), f);
				else
					fputc((int)v, f);
			}
		}
		if (kind == 4)
			fwrite(bits, 1, (WIDTH + 7) / 8, f);
	}
	if (fclose(f) != 0)
		stop("write", name);
	announce(name, 0);
}

static void write_pam(const char *name, int depth, uint32_t maximum, const char *type)
{
	FILE *f = fopen(path_of(name), "wb");
	const int colours = depth < 3 ? 1 : 3;

	if (!f)
		stop("write", name);
	expect_size(maximum == 1 && depth == 1 ? 4 : colours == 3 ? 6 : 5, WIDTH, HEIGHT);
	fprintf(f, "P7\nWIDTH %d\n# a comment\nHEIGHT %d\nDEPTH %d\nMAXVAL %u\nTUPLTYPE %s\nENDHDR\n", WIDTH, HEIGHT, depth,
	        (unsigned)maximum, type);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++) {
			const uint32_t over = noise(x, y, depth - 1, maximum);
			const double alpha = depth % 2 ? 255 : rounded(255.0 * over / maximum);
			for (int s = 0; s < depth; s++) {
				const uint32_t v = noise(x, y, s, maximum);
				if (maximum > 255)
					fputc((int)(v >> 8), f);
				fputc((int)(v & 255), f);
				if (s < colours)
					at(x, y)[s] = rounded(over_white(rounded(255.0 * v / maximum), alpha));
			}
		}
	if (fclose(f) != 0)
		stop("write", name);
	announce(name, 0);
}

void write_netpbm_pictures(void)
{
	write_pnm("plain.pbm", 1, 1);
	write_pnm("plain.pgm", 2, 100);
	write_pnm("plain.ppm", 3, 255);
	write_pnm("raw.pbm", 4, 1);
	write_pnm("raw.pgm", 5, 255);
	write_pnm("raw-16.pgm", 5, 40000);
	write_pnm("raw.ppm", 6, 7);
	write_pnm("raw-16.ppm", 6, 65535);
	write_pam("bit.pam", 1, 1, "BLACKANDWHITE");
	write_pam("grey.pam", 1, 255, "GRAYSCALE");
	write_pam("grey-alpha.pam", 2, 255, "GRAYSCALE_ALPHA");
	write_pam("rgb.pam", 3, 255, "RGB");
	write_pam("rgb-alpha-16.pam", 4, 1023, "RGB_ALPHA");
}
