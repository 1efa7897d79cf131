/* SPDX-License-Identifier: ISC */
/*
 * keys - which files somebody has already, as lines of text: `index-build --keys` prints them, `decode --skip-from` reads them
 *
 *     CRC SIZE [IDENTITY]
 *     1a2b3c4d 9791 D0909824/00000
 *
 * CRC-32 in eight hexadecimal digits and size in bytes are those of the whole file; without an identity every file of these
 * bytes is meant, with it only the one picture. A line is a line whatever the file is called: in an identity '\n', '\r' and '\\'
 * stand for the ends of a line and the backslash.
 */
#ifndef STREAM_KEYS_H
#define STREAM_KEYS_H

#include "base/bytes.h"
#include "base/error.h"
#include "stream/identity.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct key {
	uint32_t crc;
	uint64_t size;
	size_t identity; /* where its text begins in the texts: "" for any */
};

/* Start with {0}. */
struct keys {
	struct bytes list;  /* of struct key, sorted by keys_read */
	struct bytes texts; /* identities, each with its NUL */
};

/* Writes a line; that it was written shows in ferror. */
void key_write(FILE *to, uint32_t crc, uint64_t size, const struct identity *id);

/* Reads all lines. 0, or -1 with the reason ("line 3 is not 'CRC SIZE [IDENTITY]'"). */
int keys_read(struct keys *k, FILE *from, struct error *err);

/* Is there a file of these bytes under any identity, or under this one? id NULL: only lines without an identity count. */
bool keys_have(const struct keys *k, uint32_t crc, uint64_t size, const struct identity *id);

void keys_release(struct keys *k);

#endif
