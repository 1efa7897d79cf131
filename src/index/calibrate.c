/* SPDX-License-Identifier: ISC */
/*
 * The questions are pictures of the index, spread evenly, each with its own patent left out. What there is to be found is found by
 * comparing all; then the lists are made more, by a half each time, until enough is found; between the last two the fewest are looked for.
 * At last half as many more are looked at, and the smallest radius of lists is looked for with which still enough is found. Under
 * filters what may be left is halved until enough is found: under one that has nothing to do with the questions, and under one that lets
 * through what is farthest from each.
 */
#include "index/calibrate.h"

#include "index/best.h"
#include "index/codes.h"
#include "index/exhaustive.h"
#include "index/probes.h"
#include "index/search.h"
#include "index/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Questions at most, and under filters; and one of so many pictures. */
enum { QUESTIONS = 256, FILTERED = 128, PICTURES_EACH = 32 };

/* Standard errors between what was measured and what is promised. */
enum { SPARE = 2 };

/*
 * Under filters: one patent in so many passes; calibration_rest is looked for from MOST_REST down. Where LEAST_REST is not enough it is
 * not what is left that is missed.
 */
enum { ONE_IN = 16 };
static const float MOST_REST = 16, LEAST_REST = 0.1f;

struct trial {
	const struct index *ix;
	size_t count, dimension;
	float *questions;  /* (count, dimension) */
	uint32_t *patents; /* (count): of each question */
	struct best *best; /* (count) */
	float *least;      /* (count) */
	float *scores;     /* (count, most): the best, in order */
	size_t *found;     /* (count): how many there are */
	uint64_t *shared;   /* patents that pass for many questions, */
	uint64_t *single;   /* (count, words): for each by itself, */
	uint64_t **allowed; /* (count): for each; its own among them */
	size_t words;
	double length;     /* of a question, root mean square */
	struct search_answer answer;
	double scanned, fewest; /* entries, at the last measurement, and with the fewest lists that are enough */
};

static const size_t MANY = 30, MOST = 100; /* the largest of calibration_sizes */

static int prepare(struct trial *t, const struct index *ix, size_t most, struct error *err)
{
	const uint64_t pictures = index_counts(ix)->pictures;
	const size_t count = (size_t)(pictures / PICTURES_EACH < most ? pictures / PICTURES_EACH + 1 : most);

	*t = (struct trial){.ix = ix, .dimension = index_settings(ix)->dimension, .words = index_patent_bound(ix) / 64 + 1};
	t->questions = calloc(count * t->dimension, sizeof *t->questions);
	t->patents = calloc(count, sizeof *t->patents);
	t->best = calloc(count, sizeof *t->best);
	t->least = calloc(count, sizeof *t->least);
	t->scores = calloc(count * MOST, sizeof *t->scores);
	t->found = calloc(count, sizeof *t->found);
	t->shared = malloc(t->words * sizeof *t->shared);
	t->allowed = calloc(count, sizeof *t->allowed);
	if (!t->questions || !t->patents || !t->best || !t->least || !t->scores || !t->found || !t->shared || !t->allowed)
		return error_set(err, "out of memory");
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
		t->patents[t->count++] = p.patent;
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
	free(t->shared);
	free(t->single);
	free(t->allowed);
	search_release(&t->answer);
}

/* --- who may answer --- */

/* For all questions one patent in so many, a power of two; which is a matter of a hash. */
static void allow_one_in(struct trial *t, uint32_t one_in)
{
	memset(t->shared, 0, t->words * sizeof *t->shared);
	for (size_t patent = 0; patent < t->words * 64; patent++)
		if (((uint32_t)patent * 0x9e3779b9u >> 16) % one_in == 0)
			t->shared[patent / 64] |= (uint64_t)1 << patent % 64;
	for (size_t q = 0; q < t->count; q++)
		t->allowed[q] = t->shared;
}

