/* SPDX-License-Identifier: ISC */
/*
 * codes - the inverted lists' entries: a bit for each number of a vector, in blocks of about a page
 *
 * RaBitQ (Gao and Long 2024): with c the centroid of a vector's list and P a random rotation, the code of x holds the signs of
 * r = P x - P c. For a question q, with s = ±1 by the code's bits,
 *     x·q ≈ c·q + scale · s·Pq + offset,   scale = |r|² / Σ|r_i|,   offset = r·Pc - scale · s·Pc
 * without bias, and off by about `spread` · |q - c| in the manner of a normal distribution, with
 * spread = √((scale²·n - |r|²) / (n - 1)) for n numbers. Scale is rounded to 9 bits; the offset is that of the rounded one, and what
 * rounding may be off on top, at most |r| · |q - c| times the part that was lost, comes to the spread. With the metric l2 half of |x|² is
 * taken off the offset, so that larger is nearer.
 *
 * A value of the table `codes` is a block: 44 bytes, u32 count and zeros; groups of eight entries, their codes and what figures are made
 * of (math/bitcode.h); then of all groups u32 picture[8], and of all u32 patent[8]. With the checksum in front and LMDB's 16 bytes at
 * a page's begin all groups of a block that has its own page are at multiples of 64. All blocks of a list are full but the last; where a
 * group has fewer than eight entries all that belongs to the others is zero.
 */
#ifndef INDEX_CODES_H
#define INDEX_CODES_H

#include "base/bytes.h"
#include "index/index.h"
#include "index/refinements.h"
#include "index/store.h"
#include "math/bitcode.h"
#include "math/rotation.h"

enum { CODES_SIDE = BITCODE_SIDE, CODES_HEAD = 44, CODES_KEY = 8, PLACE_SIZE = 8 };
enum { CODES_WORDS = (LIMIT_DIMENSION + 63) / 64 };

/* Sizes for vectors of one dimension. */
struct code_shape {
	size_t words;      /* of a code */
	size_t group_size; /* bytes, without the ordinals */
	size_t room;       /* entries of a full block */
};

struct code_shape code_shape(uint32_t dimension);

struct code_entry {
	uint32_t picture, patent;
	float scale, offset, spread;
	uint64_t words[CODES_WORDS];
};

/* The code of a rotated vector to its list's rotated centroid; both of 64 × words numbers. picture and patent are left. */
void code_make(const float *vector, const float *centroid, size_t words, enum index_metric metric, struct code_entry *e);

/* A block being read. */
struct code_block {
	size_t count;
	const uint8_t *groups, *pictures, *patents; /* u32 each for every entry */
};

/* 0, or -1: malformed. */
int code_block_decode(struct code_block *b, const struct code_shape *s, struct store_value from, struct error *err);

void code_entry_get(const struct code_shape *s, const struct code_block *b, size_t i, struct code_entry *e);

/* The spreads of a group's entries, for bitcode_long. */
static inline const uint8_t *code_group_spreads(const struct code_shape *s, const uint8_t *group)
{
	return group + 8 * CODES_SIDE * s->words + BITCODE_SPREADS;
}

/* Where a block, which need not be checked yet, has its patents; nothing of it is read. */
struct store_value code_block_patents(const struct code_shape *s, struct store_value block);

/* Makes a block of `count` entries, of which the first are those of `from` (NULL: none) and the others nothing. 0/-1 (memory). */
int code_block_copy(struct bytes *to, const struct code_shape *s, const struct code_block *from, size_t count);

/* Puts an entry, or nothing, into a block of so many. */
void code_entry_put(const struct code_shape *s, uint8_t *block, size_t count, size_t i, const struct code_entry *e);

/* Key of a block, and a picture's place: its list, and the block in it. */
void code_key_put(uint8_t key[CODES_KEY], uint32_t list, uint32_t block);
int place_decode(struct store_value from, uint32_t *list, uint32_t *block, struct error *err);

/*
 * The end of a list, whose last block is held in memory while entries are put behind it; refinements are written when the list has got
 * all its entries, so that the codes of a list lie together, and its refinements. Start with {0}.
 */
struct code_tail {
	struct store *store;
	struct code_shape shape;
	struct refinement_shape refined;
	uint32_t list, number; /* of the block */
	size_t count;          /* entries in it */
	struct bytes block, written;
	struct bytes slots;   /* of its entries; before them those of blocks of the list that are written already */
	uint32_t first_slots; /* the block that they begin with */
	bool held;
};

void code_tail_begin(struct code_tail *t, struct store *st, const struct index_settings *settings);

/* Puts an entry, with the slot of its refinement if there are any, behind the list's last one and writes its picture's place. 0/-1. */
int code_tail_append(struct code_tail *t, uint32_t list, const struct code_entry *e, const uint8_t *slot, struct error *err);

/* Writes what is held, before anything else looks at the list. 0/-1. */
int code_tail_flush(struct code_tail *t, struct error *err);
void code_tail_release(struct code_tail *t);

/*
 * Takes a picture's entry and refinement out, fills the hole with the list's last, and deletes the place. A place in list 0 has no
 * entry. buffer is scratch. 0/-1.
 */
int codes_remove(struct store *st, const struct index_settings *settings, uint32_t picture, struct bytes *buffer, struct error *err);

/* The place of a picture that is in no list yet. */
int codes_leave_out(struct store *st, uint32_t picture, struct error *err);

#endif
