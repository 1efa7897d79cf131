/* SPDX-License-Identifier: ISC */
#include "math/kmeans.h"
#include "unit/random.h"
#include "unit/test.h"

#include <stdlib.h>

enum { N = 3000, D = 19, K = 40 };

static uint64_t state = 11;

static double squared_distance(const float *a, const float *b)
{
	double sum = 0;

	for (int t = 0; t < D; t++)
		sum += ((double)a[t] - b[t]) * ((double)a[t] - b[t]);
	return sum;
}

/* Mean squared distance of the points to their nearest centroids; counts those for which kmeans_nearest says another. */
static double spread(const float *points, const float *centroids, const uint32_t *nearest, int *wrong)
{
	double total = 0;

	for (int i = 0; i < N; i++) {
		double best = INFINITY;
		for (int j = 0; j < K; j++)
			best = fmin(best, squared_distance(points + i * D, centroids + j * D));
		total += best;
		*wrong += squared_distance(points + i * D, centroids + nearest[i] * D) > best + 1e-5;
	}
	return total / N;
}

int main(void)
{
	static float points[N * D], means[K * D], centroids[K * D], again[K * D], half_norms[K];
	static uint32_t nearest[N];
	int wrong = 0;

	for (int i = 0; i < K * D; i++)
		means[i] = 4 * random_number(&state);
	for (int i = 0; i < N; i++)
		for (int t = 0; t < D; t++)
			points[i * D + t] = means[i % K * D + t] + 0.3f * random_number(&state);

	ok(kmeans_train(points, N, D, K, 1, 0, 1, centroids) == 0, "no iteration leaves points as centroids");
	kmeans_half_norms(centroids, K, D, half_norms);
	ok(kmeans_nearest(points, N, D, centroids, half_norms, K, 1, nearest) == 0, "points find their centroids");
	const double before = spread(points, centroids, nearest, &wrong);
	kmeans_train(points, N, D, K, 1, 10, 1, centroids);
	kmeans_half_norms(centroids, K, D, half_norms);
	kmeans_nearest(points, N, D, centroids, half_norms, K, 1, nearest);
	const double after = spread(points, centroids, nearest, &wrong);
	ok(after < before / 2, "ten iterations bring the centroids nearer: %.3f instead of %.3f", after, before);
	ok(wrong == 0, "no point has a nearer centroid than the one it is given");
	kmeans_train(points, N, D, K, 1, 10, 3, again);
	ok(memcmp(centroids, again, sizeof again) == 0, "the same seed gives the same bytes");

	for (int i = 0; i < N * D; i++)
		points[i] = 1;
	ok(kmeans_train(points, N, D, K, 1, 4, 1, centroids) == 0, "equal points are possible");
	int finite = 1;
	for (int i = 0; i < K * D; i++)
		finite &= isfinite(centroids[i]) != 0;
	ok(finite, "and leave every centroid finite");
	ok(kmeans_train(points, K, D, K, 1, 2, 2, centroids) == 0, "as many centroids as points are possible");
	return done();
}
