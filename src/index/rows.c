/* SPDX-License-Identifier: ISC */
#include "index/rows.h"

#include "index/snapshot.h"

void rows_begin(struct rows *r, struct store *store, const struct layout_state *state, const struct lists *lists,
        const struct index_settings *settings)
{
	r->store = store;
	r->state = *state;
	r->lists = lists;
	const struct vector_shape shape = vector_shape(settings);

	r->settings = settings;
	vectors_begin(&r->vectors, store, &shape);
	code_tail_begin(&r->tail, store, settings);
	r->changed = r->open = r->dirty = r->stale = false;
	r->patents.size = 0;
}

void rows_release(struct rows *r)
{
	vectors_release(&r->vectors);
	code_tail_release(&r->tail);
	bytes_release(&r->pictures);
	bytes_release(&r->value);
	bytes_release(&r->list);
	bytes_release(&r->slot);
	bytes_release(&r->patents);
	columns_close(r->columns);
	r->columns = NULL;
}

int rows_set(struct rows *r, enum store_table table, const void *key, size_t key_size, const void *value, size_t size,
        struct error *err)
{
	struct store_value old;
	const int got = store_get(r->store, table, key, key_size, &old, err);

	if (got < 0)
		return -1;
	if (got && old.size == size && (!size || memcmp(old.data, value, size) == 0))
		return 0;
	if (store_put(r->store, table, key, key_size, value, size, err) < 0)
		return -1;
	r->changed = true;
	return 1;
}

static int drop(struct rows *r, enum store_table table, const void *key, size_t key_size, struct error *err)
{
	const int was = store_delete(r->store, table, key, key_size, err);

	r->changed |= was > 0;
	return was;
}

/* --- ordinals --- */

/* The lowest ordinal of this kind that was freed, else a new one below *bound. */
static int take_ordinal(struct rows *r, char kind, uint32_t *bound, uint32_t *ordinal, struct error *err)
{
	struct store_walk w;
	uint8_t key[FREE_KEY];
	uint64_t freed;

	if (store_count(r->store, STORE_FREE, &freed, err) < 0)
		return -1;
	if (freed) {
		free_key_put(key, kind, 0);
		if (store_walk_open(r->store, &w, STORE_FREE, err) < 0)
			return -1;
		int got = store_walk_seek(&w, key, sizeof key, err);
		if (got == 0)
			got = store_walk_next(&w, err);
		const bool ours = got > 0 && w.key.size == sizeof key && w.key.data[0] == (uint8_t)kind;
		if (ours)
			memcpy(key, w.key.data, sizeof key);
		store_walk_close(&w);
		if (ours) {
			*ordinal = key_get(key + 1);
			return drop(r, STORE_FREE, key, sizeof key, err) < 0 ? -1 : 0;
		}
		if (got < 0)
			return -1;
	}
	if (*bound == UINT32_MAX)
		return error_set(err, "the index has no ordinals left");
	*ordinal = (*bound)++;
	r->changed = true;
	return 0;
}

static int free_ordinal(struct rows *r, char kind, uint32_t ordinal, struct error *err)
{
	uint8_t key[FREE_KEY];

	free_key_put(key, kind, ordinal);
	r->changed = true;
	return store_put(r->store, STORE_FREE, key, sizeof key, NULL, 0, err);
}

/* --- the patent at hand --- */

/* Adds the ordinal to, or takes it from, the patents whose documents have one hash. */
static int change_document(struct rows *r, const char *document, uint32_t patent, bool add, struct error *err)
{
	uint8_t hash[DOCUMENT_KEY];
	struct store_value old;

	document_key_put(hash, document);
	const int got = store_get(r->store, STORE_DOCUMENTS, hash, sizeof hash, &old, err);
	if (got < 0)
		return -1;
	r->list.size = 0;
	for (size_t i = 0; got && i + 4 <= old.size; i += 4)
		if (le32_get(old.data + i) != patent && bytes_append(&r->list, old.data + i, 4) < 0)
			return error_set(err, "out of memory");
	if (add && bytes_put_u32(&r->list, patent) < 0)
		return error_set(err, "out of memory");
	r->changed = true;
	if (!r->list.size)
		return store_delete(r->store, STORE_DOCUMENTS, hash, sizeof hash, err) < 0 ? -1 : 0;
	return store_put(r->store, STORE_DOCUMENTS, hash, sizeof hash, r->list.data, r->list.size, err);
}

/* Writes the row of the patent at hand; one that has neither record nor pictures any more goes. */
static int close_patent(struct rows *r, struct error *err)
{
	struct store_value record;
	uint8_t key[4];

	if (r->open && r->stale && bytes_append(&r->patents, &r->patent, sizeof r->patent) < 0)
		return error_set(err, "out of memory");
	r->stale = false;
	if (!r->open || !r->dirty) {
		r->open = false;
		return 0;
	}
	r->open = r->dirty = false;
	key_put(key, r->patent);
	const int has_record = store_get(r->store, STORE_RECORDS, key, sizeof key, &record, err);
	if (has_record < 0)
		return -1;
	if (!has_record && !r->pictures.size) {
		if (drop(r, STORE_PATENTS, key, sizeof key, err) < 0 ||
		        change_document(r, r->document, r->patent, false, err) < 0)
			return -1;
		return free_ordinal(r, FREE_PATENT, r->patent, err);
	}
	r->value.size = 0;
	if (patent_encode(r->document, r->pictures.data, r->pictures.size, &r->value) < 0)
		return error_set(err, "out of memory");
	return rows_set(r, STORE_PATENTS, key, sizeof key, r->value.data, r->value.size, err) < 0 ? -1 : 0;
}

