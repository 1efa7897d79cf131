/* SPDX-License-Identifier: ISC */
#include "math/grouped.h"

#include "base/bytes.h"
#include "base/parallel.h"
#include "math/gemm.h"
#include "math/kmeans.h"

#include <math.h>
#include <stdlib.h>

enum { BLOCK = GEMM_ROWS /* points a product */, PART = 4096 /* that one thread takes at once */ };

struct grouped {
	const struct gemm *gemm;
	const float *half_norms;
	size_t k, d, count, largest; /* groups; centroids of the largest */
	float *coarse_norms;         /* (count) */
	struct gemm_panels coarse;
	struct gemm_panels *panels; /* (count) */
	uint32_t *firsts;           /* (count): centroids */
};

void grouped_close(struct grouped *g)
{
	if (!g)
		return;
	for (size_t i = 0; g->panels && i < g->count; i++)
		free(g->panels[i].data);
	free(g->panels);
	free(g->coarse.data);
	free(g->coarse_norms);
	free(g->firsts);
	free(g);
}

static int pack(const struct gemm *gemm, const float *rows, size_t n, size_t d, struct gemm_panels *to)
{
	*to = (struct gemm_panels){d, n, gemm_alloc(gemm_panels_size(gemm, d, n))};
	if (!to->data)
		return -1;
	gemm_pack_panels(gemm, rows, d, true, to);
	return 0;
}

struct grouped *grouped_open(const float *centroids, const float *half_norms, size_t k, size_t d, const float *coarse,
        const uint32_t *sizes, size_t count)
{
	struct grouped *g = calloc(1, sizeof *g);
	uint32_t first = 0;
	int status;

	if (!g)
		return NULL;
	*g = (struct grouped){.gemm = gemm_best(), .half_norms = half_norms, .k = k, .d = d, .count = count};
	g->coarse_norms = calloc(count, sizeof *g->coarse_norms);
	g->panels = calloc(count, sizeof *g->panels);
	g->firsts = calloc(count, sizeof *g->firsts);
	status = g->coarse_norms && g->panels && g->firsts ? pack(g->gemm, coarse, count, d, &g->coarse) : -1;
	if (status == 0)
		kmeans_half_norms(coarse, count, d, g->coarse_norms);
	for (size_t i = 0; status == 0 && i < count; i++) {
		g->firsts[i] = first;
		g->largest = sizes[i] > g->largest ? sizes[i] : g->largest;
		status = pack(g->gemm, centroids + first * d, sizes[i], d, &g->panels[i]);
		first += sizes[i];
	}
	if (status == 0)
		return g;
	grouped_close(g);
	return NULL;
}

/* A group as a point sees it. */
struct outlook {
	float score;
	uint32_t group;
};

/* What a thread works with, on up to PART points. */
struct worker {
	const struct grouped *grouped;
	const float *points;
	size_t n, part, first, jobs; /* of the parts every `jobs`-th from the first on is this thread's */
	uint32_t *nearest;
	float *gathered, *rows, *products; /* (BLOCK, d), packed, (BLOCK, groups or centroids of one) */
	float *scores;                     /* (PART): of the nearest so far */
	struct outlook *outlooks;          /* (groups) */
	uint32_t *looks;                   /* (PART, groups): of each point, the groups that it looks into */
	uint32_t *look_counts;             /* (PART) */
	uint32_t *starts, *lookers;        /* (groups + 1), (PART × groups): the points that look into each group */
};

static int nearer(const void *a, const void *b)
{
	const struct outlook *x = a, *y = b;

	return x->score != y->score ? (x->score < y->score) - (x->score > y->score) : (x->group > y->group) - (x->group < y->group);
}

/* The groups that a point looks into, given its products with their centroids. */
static uint32_t choose(const struct worker *w, const float *products, uint32_t *looks)
{
	const struct grouped *g = w->grouped;
	size_t seen = 0;
	uint32_t count = 0;

	for (size_t i = 0; i < g->count; i++)
		w->outlooks[i] = (struct outlook){products[i] - g->coarse_norms[i], (uint32_t)i};
	qsort(w->outlooks, g->count, sizeof *w->outlooks, nearer);
	while (count < g->count && (count < GROUPED_LEAST || seen * GROUPED_SHARE < g->k)) {
		looks[count] = w->outlooks[count].group;
		seen += g->panels[looks[count++]].n;
	}
	return count;
}

static void look_at_groups(struct worker *w, const float *points, size_t n)
{
	const struct grouped *g = w->grouped;

	for (size_t from = 0; from < n; from += BLOCK) {
		const size_t block = n - from < BLOCK ? n - from : BLOCK;
		gemm_pack_rows(g->gemm, points + from * g->d, g->d, 0, block, block, g->d, w->rows);
		gemm_multiply(g->gemm, w->rows, block, &g->coarse, NULL, w->products, g->count);
		for (size_t i = 0; i < block; i++)
			w->look_counts[from + i] = choose(w, w->products + i * g->count, w->looks + (from + i) * g->count);
	}
}

