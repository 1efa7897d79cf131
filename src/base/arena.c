/* SPDX-License-Identifier: ISC */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 << 10, KEPT = 4 << 20, ALIGNMENT = 16 };

struct arena_block {
	struct arena_block *next;
	size_t room, used;
	max_align_t bytes[];
};

/* The next block that has room for size, a kept one or a new one behind the current. */
static struct arena_block *next_block(struct arena *a, size_t size)
{
	struct arena_block *b = a->current ? a->current->next : a->first;

	if (b && b->room >= size)
		return b;
	const size_t room = size > BLOCK ? size : BLOCK;
	struct arena_block *fresh = malloc(sizeof *fresh + room);
	if (!fresh)
		return NULL;
	*fresh = (struct arena_block){.next = b, .room = room};
	*(a->current ? &a->current->next : &a->first) = fresh;
	return fresh;
}

void *arena_take(struct arena *a, size_t size)
{
	if (size > (size_t)-1 - BLOCK)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > a->limit - a->given)
		return NULL;
	a->given += size;
	if (!a->current || a->current->room - a->current->used < size) {
		struct arena_block *b = next_block(a, size);
		if (!b)
			return NULL;
		a->current = b;
	}
	char *piece = (char *)a->current->bytes + a->current->used;
	a->current->used += size;
	return memset(piece, 0, size);
}

char *arena_copy(struct arena *a, const void *text, size_t size)
{
	char *copy = size < (size_t)-1 ? arena_take(a, size + 1) : NULL;

	if (copy && size)
		memcpy(copy, text, size);
	return copy;
}

void arena_reset(struct arena *a)
{
	size_t kept = 0;

	for (struct arena_block **at = &a->first; *at;) {
		struct arena_block *b = *at;
		b->used = 0;
		kept += b->room;
		if (kept <= KEPT) {
			at = &b->next;
			continue;
		}
		*at = b->next;
		free(b);
	}
	a->current = NULL;
	a->given = 0;
}

void arena_release(struct arena *a)
{
	while (a->first) {
		struct arena_block *b = a->first;
		a->first = b->next;
		free(b);
	}
	a->current = NULL;
	a->given = 0;
}
