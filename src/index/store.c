/* SPDX-License-Identifier: ISC */
/*
 * LMDB's durability is left as it is: a commit writes the changed pages to free places of the file, syncs, then writes one of two
 * alternating root pages, opened with O_DSYNC. A process killed at any instruction leaves the older root valid. MDB_WRITEMAP is not
 * used: a stray pointer could then write into the file, and a full disk would be a SIGBUS instead of an error.
 *
 * Pages are read ahead where a walk says so (fetch_ahead) and nowhere else, by the writer, too: it looks here and there, and where the
 * page cache is short what the kernel brings with each page, up to megabytes, puts out what is needed next.
 */
#include "index/store.h"

#include "base/bytes.h"
#include "base/file_system.h"
#include "index/page.h"
#include "math/crc32c.h"

#include <lmdb.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* A map is address space, not memory; small at first, so that growing is nothing rare. */
enum { FIRST_MAP = 16 << 20, MAX_READERS = 1024, CRC = STORE_CHECKSUM };

const char *const store_table_names[STORE_TABLES] = {"meta", "patents", "records", "columns", "documents", "pictures",
        "places", "vectors", "codes", "refinements", "thumbnails", "lists", "groups", "free", "archives"};

#define NO_TABLE ((MDB_dbi)-1)

struct store {
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi tables[STORE_TABLES], main;
	enum store_mode mode;
	bool full;
	bool shared; /* the environment is another's */
	bool unseen; /* reads without a place in the table of readers */
	size_t page_size;
	const uint8_t *base; /* of the map, as the first page that a snapshot reads from says; NULL: none yet */
};

static int fail(struct store *st, struct error *err, const char *what, int code)
{
	if (code == MDB_MAP_FULL)
		st->full = true;
	/* LMDB makes EIO of a write that ends early, and would fill a file that is empty, also one that was opened to be read */
	return error_set(err, "%s: %s", what, code == MDB_INVALID || code == EBADF ? "it is no index"
	        : code == EIO ? "the disk is full, or fails" : mdb_strerror(code));
}

/*
 * Whether LMDB can keep its reader table beside the data. On a network file system it is left alone: of what is mapped there each machine
 * sees its own, and a lock in it that another machine's process has left behind would be waited for without end.
 */
static bool can_lock(const char *directory)
{
	char path[4096];

	if (file_system_network_of(directory))
		return false;
	if (snprintf(path, sizeof path, "%s/lock.mdb", directory) >= (int)sizeof path)
		return true;
	const int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || (errno == ENOENT && access(directory, W_OK) == 0);
}

/* Where none is there yet a writer makes them all; LMDB refuses what is done to NO_TABLE. */
static int open_tables(struct store *st, struct error *err)
{
	unsigned flags = 0;

	if (store_begin(st, err) < 0)
		return -1;
	for (int t = 0; t < STORE_TABLES; t++) {
		int code = mdb_dbi_open(st->txn, store_table_names[t], flags, &st->tables[t]);
		if (code == MDB_NOTFOUND && t == STORE_META && st->mode == STORE_WRITE) {
			flags = MDB_CREATE;
			code = mdb_dbi_open(st->txn, store_table_names[t], flags, &st->tables[t]);
		}
		if (code == MDB_NOTFOUND && t == STORE_META)
			return error_set(err, "it is no index");
		if (code == MDB_NOTFOUND) { /* of another version, then */
			st->tables[t] = NO_TABLE;
			code = 0;
		}
		if (code)
			return fail(st, err, "cannot open its tables", code);
	}
	const int code = mdb_dbi_open(st->txn, NULL, 0, &st->main);
	if (code)
		return fail(st, err, "cannot open its tables", code);
	/* a commit also where nothing was written: an abort would close the tables again */
	return store_commit(st, err);
}

