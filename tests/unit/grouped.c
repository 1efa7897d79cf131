/* SPDX-License-Identifier: ISC */
#include "math/grouped.h"
#include "math/kmeans.h"
#include "unit/random.h"
#include "unit/test.h"

#include <stdlib.h>

enum { N = 5000, D = 19, K = 900, GROUPS = 30 };

static uint64_t state = 11;

int main(void)
{
	static float points[N * D], means[GROUPS * D], centroids[K * D], half_norms[K];
	static uint32_t sizes[GROUPS], nearest[N], found[N], again[N];
	int same = 0, missed = 0;

	/* groups of uneven sizes that lie among each other; the first is large enough to be many blocks of rows */
	for (int i = 0; i < GROUPS * D; i++)
		means[i] = random_number(&state);
	for (int g = 0, at = 0; g < GROUPS; g++) {
		sizes[g] = g == 0 ? 300 : g == 1 ? 1 : g < GROUPS - 1 ? (uint32_t)(10 + g % 21) : (uint32_t)(K - at);
		for (uint32_t i = 0; i < sizes[g]; i++, at++)
			for (int t = 0; t < D; t++)
				centroids[at * D + t] = means[g * D + t] + 0.5f * random_number(&state);
	}
	for (int i = 0; i < N * D; i++)
		points[i] = 1.2f * random_number(&state);
	kmeans_half_norms(centroids, K, D, half_norms);
	kmeans_nearest(points, N, D, centroids, half_norms, K, 1, nearest);

	struct grouped *g = grouped_open(centroids, half_norms, K, D, means, sizes, GROUPS);
	ok(g && grouped_nearest(g, points, N, 1, found) == 0, "points find centroids");
	for (int i = 0; i < N; i++)
		same += found[i] == nearest[i];
	ok(same > N * 9 / 10 && same < N, "most of them the nearest, by looking into some groups: %d of %d", same, (int)N);
	ok(grouped_nearest(g, points, N, 3, again) == 0 && memcmp(found, again, sizeof found) == 0, "three threads find the same");
	ok(grouped_nearest(g, points, 1, 3, again) == 0 && again[0] == found[0], "and a point by itself finds it, too");
	grouped_close(g);

	g = grouped_open(centroids, half_norms, 301, D, means, sizes, 2);
	kmeans_nearest(points, N, D, centroids, half_norms, 301, 1, nearest);
	grouped_nearest(g, points, N, 2, found);
	for (int i = 0; i < N; i++)
		missed += found[i] != nearest[i];
	ok(missed == 0, "where there are few groups all find the nearest");

	for (int i = 0; i < N * D; i++)
		points[i] = 0;
	for (int i = 0; i < 301; i++)
		half_norms[i] = 1;
	grouped_nearest(g, points, N, 2, found);
	ok(found[0] == 0 && found[N - 1] == 0, "of equals it is the first");
	grouped_close(g);
	return done();
}
