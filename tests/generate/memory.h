/* SPDX-License-Identifier: ISC */
/*
 * memory - arrays that grow; a generator that runs out of memory has nothing better to do than to say so and
 * end
 */
#ifndef GENERATE_MEMORY_H
#define GENERATE_MEMORY_H

#include <stddef.h>

/* The block with room for `count` elements of `size` bytes, *capacity adjusted; new elements are not
 * initialised. */
void *memory_grow(void *block, size_t *capacity, size_t count, size_t size);

#endif
