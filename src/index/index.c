/* SPDX-License-Identifier: ISC */
#include "index/index.h"

#include "base/bits.h"
#include "index/coarse.h"
#include "index/layout.h"
#include "index/refinements.h"
#include "index/snapshot.h"
#include "index/vectors.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

struct index {
	struct store *store;
	bool borrowed; /* the store */
	struct index_settings settings;
	struct layout_state state;
	struct index_counts counts;
	struct vector_shape shape;
	struct calibration calibration;
	struct item scratch; /* a row's fields, decoded */
	struct coarse coarse;
	struct postings postings;
	const uint8_t **blocks; /* of vectors, those that were looked up */
	uint64_t *whole_vectors, *whole_refinements; /* a bit for each picture: its slot was checked */
	long waits;             /* for the disk, so far: index_has_waited */
	bool waits_known;
};

static int load(struct index *ix, bool older, struct error *err)
{
	static const struct {
		enum store_table table;
		size_t offset;
	} counted[] = {
	        {STORE_PATENTS, offsetof(struct index_counts, patents)},
	        {STORE_RECORDS, offsetof(struct index_counts, records)},
	        {STORE_PICTURES, offsetof(struct index_counts, pictures)},
	        {STORE_THUMBNAILS, offsetof(struct index_counts, thumbnails)},
	        {STORE_ARCHIVES, offsetof(struct index_counts, archives)},
	};
	const int got = layout_load(ix->store, older, &ix->settings, &ix->state, err);

	if (got <= 0)
		return got < 0 ? -1 : error_set(err, "it is no index");
	for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
		uint64_t *count = (uint64_t *)(void *)((uint8_t *)&ix->counts + counted[i].offset);
		if (store_count(ix->store, counted[i].table, count, err) < 0)
			return -1;
	}
	ix->counts.lists = state_lists(&ix->state);
	ix->shape = vector_shape(&ix->settings);
	/* nobody searches by that of an older version, and it may be another kind */
	return ix->state.version < LAYOUT_VERSION ? 0 : calibration_load(ix->store, &ix->calibration, err);
}

static struct index *open_index(const char *directory, bool older, struct error *err)
{
	struct index *ix = calloc(1, sizeof *ix);
	struct stat sb;
	char path[LIMIT_PATH + 16];

	if (!ix) {
		error_set(err, "out of memory");
		return NULL;
	}
	if (stat(directory, &sb) < 0)
		goto system_says;
	if (!S_ISDIR(sb.st_mode)) {
		error_set(err, "cannot open index '%s': it is no directory", directory);
		goto failed;
	}
	if (snprintf(path, sizeof path, "%s/data.mdb", directory) >= (int)sizeof path || stat(path, &sb) < 0) {
		if (errno != ENOENT)
			goto system_says;
		error_set(err, "cannot open index '%s': it is no index", directory);
		goto failed;
	}
	ix->store = store_open(directory, STORE_READ, err);
	if (!ix->store || store_begin(ix->store, err) < 0 || load(ix, older, err) < 0) {
		error_within(err, "cannot open index '%s'", directory);
		goto failed;
	}
	return ix;
system_says:
	error_set(err, "cannot open index '%s':", directory);
failed:
	index_close(ix);
	return NULL;
}

struct index *index_open(const char *directory, struct error *err)
{
	return open_index(directory, false, err);
}

struct index *index_open_older(const char *directory, struct error *err)
{
	return open_index(directory, true, err);
}

struct index *index_over(struct store *st, struct error *err)
{
	struct index *ix = calloc(1, sizeof *ix);

	if (!ix) {
		error_set(err, "out of memory");
		return NULL;
	}
	ix->store = st;
	ix->borrowed = true;
	if (load(ix, false, err) == 0)
		return ix;
	index_close(ix);
	return NULL;
}

int index_finish(struct index *ix, struct error *err)
{
	return store_finish(ix->store, err);
}

void index_close(struct index *ix)
{
	if (!ix)
		return;
	if (!ix->borrowed)
		store_close(ix->store);
	facts_release(&ix->settings.facts);
	item_release(&ix->scratch);
	coarse_release(&ix->coarse);
	postings_release(&ix->postings);
	free(ix->blocks);
	free(ix->whole_vectors);
	free(ix->whole_refinements);
	free(ix);
}

