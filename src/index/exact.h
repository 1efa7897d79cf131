/* SPDX-License-Identifier: ISC */
/*
 * exact - questions against every vector there is, or that is allowed, without lists
 */
#ifndef INDEX_EXACT_H
#define INDEX_EXACT_H

#include "index/comparison.h"

/*
 * Several questions, all with the same options, against every vector of what is allowed, by options.jobs threads: what is found, what it
 * took, and which damage is told are the same for any number of them. 0/-1.
 */
int exact_all(struct comparison *comparisons, size_t count, struct error *err);

/* A question against the vectors of every allowed patent, looked up one by one: there is a filter, and few pass. 0/-1. */
int exact_allowed(struct comparison *c, struct error *err);

#endif
