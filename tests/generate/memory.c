/* SPDX-License-Identifier: ISC */
#include "generate/memory.h"

#include "base/bytes.h"
#include "base/message.h"

#include <stdlib.h>

void *memory_grow(void *block, size_t *capacity, size_t count, size_t size)
{
	size_t larger = *capacity ? *capacity : 64, total;

	if (count <= *capacity)
		return block;
	while (larger < count)
		larger *= 2;
	if (!size_mul(larger, size, &total) || !(block = realloc(block, total)))
		die("out of memory");
	*capacity = larger;
	return block;
}
