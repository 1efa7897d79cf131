/* SPDX-License-Identifier: ISC */
/*
 * bitcode - sums of a vector's numbers where the bits of codes are set, for groups of eight codes at a time
 *
 * The vector is quantised to whole numbers of 6 bits, -31 … 31. They are kept in two ways, and a version takes the one that suits its
 * machine: as bit planes, whose bits that a code shares are counted (Gao and Long, "RaBitQ: quantizing high-dimensional vectors
 * with a theoretical error bound for approximate nearest neighbor search", 2024, section 3.3); and as tables of the sums for any
 * four bits, which are looked up for 32 codes with one instruction (André, Kermarrec and Le Scouarnec, "Cache locality is not
 * enough: high-performance nearest neighbor search with product quantization fast scan", 2015). All is in whole
 * numbers: every version gives the same.
 *
 * The eight codes of a group stand side by side: word 0 of each, then word 1 of each, and so on; a word is 64 bits, little-endian, its
 * lowest bit the first number's.
 */
#ifndef MATH_BITCODE_H
#define MATH_BITCODE_H

#include <stddef.h>
#include <stdint.h>

enum { BITCODE_PLANES = 6, BITCODE_SIDE = 8, BITCODE_NIBBLES = 16, BITCODE_TABLE = 16 };

/* A vector to ask with. Its arrays are the caller's, of so many for a word of the codes. */
struct bitcode_question {
	float step;    /* a number is about so many times its whole number */
	int32_t total; /* sum of the whole numbers */
	int32_t least; /* sum of those below zero */
	uint64_t *planes; /* (words, BITCODE_PLANES) */
	uint8_t *tables;  /* (words, BITCODE_NIBBLES, BITCODE_TABLE): the sum for any four bits less the least there is; of a word
	                     those of the low halves of bytes 0 … 3, of their high halves, and the same of bytes 4 … 7 */
};

/* Quantises width numbers, a multiple of 64. */
void bitcode_prepare(struct bitcode_question *q, const float *values, size_t width);

/*
 * sums[count × BITCODE_SIDE]: of the whole numbers where each code has ones. Groups are 64 bytes a word, on any address, and begin
 * `stride` bytes apart.
 */
void bitcode_sums(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        int32_t *sums);

struct bitcode_version {
	const char *name;
	int (*supported)(void);
	void (*prepare)(struct bitcode_question *q, const float *values, size_t width);
	void (*sums)(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
	        int32_t *sums);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct bitcode_version bitcode_versions[];
extern const size_t bitcode_version_count;

#endif