/* An LMDB environment of somebody else is left alone: it holds a table that is none of ours. */
static int refuse_strangers(struct store *st, struct error *err)
{
	MDB_cursor *cursor;
	MDB_dbi main_table;
	MDB_val key, value;
	int code, strange = 0;

	if (store_begin(st, err) < 0)
		return -1;
	code = mdb_dbi_open(st->txn, NULL, 0, &main_table);
	if (!code)
		code = mdb_cursor_open(st->txn, main_table, &cursor);
	if (code) {
		store_abort(st);
		return fail(st, err, "cannot read its tables", code);
	}
	while (!strange && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		strange = 1;
		for (int t = 0; t < STORE_TABLES; t++)
			if (key.mv_size == strlen(store_table_names[t]) &&
			        memcmp(key.mv_data, store_table_names[t], key.mv_size) == 0)
				strange = 0;
	}
	mdb_cursor_close(cursor);
	store_abort(st);
	return strange ? error_set(err, "it is the database of another program, no index") : 0;
}

static struct store *open_environment(const char *directory, enum store_mode mode, struct error *err)
{
	struct store *st = calloc(1, sizeof *st);
	unsigned flags = MDB_NOTLS | MDB_NORDAHEAD;
	MDB_stat page;
	int code;

	if (!st) {
		error_set(err, "out of memory");
		return NULL;
	}
	st->mode = mode;
	st->unseen = mode == STORE_READ && !can_lock(directory);
	if (mode == STORE_READ)
		flags |= MDB_RDONLY | (st->unseen ? MDB_NOLOCK : 0);
	code = mdb_env_create(&st->env);
	if (!code)
		code = mdb_env_set_maxdbs(st->env, STORE_TABLES);
	if (!code)
		code = mdb_env_set_maxreaders(st->env, MAX_READERS);
	if (!code && mode == STORE_WRITE)
		code = mdb_env_set_mapsize(st->env, FIRST_MAP);
	if (!code)
		code = mdb_env_open(st->env, directory, flags, 0666);
	if (!code)
		code = mdb_env_stat(st->env, &page);
	if (code) {
		fail(st, err, "cannot open its data", code);
		store_close(st);
		return NULL;
	}
	if (page.ms_psize <= (unsigned long)sysconf(_SC_PAGESIZE)) /* else the map begins anywhere */
		st->page_size = page.ms_psize;
	return st;
}

struct store *store_open(const char *directory, enum store_mode mode, struct error *err)
{
	struct store *st = open_environment(directory, mode, err);
	int dead;

	if (!st)
		return NULL;
	if (mode == STORE_WRITE)
		mdb_reader_check(st->env, &dead);
	if (refuse_strangers(st, err) < 0 || open_tables(st, err) < 0) {
		store_close(st);
		return NULL;
	}
	return st;
}

struct store *store_hold(const char *directory, struct error *err)
{
	struct store *st = open_environment(directory, STORE_READ, err);

	if (st && store_begin(st, err) < 0) {
		store_close(st);
		return NULL;
	}
	return st;
}

struct store *store_share(struct store *st, struct error *err)
{
	struct store *share = malloc(sizeof *share);

	if (!share) {
		error_set(err, "out of memory");
		return NULL;
	}
	*share = *st;
	share->mode = STORE_READ;
	share->shared = true;
	share->txn = NULL;
	if (store_begin(share, err) == 0)
		return share;
	store_close(share);
	return NULL;
}

void store_close(struct store *st)
{
	if (!st)
		return;
	store_abort(st);
	if (st->env && !st->shared)
		mdb_env_close(st->env);
	free(st);
}

int store_begin(struct store *st, struct error *err)
{
	const unsigned flags = st->mode == STORE_READ ? MDB_RDONLY : 0;
	int code = mdb_txn_begin(st->env, NULL, flags, &st->txn);

	if (code == MDB_MAP_RESIZED) { /* another process has grown it */
		mdb_env_set_mapsize(st->env, 0);
		code = mdb_txn_begin(st->env, NULL, flags, &st->txn);
	}
	st->full = false;
	st->base = NULL;
	return code ? fail(st, err, "cannot begin a transaction", code) : 0;
}

