/* SPDX-License-Identifier: ISC */
/*
 * The lists of an index trained anew: the new ones appear beside the old ones in one commit and are filled in several; in the
 * last they take the place of the old ones, and then they are calibrated. Killed in between, the next writer carries on; killed while
 * it calibrates, the next that trains, or would.
 */
#include "index/calibrate.h"
#include "index/snapshot.h"
#include "index/writing.h"

#include "index/balance.h"

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

/* Vectors that are not in the new lists yet: where they belong, and their codes there. */
struct plan {
	struct vector_shape shape;
	size_t words;        /* of a code */
	size_t count, room;
	struct code_head {
		uint32_t to, picture, patent;
		float scale, offset, spread;
	} *heads;
	uint64_t *codes;     /* (room, words) */
	uint8_t *slots;      /* (room, slot): of refinements */
	size_t slot;
	uint32_t *order;     /* of the heads: by list, then by picture */
	size_t done;         /* how many of them are written */
	uint32_t next;       /* block of vectors that the next plan begins with */
	struct code_entry entry;
	/* vectors that are assigned together */
	size_t gathered, block;
	float *vectors;
	uint32_t *lists;
};

enum {
	PLAN_BYTES = 512 << 20,   /* of one plan: the vectors are passed once for each */
	BLOCK_BYTES = 8 << 20,    /* of vectors that are assigned together */
	STEP = 1 << 17            /* entries written in one commit */
};

static void plan_release(struct plan *p)
{
	free(p->heads);
	free(p->codes);
	free(p->slots);
	free(p->order);
	free(p->vectors);
	free(p->lists);
}

static int plan_begin(struct plan *p, const struct index_settings *s, uint64_t pictures, struct error *err)
{
	p->shape = vector_shape(s);
	p->words = code_shape(s->dimension).words;
	p->slot = refinement_shape(s).slot;
	p->room = PLAN_BYTES / (sizeof *p->heads + p->words * sizeof *p->codes + p->slot + sizeof *p->order);
	if (p->room > pictures)
		p->room = (size_t)pictures;
	if (p->room < p->shape.room) /* a block of vectors is planned whole */
		p->room = p->shape.room;
	p->block = BLOCK_BYTES / (4 * (size_t)s->dimension);
	p->heads = calloc(p->room, sizeof *p->heads);
	p->codes = calloc(p->room, p->words * sizeof *p->codes);
	p->slots = calloc(p->room, p->slot + 1); /* never of no size */
	p->order = calloc(p->room, sizeof *p->order);
	p->vectors = calloc(p->block, s->dimension * sizeof *p->vectors);
	p->lists = calloc(p->block, sizeof *p->lists);
	return p->heads && p->codes && p->slots && p->order && p->vectors && p->lists ? 0 : error_set(err, "out of memory");
}

/* The lists and codes of the vectors that were gathered; they are the last of the plan. */
static int assign_gathered(struct writer *w, struct plan *p, struct error *err)
{
	const size_t first = p->count - p->gathered, dimension = w->settings.dimension;

	if (lists_assign(&w->lists, p->vectors, p->gathered, p->lists, err) < 0)
		return -1;
	for (size_t i = 0; i < p->gathered; i++) {
		struct code_head *head = &p->heads[first + i];
		lists_encode(&w->lists, p->vectors + i * dimension, p->lists[i], &p->entry, p->slots + (first + i) * p->slot);
		head->to = p->lists[i];
		head->scale = p->entry.scale;
		head->offset = p->entry.offset;
		head->spread = p->entry.spread;
		memcpy(p->codes + (first + i) * p->words, p->entry.words, p->words * sizeof *p->codes);
	}
	p->gathered = 0;
	return 0;
}

/* Whether the picture's place is in a new list already: 1, 0, -1. */
static int is_placed(struct writer *w, uint32_t picture, struct error *err)
{
	struct store_value value;
	uint32_t list, block;
	uint8_t key[4];

	key_put(key, picture);
	const int got = store_get(w->store, STORE_PLACES, key, sizeof key, &value, err);
	if (got == 0)
		return error_set(err, "picture %u has no place", (unsigned)picture);
	return got < 0 || place_decode(value, &list, &block, err) < 0 ? -1 : list >= w->rows.state.list_next;
}

