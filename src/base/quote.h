/* SPDX-License-Identifier: ISC */
/*
 * quote - words as one would type them in a shell
 */
#ifndef BASE_QUOTE_H
#define BASE_QUOTE_H

#include "base/bytes.h"

/* Appends the word, in single quotes where a POSIX shell would not take it as it is; 0/-1 (memory). */
int quote_word(struct bytes *to, const char *word);

#endif
