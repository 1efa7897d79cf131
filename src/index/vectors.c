/* SPDX-License-Identifier: ISC */
#include "index/vectors.h"

#include "math/crc32c.h"
#include "math/dot.h"
#include "math/half.h"

#include <math.h>

/* LMDB's, and before a value on pages of its own: LMDB's header of the first, our checksum. */
enum { PAGE = 4096, PAGE_HEAD = 16 + 4, PAGES = 16, WASTE = 32 };

struct vector_shape vector_shape(const struct index_settings *settings)
{
	const size_t width = settings->numbers == INDEX_F16 ? 2 : 4;
	struct vector_shape s = {.dimension = settings->dimension, .numbers = settings->numbers,
	        .slot = VECTOR_SLOT_HEAD + width * settings->dimension};
	size_t pages = (PAGE_HEAD + s.slot + PAGE - 1) / PAGE, best = 0;

	/* the fewest pages that waste little; else those that waste the least */
	for (bool enough = false; !enough && (!s.room || pages <= PAGES); pages++) {
		const size_t room = (pages * PAGE - PAGE_HEAD) / s.slot, waste = pages * PAGE - room * s.slot;
		enough = waste * WASTE <= pages * PAGE;
		if (!s.room || enough || waste * best < (best * PAGE - s.room * s.slot) * pages) {
			best = pages;
			s.room = room;
		}
	}
	s.size = s.room * s.slot;
	return s;
}

static uint32_t checksum(const struct vector_shape *s, uint32_t picture, const uint8_t *slot)
{
	uint8_t key[4];

	key_put(key, picture);
	return crc32c(crc32c(0, key, sizeof key), slot + 4, s->slot - 4);
}

/* The number of a picture's block, as a key. */
static void block_key_put(uint8_t key[4], const struct vector_shape *s, uint32_t picture)
{
	key_put(key, (uint32_t)(picture / s->room));
}

int vectors_find(struct store *st, const struct vector_shape *s, uint32_t picture, const uint8_t **slot, struct error *err)
{
	struct store_value block;
	uint8_t key[4];

	block_key_put(key, s, picture);
	const int got = store_peek(st, STORE_VECTORS, key, sizeof key, &block, err);
	if (got <= 0)
		return got;
	if (block.size != s->size)
		return error_set(err, "the vector of picture %u is malformed", (unsigned)picture);
	*slot = block.data + picture % s->room * s->slot;
	return 1;
}

int vectors_check(const struct vector_shape *s, uint32_t picture, const uint8_t *slot, uint32_t *patent, const uint8_t **numbers,
        struct error *err)
{
	if (le32_get(slot) != checksum(s, picture, slot))
		return error_set(err, "the vector of picture %u is damaged", (unsigned)picture);
	return vectors_take(slot, patent, numbers);
}

int vectors_get(struct store *st, const struct vector_shape *s, uint32_t picture, uint32_t *patent, const uint8_t **numbers,
        struct error *err)
{
	const uint8_t *slot = NULL;
	const int got = vectors_find(st, s, picture, &slot, err);

	return got <= 0 ? got : vectors_check(s, picture, slot, patent, numbers, err);
}

struct ahead_wish vectors_wish(const struct vector_shape *s, uint32_t picture)
{
	struct ahead_wish w = {.key_size = 4, .from = picture % s->room * s->slot, .size = s->slot};

	block_key_put(w.key, s, picture);
	return w;
}

const uint8_t *vectors_slot(const struct vector_shape *s, const uint8_t *block, size_t i, uint32_t *patent)
{
	const uint8_t *slot = block + i * s->slot;

	*patent = le32_get(slot + 4);
	return *patent == VECTOR_NO_PATENT ? NULL : slot + VECTOR_SLOT_HEAD;
}

void vector_numbers(const struct vector_shape *s, const uint8_t *numbers, float *to)
{
	if (s->numbers == INDEX_F16)
		half_get_array(to, numbers, s->dimension);
	else
		lef32_get_array(to, numbers, s->dimension);
}

