/* SPDX-License-Identifier: ISC */
/*
 * snapshot - what the other files of this room need of a snapshot, and lookups that reader and writer share
 */
#ifndef INDEX_SNAPSHOT_H
#define INDEX_SNAPSHOT_H

#include "index/coarse.h"
#include "index/index.h"
#include "index/layout.h"
#include "index/postings.h"
#include "index/refinements.h"
#include "index/store.h"
#include "index/vectors.h"

/* As index_open, also for an index of an older version that can be upgraded: to read all of it, not to search it. */
struct index *index_open_older(const char *directory, struct error *err);

/* What an open transaction sees, as a snapshot; it ends before the transaction changes anything. NULL with the reason. */
struct index *index_over(struct store *st, struct error *err);

/* Has a snapshot searched by another calibration than it came with. */
void index_calibrate(struct index *ix, const struct calibration *c);

struct store *index_store(const struct index *ix);
const struct layout_state *index_state(const struct index *ix);

/* The centroids of the lists that answer; NULL with the reason. */
struct coarse *index_coarse(const struct index *ix, struct error *err);

/* The blocks of one of these lists, and a block of its refinements (index/postings.h); NULL, -1 with the reason. */
struct posting_list *index_list(const struct index *ix, uint32_t list, struct error *err);
int index_refinements(const struct index *ix, uint32_t list, uint32_t number, struct refined_block **block, struct error *err);

/* Whether nobody has asked for this list yet, 1, 0, -1; then the caller has its blocks fetched, and index_list does not. */
int index_list_is_new(const struct index *ix, uint32_t list, struct error *err);

const struct vector_shape *index_vector_shape(const struct index *ix);

/* Where the slot of a picture's vector is (vectors_find); a block that was looked up once is not looked up again. 1, 0, -1. */
int index_vector_slot(const struct index *ix, uint32_t picture, const uint8_t **slot, struct error *err);

/* What it holds, as vectors_check has it, and whether a refinement is whole; the checksum of each is taken once. */
int index_vector_check(const struct index *ix, uint32_t picture, const uint8_t *slot, uint32_t *patent, const uint8_t **numbers,
        struct error *err);
bool index_refinement_is_whole(const struct index *ix, const struct refinement_shape *s, uint32_t picture, const uint8_t *slot);

/*
 * Has the vectors of some pictures read from the disk side by side (index/ahead.h); those in blocks that were looked up already only with
 * `again`.
 */
void index_fetch_vectors(const struct index *ix, const uint32_t *pictures, size_t count, bool again);

/*
 * Whether the process has waited for the disk since the last call, more than now and then: what was in memory then is not sure to be
 * there now. The first call says no.
 */
bool index_has_waited(const struct index *ix);

/*
 * The vector of a picture as dot products read it (f32, little-endian, on any address), and its patent: where it lies in the map, or
 * in scratch[4 × dimension] when it is kept as f16. 1, 0, -1.
 */
int index_vector_bytes(const struct index *ix, uint32_t picture, uint32_t *patent, uint8_t *scratch, const uint8_t **values,
        struct error *err);

/* The patent of this document: 1, 0, -1. Its pointers are as those of a store_value. */
int store_find_patent(struct store *st, const char *document, struct index_patent *p, struct error *err);

/*
 * Where a picture of this order stands among a patent's pictures (ordinals, u32 each): 1, or 0 when it is not there, and
 * where it would be inserted; -1.
 */
int store_find_picture(struct store *st, const uint8_t *pictures, size_t count, const uint8_t order[LAYOUT_ORDER],
        size_t *position, struct error *err);

#endif
