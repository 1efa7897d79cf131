/* SPDX-License-Identifier: ISC */
/*
 * base64 - bytes as text (RFC 4648, section 4, with padding)
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/bytes.h"

/* Appends the text of data[0 .. size); 0/-1 (memory). */
int base64_append(struct bytes *to, const void *data, size_t size);

#endif
