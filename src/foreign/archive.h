/* SPDX-License-Identifier: ISC */
/*
 * archive - reads an archive from front to back: tar, plain or packed, and a ZIP that cannot be seeked in
 *
 * For a ZIP in memory or on disk see zip.h, which knows order, checksums and offsets. The only file that includes
 * libarchive. A file packed by itself (gzip of one picture) is an archive of one member without a name.
 */
#ifndef FOREIGN_ARCHIVE_H
#define FOREIGN_ARCHIVE_H

#include "base/error.h"
#include "foreign/feed.h"

#include <stdbool.h>
#include <stdint.h>

struct archive_reader;

struct archive_member {
	const char *path; /* valid until the next member; "" for the only one of a packed file */
	bool has_size;
	uint64_t size;
	bool has_offset; /* the archive itself is neither packed nor a ZIP */
	uint64_t offset; /* of the member's first byte in the archive */
};

/*
 * Reads from the feed, which must stay. What is packed may be one file instead of an archive. The budget counts what comes out
 * and may be NULL. NULL with the reason.
 */
struct archive_reader *archive_reader_open(struct feed *from, bool packed, struct budget *budget, struct error *err);

/*
 * The next regular file; directories, links and devices are passed over. 1, 0 behind the end, or -1: damage, also when the
 * archive is cut. After a -1 one may go on: there may be members behind the damage.
 */
int archive_reader_next(struct archive_reader *a, struct archive_member *m, struct error *err);

/* The current member's bytes; valid until the next member. */
struct feed *archive_reader_feed(struct archive_reader *a);

void archive_reader_close(struct archive_reader *a); /* NULL is allowed */

#endif
