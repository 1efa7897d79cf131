/* SPDX-License-Identifier: ISC */
/*
 * The snapshot is one for all threads, and so is the walk over its vectors: whoever has nothing to do takes the next blocks, under the
 * lock that everything goes under that reads the snapshot. Summing and comparing them, where they lie in the map, goes without.
 */
#include "index/exact.h"

#include "index/snapshot.h"

#include <stdlib.h>

/* Blocks that are taken at once: a megabyte of 384 numbers in f32. */
enum { BLOCKS = 64 };

struct block {
	struct store_value key, value;
};

/* The walk that all threads share. */
struct gang {
	pthread_mutex_t lock;
	struct store_walk walk;
	uint64_t taken;  /* blocks, so far */
	bool over;       /* there are no more, or one of those taken is damaged */
	uint64_t failed; /* the first block where something went wrong, counted from 1; 0: none */
	struct error error;
};

struct worker {
	struct gang *gang;
	struct comparison *comparison;
	pthread_t thread;
	bool started;
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

/* The vector in slot i of a block, of this picture if there is one. */
static int offer_slot(struct comparison *c, const uint8_t *block, size_t picture, size_t i, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(c->ix);
	uint32_t patent;
	const uint8_t *numbers = vectors_slot(s, block, i, &patent);

	if (!numbers || picture >= index_picture_bound(c->ix) || !comparison_allows(c, patent))
		return 0;
	c->scanned++;
	return comparison_offer(c, (uint32_t)picture, patent, vector_bytes(s, numbers, c->scratch), err);
}

static int offer_block(struct comparison *c, const struct block *b, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(c->ix);
	int status = store_check(STORE_VECTORS, b->key.data, b->key.size, b->value, err);

	if (status == 0 && (b->key.size != 4 || b->value.size != s->size))
		status = error_set(err, "a block of vectors is malformed");
	for (size_t i = 0; status == 0 && i < s->room; i++)
		status = offer_slot(c, b->value.data, key_get(b->key.data) * s->room + i, i, err);
	return status;
}

static void *work(void *context)
{
	const struct worker *w = context;
	struct gang *g = w->gang;
	struct block blocks[BLOCKS];
	struct error err = {""};
	uint64_t first;

	for (size_t count; (count = take_blocks(g, blocks, &first)) > 0;)
		for (size_t i = 0; i < count; i++)
			if (offer_block(w->comparison, &blocks[i], &err) < 0) {
				pthread_mutex_lock(&g->lock);
				fail_at(g, first + i, &err);
				pthread_mutex_unlock(&g->lock);
				break;
			}
	return NULL;
}

/* The first worker is this thread; one that cannot be started leaves its work to the others. */
static void work_together(struct worker *workers, size_t count)
{
	for (size_t i = 1; i < count; i++)
		workers[i].started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
	work(&workers[0]);
	for (size_t i = 1; i < count; i++)
		if (workers[i].started)
			pthread_join(workers[i].thread, NULL);
}

/* Each with a comparison of its own, but the first. */
static int work_apart(struct comparison *c, struct gang *g, struct worker *workers, struct comparison *shares, size_t count,
        struct error *err)
{
	int status = 0;

	for (size_t i = 1; status == 0 && i < count; i++)
		status = comparison_split(&shares[i], c, &g->lock, err);
	for (size_t i = 0; i < count; i++)
		workers[i] = (struct worker){.gang = g, .comparison = i ? &shares[i] : c};
	if (status < 0)
		return -1;
	c->lock = &g->lock;
	work_together(workers, count);
	c->lock = NULL;
	if (g->failed)
		return error_set(err, "%s", g->error.text);
	for (size_t i = 1; status == 0 && i < count; i++)
		status = comparison_merge(c, &shares[i], err);
	return status;
}

/* More than there is something to take for would wait only. */
static size_t workers_wanted(const struct comparison *c)
{
	const uint64_t shares = index_picture_bound(c->ix) / (index_vector_shape(c->ix)->room * BLOCKS) + 1;
	const uint64_t jobs = c->options->jobs > 1 ? (uint64_t)c->options->jobs : 1;

	return (size_t)(jobs < shares ? jobs : shares);
}

int exact_all(struct comparison *c, struct error *err)
{
	const size_t count = workers_wanted(c);
	struct worker *workers = calloc(count, sizeof *workers);
	struct comparison *shares = calloc(count, sizeof *shares);
	struct gang g = {.lock = PTHREAD_MUTEX_INITIALIZER};
	int status = workers && shares ? 0 : error_set(err, "out of memory");

	if (status == 0)
		status = store_walk_open(index_store(c->ix), &g.walk, STORE_VECTORS, err);
	g.walk.unsummed = true;
	if (status == 0)
		status = work_apart(c, &g, workers, shares, count, err);
	store_walk_close(&g.walk);
	for (size_t i = 1; shares && i < count; i++)
		if (shares[i].is_share)
			comparison_release(&shares[i]);
	pthread_mutex_destroy(&g.lock);
	free(shares);
	free(workers);
	return status;
}

/* The vectors of a patent. */
static int look_up(struct comparison *c, uint32_t ordinal, struct error *err)
{
	struct index_patent p;
	int got = index_patent(c->ix, ordinal, &p, err);

	for (uint32_t i = 0; got > 0 && i < p.picture_count; i++) {
		const uint32_t picture = index_patent_picture(&p, i);
		const uint8_t *vector;
		uint32_t patent;
		got = index_vector_bytes(c->ix, picture, &patent, c->scratch, &vector, err);
		c->scanned += got > 0;
		if (got > 0 && comparison_offer(c, picture, ordinal, vector, err) < 0)
			got = -1;
	}
	return got < 0 ? -1 : 0;
}

int exact_allowed(struct comparison *c, struct error *err)
{
	const uint32_t bound = index_patent_bound(c->ix);
	int status = 0;

	for (uint32_t o = 0; status == 0 && o < bound; o++)
		if (o % 64 == 0 && !c->options->allowed[o / 64])
			o += 63;
		else if (comparison_allows(c, o))
			status = look_up(c, o, err);
	return status;
}