/* The patents with an entry in a list. */
static int allow_list(const struct trial *t, uint32_t list, uint64_t *allowed, struct error *err)
{
	const struct code_shape shape = code_shape((uint32_t)t->dimension);
	const struct posting_list *p = index_list(t->ix, list, err);
	struct code_block b;
	struct code_entry e;

	if (!p)
		return -1;
	for (size_t i = 0; i < p->count; i++) {
		if (code_block_decode(&b, &shape, p->blocks[i].value, err) < 0)
			return -1;
		for (size_t j = 0; j < b.count; j++) {
			code_entry_get(&shape, &b, j, &e);
			if (e.patent / 64 < t->words)
				allowed[e.patent / 64] |= (uint64_t)1 << e.patent % 64;
		}
	}
	return 0;
}

/* For each question those with an entry in the lists that are nearest to its opposite. */
static int allow_farthest(struct trial *t, struct error *err)
{
	const size_t all = (size_t)index_counts(t->ix)->lists, lists = all / 200 + 2 < all ? all / 200 + 2 : all;
	float *opposite = calloc(t->dimension, sizeof *opposite);
	struct probes p = {0};
	int status = 0;

	t->single = calloc(t->count * t->words + 1, sizeof *t->single);
	if (!opposite || !t->single)
		status = error_set(err, "out of memory");
	for (size_t q = 0; status == 0 && q < t->count; q++) {
		t->allowed[q] = t->single + q * t->words;
		for (size_t i = 0; i < t->dimension; i++)
			opposite[i] = -t->questions[q * t->dimension + i];
		status = probes_rank(&p, t->ix, opposite, lists, err);
		for (size_t i = 0; status == 0 && i < lists && i < p.sorted; i++)
			status = allow_list(t, p.probes[i].list, t->allowed[q], err);
	}
	probes_release(&p);
	free(opposite);
	return status;
}

/* --- what there is to be found --- */

