/* SPDX-License-Identifier: ISC */
/*
 * The snapshot is one for all threads, and so is the walk over its vectors: whoever has nothing to do takes the next blocks, under the
 * lock that everything goes under that reads the snapshot. Summing and multiplying them, where they lie in the map, goes without.
 */
#include "index/exhaustive.h"

#include "base/bits.h"
#include "base/parallel.h"
#include "index/screen.h"
#include "index/snapshot.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Blocks that are taken at once: a megabyte of 384 numbers in f32. */
enum { BLOCKS = 64 };

struct block {
	struct store_value key, value;
};

/* What all threads share. */
struct gang {
	struct exhaustive *e;
	struct screen screen;
	pthread_mutex_t lock;
	struct store_walk walk;
	uint64_t taken;  /* blocks, so far */
	bool over;       /* there are no more, or one of those taken is damaged */
	uint64_t failed; /* the first block where something went wrong, counted from 1; 0: none */
	struct error error;
};

/* A vector that is to be multiplied. */
struct waiting {
	uint32_t picture, patent;
	const uint8_t *numbers;
};

struct worker {
	struct gang *gang;
	struct screening screening;
	struct waiting *waiting; /* (room of the screening) */
	float *least;            /* (count): what the questions wanted when it was looked at last, */
	bool outdated;           /* which was before they took something, or before other blocks */
	uint8_t *scratch;        /* for a vector that is not kept as f32 */
	uint64_t scanned;
};

/* Every block before this one has been taken by somebody, so that the first that fails is told, whoever is faster. Under the lock. */
static void fail_at(struct gang *g, uint64_t block, const struct error *err)
{
	g->over = true;
	if (!g->failed || block < g->failed) {
		g->failed = block;
		g->error = *err;
	}
}

/* The next blocks, and the number of the first. How many; 0 when there are none. */
static size_t take_blocks(struct gang *g, struct block *blocks, uint64_t *first)
{
	struct error err = {""};
	size_t count = 0;

	pthread_mutex_lock(&g->lock);
	*first = g->taken + 1;
	while (!g->over && count < BLOCKS) {
		const int more = store_walk_next(&g->walk, &err);
		if (more > 0)
			blocks[count++] = (struct block){g->walk.key, g->walk.value};
		else if (more < 0)
			fail_at(g, *first + count, &err);
		else
			g->over = true;
	}
	g->taken += count;
	pthread_mutex_unlock(&g->lock);
	return count;
}

static bool is_wanted(const struct exhaustive *e, size_t question, uint32_t patent)
{
	const uint64_t *wanted = e->wanted ? e->wanted[question] : NULL;

	return !wanted || bits_has(wanted, patent);
}

/* Compares a vector with a question that it may be near to. */
static int compare(struct worker *w, size_t question, const struct waiting *v, struct error *err)
{
	struct exhaustive *e = w->gang->e;
	const struct screen *s = &w->gang->screen;

	if (!is_wanted(e, question, v->patent))
		return 0;
	const uint8_t *vector = vector_bytes(&s->shape, v->numbers, w->scratch);
	const float score = vector_score(s->metric, e->questions + question * s->shape.dimension, vector, s->shape.dimension);
	int status = 0;

	if (!(score >= w->least[question]))
		return 0;
	pthread_mutex_lock(&w->gang->lock);
	if (score >= e->least[question])
		status = e->offer(e->context, question, v->picture, v->patent, score, err);
	w->least[question] = e->least[question];
	w->outdated = true;
	pthread_mutex_unlock(&w->gang->lock);
	return status;
}

static void look_at_least(struct worker *w)
{
	pthread_mutex_lock(&w->gang->lock);
	memcpy(w->least, w->gang->e->least, w->gang->e->count * sizeof *w->least);
	pthread_mutex_unlock(&w->gang->lock);
	w->outdated = false;
}

/* All vectors that wait. */
static int compare_waiting(struct worker *w, struct error *err)
{
	const size_t count = w->gang->e->count;
	struct screening *s = &w->screening;
	int status = 0;

	if (w->outdated)
		look_at_least(w);
	screening_multiply(s, w->least);
	for (size_t i = 0; i < s->count; i++)
		for (size_t q = 0; status == 0 && (q = screening_next(s, i, q)) < count; q++)
			status = compare(w, q, &w->waiting[i], err);
	s->count = 0;
	return status;
}

