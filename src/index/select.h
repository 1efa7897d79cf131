/* SPDX-License-Identifier: ISC */
/*
 * select - the patents of a snapshot that pass a filter, as bits, by the columns
 *
 * Run by run of 256 patents a test gives 256 bits; && and || ask only what can still change the answer, and first what, by what was
 * seen so far, decides most for the least work. What passes is what the language says of each patent by itself (index/filter.h).
 */
#ifndef INDEX_SELECT_H
#define INDEX_SELECT_H

#include "index/filter.h"
#include "index/index.h"

/* Words of 64 bits for all patents of a snapshot; some more than there are ordinals. */
size_t select_words(const struct index *ix);

/*
 * Makes bits[select_words] the set of patents that pass (base/bits.h). filter is NULL for all patents. today is YYYYMMDD. *count is how
 * many pass. 0/-1.
 */
int select_patents(const struct index *ix, const struct filter *filter, int32_t today, uint64_t *bits, uint64_t *count,
        struct error *err);

/* The day of the grant of each patent, YYYYMMDD, 0 where it is not known: to[64 × select_words]. 0/-1. */
int select_grants(const struct index *ix, int32_t *to, struct error *err);

#endif