uint64_t index_generation(const struct index *ix)
{
	return store_generation(ix->store);
}

uint64_t index_bytes(const struct index *ix)
{
	return store_bytes(ix->store);
}

const struct index_settings *index_settings(const struct index *ix)
{
	return &ix->settings;
}

const struct index_counts *index_counts(const struct index *ix)
{
	return &ix->counts;
}

uint32_t index_patent_bound(const struct index *ix)
{
	return ix->state.patent_bound;
}

uint32_t index_picture_bound(const struct index *ix)
{
	return ix->state.picture_bound;
}

struct store *index_store(const struct index *ix)
{
	return ix->store;
}

const struct layout_state *index_state(const struct index *ix)
{
	return &ix->state;
}

const struct calibration *index_calibration(const struct index *ix)
{
	return &ix->calibration;
}

void index_calibrate(struct index *ix, const struct calibration *c)
{
	ix->calibration = *c;
}

struct coarse *index_coarse(const struct index *ix, struct error *err)
{
	/* no part of what the snapshot shows either */
	struct index *own = (struct index *)(uintptr_t)ix;

	return coarse_open(&own->coarse, ix->store, &ix->settings, ix->state.list_first, (uint32_t)ix->counts.lists, err) < 0
	               ? NULL : &own->coarse;
}

struct posting_list *index_list(const struct index *ix, uint32_t list, struct error *err)
{
	struct index *own = (struct index *)(uintptr_t)ix;

	return postings_open(&own->postings, ix->state.list_first, (uint32_t)ix->counts.lists, err) < 0
	               ? NULL : postings_find(&own->postings, ix->store, list, err);
}

int index_list_is_new(const struct index *ix, uint32_t list, struct error *err)
{
	struct index *own = (struct index *)(uintptr_t)ix;

	return postings_open(&own->postings, ix->state.list_first, (uint32_t)ix->counts.lists, err) < 0
	               ? -1 : postings_is_new(&own->postings, list);
}

int index_refinements(const struct index *ix, uint32_t list, uint32_t number, struct refined_block **block, struct error *err)
{
	struct index *own = (struct index *)(uintptr_t)ix;

	return postings_open(&own->postings, ix->state.list_first, (uint32_t)ix->counts.lists, err) < 0
	               ? -1 : postings_refinements(&own->postings, ix->store, refinement_shape(&ix->settings).slot, list, number, block, err);
}

int index_patent(const struct index *ix, uint32_t ordinal, struct index_patent *p, struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, ordinal);
	const int got = store_get(ix->store, STORE_PATENTS, key, sizeof key, &v, err);
	p->ordinal = ordinal;
	return got <= 0 ? got : patent_decode(p, v, err) < 0 ? -1 : 1;
}

uint32_t index_patent_picture(const struct index_patent *p, uint32_t i)
{
	return le32_get(p->pictures + 4 * (size_t)i);
}

/* The two parts of a record's row: 1, 0, -1. */
static int record_row(const struct index *ix, uint32_t patent, struct store_value *fields, struct store_value *json,
        struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, patent);
	const int got = store_get(ix->store, STORE_RECORDS, key, sizeof key, &v, err);
	return got <= 0 ? got : record_decode(v, fields, json, err) < 0 ? -1 : 1;
}

int index_record(const struct index *ix, uint32_t patent, const char **json, size_t *size, struct error *err)
{
	struct store_value fields, record;
	const int got = record_row(ix, patent, &fields, &record, err);

	if (got > 0) {
		*json = (const char *)record.data;
		*size = record.size;
	}
	return got;
}

int store_find_patent(struct store *st, const char *document, struct index_patent *p, struct error *err)
{
	uint8_t hash[DOCUMENT_KEY], key[4];
	struct store_value list, row;

	document_key_put(hash, document);
	const int got = store_get(st, STORE_DOCUMENTS, hash, sizeof hash, &list, err);
	for (size_t i = 0; got > 0 && i + 4 <= list.size; i += 4) {
		p->ordinal = le32_get(list.data + i);
		key_put(key, p->ordinal);
		const int found = store_get(st, STORE_PATENTS, key, sizeof key, &row, err);
		if (found == 0)
			return error_set(err, "patent %u is missing in table 'patents'", (unsigned)p->ordinal);
		if (found < 0 || patent_decode(p, row, err) < 0)
			return -1;
		if (strcmp(p->document, document) == 0)
			return 1;
	}
	return got < 0 ? -1 : 0;
}

