/* SPDX-License-Identifier: ISC */
/*
 * result - where a program's answers go: standard output, or a file that keeps what it had until they are complete
 *
 * What goes to a file is gathered in a temporary one without a name and copied when it is whole: a run that fails or is
 * killed leaves the file as it was, or leaves none where there was none, and links, permissions and devices stay what they are. That
 * the file can be written is known at once, not after an hour.
 */
#ifndef BASE_RESULT_H
#define BASE_RESULT_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

struct result {
	FILE *file; /* to write to */
	const char *path; /* the caller's; NULL: standard output */
	int target;  /* open; -1: made when the answers are complete */
	bool is_new; /* there was no file */
};

/* path NULL or "-" is standard output. 0, or -1: "cannot open 'x':" with errno. */
int result_open(struct result *r, const char *path, struct error *err);

/* Everything is written, or -1: "cannot write 'x':". */
int result_finish(struct result *r, struct error *err);

#endif
