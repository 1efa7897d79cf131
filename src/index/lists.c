/* SPDX-License-Identifier: ISC */
#include "index/lists.h"

#include "index/centroids.h"
#include "index/vectors.h"
#include "math/grouped.h"
#include "math/kmeans.h"

#include <math.h>
#include <stdlib.h>

/* Of training: points a list, bytes of the sample at most, iterations. More of each buys next to nothing. */
enum { POINTS_PER_LIST = 32, SAMPLE_BYTES = 256 << 20, ITERATIONS = 8 };
static const uint64_t SEED = 1;

/* From so many lists on a vector is compared with those of near groups only. */
enum { GROUPED = 2048 };

uint32_t lists_wanted(uint64_t pictures)
{
	return (uint32_t)(4 * sqrt((double)pictures) + 0.5);
}

static int prepare(struct lists *l, uint32_t first, size_t count, const struct index_settings *s, struct error *err)
{
	const size_t dimension = s->dimension, width = rotation_width(dimension);
	size_t numbers, rotated;

	const int jobs = l->jobs;

	lists_release(l);
	l->jobs = jobs;
	l->first = first;
	l->dimension = dimension;
	l->rotation = s->rotation;
	l->metric = s->metric;
	l->refined = refinement_shape(s);
	if (!count)
		return 0;
	l->centroids = size_mul(count, dimension, &numbers) ? calloc(numbers, sizeof *l->centroids) : NULL;
	l->half_norms = calloc(count, sizeof *l->half_norms);
	l->rotated = size_mul(count, width, &rotated) ? calloc(rotated, sizeof *l->rotated) : NULL;
	l->vector = calloc(width, sizeof *l->vector);
	l->levels = calloc(width, 1);
	if (!l->centroids || !l->half_norms || !l->rotated || !l->vector || !l->levels)
		return error_set(err, "out of memory for %zu lists", count);
	l->count = count;
	return 0;
}

/* What follows from the centroids and their groups. */
static int complete(struct lists *l, struct error *err)
{
	const size_t width = rotation_width(l->dimension);

	kmeans_half_norms(l->centroids, l->count, l->dimension, l->half_norms);
	for (size_t i = 0; i < l->count; i++)
		rotation_apply(l->rotation, l->centroids + i * l->dimension, l->dimension, l->rotated + i * width);
	if (l->count < GROUPED)
		return 0;
	l->grouped = grouped_open(l->centroids, l->half_norms, l->count, l->dimension, l->group_centroids, l->group_sizes, l->group_count);
	return l->grouped ? 0 : error_set(err, "out of memory for %zu lists", l->count);
}

int lists_load(struct lists *l, struct store *st, const struct layout_state *state, const struct index_settings *settings,
        struct error *err)
{
	const uint32_t first = state->list_next ? state->list_next : state->list_first;
	const size_t count = first ? state->list_bound - first : 0, dimension = settings->dimension;
	struct centroid_groups groups;
	struct centroid_group group;

	if (prepare(l, first, count, settings, err) < 0)
		return -1;
	if (!count)
		return 0;
	if (centroids_groups(st, first, (uint32_t)count, dimension, &groups, err) < 0)
		return -1;
	l->group_count = groups.count;
	l->group_sizes = calloc(groups.count, sizeof *l->group_sizes);
	l->group_centroids = calloc(groups.count, dimension * sizeof *l->group_centroids);
	if (!l->group_sizes || !l->group_centroids)
		return error_set(err, "out of memory for %zu lists", count);
	lef32_get_array(l->group_centroids, groups.centroids, groups.count * dimension);
	for (size_t i = 0; i < groups.count; i++) {
		if (centroids_group(st, &groups, i, &group, err) < 0)
			return -1;
		lef32_get_array(l->centroids + (group.first - first) * dimension, group.centroids, group.count * dimension);
		l->group_sizes[i] = (uint32_t)group.count;
	}
	return complete(l, err);
}

int lists_put(const struct lists *l, struct store *st, struct error *err)
{
	return centroids_put(st, l->first, l->dimension, l->centroids, l->group_count, l->group_sizes, l->group_centroids, err);
}

/* Every so many-th vector of the table, spread evenly: (wanted, dimension). */
static int take_sample(struct store *st, const struct vector_shape *s, uint64_t total, size_t wanted, float *sample,
        struct error *err)
{
	struct store_walk w;
	size_t taken = 0;
	uint64_t met = 0;
	int more = 1;

