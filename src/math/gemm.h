/* SPDX-License-Identifier: ISC */
/*
 * gemm - products of matrices in f32 whose right side is packed once and used often: the layers of a transformer
 *
 *     C (m × n) = A (m × k) · B (k × n) + bias,   all f32, C row by row
 *
 * After Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008): B in panels of a register tile's
 * width, A in strips of its height, both cut into chunks of k so that a panel stays near the first cache and a block of A in the
 * second. A tile is computed by one kernel with fused multiply-adds, chosen once for the CPU: a portable one (the oracle), AVX2,
 * AVX-512. The order of additions depends on the kernel and on k alone: a row of C has the same bytes whatever the other rows
 * are and however many of them there are.
 */
#ifndef MATH_GEMM_H
#define MATH_GEMM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Rows of A that are best multiplied at a time, a block; rows that are best packed at a time while they are in the first caches.
 * Both are multiples of every tile's height. Numbers of k in a chunk.
 */
enum { GEMM_ROWS = 192, GEMM_STEP = 8, GEMM_CHUNK = 384, GEMM_ALIGNMENT = 64 };

/* A way to compute; the shapes of what it packs are its own. */
struct gemm;

/* The fastest for this CPU; by name ("portable", "avx2", "avx512") one of those it can run, else NULL. */
const struct gemm *gemm_best(void);
const struct gemm *gemm_named(const char *name);
const char *gemm_name(const struct gemm *g);

/* The i-th of all, the best first, whether this CPU can run it or not; NULL behind the last. And what it needs, as "avx2 fma". */
const struct gemm *gemm_at(size_t i);
const char *gemm_needs(const struct gemm *g);
bool gemm_runs(const struct gemm *g);

/* B in panels. Owned by whoever packed it; the memory may be shared by threads once it is written. */
struct gemm_panels {
	size_t k, n;
	float *data; /* GEMM_ALIGNMENT-aligned, gemm_panels_size numbers */
};

/* Numbers that a packed B (k × n) takes. */
size_t gemm_panels_size(const struct gemm *g, size_t k, size_t n);

/*
 * Packs B into b->data, with b->k and b->n set: from weights as checkpoints have them, one output a row (n × k,
 * `transposed`), or from k × n; rows of the source are `stride` numbers apart. Columns beyond n are filled with 0.
 */
void gemm_pack_panels(const struct gemm *g, const float *source, size_t stride, bool transposed, struct gemm_panels *b);

/*
 * Numbers that a block of so many rows of A, each of k, takes when packed; and packs `count` of its rows, `stride` apart, the first
 * of which is row `first` of the block, a multiple of GEMM_STEP; count is one, too, unless these are the last.
 */
size_t gemm_rows_size(const struct gemm *g, size_t rows, size_t k);
void gemm_pack_rows(const struct gemm *g, const float *a, size_t stride, size_t first, size_t count, size_t rows, size_t k, float *to);

/*
 * C[rows × n], rows `stride` apart, from packed rows and packed panels of the same k; bias[n] or NULL. Allocates nothing. C may
 * hold anything before.
 */
void gemm_multiply(const struct gemm *g, const float *a, size_t rows, const struct gemm_panels *b, const float *bias, float *c,
        size_t stride);

/* Memory aligned to GEMM_ALIGNMENT for so many numbers; NULL when there is none or the size does not fit. Free with free(). */
float *gemm_alloc(size_t numbers);

#endif
