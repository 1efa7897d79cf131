/* SPDX-License-Identifier: ISC */
/*
 * layout - keys and values of ornament-index(5), between bytes and structs; nothing here reads or writes
 *
 * Keys: ordinals and list numbers are big-endian, so that tables are in their order. Values are little-endian.
 *     meta        "format" u32 · "settings" · "state"
 *     patents     patent            document (u32 length, bytes, NUL), then the ordinals of its pictures in sheet order, u32 each
 *     records     patent            u32 length, an item's fields but the record, then the record
 *     columns     field, NUL, run   what 256 patents have in a field (index/column.h)
 *     documents   hash of document  ordinals of the patents with this hash, u32 each
 *     pictures    picture           u32 patent, 28 bytes of order, an item's fields but vectors and thumbnail
 *     places      picture           u32 list, u32 block
 *     vectors     block             exact vectors (index/vectors.h)
 *     codes       list, block       entries of the list (index/codes.h)
 *     refinements list, block       longer codes of these entries (index/refinements.h)
 *     thumbnails  picture           JPEG
 *     lists       first list        a group's centroids (index/centroids.h)
 *     groups      first list        the groups of all lists from this one on, with a centroid each (index/centroids.h)
 *     free        'p' or 'q', ordinal   nothing: a patent's, a picture's ordinal that can be used again
 *     archives    number            an entry of the log
 * List 0 has no centroid and no blocks: before the index is trained it has all pictures.
 */
#ifndef INDEX_LAYOUT_H
#define INDEX_LAYOUT_H

#include "base/bytes.h"
#include "index/index.h"
#include "index/store.h"

/* What is of LAYOUT_OLDEST can be upgraded: version 2 has another kind of settings, 3 no refinements, 4 other codes. */
enum { LAYOUT_VERSION = 5, LAYOUT_OLDEST = 2, LAYOUT_ORDER = 28, LAYOUT_PICTURE_HEAD = 4 + LAYOUT_ORDER };

/* Kinds of ordinals in the table of free ones. */
enum { FREE_PATENT = 'p', FREE_PICTURE = 'q' };

/* How well the lists fit what is in them (index/balance.h); both 0 where there was nothing. */
struct list_balance {
	float distance; /* mean squared distance of vectors to the centroids of their lists */
	float crowding; /* entries in the list of an entry, on average, over those of a list: 1 when all have as many */
};

/* What changes with every commit. */
struct layout_state {
	uint32_t version;                     /* of the format; no part of the value */
	uint32_t patent_bound, picture_bound; /* ordinals given so far are below */
	uint32_t list_bound;                  /* likewise lists; 1 before the first training */
	uint32_t list_first;                  /* of those that are searched and take vectors; 0: not trained */
	uint32_t list_next;                   /* first of those that a training goes on to fill; 0: no training goes on */
	uint32_t archive_bound;
	uint64_t trained_at; /* pictures when the lists were last trained */
	struct list_balance trained; /* of the lists then */
};

/* Keys. */
static inline void key_put(uint8_t key[4], uint32_t ordinal)
{
	for (int i = 0; i < 4; i++)
		key[i] = (uint8_t)(ordinal >> (24 - 8 * i));
}

static inline uint32_t key_get(const uint8_t key[4])
{
	return (uint32_t)key[0] << 24 | (uint32_t)key[1] << 16 | (uint32_t)key[2] << 8 | key[3];
}

enum { DOCUMENT_KEY = 8, FREE_KEY = 5 };
void document_key_put(uint8_t key[DOCUMENT_KEY], const char *document);
void free_key_put(uint8_t key[FREE_KEY], char kind, uint32_t ordinal);

/* Where an identity stands among the pictures of its document: memcmp of two is identity_compare. */
void order_put(uint8_t order[LAYOUT_ORDER], const struct identity *id);

/* How many lists are searched and take vectors: those from list_first on. */
static inline uint32_t state_lists(const struct layout_state *s)
{
	return s->list_first ? (s->list_next ? s->list_next : s->list_bound) - s->list_first : 0;
}

/* Values; encode appends, 0/-1 (memory); decode 0/-1 with "the settings are malformed". */
int settings_encode(const struct index_settings *s, uint32_t version, struct bytes *to);
int settings_decode(struct index_settings *s, uint32_t version, struct store_value from, struct error *err);
int state_encode(const struct layout_state *s, struct bytes *to);
int state_decode(struct layout_state *s, uint32_t version, struct store_value from, struct error *err);
int archive_encode(const struct index_archive *a, struct bytes *to);
int archive_decode(struct index_archive *a, struct store_value from, struct error *err);

/* p->ordinal is left to the caller. */
int patent_encode(const char *document, const uint8_t *pictures, size_t picture_bytes, struct bytes *to);
int patent_decode(struct index_patent *p, struct store_value from, struct error *err);

/* A record's value in its two parts. */
int record_decode(struct store_value from, struct store_value *fields, struct store_value *json, struct error *err);

/*
 * Reads what an open transaction needs first; of an older version, down to LAYOUT_OLDEST, only where it is to be upgraded. 1, 0 when
 * nothing was ever written, -1.
 */
int layout_load(struct store *st, bool older, struct index_settings *settings, struct layout_state *state, struct error *err);

#endif
