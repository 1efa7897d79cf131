/* SPDX-License-Identifier: ISC */
#include "index/trial.h"

#include "base/bits.h"
#include "base/parallel.h"
#include "index/codes.h"
#include "index/exhaustive.h"
#include "index/probes.h"
#include "index/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Questions at most, and under filters; one of so many pictures. */
enum { QUESTIONS = 256, FILTERED = 128, PICTURES_EACH = 32 };

/* One patent in so many passes. */
enum { ONE_IN = 16 };

/* The largest of calibration_sizes; from so many answers on half of the questions are enough. */
enum { MOST = 100, MANY = 30 };

/* What a question has found. */
struct trial_result {
	size_t its, there;
	uint64_t scanned;
};

/* A thread that asks. */
struct trial_asker {
	struct trial *trial;
	const struct index *ix;
	size_t first, count; /* every `jobs`-th from the first on, below the count */
	enum trial_filter filter;
	struct search_options options;
	struct search_answer answer;
	uint64_t *allowed; /* (words) */
	int status;
	struct error error;
};

/* --- the questions --- */

/*
 * Spread evenly over the pictures, every second one behind the others, so that the first half is spread so, too; the pictures of the
 * questions that were chosen, at most `count`.
 */
static int choose_questions(struct trial *t, size_t count, struct error *err)
{
	const struct index *ix = t->snapshots[0];
	const size_t half = (count + 1) / 2;

	for (size_t i = 0; i < count; i++) {
		const size_t place = i < half ? 2 * i : 2 * (i - half) + 1;
		const uint32_t picture = (uint32_t)(place * (uint64_t)index_picture_bound(ix) / count);
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

/* --- who may answer --- */

/* One patent in so many, a power of two; which is a matter of a hash. */
static void allow_one_in(const struct trial *t, uint64_t *set, uint32_t one_in)
{
	for (size_t patent = 0; patent < t->words * 64; patent++)
		if (((uint32_t)patent * 0x9e3779b9u >> 16) % one_in == 0)
			bits_add(set, patent);
}

/* The patents with an entry in a list. */
static int allow_list(const struct trial *t, uint32_t list, uint64_t *allowed, struct error *err)
{
	const struct code_shape shape = code_shape((uint32_t)t->dimension);
	const struct posting_list *p = index_list(t->snapshots[0], list, err);
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
				bits_add(allowed, e.patent);
		}
	}
	return 0;
}

/* Those with an entry in the lists that are nearest to the question's opposite. */
static int allow_farthest(const struct trial *t, size_t question, float *opposite, struct probes *p, uint64_t *set, struct error *err)
{
	const size_t all = (size_t)index_counts(t->snapshots[0])->lists, lists = all / 200 + 2 < all ? all / 200 + 2 : all;
	int status;

	for (size_t i = 0; i < t->dimension; i++)
		opposite[i] = -t->questions[question * t->dimension + i];
	status = probes_rank(p, t->snapshots[0], opposite, lists, err);
	for (size_t i = 0; status == 0 && i < lists && i < p->sorted; i++)
		status = allow_list(t, p->probes[i].list, set, err);
	return status;
}

static int choose_patents(struct trial *t, struct error *err)
{
	const size_t filtered = t->target_counts[TRIAL_FARTHEST];
	float *opposite = calloc(t->dimension, sizeof *opposite);
	struct probes probes = {0};
	int status = 0;

	t->sets = calloc((2 + filtered) * t->words, sizeof *t->sets);
	if (!opposite || !t->sets) {
		free(opposite);
		return error_set(err, "out of memory");
	}
	allow_one_in(t, t->sets, 1);
	allow_one_in(t, t->sets + t->words, ONE_IN);
	for (int f = 0; f < TRIAL_FILTERS; f++)
		for (size_t q = 0; q < t->target_counts[f]; q++)
			t->targets[f][q].allowed = t->sets + t->words * (f == TRIAL_ALL ? 0 : f == TRIAL_ONE_IN ? 1 : 2 + q);
	for (size_t q = 0; status == 0 && q < filtered; q++)
		status = allow_farthest(t, q, opposite, &probes, t->targets[TRIAL_FARTHEST][q].allowed, err);
	probes_release(&probes);
	free(opposite);
	return status;
}

