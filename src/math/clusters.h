/* SPDX-License-Identifier: ISC */
/*
 * clusters - weighted k-means in three dimensions, for the few centres of some thousand points
 *
 * Begun by greedy k-means++ (D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding", 2007), with the
 * heaviest point for the first centre; then Lloyd's iterations until no point changes its centre, CLUSTERS_ITERATIONS at most.
 * Deterministic from the seed and the order of the points. (math/kmeans is for many centres in many dimensions.)
 */
#ifndef MATH_CLUSTERS_H
#define MATH_CLUSTERS_H

#include <stddef.h>
#include <stdint.h>

enum { CLUSTERS_MAXIMUM = 16, CLUSTERS_CANDIDATES = 4, CLUSTERS_ITERATIONS = 30 };

struct cluster_point {
	double at[3];
	double weight;   /* above 0 */
	double distance; /* squared, to the nearest centre; set here */
	int nearest;     /* which centre that is, of equals the first; set here */
};

struct cluster {
	double at[3];  /* the weighted mean of its points */
	double weight; /* the sum of theirs, above 0 */
};

/*
 * Groups the points around at most k centres, 1 … CLUSTERS_MAXIMUM, and writes them to clusters[k]. Returns how many there
 * are: fewer than k when there are fewer different points; 0 when there is none.
 *
 * A centre after the first is drawn CLUSTERS_CANDIDATES times, each point with the probability of its weight times its squared
 * distance to the nearest centre so far, and of these the one is taken that leaves the least sum of them, the first of equals.
 */
int clusters_find(struct cluster_point *points, size_t count, int k, uint64_t seed, struct cluster *clusters);

#endif