static int open_columns(struct rows *r, struct error *err)
{
	return r->columns || (r->columns = columns_open(err)) ? 0 : -1;
}

int rows_relist(struct rows *r, struct error *err)
{
	return open_columns(r, err) < 0 ? -1 : columns_relist(r->columns, r->store, r->state.patent_bound, err);
}

/* Tells the columns of all patents that are not what they were. */
static int write_columns(struct rows *r, struct error *err)
{
	if (!r->patents.size)
		return 0;
	if (open_columns(r, err) < 0)
		return -1;
	return columns_update(r->columns, r->store, (void *)r->patents.data, r->patents.size / sizeof(uint32_t), err);
}

int rows_finish(struct rows *r, struct error *err)
{
	return close_patent(r, err) < 0 || vectors_flush(&r->vectors, err) < 0 ? -1 : write_columns(r, err);
}

/* Makes the document's patent the one at hand: 1, or 0 when there is none, -1. */
static int open_patent(struct rows *r, const char *document, struct error *err)
{
	struct index_patent p;

	if (r->open && strcmp(r->document, document) == 0)
		return 1;
	if (close_patent(r, err) < 0)
		return -1;
	const int got = store_find_patent(r->store, document, &p, err);
	if (got <= 0)
		return got;
	if (bytes_set(&r->pictures, p.pictures, 4 * (size_t)p.picture_count) < 0)
		return error_set(err, "out of memory");
	memcpy(r->document, document, strlen(document) + 1);
	r->patent = p.ordinal;
	r->open = true;
	return 1;
}

static int open_or_make_patent(struct rows *r, const char *document, struct error *err)
{
	const int got = open_patent(r, document, err);

	if (got)
		return got < 0 ? -1 : 0;
	if (take_ordinal(r, FREE_PATENT, &r->state.patent_bound, &r->patent, err) < 0 ||
	        change_document(r, document, r->patent, true, err) < 0)
		return -1;
	memcpy(r->document, document, strlen(document) + 1);
	r->pictures.size = 0;
	r->open = r->dirty = r->stale = true;
	return 0;
}

/* --- putting --- */

/* The item's fields without what has a row or a place of its own, appended to value. */
static int encode_fields(struct rows *r, struct item *it, struct error *err)
{
	const size_t record = it->record.size, document = it->document.size, thumbnail = it->thumbnail.size,
	             vectors = it->vector_count, pixels = it->picture.pixels.size;
	const enum picture_layout layout = it->picture.layout;

	it->record.size = it->document.size = it->thumbnail.size = it->vector_count = it->picture.pixels.size = 0;
	it->picture.layout = PICTURE_NONE;
	const int status = item_encode(it, &r->value, err);
	it->record.size = record;
	it->document.size = document;
	it->thumbnail.size = thumbnail;
	it->vector_count = vectors;
	it->picture.pixels.size = pixels;
	it->picture.layout = layout;
	return status;
}

int rows_put_record(struct rows *r, struct item *it, struct error *err)
{
	uint8_t key[4];
	struct store_value old;

	if (open_or_make_patent(r, it->identity.document, err) < 0)
		return -1;
	r->value.size = 0;
	if (bytes_put_u32(&r->value, 0) < 0)
		return error_set(err, "out of memory");
	if (it->vector_count) { /* what else the item says is about the picture */
		struct item bare = {0};
		identity_set(&bare.identity, it->identity.document);
		if (encode_fields(r, &bare, err) < 0)
			return -1;
	} else if (encode_fields(r, it, err) < 0) {
		return -1;
	}
	le32_put(r->value.data, (uint32_t)(r->value.size - 4));
	if (bytes_append(&r->value, it->record.data, it->record.size) < 0)
		return error_set(err, "out of memory");
	key_put(key, r->patent);
	const int had = store_get(r->store, STORE_RECORDS, key, sizeof key, &old, err);
	const int wrote =
	        had < 0 ? -1 : rows_set(r, STORE_RECORDS, key, sizeof key, r->value.data, r->value.size, err);
	if (wrote < 0)
		return -1;
	r->stale |= wrote;
	r->counts.records_added += !had;
	r->counts.records_changed += had && wrote;
	r->counts.unchanged += had && !wrote;
	return 0;
}

