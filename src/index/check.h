/* SPDX-License-Identifier: ISC */
/*
 * check - looks at every value, reference and count of an index
 *
 * LMDB follows what a damaged page says, and may end the process by it: the walk is done in a child process, whose sudden end
 * is a finding like others.
 */
#ifndef INDEX_CHECK_H
#define INDEX_CHECK_H

#include "base/error.h"

#include <stdbool.h>

/*
 * Calls complain for every finding ("index 'designs': the vector of picture 7 is damaged ('D0939806/00001')"), in the child: it should
 * write them out at once. *damaged says whether there was any; that the index cannot be opened is one. 0, or -1 when no process can
 * be started.
 */
int check_index(const char *directory, void (*complain)(void *context, const char *text), void *context,
        bool *damaged, struct error *err);

#endif
