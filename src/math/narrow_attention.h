/* SPDX-License-Identifier: ISC */
/*
 * narrow_attention - what math/attention.h computes, with products of NARROW_INT16
 *
 * The keys less their mean, which a soft-max does not see, queries and keys each with a scale of its own, values with one for each
 * number of the head, the shares of the soft-max in twelve bits: about a thousandth part of the error that 8 bits would make. Sums of
 * whole numbers in 32 bits, scores and what is summed over pieces of keys in f32. It goes over the keys as math/attention.h does,
 * questions side by side in the lanes, with a running maximum; shares are made in the shape that the product with the values
 * takes. With values of NARROW_INT8 these, less their mean, and the shares have 8 bits, the shares as parts of the largest
 * among 144 keys. What is not finite in a key or a value makes all answers so, in a question its answer.
 */
#ifndef MATH_NARROW_ATTENTION_H
#define MATH_NARROW_ATTENTION_H

#include "math/attention.h"
#include "math/narrow.h"

/* Numbers of memory that one head of so many tokens needs. */
size_t narrow_attention_work_size(const struct narrow *g, size_t tokens, size_t size);

/* values: NARROW_INT16 or NARROW_INT8 */
void narrow_attend(const struct narrow *g, const struct attention_head *h, enum narrow_kind values, float *work);

#endif
