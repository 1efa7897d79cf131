/* SPDX-License-Identifier: ISC */
/*
 * pages - looks at the pages of the data file themselves, without LMDB, which would follow what a damaged one says
 *
 * The tree of each table is walked from its root in the file (format of LMDB 0.9: mdb.c, "struct MDB_page" and what follows): a page has
 * to have its own number, nodes that lie in it, keys in order and within what its parent says, children in the file that nothing else
 * has. What pages of values hold is not looked at: their checksums are. The pages that are free have to be nobody's.
 */
#ifndef INDEX_PAGES_H
#define INDEX_PAGES_H

#include "index/store.h"

struct pages_report {
	uint64_t found;              /* damages that were told */
	bool everything;             /* the table of tables, or the file itself, is among them */
	bool tables[STORE_TABLES];   /* those with damaged pages */
};

/* Who is told of damage, and what the index is called there. */
struct pages_listener {
	const char *directory;
	void (*complain)(void *context, const char *text);
	void *context;
};

/*
 * Tells of each damaged page and what it holds ("page 277 is damaged: it is no leaf; it has table 'vectors' from key 00000159 on"). 0, or
 * -1 when its root pages are damaged. A file that cannot be opened has none. A snapshot is held meanwhile: writers may go on.
 */
int pages_check(const struct pages_listener *listener, struct pages_report *report, struct error *err);

/* The same of an open file as it was at a generation, which nobody overwrites: 1, or 0 when none of its root pages has it, -1. */
int pages_check_file(int fd, uint64_t generation, const struct pages_listener *listener, struct pages_report *report,
        struct error *err);

#endif
