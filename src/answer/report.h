/* SPDX-License-Identifier: ISC */
/*
 * report - the answers of one run in the form that was asked for, and beside it pictures in the terminal and a contact sheet
 *
 *     report_begin(&r, &options, title, &err)
 *     for each question: report_begin_question(...), report_put_answer(...) ..., report_end_question(...)
 *     report_end(&r, &err)
 *
 * What a call writes is appended to r.text, for the caller to write and to empty.
 */
#ifndef ANSWER_REPORT_H
#define ANSWER_REPORT_H

#include "answer/html.h"
#include "answer/sheet.h"
#include "answer/thumbs.h"

enum report_form { REPORT_LINES, REPORT_JSON, REPORT_HTML };

struct report_options {
	enum report_form form;
	bool header;             /* of lines */
	bool thumbs;             /* below the lines; stdout is a terminal */
	const char *sheet;       /* the file of the contact sheet, "-": stdout, which has no answers then; or NULL */
	struct html_terms terms; /* what a page says; all need its index, and lines whether questions are named */
};

/* Start with {0}. */
struct report {
	const struct report_options *options;
	struct bytes text;
	struct html html;
	struct sheet sheet;
	struct thumbs thumbs;
	bool begun;
};

/* All return 0, or -1 with the reason. The title says what is asked. */
int report_begin(struct report *r, const struct report_options *o, const char *title, struct error *err);

/* q NULL: a list without a question. One without vectors could not be asked, which only a page shows. */
int report_begin_question(struct report *r, const struct question *q, struct error *err);
int report_put_answer(struct report *r, const struct answer *a, struct error *err);

/* cost NULL: there was no search. */
int report_end_question(struct report *r, const struct search_cost *cost, struct error *err);

/* Ends the page, and writes the contact sheet. */
int report_end(struct report *r, struct error *err);

/* Pictures that the page and the sheet had no room for. */
uint64_t report_left_out(const struct report *r);

void report_release(struct report *r);

#endif
