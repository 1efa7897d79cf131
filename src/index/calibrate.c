/* SPDX-License-Identifier: ISC */
/*
 * The questions are pictures of the index, spread evenly, each with its own patent left out. What there is to be found is found by
 * comparing all; then the lists are made more, by a half each time, until enough is found; between the last two the fewest are looked for.
 * At last half as many more are looked at, and the smallest radius of lists is looked for with which still enough is found.
 */
#include "index/calibrate.h"

#include "index/best.h"
#include "index/exhaustive.h"
#include "index/search.h"
#include "index/snapshot.h"
#include "math/dot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Questions at most; and one of so many pictures. */
enum { QUESTIONS = 256, PICTURES_EACH = 32 };

/* Standard errors between what was measured and what is promised. */
enum { SPARE = 2 };

struct trial {
	const struct index *ix;
	size_t count, dimension;
	float *questions;  /* (count, dimension) */
	uint32_t *patents; /* (count): of each question */
	struct best *best; /* (count) */
	float *least;      /* (count) */
	float *scores;     /* (count, most): the best, in order */
	size_t *found;     /* (count): how many there are */
	uint64_t *allowed; /* all patents but one */
	double length;     /* of a question, root mean square */
	struct search_answer answer;
	double scanned; /* entries, at the last measurement */
};

static const size_t MANY = 30, MOST = 100; /* the largest of calibration_sizes */

static int prepare(struct trial *t, const struct index *ix, struct error *err)
{
	const uint64_t pictures = index_counts(ix)->pictures;
	const size_t count = (size_t)(pictures / PICTURES_EACH < QUESTIONS ? pictures / PICTURES_EACH + 1 : QUESTIONS);
	const size_t words = index_patent_bound(ix) / 64 + 1;

	*t = (struct trial){.ix = ix, .dimension = index_settings(ix)->dimension};
	t->questions = calloc(count * t->dimension, sizeof *t->questions);
	t->patents = calloc(count, sizeof *t->patents);
	t->best = calloc(count, sizeof *t->best);
	t->least = calloc(count, sizeof *t->least);
	t->scores = calloc(count * MOST, sizeof *t->scores);
	t->found = calloc(count, sizeof *t->found);
	t->allowed = malloc(words * sizeof *t->allowed);
	if (!t->questions || !t->patents || !t->best || !t->least || !t->scores || !t->found || !t->allowed)
		return error_set(err, "out of memory");
	memset(t->allowed, 0xff, words * sizeof *t->allowed);
	for (size_t i = 0; i < count; i++) {
		const uint32_t picture = (uint32_t)(i * (uint64_t)index_picture_bound(ix) / count);
		float *to = t->questions + t->count * t->dimension;
		struct index_picture p;
		int got = index_vector(ix, picture, to, err);
		if (got > 0)
			got = index_picture(ix, picture, &p, err);
		if (got < 0)
			return -1;
		if (got == 0)
			continue;
		for (size_t d = 0; d < t->dimension; d++)
			t->length += (double)to[d] * to[d] / (double)count;
		t->patents[t->count] = p.patent;
		t->least[t->count] = -INFINITY;
		best_begin(&t->best[t->count++], MOST);
	}
	t->length = sqrt(t->length);
	return 0;
}

static void end(struct trial *t)
{
	for (size_t q = 0; t->best && q < t->count; q++)
		best_release(&t->best[q]);
	free(t->questions);
	free(t->patents);
	free(t->best);
	free(t->least);
	free(t->scores);
	free(t->found);
	free(t->allowed);
	search_release(&t->answer);
}

static int offer(void *context, size_t q, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err)
{
	struct trial *t = context;
	const float *question = t->questions + q * t->dimension;
	struct best_unit u = {.unit = patent, .picture = picture, .patent = patent};

	if (patent == t->patents[q])
		return 0;
	u.score = index_settings(t->ix)->metric == INDEX_L2 ? -sqrtf(dot_distance(question, vector, t->dimension))
	                                                    : dot_product(question, vector, t->dimension);
	const struct best_unit *old = best_find(&t->best[q], patent);
	if (u.score < t->least[q] || (old && old->score >= u.score))
		return 0;
	if (best_keep(&t->best[q], &u) < 0)
		return error_set(err, "out of memory");
	t->least[q] = best_least(&t->best[q]);
	return 0;
}

static int descending(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;

	return x > y ? -1 : x < y;
}

static int find_all(struct trial *t, struct error *err)
{
	struct exhaustive e = {.ix = t->ix, .questions = t->questions, .count = t->count, .least = t->least, .offer = offer,
	        .context = t};

	if (exhaustive_run(&e, err) < 0)
		return -1;
	for (size_t q = 0; q < t->count; q++) {
		const struct best *b = &t->best[q];
		t->found[q] = b->heap_count;
		for (size_t i = 0; i < b->heap_count; i++)
			t->scores[q * MOST + i] = b->units[b->heap[i]].score;
		qsort(t->scores + q * MOST, b->heap_count, sizeof *t->scores, descending);
	}
	return 0;
}

/*
 * The part of the k best that is found with so many lists, and how far off it may be from that of other questions: its standard
 * error. Where each question has many answers half of them are enough. radius: 0 is none.
 */
