/* SPDX-License-Identifier: ISC */
/*
 * narrow - products of matrices in fewer bits than f32, whose right side is packed once and used often
 *
 *     C (m × n) = A (m × k) · B (k × n) + bias,   C and bias in f32, A and B rounded to one of these kinds:
 *
 *     NARROW_INT8    A in 0 … 180 with a scale and a zero of each row, B in ±127 with a scale of each column, and such that four
 *                    products can be added in 16 bits: for most weights a scale a half to two thirds larger than ±127 needs
 *     NARROW_INT16   A in ±4095 with a scale of each row, B in ±2047 with a scale of each column: what sums of 256 products in
 *                    32 bits have room for; of 64, a bit more for each
 *     NARROW_BF16    both in bfloat16, products and sums in f32; for CPUs that have it
 *
 * Sums of whole numbers are exact: nothing overflows or saturates. Those of 256 products of INT16 and of 384 of INT8 are added up
 * in f32, in the same order by every kernel. So the kernels for whole numbers give the same bytes on every CPU: the portable one
 * (the oracle), AVX2, AVX-VNNI, AVX-512BW, AVX-512 VNNI. That is what the four products are for: without VNNI there is vpmaddubsw, which
 * saturates beyond 16 bits, and widening its sums takes as long as making them; done for every four products INT8
 * reaches, on a Zen 3 in the first cache, 2.4 times the rate of f32, for every two 1.9 times. INT16 reaches 1.4 times there. A
 * row with a number that is not finite gives NaN in all columns.
 *
 * Channels of A that are far larger than the rest, as trained transformers have them, would take its resolution from the
 * others. Where their size can be told from the weights before, each is divided by a power of it and B's row is multiplied
 * with the same (Xiao et al. 2022, "SmoothQuant", but without calibration), and in INT8 those that are four times as large as
 * most are computed in 16 bits (Dettmers et al. 2022, "LLM.int8()"): a few of hundreds.
 */
#ifndef MATH_NARROW_H
#define MATH_NARROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum narrow_kind { NARROW_INT8, NARROW_INT16, NARROW_BF16 };

/* The kernels for one instruction set. */
struct narrow;

/*
 * The fastest for this CPU that needs no more than the kernel of that name in math/gemm.h does, VNNI and BF16 aside; by its own
 * name ("portable", "avx2", "avxvnni", "avx512bw", "avx512vnni") one that this CPU can run, else NULL.
 */
const struct narrow *narrow_best(const char *gemm);
const struct narrow *narrow_named(const char *name);
const char *narrow_name(const struct narrow *g);

/* Whether this CPU has arithmetic of that kind; the portable one computes all kinds. */
bool narrow_has(const struct narrow *g, enum narrow_kind kind);

/* INT8: the few channels that are computed in 16 bits, and stand behind all others in a row of A. */
enum { NARROW_MOST_LOUD = 32 };
struct narrow_loud {
	size_t count, steps;
	uint32_t channels[NARROW_MOST_LOUD];
	uint8_t *data; /* of B as the rest of it */
	float *scale;  /* of the columns */
};

/* B, packed. Owned by whoever has the memory; it may be shared by threads once it is written. */
struct narrow_panels {
	enum narrow_kind kind;
	size_t k, n;
	size_t steps;          /* of 4 bytes, that a row of A takes */
	uint8_t *data;         /* panel by panel */
	float *scale, *sum;    /* of the columns: what 1 is worth; the sum of the whole numbers (INT8) */
	float *inverse;        /* what channels of A are multiplied with; NULL: nothing */
	struct narrow_loud *loud; /* INT8: the channels in 16 bits */
};

/* Bytes that a packed B takes, a multiple of 64; its memory is aligned to 64. */
size_t narrow_panels_size(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n);

/*
 * Packs weights as checkpoints have them, one output a row: n rows of k. loudness[k] tells about how large the channels of A
 * will be, in any unit; NULL: all the same. What becomes of A depends on it alone, and not on the weights: rows that were taken
 * for one matrix are right for another of the same kind. The weights are changed; `room` holds narrow_pack_room(k) numbers.
 */
size_t narrow_pack_room(size_t k);
void narrow_pack(const struct narrow *g, enum narrow_kind kind, float *weights, size_t k, size_t n, const float *loudness,
        float *room, void *memory, struct narrow_panels *b);

/* Rows of A, rounded; the caller owns the arrays. */
struct narrow_rows {
	uint8_t *data; /* for each at least narrow_row_size of the largest k; they lie close together */
	float *scale, *zero, *loud_scale; /* of each row */
};

/* Bytes of the largest row of A that a product with k channels may take. */
size_t narrow_row_size(size_t k);

/*
 * Rounds `count` rows of f32, `stride` apart, for products with b, and lays them down from row `first` on. In INT8 less[k] (NULL: nothing) is
 * taken off each before: what many rows have in common is not rounded then, nor is it multiplied with rounded weights; what it gives with
 * exact ones belongs into the bias.
 */
void narrow_take(const struct narrow *g, const struct narrow_panels *b, const float *x, size_t stride, size_t first, size_t count,
        const float *less, struct narrow_rows *rows);

/* C[count × n], rows `stride` apart; bias[n] or NULL. Allocates nothing; C may hold anything before. */
void narrow_multiply(const struct narrow *g, const struct narrow_rows *rows, size_t count, const struct narrow_panels *b,
        const float *bias, float *c, size_t stride);

#endif
