/* SPDX-License-Identifier: ISC */
#include "index/ahead.h"

#include "index/page.h"

#include <stdlib.h>

/* A page that has, or leads to, what a wish is about. */
struct place {
	size_t wish;
	uint64_t page;
};

struct walk {
	struct store_tree tree;
	const struct ahead_wish *wishes;
	struct bytes here, next; /* struct place each: of this level, in order, and of the next */
};

static int by_key(const void *a, const void *b)
{
	const struct ahead_wish *x = a, *y = b;
	const int order = memcmp(x->key, y->key, x->key_size < y->key_size ? x->key_size : y->key_size);

	return order ? order : x->key_size < y->key_size ? -1 : x->key_size > y->key_size;
}

/* Where a node's key stands to a wish: before what it is about, <0, in it, or behind. */
static int stands(const struct ahead_wish *w, const uint8_t *node)
{
	const size_t size = page_key_size(node);
	const int order = memcmp(node + PAGE_NODE, w->key, size < w->key_size ? size : w->key_size);

	return order ? order : size < w->key_size ? -1 : 0;
}

static bool is_in_file(const struct walk *w, uint64_t page)
{
	return page >= 2 && page <= w->tree.last;
}

static const uint8_t *page_at(const struct walk *w, uint64_t page)
{
	return w->tree.base + page * w->tree.page_size;
}

/* The first node that is not before the wish; page_nodes where all are. */
static size_t first_node(const struct walk *w, const struct ahead_wish *wish, const uint8_t *p, bool leaf)
{
	size_t low = leaf ? 0 : 1, high = page_nodes(p); /* the first of a branch has no key */

	while (low < high) {
		const size_t middle = (low + high) / 2;
		const uint8_t *node = page_node(p, w->tree.page_size, middle, leaf);
		if (node && stands(wish, node) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The children that have keys of the wish: that which begins before them, and those that begin with one. */
static int descend(struct walk *w, const struct place *at, const uint8_t *p)
{
	const struct ahead_wish *wish = &w->wishes[at->wish];

	for (size_t i = first_node(w, wish, p, false) - 1; i < page_nodes(p); i++) {
		const uint8_t *node = page_node(p, w->tree.page_size, i, false);
		if (!node || !is_in_file(w, page_child(node)))
			continue;
		if (i && stands(wish, node) > 0)
			break;
		if (bytes_append(&w->next, &(struct place){at->wish, page_child(node)}, sizeof *at) < 0)
			return -1;
	}
	return 0;
}

/* What lies on the leaf has come with it. */
static void fetch_values(const struct walk *w, const struct place *at, const uint8_t *p)
{
	const struct ahead_wish *wish = &w->wishes[at->wish];

	for (size_t i = first_node(w, wish, p, true); i < page_nodes(p); i++) {
		const uint8_t *node = page_node(p, w->tree.page_size, i, true);
		if (!node || stands(wish, node) != 0)
			break;
		const size_t size = page_value_size(node);
		const uint64_t page = page_node_flags(node) & PAGE_NODE_BIG ? le64_get(node + PAGE_NODE + page_key_size(node)) : PAGE_NONE;
		if (!wish->way_only && is_in_file(w, page) && wish->from + wish->size <= size)
			store_fetch((struct store_value){page_at(w, page) + PAGE_HEAD + STORE_CHECKSUM + wish->from,
			        wish->size ? wish->size : size - wish->from});
	}
}

/* The pages of a level come together, in the order of the keys. */
static void fetch_pages(const struct walk *w)
{
	const struct place *places = (const void *)w->here.data;

	for (size_t i = 0; i < w->here.size / sizeof *places; i++)
		if (!i || places[i].page != places[i - 1].page)
			store_fetch((struct store_value){page_at(w, places[i].page), w->tree.page_size});
}

static int walk_level(struct walk *w, bool leaf)
{
	const struct place *places = (const void *)w->here.data;

	fetch_pages(w);
	w->next.size = 0;
	for (size_t i = 0; i < w->here.size / sizeof *places; i++) {
		const uint8_t *p = page_at(w, places[i].page);
		if ((page_flags(p) & PAGE_KINDS) != (leaf ? PAGE_LEAF : PAGE_BRANCH) || !page_has_bounds(p, w->tree.page_size))
			continue;
		if (leaf)
			fetch_values(w, &places[i], p);
		else if (descend(w, &places[i], p) < 0)
			return -1;
	}
	const struct bytes taken = w->here;
	w->here = w->next;
	w->next = taken;
	return 0;
}

void ahead_fetch(struct store *st, enum store_table table, struct ahead_wish *wishes, size_t count)
{
	struct walk w = {.wishes = wishes};
	int status = 0;

	if (!count || !store_tree(st, table, &w.tree) || !is_in_file(&w, w.tree.root))
		return;
	qsort(wishes, count, sizeof *wishes, by_key);
	for (size_t i = 0; status == 0 && i < count; i++)
		status = bytes_append(&w.here, &(struct place){i, w.tree.root}, sizeof(struct place));
	for (unsigned level = 1; status == 0 && level <= w.tree.depth; level++)
		status = walk_level(&w, level == w.tree.depth);
	bytes_release(&w.here);
	bytes_release(&w.next);
}
