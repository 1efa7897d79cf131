/* SPDX-License-Identifier: ISC */
/*
 * rows - adding, replacing and deleting in an open writing transaction, one row after the other
 *
 * A patent's row lists its pictures; it is read when the first of its items comes, kept, and written when another
 * patent's comes. The columns of all patents that have changed are written at the end.
 */
#ifndef INDEX_ROWS_H
#define INDEX_ROWS_H

#include "index/columns.h"
#include "index/layout.h"
#include "index/lists.h"
#include "index/store.h"
#include "index/vectors.h"
#include "index/writer.h"

struct rows {
	struct store *store;
	struct layout_state state;
	const struct lists *lists;
	const struct index_settings *settings;
	struct vectors vectors;
	struct writer_counts counts;
	bool changed; /* something was written */
	/* the patent at hand */
	bool open, dirty;
	char document[LIMIT_DOCUMENT + 1];
	uint32_t patent;
	struct bytes pictures; /* its pictures' ordinals */
	struct bytes value;    /* a value being built */
	struct bytes list;     /* a list of ordinals being changed */
	struct code_entry code;
	struct bytes slot; /* of its refinement */
	struct code_tail tail;
	/* what the columns have to be told of */
	bool stale;           /* the patent at hand */
	struct bytes patents; /* u32 each: the others */
	struct columns *columns;
};

/* Forgets the patent at hand and what was changed: for the begin of a transaction. */
void rows_begin(struct rows *r, struct store *store, const struct layout_state *state, const struct lists *lists,
        const struct index_settings *settings);

/* All return 0/-1; -1 with store_is_full means: grow and do the transaction again. */
int rows_put_record(struct rows *r, struct item *it, struct error *err);
int rows_put_picture(struct rows *r, struct item *it, const float *vector, uint32_t list, struct error *err);
int rows_delete(struct rows *r, const struct identity *id, bool *found, struct error *err);
int rows_finish(struct rows *r, struct error *err); /* what is still to be written: before the commit */
int rows_relist(struct rows *r, struct error *err); /* all pictures are in other lists */

/* Sets a value, unless it is there already: 1 when it was written, 0, -1. */
int rows_set(struct rows *r, enum store_table table, const void *key, size_t key_size, const void *value, size_t size,
        struct error *err);

void rows_release(struct rows *r);

#endif
