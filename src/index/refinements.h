/* SPDX-License-Identifier: ISC */
/*
 * refinements - second codes of the lists' entries, of 2, 4 or 8 bits a number: what the 1-bit codes let through is estimated anew
 *
 * Extended RaBitQ (Gao et al. 2024, arXiv 2409.09913): with c the centroid of a vector's list and P a random rotation, r = P x - P c
 * is rounded to levels k, 0 … 2^bits - 1, that stand for u = k - (2^bits - 1) / 2. As with 1-bit codes (index/codes.h)
 *     x·q ≈ c·q + scale · u·Pq + offset,   scale = |r|² / u·r,   offset = r·Pc - scale · u·Pc
 * without bias, and off by about `spread` · |q - c|, spread = √((scale² · |u|² - |r|²) / (n - 1)). The step from level to level is
 * the best for normally distributed numbers, which rotated ones nearly are, instead of the best for each vector, which takes a search.
 *
 * A value of the table `refinements` belongs to the block of codes of the same key and has a slot for each of its entries, in their order:
 *     u32 CRC-32C of the picture's ordinal (big-endian, as a key) and what follows in the slot
 *     f32 scale, offset, spread
 *     the levels (math/finecode.h)
 * A slot is read, and checked, by itself.
 */
#ifndef INDEX_REFINEMENTS_H
#define INDEX_REFINEMENTS_H

#include "base/bytes.h"
#include "index/index.h"
#include "index/store.h"
#include "math/rotation.h"

enum { REFINEMENT_HEAD = 16, REFINEMENT_KEY = 8 };

/* Sizes for the vectors of one index. */
struct refinement_shape {
	unsigned bits; /* 1: there are none */
	size_t width;  /* numbers of a rotated vector */
	size_t slot;   /* bytes; 0: there are none */
};

struct refinement_shape refinement_shape(const struct index_settings *settings);

/* From level to level, for numbers with a standard deviation of 1. */
float refinement_step(unsigned bits);

/* The slot of a rotated vector in the list with this rotated centroid, but for its checksum. levels[width] is scratch. */
void refinement_make(const struct refinement_shape *s, const float *vector, const float *centroid, enum index_metric metric,
        uint8_t *levels, uint8_t *slot);

/* The checksum of a picture's slot. */
void refinement_seal(const struct refinement_shape *s, uint32_t picture, uint8_t *slot);
bool refinement_is_whole(const struct refinement_shape *s, uint32_t picture, const uint8_t *slot);

/* --- in the table; with no refinements nothing is done --- */

/* The slots of a block, which has so many entries, unchecked: 0, or -1: missing or malformed. */
int refinements_get(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count,
        const uint8_t **slots, struct error *err);

/* Writes a block. */
int refinements_put(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], const uint8_t *slots,
        size_t size, struct error *err);

/* Takes the last of so many entries of a block out, and adds its slot to `taken`. 0/-1. */
int refinements_take_last(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count,
        struct bytes *taken, struct error *err);

/* Puts a slot in the place of the i-th of so many. 0/-1. */
int refinements_replace(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count, size_t i,
        const uint8_t *slot, struct error *err);

#endif
