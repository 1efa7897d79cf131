/* SPDX-License-Identifier: ISC */
/*
 * sift - searching lists under a filter: their entries that may answer, and when to stop
 *
 * Of a list only those groups of entries are looked at that hold a patent that passes. Their figures also tell what the lists that were
 * not visited hold (index/outlook.h): the search goes on until hardly any of its answers is to be expected there. So it is as good
 * under a filter that has nothing to do with the question as under one that picks the patents far from it, where nearly all lists are
 * visited.
 */
#ifndef INDEX_SIFT_H
#define INDEX_SIFT_H

#include "index/column.h"
#include "index/estimate.h"
#include "index/outlook.h"
#include "index/probes.h"

/* The first four are the caller's to set. */
struct sift {
	const struct estimator *estimator;
	const uint64_t *allowed;    /* as in search_options */
	uint32_t patents, pictures; /* bounds of ordinals */
	double expected;            /* pictures of allowed patents, about */
	struct outlook *outlooks;   /* of each vector of the question */
	uint32_t first;             /* list */
	uint32_t *entries;          /* of each list, that may answer; NULL: not counted */
	uint64_t scanned;           /* entries that may answer */
	bool skipped;               /* some were not good enough */
};

/* 0/-1 (memory). */
int sift_begin(struct sift *s, struct error *err);
void sift_release(struct sift *s);

/* How many patents are allowed. */
uint64_t sift_count(const uint64_t *allowed, uint32_t patents);

/*
 * Counts for each of so many lists from `first` on the pictures that may answer, by the columns of what is allowed: lists without any
 * need no visit. 0/-1.
 */
int sift_count_lists(struct sift *s, struct store *st, uint32_t first, size_t lists, struct error *err);

/* Whether so few of the allowed were met in the first `visited` of the lists that counting pays: they lie elsewhere. */
bool sift_is_elsewhere(const struct sift *s, size_t question, size_t visited, size_t lists);

/* Whether a list is known to hold nothing that may answer. */
static inline bool sift_is_empty(const struct sift *s, uint32_t list)
{
	return s->entries && !s->entries[list - s->first];
}

/* Has fetched from a block, which need not be checked yet, what sift_block reads of it first. */
void sift_fetch(const struct sift *s, struct store_value block);

/* Adds what may answer, and whose figure reaches `wanted`, to candidates (index/candidates.h: struct candidate each). 0/-1 (memory). */
int sift_block(struct sift *s, size_t question, const struct estimate_list *list, const struct code_block *b, float wanted,
        struct bytes *candidates, struct error *err);

/*
 * Whether in the lists from the i-th on fewer than `enough` entries that beat `wanted` are to be expected. When only some lists
 * were ranked it may not be known: then false.
 */
bool sift_is_done(const struct sift *s, size_t question, const struct probes *p, size_t lists, size_t i, float wanted, double enough);

#endif
