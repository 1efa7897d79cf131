/* SPDX-License-Identifier: ISC */
#include "index/lists.h"

#include "math/kmeans.h"

#include <math.h>
#include <stdlib.h>

/* Of training: points a list, bytes of the sample at most, iterations. More of each buys next to nothing. */
enum { POINTS_PER_LIST = 32, SAMPLE_BYTES = 256 << 20, ITERATIONS = 8 };
static const uint64_t SEED = 1;

uint32_t lists_wanted(uint64_t pictures)
{
	return (uint32_t)(4 * sqrt((double)pictures) + 0.5);
}

static int prepare(struct lists *l, uint32_t first, size_t count, const struct index_settings *s, struct error *err)
{
	const size_t dimension = s->dimension, width = rotation_width(dimension);
	size_t numbers, rotated;

	lists_release(l);
	l->first = first;
	l->dimension = dimension;
	l->rotation = s->rotation;
	l->metric = s->metric;
	if (!count)
		return 0;
	l->centroids = size_mul(count, dimension, &numbers) ? calloc(numbers, sizeof *l->centroids) : NULL;
	l->half_norms = calloc(count, sizeof *l->half_norms);
	l->rotated = size_mul(count, width, &rotated) ? calloc(rotated, sizeof *l->rotated) : NULL;
	l->vector = calloc(width, sizeof *l->vector);
	if (!l->centroids || !l->half_norms || !l->rotated || !l->vector)
		return error_set(err, "out of memory for %zu lists", count);
	l->count = count;
	return 0;
}

/* What follows from the centroids. */
static void complete(struct lists *l)
{
	const size_t width = rotation_width(l->dimension);

	kmeans_half_norms(l->centroids, l->count, l->dimension, l->half_norms);
	for (size_t i = 0; i < l->count; i++)
		rotation_apply(l->rotation, l->centroids + i * l->dimension, l->dimension, l->rotated + i * width);
}

int lists_load(struct lists *l, struct store *st, const struct layout_state *state, const struct index_settings *settings,
        struct error *err)
{
	const uint32_t first = state->list_next ? state->list_next : state->list_first;
	const size_t count = first ? state->list_bound - first : 0, dimension = settings->dimension;

	if (prepare(l, first, count, settings, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct store_value v;
		uint8_t key[4];
		key_put(key, l->first + (uint32_t)i);
		const int got = store_get(st, STORE_LISTS, key, sizeof key, &v, err);
		if (got < 0)
			return -1;
		if (got == 0 || v.size != 4 * dimension)
			return error_set(err, "the centroid of list %u is missing", (unsigned)(l->first + i));
		lef32_get_array(l->centroids + i * dimension, v.data, dimension);
	}
	complete(l);
	return 0;
}

/* Every so many-th vector of the table, spread evenly: (wanted, dimension). */
static int take_sample(struct store *st, uint64_t total, size_t wanted, size_t dimension, float *sample, struct error *err)
{
	struct store_walk w;
	size_t taken = 0;
	int more = 1;

	if (store_walk_open(st, &w, STORE_VECTORS, err) < 0)
		return -1;
	for (uint64_t i = 0; taken < wanted && (more = store_walk_next(&w, err)) > 0; i++) {
		if (i < taken * total / wanted)
			continue;
		if (w.value.size != VECTOR_HEAD + 4 * dimension) {
			more = error_set(err, "a vector is malformed");
			break;
		}
		lef32_get_array(sample + taken++ * dimension, w.value.data + VECTOR_HEAD, dimension);
	}
	store_walk_close(&w);
	if (more == 0)
		return error_set(err, "table 'vectors' has fewer entries than it says");
	return more < 0 ? -1 : 0;
}

int lists_train(struct lists *l, struct store *st, const struct layout_state *state, const struct index_settings *settings,
        uint32_t count, struct error *err)
{
	const size_t dimension = settings->dimension;
	uint64_t total;
	size_t wanted, bytes;
	float *sample;
	int status;

	if (store_count(st, STORE_VECTORS, &total, err) < 0)
		return -1;
	if (count > total)
		count = (uint32_t)total;
	wanted = (size_t)count * POINTS_PER_LIST;
	if (wanted > SAMPLE_BYTES / (4 * dimension))
		wanted = SAMPLE_BYTES / (4 * dimension);
	if (wanted < count)
		wanted = count;
	if (wanted > total)
		wanted = (size_t)total;
	sample = size_mul(wanted, 4 * dimension, &bytes) ? malloc(bytes) : NULL;
	if (!sample)
		return error_set(err, "out of memory for %zu vectors to train with", wanted);
	status = take_sample(st, total, wanted, dimension, sample, err);
	if (status == 0)
		status = prepare(l, state->list_bound, count, settings, err);
	if (status == 0 && kmeans_train(sample, wanted, dimension, count, SEED, ITERATIONS, l->centroids) < 0)
		status = error_set(err, "out of memory to train %u lists", (unsigned)count);
	if (status == 0)
		complete(l);
	free(sample);
	return status;
}

int lists_assign(const struct lists *l, const float *vectors, size_t n, uint32_t *list, struct error *err)
{
	if (!l->count) {
		memset(list, 0, n * sizeof *list);
		return 0;
	}
	if (kmeans_nearest(vectors, n, l->dimension, l->centroids, l->half_norms, l->count, list) < 0)
		return error_set(err, "out of memory to assign vectors to lists");
	for (size_t i = 0; i < n; i++)
		list[i] += l->first;
	return 0;
}

void lists_encode(const struct lists *l, const float *vector, uint32_t list, struct code_entry *e)
{
	const size_t width = rotation_width(l->dimension);

	rotation_apply(l->rotation, vector, l->dimension, l->vector);
	code_make(l->vector, l->rotated + (list - l->first) * width, width / 64, l->metric, e);
}

void lists_release(struct lists *l)
{
	free(l->rotated);
	free(l->vector);
	free(l->centroids);
	free(l->half_norms);
	*l = (struct lists){0};
}
