/* SPDX-License-Identifier: ISC */
/*
 * base64 - bytes as text, and back (RFC 4648, section 4, with padding)
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/bytes.h"

#include <stdio.h>

/* Appends the text of data[0 .. size); 0/-1 (memory). */
int base64_append(struct bytes *to, const void *data, size_t size);

/* Writes it; a failed write stays in ferror(out). */
void base64_write(FILE *out, const void *data, size_t size);

/* Appends the bytes that the text is. 0, or -1: no base64, or out of memory. */
int base64_decode(struct bytes *to, const char *text);

#endif
