/* SPDX-License-Identifier: ISC */
#include "index/pages.h"

#include "base/limits.h"
#include "index/page.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A root page: magic and version 32 bits; address; size of the map; records of the free pages and of the tables; last page; transaction. */
enum { META_PAGE_SIZE = PAGE_HEAD + 24, META_FREE = PAGE_HEAD + 24, META_MAIN = META_FREE + PAGE_RECORD, META_LAST = META_MAIN + PAGE_RECORD,
	META_TRANSACTION = META_LAST + 8, META_END = META_TRANSACTION + 8 };
enum { MAGIC = 0xbeefc0de, MIN_PAGE = 512, MAX_PAGE = 32768, MAX_UNWRITTEN = 1 << 20 };

/* Keys that lie below a page: from one on, to before another; NULL: no bound. */
struct range {
	const uint8_t *from, *to;
	size_t from_size, to_size;
};

/* The walk of a table: what it is called, and what its values mean. */
enum meaning { OF_VALUES, OF_TABLES, OF_FREE_PAGES };

struct walk {
	int fd;
	size_t page_size;
	uint64_t last; /* page */
	uint8_t *used; /* a bit for each page that is some table's */
	struct bytes free;  /* numbers of free pages, 64 bits each */
	int table;     /* -1: those of LMDB itself */
	enum meaning meaning;
	uint8_t *pages[PAGE_MAX_DEPTH]; /* one for each level */
	const struct pages_listener *listener;
	struct pages_report *report;
};

static void put_key(char *to, size_t size, const uint8_t *key, size_t key_size)
{
	to[0] = 0;
	for (size_t i = 0; i < key_size && i < 16 && 2 * i + 3 < size; i++)
		snprintf(to + 2 * i, 3, "%02x", key[i]);
}

#ifdef __GNUC__
__attribute__((format(printf, 4, 5)))
#endif
static void finding(struct walk *w, uint64_t page, const struct range *r, const char *format, ...)
{
	char text[LIMIT_PATH + 512], why[128], from[40], to[40];
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, sizeof why, format, ap);
	va_end(ap);
	put_key(from, sizeof from, r->from, r->from ? r->from_size : 0);
	put_key(to, sizeof to, r->to, r->to ? r->to_size : 0);
	snprintf(text, sizeof text, "index '%s': page %llu is damaged: %s; it has %s%s%s%s%s%s%s", w->listener->directory,
	        (unsigned long long)page, why,
	        w->table >= 0 ? "table '" : w->meaning == OF_FREE_PAGES ? "the free pages" : "the names of the tables",
	        w->table >= 0 ? store_table_names[w->table] : "", w->table >= 0 ? "'" : "", r->from ? " from key " : "", from,
	        r->to ? " to before " : "", to);
	w->listener->complain(w->listener->context, text);
	w->report->found++;
	if (w->table >= 0)
		w->report->tables[w->table] = true;
	else if (w->meaning == OF_TABLES)
		w->report->everything = true;
}

/* Marks a page as in use: false when it is beyond the end, or was met before. */
static bool take_page(struct walk *w, uint64_t page)
{
	if (page < 2 || page > w->last || (w->used[page / 8] >> page % 8 & 1))
		return false;
	w->used[page / 8] |= (uint8_t)(1 << page % 8);
	return true;
}

static bool read_page(const struct walk *w, uint64_t page, uint8_t *to)
{
	return pread(w->fd, to, w->page_size, (off_t)(page * w->page_size)) == (ssize_t)w->page_size;
}

/* Free pages are kept by transaction, a number of the machine. */
static int compare_keys(const struct walk *w, const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	if (w->meaning == OF_FREE_PAGES && a_size == 8 && b_size == 8) {
		const uint64_t x = le64_get(a), y = le64_get(b);
		return x < y ? -1 : x > y;
	}
	const int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
	return order ? order : a_size < b_size ? -1 : a_size > b_size;
}

/*
 * A value on pages of its own, from this one on: as many as it needs, or more, which it keeps when it is made shorter in the transaction
 * that has written it.
 */
static const char *check_overflow(struct walk *w, uint64_t page, uint64_t size)
{
	const uint64_t needed = (PAGE_HEAD - 1 + size) / w->page_size + 1;
	uint8_t head[PAGE_HEAD];

	if (page < 2 || page > w->last)
		return "a value lies beyond the end";
	if (pread(w->fd, head, sizeof head, (off_t)(page * w->page_size)) != (ssize_t)sizeof head || le64_get(head) != page ||
	        (page_flags(head) & PAGE_KINDS) != PAGE_OVERFLOW || le32_get(head + 12) < needed ||
	        le32_get(head + 12) > w->last - page + 1)
		return "the head of a value's pages is another";
	for (uint64_t i = 0; i < le32_get(head + 12); i++)
		if (!take_page(w, page + i))
			return "a value lies on pages that are not its own";
	return NULL;
}