/* --- what there is to be found --- */

/* The pass over all vectors: each question as often as it has targets. */
struct pass {
	struct trial *trial;
	size_t count;
	struct asked {
		size_t question;
		struct trial_target *target;
	} *asked;         /* (count) */
	float *questions; /* (count, dimension) */
	float *least;
	const uint64_t **wanted;
};

static int offer(void *context, size_t i, uint32_t picture, uint32_t patent, float score, struct error *err)
{
	const struct pass *p = context;
	struct best *best = &p->asked[i].target->best;
	const struct best_unit u = {.unit = patent, .score = score, .picture = picture, .patent = patent};

	if (patent == p->trial->patents[p->asked[i].question])
		return 0;
	const struct best_unit *old = best_find(best, patent);
	if (old && old->score >= score)
		return 0;
	if (best_keep(best, &u) < 0)
		return error_set(err, "out of memory");
	p->least[i] = best_least(best);
	return 0;
}

static int descending(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;

	return x > y ? -1 : x < y;
}

/* The scores of what was found, and nothing else of it. */
static int settle(struct trial_target *target, struct error *err)
{
	const struct best *b = &target->best;

	target->scores = calloc(b->heap_count + 1, sizeof *target->scores);
	if (!target->scores)
		return error_set(err, "out of memory");
	target->found = b->heap_count;
	for (size_t i = 0; i < b->heap_count; i++)
		target->scores[i] = b->units[b->heap[i]].score;
	qsort(target->scores, target->found, sizeof *target->scores, descending);
	best_release(&target->best);
	return 0;
}

static void add_question(struct pass *p, size_t question, enum trial_filter filter)
{
	const struct trial *t = p->trial;
	struct trial_target *target = &t->targets[filter][question];

	best_begin(&target->best, MOST);
	memcpy(p->questions + p->count * t->dimension, t->questions + question * t->dimension, t->dimension * sizeof *p->questions);
	p->least[p->count] = -INFINITY;
	p->wanted[p->count] = filter == TRIAL_ALL ? NULL : target->allowed;
	p->asked[p->count++] = (struct asked){question, target};
}

static int pass_over_all(struct pass *p, struct error *err)
{
	struct trial *t = p->trial;

	for (int f = 0; f < TRIAL_FILTERS; f++)
		for (size_t q = 0; q < t->target_counts[f]; q++)
			add_question(p, q, (enum trial_filter)f);
	struct exhaustive e = {.ix = t->snapshots[0], .questions = p->questions, .count = p->count, .least = p->least, .wanted = p->wanted,
	        .jobs = (int)t->jobs, .offer = offer, .context = p};
	int status = exhaustive_run(&e, err);
	for (size_t i = 0; status == 0 && i < p->count; i++)
		status = settle(p->asked[i].target, err);
	return status;
}

static int find_all(struct trial *t, struct error *err)
{
	const size_t most = TRIAL_FILTERS * t->count + 1;
	struct pass p = {.trial = t,
	        .asked = calloc(most, sizeof *p.asked),
	        .questions = calloc(most, t->dimension * sizeof *p.questions),
	        .least = calloc(most, sizeof *p.least),
	        .wanted = calloc(most, sizeof *p.wanted)};
	const int status = p.asked && p.questions && p.least && p.wanted ? pass_over_all(&p, err) : error_set(err, "out of memory");

	free(p.asked);
	free(p.questions);
	free(p.least);
	free(p.wanted);
	return status;
}

static int allocate(struct trial *t, size_t count, struct error *err)
{
	t->questions = calloc(count * t->dimension, sizeof *t->questions);
	t->patents = calloc(count, sizeof *t->patents);
	t->results = calloc(count, sizeof *t->results);
	t->askers = calloc(t->jobs, sizeof *t->askers);
	if (!t->questions || !t->patents || !t->results || !t->askers)
		return error_set(err, "out of memory");
	for (int f = 0; f < TRIAL_FILTERS; f++)
		if (!(t->targets[f] = calloc(count, sizeof *t->targets[f])))
			return error_set(err, "out of memory");
	for (size_t j = 0; j < t->jobs; j++)
		if (!(t->askers[j].allowed = calloc(t->words, sizeof *t->askers[j].allowed)))
			return error_set(err, "out of memory");
	return 0;
}

