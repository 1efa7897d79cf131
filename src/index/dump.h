/* SPDX-License-Identifier: ISC */
/*
 * dump - a whole index out again, in an order and with bytes that depend on its contents alone
 */
#ifndef INDEX_DUMP_H
#define INDEX_DUMP_H

#include "index/index.h"
#include "stream/stream.h"

/* The patents' ordinals in the order of their documents (bytes): *ordinals is the caller's to free. 0/-1. */
int dump_order(const struct index *ix, uint32_t **ordinals, size_t *count, struct error *err);

/*
 * The facts of a stream out of this index: those it was made from, without quality.* and other spaces', with its metric.
 * *facts is the caller's to release. 0/-1.
 */
int dump_facts(const struct index *ix, struct facts *facts, struct error *err);

/*
 * What comes at = 0, 1, 2 … of a patent: its record, then its pictures. 1; 0: at 0 it has no record, behind it is the end; -1.
 */
int dump_next(const struct index *ix, uint32_t patent, uint32_t at, struct item *it, struct error *err);

/*
 * Writes each patent in order, its record first, then its pictures. 0/-1 with a text that names the index so when it is what cannot be
 * read; end record and closing are the caller's.
 */
int dump_items(const struct index *ix, const char *name, struct stream_writer *out, struct error *err);

#endif
