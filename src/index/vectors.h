/* SPDX-License-Identifier: ISC */
/*
 * vectors - the exact vectors, several to a value, so that values fill the pages that LMDB gives them
 *
 * A value of the table `vectors` is a block of `room` slots; picture p is in block p / room, slot p % room. A slot is
 *     u32 CRC-32C of the picture's ordinal (big-endian, as a key) and what follows in the slot
 *     u32 patent, 0xffffffff where there is no such picture
 *     the numbers, f32 or f16
 * and is checked by itself when one vector is read; the checksum of the whole value is for those who read all of it. A value on pages
 * of its own loses 16 bytes of the first; room is chosen so that at most a 32nd of its pages is empty where 16 pages allow that:
 * of 384 numbers in f32 thirteen lie on five pages, 1575 bytes each. Blocks always have all their slots.
 */
#ifndef INDEX_VECTORS_H
#define INDEX_VECTORS_H

#include "base/bytes.h"
#include "index/ahead.h"
#include "index/layout.h"
#include "index/store.h"

enum { VECTOR_SLOT_HEAD = 8 };
#define VECTOR_NO_PATENT UINT32_MAX

/* Sizes for the vectors of one index. */
struct vector_shape {
	uint32_t dimension;
	enum index_numbers numbers;
	size_t slot; /* bytes */
	size_t room; /* slots of a block */
	size_t size; /* bytes of a block's value */
};

struct vector_shape vector_shape(const struct index_settings *settings);

/*
 * The vector of a picture where it lies in the map (shape.numbers, on any address), and its patent: 1, 0 when there is none, -1. Only
 * its slot is read and checked.
 */
int vectors_get(struct store *st, const struct vector_shape *s, uint32_t picture, uint32_t *patent, const uint8_t **numbers,
        struct error *err);

/* The same in two steps: where the slot is, 1, 0, -1; and, once its memory has come, what it holds. */
int vectors_find(struct store *st, const struct vector_shape *s, uint32_t picture, const uint8_t **slot, struct error *err);
int vectors_check(const struct vector_shape *s, uint32_t picture, const uint8_t *slot, uint32_t *patent, const uint8_t **numbers,
        struct error *err);

/* Of a slot that was checked: 1, 0. */
static inline int vectors_take(const uint8_t *slot, uint32_t *patent, const uint8_t **numbers)
{
	*patent = le32_get(slot + 4);
	*numbers = slot + VECTOR_SLOT_HEAD;
	return *patent != VECTOR_NO_PATENT;
}

/* The slot that vectors_get is going to read. */
struct ahead_wish vectors_wish(const struct vector_shape *s, uint32_t picture);

/* Slot i of a block whose value was checked and has the size of the shape: its numbers, or NULL where there is no picture. */
const uint8_t *vectors_slot(const struct vector_shape *s, const uint8_t *block, size_t i, uint32_t *patent);

/* As dot products read them, f32: where they lie when they are kept so, else in scratch[4 × dimension]. */
const uint8_t *vector_bytes(const struct vector_shape *s, const uint8_t *numbers, uint8_t *scratch);

/* How near such a vector is to a question of the same dimension, larger is nearer: what index_metric says, to the bit on every machine. */
float vector_score(enum index_metric metric, const float *question, const uint8_t *vector, size_t dimension);

void vector_numbers(const struct vector_shape *s, const uint8_t *numbers, float *to);

/* Changes to blocks, one of which is held in memory until another's turn or vectors_flush. Start with {0}. */
struct vectors {
	struct store *store;
	struct vector_shape shape;
	struct bytes block, slot;
	uint32_t number;
	bool held, changed;
};

/* Forgets what was held: for the begin of a transaction. */
void vectors_begin(struct vectors *v, struct store *st, const struct vector_shape *s);

/* Sets a vector: 1 when it was written, 0 when it is there already, -1. */
int vectors_put(struct vectors *v, uint32_t picture, uint32_t patent, const float *values, struct error *err);

/* Takes one out; a block that is left without any is deleted. 0/-1. */
int vectors_delete(struct vectors *v, uint32_t picture, struct error *err);

int vectors_flush(struct vectors *v, struct error *err);
void vectors_release(struct vectors *v);

#endif
