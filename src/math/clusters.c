/* SPDX-License-Identifier: ISC */
#include "math/clusters.h"

#include "math/splitmix.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static inline double squared_distance(const double x[3], const double y[3])
{
	const double d0 = x[0] - y[0], d1 = x[1] - y[1], d2 = x[2] - y[2];

	return d0 * d0 + d1 * d1 + d2 * d2;
}

/* --- the first centres -------------------------------------------------------------------------------------------------- */

static size_t heaviest(const struct cluster_point *points, size_t count)
{
	size_t at = 0;

	for (size_t i = 1; i < count; i++)
		if (points[i].weight > points[at].weight)
			at = i;
	return at;
}

/* The sum of weighted squared distances, if there were a centre here as well. */
static double potential_with(const struct cluster_point *points, size_t count, const double centre[3])
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		const double d = squared_distance(points[i].at, centre);
		sum += points[i].weight * (d < points[i].distance ? d : points[i].distance);
	}
	return sum;
}

static double potential(const struct cluster_point *points, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += points[i].weight * points[i].distance;
	return sum;
}

/* A point, with the probability of its part in the potential. One that is a centre already has none. */
static size_t draw(const struct cluster_point *points, size_t count, double total, uint64_t *seed)
{
	double rest = splitmix_unit(seed) * total;
	size_t drawn = 0;

	for (size_t i = 0; i < count; i++) {
		const double part = points[i].weight * points[i].distance;
		if (part <= 0)
			continue;
		drawn = i;
		if (rest < part)
			break;
		rest -= part;
	}
	return drawn;
}

static void add_centre(struct cluster_point *points, size_t count, const double centre[3], int number,
        struct cluster *clusters)
{
	memcpy(clusters[number].at, centre, sizeof clusters[number].at);
	for (size_t i = 0; i < count; i++) {
		const double d = squared_distance(points[i].at, centre);
		if (d < points[i].distance) {
			points[i].distance = d;
			points[i].nearest = number;
		}
	}
}

/* How many there are: the points may be fewer, or fewer different ones. */
static int begin(struct cluster_point *points, size_t count, int k, uint64_t seed, struct cluster *clusters)
{
	int number = 0;

	if (!count)
		return 0;
	for (size_t i = 0; i < count; i++)
		points[i].distance = INFINITY;
	add_centre(points, count, points[heaviest(points, count)].at, number++, clusters);
	while (number < k) {
		const double total = potential(points, count);
		double least = INFINITY;
		size_t best = 0;
		if (total <= 0)
			break;
		for (int c = 0; c < CLUSTERS_CANDIDATES; c++) {
			const size_t drawn = draw(points, count, total, &seed);
			const double left = potential_with(points, count, points[drawn].at);
			if (left < least) {
				least = left;
				best = drawn;
			}
		}
		add_centre(points, count, points[best].at, number++, clusters);
	}
	return number;
}

/* --- Lloyd's iterations -------------------------------------------------------------------------------------------------- */

/* Moves the centres to the means of their points; one without any stays. */
static void move_to_means(const struct cluster_point *points, size_t count, struct cluster *clusters, int k)
{
	double sums[CLUSTERS_MAXIMUM][4] = {{0}};

	for (size_t i = 0; i < count; i++) {
		const struct cluster_point *p = &points[i];
		double *sum = sums[p->nearest];
		for (int t = 0; t < 3; t++)
			sum[t] += p->weight * p->at[t];
		sum[3] += p->weight;
	}
	for (int j = 0; j < k; j++) {
		clusters[j].weight = sums[j][3];
		for (int t = 0; t < 3 && sums[j][3] > 0; t++)
			clusters[j].at[t] = sums[j][t] / sums[j][3];
	}
}

/* Gives each point its nearest centre; whether any changed. */
static bool assign(struct cluster_point *points, size_t count, const struct cluster *clusters, int k)
{
	bool changed = false;

	for (size_t i = 0; i < count; i++) {
		struct cluster_point *p = &points[i];
		double least = INFINITY;
		int nearest = 0;
		for (int j = 0; j < k; j++) {
			const double d = squared_distance(p->at, clusters[j].at);
			if (d < least) {
				least = d;
				nearest = j;
			}
		}
		changed |= nearest != p->nearest;
		p->nearest = nearest;
		p->distance = least;
	}
	return changed;
}

int clusters_find(struct cluster_point *points, size_t count, int k, uint64_t seed, struct cluster *clusters)
{
	int found = begin(points, count, k, seed, clusters), kept = 0;

	for (int i = 0; i < CLUSTERS_ITERATIONS; i++) {
		move_to_means(points, count, clusters, found);
		if (!assign(points, count, clusters, found))
			break;
	}
	move_to_means(points, count, clusters, found);
	for (int j = 0; j < found; j++)
		if (clusters[j].weight > 0)
			clusters[kept++] = clusters[j];
	return kept;
}