/* A new picture's ordinal, inserted at this position among its patent's. */
static int insert_picture(struct rows *r, size_t position, uint32_t *picture, struct error *err)
{
	if (take_ordinal(r, FREE_PICTURE, &r->state.picture_bound, picture, err) < 0)
		return -1;
	const size_t at = 4 * position, behind = r->pictures.size - at;
	if (bytes_put_u32(&r->pictures, 0) < 0)
		return error_set(err, "out of memory");
	memmove(r->pictures.data + at + 4, r->pictures.data + at, behind);
	le32_put(r->pictures.data + at, *picture);
	r->dirty = true;
	return 0;
}

/* The vector's row, and its code in its list. 1 when something was written, 0, -1. */
static int put_vector(struct rows *r, uint32_t picture, const float *vector, uint32_t list, struct error *err)
{
	const int wrote = vectors_put(&r->vectors, picture, r->patent, vector, err);

	if (wrote <= 0)
		return wrote;
	r->changed = true;
	if (codes_remove(r->store, r->settings, picture, &r->value, err) < 0)
		return -1;
	if (!list)
		return codes_leave_out(r->store, picture, err) < 0 ? -1 : 1;
	if (bytes_resize(&r->slot, r->tail.refined.slot) < 0)
		return error_set(err, "out of memory");
	lists_encode(r->lists, vector, list, &r->code, r->slot.data);
	r->code.picture = picture;
	r->code.patent = r->patent;
	if (code_tail_append(&r->tail, list, &r->code, r->slot.data, err) < 0 || code_tail_flush(&r->tail, err) < 0)
		return -1;
	return 1;
}

int rows_put_picture(struct rows *r, struct item *it, const float *vector, uint32_t list, struct error *err)
{
	uint8_t order[LAYOUT_ORDER], key[4];
	uint32_t picture;
	size_t position;

	if (open_or_make_patent(r, it->identity.document, err) < 0)
		return -1;
	order_put(order, &it->identity);
	const int had = store_find_picture(r->store, r->pictures.data, r->pictures.size / 4, order, &position, err);
	if (had < 0)
		return -1;
	if (had)
		picture = le32_get(r->pictures.data + 4 * position);
	else if (insert_picture(r, position, &picture, err) < 0)
		return -1;

	key_put(key, picture);
	r->value.size = 0;
	if (bytes_put_u32(&r->value, r->patent) < 0 || bytes_append(&r->value, order, sizeof order) < 0)
		return error_set(err, "out of memory");
	if (encode_fields(r, it, err) < 0)
		return -1;
	const int row = rows_set(r, STORE_PICTURES, key, sizeof key, r->value.data, r->value.size, err);
	const int thumbnail = row < 0 ? -1 : it->thumbnail.size
	        ? rows_set(r, STORE_THUMBNAILS, key, sizeof key, it->thumbnail.data, it->thumbnail.size, err)
	        : drop(r, STORE_THUMBNAILS, key, sizeof key, err);
	const int moved = thumbnail < 0 ? -1 : put_vector(r, picture, vector, list, err);
	if (moved < 0)
		return -1;
	r->stale |= row || moved;
	r->counts.pictures_added += !had;
	r->counts.pictures_changed += had && (row || thumbnail || moved);
	r->counts.unchanged += had && !row && !thumbnail && !moved;
	return 0;
}

/* --- deleting --- */

static int delete_picture(struct rows *r, uint32_t picture, struct error *err)
{
	uint8_t key[4];

	key_put(key, picture);
	if (codes_remove(r->store, r->settings, picture, &r->value, err) < 0 ||
	        vectors_delete(&r->vectors, picture, err) < 0 || drop(r, STORE_PICTURES, key, sizeof key, err) < 0 ||
	        drop(r, STORE_THUMBNAILS, key, sizeof key, err) < 0)
		return -1;
	r->dirty = r->stale = true;
	r->counts.pictures_deleted++;
	return free_ordinal(r, FREE_PICTURE, picture, err);
}

static bool is_document(const struct identity *id)
{
	return id->sheet == IDENTITY_NO_SHEET && !id->page && !id->figure && !id->region[2];
}

int rows_delete(struct rows *r, const struct identity *id, bool *found, struct error *err)
{
	uint8_t order[LAYOUT_ORDER], key[4];
	size_t position;
	const int got = open_patent(r, id->document, err);

	*found = false;
	if (got <= 0)
		return got;
	if (is_document(id)) {
		key_put(key, r->patent);
		const int had = drop(r, STORE_RECORDS, key, sizeof key, err);
		if (had < 0)
			return -1;
		r->counts.records_deleted += (uint64_t)had;
		for (size_t i = 0; i < r->pictures.size; i += 4)
			if (delete_picture(r, le32_get(r->pictures.data + i), err) < 0)
				return -1;
		r->pictures.size = 0;
		*found = r->dirty = r->stale = true;
		return 0;
	}
	order_put(order, id);
	const int there = store_find_picture(r->store, r->pictures.data, r->pictures.size / 4, order, &position, err);
	if (there <= 0)
		return there;
	if (delete_picture(r, le32_get(r->pictures.data + 4 * position), err) < 0)
		return -1;
	memmove(r->pictures.data + 4 * position, r->pictures.data + 4 * position + 4, r->pictures.size - 4 * position - 4);
	r->pictures.size -= 4;
	*found = true;
	return 0;
}
