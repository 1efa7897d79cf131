/* SPDX-License-Identifier: ISC */
/* content - what a file is, by its first bytes and never by its name */
#ifndef FOREIGN_CONTENT_H
#define FOREIGN_CONTENT_H

#include <stddef.h>
#include <stdint.h>

enum content {
	CONTENT_UNKNOWN,
	CONTENT_EMPTY,
	CONTENT_TIFF,
	CONTENT_JPEG,
	CONTENT_PNG,
	CONTENT_WEBP,
	CONTENT_PNM, /* PBM, PGM, PPM, plain or raw, and PAM */
	CONTENT_XML,
	CONTENT_OTHER_PICTURE, /* of a format that nobody here reads */
	CONTENT_ZIP, /* from here on archives */
	CONTENT_TAR,
	CONTENT_PACKED, /* gzip, bzip2, xz or zstd: of a tar, or of one file */
};

/* So many of the first bytes are looked at: a tar's mark lies at 257, an XML document may begin with white space. */
enum { CONTENT_HEAD = 512 };

enum content content_of(const void *head, size_t size);

/*
 * The name of a format that people take for one of ours and that nobody here reads, "GIF", "HEIC", "PDF" ...; NULL for all
 * others. All but PDF are CONTENT_OTHER_PICTURE.
 */
const char *content_unread(const void *head, size_t size);

/* "TIFF", "ZIP archive" ..., for messages. */
const char *content_name(enum content c);

#endif
