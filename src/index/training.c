/* SPDX-License-Identifier: ISC */
/*
 * The lists of an index trained anew: the new ones appear beside the old ones in one commit and are filled in several; in the
 * last they take the place of the old ones. Killed in between, the next writer carries on.
 */
#include "index/writing.h"

#include <stdlib.h>

static int put_lists(struct writer *w, void *context, struct error *err)
{
	struct layout_state *state = &w->rows.state;
	const uint64_t *pictures = context;

	if (lists_put(&w->lists, w->store, err) < 0)
		return -1;
	state->list_next = state->list_bound;
	state->list_bound += (uint32_t)w->lists.count;
	state->trained_at = *pictures;
	w->rows.changed = true;
	return 0;
}

/* Where a picture's vector belongs. */
struct move {
	uint32_t to, picture;
};

/* All moves there are to make, in the order of their destinations: the new lists are then written one after the other. */
struct plan {
	struct bytes moves; /* struct move each */
	size_t done;        /* how many are made */
	float *vector;      /* the one on its way */
	struct vector_shape shape;
};

enum { STEP = 1 << 16 }; /* moves in one commit */

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
		return error_set(err, "out of memory");
	b->count = 0;
	return 0;
}

/* The vector of a picture, and its patent. */
static int get_vector(struct writer *w, const struct vector_shape *s, uint32_t picture, float *vector, uint32_t *patent,
        struct error *err)
{
	const uint8_t *numbers;
	const int got = vectors_get(w->store, s, picture, patent, &numbers, err);

	if (got > 0)
		vector_numbers(s, numbers, vector);
	return got > 0 ? 0 : got < 0 ? -1 : error_set(err, "the vector of picture %u is missing", (unsigned)picture);
}

/* All pictures that have no place in a new list yet, in an open transaction. */
static int walk_old(struct writer *w, struct block *b, struct plan *p, struct error *err)
{
	const size_t dimension = w->settings.dimension;
	struct store_walk walk;
	uint32_t list, number, patent;
	int more;

	if (store_walk_open(w->store, &walk, STORE_PLACES, err) < 0)
		return -1;
	while ((more = store_walk_next(&walk, err)) > 0) {
		if (walk.key.size != 4 || place_decode(walk.value, &list, &number, err) < 0) {
			more = -1;
			break;
		}
		if (list >= w->rows.state.list_next)
			continue;
		b->moves[b->count] = (struct move){.picture = key_get(walk.key.data)};
		more = get_vector(w, &p->shape, b->moves[b->count].picture, b->vectors + b->count * dimension, &patent, err);
		if (more < 0 || (++b->count == b->room && (more = assign_block(w, b, &p->moves, err)) < 0))
			break;
	}
	store_walk_close(&walk);
	return more < 0 ? -1 : assign_block(w, b, &p->moves, err);
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

	b.vectors = calloc(b.room * dimension, sizeof *b.vectors);
	b.lists = calloc(b.room, sizeof *b.lists);
	b.moves = calloc(b.room, sizeof *b.moves);
	status = b.vectors && b.lists && b.moves ? store_begin(w->store, err) : error_set(err, "out of memory");
	if (status == 0)
		status = walk_old(w, &b, p, err);
	store_abort(w->store);
	free(b.vectors);
	free(b.lists);
	free(b.moves);
	if (status == 0 && p->moves.size)
		qsort(p->moves.data, p->moves.size / sizeof(struct move), sizeof(struct move), by_destination);
	return status;
}

static int move_one(struct writer *w, const struct plan *p, const struct move *m, struct error *err)
{
	struct code_entry *code = &w->rows.code;

	if (get_vector(w, &p->shape, m->picture, p->vector, &code->patent, err) < 0)
		return -1;
	lists_encode(&w->lists, p->vector, m->to, code);
	code->picture = m->picture;
	return codes_append(w->store, w->settings.dimension, m->to, code, &w->rows.value, err);
}

/* The next moves of the plan; a transaction that is done again makes the same. */
static int move_some(struct writer *w, void *context, struct error *err)
{
	struct plan *p = context;
	const struct move *moves = (const void *)p->moves.data;
	const size_t count = p->moves.size / sizeof *moves, end = count - p->done < STEP ? count : p->done + STEP;

	for (size_t i = p->done; i < end; i++)
		if (move_one(w, p, &moves[i], err) < 0)
			return -1;
	w->rows.changed = true;
	return 0;
}

/* Removes what a table, whose keys begin with lists, has of lists before this one. */
static int drop_before(struct writer *w, enum store_table table, uint32_t list, struct error *err)
{
	struct store_walk walk;
	uint8_t key[CODES_KEY];
	size_t size = 0;
	int more;

	for (;;) {
		if (store_walk_open(w->store, &walk, table, err) < 0)
			return -1;
		more = store_walk_next(&walk, err);
		if (more > 0) {
			size = walk.key.size;
			if (size < 4 || size > sizeof key)
				more = error_set(err, "table '%s' has a key of %zu bytes", store_table_names[table], size);
			else
				memcpy(key, walk.key.data, size);
		}
		store_walk_close(&walk);
		if (more <= 0 || key_get(key) >= list)
			return more < 0 ? -1 : 0;
		if (store_delete(w->store, table, key, size, err) < 0)
			return -1;
	}
}

/* The new lists are those that count. */
static int change_over(struct writer *w, void *context, struct error *err)
{
	struct layout_state *state = &w->rows.state;

	(void)context;
	if (drop_before(w, STORE_LISTS, state->list_next, err) < 0 || drop_before(w, STORE_GROUPS, state->list_next, err) < 0 ||
	        drop_before(w, STORE_CODES, state->list_next, err) < 0)
		return -1;
	state->list_first = state->list_next;
	state->list_next = 0;
	w->rows.changed = true;
	return 0;
}

int training_end(struct writer *w, struct error *err)
{
	struct plan p = {.vector = calloc(w->settings.dimension, sizeof *p.vector), .shape = vector_shape(&w->settings)};
	int status = p.vector ? make_plan(w, &p, err) : error_set(err, "out of memory");

	while (status == 0 && p.done * sizeof(struct move) < p.moves.size) {
		status = writer_transact(w, move_some, &p, err);
		p.done += STEP;
	}
	bytes_release(&p.moves);
	free(p.vector);
	return status < 0 ? -1 : writer_transact(w, change_over, NULL, err);
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
		status = lists_train(&w->lists, w->store, state, &w->settings, count, err);
		store_abort(w->store);
		if (status == 0)
			status = writer_transact(w, put_lists, &pictures, err);
	}
	store_abort(w->store);
	if (status < 0)
		return error_within(err, "cannot train the lists");
	return state->list_next ? training_end(w, err) : 0;
}
