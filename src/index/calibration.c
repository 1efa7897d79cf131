/* SPDX-License-Identifier: ISC */
#include "index/calibration.h"

#include <math.h>

const uint32_t calibration_sizes[CALIBRATION_SIZES] = {1, 10, 30, 100};
const struct calibration_level calibration_levels[CALIBRATION_LEVELS] = {{0.9, 1.5f}, {0.95, 2}, {0.99, 2.5f}, {0.999, 3.5f}};

/* Of a value: its questions, lists and recall of each entry, rests, radii. */
enum {
	ENTRIES = CALIBRATION_SIZES * CALIBRATION_LEVELS,
	RESTS = 4 + 8 * ENTRIES,
	RADII = RESTS + 4 * CALIBRATION_LEVELS,
	SIZE = RADII + 4 * ENTRIES
};

static int find_level(double recall)
{
	int level = 0;

	while (level < CALIBRATION_LEVELS && calibration_levels[level].recall < recall)
		level++;
	return level;
}

/* On the line from one size to the next over the logarithm of k. */
static double between(const struct calibration *c, int size, int level, uint32_t k)
{
	const double from = calibration_sizes[size], to = calibration_sizes[size + 1];
	const double few = c->entries[size][level].lists, many = c->entries[size + 1][level].lists;

	return few + log(k / from) / log(to / from) * (many - few);
}

bool calibration_find(const struct calibration *c, uint32_t k, double recall, struct calibration_plan *plan)
{
	const int level = find_level(recall);
	int size = 0;

	while (size < CALIBRATION_SIZES - 2 && calibration_sizes[size + 1] < k)
		size++;
	if (!c->questions || level == CALIBRATION_LEVELS)
		return false;
	const struct calibration_entry *few = &c->entries[size][level], *many = &c->entries[size + 1][level];
	plan->lists = between(c, size, level, k ? k : 1);
	plan->recall = few->recall < many->recall ? few->recall : many->recall;
	plan->deviations = calibration_levels[level].deviations;
	plan->radius = few->radius > many->radius ? few->radius : many->radius;
	return true;
}

double calibration_rest(const struct calibration *c, double recall)
{
	const int level = find_level(recall);

	return c->questions && level < CALIBRATION_LEVELS ? c->rest[level] : CALIBRATION_REST;
}

static int put_f32(struct bytes *to, float x)
{
	if (bytes_reserve(to, 4) < 0)
		return -1;
	lef32_put(to->data + to->size, x);
	to->size += 4;
	return 0;
}

int calibration_encode(const struct calibration *c, struct bytes *to)
{
	if (bytes_put_u32(to, c->questions) < 0)
		return -1;
	for (int i = 0; i < ENTRIES; i++) {
		const struct calibration_entry *e = &c->entries[i / CALIBRATION_LEVELS][i % CALIBRATION_LEVELS];
		if (bytes_put_u32(to, e->lists) < 0 || put_f32(to, e->recall) < 0)
			return -1;
	}
	for (int i = 0; i < CALIBRATION_LEVELS; i++)
		if (put_f32(to, c->rest[i]) < 0)
			return -1;
	for (int i = 0; i < ENTRIES; i++)
		if (put_f32(to, c->entries[i / CALIBRATION_LEVELS][i % CALIBRATION_LEVELS].radius) < 0)
			return -1;
	return 0;
}

static int decode(struct calibration *c, const uint8_t *from)
{
	int status = 0;

	*c = (struct calibration){.questions = le32_get(from)};
	for (int i = 0; i < ENTRIES; i++) {
		const uint8_t *at = from + 4 + 8 * i;
		const struct calibration_entry e = {le32_get(at), lef32_get(at + 4), lef32_get(from + RADII + 4 * i)};
		if (!e.lists || !(e.recall >= 0 && e.recall <= 1) || !(e.radius > 0))
			status = -1;
		c->entries[i / CALIBRATION_LEVELS][i % CALIBRATION_LEVELS] = e;
	}
	for (int l = 0; l < CALIBRATION_LEVELS; l++) {
		c->rest[l] = lef32_get(from + RESTS + 4 * l);
		if (!(c->rest[l] > 0 && c->rest[l] <= 1e6f))
			status = -1;
	}
	return status;
}

int calibration_load(struct store *st, struct calibration *c, struct error *err)
{
	struct store_value v;
	const int got = store_get(st, STORE_META, CALIBRATION_KEY, sizeof CALIBRATION_KEY - 1, &v, err);

	*c = (struct calibration){0};
	if (got <= 0)
		return got;
	return v.size == SIZE && decode(c, v.data) == 0 ? 0 : error_set(err, "the calibration is malformed");
}
