/* SPDX-License-Identifier: ISC */
#include "stream/npy.h"
#include "unit/test.h"

#include <stdlib.h>

static void test_half(void)
{
	static const struct {
		uint16_t bits;
		float value;
	} table[] = {{0x0000, 0}, {0x3c00, 1}, {0xc000, -2}, {0x7bff, 65504}, {0x0400, 0x1p-14f},
		{0x0001, 0x1p-24f}, {0x03ff, 0x1.ff8p-15f}, {0x3555, 0x1.554p-2f}, {0x7c00, INFINITY},
		{0xfc00, -INFINITY}};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		ok(npy_half(table[i].bits) == table[i].value, "the half %04x is %g", (unsigned)table[i].bits,
			(double)table[i].value);
	ok(isnan(npy_half(0x7e00)), "the half 7e00 is no number");
	ok(signbit(npy_half(0x8000)) != 0, "the half 8000 is minus zero");
}

/* Reads a file of this header and so many bytes of zero behind it: its rows, -1 where it is refused. */
static int rows_of(const char *header, size_t bytes, struct error *err)
{
	struct npy_reader in = {0};
	FILE *f = tmpfile();
	float row[8];
	int rows = 0, more;

	fprintf(f, "\x93NUMPY\x01%c%c%c%s", 0, (char)strlen(header), 0, header);
	for (size_t i = 0; i < bytes; i++)
		putc(0, f);
	rewind(f);
	more = npy_begin(&in, f, err);
	if (more == 0 && in.dimension > sizeof row / sizeof *row)
		more = -1;
	while (more == 0 && (more = npy_read(&in, row, err)) > 0) {
		rows++;
		more = 0;
	}
	npy_release(&in);
	fclose(f);
	return more < 0 ? -1 : rows;
}

static void test_headers(void)
{
	static const struct {
		const char *header;
		size_t bytes;
		int rows;
	} table[] = {
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 24, 3},
		{"{'shape': (3, 2), 'fortran_order': False, 'descr': '<f2'}", 12, 3},
		{"{\"descr\":\"<f8\",\"fortran_order\":False,\"shape\":(1,4,)}", 32, 1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (0, 2), }", 0, 0},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 23, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 25, -1},
		{"{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }", 24, -1},
		{"{'descr': '>f4', 'fortran_order': False, 'shape': (3, 2), }", 24, -1},
		{"{'descr': '<i4', 'fortran_order': False, 'shape': (3, 2), }", 24, -1},
		{"{'descr': '<f16', 'fortran_order': False, 'shape': (3, 2), }", 96, -1},
		{"{'descr': '<f', 'fortran_order': False, 'shape': (3, 2), }", 24, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", 24, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }", 24, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 0), }", 0, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 65537), }", 24, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (3, -2), }", 24, -1},
		{"{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2), }", 24, -1},
		{"{'descr': '<f4', 'fortran_order': False}", 24, -1},
		{"{'descr': '<f4', 'shape': (3, 2)}", 24, -1},
		{"{'descr", 24, -1},
		{"", 24, -1},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct error err = {""};
		const int rows = rows_of(table[i].header, table[i].bytes, &err);
		ok(rows == table[i].rows, "%s '%s' %s",
			table[i].rows < 0 ? "refused:" : "read:", table[i].header, err.text);
	}
}

int main(void)
{
	test_half();
	test_headers();
	return done();
}
