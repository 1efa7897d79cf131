/* SPDX-License-Identifier: ISC */
/*
 * arena - memory that is given out in pieces and taken back all at once
 *
 * For what is built anew for every document: a tree, a record. Pieces never move. A reset keeps the first blocks, so the
 * steady state allocates nothing.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_block;

/* Start with {.limit = bytes}; at most so many are given out between two resets. */
struct arena {
	size_t limit, given;
	struct arena_block *first, *current;
};

/* Zeroed and aligned for anything; NULL: out of memory, or above the limit. */
void *arena_take(struct arena *a, size_t size);

/* A copy with a NUL behind it. */
char *arena_copy(struct arena *a, const void *text, size_t size);

void arena_reset(struct arena *a);   /* all pieces are gone */
void arena_release(struct arena *a); /* frees; the limit stays */

#endif
