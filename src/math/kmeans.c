/* SPDX-License-Identifier: ISC */
/*
 * The nearest of k centroids is the one with the largest x·c − |c|²/2: one blocked product does nearly all the work.
 */
#include "math/kmeans.h"

#include "base/bytes.h"
#include "base/parallel.h"
#include "math/gemm.h"
#include "math/splitmix.h"

#include <stdlib.h>

enum { BLOCK = GEMM_ROWS }; /* points a product */

void kmeans_half_norms(const float *centroids, size_t k, size_t d, float *half_norms)
{
	for (size_t j = 0; j < k; j++) {
		double sum = 0;
		for (size_t t = 0; t < d; t++)
			sum += (double)centroids[j * d + t] * centroids[j * d + t];
		half_norms[j] = (float)(sum / 2);
	}
}

/* What all threads share, and the blocks that one of them does: every `jobs`-th from `first` on. */
struct share {
	const struct gemm *gemm;
	const struct gemm_panels *panels;
	const float *points, *half_norms;
	size_t n, first, jobs;
	float *rows;     /* a block of points, packed */
	float *products; /* (BLOCK, panels->n) */
	uint32_t *nearest;
};

static uint32_t largest(const float *products, const float *half_norms, size_t k)
{
	float best = products[0] - half_norms[0];
	uint32_t at = 0;

	for (size_t j = 1; j < k; j++) {
		const float score = products[j] - half_norms[j];
		if (score > best) {
			best = score;
			at = (uint32_t)j;
		}
	}
	return at;
}

static void find_nearest(void *part)
{
	const struct share *s = part;
	const size_t d = s->panels->k, k = s->panels->n;

	for (size_t from = s->first * BLOCK; from < s->n; from += s->jobs * BLOCK) {
		const size_t block = s->n - from < BLOCK ? s->n - from : BLOCK;
		gemm_pack_rows(s->gemm, s->points + from * d, d, 0, block, block, d, s->rows);
		gemm_multiply(s->gemm, s->rows, block, s->panels, NULL, s->products, k);
		for (size_t i = 0; i < block; i++)
			s->nearest[from + i] = largest(s->products + i * k, s->half_norms, k);
	}
}

int kmeans_nearest(const float *points, size_t n, size_t d, const float *centroids, const float *half_norms, size_t k,
        int jobs, uint32_t *nearest)
{
	const struct gemm *g = gemm_best();
	const size_t blocks = (n + BLOCK - 1) / BLOCK, count = blocks < (size_t)jobs ? (blocks ? blocks : 1) : (size_t)jobs;
	struct gemm_panels panels = {d, k, gemm_alloc(gemm_panels_size(g, d, k))};
	struct share *shares = calloc(count, sizeof *shares);
	size_t size;
	int status = panels.data && shares && size_mul(BLOCK, k, &size) ? 0 : -1;

	for (size_t j = 0; status == 0 && j < count; j++) {
		shares[j] = (struct share){.gemm = g, .panels = &panels, .points = points, .half_norms = half_norms, .n = n,
		        .first = j, .jobs = count, .rows = gemm_alloc(gemm_rows_size(g, BLOCK, d)), .products = gemm_alloc(size),
		        .nearest = nearest};
		if (!shares[j].rows || !shares[j].products)
			status = -1;
	}
	if (status == 0) {
		gemm_pack_panels(g, centroids, d, true, &panels);
		parallel_run(shares, sizeof *shares, count, find_nearest);
	}
	for (size_t j = 0; shares && j < count; j++) {
		free(shares[j].rows);
		free(shares[j].products);
	}
	free(shares);
	free(panels.data);
	return status;
}

/* k of the n points, each at most once (Fisher and Yates, the first k steps). */
static int begin_with_points(const float *points, size_t n, size_t d, size_t k, uint64_t seed, float *centroids)
{
	size_t *order = malloc(n * sizeof *order);

	if (!order)
		return -1;
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t j = 0; j < k; j++) {
		const size_t pick = j + (size_t)(splitmix64(&seed) % (n - j)), chosen = order[pick];
		order[pick] = order[j];
		memcpy(centroids + j * d, points + chosen * d, d * sizeof *centroids);
	}
	free(order);
	return 0;
}

/* Gives an empty cluster half of the largest: its centroid, the two moved apart by a little. */
static void split_largest(float *centroids, size_t *counts, size_t k, size_t d, size_t empty)
{
	size_t largest = 0;

	for (size_t j = 1; j < k; j++)
		if (counts[j] > counts[largest])
			largest = j;
	for (size_t t = 0; t < d; t++) {
		const float value = centroids[largest * d + t], step = t % 2 ? 1.0f / 1024 : -1.0f / 1024;
		centroids[empty * d + t] = value * (1 + step);
		centroids[largest * d + t] = value * (1 - step);
	}
	counts[empty] = counts[largest] / 2;
	counts[largest] -= counts[empty];
}

static void move_to_means(const float *points, size_t n, size_t d, size_t k, const uint32_t *nearest, double *sums,
        size_t *counts, float *centroids)
{
	memset(sums, 0, k * d * sizeof *sums);
	memset(counts, 0, k * sizeof *counts);
	for (size_t i = 0; i < n; i++) {
		double *sum = sums + nearest[i] * d;
		counts[nearest[i]]++;
		for (size_t t = 0; t < d; t++)
			sum[t] += points[i * d + t];
	}
	for (size_t j = 0; j < k; j++)
		for (size_t t = 0; counts[j] && t < d; t++)
			centroids[j * d + t] = (float)(sums[j * d + t] / (double)counts[j]);
	for (size_t j = 0; j < k; j++)
		if (!counts[j])
			split_largest(centroids, counts, k, d, j);
}

int kmeans_train(const float *points, size_t n, size_t d, size_t k, uint64_t seed, int iterations, int jobs, float *centroids)
{
	uint32_t *nearest = calloc(n, sizeof *nearest);
	size_t *counts = calloc(k, sizeof *counts);
	float *half_norms = calloc(k, sizeof *half_norms);
	double *sums = calloc(k, d * sizeof *sums);
	int status = nearest && counts && half_norms && sums ? 0 : -1;

	if (status == 0)
		status = begin_with_points(points, n, d, k, seed, centroids);
	for (int i = 0; status == 0 && i < iterations; i++) {
		kmeans_half_norms(centroids, k, d, half_norms);
		status = kmeans_nearest(points, n, d, centroids, half_norms, k, jobs, nearest);
		if (status == 0)
			move_to_means(points, n, d, k, nearest, sums, counts, centroids);
	}
	free(nearest);
	free(counts);
	free(half_norms);
	free(sums);
	return status;
}