int store_commit(struct store *st, struct error *err)
{
	const int code = mdb_txn_commit(st->txn);

	st->txn = NULL;
	return code ? fail(st, err, "cannot write", code) : 0;
}

void store_abort(struct store *st)
{
	if (st->txn)
		mdb_txn_abort(st->txn);
	st->txn = NULL;
}

uint64_t store_generation(const struct store *st)
{
	return mdb_txn_id(st->txn);
}

/*
 * What the first commit after a snapshot gives up is written over by the third (LMDB's mdb_find_oldest), which begins when the second is
 * done: one may have come, not two. The map shows the newest root page; on a network file system once the file is opened anew, which
 * asks the server what has become of it.
 */
int store_finish(struct store *st, struct error *err)
{
	char path[4096];
	const char *directory;
	MDB_envinfo info;

	if (!st->unseen)
		return 0;
	if (mdb_env_get_path(st->env, &directory) == 0 &&
	        snprintf(path, sizeof path, "%s/data.mdb", directory) < (int)sizeof path) {
		const int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			close(fd);
	}
	mdb_env_info(st->env, &info);
	if (info.me_last_txnid <= store_generation(st) + 1)
		return 0;
	return error_set(err, "it was written while it was read, by a writer that does not see who reads here: try again");
}

uint64_t store_bytes(const struct store *st)
{
	MDB_envinfo info;
	MDB_stat page;

	mdb_env_info(st->env, &info);
	mdb_env_stat(st->env, &page);
	return ((uint64_t)info.me_last_pgno + 1) * page.ms_psize;
}

/* LMDB tells its readers as lines: process, thread, transaction or '-'. */
static int note_reader(const char *line, void *context)
{
	struct store_reader *oldest = context, r;
	char *rest;

	r.process = strtol(line, &rest, 10);
	if (rest == line || r.process == (long)getpid())
		return 0;
	strtoull(rest, &rest, 16);
	while (*rest == ' ')
		rest++;
	r.generation = *rest == '-' ? UINT64_MAX : strtoull(rest, NULL, 10);
	if (!oldest->process || r.generation < oldest->generation)
		*oldest = r;
	return 0;
}

int store_oldest_reader(struct store *st, struct store_reader *oldest, struct error *err)
{
	int dead;

	*oldest = (struct store_reader){0};
	int code = mdb_reader_check(st->env, &dead);
	if (!code)
		code = mdb_reader_list(st->env, note_reader, oldest) < 0;
	return code ? fail(st, err, "cannot look for readers", code) : oldest->process != 0;
}

/* LMDB's own table 0: under the number of a transaction, the pages that it gave up, their count first. */
int store_kept(struct store *st, const struct store_reader *reader, uint64_t *kept, uint64_t *used, struct error *err)
{
	MDB_val key, pages;
	MDB_cursor *cursor = NULL;
	MDB_stat stat;
	MDB_txn *txn = NULL;
	size_t transaction, count;
	uint64_t all = 0, held = 0;
	int code = mdb_txn_begin(st->env, NULL, MDB_RDONLY, &txn);

	/* LMDB shows that table to readers only */
	if (!code)
		code = mdb_cursor_open(txn, 0, &cursor);
	while (!code && (code = mdb_cursor_get(cursor, &key, &pages, MDB_NEXT)) == 0) {
		memcpy(&transaction, key.mv_data, sizeof transaction);
		memcpy(&count, pages.mv_data, sizeof count);
		all += count;
		held += transaction >= reader->generation ? count : 0;
	}
	if (code == MDB_NOTFOUND)
		code = mdb_env_stat(st->env, &stat);
	if (cursor)
		mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	if (code)
		return fail(st, err, "cannot read its free pages", code);
	*kept = held * stat.ms_psize;
	*used = store_bytes(st) - all * stat.ms_psize;
	return 0;
}

bool store_is_full(const struct store *st)
{
	return st->full;
}

