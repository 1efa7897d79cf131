/* SPDX-License-Identifier: ISC */
/*
 * grouped - the nearest of very many centroids, looked for in the groups that are near
 *
 * The centroids lie in groups, one behind the other, and each group has a centroid of its own. A point is compared with those of the
 * groups, and then with the centroids of the nearest groups only, until they are a share of all: nearly always the nearest of all is
 * among them, and where it is not, one that is hardly farther. Points that look into the same group are compared with it together, as a
 * product of matrices.
 */
#ifndef MATH_GROUPED_H
#define MATH_GROUPED_H

#include <stddef.h>
#include <stdint.h>

/*
 * A point looks into so many groups, and into so many that they have one in SHARE of all centroids. Of 20,000 vectors and 4000 lists
 * (tests/generate/vectors, 384 numbers) all found the nearest with eight groups of 63; with four 0.9997, with two 0.983.
 */
enum { GROUPED_LEAST = 8, GROUPED_SHARE = 16 };

struct grouped;

/*
 * centroids (k,d) in `count` groups of these sizes, which add up to k, none of them 0; half_norms (k) as kmeans_half_norms makes them,
 * coarse (count,d). Centroids and half_norms are the caller's, and have to outlive it. NULL: out of memory.
 */
struct grouped *grouped_open(const float *centroids, const float *half_norms, size_t k, size_t d, const float *coarse,
        const uint32_t *sizes, size_t count);
void grouped_close(struct grouped *g); /* NULL is allowed */

/*
 * nearest[i] is the centroid that was found for point i of points (n,d), the first of equals, whatever the number of jobs, threads that
 * share the points. 0, or -1: out of memory.
 */
int grouped_nearest(const struct grouped *g, const float *points, size_t n, int jobs, uint32_t *nearest);

#endif
