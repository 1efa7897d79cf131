/* SPDX-License-Identifier: ISC */
/*
 * external - vectors that were made elsewhere (CLIP, ResNet, text ...) as items
 *
 * In come a NumPy table (npy.h) and a file of JSON Lines, one object for each row, in the same order:
 *     {"key":"D0939806/00001","title":"Chair","loc_class":"06-01","pub_date":20220104}
 * `key` is the identity as a text (identity.h), or a patent number in any spelling (patent/number.h). All
 * other members are fields of the patent's record. The first object of a document that has any gives the
 * record, with `patent_id` (the document) in front, as an item before the picture's; in those that follow at
 * once for the same document they are passed over. When the key is a document alone, one item carries both.
 * Memory is constant: of the documents only the last is remembered, so keep those of one document together.
 *
 * An object that is no JSON, lacks its key, or contradicts it, and a vector that is not all finite become
 * fault items.
 */
#ifndef STREAM_EXTERNAL_H
#define STREAM_EXTERNAL_H

#include "stream/item.h"
#include "stream/npy.h"

struct external {
	struct npy_reader table;
	const char *table_name, *records_name, *space; /* the caller's, for as long as it reads */
	FILE *records;				       /* the caller's */
	uint64_t line_number;
	struct bytes line, record;
	float *values; /* of the row being read */
	struct identity identity, last;
	bool record_sent; /* of the document of `last` */
	bool vector_waits;
};

/* Reads the table's header. Start with {0}. 0, or -1 with a text that names the file. */
int external_begin(struct external *in, FILE *table, const char *table_name, FILE *records,
	const char *records_name, const char *space, struct error *err);

/* The next item: 1, 0 at the end of both files, -1: a file is damaged, or they differ in length. */
int external_read(struct external *in, struct item *it, struct error *err);

void external_release(struct external *in);

#endif