static void walk_table(struct walk *w, const uint8_t *record, int table, enum meaning meaning);

/* The value of a leaf's node. NULL, or what is wrong. */
static const char *check_value(struct walk *w, const uint8_t *key, size_t key_size, int flags, const uint8_t *value, uint64_t size)
{
	if (flags & PAGE_NODE_BIG) {
		const char *wrong = check_overflow(w, le64_get(value), size);
		uint8_t *pages;
		if (wrong || w->meaning != OF_FREE_PAGES)
			return wrong;
		/* a long list of free pages */
		if (size > w->last * 8 + 8 || !(pages = malloc((size_t)size)))
			return "a list of free pages is too long";
		if (pread(w->fd, pages, (size_t)size, (off_t)(le64_get(value) * w->page_size + PAGE_HEAD)) == (ssize_t)size)
			wrong = check_value(w, key, key_size, 0, pages, size);
		free(pages);
		return wrong;
	}
	if (w->meaning == OF_FREE_PAGES) {
		if (size < 8 || le64_get(value) != size / 8 - 1)
			return "a list of free pages is malformed";
		return bytes_append(&w->free, value + 8, (size_t)size - 8) < 0 ? "out of memory" : NULL;
	}
	if (w->meaning == OF_TABLES) {
		int table = 0;
		if (!(flags & PAGE_NODE_TABLE) || size != PAGE_RECORD)
			return "a table has no record";
		while (table < STORE_TABLES && (strlen(store_table_names[table]) != key_size ||
		        memcmp(store_table_names[table], key, key_size) != 0))
			table++;
		if (table == STORE_TABLES)
			return NULL;
		walk_table(w, value, table, OF_VALUES);
	}
	return NULL;
}

static void walk_page(struct walk *w, uint64_t page, int level, int depth, const struct range *r);

/* What is wrong with the page as such; NULL: nothing. */
static const char *check_page(const struct walk *w, const uint8_t *p, uint64_t page, bool leaf, const struct range *r)
{
	const uint8_t *before = r->from;
	size_t before_size = r->from_size;

	if (le64_get(p) != page)
		return "it has the number of another";
	if ((page_flags(p) & PAGE_KINDS) != (leaf ? PAGE_LEAF : PAGE_BRANCH))
		return leaf ? "it is no leaf" : "it is no branch";
	if (!page_has_bounds(p, w->page_size))
		return "its bounds are wrong";
	for (size_t i = 0; i < page_nodes(p); i++) {
		const uint8_t *node = page_node(p, w->page_size, i, leaf);
		if (!node)
			return "an entry does not lie in it";
		const size_t size = page_key_size(node);
		if (!leaf && i == 0) /* it begins where the page begins, and has no key */
			continue;
		/* the first may be the bound itself */
		const int order = before ? compare_keys(w, before, before_size, node + PAGE_NODE, size) : -1;
		if (order > 0 || (order == 0 && before != r->from) ||
		        (r->to && compare_keys(w, node + PAGE_NODE, size, r->to, r->to_size) >= 0))
			return "its keys are out of order";
		before = node + PAGE_NODE;
		before_size = size;
	}
	return NULL;
}

static void walk_branch(struct walk *w, const uint8_t *p, int level, int depth, const struct range *r)
{
	const size_t count = page_nodes(p);
	struct range child = *r;

	for (size_t i = 0; i < count; i++) {
		const uint8_t *node = page_node(p, w->page_size, i, false);
		const uint8_t *next = i + 1 < count ? page_node(p, w->page_size, i + 1, false) : NULL;
		if (i) {
			child.from = node + PAGE_NODE;
			child.from_size = page_key_size(node);
		}
		child.to = next ? next + PAGE_NODE : r->to;
		child.to_size = next ? page_key_size(next) : r->to_size;
		walk_page(w, page_child(node), level + 1, depth, &child);
	}
}

static void walk_leaf(struct walk *w, const uint8_t *p, uint64_t page, const struct range *r)
{
	for (size_t i = 0; i < page_nodes(p); i++) {
		const uint8_t *node = page_node(p, w->page_size, i, true);
		const size_t key = page_key_size(node);
		const char *wrong = check_value(w, node + PAGE_NODE, key, (int)page_node_flags(node), node + PAGE_NODE + key,
		        page_value_size(node));
		struct range one = {node + PAGE_NODE, i + 1 < page_nodes(p) ? NULL : r->to, key, r->to_size};
		if (wrong)
			finding(w, page, &one, "%s", wrong);
	}
}

