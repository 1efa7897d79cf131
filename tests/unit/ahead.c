/* SPDX-License-Identifier: ISC */
/* What is asked of the disk beforehand: the pages of what is wished for come into memory, and hardly any other. */
#define _DEFAULT_SOURCE /* mincore */
#include "base/bytes.h"
#include "index/ahead.h"
#include "index/layout.h"
#include "unit/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Values of five pages; key: 'list', block. */
enum { LISTS = 600, BLOCKS = 5, SIZE = 5 * 4096 - 100, PAGE = 4096, EVERY = 20, FIRST = 10 };

static size_t places[LISTS][BLOCKS]; /* of the values in the file */

static void key_of(uint8_t key[8], uint32_t list, uint32_t block)
{
	key_put(key, list);
	key_put(key + 4, block);
}

static int fill(struct store *st, struct error *err)
{
	static uint8_t value[SIZE];
	uint8_t key[8];

	for (uint32_t i = 0; i < LISTS * BLOCKS; i++) {
		key_of(key, i / BLOCKS, i % BLOCKS);
		if (store_put(st, STORE_CODES, key, sizeof key, value, sizeof value, err) < 0)
			return -1;
	}
	return store_commit(st, err);
}

static bool write_store(const char *directory, struct error *err)
{
	struct store *st = store_open(directory, STORE_WRITE, err);
	int status = -1;

	while (st && store_begin(st, err) == 0 && (status = fill(st, err)) < 0 && store_is_full(st)) {
		store_abort(st);
		if (store_grow(st, err) < 0)
			break;
	}
	store_close(st);
	return status == 0;
}

/* Where everything is; the file is in memory then. */
static bool find_places(struct store *st, struct error *err)
{
	struct store_tree tree;
	struct store_value v;
	uint8_t key[8];

	if (!store_tree(st, STORE_CODES, &tree))
		return false;
	for (uint32_t i = 0; i < LISTS * BLOCKS; i++) {
		key_of(key, i / BLOCKS, i % BLOCKS);
		if (store_get(st, STORE_CODES, key, sizeof key, &v, err) <= 0)
			return false;
		places[i / BLOCKS][i % BLOCKS] = (size_t)(v.data - tree.base);
	}
	return true;
}

static bool empty_cache(const char *directory)
{
	char path[256];

	snprintf(path, sizeof path, "%s/data.mdb", directory);
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const bool done = fd >= 0 && fdatasync(fd) == 0 && posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED) == 0;
	if (fd >= 0)
		close(fd);
	return done;
}

/* Pages of the values, or of one part of each, that are in memory: of every twentieth list, or of the others. Opening reads the first. */
static size_t count_resident(struct store *st, bool wished, size_t from, size_t size)
{
	struct store_tree tree;
	size_t count = 0;

	if (!store_tree(st, STORE_CODES, &tree))
		return 0;
	for (uint32_t i = 0; i < LISTS * BLOCKS; i++) {
		const size_t place = places[i / BLOCKS][i % BLOCKS] + from;
		if ((i / BLOCKS % EVERY == FIRST) != wished)
			continue;
		for (size_t at = place / PAGE; at <= (place + size - 1) / PAGE; at++) {
			unsigned char resident = 0;
			mincore((void *)(uintptr_t)(tree.base + at * PAGE), PAGE, &resident);
			count += resident & 1;
		}
	}
	return count;
}

static void test_fetch(const char *directory, size_t from, size_t size, const char *what)
{
	enum { WISHES = LISTS / EVERY, TRIES = 300 };
	struct ahead_wish wishes[WISHES];
	struct error err;
	size_t wanted = 0, there = 0;

	empty_cache(directory);
	struct store *st = store_open(directory, STORE_READ, &err);
	if (!st || store_begin(st, &err) < 0) {
		ok(false, "%s: %s", what, err.text);
		return;
	}
	const size_t first = from, length = size ? size : SIZE;
	if (count_resident(st, true, first, length)) {
		skip("files do not leave memory here");
		store_close(st);
		return;
	}
	for (uint32_t i = 0; i < WISHES; i++) {
		/* in any order */
		wishes[i] = (struct ahead_wish){.key_size = 4, .from = from, .size = size};
		key_put(wishes[i].key, i * 7 % WISHES * EVERY + FIRST);
		for (int b = 0; b < BLOCKS; b++) {
			const size_t place = places[i * EVERY + FIRST][b] + first;
			wanted += (place + length - 1) / PAGE - place / PAGE + 1;
		}
	}
	ahead_fetch(st, STORE_CODES, wishes, WISHES);
	for (int i = 0; i < TRIES && (there = count_resident(st, true, first, length)) < wanted; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	const size_t others = count_resident(st, false, 0, SIZE);
	ok(there == wanted && others < wanted, "%s: all %zu pages come into memory, and %zu others", what, wanted, others);
	store_close(st);
}

int main(void)
{
	char directory[] = "ahead.XXXXXX", path[64];
	struct error err = {""};

	if (chdir(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") < 0 || !mkdtemp(directory) || !ok(write_store(directory, &err), "a table is written"))
		return 1;
	struct store *st = store_open(directory, STORE_READ, &err);
	ok(st && store_begin(st, &err) == 0 && find_places(st, &err), "its tree is found");
	store_close(st);
	test_fetch(directory, 0, 0, "whole values");
	test_fetch(directory, 9000, 700, "parts of values");
	st = store_open(directory, STORE_WRITE, &err);
	struct store_tree tree;
	ok(st && store_begin(st, &err) == 0 && !store_tree(st, STORE_CODES, &tree), "a writer has its pages elsewhere");
	struct ahead_wish one = {.key_size = 4};
	if (st)
		ahead_fetch(st, STORE_CODES, &one, 1);
	store_close(st);
	snprintf(path, sizeof path, "%s/data.mdb", directory);
	unlink(path);
	snprintf(path, sizeof path, "%s/lock.mdb", directory);
	unlink(path);
	rmdir(directory);
	return done();
}
