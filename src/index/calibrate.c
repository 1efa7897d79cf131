/* SPDX-License-Identifier: ISC */
/*
 * The lists are made more, by a half each time, until enough is found; between the last two the fewest are looked for. At last half as
 * many more are looked at, and the smallest radius of lists is looked for with which still enough is found. Under filters what may be
 * left is halved until enough is found: under one that has nothing to do with the questions, and under one that lets through what is
 * farthest from each.
 */
#include "index/calibrate.h"

#include "index/snapshot.h"
#include "index/trial.h"

#include <math.h>

/* Standard errors between what was measured and what is promised. */
enum { SPARE = 2 };

/*
 * calibration_rest is looked for from MOST_REST down: with more, what is found hangs on how like these questions and filters others are.
 * Where LEAST_REST is not enough it is not what is left that is missed.
 */
static const float MOST_REST = 4, LEAST_REST = 0.1f;

/* One level for one number of patents. */
struct aim {
	struct trial *trial;
	uint32_t k;
	const struct calibration_level *level;
	double fewest; /* entries that are looked at with the fewest lists that are enough */
};

static bool is_enough(const struct trial_found *f, const struct calibration_level *level)
{
	return f->recall - SPARE * f->error >= level->recall;
}

static uint32_t lists_of(const struct trial *t)
{
	return (uint32_t)index_counts(t->snapshots[0])->lists;
}

/* Whether this level is reached with so many lists: 1, 0, -1. *e is set when it is, and when there are no more lists. */
static int try(struct aim *a, uint32_t lists, struct calibration_entry *e, struct error *err)
{
	const struct search_options options = {.k = a->k, .min_score = -INFINITY, .nprobe = lists, .deviations = a->level->deviations};
	struct trial_found found;

	if (trial_ask(a->trial, TRIAL_ALL, &options, &found, err) < 0)
		return -1;
	const bool reached = is_enough(&found, a->level);
	if (reached)
		a->fewest = found.scanned;
	if (reached || lists == lists_of(a->trial))
		*e = (struct calibration_entry){lists, (float)found.recall, INFINITY};
	return reached;
}

/* The fewest lists, from so many on, with which this level is reached; a tenth more are as good. */
static int reach(struct aim *a, uint32_t lists, struct calibration_entry *e, struct error *err)
{
	const uint32_t all = lists_of(a->trial);
	uint32_t too_few = lists - 1;
	int got;

	while ((got = try(a, lists, e, err)) == 0 && lists < all) {
		too_few = lists;
		lists = lists < 2 ? lists + 1 : lists + lists / 2;
		lists = lists < all ? lists : all;
	}
	while (got > 0 && (lists - too_few - 1) * 10 > lists) {
		const uint32_t middle = too_few + (lists - too_few) / 2;
		const int enough = try(a, middle, e, err);
		if (enough < 0)
			return -1;
		if (enough)
			lists = middle;
		else
			too_few = middle;
	}
	return got < 0 ? -1 : 0;
}

/*
 * Questions whose answers are near need not visit the lists that are far: gives an entry the smallest radius with which its level is
 * still reached, when that leaves less to scan. For more patents it is hardly larger than for fewer.
 */
static int confine(struct aim *a, float fewer, struct calibration_entry *e, struct error *err)
{
	const double all = lists_of(a->trial), wider = ceil(CALIBRATION_WIDER * e->lists);
	const uint32_t lists = (uint32_t)(wider < all ? wider : all);
	struct search_options options = {.k = a->k, .min_score = -INFINITY, .nprobe = lists, .deviations = a->level->deviations};
	double large = a->trial->length, small = large / 16;
	struct trial_found found;

	if (e->lists >= all)
		return 0;
	if (isfinite(fewer)) {
		large = 1.1 * fewer;
		small = large / 2;
	}
	while (large > 1.1 * small) {
		const double radius = sqrt(large * small);
		options.radius = (float)radius;
		if (trial_ask(a->trial, TRIAL_ALL, &options, &found, err) < 0)
			return -1;
		if (!is_enough(&found, a->level)) {
			small = radius;
			continue;
		}
		large = radius;
		if (found.scanned < a->fewest) {
			a->fewest = found.scanned;
			e->radius = (float)radius;
			e->recall = (float)found.recall;
		}
	}
	return 0;
}

/* A level for a number of patents; those for fewer patents and the lower levels are there. */
static int calibrate_entry(struct trial *t, struct calibration *c, int size, int level, struct error *err)
{
	struct aim a = {.trial = t, .k = calibration_sizes[size], .level = &calibration_levels[level]};
	const uint32_t lower = level ? c->entries[size][level - 1].lists : 1;
	const uint32_t fewer = size ? c->entries[size - 1][level].lists : 1;
	struct calibration_entry *e = &c->entries[size][level];

	return reach(&a, lower > fewer ? lower : fewer, e, err) < 0 ||
	                       confine(&a, size ? c->entries[size - 1][level].radius : INFINITY, e, err) < 0
	               ? -1 : 0;
}

/* Halves what may be left under this filter until this level is reached for ten patents. */
static int leave_less(struct trial *t, enum trial_filter filter, const struct calibration_level *level, float *rest, struct error *err)
{
	for (; *rest > LEAST_REST; *rest /= 2) {
		const struct search_options options = {.k = 10, .min_score = -INFINITY, .recall = level->recall, .rest = *rest};
		struct trial_found found;
		if (trial_ask(t, filter, &options, &found, err) < 0)
			return -1;
		if (is_enough(&found, level))
			break;
	}
	return 0;
}

/* Under filters a search begins with what is calibrated without: the snapshots have to know. */
static int calibrate_rest(struct trial *t, struct calibration *c, struct error *err)
{
	int status = 0;

	for (size_t j = 0; j < t->jobs; j++)
		index_calibrate(t->snapshots[j], c);
	for (int level = 0; level < CALIBRATION_LEVELS; level++) {
		c->rest[level] = MOST_REST;
		for (int f = TRIAL_ONE_IN; status == 0 && f < TRIAL_FILTERS; f++)
			status = leave_less(t, (enum trial_filter)f, &calibration_levels[level], &c->rest[level], err);
	}
	return status;
}

int calibrate(struct index *const *snapshots, size_t jobs, struct calibration *c, struct error *err)
{
	const struct index_counts *counts = index_counts(snapshots[0]);
	struct trial t = {0};

	*c = (struct calibration){0};
	if (counts->patents < 2 || !counts->pictures || !counts->lists)
		return 0;
	int status = trial_begin(&t, snapshots, jobs, err);
	for (int i = 0; status == 0 && i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++)
		status = calibrate_entry(&t, c, i / CALIBRATION_LEVELS, i % CALIBRATION_LEVELS, err);
	c->questions = (uint32_t)t.count;
	if (status == 0)
		status = calibrate_rest(&t, c, err);
	if (status < 0)
		*c = (struct calibration){0};
	trial_end(&t);
	return status;
}
