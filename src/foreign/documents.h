/* SPDX-License-Identifier: ISC */
/*
 * documents - finds the XML documents there are: one in a file, many in one file, and those in archives
 *
 * The USPTO's weekly full-text files are thousands of documents one after the other, each with its XML declaration, without a
 * common root. They are split at the declarations and read a block at a time: never more than one document is in memory.
 * Archives, one in the other, are read front to back; their members that are no XML are passed over.
 */
#ifndef FOREIGN_DOCUMENTS_H
#define FOREIGN_DOCUMENTS_H

#include "base/error.h"
#include "stream/item.h"

#include <stddef.h>

struct document {
	const void *text; /* valid until the visitor returns */
	size_t size;
	unsigned long line; /* of the file, on which it begins; the first is 1 */
};

/* Each ends the walk when it returns other than 0. The source has archive and member, and of a document its size and CRC-32. */
struct documents_visitor {
	void *context;
	int (*document)(void *context, const struct source *source, const struct document *document);
	int (*skipped)(void *context, const struct source *source); /* of another kind by its name, not opened */
	int (*lost)(void *context, const struct source *source, const char *reason);
};

/*
 * What the file, or "-" for stdin, holds. Returns 0, or what a visitor returned; all that goes wrong is told to `lost`, but for one
 * thing: -1 when stdin is neither XML nor an archive, since then the program before in the pipeline is not what it should be.
 */
int documents_in_file(const char *path, const struct documents_visitor *v);

/* The documents in these bytes, that came from this source. */
int documents_in_memory(const void *data, size_t size, const struct source *source, const struct documents_visitor *v);

#endif
