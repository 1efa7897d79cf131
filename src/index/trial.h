/* SPDX-License-Identifier: ISC */
/*
 * trial - asks an index with pictures of its own, each with its patent left out, and compares what is found with what there is
 *
 * What there is to be found, without a filter and under two of them, is found by one pass over all vectors for all questions
 * (index/exhaustive.h); asking goes through the lists only.
 */
#ifndef INDEX_TRIAL_H
#define INDEX_TRIAL_H

#include "index/best.h"
#include "index/search.h"

/* Who may answer: all, one patent in so many, which has nothing to do with the questions; for each those that are farthest from it. */
enum trial_filter { TRIAL_ALL, TRIAL_ONE_IN, TRIAL_FARTHEST, TRIAL_FILTERS };

/* What there is to be found for a question. */
struct trial_target {
	uint64_t *allowed; /* the patents that may answer, its own among them */
	struct best best;
	float *scores; /* (found): the best, in order */
	size_t found;
};

/* Start with {0}. */
struct trial {
	struct index *const *snapshots; /* (jobs), of the same: one for each thread */
	size_t jobs, count, dimension;
	float *questions;      /* (count, dimension) */
	uint32_t *patents;     /* (count): of each question */
	double length;         /* of a question, root mean square */
	size_t words;          /* of a set of patents */
	uint64_t *sets;        /* of patents: all, one in so many, and those of each question */
	struct trial_target *targets[TRIAL_FILTERS];
	size_t target_counts[TRIAL_FILTERS]; /* of the first questions */
	struct trial_asker *askers;          /* (jobs) */
	struct trial_result *results;        /* (count) */
};

/* Chooses the questions and finds what there is. 0/-1; after -1 too it is to be ended. */
int trial_begin(struct trial *t, struct index *const *snapshots, size_t jobs, struct error *err);
void trial_end(struct trial *t);

/* The part of the options.k best that was found, the standard error of that, and the entries that were looked at. */
struct trial_found {
	double recall, error, scanned;
};

/* Asks all, under a filter the first of them; where each has many answers the first half is enough. 0/-1. */
int trial_ask(struct trial *t, enum trial_filter filter, const struct search_options *options, struct trial_found *found,
        struct error *err);

#endif