/* Plans a block of vectors. */
static int plan_block(struct writer *w, struct plan *p, uint32_t number, struct store_value value, struct error *err)
{
	if (value.size != p->shape.size)
		return error_set(err, "block %u of vectors is malformed", (unsigned)number);
	for (size_t i = 0; i < p->shape.room; i++) {
		uint32_t patent;
		const uint32_t picture = (uint32_t)(number * p->shape.room + i);
		const uint8_t *numbers = vectors_slot(&p->shape, value.data, i, &patent);
		const int placed = numbers ? is_placed(w, picture, err) : 1;
		if (placed < 0)
			return -1;
		if (placed)
			continue;
		vector_numbers(&p->shape, numbers, p->vectors + p->gathered * w->settings.dimension);
		p->heads[p->count++] = (struct code_head){.picture = picture, .patent = patent};
		if (++p->gathered == p->block && assign_gathered(w, p, err) < 0)
			return -1;
	}
	return 0;
}

/* The order of the plan: counted by list, which keeps pictures in order. */
static int sort_plan(const struct writer *w, struct plan *p, struct error *err)
{
	const uint32_t first = w->lists.first;
	size_t *starts = calloc(w->lists.count + 1, sizeof *starts);

	if (!starts)
		return error_set(err, "out of memory");
	for (size_t i = 0; i < p->count; i++)
		starts[p->heads[i].to - first + 1]++;
	for (size_t i = 0; i < w->lists.count; i++)
		starts[i + 1] += starts[i];
	for (size_t i = 0; i < p->count; i++)
		p->order[starts[p->heads[i].to - first]++] = (uint32_t)i;
	free(starts);
	return 0;
}

/* As many vectors as there is room for, from the next block on; none when all are placed. In an open transaction. */
static int fill_plan(struct writer *w, struct plan *p, struct error *err)
{
	struct store_walk walk;
	uint8_t key[4];
	int more;

	p->count = p->gathered = p->done = 0;
	if (store_walk_open(w->store, &walk, STORE_VECTORS, err) < 0)
		return -1;
	key_put(key, p->next);
	more = store_walk_seek(&walk, key, sizeof key, err);
	while (more >= 0 && p->room - p->count >= p->shape.room && (more = store_walk_next(&walk, err)) > 0) {
		if (walk.key.size != 4) {
			more = error_set(err, "table 'vectors' has a key of %zu bytes", walk.key.size);
			break;
		}
		more = plan_block(w, p, key_get(walk.key.data), walk.value, err);
		p->next = key_get(walk.key.data) + 1;
	}
	store_walk_close(&walk);
	return more < 0 || assign_gathered(w, p, err) < 0 ? -1 : sort_plan(w, p, err);
}

/* Writes the next entries of the plan; a transaction that is done again writes the same. */
static int write_some(struct writer *w, void *context, struct error *err)
{
	struct plan *p = context;
	struct code_tail *tail = &w->rows.tail;
	const size_t end = p->count - p->done < STEP ? p->count : p->done + STEP;

	for (size_t i = p->done; i < end; i++) {
		const struct code_head *head = &p->heads[p->order[i]];
		p->entry.picture = head->picture;
		p->entry.patent = head->patent;
		p->entry.scale = head->scale;
		p->entry.offset = head->offset;
		p->entry.spread = head->spread;
		memcpy(p->entry.words, p->codes + p->order[i] * p->words, p->words * sizeof *p->codes);
		if (code_tail_append(tail, head->to, &p->entry, p->slots + p->order[i] * p->slot, err) < 0)
			return -1;
	}
	w->rows.changed = true;
	return code_tail_flush(tail, err);
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
	        drop_before(w, STORE_CODES, state->list_next, err) < 0 ||
	        (w->settings.bits > 1 && drop_before(w, STORE_REFINEMENTS, state->list_next, err) < 0))
		return -1;
	state->list_first = state->list_next;
	state->list_next = 0;
	w->rows.changed = true;
	/* what was measured with the old ones; until the new ones are measured a search goes by what it knows of none */
	if (rows_relist(&w->rows, err) < 0 || store_delete(w->store, STORE_META, CALIBRATION_KEY, sizeof CALIBRATION_KEY - 1, err) < 0)
		return -1;
	return balance_measure(&w->lists, w->store, state, &w->settings, &state->trained, err);
}

/* Makes a plan, and writes it in several commits; p->count is 0 when nothing was left to do. */
static int move_planned(struct writer *w, struct plan *p, struct error *err)
{
	int status = store_begin(w->store, err);

	if (status == 0)
		status = fill_plan(w, p, err);
	store_abort(w->store);
	for (; status == 0 && p->done < p->count; p->done += STEP)
		status = writer_transact(w, write_some, p, err);
	return status;
}