int store_grow(struct store *st, struct error *err)
{
	MDB_envinfo info;

	mdb_env_info(st->env, &info);
	if (info.me_mapsize > SIZE_MAX / 2)
		return error_set(err, "it cannot grow any further");
	const int code = mdb_env_set_mapsize(st->env, info.me_mapsize * 2);
	return code ? fail(st, err, "cannot grow", code) : 0;
}

static MDB_val as_val(const void *data, size_t size)
{
	/* LMDB does not write through the pointers that it is given */
	union {
		const void *in;
		void *out;
	} p = {.in = data};

	return (MDB_val){size, p.out};
}

static uint32_t checksum(MDB_val key, const void *data, size_t size)
{
	return crc32c(crc32c(0, key.mv_data, key.mv_size), data, size);
}

static int damaged(enum store_table table, MDB_val key, struct error *err)
{
	char hex[33] = "";
	const uint8_t *p = key.mv_data;

	for (size_t i = 0; i < key.mv_size && i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", p[i]);
	return error_set(err, "the value of key %s in table '%s' is damaged", hex, store_table_names[table]);
}

/*
 * Whether a key or a value lies on a page that has the number of its place. Another page of the file, written there by mistake, is whole
 * in itself, and only the keys that stood there before would seem to be missing. Asked of snapshots, which lie in the map.
 */
static bool is_in_place(struct store *st, MDB_val part)
{
	if (st->mode != STORE_READ || !st->page_size)
		return true;
	const uint8_t *page = (const uint8_t *)part.mv_data - (uintptr_t)part.mv_data % st->page_size;
	const uint8_t *base = page - le64_get(page) * st->page_size;
	if (!st->base)
		st->base = base;
	return st->base == base;
}

/*
 * Cuts the checksum off a value: 1, or -1. The head of pages that one value has of its own is not read with it: who looks at a part of
 * such a value may not need them, and its checksums cover whose it is.
 */
static int cut(struct store *st, enum store_table table, MDB_val key, MDB_val raw, struct store_value *value, struct error *err)
{
	const bool alone = st->page_size && (uintptr_t)raw.mv_data % st->page_size == PAGE_HEAD;

	if (raw.mv_size < CRC || (!alone && !is_in_place(st, raw)))
		return damaged(table, key, err);
	*value = (struct store_value){(const uint8_t *)raw.mv_data + CRC, raw.mv_size - CRC};
	return 1;
}

/* And compares it. */
static int take(struct store *st, enum store_table table, MDB_val key, MDB_val raw, struct store_value *value, struct error *err)
{
	if (cut(st, table, key, raw, value, err) < 0)
		return -1;
	return le32_get(raw.mv_data) == checksum(key, value->data, value->size) ? 1 : damaged(table, key, err);
}

/* The same of an entry that a cursor stands at, whose key lies in the map. */
static int take_entry(struct store *st, enum store_table table, MDB_val key, MDB_val raw, struct store_value *value, struct error *err)
{
	return is_in_place(st, key) ? take(st, table, key, raw, value, err) : damaged(table, key, err);
}

/*
 * A key that is not there: 0, when what stands before and behind its place is whole. On a page of noise keys are not found, and that
 * it is noise shows in the values beside. A writer, who looks for many keys that are new, does not ask.
 */
static int absent(struct store *st, enum store_table table, MDB_val key, struct error *err)
{
	MDB_cursor *cursor;
	struct store_value value;
	MDB_val raw;
	int status = 1;

	if (st->mode == STORE_WRITE)
		return 0;
	int code = mdb_cursor_open(st->txn, st->tables[table], &cursor);
	if (code)
		return fail(st, err, "cannot read", code);
	code = mdb_cursor_get(cursor, &key, &raw, MDB_SET_RANGE);
	if (!code)
		status = take_entry(st, table, key, raw, &value, err);
	if (status > 0 && (!code || code == MDB_NOTFOUND))
		code = mdb_cursor_get(cursor, &key, &raw, code ? MDB_LAST : MDB_PREV);
	if (status > 0 && !code)
		status = take_entry(st, table, key, raw, &value, err);
	mdb_cursor_close(cursor);
	return status < 0 ? -1 : !code || code == MDB_NOTFOUND ? 0 : fail(st, err, "cannot read", code);
}

/* What a raw value becomes: take or cut. */
typedef int finish_value(struct store *st, enum store_table table, MDB_val key, MDB_val raw, struct store_value *value, struct error *err);

static int look_up(struct store *st, enum store_table table, MDB_val key, finish_value *finish, struct store_value *value,
        struct error *err)
{
	MDB_val raw;
	const int code = mdb_get(st->txn, st->tables[table], &key, &raw);

	if (code == MDB_NOTFOUND)
		return absent(st, table, key, err);
	if (code)
		return fail(st, err, "cannot read", code);
	return finish(st, table, key, raw, value, err);
}

int store_get(struct store *st, enum store_table table, const void *key, size_t key_size, struct store_value *value,
        struct error *err)
{
	return look_up(st, table, as_val(key, key_size), take, value, err);
}

int store_peek(struct store *st, enum store_table table, const void *key, size_t key_size, struct store_value *value,
        struct error *err)
{
	return look_up(st, table, as_val(key, key_size), cut, value, err);
}

void store_fetch(struct store_value value)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)value.data / page * page;

	posix_madvise((void *)begin, (uintptr_t)value.data + value.size - begin, POSIX_MADV_WILLNEED);
}

