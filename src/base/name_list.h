/* SPDX-License-Identifier: ISC */
/*
 * name_list - the names of files in a file, each ended by a NUL, as `find -print0` writes them: for --files0-from
 *
 * Names are read as they come: the list may be a pipe, and longer than memory.
 */
#ifndef BASE_NAME_LIST_H
#define BASE_NAME_LIST_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdio.h>

struct name_list {
	FILE *file;
	const char *path; /* the caller's */
	struct bytes name;
};

/* Opens the list of this path; "-" is stdin. 0, or -1 with the reason and nothing to close. */
int name_list_open(struct name_list *l, const char *path, struct error *err);

/*
 * The next name, valid until the next call: 1, 0 at the end, -1: unreadable, a name longer than LIMIT_PATH, memory, or "-" in a
 * list that is standard input itself. The last NUL may be missing.
 */
int name_list_next(struct name_list *l, const char **name, struct error *err);

void name_list_close(struct name_list *l);

#endif
