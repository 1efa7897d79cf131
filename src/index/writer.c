/* SPDX-License-Identifier: ISC */
/*
 * A batch is kept as encoded items and applied in one transaction: when the map turns out too small, the transaction is thrown
 * away, the map grown, and the batch applied again. Only whole documents are applied, so what a stream that breaks has
 * begun but not ended can be forgotten.
 */
#include "index/writer.h"

#include "base/json.h"
#include "index/writing.h"
#include "math/half.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	/*
	 * A picture changes pages that have little to do with its neighbours': the last block of its list, those where its document is
	 * found by name. The more pictures share a commit, the fewer pages are written for each.
	 */
	COMMIT_EVERY = 5000,       /* pictures */
	COMMIT_SECONDS = 120,      /* or so long after the batch was begun */
	COMMIT_BYTES = 64 << 20,   /* or so many bytes in it */
	DOCUMENT_BYTES = 128 << 20 /* a single document beyond this is committed in parts */
};

/* So much is kept for a reader in any case. */
enum { KEPT_BYTES = 64 << 20 };

static time_t monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

const struct writer_counts *writer_counts(const struct writer *w)
{
	return &w->counts;
}

/* --- transactions --- */

static int put_meta(struct writer *w, const char *name, struct bytes *value, struct error *err)
{
	return store_put(w->store, STORE_META, name, strlen(name), value->data, value->size, err);
}

int writer_put_settings(struct writer *w, struct error *err)
{
	struct bytes *value = &w->rows.value;

	value->size = 0;
	if (settings_encode(&w->settings, LAYOUT_VERSION, value) < 0)
		return error_set(err, "out of memory");
	return put_meta(w, "settings", value, err);
}

int writer_put_state(struct writer *w, struct error *err)
{
	struct bytes *value = &w->rows.value;

	value->size = 0;
	if (state_encode(&w->rows.state, value) < 0)
		return error_set(err, "out of memory");
	return put_meta(w, "state", value, err);
}

/* Whether a reader keeps more of what commits gave up than the index uses: 1, with the reason, 0, -1. In an open transaction. */
static int is_held_up(struct writer *w, struct error *err)
{
	struct store_reader reader;
	uint64_t kept, used;
	const int reads = store_oldest_reader(w->store, &reader, err);

	if (reads <= 0 || reader.generation + 1 >= store_generation(w->store))
		return reads < 0 ? -1 : 0;
	if (store_kept(w->store, &reader, &kept, &used, err) < 0)
		return -1;
	if (kept < KEPT_BYTES || kept < used)
		return 0;
	error_set(err, "process %ld has been reading generation %" PRIu64 " for so long that the file would double: end it", reader.process,
	        reader.generation);
	return 1;
}

/* Begins a transaction when no reader is in its way, which is waited for as another writer is. */
static int begin(struct writer *w, struct error *err)
{
	const time_t began = monotonic();

	for (;;) {
		if (store_begin(w->store, err) < 0)
			return -1;
		const int held_up = is_held_up(w, err);
		if (held_up == 0)
			return 0;
		store_abort(w->store);
		if (held_up < 0 || monotonic() - began >= w->options.wait)
			return -1;
		nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
	}
}

int writer_transact(struct writer *w, int (*step)(struct writer *w, void *context, struct error *err), void *context,
        struct error *err)
{
	const struct layout_state before = w->rows.state;

	for (;;) {
		if (begin(w, err) < 0)
			return error_within(err, "index '%s'", w->directory);
		rows_begin(&w->rows, w->store, &before, &w->lists, &w->settings);
		w->rows.counts = w->counts;
		int status = step(w, context, err);
		const bool changed = w->rows.changed || w->settings_changed;
		if (status == 0 && changed) {
			status = w->settings_changed ? writer_put_settings(w, err) : 0;
			if (status == 0)
				status = writer_put_state(w, err);
			if (status == 0)
				status = store_commit(w->store, err);
		}
		store_abort(w->store);
		if (status == 0) {
			w->counts = w->rows.counts;
			w->counts.commits += changed;
			w->settings_changed = false;
			return 0;
		}
		w->rows.state = before;
		if (!store_is_full(w->store))
			return error_within(err, "index '%s'", w->directory);
		if (store_grow(w->store, err) < 0)
			return -1;
	}
}