/* Who looks into which group: counted by group, which keeps points in order. */
static void gather_lookers(struct worker *w, size_t n)
{
	const size_t count = w->grouped->count;

	memset(w->starts, 0, (count + 2) * sizeof *w->starts);
	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < w->look_counts[i]; j++)
			w->starts[w->looks[i * count + j] + 2]++;
	for (size_t i = 2; i < count + 2; i++)
		w->starts[i] += w->starts[i - 1];
	for (size_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < w->look_counts[i]; j++)
			w->lookers[w->starts[w->looks[i * count + j] + 1]++] = (uint32_t)i;
}

/* A block of points with the centroids of a group. */
static void compare(struct worker *w, const float *points, size_t group, const uint32_t *lookers, size_t block, uint32_t *nearest)
{
	const struct grouped *g = w->grouped;
	const size_t size = g->panels[group].n;
	const uint32_t first = g->firsts[group];

	for (size_t i = 0; i < block; i++)
		memcpy(w->gathered + i * g->d, points + lookers[i] * g->d, g->d * sizeof *w->gathered);
	gemm_pack_rows(g->gemm, w->gathered, g->d, 0, block, block, g->d, w->rows);
	gemm_multiply(g->gemm, w->rows, block, &g->panels[group], NULL, w->products, size);
	for (size_t i = 0; i < block; i++) {
		float best = w->scores[lookers[i]];
		uint32_t at = nearest[lookers[i]];
		for (size_t j = 0; j < size; j++) { /* groups come in order: the first of equals stays */
			const float score = w->products[i * size + j] - g->half_norms[first + j];
			if (score > best) {
				best = score;
				at = first + (uint32_t)j;
			}
		}
		w->scores[lookers[i]] = best;
		nearest[lookers[i]] = at;
	}
}

static void work(void *part)
{
	struct worker *w = part;
	const struct grouped *g = w->grouped;

	for (size_t from = w->first * w->part; from < w->n; from += w->jobs * w->part) {
		const size_t n = w->n - from < w->part ? w->n - from : w->part;
		const float *points = w->points + from * g->d;
		look_at_groups(w, points, n);
		gather_lookers(w, n);
		for (size_t i = 0; i < n; i++) {
			w->scores[i] = -INFINITY;
			w->nearest[from + i] = g->firsts[w->looks[i * g->count]];
		}
		for (size_t group = 0; group < g->count; group++)
			for (size_t i = w->starts[group]; i < w->starts[group + 1]; i += BLOCK) {
				const size_t left = w->starts[group + 1] - i;
				compare(w, points, group, w->lookers + i, left < BLOCK ? left : BLOCK, w->nearest + from);
			}
	}
}

static int begin(struct worker *w, const struct grouped *g)
{
	const size_t widest = g->largest > g->count ? g->largest : g->count;

	w->grouped = g;
	w->gathered = gemm_alloc(BLOCK * g->d);
	w->rows = gemm_alloc(gemm_rows_size(g->gemm, BLOCK, g->d));
	w->products = gemm_alloc(BLOCK * widest);
	w->scores = calloc(PART, sizeof *w->scores);
	w->outlooks = calloc(g->count, sizeof *w->outlooks);
	w->looks = calloc(g->count, PART * sizeof *w->looks);
	w->look_counts = calloc(PART, sizeof *w->look_counts);
	w->starts = calloc(g->count + 2, sizeof *w->starts);
	w->lookers = calloc(g->count, PART * sizeof *w->lookers);
	return w->gathered && w->rows && w->products && w->scores && w->outlooks && w->looks && w->look_counts && w->starts && w->lookers
	               ? 0 : -1;
}

static void end(struct worker *w)
{
	free(w->gathered);
	free(w->rows);
	free(w->products);
	free(w->scores);
	free(w->outlooks);
	free(w->looks);
	free(w->look_counts);
	free(w->starts);
	free(w->lookers);
}

int grouped_nearest(const struct grouped *g, const float *points, size_t n, int jobs, uint32_t *nearest)
{
	const size_t count = (size_t)jobs < n / BLOCK + 1 ? (size_t)jobs : n / BLOCK + 1, each = n / count + 1;
	const size_t part = each < PART ? each : PART;
	struct worker *workers = calloc(count, sizeof *workers);
	int status = workers ? 0 : -1;

	for (size_t j = 0; status == 0 && j < count; j++) {
		workers[j] = (struct worker){.points = points, .n = n, .part = part, .first = j, .jobs = count, .nearest = nearest};
		status = begin(&workers[j], g);
	}
	if (status == 0)
		parallel_run(workers, sizeof *workers, count, work);
	for (size_t j = 0; workers && j < count; j++)
		end(&workers[j]);
	free(workers);
	return status;
}
