/* SPDX-License-Identifier: ISC */
/*
 * attention - one head of a transformer: softmax(Q Kᵀ) V in f32, without ever holding all scores
 *
 * Some questions at a time go over the keys in pieces that stay in the first caches, with a running maximum and sum (Milakov and
 * Gimelshein 2018; Dao et al., "FlashAttention", 2022). Questions lie side by side in the lanes, keys one above the other:
 * nothing is done across lanes, and the exponentials of a piece are packed already for the product with the values. exp(x) is
 * 2 to the power of x · log₂ e, within 2 units in the last place. The portable version is plain: all scores of one question, and the
 * C library's exp; it packs nothing, so that it is also the faster one for very few questions.
 *
 * What a question gets does not depend on the others, nor on how many there are.
 */
#ifndef MATH_ATTENTION_H
#define MATH_ATTENTION_H

#include <stddef.h>

/* Rows of `size` numbers each. */
struct attention_head {
	size_t questions, tokens, size; /* rows of query and out; of key and value */
	const float *query, *key, *value; /* the scale of the scores is in the queries already */
	size_t query_stride, key_stride;  /* from row to row; key_stride: of values, too */
	float *out;
	size_t out_stride;
};

/* A way to compute. */
struct attention;

/* "portable", "avx2", "avx512"; NULL when this CPU cannot run it. */
const struct attention *attention_named(const char *name);

/* Numbers that attention_head needs to work with. */
size_t attention_work_size(const struct attention *a, size_t tokens, size_t size);

/* Writes head->out. work is aligned as gemm_alloc does it. Allocates nothing. */
void attention_attend(const struct attention *a, const struct attention_head *head, float *work);

#endif
