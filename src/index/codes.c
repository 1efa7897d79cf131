/* SPDX-License-Identifier: ISC */
#include "index/codes.h"

#include "index/layout.h"

#include <math.h>

enum { PAGE_ROOM = 4096 - 16 - 4, FACTORS = 5 * 4 * CODES_SIDE, PADDING = 32 };

struct code_shape code_shape(uint32_t dimension)
{
	struct code_shape s = {.words = rotation_width(dimension) / 64};

	s.group_size = 8 * CODES_SIDE * s.words + FACTORS + PADDING;
	const size_t groups = (PAGE_ROOM - CODES_HEAD) / s.group_size;
	s.room = CODES_SIDE * (groups ? groups : 1);
	return s;
}

void code_make(const float *vector, const float *centroid, size_t words, enum index_metric metric, struct code_entry *e)
{
	double square = 0, sizes = 0, length = 0, along = 0, signs = 0;
	const double n = 64 * (double)words;

	for (size_t w = 0; w < words; w++) {
		uint64_t bits = 0;
		for (size_t j = 0; j < 64; j++) {
			const double x = vector[64 * w + j], c = centroid[64 * w + j], r = x - c;
			bits |= (uint64_t)(r >= 0) << j;
			square += r * r;
			sizes += fabs(r);
			length += x * x;
			along += r * c;
			signs += r >= 0 ? c : -c;
		}
		e->words[w] = bits;
	}
	const double scale = sizes > 0 ? square / sizes : 0;
	const double rest = scale * scale * n - square; /* of scale · s, what is not along r */
	e->scale = (float)scale;
	e->offset = (float)(along - scale * signs - (metric == INDEX_L2 ? length / 2 : 0));
	e->spread = (float)sqrt((rest > 0 ? rest : 0) / (n - 1));
}

int code_block_decode(struct code_block *b, const struct code_shape *s, struct store_value from, struct error *err)
{
	b->count = from.size >= CODES_HEAD ? le32_get(from.data) : 0;
	if (!b->count || b->count > s->room ||
	        from.size != CODES_HEAD + (b->count + CODES_SIDE - 1) / CODES_SIDE * s->group_size)
		return error_set(err, "a block of codes is malformed");
	b->groups = from.data + CODES_HEAD;
	return 0;
}

void code_entry_get(const struct code_shape *s, const uint8_t *groups, size_t i, struct code_entry *e)
{
	const uint8_t *group = groups + i / CODES_SIDE * s->group_size, *factors = code_group_factors(s, group);
	const size_t lane = i % CODES_SIDE;

	for (size_t w = 0; w < s->words; w++)
		e->words[w] = le64_get(group + 8 * (CODES_SIDE * w + lane));
	e->scale = lef32_get(factors + 4 * lane);
	e->offset = lef32_get(factors + 4 * (CODES_SIDE + lane));
	e->spread = lef32_get(factors + 4 * (2 * CODES_SIDE + lane));
	e->picture = le32_get(factors + 4 * (3 * CODES_SIDE + lane));
	e->patent = le32_get(factors + 4 * (4 * CODES_SIDE + lane));
}

void code_entry_put(const struct code_shape *s, uint8_t *groups, size_t i, const struct code_entry *e)
{
	uint8_t *group = groups + i / CODES_SIDE * s->group_size, *factors = group + 8 * CODES_SIDE * s->words;
	const size_t lane = i % CODES_SIDE;

	for (size_t w = 0; w < s->words; w++)
		le64_put(group + 8 * (CODES_SIDE * w + lane), e->words[w]);
	lef32_put(factors + 4 * lane, e->scale);
	lef32_put(factors + 4 * (CODES_SIDE + lane), e->offset);
	lef32_put(factors + 4 * (2 * CODES_SIDE + lane), e->spread);
	le32_put(factors + 4 * (3 * CODES_SIDE + lane), e->picture);
	le32_put(factors + 4 * (4 * CODES_SIDE + lane), e->patent);
}

void code_key_put(uint8_t key[CODES_KEY], uint32_t list, uint32_t block)
{
	key_put(key, list);
	key_put(key + 4, block);
}

int place_decode(struct store_value from, uint32_t *list, uint32_t *block, struct error *err)
{
	if (from.size != PLACE_SIZE)
		return error_set(err, "the place of a picture is malformed");
	*list = le32_get(from.data);
	*block = le32_get(from.data + 4);
	return 0;
}

static int put_place(struct store *st, uint32_t picture, uint32_t list, uint32_t block, struct error *err)
{
	uint8_t key[4], value[PLACE_SIZE];

	key_put(key, picture);
	le32_put(value, list);
	le32_put(value + 4, block);
	return store_put(st, STORE_PLACES, key, sizeof key, value, sizeof value, err);
}

int codes_leave_out(struct store *st, uint32_t picture, struct error *err)
{
	return put_place(st, picture, 0, 0, err);
}