/* --- the batch --- */

/* An entry of the batch from *at on: the item into w->item, its vector's place, or NULL. */
static int next_entry(struct writer *w, size_t *at, const uint8_t **vector, struct error *err)
{
	const uint8_t *p = w->batch.data + *at;
	const uint32_t size = le32_get(p), numbers = le32_get(p + 4);

	*vector = numbers ? p + 8 + size : NULL;
	*at += 8 + (size_t)size + 4 * (size_t)numbers;
	return item_decode(&w->item, p + 8, size, err);
}

struct application {
	size_t size;     /* bytes of the batch to apply */
	float *vectors;  /* all of them, packed */
	uint32_t *lists; /* their lists */
};

static int apply(struct writer *w, void *context, struct error *err)
{
	const struct application *a = context;
	size_t at = 0, picture = 0;
	const uint8_t *vector;

	while (at < a->size) {
		if (next_entry(w, &at, &vector, err) < 0)
			return -1;
		if (w->item.record.size && rows_put_record(&w->rows, &w->item, err) < 0)
			return -1;
		if (!vector)
			continue;
		if (rows_put_picture(&w->rows, &w->item, a->vectors + picture * w->settings.dimension, a->lists[picture],
		            err) < 0)
			return -1;
		picture++;
	}
	return rows_finish(&w->rows, err);
}

/* Commits the first `size` bytes of the batch and keeps the others. */
static int commit_batch(struct writer *w, size_t size, struct error *err)
{
	const size_t dimension = w->settings.dimension;
	struct application a = {.size = size};
	size_t count = 0;
	int status = 0;

	if (w->pictures) {
		a.vectors = malloc(w->pictures * dimension * sizeof *a.vectors);
		a.lists = malloc(w->pictures * sizeof *a.lists);
		if (!a.vectors || !a.lists)
			status = error_set(err, "out of memory");
	}
	for (size_t at = 0; status == 0 && at < size;) {
		const uint8_t *p = w->batch.data + at;
		const size_t item = le32_get(p), numbers = le32_get(p + 4);
		if (numbers)
			lef32_get_array(a.vectors + count++ * dimension, p + 8 + item, dimension);
		at += 8 + item + 4 * numbers;
	}
	if (status == 0 && count)
		status = lists_assign(&w->lists, a.vectors, count, a.lists, err);
	if (status == 0 && (size || w->settings_changed))
		status = writer_transact(w, apply, &a, err);
	free(a.vectors);
	free(a.lists);
	if (status < 0)
		return -1;
	if (size < w->batch.size)
		memmove(w->batch.data, w->batch.data + size, w->batch.size - size);
	w->batch.size -= size;
	w->pictures -= count;
	w->complete = 0;
	return 0;
}

static bool batch_is_full(const struct writer *w)
{
	const uint32_t enough = w->options.commit_every ? w->options.commit_every : COMMIT_EVERY;

	return w->pictures >= enough || w->batch.size >= COMMIT_BYTES ||
	       monotonic() - w->begun >= COMMIT_SECONDS;
}

int writer_flush(struct writer *w, struct error *err)
{
	w->document[0] = 0;
	return w->batch.size || w->settings_changed ? commit_batch(w, w->batch.size, err) : 0;
}

int writer_cut(struct writer *w, struct error *err)
{
	const int status = w->complete ? commit_batch(w, w->complete, err) : 0;

	w->batch.size = w->pictures = 0;
	w->document[0] = 0;
	return status;
}

/* --- what an item brings --- */

