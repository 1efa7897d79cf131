/* SPDX-License-Identifier: ISC */
/*
 * grant - the XML of a design grant to its record
 *
 * The USPTO published two families of documents. WIPO ST.32 (PATDOC, v2.4 and v2.5, 2001 … 2004) names its elements by the INID
 * codes of the front page: B110 is the number, B140 the date. WIPO ST.36 (us-patent-grant, v4.0 … v4.7, since 2005) names
 * them by words; until v4.2 the inventors were the applicants, since v4.3 both are listed.
 */
#ifndef PATENT_GRANT_H
#define PATENT_GRANT_H

#include "base/error.h"
#include "patent/field.h"
#include "patent/markup.h"
#include "patent/record.h"

/* Reused for every document; start with {0}. The record's memory lives until the next read. */
struct grant {
	struct fields fields;
	struct record record;
};

/*
 * 1: a design grant, the record is filled. 0: a document of another kind, as a utility patent's. -1 with the reason: a design
 * grant that cannot be used, since it has no number, or memory is short.
 */
int grant_read(struct grant *g, const struct markup_document *document, struct error *err);

void grant_release(struct grant *g);

/*
 * Whether this element tells that the document is none of a design grant: for a reader of documents, so that it need not read
 * a whole utility patent to leave it out. For the root when it begins, for all others when they end (foreign/xml.h).
 */
bool grant_is_other(const struct markup *element);

/* The two families, for grant_read only: 1, or 0 for another kind. */
int grant_st32(struct grant *g, const struct markup_document *document);
int grant_st36(struct grant *g, const struct markup *root);

#endif