/* The last block of a list: 1, its number and its contents, which are checked; 0; -1. */
static int last_block(struct store *st, const struct code_shape *s, uint32_t list, uint32_t *number,
        struct store_value *value, struct code_block *b, struct error *err)
{
	uint8_t key[CODES_KEY];
	struct store_value found;

	code_key_put(key, list + 1, 0);
	const int got = store_before(st, STORE_CODES, key, sizeof key, &found, value, err);
	if (got <= 0 || found.size != CODES_KEY || key_get(found.data) != list)
		return got < 0 ? -1 : 0;
	*number = key_get(found.data + 4);
	return code_block_decode(b, s, *value, err) < 0 ? -1 : 1;
}

static int put_block(struct store *st, uint32_t list, uint32_t number, const struct bytes *block, struct error *err)
{
	uint8_t key[CODES_KEY];

	code_key_put(key, list, number);
	return store_put(st, STORE_CODES, key, sizeof key, block->data, block->size, err);
}

/* A block's bytes for so many entries: those of `from`, and zeros behind. */
static int copy_block(struct bytes *to, const struct code_shape *s, struct store_value from, size_t count, struct error *err)
{
	const size_t size = CODES_HEAD + (count + CODES_SIDE - 1) / CODES_SIDE * s->group_size;
	const size_t common = from.size < size ? from.size : size;

	if (bytes_set(to, from.data, common) < 0 || bytes_resize(to, size) < 0)
		return error_set(err, "out of memory");
	memset(to->data + common, 0, size - common);
	le32_put(to->data, (uint32_t)count);
	return 0;
}

void code_tail_begin(struct code_tail *t, struct store *st, const struct index_settings *settings)
{
	t->store = st;
	t->shape = code_shape(settings->dimension);
	t->refined = refinement_shape(settings);
	t->held = false;
}

void code_tail_release(struct code_tail *t)
{
	bytes_release(&t->block);
	bytes_release(&t->slots);
}

/* Writes the block, not its refinements. */
static int write_held(struct code_tail *t, struct error *err)
{
	le32_put(t->block.data, (uint32_t)t->count);
	return put_block(t->store, t->list, t->number, &t->block, err);
}

/* All blocks of slots but the last are full. */
static int write_slots(struct code_tail *t, struct error *err)
{
	const size_t full = t->shape.room * t->refined.slot;
	uint8_t key[CODES_KEY];
	int status = 0;

	for (size_t at = 0; status == 0 && at < t->slots.size; at += full) {
		code_key_put(key, t->list, t->first_slots++);
		status = refinements_put(t->store, &t->refined, key, t->slots.data + at, t->slots.size - at < full ? t->slots.size - at : full, err);
	}
	t->slots.size = 0;
	return status;
}

int code_tail_flush(struct code_tail *t, struct error *err)
{
	if (!t->held)
		return 0;
	t->held = false;
	return write_held(t, err) < 0 ? -1 : write_slots(t, err);
}

/* Begins with the refinements of the entries that are held. */
static int hold_slots(struct code_tail *t, struct error *err)
{
	const uint8_t *slots = NULL;
	uint8_t key[CODES_KEY];

	code_key_put(key, t->list, t->number);
	if (t->count && refinements_get(t->store, &t->refined, key, t->count, &slots, err) < 0)
		return -1;
	t->first_slots = t->number;
	return bytes_set(&t->slots, slots, t->count * t->refined.slot) < 0 ? error_set(err, "out of memory") : 0;
}

static int begin_block(struct code_tail *t, uint32_t number, struct error *err)
{
	t->number = number;
	t->count = 0;
	if (bytes_resize(&t->block, CODES_HEAD) < 0)
		return error_set(err, "out of memory");
	memset(t->block.data, 0, CODES_HEAD);
	return 0;
}

/* Holds the list's last block, or a new one behind it when that is full or there is none. */
static int hold(struct code_tail *t, uint32_t list, struct error *err)
{
	struct store_value old;
	struct code_block b;

	if (t->held && t->list == list && t->count < t->shape.room)
		return 0;
	if (t->held && t->list == list)
		return write_held(t, err) < 0 ? -1 : begin_block(t, t->number + 1, err);
	if (code_tail_flush(t, err) < 0)
		return -1;
	const int got = last_block(t->store, &t->shape, list, &t->number, &old, &b, err);
	if (got < 0)
		return -1;
	t->list = list;
	if (got && b.count < t->shape.room) {
		t->count = b.count;
		if (bytes_set(&t->block, old.data, old.size) < 0)
			return error_set(err, "out of memory");
	} else if (begin_block(t, got ? t->number + 1 : 0, err) < 0) {
		return -1;
	}
	t->held = true;
	return hold_slots(t, err);
}

