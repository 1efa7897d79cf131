/* SPDX-License-Identifier: ISC */
/*
 * candidates - what the codes of the lists have let through: estimated again by its refinements, then compared
 *
 * They are gathered over some lists, so that their vectors, each on a page of its own, are asked of the disk and of memory side by
 * side, the most promising first; each that is compared may spare others.
 */
#ifndef INDEX_CANDIDATES_H
#define INDEX_CANDIDATES_H

#include "index/comparison.h"
#include "index/estimate.h"
#include "index/refiner.h"

/* A vector whose estimate is good enough: it is compared unless better ones show that it cannot be among the best. */
struct candidate {
	float most; /* its figure */
	uint32_t picture, patent;
	uint32_t place;      /* in its block */
	uint32_t list;       /* of candidates.lists; this and the next are set by candidates_locate */
	const uint8_t *slot; /* its refinement; NULL: there is none */
};

/* Start with {0}. */
struct candidates {
	struct comparison *comparison; /* with which they are compared: the question, and the best so far */
	const struct estimator *estimator;
	struct refiner refiner;
	struct bytes gathered; /* struct candidate each */
	struct bytes lists;    /* struct candidates_list each: those they come from */
	uint64_t refined;      /* as in search_cost */
	bool skipped;          /* something was not compared because of its estimate */
	bool again;            /* memory is short: what was asked of the disk before is asked for again */
};

/* For the questions of an estimator, which must stay as the comparison must; `deviations` are those of its estimates. 0/-1 (memory). */
int candidates_begin(struct candidates *c, struct comparison *comparison, const struct estimator *e, float deviations, struct error *err);
void candidates_release(struct candidates *c);

/* The figure that an estimate has to reach by now. */
float candidates_wanted(const struct candidates *c);

/* Those that come now are of this list, as it stands to a vector of the question. 0/-1 (memory). */
int candidates_of_list(struct candidates *c, size_t question, const struct estimate_list *list, struct error *err);

static inline size_t candidates_count(const struct candidates *c)
{
	return c->gathered.size / sizeof(struct candidate);
}

/*
 * Finds the refinements of the candidates from the i-th on, which a block of so many entries of that list has added: the block with
 * this number of list `list`. 0/-1.
 */
int candidates_locate(struct candidates *c, uint32_t list, uint32_t number, size_t entries, size_t i, struct error *err);

/* Whether so many have gathered that comparing them pays. */
bool candidates_are_many(const struct candidates *c);

/* Compares those that still promise enough, and has none then. 0/-1. */
int candidates_compare(struct candidates *c, struct error *err);

#endif
