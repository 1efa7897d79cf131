/* SPDX-License-Identifier: ISC */
/*
 * page - what a page of the data file looks like: the format of LMDB 0.9 (mdb.c, "struct MDB_page" and what follows)
 *
 * For those who look at pages without LMDB, which would follow what a damaged one says. Numbers are the machine's; all that is known
 * here are machines that are little-endian.
 */
#ifndef INDEX_PAGE_H
#define INDEX_PAGE_H

#include "base/bytes.h"

/* A page: number, 64 bits; pad, flags, end of the node pointers, begin of the nodes, 16 bits each; pointers. */
enum { PAGE_HEAD = 16, PAGE_BRANCH = 1, PAGE_LEAF = 2, PAGE_OVERFLOW = 4, PAGE_META = 8, PAGE_KINDS = 0x2f };

/* A node: low and high half of the value's size, flags, size of the key, 16 bits each; key; value. A branch has its child's number in
 * the first three. */
enum { PAGE_NODE = 8, PAGE_NODE_BIG = 1, PAGE_NODE_TABLE = 2 };

/* A table's record: pad 32 bits, flags and depth 16 each, pages of three kinds, entries, root. */
enum { PAGE_RECORD = 48, PAGE_RECORD_DEPTH = 6, PAGE_RECORD_ROOT = 40, PAGE_MAX_DEPTH = 32 };
#define PAGE_NONE UINT64_MAX

static inline unsigned page_flags(const uint8_t *p)
{
	return le16_get(p + 10);
}

/* The end of the node pointers, and the begin of the nodes. */
static inline size_t page_lower(const uint8_t *p)
{
	return le16_get(p + 12);
}

static inline size_t page_upper(const uint8_t *p)
{
	return le16_get(p + 14);
}

/* Where the pointers of a page of this size end where they should. */
static inline bool page_has_bounds(const uint8_t *p, size_t page_size)
{
	const size_t lower = page_lower(p), upper = page_upper(p);

	return lower >= PAGE_HEAD + 2 && lower <= upper && upper <= page_size && lower % 2 == 0;
}

static inline size_t page_nodes(const uint8_t *p)
{
	return (page_lower(p) - PAGE_HEAD) / 2;
}

static inline size_t page_key_size(const uint8_t *node)
{
	return le16_get(node + 6);
}

/* Of a node of a branch. */
static inline uint64_t page_child(const uint8_t *node)
{
	return le16_get(node) | (uint64_t)le16_get(node + 2) << 16 | (uint64_t)le16_get(node + 4) << 32;
}

/* Of a node of a leaf. */
static inline size_t page_value_size(const uint8_t *node)
{
	return (size_t)le16_get(node) | (size_t)le16_get(node + 2) << 16;
}

static inline unsigned page_node_flags(const uint8_t *node)
{
	return le16_get(node + 4);
}

/* Node i of a page that has bounds: its place, or NULL when it does not lie in it. */
const uint8_t *page_node(const uint8_t *p, size_t page_size, size_t i, bool leaf);

#endif
