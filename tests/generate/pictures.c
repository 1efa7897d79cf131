/* SPDX-License-Identifier: ISC */
/*
 * pictures - one picture file for each format, photometric, bit depth, layout and orientation that decode promises, and what
 * it has to look like
 *
 * usage: pictures DIRECTORY            writes the files, and for each a line "FILE EXPECTED TOLERANCE" on stdout
 *        pictures -c GOT EXPECTED N    compares two netpbm pictures: 0 when no sample differs by more than N
 */#include "expected.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int number(FILE *f)
{
	int c = fgetc(f), v = 0;

	while (c == '#' || c == ' ' || c == '\n') {
		while (c == '#' && (c = fgetc(f)) != '\n' && c != EOF)
			c = '#';
		c = fgetc(f);
	}
	for (; c >= '0' && c <= '9'; c = fgetc(f))
		v = v * 10 + c - '0';
	return v;
}

static uint8_t *read_netpbm(const char *name, int header[4], size_t *size)
{
	FILE *f = fopen(name, "rb");

	if (!f || fgetc(f) != 'P')
		stop("read", name);
	header[0] = number(f);
	header[1] = number(f);
	header[2] = number(f);
	header[3] = header[0] == 4 ? 1 : number(f);
	*size = (size_t)header[2] * (size_t)(header[0] == 4 ? (header[1] + 7) / 8 : header[0] == 5 ? header[1] : 3 * header[1]);
	uint8_t *data = malloc(*size + 1);
	if (!data || fread(data, 1, *size + 1, f) != *size)
		stop("read", name);
	fclose(f);
	return data;
}

static int compare(const char *got, const char *wanted, int tolerance)
{
	int a[4], b[4], largest = 0;
	size_t size_a, size_b;
	uint8_t *pa = read_netpbm(got, a, &size_a), *pb = read_netpbm(wanted, b, &size_b);

	if (memcmp(a, b, sizeof a) != 0) {
		fprintf(stderr, "P%d %d x %d instead of P%d %d x %d\n", a[0], a[1], a[2], b[0], b[1], b[2]);
		largest = 1000;
	}
	for (size_t i = 0; i < size_a && i < size_b && largest < 1000; i++)
		if (abs(pa[i] - pb[i]) > largest)
			largest = abs(pa[i] - pb[i]);
	if (largest > tolerance)
		fprintf(stderr, "largest difference %d, allowed %d\n", largest, tolerance);
	free(pa);
	free(pb);
	return largest > tolerance;
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "-c") == 0)
		return compare(argv[2], argv[3], (int)strtol(argv[4], NULL, 10));
	if (argc != 2) {
		fprintf(stderr, "usage: pictures DIRECTORY\n       pictures -c GOT EXPECTED TOLERANCE\n");
		return 2;
	}
	directory = argv[1];
	write_tiff_pictures();
	write_png_pictures();
	write_webp_pictures();
	write_jpeg_pictures();
	write_netpbm_pictures();
	return fflush(stdout) != 0;
}
