/* SPDX-License-Identifier: ISC */
/*
 * unpack - finds every file there is: loose ones, those in directories, those in archives within archives
 *
 * Nothing is written to disk. What a file is, is recognised by its content. The order is that of the container for a tar, and
 * within a ZIP or a directory by patent, its XML first, then by name. Nesting, sizes and ratios are bounded (limits.h).
 */
#ifndef FOREIGN_UNPACK_H
#define FOREIGN_UNPACK_H

#include "base/error.h"
#include "foreign/content.h"
#include "stream/item.h"

#include <stdbool.h>

/* What unpack asks and tells. Each returning int ends the whole walk when it returns other than 0. */
struct unpack_visitor {
	void *context;
	/* Should what was found here be opened? It may be a file or an archive; asked before anything of it is read. */
	bool (*enters)(void *context, const struct source *source);
	/* Should this file, that is no archive, be read? */
	bool (*wanted)(void *context, const struct source *source);
	/*
	 * Is this file known already? Asked when size and CRC-32 are: in a ZIP before it is unpacked, then with
	 * CONTENT_UNKNOWN, and again when its content is known.
	 */
	bool (*known)(void *context, const struct source *source, enum content content);
	/* A file and all its bytes. `named`: the caller's user named it, it was not found somewhere. */
	int (*file)(void *context, const struct source *source, enum content content, bool named, const uint8_t *data,
	        size_t size);
	/* What could not be read: a member, or the rest of an archive. */
	int (*lost)(void *context, const struct source *source, const char *reason);
};

/*
 * Visits what path names: a file, a directory, an archive, or "-" for stdin. Returns 0, or what a visitor returned. All
 * that goes wrong otherwise is told to `lost`.
 */
int unpack_path(const char *path, const struct unpack_visitor *visitor);

/* The same for a file that is in memory already, under this name. */
int unpack_memory(const char *name, const void *data, size_t size, const struct unpack_visitor *visitor);

#endif
