/* SPDX-License-Identifier: ISC */
#include "index/refinements.h"

#include "index/layout.h"
#include "math/crc32c.h"
#include "math/finecode.h"

#include <math.h>

struct refinement_shape refinement_shape(const struct index_settings *settings)
{
	struct refinement_shape s = {.bits = settings->bits, .width = rotation_width(settings->dimension)};

	if (s.bits > 1)
		s.slot = REFINEMENT_HEAD + finecode_size(s.width, s.bits);
	return s;
}

/* Max, "Quantizing for minimum distortion", 1960. */
float refinement_step(unsigned bits)
{
	return bits == 2 ? 0.9957f : bits == 4 ? 0.3352f : 0.0308f;
}

void refinement_make(const struct refinement_shape *s, const float *vector, const float *centroid, enum index_metric metric,
        uint8_t *levels, uint8_t *slot)
{
	const double n = (double)s->width;
	const float most = (float)((1 << s->bits) - 1), middle = most / 2;
	double square = 0, length = 0, along = 0, product = 0, size = 0, centre = 0;

	for (size_t i = 0; i < s->width; i++) {
		const double r = (double)vector[i] - (double)centroid[i];
		square += r * r;
		length += (double)vector[i] * (double)vector[i];
		along += r * (double)centroid[i];
	}
	const float per_number = square > 0 ? (float)(1 / ((double)refinement_step(s->bits) * sqrt(square / n))) : 0;
	for (size_t i = 0; i < s->width; i++) {
		const float r = vector[i] - centroid[i], level = floorf(r * per_number + middle + 0.5f);
		const float within = level < 0 ? 0 : level > most ? most : level;
		const double u = (double)(within - middle);
		levels[i] = (uint8_t)within;
		product += u * (double)r;
		size += u * u;
		centre += u * (double)centroid[i];
	}
	const double scale = product > 0 ? square / product : 0, rest = scale * scale * size - square;
	const float factors[3] = {(float)scale, (float)(along - scale * centre - (metric == INDEX_L2 ? length / 2 : 0)),
	        (float)sqrt((rest > 0 ? rest : 0) / (n - 1))};
	lef32_put_array(slot + 4, factors, 3);
	finecode_pack(levels, s->width, s->bits, slot + REFINEMENT_HEAD);
}

static uint32_t checksum(const struct refinement_shape *s, uint32_t picture, const uint8_t *slot)
{
	uint8_t key[4];

	key_put(key, picture);
	return crc32c(crc32c(0, key, sizeof key), slot + 4, s->slot - 4);
}

void refinement_seal(const struct refinement_shape *s, uint32_t picture, uint8_t *slot)
{
	le32_put(slot, checksum(s, picture, slot));
}

bool refinement_is_whole(const struct refinement_shape *s, uint32_t picture, const uint8_t *slot)
{
	return le32_get(slot) == checksum(s, picture, slot);
}

/* A value is `count` slots. */
static int decode(const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count, int got, struct store_value value,
        struct error *err)
{
	if (got > 0 && value.size == count * s->slot)
		return 0;
	return got < 0 ? -1
	               : error_set(err, "the refinements of block %u of list %u are %s", (unsigned)key_get(key + 4), (unsigned)key_get(key),
	                         got ? "malformed" : "missing");
}

int refinements_get(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count,
        const uint8_t **slots, struct error *err)
{
	struct store_value value = {0};

	*slots = NULL;
	if (!s->slot)
		return 0;
	const int got = store_peek(st, STORE_REFINEMENTS, key, REFINEMENT_KEY, &value, err);
	*slots = value.data;
	return decode(s, key, count, got, value, err);
}

int refinements_put(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], const uint8_t *slots,
        size_t size, struct error *err)
{
	return s->slot ? store_put(st, STORE_REFINEMENTS, key, REFINEMENT_KEY, slots, size, err) : 0;
}

/* A copy of a block to be changed, checked. */
static int copy(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count, struct bytes *slots,
        struct error *err)
{
	struct store_value value = {0};
	const int got = store_get(st, STORE_REFINEMENTS, key, REFINEMENT_KEY, &value, err);

	if (decode(s, key, count, got, value, err) < 0)
		return -1;
	return bytes_set(slots, value.data, value.size) < 0 ? error_set(err, "out of memory") : 0;
}

int refinements_take_last(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count,
        struct bytes *taken, struct error *err)
{
	struct bytes slots = {0};
	int status = s->slot ? copy(st, s, key, count, &slots, err) : 0;

	if (status == 0 && s->slot) {
		slots.size -= s->slot;
		if (bytes_set(taken, slots.data + slots.size, s->slot) < 0)
			status = error_set(err, "out of memory");
		else if (slots.size)
			status = refinements_put(st, s, key, slots.data, slots.size, err);
		else
			status = store_delete(st, STORE_REFINEMENTS, key, REFINEMENT_KEY, err) < 0 ? -1 : 0;
	}
	bytes_release(&slots);
	return status;
}

int refinements_replace(struct store *st, const struct refinement_shape *s, const uint8_t key[REFINEMENT_KEY], size_t count, size_t i,
        const uint8_t *slot, struct error *err)
{
	struct bytes slots = {0};
	int status = s->slot ? copy(st, s, key, count, &slots, err) : 0;

	if (status == 0 && s->slot) {
		memcpy(slots.data + i * s->slot, slot, s->slot);
		status = refinements_put(st, s, key, slots.data, slots.size, err);
	}
	bytes_release(&slots);
	return status;
}
