/* SPDX-License-Identifier: ISC */
/*
 * expression - a regular expression from a stranger, of bounded cost
 *
 * POSIX extended regular expressions of the C locale (bytes, not letters), by the C library's regcomp. Without back
 * references they are matched by an automaton in linear time; what can still hurt is refused (long patterns, counts that
 * multiply), and the states that the automaton collects while it matches are thrown away now and then.
 */
#ifndef INDEX_EXPRESSION_H
#define INDEX_EXPRESSION_H

#include "base/error.h"

#include <stdbool.h>

enum { EXPRESSION_SIZE = 256, EXPRESSION_REPEATS = 256, EXPRESSION_GROUPS = 32 };

struct expression;

/* NULL with the reason. */
struct expression *expression_compile(const char *pattern, struct error *err);

/* Whether it occurs in the text. */
bool expression_matches(struct expression *e, const char *text);

void expression_free(struct expression *e); /* NULL is allowed */

#endif