int store_find_picture(struct store *st, const uint8_t *pictures, size_t count, const uint8_t order[LAYOUT_ORDER],
        size_t *position, struct error *err)
{
	size_t low = 0, high = count;

	while (low < high) {
		const size_t middle = (low + high) / 2;
		struct store_value row;
		uint8_t key[4];
		const uint32_t ordinal = le32_get(pictures + 4 * middle);
		key_put(key, ordinal);
		const int got = store_get(st, STORE_PICTURES, key, sizeof key, &row, err);
		if (got < 0)
			return -1;
		if (got == 0 || row.size < LAYOUT_PICTURE_HEAD)
			return error_set(err, "picture %u is missing in table 'pictures'", (unsigned)ordinal);
		const int c = memcmp(row.data + 4, order, LAYOUT_ORDER);
		if (c == 0) {
			*position = middle;
			return 1;
		}
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*position = low;
	return 0;
}

int index_find_patent(const struct index *ix, const char *document, uint32_t *patent, struct error *err)
{
	struct index_patent p;
	const int got = store_find_patent(ix->store, document, &p, err);

	if (got > 0)
		*patent = p.ordinal;
	return got;
}

int index_find_picture(const struct index *ix, const struct identity *id, uint32_t *picture, struct error *err)
{
	struct index_patent p;
	uint8_t order[LAYOUT_ORDER];
	size_t at;
	int got = store_find_patent(ix->store, id->document, &p, err);

	if (got <= 0)
		return got;
	order_put(order, id);
	got = store_find_picture(ix->store, p.pictures, p.picture_count, order, &at, err);
	if (got > 0)
		*picture = index_patent_picture(&p, (uint32_t)at);
	return got;
}

/* A picture's row: the patent's ordinal, and the fields in scratch and as bytes. 1, 0, -1. */
static int picture_fields(const struct index *ix, uint32_t ordinal, struct item *it, uint32_t *patent,
        struct store_value *fields, struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, ordinal);
	const int got = store_get(ix->store, STORE_PICTURES, key, sizeof key, &v, err);
	if (got <= 0)
		return got;
	if (v.size < LAYOUT_PICTURE_HEAD)
		return error_set(err, "the row of picture %u is malformed", (unsigned)ordinal);
	*patent = le32_get(v.data);
	*fields = (struct store_value){v.data + LAYOUT_PICTURE_HEAD, v.size - LAYOUT_PICTURE_HEAD};
	if (item_decode(it, fields->data, fields->size, err) < 0)
		return error_within(err, "the row of picture %u is malformed", (unsigned)ordinal);
	return 1;
}

int index_picture(const struct index *ix, uint32_t ordinal, struct index_picture *p, struct error *err)
{
	/* the scratch item is no part of what the snapshot shows */
	struct item *it = &((struct index *)(uintptr_t)ix)->scratch;
	struct store_value fields;
	const int got = picture_fields(ix, ordinal, it, &p->patent, &fields, err);

	if (got <= 0)
		return got;
	p->ordinal = ordinal;
	p->identity = it->identity;
	p->has_source = it->has_source;
	if (it->has_source)
		p->source = it->source;
	p->has_page = it->has_page;
	p->page = it->page;
	p->colours = p->labels = NULL;
	p->others = NULL;
	p->colours_size = p->labels_size = p->others_size = 0;
	struct cursor c = cursor_on(fields.data, fields.size);
	while (cursor_left(&c)) {
		const uint8_t *head = c.at;
		const uint16_t kind = cursor_u16(&c);
		cursor_u16(&c);
		const uint32_t size = cursor_u32(&c);
		const uint8_t *contents = cursor_bytes(&c, size);
		if (kind == FIELD_COLOURS) {
			p->colours = (const char *)contents;
			p->colours_size = size;
		} else if (kind == FIELD_LABELS) {
			p->labels = (const char *)contents;
			p->labels_size = size;
		} else if (kind > FIELD_FAULT) { /* these are the last */
			p->others = head;
			p->others_size = (size_t)(c.end - head);
			break;
		}
	}
	return 1;
}

