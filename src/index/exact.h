/* SPDX-License-Identifier: ISC */
/*
 * exact - questions against every vector there is, or that is allowed, without lists
 */
#ifndef INDEX_EXACT_H
#define INDEX_EXACT_H

#include "index/comparison.h"

/*
 * Several questions of one set of options against all there are, and of them those that are allowed, by options.jobs threads: what is
 * found, what it took, and which damage is told are the same for any number. 0/-1.
 */
int exact_all(struct comparison *comparisons, size_t count, struct error *err);

/* A question against the vectors of every allowed patent, looked up one by one: there is a filter, and few pass. 0/-1. */
int exact_allowed(struct comparison *c, struct error *err);

#endif
