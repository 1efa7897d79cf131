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

/* One vector's way from its old list to the new one. */
struct move {
	uint32_t to, picture, from;
};

/* All moves there are to make, in the order of their destinations: the new lists are then written from front to back, into full pages. */
struct plan {
	struct bytes moves; /* struct move each */
	size_t done, step;  /* how many are made, and at most in one commit */
	struct bytes value; /* the vector on its way */
};

/* Vectors of old lists, a block of them, and where they belong. */
struct block {
	size_t count, room;
	float *vectors;
	uint32_t *lists;
	struct move *moves;
};

static int assign_block(struct writer *w, struct block *b, struct bytes *moves, struct error *err)
{
	if (lists_assign(&w->lists, b->vectors, b->count, b->lists, err) < 0)
		return -1;
	for (size_t i = 0; i < b->count; i++)
		b->moves[i].to = b->lists[i];
	if (bytes_append(moves, b->moves, b->count * sizeof *b->moves) < 0)
		return no_memory(err);
	b->count = 0;
	return 0;
}

/* Walks the old lists, which come first in the table, in an open transaction. */
static int walk_old(struct writer *w, struct block *b, struct bytes *moves, struct error *err)
{
	const size_t dimension = w->settings.dimension;
	struct store_walk walk;
	int more;

	if (store_walk_open(w->store, &walk, STORE_VECTORS, err) < 0)
		return -1;
	while ((more = store_walk_next(&walk, err)) > 0) {
		if (walk.key.size != VECTOR_KEY || walk.value.size != VECTOR_HEAD + 4 * dimension) {
			more = error_set(err, "a vector is malformed");
			break;
		}
		const uint32_t from = key_get(walk.key.data);
		if (from >= w->rows.state.list_first)
			break;
		b->moves[b->count] = (struct move){.picture = key_get(walk.key.data + 4), .from = from};
		lef32_get_array(b->vectors + b->count * dimension, walk.value.data + VECTOR_HEAD, dimension);
		if (++b->count == b->room && assign_block(w, b, moves, err) < 0) {
			more = -1;
			break;
		}
	}
	store_walk_close(&walk);
	return more < 0 ? -1 : assign_block(w, b, moves, err);
}

static int by_destination(const void *a, const void *b)
{
	const struct move *x = a, *y = b;

	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	return x->picture < y->picture ? -1 : x->picture > y->picture;
}

static int make_plan(struct writer *w, struct plan *p, struct error *err)
{
	enum { BYTES = 8 << 20 };
	const size_t dimension = w->settings.dimension;
	struct block b = {.room = BYTES / (4 * dimension)};
	int status;

	p->step = b.room;
	b.vectors = calloc(b.room * dimension, sizeof *b.vectors);
	b.lists = calloc(b.room, sizeof *b.lists);
	b.moves = calloc(b.room, sizeof *b.moves);
	status = b.vectors && b.lists && b.moves ? store_begin(w->store, err) : no_memory(err);
	if (status == 0)
		status = walk_old(w, &b, &p->moves, err);
	store_abort(w->store);
	free(b.vectors);
	free(b.lists);
	free(b.moves);
	if (status == 0 && p->moves.size)
		qsort(p->moves.data, p->moves.size / sizeof(struct move), sizeof(struct move), by_destination);
	return status;
}

static int move_one(struct writer *w, const struct move *m, struct bytes *value, struct error *err)
{
	uint8_t from[VECTOR_KEY], to[VECTOR_KEY], list[4];
	struct store_value v;

	vector_key_put(from, m->from, m->picture);
	vector_key_put(to, m->to, m->picture);
	le32_put(list, m->to);
	const int got = store_get(w->store, STORE_VECTORS, from, sizeof from, &v, err);
	if (got <= 0)
		return got < 0 ? -1 : error_set(err, "the vector of picture %u is missing", (unsigned)m->picture);
	if (bytes_set(value, v.data, v.size) < 0)
		return no_memory(err);
	if (store_delete(w->store, STORE_VECTORS, from, sizeof from, err) < 0 ||
	        store_put(w->store, STORE_VECTORS, to, sizeof to, value->data, value->size, err) < 0)
		return -1;
	return store_put(w->store, STORE_PLACES, to + 4, 4, list, sizeof list, err);
}

/* The next moves of the plan; a transaction that is done again makes the same. */
static int move_some(struct writer *w, void *context, struct error *err)
{
	struct plan *p = context;
	const struct move *moves = (const void *)p->moves.data;
	const size_t count = p->moves.size / sizeof *moves, end = count - p->done < p->step ? count : p->done + p->step;

	for (size_t i = p->done; i < end; i++)
		if (move_one(w, &moves[i], &p->value, err) < 0)
			return -1;
	w->rows.changed = true;
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
	struct plan p = {0};
	int status = make_plan(w, &p, err);

	while (status == 0 && p.done * sizeof(struct move) < p.moves.size) {
		status = writer_transact(w, move_some, &p, err);
		p.done += p.step;
	}
	bytes_release(&p.moves);
	bytes_release(&p.value);
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
