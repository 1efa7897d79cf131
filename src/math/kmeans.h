/* SPDX-License-Identifier: ISC */
/*
 * kmeans - Lloyd's algorithm (1957, published 1982) for the lists of an inverted file
 *
 * Distances are Euclidean. Deterministic from the seed and the order of the points, on machines with the same kernel of math/gemm, and
 * whatever the number of jobs: so many threads (1 or more) share the points.
 */
#ifndef MATH_KMEANS_H
#define MATH_KMEANS_H

#include <stddef.h>
#include <stdint.h>

/*
 * points (n,d), n ≥ k ≥ 1, become centroids (k,d): begins with k different points, then so many iterations. A centroid
 * that no point is nearest to takes half of the largest cluster. 0, or -1: out of memory.
 */
int kmeans_train(const float *points, size_t n, size_t d, size_t k, uint64_t seed, int iterations, int jobs, float *centroids);

/* Half the squared lengths of the centroids, half_norms[k], as kmeans_nearest wants them. */
void kmeans_half_norms(const float *centroids, size_t k, size_t d, float *half_norms);

/* nearest[i] is the centroid nearest to point i, the first of equals. 0, or -1: out of memory. */
int kmeans_nearest(const float *points, size_t n, size_t d, const float *centroids, const float *half_norms, size_t k,
        int jobs, uint32_t *nearest);

#endif
