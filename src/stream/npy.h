/* SPDX-License-Identifier: ISC */
/*
 * npy - a table of vectors as NumPy stores it: format 1.0, 2.0 and 3.0 in, 1.0 out (numpy/lib/format.py)
 *
 * In: little-endian f2, f4 and f8 in C order, two dimensions, a row a vector. Everything else is refused with
 * a reason: nothing is guessed. Rows are read and written one at a time: a table may be larger than memory.
 */
#ifndef STREAM_NPY_H
#define STREAM_NPY_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdio.h>

struct npy_reader {
	FILE *file;	    /* the caller's */
	uint64_t rows;	    /* as the header says */
	uint32_t dimension; /* 1 … LIMIT_DIMENSION */
	int width;	    /* bytes of a number: 2, 4 or 8 */
	uint64_t next;	    /* the row that comes next */
	struct bytes row;
};

/* Reads the header from where the file stands. Start with {0}. 0/-1. */
int npy_begin(struct npy_reader *in, FILE *file, struct error *err);

/* The next row as f32 into to[0 .. dimension): 1, 0 behind the last, -1: cut short, more bytes than rows,
 * unreadable. */
int npy_read(struct npy_reader *in, float *to, struct error *err);

void npy_release(struct npy_reader *in); /* frees the row; the file stays open */

/* The number that the 16 bits of an IEEE 754 half are. */
float npy_half(uint16_t bits);

/*
 * Writes <f4. How many rows there are is known only at the end, and the header says it first: into a regular
 * file the header is written again at the end; into a pipe the rows go through a temporary file, not through
 * memory.
 */
struct npy_writer {
	FILE *out;   /* the caller's */
	FILE *spool; /* where rows go until the end: out itself, or a temporary file */
	long long start;
	uint64_t rows;
	uint32_t dimension; /* 0 until the first row */
	struct bytes row;
};

/* Start with {0}; dimension 0: that of the first row. 0/-1. */
int npy_open(struct npy_writer *to, FILE *out, uint32_t dimension, struct error *err);
int npy_write(struct npy_writer *to, const float *values, uint32_t dimension, struct error *err);

/* Writes the header and what is in the temporary file; out is not closed: the caller checks that. 0/-1. */
int npy_finish(struct npy_writer *to, struct error *err);
void npy_drop(struct npy_writer *to);

#endif