static int offer(void *context, size_t q, uint32_t picture, uint32_t patent, float score, struct error *err)
{
	struct trial *t = context;
	const struct best_unit u = {.unit = patent, .score = score, .picture = picture, .patent = patent};

	if (patent == t->patents[q] || !(t->allowed[q][patent / 64] >> patent % 64 & 1))
		return 0;
	const struct best_unit *old = best_find(&t->best[q], patent);
	if (old && old->score >= score)
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
	for (size_t q = 0; q < t->count; q++) {
		best_begin(&t->best[q], MOST);
		t->least[q] = -INFINITY;
	}
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

/* --- what is found --- */

/*
 * The part of the k best that is found with these options, and how far off it may be from that of other questions: its standard
 * error. Where each question has many answers half of them are enough.
 */
static int measure(struct trial *t, struct search_options options, double *recall, double *error, struct error *err)
{
	const size_t k = options.k, step = k < MANY ? 1 : 2;
	double found = 0, wanted = 0, squares = 0, asked = 0;

	t->scanned = 0;
	for (size_t q = 0; q < t->count; q += step) {
		uint64_t *word = &t->allowed[q][t->patents[q] / 64];
		const uint64_t before = *word;
		const size_t there = t->found[q] < k ? t->found[q] : k;
		*word &= ~((uint64_t)1 << t->patents[q] % 64);
		options.allowed = t->allowed[q];
		const int status = search_run(t->ix, t->questions + q * t->dimension, 1, &options, &t->answer, err);
		*word = before;
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

	const struct search_options options = {.k = k, .min_score = -INFINITY, .nprobe = lists, .deviations = level->deviations};
	if (measure(t, options, &recall, &error, err) < 0)
		return -1;
	const bool reached = recall - SPARE * error >= level->recall;
	if (reached)
		t->fewest = t->scanned;
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
 * still reached, when that leaves less to scan. For more patents it is hardly larger than for fewer.
 */
static int confine(struct trial *t, uint32_t k, const struct calibration_level *level, float fewer, struct calibration_entry *e,
        struct error *err)
{
	const double all = (double)index_counts(t->ix)->lists, wider = ceil(CALIBRATION_WIDER * e->lists);
	const uint32_t lists = (uint32_t)(wider < all ? wider : all);
	struct search_options options = {.k = k, .min_score = -INFINITY, .nprobe = lists, .deviations = level->deviations};
	double recall, error, large = t->length, small = large / 16;

	if (e->lists >= all)
		return 0;
	if (isfinite(fewer)) {
		large = 1.1 * fewer;
		small = large / 2;
	}
	while (large > 1.1 * small) {
		const double radius = sqrt(large * small);
		options.radius = (float)radius;
		if (measure(t, options, &recall, &error, err) < 0)
			return -1;
		if (recall - SPARE * error < level->recall) {
			small = radius;
			continue;
		}
		large = radius;
		if (t->scanned < t->fewest) {
			t->fewest = t->scanned;
			e->radius = (float)radius;
			e->recall = (float)recall;
		}
	}
	return 0;
}

static bool can_be_calibrated(const struct index *ix)
{
	return index_counts(ix)->patents >= 2 && index_counts(ix)->pictures && index_counts(ix)->lists;
}

int calibrate(const struct index *ix, struct calibration *c, struct error *err)
{
	struct trial t;
	int status = 0;

	*c = (struct calibration){0};
	if (!can_be_calibrated(ix))
		return 0;
	status = prepare(&t, ix, QUESTIONS, err);
	if (status == 0) {
		allow_one_in(&t, 1);
		status = find_all(&t, err);
	}
	for (int i = 0; status == 0 && i < CALIBRATION_SIZES * CALIBRATION_LEVELS; i++) {
		const int size = i / CALIBRATION_LEVELS, level = i % CALIBRATION_LEVELS;
		const uint32_t lower = level ? c->entries[size][level - 1].lists : 1;
		const uint32_t fewer = size ? c->entries[size - 1][level].lists : 1;
		status = reach(&t, calibration_sizes[size], &calibration_levels[level], lower > fewer ? lower : fewer,
		        &c->entries[size][level], err);
		if (status == 0)
			status = confine(&t, calibration_sizes[size], &calibration_levels[level],
			        size ? c->entries[size - 1][level].radius : INFINITY, &c->entries[size][level], err);
	}
	for (int level = 0; level < CALIBRATION_LEVELS; level++)
		c->rest[level] = CALIBRATION_REST;
	c->questions = status == 0 ? (uint32_t)t.count : 0;
	end(&t);
	return status;
}

/* --- filters --- */

/* Halves what may be left until this level is reached for ten patents. */
static int leave_less(struct trial *t, const struct calibration_level *level, float *rest, struct error *err)
{
	for (; *rest > LEAST_REST; *rest /= 2) {
		const struct search_options options = {.k = 10, .min_score = -INFINITY, .recall = level->recall, .rest = *rest};
		double recall, error;
		if (measure(t, options, &recall, &error, err) < 0)
			return -1;
		if (recall - SPARE * error >= level->recall)
			break;
	}
	return 0;
}

/* Under the filter of a trial. */
static int calibrate_filter(struct trial *t, struct calibration *c, struct error *err)
{
	int status = find_all(t, err);

	for (int level = 0; status == 0 && level < CALIBRATION_LEVELS; level++)
		status = leave_less(t, &calibration_levels[level], &c->rest[level], err);
	return status;
}

int calibrate_filters(const struct index *ix, struct calibration *c, struct error *err)
{
	struct trial t;

	if (!can_be_calibrated(ix))
		return 0;
	for (int level = 0; level < CALIBRATION_LEVELS; level++)
		c->rest[level] = MOST_REST;
	int status = prepare(&t, ix, FILTERED, err);
	if (status == 0) {
		allow_one_in(&t, ONE_IN);
		status = calibrate_filter(&t, c, err);
	}
	if (status == 0)
		status = allow_farthest(&t, err);
	if (status == 0)
		status = calibrate_filter(&t, c, err);
	end(&t);
	return status;
}
