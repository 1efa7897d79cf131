/* SPDX-License-Identifier: ISC */
/*
 * index - reading an index: one snapshot of what was committed
 *
 * An index is a directory (ornament-index(5)). index_open takes one snapshot: all that is read through it is of one
 * generation, whatever writers do meanwhile; a long-lived reader opens again to see more. Writing is index/writer.h.
 *
 * Patents and pictures are numbered by ordinals: dense, below index_patent_bound and index_picture_bound, reused after a
 * deletion, meaningful within one snapshot only. A patent here is any document: a patent number with its record and its
 * sheets, or a loose picture with neither. It can have a record and no pictures, or pictures and no record.
 *
 * Pointers into the snapshot live until index_close. Every value is checked against its CRC-32C when it is read: -1 with
 * a text that names what is damaged. A snapshot is read by one thread at a time.
 *
 * Where a reader may not write beside the data, or on a network file system, its writer cannot see it, and what it reads may be
 * written over: who has read asks index_finish, before it says that it is done.
 */
#ifndef INDEX_INDEX_H
#define INDEX_INDEX_H

#include "base/error.h"
#include "base/limits.h"
#include "index/calibration.h"
#include "stream/facts.h"
#include "stream/item.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Larger is better in all: the cosine, the inner product, minus the Euclidean distance. */
enum index_metric { INDEX_COSINE = 0, INDEX_L2 = 1, INDEX_IP = 2 };

/* "cosine", "l2", "ip"; parse returns 0/-1. */
const char *index_metric_name(enum index_metric metric);
int index_metric_parse(const char *name, enum index_metric *metric);

/* How the exact vectors are kept, and so what is compared: f16 has each number to within 2^-11 of itself. */
enum index_numbers { INDEX_F32 = 0, INDEX_F16 = 1 };

/* "f32", "f16"; parse returns 0/-1. */
const char *index_numbers_name(enum index_numbers numbers);
int index_numbers_parse(const char *name, enum index_numbers *numbers);

bool index_bits_allowed(unsigned bits);

/* What was decided when the index was made, or when its first vector came: until then space is "" and dimension 0. */
struct index_settings {
	char space[LIMIT_SPACE + 1];
	uint32_t dimension;
	enum index_metric metric;
	enum index_numbers numbers;
	unsigned bits;  /* of a number in the codes that candidates are estimated by anew: 1 (there are none), 2, 4, 8 */
	uint32_t nlist; /* lists asked for with --nlist; 0: about 4 √n */
	uint64_t rotation; /* seed of the rotation before vectors become codes */
	struct facts facts; /* of the streams it was made from: space.SPACE.*, pixels.*, quality.*; those of the space have to
	                     * agree with a question's (facts_agree with the prefix "space.SPACE.") */
};

struct index_counts {
	uint64_t patents;    /* documents: with a record, pictures, or both */
	uint64_t records;    /* of them with a record */
	uint64_t pictures;   /* each has one vector */
	uint64_t thumbnails;
	uint64_t lists;      /* 0: not trained, every search is exact */
	uint64_t archives;   /* in the log */
};

struct index;

/* Takes a snapshot. NULL with a text that names the directory: no such directory, no index, a newer format, damage. */
struct index *index_open(const char *directory, struct error *err);
/* After the last read: 0, or -1 with the reason when the index was written meanwhile and some of it may be of another generation. */
int index_finish(struct index *ix, struct error *err);

void index_close(struct index *ix); /* NULL is allowed */

/* Grows with every commit and with nothing else: two snapshots of one index with one number have the same contents. */
uint64_t index_generation(const struct index *ix);
uint64_t index_bytes(const struct index *ix); /* of the data file that are in use */
const struct index_settings *index_settings(const struct index *ix);
const struct index_counts *index_counts(const struct index *ix);

/* What the last training has measured; none has been asked when there was none. */
const struct calibration *index_calibration(const struct index *ix);

