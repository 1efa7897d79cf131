/* SPDX-License-Identifier: ISC */
/*
 * json - answers as JSON Lines: one object a patent, its keys always all there and in one order
 *
 *     query               only when several things are asked: which of them
 *     patent_id           the number, or the path of pictures that belong to no patent; what the record would say is then null
 *     max_score           of the best picture, six decimals; null without a question
 *     title loc_class pub_date filing_date applicant_name applicant_country inventor_names assignee_name claim_text
 *     image_count expires term_disclaimer     as in the record (patent/record.h)
 *     active              in force on the day asked about
 *     pages               [{image_index, page_num, file_name, file_path, score}, ...]: the patent's pictures, best first
 */
#ifndef ANSWER_JSON_H
#define ANSWER_JSON_H

#include "answer/answer.h"

/* Appends one line with its newline; 0/-1 (memory). */
int json_put_answer(const struct answer *a, struct bytes *to);

#endif
