/* SPDX-License-Identifier: ISC */
/*
 * damage INDEX SEED KIND    damages one page of an index that is in use, chosen by the seed, and prints its number
 *
 * KIND: zeros, noise (other bytes all over), byte (one of them), other (what another page holds: a write that went astray). The root
 * pages are left alone: they have no neighbour to be told from.
 */
#include "base/message.h"
#include "base/number.h"

#include <fcntl.h>
#include <lmdb.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, ROOTS = 2 };

static uint64_t state;

static uint64_t below(uint64_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 24) % n;
}

/* A flag for each page that is free; the caller frees it. */
static bool *free_pages(const char *directory, size_t *count)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_cursor *cursor;
	MDB_envinfo info;
	MDB_val key, value;

	/* table 0 has the free pages: those of a transaction's number are a count and so many page numbers */
	if (mdb_env_create(&env) || mdb_env_open(env, directory, MDB_RDONLY | MDB_NOLOCK, 0666) || mdb_env_info(env, &info) ||
	        mdb_txn_begin(env, NULL, MDB_RDONLY, &txn) || mdb_cursor_open(txn, 0, &cursor))
		die("cannot open '%s'", directory);
	*count = info.me_last_pgno + 1;
	bool *is_free = calloc(*count, sizeof *is_free);
	if (!is_free)
		die("out of memory");
	while (mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == 0) {
		const size_t *pages = value.mv_data;
		for (size_t i = 1; i <= pages[0]; i++)
			is_free[pages[i]] = true;
	}
	mdb_cursor_close(cursor);
	mdb_txn_abort(txn);
	mdb_env_close(env);
	return is_free;
}

static size_t choose(const bool *is_free, size_t count)
{
	size_t page;

	do
		page = ROOTS + (size_t)below(count - ROOTS);
	while (is_free[page]);
	return page;
}

int main(int argc, char **argv)
{
	uint8_t page[PAGE], other[PAGE];
	struct error err;
	long long seed;
	char path[4096];
	size_t count;

	message_program(argv[0]);
	if (argc != 4 || number_integer(argv[2], 0, 1000000000, &seed, &err) < 0)
		die_usage("usage: damage INDEX SEED zeros|noise|byte|other");
	state = (uint64_t)seed * 0x9e3779b97f4a7c15u + 1;
	snprintf(path, sizeof path, "%s/data.mdb", argv[1]);
	bool *is_free = free_pages(argv[1], &count);
	const int fd = open(path, O_RDWR);
	const size_t at = choose(is_free, count), from = choose(is_free, count);
	if (fd < 0 || pread(fd, page, PAGE, (off_t)(at * PAGE)) != PAGE || pread(fd, other, PAGE, (off_t)(from * PAGE)) != PAGE)
		die("cannot read '%s':", path);
	if (strcmp(argv[3], "zeros") == 0)
		memset(page, 0, PAGE);
	else if (strcmp(argv[3], "other") == 0)
		memcpy(page, other, PAGE);
	else if (strcmp(argv[3], "byte") == 0)
		page[below(PAGE)] ^= (uint8_t)(1 + below(255));
	else
		for (size_t i = 0; i < PAGE; i++)
			page[i] = (uint8_t)below(256);
	if (pwrite(fd, page, PAGE, (off_t)(at * PAGE)) != PAGE || close(fd) != 0)
		die("cannot write '%s':", path);
	printf("%zu\n", at);
	free(is_free);
	return STATUS_DONE;
}