const struct vector_shape *index_vector_shape(const struct index *ix)
{
	return &ix->shape;
}

int index_vector_slot(const struct index *ix, uint32_t picture, const uint8_t **slot, struct error *err)
{
	struct index *own = (struct index *)(uintptr_t)ix;
	const size_t number = picture / ix->shape.room, at = picture % ix->shape.room * ix->shape.slot;

	if (picture >= ix->state.picture_bound)
		return 0;
	if (!own->blocks)
		own->blocks = calloc(ix->state.picture_bound / ix->shape.room + 1, sizeof *own->blocks);
	if (!own->blocks)
		return error_set(err, "out of memory");
	if (own->blocks[number]) {
		*slot = own->blocks[number] + at;
		return 1;
	}
	const int got = vectors_find(ix->store, &ix->shape, picture, slot, err);
	if (got > 0) {
		own->blocks[number] = *slot - at;
		store_fetch((struct store_value){*slot, ix->shape.slot});
	}
	return got;
}

static bool is_marked(const uint64_t *marks, uint32_t picture)
{
	return marks && bits_has(marks, picture);
}

/* Without memory for the marks, a slot is just checked every time. */
static void mark(uint64_t **marks, uint32_t picture, uint32_t bound)
{
	if (!*marks)
		*marks = calloc(bound / 64 + 1, sizeof **marks);
	if (*marks)
		bits_add(*marks, picture);
}

int index_vector_check(const struct index *ix, uint32_t picture, const uint8_t *slot, uint32_t *patent, const uint8_t **numbers,
        struct error *err)
{
	struct index *own = (struct index *)(uintptr_t)ix;

	if (is_marked(ix->whole_vectors, picture))
		return vectors_take(slot, patent, numbers);
	const int got = vectors_check(&ix->shape, picture, slot, patent, numbers, err);
	if (got >= 0)
		mark(&own->whole_vectors, picture, ix->state.picture_bound);
	return got;
}

bool index_refinement_is_whole(const struct index *ix, const struct refinement_shape *s, uint32_t picture, const uint8_t *slot)
{
	struct index *own = (struct index *)(uintptr_t)ix;

	if (is_marked(ix->whole_refinements, picture))
		return true;
	const bool whole = refinement_is_whole(s, picture, slot);
	if (whole)
		mark(&own->whole_refinements, picture, ix->state.picture_bound);
	return whole;
}

void index_fetch_vectors(const struct index *ix, const uint32_t *pictures, size_t count, bool again)
{
	struct ahead_wish *wishes = malloc((count + 1) * sizeof *wishes);
	size_t wanted = 0;

	for (size_t i = 0; wishes && i < count; i++)
		if (pictures[i] < ix->state.picture_bound && (again || !(ix->blocks && ix->blocks[pictures[i] / ix->shape.room])))
			wishes[wanted++] = vectors_wish(&ix->shape, pictures[i]);
	if (wishes)
		ahead_fetch(ix->store, STORE_VECTORS, wishes, wanted);
	free(wishes);
}

bool index_has_waited(const struct index *ix)
{
	enum { NOW_AND_THEN = 4 };
	struct index *own = (struct index *)(uintptr_t)ix;
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	const bool waited = own->waits_known && r.ru_majflt - own->waits > NOW_AND_THEN;
	own->waits = r.ru_majflt;
	own->waits_known = true;
	return waited;
}

/* The values of ordinals, whole. */
static void fetch_rows(const struct index *ix, enum store_table table, const uint32_t *ordinals, size_t count)
{
	struct ahead_wish *wishes = calloc(count + 1, sizeof *wishes);

	for (size_t i = 0; wishes && i < count; i++) {
		key_put(wishes[i].key, ordinals[i]);
		wishes[i].key_size = 4;
	}
	if (wishes)
		ahead_fetch(ix->store, table, wishes, count);
	free(wishes);
}

