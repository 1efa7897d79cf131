/* SPDX-License-Identifier: ISC */
/*
 * markup - an XML document in memory: elements, their attributes, and text
 *
 * foreign/xml builds it, patent/grant reads it. Everything belongs to the document and lives until it is reset. A NULL
 * element is allowed wherever one is read and behaves as an empty one, so that paths read straight down.
 */
#ifndef PATENT_MARKUP_H
#define PATENT_MARKUP_H

#include "base/arena.h"
#include "base/bytes.h"

struct markup_attribute {
	const char *name, *value;
	const struct markup_attribute *next;
};

/* An element, or, with a NULL name, a piece of text. */
struct markup {
	const char *name;
	const char *text; /* of a piece of text, as it came; size bytes and a NUL */
	size_t size;
	const struct markup_attribute *attributes;
	struct markup *parent, *first, *last, *next;
};

struct markup_document {
	struct arena arena;
	struct markup *root;
	const struct markup_attribute *unparsed; /* declared NDATA entities, in order: name and system identifier */
};

/* The first child element of this name; the next sibling element of the same name. */
const struct markup *markup_child(const struct markup *m, const char *name);
const struct markup *markup_again(const struct markup *m);

/* Follows first children: "document-id/date". */
const struct markup *markup_path(const struct markup *m, const char *path);

/* NULL when there is none. */
const char *markup_attribute(const struct markup *m, const char *name);

/*
 * Appends all text within, in order, white space folded: runs are one blank, none at the ends. Elements that are blocks
 * (paragraphs, list items, claim parts, line breaks …) are words apart, others (italics, superscripts) are not. 0/-1 (memory).
 */
int markup_text(const struct markup *m, struct bytes *to);

/* The same with white space as it is, where columns count; but lines that only lay out the elements are left out. */
int markup_columns(const struct markup *m, struct bytes *to);

/* The next element of this name within `top`, in the order of the text, behind `after` (NULL: the first). */
const struct markup *markup_within(const struct markup *top, const struct markup *after, const char *name);

#endif
