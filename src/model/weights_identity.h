/* SPDX-License-Identifier: ISC */
/*
 * weights_identity - the identity of large weights, computed once for each file
 *
 * The SHA-256 of gigabytes takes seconds at every start. It is remembered in the user's cache directory ($XDG_CACHE_HOME/ornament or
 * ~/.cache/ornament), in a file named after device, inode, size and time of change of the weights. A cache that cannot be read or
 * written is no failure; small files are not worth it.
 */
#ifndef MODEL_WEIGHTS_IDENTITY_H
#define MODEL_WEIGHTS_IDENTITY_H

#include "foreign/safetensors.h"

/* As tensors_identity of all that is used of `file`, or what is remembered of it. Sorts the list. 0/-1. */
int weights_identity(const struct safetensors *file, struct canonical_tensor *list, size_t count, char text[SHA256_TEXT],
        struct error *err);

#endif
