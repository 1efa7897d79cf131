/* SPDX-License-Identifier: ISC */
/*
 * hypertext - text, numbers and pictures as parts of an HTML page
 */
#ifndef ANSWER_HYPERTEXT_H
#define ANSWER_HYPERTEXT_H

#include "base/bytes.h"

/* All append, and return 0/-1 (memory). */

/* The text, safe between tags and within quotes; NULL is "". */
int hypertext_text(struct bytes *to, const char *text);

/* YYYYMMDD as <time>, a month or a year where the rest is 00. */
int hypertext_date(struct bytes *to, int64_t date);

/* A JPEG as a data: URI. */
int hypertext_jpeg(struct bytes *to, const void *jpeg, size_t size);

#endif