static int measure(struct trial *t, uint32_t k, uint32_t lists, float deviations, float radius, double *recall, double *error,
        struct error *err)
{
	const struct search_options options = {.k = k, .min_score = -INFINITY, .nprobe = lists, .deviations = deviations,
	        .radius = radius, .allowed = t->allowed};
	const size_t step = k < MANY ? 1 : 2;
	double found = 0, wanted = 0, squares = 0, asked = 0;

	t->scanned = 0;
	for (size_t q = 0; q < t->count; q += step) {
		uint64_t *word = &t->allowed[t->patents[q] / 64];
		const uint64_t own = (uint64_t)1 << t->patents[q] % 64;
		const size_t there = t->found[q] < k ? t->found[q] : k;
		*word &= ~own;
		const int status = search_run(t->ix, t->questions + q * t->dimension, 1, &options, &t->answer, err);
		*word |= own;
		if (status < 0)
			return -1;
		size_t its = 0;
		for (size_t i = 0; i < t->answer.count && i < there; i++)
			its += t->answer.hits[i].score >= t->scores[q * MOST + there - 1];
		const double missed = there ? 1 - (double)its / (double)there : 0;
		found += (double)its;
		wanted += (double)there;
		squares += missed * missed;
		t->scanned += (double)t->answer.cost.scanned;
		asked++;
	}
	*recall = wanted > 0 ? found / wanted : 1;
	*error = asked > 0 ? sqrt(fmax(0, squares / asked - (1 - *recall) * (1 - *recall)) / asked) : 0;
	return 0;
}

/* Whether this level is reached with so many lists, with two standard errors to spare; then *e is set: 1, 0, -1. */
static int try(struct trial *t, uint32_t k, const struct calibration_level *level, uint32_t lists, struct calibration_entry *e,
        struct error *err)
{
	double recall, error;

	if (measure(t, k, lists, level->deviations, 0, &recall, &error, err) < 0)
		return -1;
	const bool reached = recall - SPARE * error >= level->recall;
	if (reached || lists == index_counts(t->ix)->lists)
		*e = (struct calibration_entry){lists, (float)recall, INFINITY};
	return reached;
}

/* The fewest lists, from so many on, with which this level is reached; a tenth more are as good. */
static int reach(struct trial *t, uint32_t k, const struct calibration_level *level, uint32_t lists, struct calibration_entry *e,
        struct error *err)
{
	const uint32_t all = (uint32_t)index_counts(t->ix)->lists;
	uint32_t too_few = lists - 1;
	int got;

	while ((got = try(t, k, level, lists, e, err)) == 0 && lists < all) {
		too_few = lists;
		lists = lists < 2 ? lists + 1 : lists + lists / 2;
		lists = lists < all ? lists : all;
	}
	while (got > 0 && (lists - too_few - 1) * 10 > lists) {
		const uint32_t middle = too_few + (lists - too_few) / 2;
		const int enough = try(t, k, level, middle, e, err);
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
 * still reached, when that leaves less to scan.
 */
static int confine(struct trial *t, uint32_t k, const struct calibration_level *level, struct calibration_entry *e, struct error *err)
{
	enum { STEPS = 5, RANGE = 16 };
	const double all = (double)index_counts(t->ix)->lists, wider = ceil(CALIBRATION_WIDER * e->lists);
	const uint32_t lists = (uint32_t)(wider < all ? wider : all);
	double recall, error, large = t->length, small = large / RANGE;

	if (e->lists >= all || measure(t, k, e->lists, level->deviations, 0, &recall, &error, err) < 0)
		return e->lists >= all ? 0 : -1;
	for (double least = t->scanned, i = 0; i < STEPS; i++) {
		const double radius = sqrt(large * small);
		if (measure(t, k, lists, level->deviations, (float)radius, &recall, &error, err) < 0)
			return -1;
		if (recall - SPARE * error < level->recall) {
			small = radius;
			continue;
		}
		large = radius;
		if (t->scanned < least) {
			least = t->scanned;
			e->radius = (float)radius;
			e->recall = (float)recall;
		}
	}
	return 0;
}

int calibrate(const struct index *ix, struct calibration *c, struct error *err)
{
	struct trial t;
	int status = 0;

	*c = (struct calibration){0};
	if (index_counts(ix)->patents < 2 || !index_counts(ix)->pictures || !index_counts(ix)->lists)
		return 0;
	status = prepare(&t, ix, err);
	if (status == 0)
		status = find_all(&t, err);
	for (int i = 0; status == 0 && i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		const int size = i / CALIBRATION_LEVELS, level = i % CALIBRATION_LEVELS;
		const uint32_t lower = level ? c->entries[size][level - 1].lists : 1;
		const uint32_t fewer = size ? c->entries[size - 1][level].lists : 1;
		status = reach(&t, calibration_sizes[size], &calibration_levels[level], lower > fewer ? lower : fewer,
		        &c->entries[size][level], err);
	}
	for (int i = 0; status == 0 && i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		const int size = i / CALIBRATION_LEVELS, level = i % CALIBRATION_LEVELS;
		status = confine(&t, calibration_sizes[size], &calibration_levels[level], &c->entries[size][level], err);
	}
	for (int level = 0; level < CALIBRATION_LEVELS; level++)
		c->rest[level] = CALIBRATION_REST;
	c->questions = status == 0 ? (uint32_t)t.count : 0;
	end(&t);
	return status;
}
