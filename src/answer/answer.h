/* SPDX-License-Identifier: ISC */
/*
 * answer - one patent as it is shown: its record, and its pictures with their scores
 *
 * The ways of showing it (answer/tsv.h, answer/json.h) only read it. Pictures that belong to no patent are shown as a patent
 * without a record, named by their path.
 */
#ifndef ANSWER_ANSWER_H
#define ANSWER_ANSWER_H

#include "base/json.h"
#include "index/search.h"

#include <stdbool.h>
#include <stdint.h>

struct answer_page {
	uint32_t picture;     /* ordinal */
	uint32_t image_index; /* its place among the patent's pictures in sheet order, from 0 */
	uint32_t page_num;    /* its sheet; of a loose file its page, from 1 */
	float score;
	char *identity;  /* D0910058/00002 */
	char *file_path; /* archive/member; NULL when the source is not known */
};

/* Start with {0}; owns all but `query` and `document`. */
struct answer {
	const char *query;    /* the name of the question; NULL when it is the only one */
	const char *document; /* into the snapshot */
	struct json *record;  /* NULL: there is none */
	bool active;          /* in force on the day that was asked about */
	bool has_score;       /* the answer is one to a question: score and those of the pages are there */
	float score;          /* of the best picture */
	struct answer_page *pages; /* best first; without a question in sheet order */
	size_t page_count, page_capacity;
};

/* What an answer is made for. */
struct answer_context {
	const struct index *index;
	const float *values; /* the question's vectors; count 0: nothing was asked, there are no scores */
	size_t count;
	bool by_picture; /* only the picture of the hit, not all of the patent */
	int32_t today;   /* YYYYMMDD */
};

/* Fills *a, forgetting what it held. Of the hit the patent is used, and with a question score and picture. 0/-1. */
int answer_load(struct answer *a, const struct answer_context *c, const struct search_hit *hit, struct error *err);

void answer_release(struct answer *a);

/* The last component of a page's file_path, or NULL. */
const char *answer_file_name(const struct answer_page *page);

/* A score with so many decimals, no negative zero. Returns to[ANSWER_SCORE]. */
enum { ANSWER_SCORE = 64, ANSWER_SCORE_DIGITS = 6 };
char *answer_score_digits(float score, int digits, char *to);

/* The same as it is written for programs: ANSWER_SCORE_DIGITS decimals. */
char *answer_score_text(float score, char *to);

/* The record of a patent; *record is NULL where it has none. The caller releases it. 0/-1. */
int answer_record(const struct index *ix, uint32_t patent, struct json **record, struct error *err);

#endif
