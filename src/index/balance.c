/* SPDX-License-Identifier: ISC */
#include "index/balance.h"

#include "index/codes.h"
#include "index/vectors.h"

#include <stdlib.h>

enum { SAMPLE = 8192 }; /* vectors: enough for their mean distance to be right to half a percent */

/* Entries of the lists: of all, and the sum of their squares. */
static int count_entries(const struct lists *l, struct store *st, uint32_t dimension, double *sum, double *squares,
        struct error *err)
{
	const struct code_shape s = code_shape(dimension);
	uint8_t key[CODES_KEY];
	struct store_walk w;
	struct code_block b;
	uint32_t list = 0;
	double in_list = 0;
	int more;

	*sum = *squares = 0;
	if (store_walk_open(st, &w, STORE_CODES, err) < 0)
		return -1;
	w.unchecked = true; /* of each block its head alone */
	code_key_put(key, l->first, 0);
	more = store_walk_seek(&w, key, sizeof key, err);
	while (more >= 0 && (more = store_walk_next(&w, err)) > 0) {
		if (w.key.size != CODES_KEY || key_get(w.key.data) - l->first >= l->count)
			break;
		more = code_block_decode(&b, &s, w.value, err);
		if (key_get(w.key.data) != list) {
			*squares += in_list * in_list;
			in_list = 0;
		}
		list = key_get(w.key.data);
		in_list += (double)b.count;
		*sum += (double)b.count;
	}
	*squares += in_list * in_list;
	store_walk_close(&w);
	return more < 0 ? -1 : 0;
}

/* The squared distance of a picture's vector to the centroid of its list: 1, 0 when it has none, -1. */
static int distance_of(const struct lists *l, struct store *st, const struct vector_shape *s, uint32_t picture, float *vector,
        double *distance, struct error *err)
{
	struct store_value place;
	const uint8_t *numbers;
	uint32_t list, block, patent;
	uint8_t key[4];

	key_put(key, picture);
	int got = store_get(st, STORE_PLACES, key, sizeof key, &place, err);
	if (got <= 0)
		return got;
	if (place_decode(place, &list, &block, err) < 0)
		return -1;
	if (list - l->first >= l->count)
		return 0;
	got = vectors_get(st, s, picture, &patent, &numbers, err);
	if (got <= 0)
		return got;
	vector_numbers(s, numbers, vector);
	const float *centroid = l->centroids + (list - l->first) * l->dimension;
	*distance = 0;
	for (size_t i = 0; i < l->dimension; i++)
		*distance += ((double)vector[i] - centroid[i]) * ((double)vector[i] - centroid[i]);
	return 1;
}

int balance_measure(const struct lists *l, struct store *st, const struct layout_state *state,
        const struct index_settings *settings, struct list_balance *b, struct error *err)
{
	const struct vector_shape shape = vector_shape(settings);
	const uint64_t bound = state->picture_bound, samples = bound < SAMPLE ? bound : SAMPLE;
	float *vector = calloc(l->dimension + 1, sizeof *vector);
	double sum = 0, squares = 0, distances = 0;
	uint64_t met = 0;
	int status = vector ? count_entries(l, st, settings->dimension, &sum, &squares, err) : error_set(err, "out of memory");

	for (uint64_t i = 0; status == 0 && i < samples; i++) {
		double distance;
		const int got = distance_of(l, st, &shape, (uint32_t)(i * bound / samples), vector, &distance, err);
		status = got < 0 ? -1 : 0;
		if (got <= 0)
			continue;
		distances += distance;
		met++;
	}
	free(vector);
	if (status < 0)
		return -1;
	b->distance = met ? (float)(distances / (double)met) : 0;
	b->crowding = sum > 0 ? (float)((double)l->count * squares / (sum * sum)) : 0;
	return 0;
}
