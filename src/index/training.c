/* SPDX-License-Identifier: ISC */
/*
 * The lists of an index trained anew: the new ones appear beside the old ones in one commit, the vectors move over in several,
 * the old ones go in the last. Killed in between, the next writer carries on.
 */
#include "index/writing.h"

#include <stdlib.h>

static int no_memory(struct error *err)
{
	return error_set(err, "out of memory");
}

static int put_lists(struct writer *w, void *context, struct error *err)
{
	const size_t bytes = 4 * (size_t)w->settings.dimension;
	struct layout_state *state = &w->rows.state;
	const uint64_t *pictures = context;
	uint8_t key[4];

	w->rows.value.size = 0;
	if (bytes_resize(&w->rows.value, bytes) < 0)
		return no_memory(err);
	for (size_t i = 0; i < w->lists.count; i++) {
		key_put(key, w->lists.first + (uint32_t)i);
		lef32_put_array(w->rows.value.data, w->lists.centroids + i * w->settings.dimension, w->settings.dimension);
		if (store_put(w->store, STORE_LISTS, key, sizeof key, w->rows.value.data, bytes, err) < 0)
			return -1;
	}
	state->list_first = state->list_bound;
	state->list_bound += (uint32_t)w->lists.count;
	state->trained_at = *pictures;
	w->rows.changed = true;
	return 0;
}

/* Some vectors on their way from old lists to new ones. */
struct moving {
	size_t count, room;
	uint8_t (*keys)[VECTOR_KEY];
	uint32_t *lists;
	float *vectors;
	struct bytes values; /* as they were, one behind the other */
};

/* Takes the next vectors of old lists: they come first in the table. */
static int take_old(struct writer *w, struct moving *m, struct error *err)
{
	const size_t size = VECTOR_HEAD + 4 * (size_t)w->settings.dimension;
	struct store_walk walk;
	int more = 0;

	m->count = m->values.size = 0;
	if (store_walk_open(w->store, &walk, STORE_VECTORS, err) < 0)
		return -1;
	while (m->count < m->room && (more = store_walk_next(&walk, err)) > 0) {
		if (walk.key.size != VECTOR_KEY || walk.value.size != size) {
			more = error_set(err, "a vector is malformed");
			break;
		}
		if (key_get(walk.key.data) >= w->rows.state.list_first)
			break;
		memcpy(m->keys[m->count], walk.key.data, VECTOR_KEY);
		lef32_get_array(m->vectors + m->count * w->settings.dimension, walk.value.data + VECTOR_HEAD,
		        w->settings.dimension);
		m->count++;
		if (bytes_append(&m->values, walk.value.data, size) < 0) {
			more = no_memory(err);
			break;
		}
	}
	store_walk_close(&walk);
	return more < 0 ? -1 : 0;
}

static int move_some(struct writer *w, void *context, struct error *err)
{
	struct moving *m = context;
	uint8_t key[VECTOR_KEY], number[4];

	if (take_old(w, m, err) < 0 || lists_assign(&w->lists, m->vectors, m->count, m->lists, err) < 0)
		return -1;
	for (size_t i = 0; i < m->count; i++) {
		const size_t size = m->values.size / m->count;
		vector_key_put(key, m->lists[i], key_get(m->keys[i] + 4));
		le32_put(number, m->lists[i]);
		if (store_delete(w->store, STORE_VECTORS, m->keys[i], VECTOR_KEY, err) < 0 ||
		        store_put(w->store, STORE_VECTORS, key, sizeof key, m->values.data + i * size, size, err) < 0 ||
		        store_put(w->store, STORE_PLACES, key + 4, 4, number, sizeof number, err) < 0)
			return -1;
	}
	w->rows.changed = m->count > 0;
	return 0;
}

/* Removes the centroids of old lists, which are empty now. */
static int drop_old_lists(struct writer *w, void *context, struct error *err)
{
	struct store_walk walk;
	uint8_t key[4];
	int more;

	(void)context;
	for (;;) {
		if (store_walk_open(w->store, &walk, STORE_LISTS, err) < 0)
			return -1;
		more = store_walk_next(&walk, err);
		if (more > 0 && walk.key.size == sizeof key)
			memcpy(key, walk.key.data, sizeof key);
		store_walk_close(&walk);
		if (more <= 0 || key_get(key) >= w->rows.state.list_first)
			return more < 0 ? -1 : 0;
		if (store_delete(w->store, STORE_LISTS, key, sizeof key, err) < 0)
			return -1;
		w->rows.changed = true;
	}
}

/* Moves vectors until none is in an old list. */
static int move_all(struct writer *w, struct error *err)
{
	enum { BYTES = 8 << 20 };
	const size_t dimension = w->settings.dimension;
	struct moving m = {.room = BYTES / (4 * dimension)};
	int status;

	m.keys = calloc(m.room, sizeof *m.keys);
	m.lists = calloc(m.room, sizeof *m.lists);
	m.vectors = calloc(m.room * dimension, sizeof *m.vectors);
	status = m.keys && m.lists && m.vectors ? 0 : no_memory(err);
	do {
		if (status == 0)
			status = writer_transact(w, move_some, &m, err);
	} while (status == 0 && m.count == m.room);
	free(m.keys);
	free(m.lists);
	free(m.vectors);
	bytes_release(&m.values);
	return status < 0 ? -1 : writer_transact(w, drop_old_lists, NULL, err);
}

int writer_train(struct writer *w, bool now, struct error *err)
{
	const struct layout_state *state = &w->rows.state;
	uint64_t pictures;
	int status;

	if (store_begin(w->store, err) < 0)
		return -1;
	status = store_count(w->store, STORE_PICTURES, &pictures, err);
	if (status == 0 && pictures && (now || pictures >= (state->list_first ? LISTS_RETRAIN_FACTOR * state->trained_at
	                                                                     : LISTS_TRAIN_AT))) {
		const uint32_t count = w->settings.nlist ? w->settings.nlist : lists_wanted(pictures);
		status = lists_train(&w->lists, w->store, state, w->settings.dimension, count, err);
		store_abort(w->store);
		if (status == 0)
			status = writer_transact(w, put_lists, &pictures, err);
	}
	store_abort(w->store);
	if (status < 0)
		return error_within(err, "cannot train the lists");
	return state->list_first ? move_all(w, err) : 0;
}
