/* SPDX-License-Identifier: ISC */
/*
 * zip - the members of a ZIP archive in memory or on disk, by its central directory (APPNOTE 6.3, with ZIP64)
 *
 * Stored and deflated members, neither encrypted nor split over disks: what else there is is refused by name. Sizes and
 * checksums are those of the central directory and are held to; the local header is asked only where the data begin. The
 * only file that includes zlib.
 */
#ifndef FOREIGN_ZIP_H
#define FOREIGN_ZIP_H

#include "base/bytes.h"
#include "base/error.h"
#include "foreign/feed.h"

#include <stdint.h>

struct zip_member {
	const char *name; /* owned by the zip */
	uint16_t flags, method;
	uint32_t crc;
	uint64_t stored_size, size;
	uint64_t header; /* offset of the local header */
};

/* Opened by one of the two; members are in the order of the directory, until the caller sorts them. */
struct zip {
	struct zip_member *members;
	size_t count;
	struct bytes names;
	const uint8_t *data; /* in memory, or NULL: on disk */
	int fd;
	uint64_t size;
	uint64_t shift; /* bytes that were put in front of the archive */
};

/* The block or the file must stay, and stays the caller's. 0/-1 */
int zip_open_memory(struct zip *z, const void *data, size_t size, struct error *err);
int zip_open_file(struct zip *z, int fd, uint64_t size, struct error *err);
void zip_close(struct zip *z);

/* Where the member's stored bytes begin in the archive. 0/-1 */
int zip_locate(const struct zip *z, const struct zip_member *m, uint64_t *offset, struct error *err);

/* A member's bytes as a feed. Its end is reached only when size and CRC-32 were right. */
struct zip_feed;
struct zip_feed *zip_feed_open(const struct zip *z, const struct zip_member *m, struct budget *budget, struct error *err);
struct feed *zip_feed_feed(struct zip_feed *f);
void zip_feed_close(struct zip_feed *f); /* NULL is allowed */

/* CRC-32 (ISO 3309): of a block, or continued from that of the blocks before; begins with 0. */
uint32_t zip_crc32(uint32_t crc, const void *data, size_t size);

#endif
