/* SPDX-License-Identifier: ISC */
/*
 * writing - the inside of a writer, for the files that it is made of
 */
#ifndef INDEX_WRITING_H
#define INDEX_WRITING_H

#include "index/lists.h"
#include "index/rows.h"
#include "index/writer.h"

#include <time.h>

struct writer {
	char directory[LIMIT_PATH + 1];
	struct writer_options options;
	int lock;
	struct store *store;
	struct index_settings settings;
	struct facts facts; /* of the stream at hand */
	bool settings_changed;
	struct rows rows;
	struct writer_counts counts;
	struct lists lists;
	struct item item;
	/* the batch: u32 length, u32 numbers of the vector, item, vector; over and over */
	struct bytes batch;
	size_t complete;  /* bytes of the batch that are whole documents */
	size_t pictures;  /* in the batch */
	time_t begun;     /* when its first item came */
	char document[LIMIT_DOCUMENT + 1];
};

/* Write, in the open transaction, what the index is and where it stands. 0/-1. */
int writer_put_settings(struct writer *w, struct error *err);
int writer_put_state(struct writer *w, struct error *err);

/*
 * Runs step in a transaction and commits when it changed something; again with a larger map when there was no room. Counts and
 * state are those of committed transactions only. 0/-1.
 */
int writer_transact(struct writer *w, int (*step)(struct writer *w, void *context, struct error *err), void *context,
        struct error *err);

/* Ends the training that goes on, whose lists are those of the writer. 0/-1. */
int training_end(struct writer *w, struct error *err);

#endif
