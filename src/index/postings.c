/* SPDX-License-Identifier: ISC */
#include "index/postings.h"

#include "base/bytes.h"
#include "index/codes.h"
#include "index/layout.h"

#include <stdlib.h>

/* Its blocks (struct posting_block each). */
static int walk(struct store *st, uint32_t list, bool fetch, struct bytes *blocks, struct error *err)
{
	uint8_t key[CODES_KEY];
	struct store_walk w;
	int more = -1;

	if (store_walk_open(st, &w, STORE_CODES, err) < 0)
		return -1;
	code_key_put(key, list, 0);
	w.unchecked = true;
	if (store_walk_seek(&w, key, sizeof key, err) == 0)
		while ((more = store_walk_next(&w, err)) > 0 && w.key.size == CODES_KEY && key_get(w.key.data) == list) {
			const struct posting_block b = {key_get(w.key.data + 4), w.value};
			if (fetch)
				store_fetch(w.value);
			if (bytes_append(blocks, &b, sizeof b) < 0) {
				more = error_set(err, "out of memory");
				break;
			}
		}
	store_walk_close(&w);
	return more < 0 ? -1 : 0;
}

static struct posting_list *make_list(const struct bytes *blocks)
{
	struct posting_list *l = malloc(sizeof *l + blocks->size);

	if (!l)
		return NULL;
	l->checked = false;
	l->count = blocks->size / sizeof *l->blocks;
	if (blocks->size)
		memcpy(l->blocks, blocks->data, blocks->size);
	return l;
}

int postings_open(struct postings *p, uint32_t first, uint32_t count, struct error *err)
{
	if (p->lists && p->refined && p->asked)
		return 0;
	postings_release(p);
	*p = (struct postings){.lists = calloc(count, sizeof *p->lists), .refined = calloc(count, sizeof *p->refined),
	        .asked = calloc(count, sizeof *p->asked), .first = first,
	        .count = count};
	return p->lists && p->refined && p->asked ? 0 : error_set(err, "out of memory");
}

void postings_release(struct postings *p)
{
	for (uint32_t i = 0; p->lists && i < p->count; i++)
		free(p->lists[i]);
	for (uint32_t i = 0; p->refined && i < p->count; i++)
		bytes_release(&p->refined[i]);
	free(p->lists);
	free(p->refined);
	free(p->asked);
	*p = (struct postings){0};
}

struct posting_list *postings_find(struct postings *p, struct store *st, uint32_t list, struct error *err)
{
	struct posting_list **place = &p->lists[list - p->first];
	struct bytes blocks = {0};

	if (*place)
		return *place;
	if (walk(st, list, postings_is_new(p, list), &blocks, err) == 0 && !(*place = make_list(&blocks)))
		error_set(err, "out of memory");
	bytes_release(&blocks);
	return *place;
}

/* The blocks of a list's refinements, in their order. */
static int look_up_refinements(struct store *st, size_t slot, uint32_t list, struct bytes *blocks, struct error *err)
{
	struct store_walk w;
	uint8_t key[CODES_KEY];
	int more;

	if (store_walk_open(st, &w, STORE_REFINEMENTS, err) < 0)
		return -1;
	code_key_put(key, list, 0);
	w.unchecked = true;
	more = store_walk_seek(&w, key, sizeof key, err);
	while (more >= 0 && (more = store_walk_next(&w, err)) > 0 && w.key.size == sizeof key && key_get(w.key.data) == list) {
		const struct refined_block b = {w.value.data, w.value.size / slot, false};
		if (w.value.size % slot || key_get(w.key.data + 4) != blocks->size / sizeof b)
			more = error_set(err, "the refinements of list %u are malformed", (unsigned)list);
		else if (bytes_append(blocks, &b, sizeof b) < 0)
			more = error_set(err, "out of memory");
	}
	store_walk_close(&w);
	return more < 0 ? -1 : 0;
}

int postings_refinements(struct postings *p, struct store *st, size_t slot, uint32_t list, uint32_t number, struct refined_block **block,
        struct error *err)
{
	struct bytes *blocks = &p->refined[list - p->first];

	if (!blocks->size && look_up_refinements(st, slot, list, blocks, err) < 0)
		return -1;
	if (number >= blocks->size / sizeof **block)
		return error_set(err, "the refinements of block %u of list %u are missing", (unsigned)number, (unsigned)list);
	*block = (struct refined_block *)(void *)blocks->data + number;
	return 0;
}

bool postings_is_new(struct postings *p, uint32_t list)
{
	bool *asked = &p->asked[list - p->first], is_new = !*asked;

	*asked = true;
	return is_new;
}
