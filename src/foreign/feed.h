/* SPDX-License-Identifier: ISC */
/*
 * feed - the bytes of one file, wherever it lies: on disk, in memory, in an archive within an archive
 *
 * A feed hands out blocks from front to back and lets one look at the first bytes before anybody decides what the file is.
 * What unpacks something counts in a budget, so that a bomb meets a message and not the memory's end.
 */
#ifndef FOREIGN_FEED_H
#define FOREIGN_FEED_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What was read of a packed file and what came out of it. All that is unpacked counts in every budget around it as well: an
 * archive of archives cannot multiply what each of them is allowed.
 */
struct budget {
	struct budget *outer; /* NULL: outermost */
	uint64_t stored;      /* bytes as they lie in the container */
	uint64_t unpacked;    /* bytes that came out, at any depth */
};

/* Counts unpacked bytes; -1 when there are too many for what is stored (LIMIT_BOMB_RATIO, LIMIT_BOMB_FREE). */
int budget_unpacked(struct budget *b, uint64_t bytes, struct error *err);

/*
 * An origin of blocks embeds a feed and sets `next`, which gives the next block, valid until the next call: 1, or 0 at the end,
 * or -1 with the reason. Nothing else in here is for others.
 */
struct feed {
	int (*next)(struct feed *f, const uint8_t **block, size_t *size, struct error *err);
	struct budget *budget; /* stored grows by what is taken, where the size was not known beforehand; may be NULL */
	struct bytes head;     /* looked at, not yet taken */
	size_t head_taken;
	bool head_ended, head_failed; /* what the origin said while the head was read */
	struct error head_error;
};

/* The first `size` bytes, or fewer when the file is shorter or broken; valid until the feed is read. Looks only once. */
int feed_peek(struct feed *f, size_t size, const uint8_t **bytes, size_t *got, struct error *err);

/* The next block, beginning with what was looked at: 1 / 0 / -1. */
int feed_next(struct feed *f, const uint8_t **block, size_t *size, struct error *err);

/* All the rest into *to; -1 when it is more than limit bytes. expected: the size if known, else 0. */
int feed_read(struct feed *f, size_t limit, uint64_t expected, struct bytes *to, struct error *err);

void feed_release(struct feed *f); /* the head's memory; the origin belongs to whoever opened it */

/* A file that is open for reading and stays the caller's. */
struct file_feed {
	struct feed feed;
	int fd;
	uint8_t *block;
};
int file_feed_open(struct file_feed *f, int fd, struct error *err);
void file_feed_close(struct file_feed *f);

/* A block in memory, which stays the caller's; ended by feed_release. */
struct memory_feed {
	struct feed feed;
	const uint8_t *data;
	size_t size; /* not given yet */
};
struct memory_feed memory_feed_on(const void *data, size_t size);

#endif
