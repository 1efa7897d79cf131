/* SPDX-License-Identifier: ISC */
/*
 * sha256 - the digest (FIPS 180-4) that names weights and imported archives
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { SHA256_SIZE = 32, SHA256_TEXT = 65 };

struct sha256; /* one computation */

struct sha256 *sha256_new(void); /* NULL: out of memory */
void sha256_add(struct sha256 *s, const void *data, size_t size);
/* The digest as 64 lower-case hexadecimal digits and a NUL; frees s. */
void sha256_finish(struct sha256 *s, char text[SHA256_TEXT]);
void sha256_drop(struct sha256 *s);

/* Of a whole file, with its size; 0, or -1 with "cannot open 'x': …". */
int sha256_file(const char *path, char text[SHA256_TEXT], uint64_t *size, struct error *err);

#endif