const uint8_t *vector_bytes(const struct vector_shape *s, const uint8_t *numbers, uint8_t *scratch)
{
	float some[64];

	if (s->numbers == INDEX_F32)
		return numbers;
	for (size_t i = 0; i < s->dimension; i += 64) {
		const size_t count = s->dimension - i < 64 ? s->dimension - i : 64;
		half_get_array(some, numbers + 2 * i, count);
		lef32_put_array(scratch + 4 * i, some, count);
	}
	return scratch;
}

float vector_score(enum index_metric metric, const float *question, const uint8_t *vector, size_t dimension)
{
	return metric == INDEX_L2 ? -sqrtf(dot_distance(question, vector, dimension)) : dot_product(question, vector, dimension);
}

/* --- changing --- */

void vectors_begin(struct vectors *v, struct store *st, const struct vector_shape *s)
{
	v->store = st;
	v->shape = *s;
	v->held = v->changed = false;
}

void vectors_release(struct vectors *v)
{
	bytes_release(&v->block);
	bytes_release(&v->slot);
}

static uint8_t *slot_at(const struct vectors *v, size_t i)
{
	return v->block.data + i * v->shape.slot;
}

static void empty_slot(struct vectors *v, size_t i)
{
	uint8_t *slot = slot_at(v, i);

	memset(slot, 0, v->shape.slot);
	le32_put(slot + 4, VECTOR_NO_PATENT);
	le32_put(slot, checksum(&v->shape, (uint32_t)(v->number * v->shape.room + i), slot));
}

static bool is_empty(const struct vectors *v)
{
	for (size_t i = 0; i < v->shape.room; i++)
		if (le32_get(slot_at(v, i) + 4) != VECTOR_NO_PATENT)
			return false;
	return true;
}

int vectors_flush(struct vectors *v, struct error *err)
{
	uint8_t key[4];

	if (!v->held || !v->changed)
		return 0;
	v->changed = false;
	key_put(key, v->number);
	if (!is_empty(v))
		return store_put(v->store, STORE_VECTORS, key, sizeof key, v->block.data, v->block.size, err);
	v->held = false;
	return store_delete(v->store, STORE_VECTORS, key, sizeof key, err) < 0 ? -1 : 0;
}

/* Makes the picture's block the one that is held, with empty slots where it is not there yet. */
static int hold(struct vectors *v, uint32_t picture, struct error *err)
{
	const uint32_t number = (uint32_t)(picture / v->shape.room);
	struct store_value old;
	uint8_t key[4];

	if (v->held && v->number == number)
		return 0;
	if (vectors_flush(v, err) < 0)
		return -1;
	v->held = false;
	key_put(key, number);
	const int got = store_get(v->store, STORE_VECTORS, key, sizeof key, &old, err);
	if (got < 0)
		return -1;
	if (got && old.size != v->shape.size)
		return error_set(err, "the vector of picture %u is malformed", (unsigned)picture);
	if (bytes_resize(&v->block, v->shape.size) < 0)
		return error_set(err, "out of memory");
	v->number = number;
	v->held = true;
	if (got)
		memcpy(v->block.data, old.data, old.size);
	for (size_t i = 0; !got && i < v->shape.room; i++)
		empty_slot(v, i);
	return 0;
}

int vectors_put(struct vectors *v, uint32_t picture, uint32_t patent, const float *values, struct error *err)
{
	if (hold(v, picture, err) < 0)
		return -1;
	if (bytes_resize(&v->slot, v->shape.slot) < 0)
		return error_set(err, "out of memory");
	uint8_t *slot = v->slot.data, *place = slot_at(v, picture % v->shape.room);
	le32_put(slot + 4, patent);
	if (v->shape.numbers == INDEX_F16)
		half_put_array(slot + VECTOR_SLOT_HEAD, values, v->shape.dimension);
	else
		lef32_put_array(slot + VECTOR_SLOT_HEAD, values, v->shape.dimension);
	le32_put(slot, checksum(&v->shape, picture, slot));
	if (memcmp(place, slot, v->shape.slot) == 0)
		return 0;
	memcpy(place, slot, v->shape.slot);
	v->changed = true;
	return 1;
}

int vectors_delete(struct vectors *v, uint32_t picture, struct error *err)
{
	if (hold(v, picture, err) < 0)
		return -1;
	empty_slot(v, picture % v->shape.room);
	v->changed = true;
	return 0;
}
