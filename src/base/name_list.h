/* SPDX-License-Identifier: ISC */
/*
 * name_list - the names of files in a file, each ended by a NUL, as `find -print0` writes them: for --files0-from
 *
 * Names are read as they come: the list may be a pipe, and longer than memory.
 */
#ifndef BASE_NAME_LIST_H
#define BASE_NAME_LIST_H

#include "base/error.h"

/*
 * Gives each name in the list of this path to `take`, for the time of the call; "-" is stdin. 0, or -1 with the reason: unreadable, a name
 * that is empty or longer than LIMIT_PATH, memory, or "-" in a list that is standard input itself. The last NUL may be missing.
 */
int name_list_read(const char *path, void (*take)(void *context, const char *name), void *context, struct error *err);

#endif