void index_fetch(const struct index *ix, const uint32_t *patents, size_t count, unsigned parts)
{
	struct bytes pictures = {0};
	struct index_patent p;
	struct error err;

	fetch_rows(ix, STORE_PATENTS, patents, count);
	if (parts & INDEX_RECORDS)
		fetch_rows(ix, STORE_RECORDS, patents, count);
	for (size_t i = 0; parts & ~(unsigned)INDEX_RECORDS && i < count; i++) {
		const bool there = index_patent(ix, patents[i], &p, &err) > 0;
		for (uint32_t n = 0; there && n < p.picture_count; n++) {
			const uint32_t picture = index_patent_picture(&p, n);
			if (bytes_append(&pictures, &picture, sizeof picture) < 0)
				break;
		}
	}
	const uint32_t *ordinals = (const void *)pictures.data;
	const size_t wanted = pictures.size / sizeof *ordinals;
	if (parts & INDEX_PICTURES)
		fetch_rows(ix, STORE_PICTURES, ordinals, wanted);
	if (parts & INDEX_VECTORS)
		index_fetch_vectors(ix, ordinals, wanted, false);
	if (parts & INDEX_THUMBNAILS)
		fetch_rows(ix, STORE_THUMBNAILS, ordinals, wanted);
	bytes_release(&pictures);
}

int index_vector_bytes(const struct index *ix, uint32_t picture, uint32_t *patent, uint8_t *scratch, const uint8_t **values,
        struct error *err)
{
	const uint8_t *numbers;
	const int got = vectors_get(ix->store, &ix->shape, picture, patent, &numbers, err);

	if (got > 0)
		*values = vector_bytes(&ix->shape, numbers, scratch);
	return got;
}

/* Version 2 had a value for each vector, the patent in front. */
static int vector_of_version_2(const struct index *ix, uint32_t picture, float *values, struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, picture);
	const int got = store_get(ix->store, STORE_VECTORS, key, sizeof key, &v, err);
	if (got <= 0)
		return got;
	if (v.size != 4 + 4 * (size_t)ix->settings.dimension)
		return error_set(err, "the vector of picture %u is malformed", (unsigned)picture);
	lef32_get_array(values, v.data + 4, ix->settings.dimension);
	return 1;
}

int index_vector(const struct index *ix, uint32_t picture, float *values, struct error *err)
{
	if (ix->state.version == 2)
		return vector_of_version_2(ix, picture, values, err);
	const uint8_t *numbers;
	uint32_t patent;
	const int got = vectors_get(ix->store, &ix->shape, picture, &patent, &numbers, err);

	if (got > 0)
		vector_numbers(&ix->shape, numbers, values);
	return got;
}

int index_thumbnail(const struct index *ix, uint32_t picture, const uint8_t **jpeg, size_t *size, struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, picture);
	const int got = store_get(ix->store, STORE_THUMBNAILS, key, sizeof key, &v, err);
	if (got > 0) {
		*jpeg = v.data;
		*size = v.size;
	}
	return got;
}

int index_record_item(const struct index *ix, uint32_t patent, struct item *it, struct error *err)
{
	struct store_value fields, json;
	const int got = record_row(ix, patent, &fields, &json, err);

	if (got <= 0)
		return got;
	if (item_decode(it, fields.data, fields.size, err) < 0)
		return error_within(err, "the row of record %u is malformed", (unsigned)patent);
	return bytes_set(&it->record, json.data, json.size) < 0 ? error_set(err, "out of memory") : 1;
}

int index_picture_item(const struct index *ix, uint32_t picture, struct item *it, struct error *err)
{
	struct store_value fields;
	const uint8_t *jpeg;
	size_t size;
	uint32_t patent;
	int got = picture_fields(ix, picture, it, &patent, &fields, err);

	if (got <= 0)
		return got;
	struct vector *v = item_add_vector(it, ix->settings.space, ix->settings.dimension);
	if (!v)
		return error_set(err, "out of memory");
	got = index_vector(ix, picture, v->values, err);
	if (got == 0)
		return error_set(err, "the vector of picture %u is missing", (unsigned)picture);
	if (got > 0)
		got = index_thumbnail(ix, picture, &jpeg, &size, err);
	if (got > 0 && bytes_set(&it->thumbnail, jpeg, size) < 0)
		return error_set(err, "out of memory");
	return got < 0 ? -1 : 1;
}

int index_archive(const struct index *ix, uint32_t i, struct index_archive *a, struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, i);
	const int got = store_get(ix->store, STORE_ARCHIVES, key, sizeof key, &v, err);
	return got <= 0 ? got : archive_decode(a, v, err) < 0 ? -1 : 1;
}
