/* SPDX-License-Identifier: ISC */
/*
 * field - from an element of markup to a value of the record: what ST.32 and ST.36 grants have in common
 *
 * Values live in the arena. An element that is not there (NULL), or holds nothing but white space, gives NULL or 0. Memory
 * failure is remembered: look at `failed` once at the end.
 */
#ifndef PATENT_FIELD_H
#define PATENT_FIELD_H

#include "patent/markup.h"
#include "patent/record.h"

struct fields {
	struct arena arena;
	struct bytes scratch;
	bool failed;
};

/* All text within, folded. */
const char *field_text(struct fields *f, const struct markup *m);

/* The texts of these children of m, those that are there, joined by blanks: a person's name. */
const char *field_joined(struct fields *f, const struct markup *m, const char *const *names, size_t count);

/* The decimal number that the text begins with, 0 … 9999. */
int field_integer(struct fields *f, const struct markup *m);

/* Eight digits, YYYYMMDD or YYYYMM00. */
int field_date(struct fields *f, const struct markup *m);

/* A country of two letters; "unknown" and the like are none. */
const char *field_country(struct fields *f, const struct markup *m);

/* A US class, a Locarno class, as people write them; what is neither stays text. */
const char *field_us_class(struct fields *f, const struct markup *m);
const char *field_locarno(struct fields *f, const struct markup *m);

/* The number of a cited patent: canonical where it is a US design's. */
const char *field_cited_number(struct fields *f, const struct markup *m, const char *country);

/* A copy of a text that is not in the markup's text, an attribute; NULL stays NULL. */
const char *field_copy(struct fields *f, const char *text);

/* Appends to a chain whose end is *end, and moves the end; a NULL text appends nothing. */
void field_add_text(struct fields *f, struct record_text ***end, const char *text);
struct record_party *field_add_party(struct fields *f, struct record_party ***end);         /* NULL: no memory */
struct record_reference *field_add_reference(struct fields *f, struct record_reference ***end); /* NULL: no memory */

#endif
