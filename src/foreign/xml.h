/* SPDX-License-Identifier: ISC */
/*
 * xml - XML documents of strangers into markup, through libxml2
 *
 * Nothing outside of the document is ever read: no DTD, no external entity, no network. Named characters come from a built-in
 * table (foreign/entity.h); a name that is not in it stays as it is written, "&name;". Entities that the document declares itself
 * are replaced when they are plain text; one with references or markup within is refused, so that none can multiply.
 * The depth is bounded by LIMIT_XML_DEPTH, the tree by LIMIT_XML_MEMORY.
 */
#ifndef FOREIGN_XML_H
#define FOREIGN_XML_H

#include "base/error.h"
#include "patent/markup.h"

#include <stdbool.h>

struct xml_reader;

/*
 * Tells that a document is of no interest: called for the root when it begins, and for every element when it ends, with what
 * is within. From then on nothing is read. May be NULL.
 */
typedef bool xml_enough(const struct markup *element);

struct xml_reader *xml_open(void); /* NULL: out of memory */

/*
 * Reads one document. first_line is the number of its first line in the file, for messages: "line 12: ...". The answer belongs to
 * the reader and lives until the next call; when `enough` has said so it is what was read until then. NULL with the reason.
 */
const struct markup_document *xml_parse(struct xml_reader *x, const void *text, size_t size, unsigned long first_line,
        xml_enough *enough, struct error *err);

void xml_close(struct xml_reader *x); /* NULL is allowed */

#endif
