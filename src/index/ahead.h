/* SPDX-License-Identifier: ISC */
/*
 * ahead - has values read from the disk that are going to be looked up, side by side
 *
 * A lookup waits for one page of the table's tree after the other, and for the value then; of a hundred lookups in a file that no cache
 * holds each waits for its own. Here the tree is walked for all keys together, a level at a time: the pages of a level are asked for
 * before the first of them is read, then all values. So the disk is waited for as often as the tree is deep. It is advice: nothing is
 * said, what is damaged is passed over, and who looks up finds the same as without.
 */
#ifndef INDEX_AHEAD_H
#define INDEX_AHEAD_H

#include "index/store.h"

enum { AHEAD_KEY = 8 };

/* All values whose keys begin with this one. */
struct ahead_wish {
	uint8_t key[AHEAD_KEY];
	size_t key_size;
	size_t from, size; /* which part of the value; 0: all of it */
	bool way_only;     /* only the pages of the tree, not the value */
};

/* Of a snapshot; in a transaction that writes nothing is done. The wishes are sorted by key. */
void ahead_fetch(struct store *st, enum store_table table, struct ahead_wish *wishes, size_t count);

#endif