static int put_calibration(struct writer *w, void *context, struct error *err)
{
	struct bytes *value = &w->rows.value;

	value->size = 0;
	if (calibration_encode(context, value) < 0)
		return error_set(err, "out of memory");
	w->rows.changed = true;
	return store_put(w->store, STORE_META, CALIBRATION_KEY, sizeof CALIBRATION_KEY - 1, value->data, value->size, err);
}

/* With what is committed, by a snapshot for each thread. */
static int calibrate_shares(struct writer *w, struct store **shares, struct index **snapshots, struct calibration *c, struct error *err)
{
	const size_t jobs = (size_t)w->lists.jobs;

	for (size_t j = 0; j < jobs; j++) {
		shares[j] = store_share(w->store, err);
		snapshots[j] = shares[j] ? index_over(shares[j], err) : NULL;
		if (!snapshots[j])
			return -1;
	}
	return calibrate(snapshots, jobs, c, err);
}

/* With the new lists in their place. */
static int calibrate_lists(struct writer *w, struct error *err)
{
	const size_t jobs = (size_t)w->lists.jobs;
	struct store **shares = calloc(jobs, sizeof *shares);
	struct index **snapshots = calloc(jobs, sizeof *snapshots);
	struct calibration c;
	const int status = shares && snapshots ? calibrate_shares(w, shares, snapshots, &c, err) : error_set(err, "out of memory");

	for (size_t j = 0; shares && snapshots && j < jobs; j++) {
		index_close(snapshots[j]);
		store_close(shares[j]);
	}
	free(snapshots);
	free(shares);
	return status < 0 ? -1 : c.questions ? writer_transact(w, put_calibration, &c, err) : 0;
}

int training_end(struct writer *w, struct error *err)
{
	struct plan *p = calloc(1, sizeof *p);
	uint64_t pictures = 0;
	int status = p ? store_begin(w->store, err) : error_set(err, "out of memory");

	if (status == 0) {
		status = store_count(w->store, STORE_PICTURES, &pictures, err);
		store_abort(w->store);
	}
	if (status == 0)
		status = plan_begin(p, &w->settings, pictures, err);
	do
		status = status == 0 ? move_planned(w, p, err) : -1;
	while (status == 0 && p->count);
	if (p)
		plan_release(p);
	free(p);
	if (status < 0 || writer_transact(w, change_over, NULL, err) < 0)
		return -1;
	return calibrate_lists(w, err);
}

/* Lists that have not been calibrated: whoever trained them was killed at the end. */
static int calibrate_once(struct writer *w, struct error *err)
{
	struct store_value value;

	if (!w->rows.state.list_first)
		return 0;
	if (store_begin(w->store, err) < 0)
		return -1;
	const int got = store_get(w->store, STORE_META, CALIBRATION_KEY, sizeof CALIBRATION_KEY - 1, &value, err);
	store_abort(w->store);
	return got == 0 ? calibrate_lists(w, err) : got < 0 ? -1 : 0;
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
	return state->list_next ? training_end(w, err) : calibrate_once(w, err);
}

static double times(double now, double then)
{
	return then > 0 ? now / then : 1;
}

int writer_optimize(struct writer *w, struct writer_fit *fit, struct error *err)
{
	const struct layout_state *state = &w->rows.state;
	const uint64_t trained_at = state->trained_at;
	struct list_balance now;
	uint64_t pictures;

	*fit = (struct writer_fit){0};
	if (!state->list_first) {
		if (writer_train(w, false, err) < 0)
			return -1;
		fit->trained = state->list_first != 0;
		return 0;
	}
	int status = store_begin(w->store, err);
	if (status == 0)
		status = balance_measure(&w->lists, w->store, state, &w->settings, &now, err);
	if (status == 0)
		status = store_count(w->store, STORE_PICTURES, &pictures, err);
	store_abort(w->store);
	if (status < 0)
		return error_within(err, "index '%s'", w->directory);
	fit->growth = times((double)pictures, (double)trained_at);
	fit->distance = times(now.distance, state->trained.distance);
	fit->crowding = times(now.crowding, state->trained.crowding);
	fit->trained = pictures && (fit->growth >= BALANCE_GROWTH || fit->growth <= 1 / BALANCE_GROWTH ||
	                                   fit->distance > BALANCE_DISTANCE || fit->crowding > BALANCE_CROWDING);
	return fit->trained ? writer_train(w, true, err) : calibrate_once(w, err);
}
