/* SPDX-License-Identifier: ISC */
#include "index/expression.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* States are collected for this many texts, then dropped. */
enum { TEXTS_BEFORE_RENEWAL = 4096 };

struct expression {
	regex_t regex;
	bool compiled;
	int texts;
	char pattern[EXPRESSION_SIZE + 1];
};

/* The largest number inside {…}; p points behind the brace. */
static long largest_count(const char *p)
{
	long largest = 0, n = 0;

	for (; *p && *p != '}'; p++) {
		n = *p >= '0' && *p <= '9' ? (n < EXPRESSION_REPEATS ? n * 10 + (*p - '0') : n) : 0;
		if (n > largest)
			largest = n;
	}
	return largest;
}

/*
 * Counts multiply where they are nested and add where they are not; taking all as nested refuses some harmless patterns and
 * needs no parser. A brace inside a bracket expression counts as well, for the same reason.
 */
static int check_cost(const char *pattern, struct error *err)
{
	long repeats = 1;
	int groups = 0;

	for (const char *p = pattern; *p; p++) {
		if (*p == '\\') {
			p++;
			if (*p >= '1' && *p <= '9')
				return error_set(err, "back references are not allowed");
			if (!*p)
				return error_set(err, "it ends in a backslash");
		} else if (*p == '{') {
			const long count = largest_count(p + 1);
			repeats *= count > 1 ? count : 1;
			if (repeats > EXPRESSION_REPEATS)
				return error_set(err, "its counts multiply to more than %d", EXPRESSION_REPEATS);
		} else if (*p == '(' && ++groups > EXPRESSION_GROUPS) {
			return error_set(err, "it has more than %d groups", EXPRESSION_GROUPS);
		}
	}
	return 0;
}

static int renew(struct expression *e, struct error *err)
{
	char reason[256];

	if (e->compiled)
		regfree(&e->regex);
	e->texts = 0;
	const int status = regcomp(&e->regex, e->pattern, REG_EXTENDED | REG_NOSUB);
	e->compiled = status == 0;
	if (e->compiled)
		return 0;
	regerror(status, &e->regex, reason, sizeof reason);
	return error_set(err, "%s", reason);
}

struct expression *expression_compile(const char *pattern, struct error *err)
{
	struct expression *e;

	if (strlen(pattern) > EXPRESSION_SIZE) {
		error_set(err, "it is longer than %d bytes", EXPRESSION_SIZE);
		return NULL;
	}
	if (check_cost(pattern, err) < 0)
		return NULL;
	if (!(e = calloc(1, sizeof *e))) {
		error_set(err, "out of memory");
		return NULL;
	}
	memcpy(e->pattern, pattern, strlen(pattern) + 1);
	if (renew(e, err) < 0) {
		expression_free(e);
		return NULL;
	}
	return e;
}

bool expression_matches(struct expression *e, const char *text)
{
	if (e->texts++ >= TEXTS_BEFORE_RENEWAL && renew(e, NULL) < 0)
		return false;
	return e->compiled && regexec(&e->regex, text, 0, NULL, 0) == 0;
}

void expression_free(struct expression *e)
{
	if (!e)
		return;
	if (e->compiled)
		regfree(&e->regex);
	free(e);
}