/* Facts of the space, without its metric: that is the index's own. */
static int space_facts(const struct facts *facts, const char *space, struct facts *to)
{
	char name[LIMIT_SPACE + 32];

	if (facts_copy(to, facts) < 0)
		return -1;
	snprintf(name, sizeof name, "space.%s.metric", space);
	facts_remove(to, name);
	return 0;
}

static int check_facts(const struct writer *w, struct error *err)
{
	char prefix[LIMIT_SPACE + 16];
	struct facts ours = {0}, theirs = {0};
	int status;

	snprintf(prefix, sizeof prefix, "space.%s.", w->settings.space);
	if (space_facts(&w->settings.facts, w->settings.space, &ours) < 0 ||
	        space_facts(&w->facts, w->settings.space, &theirs) < 0)
		status = error_set(err, "out of memory");
	else
		status = facts_agree(&ours, "the index", &theirs, "the stream", prefix, err);
	facts_release(&ours);
	facts_release(&theirs);
	return status;
}

/* Whether the stream says anything about the space. */
static bool says_space(const struct facts *facts, const char *space)
{
	char prefix[LIMIT_SPACE + 16];

	snprintf(prefix, sizeof prefix, "space.%s.", space);
	for (size_t i = 0; i < facts->count; i++)
		if (strncmp(facts->list[i].name, prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

int writer_facts(struct writer *w, const struct facts *facts, struct error *err)
{
	if (facts_copy(&w->facts, facts) < 0)
		return error_set(err, "out of memory");
	/* a stream of records alone says nothing about vectors */
	if (w->settings.space[0] && says_space(facts, w->settings.space) && check_facts(w, err) < 0)
		return error_within(err, "index '%s'", w->directory);
	return 0;
}

/* Whether a vector is as long as its stream says, if it says so; later ones have the index's dimension or are refused. */
static int check_dimension(const struct writer *w, const struct item *it, const struct vector *v, struct error *err)
{
	char name[LIMIT_SPACE + 32], found[16], text[IDENTITY_TEXT];

	snprintf(name, sizeof name, "space.%s.dimension", v->space);
	snprintf(found, sizeof found, "%u", (unsigned)v->dimension);
	const char *said = facts_get(&w->facts, name);
	if (!said || strcmp(said, found) == 0)
		return 0;
	return error_set(err, "'%s' has a vector of %s numbers, its stream says %s: %.64s", identity_text(&it->identity, text), found,
	        name, said);
}

/* The first vector decides about the space. */
static int settle_space(struct writer *w, const struct item *it, struct error *err)
{
	struct index_settings *s = &w->settings;
	const char *space = w->options.space;
	char name[LIMIT_SPACE + 32], text[IDENTITY_TEXT];

	if (!space) {
		if (it->vector_count > 1)
			return error_set(err, "'%s' has vectors in spaces '%s' and '%s': choose one with --space",
			        identity_text(&it->identity, text), it->vectors[0].space, it->vectors[1].space);
		space = it->vectors[0].space;
	}
	const struct vector *v = item_vector(it, space);
	if (!v)
		return error_set(err, "'%s' has a vector in space '%s', none in '%s'", identity_text(&it->identity, text),
		        it->vectors[0].space, space);
	if (check_dimension(w, it, v, err) < 0)
		return -1;
	snprintf(name, sizeof name, "space.%s.metric", space);
	const char *said = facts_get(&w->facts, name);
	if (said && !w->options.has_metric && index_metric_parse(said, &s->metric) < 0)
		return error_set(err, "the stream asks for metric '%s', which is unknown: choose one with --metric", said);
	if (facts_copy(&s->facts, &w->facts) < 0)
		return error_set(err, "out of memory");
	snprintf(s->space, sizeof s->space, "%s", space);
	s->dimension = v->dimension;
	w->settings_changed = true;
	return 0;
}

/* The item's vector of the index's space, its dimension and facts checked; NULL with the reason. */
static const struct vector *fitting_vector(struct writer *w, const struct item *it, struct error *err)
{
	char text[IDENTITY_TEXT];

	if (!w->settings.space[0] && settle_space(w, it, err) < 0)
		return NULL;
	const struct vector *v = item_vector(it, w->settings.space);
	if (!v) {
		error_set(err, "index '%s' has space '%s', '%s' has '%s'", w->directory, w->settings.space,
		        identity_text(&it->identity, text), it->vectors[0].space);
		return NULL;
	}
	if (v->dimension != w->settings.dimension) {
		error_set(err, "index '%s' has vectors of %u numbers, '%s' has one of %u", w->directory,
		        (unsigned)w->settings.dimension, identity_text(&it->identity, text), (unsigned)v->dimension);
		return NULL;
	}
	if (check_facts(w, err) < 0) {
		error_within(err, "index '%s'", w->directory);
		return NULL;
	}
	return v;
}

/* A number as it is read again, and whether it was one of those that can be kept. */
static float rounded(float value, bool *same)
{
	uint8_t bits[2];
	float back;

	half_put_array(bits, &value, 1);
	half_get_array(&back, bits, 1);
	*same &= back == value;
	return back;
}

/*
 * Writes the vector as the index keeps it, f32 that are rounded to f16 where it keeps those. One that is of unit length within what
 * rounding leaves stays as it is, so that what comes out of an index goes in again unchanged.
 */
static int prepare_vector(const struct vector *v, const struct index_settings *s, uint8_t *to, struct error *err)
{
	bool f16 = s->numbers == INDEX_F16, same = true;
	double sum = 0;

	for (uint32_t i = 0; i < v->dimension; i++) {
		if (!isfinite(v->values[i]))
			return error_set(err, "its vector has numbers that are not finite");
		sum += (double)v->values[i] * v->values[i];
		if (f16)
			rounded(v->values[i], &same);
	}
	if (s->metric == INDEX_COSINE && sum == 0)
		return error_set(err, "its vector has no length");
	const bool whole = s->metric != INDEX_COSINE || fabs(sum - 1) <= (f16 && same ? 2e-3 : 2.5e-7);
	const double scale = whole ? 1 : 1 / sqrt(sum);
	for (uint32_t i = 0; i < v->dimension; i++) {
		const float value = (float)(v->values[i] * scale);
		if (f16 && fabsf(value) >= HALF_OVERFLOW)
			return error_set(err, "its vector has numbers that are too large for f16");
		lef32_put(to + 4 * (size_t)i, f16 ? rounded(value, &same) : value);
	}
	return 0;
}

/* Adds the item without pixels, document and vectors, and its vector as the index keeps it, to the batch. */
static int gather(struct writer *w, const struct item *it, const struct vector *v, struct error *err)
{
	struct item slim = *it; /* shares what it keeps */
	const size_t start = w->batch.size;
	const uint32_t numbers = v ? v->dimension : 0;

	slim.picture = (struct picture){0};
	slim.document.size = 0;
	slim.vector_count = v ? 1 : 0; /* says that there is one: rows tell a picture's fields by it */
	slim.vectors = &(struct vector){.dimension = 1, .values = (float[]){0}};
	if (v)
		memcpy(slim.vectors->space, v->space, sizeof v->space);
	if (!start)
		w->begun = monotonic();
	if (bytes_put_u32(&w->batch, 0) < 0 || bytes_put_u32(&w->batch, numbers) < 0)
		return error_set(err, "out of memory");
	if (item_encode(&slim, &w->batch, err) < 0)
		return -1;
	le32_put(w->batch.data + start, (uint32_t)(w->batch.size - start - 8));
	if (!v)
		return WRITER_TAKEN;
	if (bytes_reserve(&w->batch, 4 * (size_t)numbers) < 0)
		return error_set(err, "out of memory");
	if (prepare_vector(v, &w->settings, w->batch.data + w->batch.size, err) < 0) {
		w->batch.size = start;
		return WRITER_REFUSED;
	}
	w->batch.size += 4 * (size_t)numbers;
	w->pictures++;
	return WRITER_TAKEN;
}

/* What of an item is JSON is an object: who reads the index relies on it. 0/-1. */
static int check_objects(const struct item *it, struct error *err)
{
	const struct {
		const char *name;
		const struct bytes *text;
	} parts[] = {{"record", &it->record}, {"colours", &it->colours}, {"labels", &it->labels}};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].text->size)
			continue;
		struct json *value = json_parse(parts[i].text->data, parts[i].text->size, err);
		const bool is_object = json_kind(value) == KIND_OBJECT;
		if (value && !is_object)
			error_set(err, "it is no object");
		json_release(value);
		if (!is_object)
			return error_within(err, "its field '%s' is malformed", parts[i].name);
	}
	return 0;
}

