/* SPDX-License-Identifier: ISC */
/*
 * exhaustive - every vector of a snapshot against many questions at once, as a product of matrices in blocks
 *
 * The products say which vectors can matter: those whose score, with all that rounding may have taken from it, reaches what its
 * question wants. They are handed over to be compared exactly, so that what comes out depends on no kernel.
 */
#ifndef INDEX_EXHAUSTIVE_H
#define INDEX_EXHAUSTIVE_H

#include "index/index.h"

struct exhaustive {
	const struct index *ix;
	const float *questions; /* (count, dimension), as the index has its vectors */
	size_t count;
	float *least; /* (count): the scores that they want; offer may raise them */
	/* One vector, f32 on any address, and a question that it may be near to. 0/-1. */
	int (*offer)(void *context, size_t question, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err);
	void *context;
	uint64_t scanned; /* vectors there were */
};

/* 0/-1. */
int exhaustive_run(struct exhaustive *e, struct error *err);

#endif
