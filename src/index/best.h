/* SPDX-License-Identifier: ISC */
/*
 * best - the k best of what a search has compared: patents or pictures, each with its best picture
 *
 * Only what was among the k best, or as good, when it came is kept: what a search holds does not grow with the index.
 */
#ifndef INDEX_BEST_H
#define INDEX_BEST_H

#include <stddef.h>
#include <stdint.h>

/* What may be answered: the best that was found of it. */
struct best_unit {
	uint32_t unit; /* ordinal of a patent or a picture */
	float score;
	uint32_t picture, patent, question;
	uint32_t rank; /* its place on the heap + 1; 0: it is not among the k best */
};

struct best {
	struct best_unit *units; /* in the order in which they came */
	size_t count, capacity;
	uint32_t *places; /* of a unit, + 1, by a hash of its number: open addressing */
	size_t place_count; /* a power of two */
	uint32_t *heap; /* the k best, whose root is the worst */
	size_t heap_count, heap_room, k;
};

/* Start with {0}; begin again for every search. */
void best_begin(struct best *b, size_t k);
void best_release(struct best *b);

/* What a score must reach to be among the k best: -INFINITY as long as there are fewer. */
float best_least(const struct best *b);

/* What is kept of this unit, or NULL. */
struct best_unit *best_find(const struct best *b, uint32_t unit);

/* Keeps this unit, which is not there yet, or is and was not better. 0/-1 (memory). */
int best_keep(struct best *b, const struct best_unit *u);

#endif