static void walk_page(struct walk *w, uint64_t page, int level, int depth, const struct range *r)
{
	const bool leaf = level + 1 == depth;

	if (!take_page(w, page)) {
		finding(w, page, r, "its place is beyond the end, or another's");
		return;
	}
	if (!w->pages[level] && !(w->pages[level] = malloc(w->page_size))) {
		finding(w, page, r, "out of memory");
		return;
	}
	uint8_t *p = w->pages[level];
	if (!read_page(w, page, p)) {
		finding(w, page, r, "it cannot be read");
		return;
	}
	const char *wrong = check_page(w, p, page, leaf, r);
	if (wrong)
		finding(w, page, r, "%s", wrong);
	else if (leaf)
		walk_leaf(w, p, page, r);
	else
		walk_branch(w, p, level, depth, r);
}

/* The pages of a table, by its record. The levels of the one that is walked already are kept. */
static void walk_table(struct walk *w, const uint8_t *record, int table, enum meaning meaning)
{
	const struct range all = {0};
	struct walk inner = *w;
	const int depth = le16_get(record + PAGE_RECORD_DEPTH);
	const uint64_t root = le64_get(record + PAGE_RECORD_ROOT);

	inner.table = table;
	inner.meaning = meaning;
	memset(inner.pages, 0, sizeof inner.pages);
	if (root == PAGE_NONE)
		return;
	if (depth < 1 || depth > PAGE_MAX_DEPTH)
		finding(&inner, root, &all, "its table is too deep");
	else
		walk_page(&inner, root, 0, depth, &all);
	w->free = inner.free;
	for (int i = 0; i < PAGE_MAX_DEPTH; i++)
		free(inner.pages[i]);
}

static void check_free_pages(struct walk *w)
{
	const struct range all = {0};
	uint64_t wrong = 0;

	w->table = -1;
	w->meaning = OF_FREE_PAGES;
	for (size_t i = 0; i + 8 <= w->free.size; i += 8)
		wrong += !take_page(w, le64_get(w->free.data + i));
	if (wrong)
		finding(w, 0, &all, "%llu pages are said to be free that are not", (unsigned long long)wrong);
}

/* The root page of this generation: 1, or 0 when no root page has it. */
static int find_root(struct walk *w, uint64_t generation, uint8_t *root)
{
	for (int i = 0; i < 2; i++) {
		/* the second lies a page behind the first */
		if (pread(w->fd, root, META_END, (off_t)((uint64_t)i * w->page_size)) != META_END)
			return 0;
		w->page_size = le32_get(root + META_PAGE_SIZE);
		if (w->page_size < MIN_PAGE || w->page_size > MAX_PAGE || le32_get(root + PAGE_HEAD) != MAGIC || !(page_flags(root) & PAGE_META))
			return 0;
		if (le64_get(root + META_TRANSACTION) == generation)
			return 1;
	}
	return 0;
}

static int walk_file(struct walk *w, const uint8_t *root, struct error *err)
{
	const off_t end = lseek(w->fd, 0, SEEK_END);

	/* pages at the end that were taken and freed in one transaction were never written */
	w->last = le64_get(root + META_LAST);
	if (end < 0 || w->last > (uint64_t)end / w->page_size + MAX_UNWRITTEN)
		return error_set(err, "the data file is cut short");
	w->used = calloc((size_t)(w->last / 8) + 1, 1);
	if (!w->used)
		return error_set(err, "out of memory");
	walk_table(w, root + META_FREE, -1, OF_FREE_PAGES);
	walk_table(w, root + META_MAIN, -1, OF_TABLES);
	check_free_pages(w);
	free(w->used);
	bytes_release(&w->free);
	return 0;
}

int pages_check_file(int fd, uint64_t generation, const struct pages_listener *listener, struct pages_report *report, struct error *err)
{
	struct walk w = {.fd = fd, .listener = listener, .report = report};
	uint8_t root[META_END];

	*report = (struct pages_report){0};
	if (!find_root(&w, generation, root))
		return 0;
	return walk_file(&w, root, err) < 0 ? -1 : 1;
}

int pages_check(const struct pages_listener *listener, struct pages_report *report, struct error *err)
{
	enum { TRIES = 20 };
	const char *directory = listener->directory;
	char path[LIMIT_PATH + 16];
	int status = 0;

	*report = (struct pages_report){0};
	snprintf(path, sizeof path, "%s/data.mdb", directory);
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) /* who opens the index says why */
		return 0;
	/* a writer may commit twice before the root page is read, and so overwrite it */
	for (int i = 0; i < TRIES && status == 0; i++) {
		struct store *st = store_hold(directory, err);
		if (!st) {
			close(fd);
			return error_within(err, "cannot open index '%s'", directory);
		}
		status = pages_check_file(fd, store_generation(st), listener, report, err);
		if (status >= 0 && store_finish(st, err) < 0)
			status = error_within(err, "index '%s'", directory);
		store_close(st);
	}
	close(fd);
	return status < 0 ? -1 : status ? 0 : error_set(err, "cannot open index '%s': its root pages are damaged", directory);
}
