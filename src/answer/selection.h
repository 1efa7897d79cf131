/* SPDX-License-Identifier: ISC */
/*
 * selection - which patents of a snapshot may answer: one bit for each ordinal
 */
#ifndef ANSWER_SELECTION_H
#define ANSWER_SELECTION_H

#include "index/filter.h"
#include "index/index.h"

/* Start with {0}; bits has index_patent_bound bits, as search_options.allowed wants them. */
struct selection {
	uint64_t *bits;
	uint64_t count; /* patents selected */
};

/* Selects the patents that pass the filter, or all when it is NULL. today is YYYYMMDD. 0/-1. */
int selection_make(struct selection *s, const struct index *ix, const struct filter *filter, int32_t today,
        struct error *err);

bool selection_has(const struct selection *s, uint32_t patent);
void selection_put(struct selection *s, uint32_t patent, bool selected);
void selection_release(struct selection *s);

/* A patent and what it is listed by. */
struct listed {
	uint32_t patent;
	int32_t pub_date;     /* 0: unknown */
	const char *document; /* into the snapshot */
};

/*
 * The selected patents, newest first: by the day of the grant, those without one last; of one day by document. The caller
 * frees *list, s->count long. 0/-1.
 */
int selection_newest(const struct selection *s, const struct index *ix, struct listed **list, struct error *err);

#endif
