/* SPDX-License-Identifier: ISC */
/*
 * filename - what the names in the USPTO's archives say: which patent, which sheet, which kind of grant
 *
 *     I20210209/DESIGN/USD0910058-20210209.ZIP
 *     USD0910058-20210209/USD0910058-20210209-D00001.TIF
 *     USD0910058-20210209/USD0910058-20210209.XML
 *
 * Letters of either case. What a file is, is never asked of its name (content.h).
 */
#ifndef FOREIGN_FILENAME_H
#define FOREIGN_FILENAME_H

#include <stdbool.h>
#include <stdint.h>

struct filename {
	bool is_grant;     /* named like a grant of a design */
	char document[16]; /* D0910058 */
	int32_t sheet;     /* IDENTITY_NO_SHEET where the name has none */
};

/* Of the last component of a path. */
struct filename filename_read(const char *path);

/* The path lies among other kinds of grants (UTIL/, PLANT/, REISSUE/ ...) or is named like one (US10123456, USPP…, USRE…). */
bool filename_is_other_kind(const char *path);

/* Begins with a dot: what systems leave beside a file ("._sheet.tif"), never the file. */
bool filename_is_hidden(const char *path);

/* Its ending claims a picture or an XML document: if it turns out to be none, that is a loss. */
bool filename_claims(const char *path);

/* Ends in .xml. */
bool filename_is_xml(const char *path);

/*
 * The order in which the files of one directory or archive are taken: by patent, its XML first, then by name; for qsort of
 * pointers to strings.
 */
int filename_compare(const char *a, const char *b);

#endif
