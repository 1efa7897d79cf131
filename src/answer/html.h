/* SPDX-License-Identifier: ISC */
/*
 * html - answers as one page that needs nothing else: its style and all its pictures lie in it, and there is no script
 *
 *     html_begin(&page, &terms, &err)
 *     for each question: html_begin_question(...), html_put_answer(...) ..., html_end_question(...)
 *     html_end(&page, &err)
 *
 * What a call writes is appended to page.to, which the caller may empty after each: a page is not held in memory. The same
 * answers give the same bytes. Every text is escaped, control characters become spaces, and what is no UTF-8 U+FFFD.
 * Pictures are the index's thumbnails, at most HTML_PICTURES bytes of them; those beyond are named, counted, and not shown.
 */
#ifndef ANSWER_HTML_H
#define ANSWER_HTML_H

#include "answer/answer.h"
#include "answer/question.h"
#include "index/search.h"

enum { HTML_PICTURES = 64 << 20, HTML_QUESTION_PICTURES = 24, HTML_STYLE = 64 << 10 };

/* How the answers were found: what has to be said so that they can be found again. */
struct html_terms {
	const struct index *index;
	const char *index_name, *command, *filter; /* filter NULL: none */
	const struct search_options *search;       /* NULL: no question, a list of the newest */
	uint32_t count;                            /* answers wanted; 0: all */
	int32_t today;                             /* YYYYMMDD */
	bool named;                                /* there are several questions: each section has the name of its own */
};

/* Start with {.to = &block}. */
struct html {
	struct bytes *to;
	const struct html_terms *terms; /* the caller's, until html_end */
	size_t picture_bytes;
	uint64_t left_out; /* pictures that would have been too many */
	uint64_t questions, answers;
	float first_score; /* of the best answer to this question */
	bool fault;        /* this question could not be asked */
	bool failed;       /* memory */
};

/* All return 0, or -1 with the reason. The title says what was asked. */
int html_begin(struct html *h, const struct html_terms *terms, const char *title, struct error *err);

/* q NULL: the list of a filter. One without vectors could not be asked; its reason is shown. */
int html_begin_question(struct html *h, const struct question *q, struct error *err);
int html_put_answer(struct html *h, const struct answer *a, struct error *err);

/* cost NULL: there was no search. */
int html_end_question(struct html *h, const struct search_cost *cost, struct error *err);
int html_end(struct html *h, struct error *err);

#endif