static bool is_allowed(const struct exhaustive *e, uint32_t patent)
{
	return patent < index_patent_bound(e->ix) && (!e->allowed || bits_has(e->allowed, patent));
}

/* The vectors of a block. */
static int take_vectors(struct worker *w, const struct block *b, struct error *err)
{
	const struct exhaustive *e = w->gang->e;
	const struct vector_shape *s = &w->gang->screen.shape;
	int status = store_check(STORE_VECTORS, b->key.data, b->key.size, b->value, err);

	if (status == 0 && (b->key.size != 4 || b->value.size != s->size))
		status = error_set(err, "a block of vectors is malformed");
	for (size_t i = 0; status == 0 && i < s->room; i++) {
		const size_t picture = key_get(b->key.data) * s->room + i;
		struct waiting *v = &w->waiting[w->screening.count];
		v->picture = (uint32_t)picture;
		v->numbers = vectors_slot(s, b->value.data, i, &v->patent);
		if (!v->numbers || picture >= index_picture_bound(e->ix) || !is_allowed(e, v->patent))
			continue;
		w->scanned++;
		screening_add(&w->screening, v->numbers);
		if (w->screening.count == w->screening.room)
			status = compare_waiting(w, err);
	}
	return status;
}

/* What is taken at once is done at once. */
static void work(void *part)
{
	struct worker *w = part;
	struct gang *g = w->gang;
	struct block blocks[BLOCKS];
	struct error err = {""};
	uint64_t first;

	for (size_t count; (count = take_blocks(g, blocks, &first)) > 0;) {
		size_t done = 0;
		w->outdated = true;
		while (done < count && take_vectors(w, &blocks[done], &err) == 0)
			done++;
		if (done < count || compare_waiting(w, &err) < 0) {
			pthread_mutex_lock(&g->lock);
			fail_at(g, first + (done < count ? done : count - 1), &err);
			pthread_mutex_unlock(&g->lock);
		}
	}
}

static int worker_begin(struct worker *w, struct gang *g, struct error *err)
{
	w->gang = g;
	if (screening_begin(&w->screening, &g->screen, err) < 0)
		return -1;
	w->waiting = calloc(w->screening.room, sizeof *w->waiting);
	w->least = calloc(g->e->count + 1, sizeof *w->least);
	w->scratch = malloc(4 * g->screen.shape.dimension);
	return w->waiting && w->least && w->scratch ? 0 : error_set(err, "out of memory");
}

static void worker_release(struct worker *w)
{
	screening_release(&w->screening);
	free(w->waiting);
	free(w->least);
	free(w->scratch);
}

/* More than there is something to take for would wait only. */
static size_t workers_wanted(const struct exhaustive *e)
{
	const uint64_t shares = index_picture_bound(e->ix) / (index_vector_shape(e->ix)->room * BLOCKS) + 1;
	const uint64_t jobs = e->jobs > 1 ? (uint64_t)e->jobs : 1;

	return (size_t)(jobs < shares ? jobs : shares);
}

int exhaustive_run(struct exhaustive *e, struct error *err)
{
	const size_t count = workers_wanted(e);
	struct worker *workers = calloc(count, sizeof *workers);
	struct gang g = {.e = e, .lock = PTHREAD_MUTEX_INITIALIZER};
	int status = workers ? 0 : error_set(err, "out of memory");

	e->scanned = 0;
	if (status == 0)
		status = screen_begin(&g.screen, index_vector_shape(e->ix), index_settings(e->ix)->metric, e->questions, e->count, err);
	for (size_t i = 0; status == 0 && i < count; i++)
		status = worker_begin(&workers[i], &g, err);
	if (status == 0)
		status = store_walk_open(index_store(e->ix), &g.walk, STORE_VECTORS, err);
	g.walk.unsummed = true;
	if (status == 0)
		parallel_run(workers, sizeof *workers, count, work);
	if (g.failed)
		status = error_set(err, "%s", g.error.text);
	store_walk_close(&g.walk);
	for (size_t i = 0; workers && i < count; i++) {
		e->scanned += workers[i].scanned;
		worker_release(&workers[i]);
	}
	screen_release(&g.screen);
	pthread_mutex_destroy(&g.lock);
	free(workers);
	return status;
}
