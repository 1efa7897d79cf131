/* SPDX-License-Identifier: ISC */
#include "foreign/feed.h"

#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK = 256 << 10 };

int budget_unpacked(struct budget *b, uint64_t bytes, struct error *err)
{
	for (; b; b = b->outer) {
		b->unpacked += bytes;
		if (b->unpacked > LIMIT_BOMB_FREE && b->unpacked / LIMIT_BOMB_RATIO > b->stored)
			return error_set(err, "unpacks to more than %d times its size", LIMIT_BOMB_RATIO);
	}
	return 0;
}

static int take(struct feed *f, const uint8_t **block, size_t *size, struct error *err)
{
	const int more = f->next(f, block, size, err);

	if (more > 0 && f->budget)
		f->budget->stored += *size;
	return more;
}

int feed_peek(struct feed *f, size_t size, const uint8_t **bytes, size_t *got, struct error *err)
{
	const uint8_t *block;
	size_t n;

	while (f->head.size < size && !f->head_ended && !f->head_failed) {
		const int more = take(f, &block, &n, &f->head_error);
		if (more > 0 && bytes_append(&f->head, block, n) < 0)
			return error_set(err, "out of memory");
		f->head_ended = more == 0;
		f->head_failed = more < 0;
	}
	*bytes = f->head.data;
	*got = f->head.size < size ? f->head.size : size;
	return 0;
}

int feed_next(struct feed *f, const uint8_t **block, size_t *size, struct error *err)
{
	if (f->head_taken < f->head.size) {
		*block = f->head.data + f->head_taken;
		*size = f->head.size - f->head_taken;
		f->head_taken = f->head.size;
		return 1;
	}
	if (f->head_ended)
		return 0;
	if (f->head_failed)
		return error_set(err, "%s", f->head_error.text);
	return take(f, block, size, err);
}

int feed_read(struct feed *f, size_t limit, uint64_t expected, struct bytes *to, struct error *err)
{
	const uint8_t *block;
	size_t size;
	int more;

	to->size = 0;
	if (expected > limit)
		return error_set(err, "has more than %zu MiB", limit >> 20);
	if (expected && bytes_reserve(to, (size_t)expected) < 0)
		return error_set(err, "out of memory");
	while ((more = feed_next(f, &block, &size, err)) > 0) {
		if (size > limit - to->size)
			return error_set(err, "has more than %zu MiB", limit >> 20);
		if (bytes_append(to, block, size) < 0)
			return error_set(err, "out of memory");
	}
	return more;
}

void feed_release(struct feed *f)
{
	bytes_release(&f->head);
}

static int next_of_file(struct feed *feed, const uint8_t **block, size_t *size, struct error *err)
{
	struct file_feed *f = (struct file_feed *)feed;
	ssize_t n;

	do
		n = read(f->fd, f->block, BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(err, "cannot read:");
	*block = f->block;
	*size = (size_t)n;
	return n > 0;
}

int file_feed_open(struct file_feed *f, int fd, struct error *err)
{
	*f = (struct file_feed){.feed.next = next_of_file, .fd = fd, .block = malloc(BLOCK)};
	return f->block ? 0 : error_set(err, "out of memory");
}

void file_feed_close(struct file_feed *f)
{
	feed_release(&f->feed);
	free(f->block);
	f->block = NULL;
}

static int next_of_memory(struct feed *feed, const uint8_t **block, size_t *size, struct error *err)
{
	struct memory_feed *f = (struct memory_feed *)feed;

	(void)err;
	*block = f->data;
	*size = f->size;
	f->size = 0;
	return *size > 0;
}

struct memory_feed memory_feed_on(const void *data, size_t size)
{
	return (struct memory_feed){.feed.next = next_of_memory, .data = data, .size = size};
}
