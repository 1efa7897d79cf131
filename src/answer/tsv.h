/* SPDX-License-Identifier: ISC */
/*
 * tsv - answers as lines of tab-separated columns
 *
 *     [query] score patent title locarno granted applicant picture
 *
 * The first column is there when several things are asked. granted is YYYY-MM-DD; picture is the identity of the best one,
 * or of the first without a question; what is not known is empty. Control characters become spaces: a line stays a line, a
 * tab a column.
 */
#ifndef ANSWER_TSV_H
#define ANSWER_TSV_H

#include "answer/answer.h"

/* Both append one line with its newline; 0/-1 (memory). */
int tsv_put_header(bool named, struct bytes *to);
int tsv_put_answer(const struct answer *a, struct bytes *to);

#endif
