/* SPDX-License-Identifier: ISC */
/*
 * store - checked values under keys in a few tables: a thin layer over LMDB, and the only one that knows it
 *
 * Each value carries a CRC-32C of its key and its bytes, because LMDB checks nothing: a damaged value, or one under a wrong
 * key, is reported and never used. One transaction at a time: a reading one is a snapshot, a writing one is on disk
 * (fdatasync) when store_commit returns, or leaves no trace. Tables are ordered by key (memcmp).
 *
 * The data file maps into memory and grows by need, without a limit set beforehand: when a write finds the map full, it fails and
 * store_is_full says so; abort, store_grow, and do the whole transaction again.
 */
#ifndef INDEX_STORE_H
#define INDEX_STORE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The order is that of ornament-index(5); the numbers are nowhere on disk, the names are. */
enum store_table {
	STORE_META,
	STORE_PATENTS,
	STORE_RECORDS,
	STORE_COLUMNS,
	STORE_DOCUMENTS,
	STORE_PICTURES,
	STORE_PLACES,
	STORE_VECTORS,
	STORE_CODES,
	STORE_REFINEMENTS,
	STORE_THUMBNAILS,
	STORE_LISTS,
	STORE_GROUPS,
	STORE_FREE,
	STORE_ARCHIVES,
	STORE_TABLES,
};

extern const char *const store_table_names[STORE_TABLES];

struct store_value {
	const uint8_t *data; /* in the map: in a snapshot until its end, in a writing transaction until the next change */
	size_t size;
};

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

/*
 * Opens the environment in a directory that exists. STORE_WRITE makes the tables where nothing is there yet; the caller holds
 * the writer's lock. Where something is there, tables that this version knows and that one does not are left out: to look at its
 * format comes first. STORE_READ without the right to write in the directory (read-only media), or on a network file system, reads
 * without a place in LMDB's table of readers, so that a writer may reuse what it reads: store_finish tells. NULL with the reason.
 */
struct store *store_open(const char *directory, enum store_mode mode, struct error *err);

/* A snapshot of which nothing is read yet but its root page: for store_generation, while others look at the file. NULL with the reason. */
struct store *store_hold(const char *directory, struct error *err);

/*
 * A snapshot of what is committed in an environment that is open, for a thread of its own; while it is open its environment writes
 * nothing, and stays open. NULL with the reason.
 */
struct store *store_share(struct store *st, struct error *err);

void store_close(struct store *st); /* ends an open transaction without effect; NULL is allowed */

int store_begin(struct store *st, struct error *err);
int store_commit(struct store *st, struct error *err);
void store_abort(struct store *st);

/*
 * After the last read of a snapshot: whether all that was read in it was of one generation. Always so but without a place in the
 * table of readers, when somebody has committed meanwhile; then -1 with the reason.
 */
int store_finish(struct store *st, struct error *err);

/* Of the open transaction: a number that grows with every commit that changed something. */
uint64_t store_generation(const struct store *st);
uint64_t store_bytes(const struct store *st); /* of the data file that are in use */

/* Another process that reads, the one with the oldest generation; those that have ended without a word are forgotten. 1, 0, -1. */
struct store_reader {
	long process;
	uint64_t generation;
};
int store_oldest_reader(struct store *st, struct store_reader *oldest, struct error *err);

/*
 * Pages that commits have given up are used again when no reader can see them any more. Bytes that are kept for that reader, and bytes
 * in use without what waits to be used again, as of the last commit. 0/-1.
 */
int store_kept(struct store *st, const struct store_reader *reader, uint64_t *kept, uint64_t *used, struct error *err);

bool store_is_full(const struct store *st);
int store_grow(struct store *st, struct error *err); /* outside a transaction */

/* 1, or 0 when the key is not there, or -1: damage. */
int store_get(struct store *st, enum store_table table, const void *key, size_t key_size, struct store_value *value,
        struct error *err);

/* As store_get, unchecked: for values whose parts have checksums of their own. */
int store_peek(struct store *st, enum store_table table, const void *key, size_t key_size, struct store_value *value,
        struct error *err);

/*
 * Has a value, or a part of one, read from the disk that will be looked at soon. The kernel reads nothing ahead by itself for a store
 * that is only read: a search looks here and there, and a fault would bring megabytes. Walks fetch what follows.
 */
void store_fetch(struct store_value value);

/*
 * Where the pages of a table lie in the map, for index/ahead.h: false in a transaction that writes, whose pages lie elsewhere, and where
 * the table is empty. A value begins behind its checksum.
 */
enum { STORE_CHECKSUM = 4 };
struct store_tree {
	const uint8_t *base; /* page 0 */
	size_t page_size;
	uint64_t root, last; /* pages; the last of the file */
	unsigned depth;
};
bool store_tree(struct store *st, enum store_table table, struct store_tree *tree);

/* Whether a value that came unchecked is whole: 0/-1. */
int store_check(enum store_table table, const void *key, size_t key_size, struct store_value value, struct error *err);

/* The last entry before a key, which need not be there: 1, 0, -1. */
int store_before(struct store *st, enum store_table table, const void *key, size_t key_size, struct store_value *found,
        struct store_value *value, struct error *err);

/* Sets or replaces; value may be NULL when size is 0. */
int store_put(struct store *st, enum store_table table, const void *key, size_t key_size, const void *value, size_t size,
        struct error *err);

/* 1, or 0 when the key was not there, or -1. */
int store_delete(struct store *st, enum store_table table, const void *key, size_t key_size, struct error *err);

/* Entries in a table. */
int store_count(struct store *st, enum store_table table, uint64_t *count, struct error *err);

/*
 * A walk over a table in key order. Seek goes before the first key that is not less than the given one; next yields 1 with
 * key and value, 0 at the end, -1 on damage, after which it can go on unless it is
 * broken. The table must not be changed under a walk.
 */
struct store_walk {
	struct store *store;
	void *cursor;
	enum store_table table;
	bool placed; /* the cursor is at the value that comes next */
	bool unchecked; /* values are not summed and not fetched ahead; the caller sets it */
	bool unsummed;  /* values are not summed: store_check is left to the caller, who sets it */
	const uint8_t *last, *fetched; /* the last value, and the end of what was fetched */
	size_t window;                 /* bytes fetched at a time */
	bool broken; /* after -1: the tree itself is damaged, the walk cannot go on */
	struct store_value key, value;
};

int store_walk_open(struct store *st, struct store_walk *w, enum store_table table, struct error *err);
int store_walk_seek(struct store_walk *w, const void *key, size_t key_size, struct error *err);
int store_walk_next(struct store_walk *w, struct error *err);
void store_walk_close(struct store_walk *w); /* before the transaction ends */

#endif
