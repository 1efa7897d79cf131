/* SPDX-License-Identifier: ISC */
/*
 * identity - which picture, or which document, an item is about: a structure, not a string
 *
 * As text: the document, then only the parts that are there.
 *     D0939806              the patent itself (its XML, its record)
 *     D0939806/00001        sheet 1; the front-page figure is sheet 0, D0939806/00000
 *     photos/chair.tif#2    second page of a file
 *     D0939806/00001.3      third figure on the sheet
 *     D0939806/00001@x,y,w,h   a region, in pixels of the upright page
 */
#ifndef STREAM_IDENTITY_H
#define STREAM_IDENTITY_H

#include "base/bytes.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum { IDENTITY_NO_SHEET = -1, IDENTITY_MAX_SHEET = 99999 };

struct identity {
	char document[LIMIT_DOCUMENT + 1]; /* a canonical patent number (D0939806), or a path as it was given */
	int32_t sheet;                     /* 0 … IDENTITY_MAX_SHEET, or IDENTITY_NO_SHEET */
	uint32_t page;                     /* 0: the only or the first page; else its number, from 2 */
	uint32_t figure;                   /* 0: the whole sheet; else its number on the sheet, from 1 */
	uint32_t region[4];                /* x, y, width, height; width 0: the whole */
};

/* Longest text of an identity, with its NUL. */
enum { IDENTITY_TEXT = LIMIT_DOCUMENT + 96 };

/* An identity of this document and nothing else; a longer name is cut at LIMIT_DOCUMENT. */
void identity_set(struct identity *id, const char *document);

/* As text into to[IDENTITY_TEXT]; returns to. */
char *identity_text(const struct identity *id, char *to);

/*
 * The inverse. "/NNNNN" (exactly five digits, at the end or before the other parts) is a sheet only behind a canonical patent
 * number, since a path can end so as well; for '#', '.', '@' the last ones that read as numbers count. 0, or -1 when the
 * text is empty or too long.
 */
int identity_parse(struct identity *id, const char *text);

/* Order by document (bytes), sheet, page, figure, region: <0, 0, >0. */
int identity_compare(const struct identity *a, const struct identity *b);

/* The encoding of stream and index: equal identities give equal bytes. Appends; 0/-1 (memory). */
int identity_encode(const struct identity *id, struct bytes *to);
void identity_decode(struct identity *id, struct cursor *from); /* sets from->failed on nonsense */

#endif