/* The table of tables has a record of each, on a page that says which one it is. */
bool store_tree(struct store *st, enum store_table table, struct store_tree *tree)
{
	MDB_val name = as_val(store_table_names[table], strlen(store_table_names[table])), record;
	MDB_envinfo info;
	MDB_stat stat;

	if (st->mode != STORE_READ || mdb_get(st->txn, st->main, &name, &record) || record.mv_size != PAGE_RECORD ||
	        mdb_env_info(st->env, &info) || mdb_env_stat(st->env, &stat))
		return false;
	if (stat.ms_psize > (unsigned long)sysconf(_SC_PAGESIZE)) /* then the map begins anywhere */
		return false;
	const uint8_t *at = record.mv_data, *page = at - (uintptr_t)at % stat.ms_psize;
	*tree = (struct store_tree){.base = page - le64_get(page) * stat.ms_psize,
	        .page_size = stat.ms_psize,
	        .root = le64_get(at + PAGE_RECORD_ROOT),
	        .last = info.me_last_pgno,
	        .depth = le16_get(at + PAGE_RECORD_DEPTH)};
	return tree->root != PAGE_NONE && tree->depth <= PAGE_MAX_DEPTH;
}

int store_check(enum store_table table, const void *key, size_t key_size, struct store_value value, struct error *err)
{
	const MDB_val k = as_val(key, key_size);

	return le32_get(value.data - CRC) == checksum(k, value.data, value.size) ? 0 : damaged(table, k, err);
}

int store_before(struct store *st, enum store_table table, const void *key, size_t key_size, struct store_value *found,
        struct store_value *value, struct error *err)
{
	MDB_val k = as_val(key, key_size), raw;
	MDB_cursor *cursor;
	int code = mdb_cursor_open(st->txn, st->tables[table], &cursor);

	if (code)
		return fail(st, err, "cannot read", code);
	code = mdb_cursor_get(cursor, &k, &raw, MDB_SET_RANGE);
	code = mdb_cursor_get(cursor, &k, &raw, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
	mdb_cursor_close(cursor);
	if (code == MDB_NOTFOUND)
		return 0;
	if (code)
		return fail(st, err, "cannot read", code);
	*found = (struct store_value){k.mv_data, k.mv_size};
	return take_entry(st, table, k, raw, value, err);
}

int store_put(struct store *st, enum store_table table, const void *key, size_t key_size, const void *value, size_t size,
        struct error *err)
{
	MDB_val k = as_val(key, key_size), raw = {size + CRC, NULL};
	int code;