int writer_put(struct writer *w, const struct item *it, struct error *err)
{
	const struct vector *v = NULL;

	if (check_objects(it, err) < 0)
		return WRITER_REFUSED;

	if (strcmp(w->document, it->identity.document) != 0) {
		w->complete = w->batch.size;
		if (w->batch.size && batch_is_full(w) && commit_batch(w, w->batch.size, err) < 0)
			return -1;
		memcpy(w->document, it->identity.document, sizeof w->document);
	} else if (w->batch.size >= DOCUMENT_BYTES && commit_batch(w, w->batch.size, err) < 0) {
		return -1;
	}
	if (it->vector_count) {
		v = fitting_vector(w, it, err);
		if (!v)
			return -1;
	}
	if (!v && !it->record.size) {
		error_set(err, "it has neither a record nor a vector");
		return WRITER_REFUSED;
	}
	return gather(w, it, v, err);
}

/* --- the rest --- */

struct deletion {
	const struct identity *ids;
	size_t count;
	bool *found;
};

static int delete_all(struct writer *w, void *context, struct error *err)
{
	const struct deletion *d = context;

	for (size_t i = 0; i < d->count; i++)
		if (rows_delete(&w->rows, &d->ids[i], &d->found[i], err) < 0)
			return -1;
	return rows_finish(&w->rows, err);
}