/* All ordinals are smaller; not all smaller ones are in use. */
uint32_t index_patent_bound(const struct index *ix);
uint32_t index_picture_bound(const struct index *ix);

struct index_patent {
	uint32_t ordinal;
	const char *document; /* NUL-terminated; into the snapshot */
	uint32_t picture_count;
	const uint8_t *pictures; /* ordinals in sheet order (identity_compare), encoded: index_patent_picture */
};

/* The patent of this ordinal: 1, or 0 when the ordinal is not in use, or -1. */
int index_patent(const struct index *ix, uint32_t ordinal, struct index_patent *p, struct error *err);

/* The ordinal of its i-th picture, i < picture_count. */
uint32_t index_patent_picture(const struct index_patent *p, uint32_t i);

/* Its record, the JSON object as xml-parse wrote it, not NUL-terminated: 1, or 0 when it has none, or -1. */
int index_record(const struct index *ix, uint32_t patent, const char **json, size_t *size, struct error *err);

/* By the document's exact name (D0939806, photos/chair.jpg): 1 and the ordinal, 0, or -1. */
int index_find_patent(const struct index *ix, const char *document, uint32_t *patent, struct error *err);

/* By identity: 1 and the ordinal, 0, or -1. */
int index_find_picture(const struct index *ix, const struct identity *id, uint32_t *picture, struct error *err);

/*
 * Has what there is of some patents, and has not been looked up yet, read from the disk: side by side, where one lookup after the other
 * would wait for each. Advice: whether it is there or whole is said by the lookups.
 */
enum index_part { INDEX_RECORDS = 1, INDEX_PICTURES = 2, INDEX_VECTORS = 4, INDEX_THUMBNAILS = 8 };
void index_fetch(const struct index *ix, const uint32_t *patents, size_t count, unsigned parts);

/* What is known about a picture besides vector and thumbnail. Large: let the caller own one and reuse it. */
struct index_picture {
	uint32_t ordinal, patent;
	struct identity identity;
	bool has_source, has_page;
	struct source source;
	struct page page;
	const char *colours, *labels; /* JSON objects, not NUL-terminated, into the snapshot */
	size_t colours_size, labels_size;
	const uint8_t *others; /* fields of kinds unknown here, as item.others */
	size_t others_size;
};

/* 1, or 0 when the ordinal is not in use, or -1. */
int index_picture(const struct index *ix, uint32_t ordinal, struct index_picture *p, struct error *err);

/* Copies its vector into values[dimension], as the index holds it (cosine: of unit length): 1, 0, -1. */
int index_vector(const struct index *ix, uint32_t picture, float *values, struct error *err);

/* Its thumbnail, a JPEG: 1, or 0 when it has none, or -1. */
int index_thumbnail(const struct index *ix, uint32_t picture, const uint8_t **jpeg, size_t *size, struct error *err);

/*
 * The patent's record, or the picture, as the item that could have brought it in (picture: source, page, vector in the
 * index's space, colours, labels, thumbnail, unknown fields). 1, or 0 when there is none, or -1. For streams out of an index.
 */
int index_record_item(const struct index *ix, uint32_t patent, struct item *it, struct error *err);
int index_picture_item(const struct index *ix, uint32_t picture, struct item *it, struct error *err);

/* An entry of the log of imported archives. */
struct index_archive {
	char name[LIMIT_PATH + 1];
	uint64_t size;
	char sha256[65]; /* hexadecimal */
	int64_t when; /* seconds since 1970, UTC */
	uint64_t patents, pictures, faults, skipped; /* in the stream that brought it */
	char preparation[65]; /* what it was prepared with: a hash of the stream's facts that are identity, or the caller's word */
};

/* The i-th entry in the order of importing, i < counts.archives: 1, 0, -1. */
int index_archive(const struct index *ix, uint32_t i, struct index_archive *a, struct error *err);

#endif