int trial_begin(struct trial *t, struct index *const *snapshots, size_t jobs, struct error *err)
{
	const struct index *ix = snapshots[0];
	const uint64_t some = index_counts(ix)->pictures / PICTURES_EACH + 1;
	const size_t count = (size_t)(some < QUESTIONS ? some : QUESTIONS);

	*t = (struct trial){.snapshots = snapshots, .jobs = jobs, .dimension = index_settings(ix)->dimension,
	        .words = index_patent_bound(ix) / 64 + 1};
	if (allocate(t, count, err) < 0 || choose_questions(t, count, err) < 0)
		return -1;
	for (int f = 0; f < TRIAL_FILTERS; f++)
		t->target_counts[f] = f == TRIAL_ALL || t->count < FILTERED ? t->count : FILTERED;
	return choose_patents(t, err) < 0 ? -1 : find_all(t, err);
}

void trial_end(struct trial *t)
{
	for (int f = 0; f < TRIAL_FILTERS; f++) {
		for (size_t q = 0; t->targets[f] && q < t->target_counts[f]; q++) {
			best_release(&t->targets[f][q].best);
			free(t->targets[f][q].scores);
		}
		free(t->targets[f]);
	}
	for (size_t j = 0; t->askers && j < t->jobs; j++) {
		search_release(&t->askers[j].answer);
		free(t->askers[j].allowed);
	}
	free(t->askers);
	free(t->results);
	free(t->questions);
	free(t->patents);
	free(t->sets);
}

/* --- what is found --- */

static int ask(struct trial_asker *a, size_t q)
{
	const struct trial *t = a->trial;
	const struct trial_target *target = &t->targets[a->filter][q];
	struct trial_result *r = &t->results[q];

	memcpy(a->allowed, target->allowed, t->words * sizeof *a->allowed);
	bits_remove(a->allowed, t->patents[q]);
	if (search_run(a->ix, t->questions + q * t->dimension, 1, &a->options, &a->answer, &a->error) < 0)
		return -1;
	*r = (struct trial_result){.there = target->found < a->options.k ? target->found : a->options.k, .scanned = a->answer.cost.scanned};
	for (size_t i = 0; i < a->answer.count && i < r->there; i++)
		r->its += a->answer.hits[i].score >= target->scores[r->there - 1];
	return 0;
}

static void ask_some(void *part)
{
	struct trial_asker *a = part;

	for (size_t q = a->first; a->status == 0 && q < a->count; q += a->trial->jobs)
		a->status = ask(a, q);
}

static int ask_together(struct trial *t, struct error *err)
{
	parallel_run(t->askers, sizeof *t->askers, t->jobs, ask_some);
	for (size_t j = 0; j < t->jobs; j++)
		if (t->askers[j].status < 0)
			return error_set(err, "%s", t->askers[j].error.text);
	return 0;
}

int trial_ask(struct trial *t, enum trial_filter filter, const struct search_options *options, struct trial_found *found,
        struct error *err)
{
	const size_t all = t->target_counts[filter], count = options->k < MANY ? all : (all + 1) / 2;
	double its = 0, there = 0, squares = 0;

	for (size_t j = 0; j < t->jobs; j++) {
		struct trial_asker *a = &t->askers[j];
		a->trial = t;
		a->ix = t->snapshots[j];
		a->first = j;
		a->count = count;
		a->filter = filter;
		a->options = *options;
		a->options.allowed = a->allowed;
		a->status = 0;
	}
	if (ask_together(t, err) < 0)
		return -1;
	*found = (struct trial_found){.recall = 1};
	for (size_t q = 0; q < count; q++) {
		const struct trial_result *r = &t->results[q];
		const double missed = r->there ? 1 - (double)r->its / (double)r->there : 0;
		its += (double)r->its;
		there += (double)r->there;
		squares += missed * missed;
		found->scanned += (double)r->scanned;
	}
	if (there > 0)
		found->recall = its / there;
	if (count)
		found->error = sqrt(fmax(0, squares / (double)count - (1 - found->recall) * (1 - found->recall)) / (double)count);
	return 0;
}