/* Behind those that are held, with its checksum. */
static int append_slot(struct code_tail *t, uint32_t picture, const uint8_t *slot, struct error *err)
{
	const size_t size = t->slots.size;

	if (bytes_append(&t->slots, slot, t->refined.slot) < 0)
		return error_set(err, "out of memory");
	refinement_seal(&t->refined, picture, t->slots.data + size);
	return 0;
}

int code_tail_append(struct code_tail *t, uint32_t list, const struct code_entry *e, const uint8_t *slot, struct error *err)
{
	if (hold(t, list, err) < 0)
		return -1;
	if (t->count % CODES_SIDE == 0) {
		const size_t size = t->block.size;
		if (bytes_resize(&t->block, size + t->shape.group_size) < 0)
			return error_set(err, "out of memory");
		memset(t->block.data + size, 0, t->shape.group_size);
	}
	code_entry_put(&t->shape, t->block.data + CODES_HEAD, t->count++, e);
	if (t->refined.slot && append_slot(t, e->picture, slot, err) < 0)
		return -1;
	return put_place(t->store, e->picture, list, t->number, err);
}

/* A list from which an entry is taken. */
struct removal {
	struct store *store;
	struct code_shape shape;
	struct refinement_shape refined;
	uint32_t list;
	struct code_entry last; /* the entry that was its last one, and the slot of its refinement */
	struct bytes slot;
	struct bytes *buffer;
};

/* Takes the last entry off the list. */
static int take_last(struct removal *r, struct error *err)
{
	static const struct code_entry none = {0};
	const struct code_shape *s = &r->shape;
	struct store_value value;
	struct code_block b;
	uint32_t number;
	uint8_t key[CODES_KEY];
	const int got = last_block(r->store, s, r->list, &number, &value, &b, err);

	if (got <= 0)
		return got < 0 ? -1 : error_set(err, "list %u is empty and should not be", (unsigned)r->list);
	code_entry_get(s, b.groups, b.count - 1, &r->last);
	code_key_put(key, r->list, number);
	if (copy_block(r->buffer, s, value, b.count - 1, err) < 0 ||
	        refinements_take_last(r->store, &r->refined, key, b.count, &r->slot, err) < 0)
		return -1;
	if (b.count == 1)
		return store_delete(r->store, STORE_CODES, key, sizeof key, err) < 0 ? -1 : 0;
	if ((b.count - 1) % CODES_SIDE)
		code_entry_put(s, r->buffer->data + CODES_HEAD, b.count - 1, &none);
	return put_block(r->store, r->list, number, r->buffer, err);
}

static uint32_t picture_at(const struct code_shape *s, const uint8_t *groups, size_t i)
{
	const uint8_t *factors = code_group_factors(s, groups + i / CODES_SIDE * s->group_size);

	return le32_get(factors + 4 * (3 * CODES_SIDE + i % CODES_SIDE));
}

/* Puts what was the last entry in the place of a picture's. */
static int replace(struct removal *r, uint32_t number, uint32_t picture, struct error *err)
{
	const struct code_shape *s = &r->shape;
	uint8_t key[CODES_KEY];
	struct store_value value;
	struct code_block b;
	size_t i = 0;

	code_key_put(key, r->list, number);
	const int got = store_get(r->store, STORE_CODES, key, sizeof key, &value, err);
	if (got < 0 || (got && code_block_decode(&b, s, value, err) < 0))
		return -1;
	while (got && i < b.count && picture_at(s, b.groups, i) != picture)
		i++;
	if (!got || i == b.count)
		return error_set(err, "picture %u is not in block %u of list %u", (unsigned)picture, (unsigned)number,
		        (unsigned)r->list);
	if (copy_block(r->buffer, s, value, b.count, err) < 0)
		return -1;
	code_entry_put(s, r->buffer->data + CODES_HEAD, i, &r->last);
	if (put_block(r->store, r->list, number, r->buffer, err) < 0 ||
	        refinements_replace(r->store, &r->refined, key, b.count, i, r->slot.data, err) < 0)
		return -1;
	return put_place(r->store, r->last.picture, r->list, number, err);
}

int codes_remove(struct store *st, const struct index_settings *settings, uint32_t picture, struct bytes *buffer, struct error *err)
{
	struct removal r = {.store = st, .shape = code_shape(settings->dimension), .refined = refinement_shape(settings), .buffer = buffer};
	struct store_value place;
	uint32_t number;
	uint8_t key[4];

	key_put(key, picture);
	const int got = store_get(st, STORE_PLACES, key, sizeof key, &place, err);
	if (got <= 0)
		return got;
	if (place_decode(place, &r.list, &number, err) < 0)
		return -1;
	int status = r.list ? take_last(&r, err) : 0;
	if (status == 0 && r.list && r.last.picture != picture)
		status = replace(&r, number, picture, err);
	bytes_release(&r.slot);
	return status < 0 || store_delete(st, STORE_PLACES, key, sizeof key, err) < 0 ? -1 : 0;
}
