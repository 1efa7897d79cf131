/* SPDX-License-Identifier: ISC */
#include "index/codes.h"

#include "index/layout.h"

#include <math.h>

enum { PAGE_ROOM = 4096 - 16 - 4, ORDINALS = 4 * CODES_SIDE };

struct code_shape code_shape(uint32_t dimension)
{
	struct code_shape s = {.words = rotation_width(dimension) / 64};

	s.group_size = 8 * CODES_SIDE * s.words + BITCODE_FACTORS;
	const size_t groups = (PAGE_ROOM - CODES_HEAD) / (s.group_size + 2 * ORDINALS);
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
	const double exact = sizes > 0 ? square / sizes : 0;
	const double rest = exact * exact * n - square; /* of scale · s, what is not along r */
	e->scale = bitcode_long(bitcode_short((float)exact));
	e->offset = (float)(along - (double)e->scale * signs - (metric == INDEX_L2 ? length / 2 : 0));
	const double lost = exact > 0 ? fabs((double)e->scale / exact - 1) * sqrt(square) : 0;
	e->spread = bitcode_long(bitcode_short_up((float)(sqrt((rest > 0 ? rest : 0) / (n - 1)) + lost)));
}

static size_t groups_of(size_t count)
{
	return (count + CODES_SIDE - 1) / CODES_SIDE;
}

/* Of a block of so many entries: its bytes, and where its ordinals begin. */
static size_t size_of(const struct code_shape *s, size_t count)
{
	return CODES_HEAD + groups_of(count) * (s->group_size + 2 * ORDINALS);
}

static size_t pictures_at(const struct code_shape *s, size_t count)
{
	return CODES_HEAD + groups_of(count) * s->group_size;
}

static size_t patents_at(const struct code_shape *s, size_t count)
{
	return CODES_HEAD + groups_of(count) * (s->group_size + ORDINALS);
}

struct store_value code_block_patents(const struct code_shape *s, struct store_value block)
{
	const size_t groups = block.size < CODES_HEAD ? 0 : (block.size - CODES_HEAD) / (s->group_size + 2 * ORDINALS);

	return (struct store_value){block.data + patents_at(s, groups * CODES_SIDE), groups * ORDINALS};
}

int code_block_decode(struct code_block *b, const struct code_shape *s, struct store_value from, struct error *err)
{
	b->count = from.size >= CODES_HEAD ? le32_get(from.data) : 0;
	if (!b->count || b->count > s->room || from.size != size_of(s, b->count))
		return error_set(err, "a block of codes is malformed");
	b->groups = from.data + CODES_HEAD;
	b->pictures = from.data + pictures_at(s, b->count);
	b->patents = from.data + patents_at(s, b->count);
	return 0;
}

void code_entry_get(const struct code_shape *s, const struct code_block *b, size_t i, struct code_entry *e)
{
	const uint8_t *group = b->groups + i / CODES_SIDE * s->group_size, *factors = group + 8 * CODES_SIDE * s->words;
	const size_t lane = i % CODES_SIDE;

	for (size_t w = 0; w < s->words; w++) {
		e->words[w] = 0;
		for (size_t j = 0; j < 8; j++)
			e->words[w] |= (uint64_t)group[CODES_SIDE * (8 * w + j) + lane] << 8 * j;
	}
	e->scale = bitcode_long(le16_get(factors + 2 * lane));
	e->spread = bitcode_long(le16_get(factors + BITCODE_SPREADS + 2 * lane));
	e->offset = lef32_get(factors + BITCODE_OFFSETS + 4 * lane);
	e->picture = le32_get(b->pictures + 4 * i);
	e->patent = le32_get(b->patents + 4 * i);
}

void code_entry_put(const struct code_shape *s, uint8_t *block, size_t count, size_t i, const struct code_entry *e)
{
	uint8_t *group = block + CODES_HEAD + i / CODES_SIDE * s->group_size, *factors = group + 8 * CODES_SIDE * s->words;
	const size_t lane = i % CODES_SIDE;

	for (size_t w = 0; w < s->words; w++)
		for (size_t j = 0; j < 8; j++)
			group[CODES_SIDE * (8 * w + j) + lane] = (uint8_t)(e->words[w] >> 8 * j);
	le16_put(factors + 2 * lane, bitcode_short(e->scale));
	le16_put(factors + BITCODE_SPREADS + 2 * lane, bitcode_short_up(e->spread));
	lef32_put(factors + BITCODE_OFFSETS + 4 * lane, e->offset);
	le32_put(block + pictures_at(s, count) + 4 * i, e->picture);
	le32_put(block + patents_at(s, count) + 4 * i, e->patent);
}

