/* SPDX-License-Identifier: ISC */
/*
 * upgrade - an index of an older version made one of this version
 *
 * It is built anew in a directory inside, from what the old one has, and takes the old one's place by a rename: whoever looks finds the
 * old one or the new one, whole. The writer's lock is held meanwhile; readers can go on until the end, but not beyond it: LMDB's table
 * of readers is not that of the new file.
 */
#ifndef INDEX_UPGRADE_H
#define INDEX_UPGRADE_H

#include "index/writer.h"

enum { UPGRADE_NONE = 0, UPGRADE_DONE = 1, UPGRADE_LOCKED = 2 };

/*
 * Of the options: wait, jobs, numbers. UPGRADE_DONE; UPGRADE_NONE when it is of this version already; UPGRADE_LOCKED when a writer has
 * it after the wait, or a reader at the end; -1. The last two with a text that names the directory.
 */
int upgrade_index(const char *directory, const struct writer_options *options, struct error *err);

#endif
