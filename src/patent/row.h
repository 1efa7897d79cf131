/* SPDX-License-Identifier: ISC */
/*
 * row - a record as one row of a table: fields separated by tabs
 *
 * patent_id, kind, title, loc_class, us_class, pub_date, filing_date, expires, applicant_name, applicant_country,
 * inventor_names (joined by "; "), assignee_name, image_count. What is not known is empty. Texts hold no tabs: white space
 * is folded.
 */
#ifndef PATENT_ROW_H
#define PATENT_ROW_H

#include "base/bytes.h"
#include "base/error.h"

/* From a record's JSON; appends, without a newline. 0, or -1 with the reason. */
int row_write(const void *record, size_t size, struct bytes *to, struct error *err);

#endif
