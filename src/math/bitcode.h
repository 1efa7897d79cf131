/* SPDX-License-Identifier: ISC */
/*
 * bitcode - what codes of a bit a number say of a question, for groups of eight codes at a time
 *
 * The question is a vector, quantised to whole numbers of 6 bits, -31 … 31 (Gao and Long, "RaBitQ: quantizing high-dimensional vectors
 * with a theoretical error bound for approximate nearest neighbor search", 2024, section 3.3). Of a code the sum of those whole numbers
 * is wanted where it has ones. The sums for any four bits stand in tables, which are looked up for 16 codes and more with one
 * instruction (André, Kermarrec and Le Scouarnec, "Cache locality is not enough: high-performance nearest neighbor search with product
 * quantization fast scan", 2015). From the sum follows a figure, with factors of each code. The sums are whole numbers and the figures
 * single operations of f32: every version gives the same.
 *
 * A group is 64 bytes for each word of 64 bits that a code has, and 64 bytes of factors. First byte 0 of the eight codes, then byte 1 of
 * each, and so on; the lowest bit of a byte is that of the first of its eight numbers. Then u16 scale[8], u16 spread[8], f32
 * offset[8], little-endian; u16 are as bitcode_short makes them.
 */
#ifndef MATH_BITCODE_H
#define MATH_BITCODE_H

#include "math/version.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { BITCODE_SIDE = 8, BITCODE_FACTORS = 64, BITCODE_NIBBLES = 16, BITCODE_TABLE = 16 };

/* Where the factors of a group have the spreads and the offsets; its scales come first. */
enum { BITCODE_SPREADS = 2 * BITCODE_SIDE, BITCODE_OFFSETS = 4 * BITCODE_SIDE };

/* A vector to ask with. */
struct bitcode_question {
	float step;    /* a number is about so many times its whole number */
	int32_t total; /* sum of the whole numbers */
	int32_t least; /* sum of those below zero */
	uint8_t *tables; /* the caller's (words, BITCODE_NIBBLES, BITCODE_TABLE): the sum for any four bits less the least there is; of a
	                    word those of the low halves of bytes 0, 2, 4, 6, of bytes 1, 3, 5, 7, and the same of their high halves */
};

/* A code's figure is scale · (twice · sum + shift) + offset + spread · reach + base. */
struct bitcode_terms {
	float twice, shift, reach, base;
};

/*
 * A number that is not below zero in 16 bits, 9 of them for its size: the f32 without its sign and its last 15 bits. _up gives one that is
 * not smaller than x.
 */
enum { BITCODE_DROPPED = 15 };

static inline uint32_t bitcode_bits(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static inline uint16_t bitcode_short(float x)
{
	return (uint16_t)((bitcode_bits(x) + (1u << (BITCODE_DROPPED - 1))) >> BITCODE_DROPPED);
}

static inline uint16_t bitcode_short_up(float x)
{
	return (uint16_t)((bitcode_bits(x) + ((1u << BITCODE_DROPPED) - 1)) >> BITCODE_DROPPED);
}

static inline float bitcode_long(uint16_t x)
{
	const uint32_t bits = (uint32_t)x << BITCODE_DROPPED;
	float value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

/* Quantises width numbers, a multiple of 64. */
void bitcode_prepare(struct bitcode_question *q, const float *values, size_t width);

/* figures[count × BITCODE_SIDE] of the codes of `words` words in groups on any address, which begin `stride` bytes apart. */
void bitcode_figures(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
        const struct bitcode_terms *terms, float *figures);

struct bitcode_version {
	struct version version;
	void (*prepare)(struct bitcode_question *q, const float *values, size_t width);
	void (*figures)(const uint8_t *groups, size_t stride, size_t count, const struct bitcode_question *q, size_t words,
	        const struct bitcode_terms *terms, float *figures);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct bitcode_version bitcode_versions[];
extern const size_t bitcode_version_count;

#endif