int writer_delete(struct writer *w, const struct identity *ids, size_t count, bool *found, struct error *err)
{
	return writer_transact(w, delete_all, &(struct deletion){ids, count, found}, err);
}

static bool same_archive(const struct index_archive *a, const struct index_archive *b)
{
	return a->size == b->size && strcmp(a->name, b->name) == 0 && strcmp(a->sha256, b->sha256) == 0 &&
	       strcmp(a->preparation, b->preparation) == 0;
}

static int log_archive(struct writer *w, void *context, struct error *err)
{
	const struct index_archive *a = context;
	struct layout_state *state = &w->rows.state;
	struct index_archive *old = malloc(sizeof *old);
	struct store_value v;
	uint32_t at = 0;
	uint8_t key[4];
	int status = old ? 0 : error_set(err, "out of memory");

	for (; status == 0 && at < state->archive_bound; at++) {
		key_put(key, at);
		const int got = store_get(w->store, STORE_ARCHIVES, key, sizeof key, &v, err);
		if (got < 0 || (got && archive_decode(old, v, err) < 0))
			status = -1;
		else if (got && same_archive(old, a))
			break;
	}
	const bool known = status == 0 && at < state->archive_bound && old->faults == a->faults;
	free(old);
	if (status < 0 || known)
		return status;
	key_put(key, at);
	w->rows.value.size = 0;
	if (archive_encode(a, &w->rows.value) < 0)
		return error_set(err, "out of memory");
	if (rows_set(&w->rows, STORE_ARCHIVES, key, sizeof key, w->rows.value.data, w->rows.value.size, err) < 0)
		return -1;
	if (at == state->archive_bound)
		state->archive_bound++;
	return 0;
}

int writer_log(struct writer *w, const struct index_archive *a, struct error *err)
{
	struct index_archive copy = *a;

	return writer_transact(w, log_archive, &copy, err);
}
