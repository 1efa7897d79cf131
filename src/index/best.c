/* SPDX-License-Identifier: ISC */
#include "index/best.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 64 };

void best_begin(struct best *b, size_t k)
{
	b->count = b->heap_count = 0;
	b->k = k;
	if (b->place_count)
		memset(b->places, 0, b->place_count * sizeof *b->places);
}

void best_release(struct best *b)
{
	free(b->units);
	free(b->places);
	free(b->heap);
	*b = (struct best){0};
}

float best_least(const struct best *b)
{
	return b->heap_count < b->k ? -INFINITY : b->units[b->heap[0]].score;
}

/* Where the place of a unit is, or would be. */
static size_t place_of(const struct best *b, uint32_t unit)
{
	size_t at = (size_t)(unit * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (b->place_count - 1);

	while (b->places[at] && b->units[b->places[at] - 1].unit != unit)
		at = (at + 1) & (b->place_count - 1);
	return at;
}

struct best_unit *best_find(const struct best *b, uint32_t unit)
{
	const uint32_t place = b->place_count ? b->places[place_of(b, unit)] : 0;

	return place ? &b->units[place - 1] : NULL;
}

/* At most half of the places are taken. */
static int grow(struct best *b)
{
	const size_t capacity = b->capacity ? 2 * b->capacity : FIRST;
	struct best_unit *units = realloc(b->units, capacity * sizeof *units);

	if (!units)
		return -1;
	b->units = units;
	uint32_t *places = calloc(2 * capacity, sizeof *places);
	if (!places)
		return -1;
	free(b->places);
	b->places = places;
	b->place_count = 2 * capacity;
	b->capacity = capacity;
	for (size_t i = 0; i < b->count; i++)
		b->places[place_of(b, b->units[i].unit)] = (uint32_t)i + 1;
	return 0;
}

static int grow_heap(struct best *b)
{
	const size_t room = b->heap_room ? 2 * b->heap_room : FIRST;
	uint32_t *heap = realloc(b->heap, room * sizeof *heap);

	if (!heap)
		return -1;
	b->heap = heap;
	b->heap_room = room;
	return 0;
}

static void set_rank(struct best *b, size_t at, uint32_t i)
{
	b->heap[at] = i;
	b->units[i].rank = (uint32_t)at + 1;
}

/* From a place of the heap down, until no child is worse. */
static void sink(struct best *b, size_t at, uint32_t i)
{
	const float score = b->units[i].score;

	for (size_t child; (child = 2 * at + 1) < b->heap_count; at = child) {
		if (child + 1 < b->heap_count && b->units[b->heap[child + 1]].score < b->units[b->heap[child]].score)
			child++;
		if (b->units[b->heap[child]].score >= score)
			break;
		set_rank(b, at, b->heap[child]);
	}
	set_rank(b, at, i);
}

static void climb(struct best *b, size_t at, uint32_t i)
{
	for (; at && b->units[b->heap[(at - 1) / 2]].score > b->units[i].score; at = (at - 1) / 2)
		set_rank(b, at, b->heap[(at - 1) / 2]);
	set_rank(b, at, i);
}

int best_keep(struct best *b, const struct best_unit *u)
{
	if ((b->count == b->capacity && grow(b) < 0) || (b->heap_count == b->heap_room && grow_heap(b) < 0))
		return -1;
	uint32_t *place = &b->places[place_of(b, u->unit)];
	const uint32_t rank = *place ? b->units[*place - 1].rank : 0;
	if (!*place)
		*place = (uint32_t)++b->count;
	const uint32_t i = *place - 1;
	b->units[i] = *u;
	b->units[i].rank = rank;
	if (rank) {
		sink(b, rank - 1, i);
	} else if (b->heap_count < b->k) {
		climb(b, b->heap_count++, i);
	} else if (u->score > b->units[b->heap[0]].score) {
		b->units[b->heap[0]].rank = 0;
		sink(b, 0, i);
	}
	return 0;
}