int code_block_copy(struct bytes *to, const struct code_shape *s, const struct code_block *from, size_t count)
{
	static const struct code_entry none;
	const size_t common = !from ? 0 : from->count < count ? from->count : count;

	if (bytes_resize(to, size_of(s, count)) < 0)
		return -1;
	memset(to->data, 0, to->size);
	le32_put(to->data, (uint32_t)count);
	if (!common)
		return 0;
	memcpy(to->data + CODES_HEAD, from->groups, groups_of(common) * s->group_size);
	memcpy(to->data + pictures_at(s, count), from->pictures, 4 * common);
	memcpy(to->data + patents_at(s, count), from->patents, 4 * common);
	for (size_t i = common; i < from->count && i < groups_of(common) * CODES_SIDE; i++)
		code_entry_put(s, to->data, count, i, &none);
	return 0;
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
	bytes_release(&t->written);
	bytes_release(&t->slots);
}

/* Writes the block, not its refinements. */
static int write_held(struct code_tail *t, struct error *err)
{
	const struct code_shape *s = &t->shape;
	const struct code_block held = {.count = t->count,
	        .groups = t->block.data + CODES_HEAD,
	        .pictures = t->block.data + pictures_at(s, s->room),
	        .patents = t->block.data + patents_at(s, s->room)};

	if (code_block_copy(&t->written, s, &held, t->count) < 0)
		return error_set(err, "out of memory");
	return put_block(t->store, t->list, t->number, &t->written, err);
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

/* A block as it is held, with room for all that it can have. */
static int hold_block(struct code_tail *t, uint32_t number, const struct code_block *from, struct error *err)
{
	t->number = number;
	t->count = from ? from->count : 0;
	return code_block_copy(&t->block, &t->shape, from, t->shape.room) < 0 ? error_set(err, "out of memory") : 0;
}

/* Holds the list's last block, or a new one behind it when that is full or there is none. */
static int hold(struct code_tail *t, uint32_t list, struct error *err)
{
	struct store_value old;
	struct code_block b;

	if (t->held && t->list == list && t->count < t->shape.room)
		return 0;
	if (t->held && t->list == list)
		return write_held(t, err) < 0 ? -1 : hold_block(t, t->number + 1, NULL, err);
	if (code_tail_flush(t, err) < 0)
		return -1;
	const int got = last_block(t->store, &t->shape, list, &t->number, &old, &b, err);
	if (got < 0)
		return -1;
	t->list = list;
	const bool has_room = got && b.count < t->shape.room;
	const uint32_t next = got ? t->number + 1 : 0;
	if (hold_block(t, has_room ? t->number : next, has_room ? &b : NULL, err) < 0)
		return -1;
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
	code_entry_put(&t->shape, t->block.data, t->shape.room, t->count++, e);
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
	const struct code_shape *s = &r->shape;
	struct store_value value;
	struct code_block b;
	uint32_t number;
	uint8_t key[CODES_KEY];
	const int got = last_block(r->store, s, r->list, &number, &value, &b, err);

	if (got <= 0)
		return got < 0 ? -1 : error_set(err, "list %u is empty and should not be", (unsigned)r->list);
	code_entry_get(s, &b, b.count - 1, &r->last);
	code_key_put(key, r->list, number);
	if (code_block_copy(r->buffer, s, &b, b.count - 1) < 0)
		return error_set(err, "out of memory");
	if (refinements_take_last(r->store, &r->refined, key, b.count, &r->slot, err) < 0)
		return -1;
	if (b.count == 1)
		return store_delete(r->store, STORE_CODES, key, sizeof key, err) < 0 ? -1 : 0;
	return put_block(r->store, r->list, number, r->buffer, err);
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
	while (got && i < b.count && le32_get(b.pictures + 4 * i) != picture)
		i++;
	if (!got || i == b.count)
		return error_set(err, "picture %u is not in block %u of list %u", (unsigned)picture, (unsigned)number,
		        (unsigned)r->list);
	if (code_block_copy(r->buffer, s, &b, b.count) < 0)
		return error_set(err, "out of memory");
	code_entry_put(s, r->buffer->data, b.count, i, &r->last);
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
