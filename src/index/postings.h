/* SPDX-License-Identifier: ISC */
/*
 * postings - where the blocks of lists lie in a snapshot: each list is looked up once, and then read by many questions
 *
 * Blocks come unchecked, so that a search can have them all fetched from the disk before it reads the first. A list whose blocks were
 * found whole is marked by who checked it, and not summed for every question.
 */
#ifndef INDEX_POSTINGS_H
#define INDEX_POSTINGS_H

#include "base/bytes.h"
#include "index/store.h"

struct posting_list {
	bool checked; /* the caller sets it */
	size_t count;
	struct posting_block {
		uint32_t number;
		struct store_value value; /* in the snapshot */
	} blocks[];
};

/* The slots of a block of refinements, unchecked, and how many there are. */
struct refined_block {
	const uint8_t *slots; /* in the snapshot */
	size_t count;
	bool asked; /* they were asked of the disk: the caller sets it */
};

struct postings {
	struct posting_list **lists; /* (count): NULL where nobody has looked yet */
	struct bytes *refined;       /* (count): struct refined_block each; none where nobody has looked yet */
	bool *asked;                 /* (count): their blocks are fetched from the disk */
	uint32_t first, count;
};

/* Of the `count` lists that begin with `first`. Start with {0}; done already it does nothing. 0/-1. */
int postings_open(struct postings *p, uint32_t first, uint32_t count, struct error *err);
void postings_release(struct postings *p);

/*
 * One of these lists, in an open transaction that sees the same as long as the postings live; blocks that nobody asked for are fetched.
 * NULL with the reason.
 */
struct posting_list *postings_find(struct postings *p, struct store *st, uint32_t list, struct error *err);

/* Block `number` of the refinements of one of these lists, whose slots have so many bytes. 0, or -1: it is missing, or malformed. */
int postings_refinements(struct postings *p, struct store *st, size_t slot, uint32_t list, uint32_t number, struct refined_block **block,
        struct error *err);

/* Whether nobody has asked for this list: the caller does so now, and has its blocks fetched. */
bool postings_is_new(struct postings *p, uint32_t list);

#endif
