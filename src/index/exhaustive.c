/* SPDX-License-Identifier: ISC */
#include "index/exhaustive.h"

#include "index/snapshot.h"
#include "math/gemm.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = GEMM_ROWS };

/* Vectors on their way. */
struct rows {
	const struct gemm *gemm;
	struct gemm_panels panels; /* the questions */
	float *lengths;            /* (count) of the questions */
	size_t count;
	float *vectors;  /* (ROWS, dimension) */
	float *packed;
	float *products; /* (ROWS, count) */
	uint32_t pictures[ROWS], patents[ROWS];
	uint8_t *vector; /* one as it is compared */
};

static float length_of(const float *v, size_t n)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i] * v[i];
	return sqrtf(sum);
}

static int begin(struct rows *r, const struct exhaustive *e, struct error *err)
{
	const size_t dimension = index_settings(e->ix)->dimension;

	r->gemm = gemm_best();
	r->panels = (struct gemm_panels){.k = dimension, .n = e->count};
	r->panels.data = gemm_alloc(gemm_panels_size(r->gemm, dimension, e->count));
	r->lengths = calloc(e->count, sizeof *r->lengths);
	r->vectors = gemm_alloc(ROWS * dimension);
	r->packed = gemm_alloc(gemm_rows_size(r->gemm, ROWS, dimension));
	r->products = gemm_alloc(ROWS * e->count);
	r->vector = calloc(dimension, 4);
	if (!r->panels.data || !r->lengths || !r->vectors || !r->packed || !r->products || !r->vector)
		return error_set(err, "out of memory for %zu questions", e->count);
	gemm_pack_panels(r->gemm, e->questions, dimension, true, &r->panels);
	for (size_t q = 0; q < e->count; q++)
		r->lengths[q] = length_of(e->questions + q * dimension, dimension);
	return 0;
}

static void end(struct rows *r)
{
	free(r->panels.data);
	free(r->lengths);
	free(r->vectors);
	free(r->packed);
	free(r->products);
	free(r->vector);
}

/* Whether a vector of this length can reach the score, given the product as it was rounded. */
static bool can_reach(enum index_metric metric, size_t dimension, float product, float length, float question, float least)
{
	const float both = length + question, rounding = (float)dimension * 0x1p-22f * both * both;

	if (least == -INFINITY)
		return true;
	return metric == INDEX_L2 ? product - (length * length + question * question) / 2 + rounding >= -least * least / 2
	                          : product + rounding >= least;
}

static int compare_rows(struct rows *r, struct exhaustive *e, struct error *err)
{
	const struct index_settings *s = index_settings(e->ix);

	gemm_pack_rows(r->gemm, r->vectors, s->dimension, 0, r->count, r->count, s->dimension, r->packed);
	gemm_multiply(r->gemm, r->packed, r->count, &r->panels, NULL, r->products, e->count);
	for (size_t i = 0; i < r->count; i++) {
		const float *vector = r->vectors + i * s->dimension, length = length_of(vector, s->dimension);
		bool ready = false;
		for (size_t q = 0; q < e->count; q++) {
			if (!can_reach(s->metric, s->dimension, r->products[i * e->count + q], length, r->lengths[q], e->least[q]))
				continue;
			if (!ready)
				lef32_put_array(r->vector, vector, s->dimension);
			ready = true;
			if (e->offer(e->context, q, r->pictures[i], r->patents[i], r->vector, err) < 0)
				return -1;
		}
	}
	r->count = 0;
	return 0;
}

/* A block of the table of vectors. */
static int take_block(struct rows *r, struct exhaustive *e, size_t first, const uint8_t *block, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(e->ix);

	for (size_t i = 0; i < s->room; i++) {
		uint32_t patent;
		const uint8_t *numbers = vectors_slot(s, block, i, &patent);
		if (!numbers || first + i >= index_picture_bound(e->ix))
			continue;
		vector_numbers(s, numbers, r->vectors + r->count * s->dimension);
		r->pictures[r->count] = (uint32_t)(first + i);
		r->patents[r->count] = patent;
		e->scanned++;
		if (++r->count == ROWS && compare_rows(r, e, err) < 0)
			return -1;
	}
	return 0;
}

int exhaustive_run(struct exhaustive *e, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(e->ix);
	struct rows r = {0};
	struct store_walk w = {0};
	int more = begin(&r, e, err);

	if (more == 0)
		more = store_walk_open(index_store(e->ix), &w, STORE_VECTORS, err);
	while (more >= 0 && (more = store_walk_next(&w, err)) > 0)
		more = w.key.size == 4 && w.value.size == s->size
		        ? take_block(&r, e, key_get(w.key.data) * s->room, w.value.data, err)
		        : error_set(err, "a block of vectors is malformed");
	if (more == 0 && r.count)
		more = compare_rows(&r, e, err);
	store_walk_close(&w);
	end(&r);
	return more;
}
