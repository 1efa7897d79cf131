/* SPDX-License-Identifier: ISC */
/*
 * writer - creating, adding to, and taking from an index
 *
 * One writer at a time, by a lock of its own beside the data (fcntl: it dies with the process). What is put is gathered and
 * committed in batches that end between documents; a process killed at any instruction leaves the last committed batch. Items
 * replace what the index has of the same identity; what is already there is compared first and writes nothing.
 */
#ifndef INDEX_WRITER_H
#define INDEX_WRITER_H

#include "index/index.h"
#include "stream/facts.h"
#include "stream/item.h"

struct writer_options {
	bool create;              /* make an index where there is none */
	int wait;                 /* seconds to wait for another writer, and for a reader that keeps too many pages */
	bool network;             /* also where other machines may have it mounted: they leave it alone meanwhile */
	bool has_metric;          /* else the space's fact, or cosine */
	enum index_metric metric;
	bool has_numbers;         /* else f32 */
	enum index_numbers numbers;
	unsigned bits;            /* of a number in the refinements, as in index_settings; 0: 4 in a new index */
	const char *space;        /* which of an item's vectors; NULL: the only one */
	uint32_t nlist;           /* lists to train; 0: about 4 √n */
	int jobs;                 /* threads that train, assign and calibrate; 0: 1 */
	uint32_t commit_every;    /* pictures a batch; 0: 5000 */
};

struct writer_counts {
	uint64_t records_added, records_changed, pictures_added, pictures_changed;
	uint64_t unchanged;                          /* records and pictures that were there already */
	uint64_t records_deleted, pictures_deleted;
	uint64_t commits;
};

struct writer;

enum { WRITER_LOCKED = 1 };

/* 0, WRITER_LOCKED when another writer still has the index after the wait, or -1; both with a text that names the directory. */
int writer_open(struct writer **w, const char *directory, const struct writer_options *options, struct error *err);

/*
 * Says which facts hold for the items that follow. 0, or -1 with a text that says both when the index was made of other
 * facts of its space.
 */
int writer_facts(struct writer *w, const struct facts *facts, struct error *err);

enum writer_verdict { WRITER_TAKEN = 1, WRITER_REFUSED = 0 };

/*
 * Takes the item's record, and its vector of the index's space as a picture; commits when a batch is full. WRITER_TAKEN;
 * WRITER_REFUSED with the reason in *err when this item cannot be in the index (no record and no vector, a vector that is not
 * finite or has no length, a record, colours or labels that are no JSON object); -1 when nothing more can be done.
 */
int writer_put(struct writer *w, const struct item *it, struct error *err);

/* Commits what was gathered. */
int writer_flush(struct writer *w, struct error *err);

/* The stream broke: commits the documents that are complete, forgets the last one. */
int writer_cut(struct writer *w, struct error *err);

/*
 * Deletes pictures by identity; an identity that is a document alone deletes its record and all its pictures. found[i]
 * says whether there was such. All in one commit. 0/-1.
 */
int writer_delete(struct writer *w, const struct identity *ids, size_t count, bool *found, struct error *err);

/* Trains when it is due (lists.h), or at once with `now`; ends a training that was interrupted. 0/-1. */
int writer_train(struct writer *w, bool now, struct error *err);

/* What writer_optimize found, in times of what was when the lists were trained (index/balance.h); 0 where there were none. */
struct writer_fit {
	double growth; /* of the pictures */
	double distance, crowding;
	bool trained; /* so the lists were trained anew */
};

/* Trains the lists when they do not fit any more what is in them. Readers go on. 0/-1. */
int writer_optimize(struct writer *w, struct writer_fit *fit, struct error *err);

/* Adds to the log, unless the same archive (name, size, SHA-256, preparation) was logged with the same faults. 0/-1. */
int writer_log(struct writer *w, const struct index_archive *a, struct error *err);

const struct writer_counts *writer_counts(const struct writer *w);

/* Lets go of the lock; what was not flushed is forgotten. NULL is allowed. */
void writer_close(struct writer *w);

#endif
