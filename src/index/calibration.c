/* SPDX-License-Identifier: ISC */
#include "index/calibration.h"

#include <math.h>

const uint32_t calibration_sizes[CALIBRATION_SIZES] = {1, 10, 100};
const struct calibration_level calibration_levels[CALIBRATION_LEVELS] = {{0.9, 1.5f}, {0.95, 2}, {0.99, 2.5f}, {0.999, 3.5f}};

bool calibration_find(const struct calibration *c, uint32_t k, double recall, struct calibration_plan *plan)
{
	const double decade = log10(k ? k : 1);
	const int size = decade < 1 ? 0 : 1;
	int level = 0;

	while (level < CALIBRATION_LEVELS && calibration_levels[level].recall < recall)
		level++;
	if (!c->questions || level == CALIBRATION_LEVELS)
		return false;
	const struct calibration_entry *few = &c->entries[size][level], *many = &c->entries[size + 1][level];
	plan->lists = few->lists + (decade - size) * ((double)many->lists - few->lists);
	plan->recall = few->recall < many->recall ? few->recall : many->recall;
	plan->deviations = calibration_levels[level].deviations;
	return true;
}

int calibration_encode(const struct calibration *c, struct bytes *to)
{
	if (bytes_put_u32(to, c->questions) < 0)
		return -1;
	for (int i = 0; i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		const struct calibration_entry *e = &c->entries[i / CALIBRATION_LEVELS][i % CALIBRATION_LEVELS];
		if (bytes_put_u32(to, e->lists) < 0 || bytes_reserve(to, 4) < 0)
			return -1;
		lef32_put(to->data + to->size, e->recall);
		to->size += 4;
	}
	return 0;
}

int calibration_decode(struct calibration *c, struct store_value from, struct error *err)
{
	if (from.size != 4 + 8 * CALIBRATION_SIZES * CALIBRATION_LEVELS)
		return error_set(err, "the calibration is malformed");
	c->questions = le32_get(from.data);
	for (int i = 0; i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		struct calibration_entry *e = &c->entries[i / CALIBRATION_LEVELS][i % CALIBRATION_LEVELS];
		e->lists = le32_get(from.data + 4 + 8 * i);
		e->recall = lef32_get(from.data + 8 + 8 * i);
		if (!e->lists || !(e->recall >= 0 && e->recall <= 1))
			return error_set(err, "the calibration is malformed");
	}
	return 0;
}

int calibration_load(struct store *st, struct calibration *c, struct error *err)
{
	struct store_value v;
	const int got = store_get(st, STORE_META, "calibration", 11, &v, err);

	*c = (struct calibration){0};
	return got <= 0 ? got : calibration_decode(c, v, err);
}
