/* SPDX-License-Identifier: ISC */
/*
 * lock - one writer at a time: an advisory lock on the file `writer.lock` in the index
 *
 * It is fcntl's, so it ends with the process however that ends, and works over NFS.
 */
#ifndef INDEX_LOCK_H
#define INDEX_LOCK_H

#include "base/error.h"

#define LOCK_FILE "writer.lock"

enum { LOCK_BUSY = -2 };

/* Takes the lock, trying for so many seconds: a descriptor to close, or -1 with the reason, or LOCK_BUSY. */
int lock_take(const char *directory, int seconds, struct error *err);

#endif
