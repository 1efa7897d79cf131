/* SPDX-License-Identifier: ISC */
/*
 * exhaustive - every vector of a snapshot against many questions at once, by several threads
 *
 * A product of matrices in blocks says which vectors may be near enough to which questions (index/screen.h); only these are compared, and
 * only those are handed over whose score is what their question wants: so scores and answers depend on no kernel and on no number of
 * threads. Each vector is read once, however many questions there are, and each block of them is checked (index/store.h).
 */
#ifndef INDEX_EXHAUSTIVE_H
#define INDEX_EXHAUSTIVE_H

#include "index/index.h"

struct exhaustive {
	const struct index *ix;
	const float *questions; /* (count, dimension), as the index has its vectors */
	size_t count;
	float *least;                  /* (count): the scores that they want, -INFINITY all; offer may raise them */
	const uint64_t *allowed;       /* patents whose vectors are looked at, as search_options has them; NULL: all */
	const uint64_t *const *wanted; /* (count): those of them that a question wants, likewise; NULL: all, for all */
	int jobs; /* threads; 0: 1 */
	/*
	 * A vector whose score for a question, as search_run has it, is what the question wants or was a moment ago. By one thread at
	 * a time, which may read the snapshot; vectors come in any order, of each the questions from the first. 0/-1.
	 */
	int (*offer)(void *context, size_t question, uint32_t picture, uint32_t patent, float score, struct error *err);
	void *context;
	uint64_t scanned; /* vectors there were, of those that are allowed */
};

/* 0/-1: the first block that is damaged is told, for any number of threads. */
int exhaustive_run(struct exhaustive *e, struct error *err);

#endif