	/* LMDB splits a full page in halves, also for a key behind all others; of two vectors on a page that leaves one */
	code = mdb_put(st->txn, st->tables[table], &k, &raw, MDB_RESERVE | MDB_APPEND);
	if (code == MDB_KEYEXIST)
		code = mdb_put(st->txn, st->tables[table], &k, &raw, MDB_RESERVE);
	uint8_t *to = raw.mv_data;
	if (code)
		return fail(st, err, "cannot write", code);
	if (size)
		memcpy(to + CRC, value, size);
	le32_put(to, checksum(k, to + CRC, size));
	return 0;
}

int store_delete(struct store *st, enum store_table table, const void *key, size_t key_size, struct error *err)
{
	MDB_val k = as_val(key, key_size);
	const int code = mdb_del(st->txn, st->tables[table], &k, NULL);

	if (code && code != MDB_NOTFOUND)
		return fail(st, err, "cannot delete", code);
	return code == 0;
}

int store_count(struct store *st, enum store_table table, uint64_t *count, struct error *err)
{
	MDB_stat stat;
	const int code = mdb_stat(st->txn, st->tables[table], &stat);

	if (code)
		return fail(st, err, "cannot read", code);
	*count = stat.ms_entries;
	return 0;
}

int store_walk_open(struct store *st, struct store_walk *w, enum store_table table, struct error *err)
{
	MDB_cursor *cursor;
	const int code = mdb_cursor_open(st->txn, st->tables[table], &cursor);

	if (code)
		return fail(st, err, "cannot read", code);
	*w = (struct store_walk){.store = st, .cursor = cursor, .table = table};
	return 0;
}

int store_walk_seek(struct store_walk *w, const void *key, size_t key_size, struct error *err)
{
	MDB_val k = as_val(key, key_size), raw;
	const int code = mdb_cursor_get(w->cursor, &k, &raw, MDB_SET_RANGE);

	if (code == MDB_NOTFOUND) { /* nothing follows: stand at the end */
		const int last = mdb_cursor_get(w->cursor, &k, &raw, MDB_LAST);
		w->placed = false;
		return !last || last == MDB_NOTFOUND ? 0 : error_set(err, "cannot read: %s", mdb_strerror(last));
	}
	w->placed = code == 0;
	return code ? error_set(err, "cannot read: %s", mdb_strerror(code)) : 0;
}

/* As long as one value lies behind the other more and more is fetched ahead. */
static void fetch_ahead(struct store_walk *w, MDB_val raw)
{
	enum { LEAST = 64 << 10, MOST = 4 << 20 };
	const uint8_t *at = raw.mv_data;
	const bool follows = w->last && at > w->last && (size_t)(at - w->last) < LEAST;

	if (!follows) {
		w->window = 0;
		w->fetched = NULL;
	} else if (!w->fetched || at + raw.mv_size > w->fetched) {
		w->window = !w->window ? LEAST : w->window < MOST ? 2 * w->window : MOST;
		store_fetch((struct store_value){at, w->window});
		w->fetched = at + w->window;
	}
	w->last = at;
}

int store_walk_next(struct store_walk *w, struct error *err)
{
	MDB_val k, raw;
	const int code = mdb_cursor_get(w->cursor, &k, &raw, w->placed ? MDB_GET_CURRENT : MDB_NEXT);

	w->placed = false;
	if (code == MDB_NOTFOUND)
		return 0;
	w->broken = code != 0;
	if (code)
		return error_set(err, "cannot read table '%s': %s", store_table_names[w->table], mdb_strerror(code));
	w->key = (struct store_value){k.mv_data, k.mv_size};
	if (!w->unchecked)
		fetch_ahead(w, raw);
	if (!is_in_place(w->store, k))
		return damaged(w->table, k, err);
	return w->unchecked || w->unsummed ? cut(w->store, w->table, k, raw, &w->value, err) : take(w->store, w->table, k, raw, &w->value, err);
}

void store_walk_close(struct store_walk *w)
{
	if (w->cursor)
		mdb_cursor_close(w->cursor);
	w->cursor = NULL;
}