	if (store_walk_open(st, &w, STORE_VECTORS, err) < 0)
		return -1;
	while (taken < wanted && (more = store_walk_next(&w, err)) > 0) {
		if (w.value.size != s->size) {
			more = error_set(err, "a block of vectors is malformed");
			break;
		}
		for (size_t i = 0; i < s->room && taken < wanted; i++) {
			uint32_t patent;
			const uint8_t *numbers = vectors_slot(s, w.value.data, i, &patent);
			if (numbers && met++ >= taken * total / wanted)
				vector_numbers(s, numbers, sample + taken++ * s->dimension);
		}
	}
	store_walk_close(&w);
	if (more == 0)
		return error_set(err, "there are fewer vectors than pictures");
	return more < 0 ? -1 : 0;
}

/*
 * Sorts the centroids into about √n groups of near ones: they and what goes with them are put in the order of their groups, whose
 * sizes and centroids are kept to be written. Each group has a list: an empty one takes half of another's in training, and
 * those that are empty in the end are left out.
 */
static int group_lists(struct lists *l, struct error *err)
{
	const size_t count = l->count, d = l->dimension, wanted = (size_t)(sqrt((double)count) + 0.5);
	float *sorted = calloc(count, d * sizeof *sorted), *coarse = calloc(wanted, d * sizeof *coarse);
	float *half_norms = calloc(wanted, sizeof *half_norms);
	uint32_t *group = calloc(count, sizeof *group), *sizes = calloc(wanted, sizeof *sizes);
	size_t groups = 0, placed = 0;
	int status = sorted && coarse && half_norms && group && sizes ? 0 : -1;

	if (status == 0)
		status = kmeans_train(l->centroids, count, d, wanted, SEED, ITERATIONS, l->jobs, coarse);
	if (status == 0) {
		kmeans_half_norms(coarse, wanted, d, half_norms);
		status = kmeans_nearest(l->centroids, count, d, coarse, half_norms, wanted, l->jobs, group);
	}
	for (size_t g = 0; status == 0 && g < wanted; g++) {
		const size_t before = placed;
		for (size_t i = 0; i < count; i++)
			if (group[i] == g)
				memcpy(sorted + placed++ * d, l->centroids + i * d, d * sizeof *sorted);
		if (placed == before)
			continue;
		sizes[groups] = (uint32_t)(placed - before);
		memmove(coarse + groups++ * d, coarse + g * d, d * sizeof *coarse);
	}
	free(half_norms);
	free(group);
	if (status < 0) {
		free(sorted);
		free(coarse);
		free(sizes);
		return error_set(err, "out of memory to group %zu lists", count);
	}
	free(l->centroids);
	l->centroids = sorted;
	l->group_count = groups;
	l->group_sizes = sizes;
	l->group_centroids = coarse;
	return 0;
}

int lists_train(struct lists *l, struct store *st, const struct layout_state *state, const struct index_settings *settings,
        uint32_t count, struct error *err)
{
	const struct vector_shape shape = vector_shape(settings);
	const size_t dimension = settings->dimension;
	uint64_t total;
	size_t wanted, bytes;
	float *sample;
	int status;

	if (store_count(st, STORE_PICTURES, &total, err) < 0)
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
	status = take_sample(st, &shape, total, wanted, sample, err);
	if (status == 0)
		status = prepare(l, state->list_bound, count, settings, err);
	if (status == 0 && kmeans_train(sample, wanted, dimension, count, SEED, ITERATIONS, l->jobs, l->centroids) < 0)
		status = error_set(err, "out of memory to train %u lists", (unsigned)count);
	if (status == 0)
		status = group_lists(l, err);
	if (status == 0)
		status = complete(l, err);
	free(sample);
	return status;
}

int lists_assign(const struct lists *l, const float *vectors, size_t n, uint32_t *list, struct error *err)
{
	if (!l->count) {
		memset(list, 0, n * sizeof *list);
		return 0;
	}
	const int status = l->grouped ? grouped_nearest(l->grouped, vectors, n, l->jobs, list)
	        : kmeans_nearest(vectors, n, l->dimension, l->centroids, l->half_norms, l->count, l->jobs, list);
	if (status < 0)
		return error_set(err, "out of memory to assign vectors to lists");
	for (size_t i = 0; i < n; i++)
		list[i] += l->first;
	return 0;
}

void lists_encode(const struct lists *l, const float *vector, uint32_t list, struct code_entry *e, uint8_t *slot)
{
	const size_t width = rotation_width(l->dimension);

	rotation_apply(l->rotation, vector, l->dimension, l->vector);
	const float *centroid = l->rotated + (list - l->first) * width;
	code_make(l->vector, centroid, width / 64, l->metric, e);
	if (l->refined.slot)
		refinement_make(&l->refined, l->vector, centroid, l->metric, l->levels, slot);
}

void lists_release(struct lists *l)
{
	free(l->rotated);
	free(l->vector);
	free(l->levels);
	free(l->centroids);
	free(l->half_norms);
	free(l->group_sizes);
	free(l->group_centroids);
	grouped_close(l->grouped);
	*l = (struct lists){0};
}
