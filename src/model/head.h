/* SPDX-License-Identifier: ISC */
/*
 * head - a linear soft-max on a vector: a classifier that users bring
 *
 * A safetensors file with two tensors, as a linear layer is published: weight (labels,dimension) and bias (labels), in F32, F16 or BF16; and
 * in its metadata, texts by the format,
 *     labels    a JSON array of the names, in the order of the rows: "[\"wood\",\"steel\"]"
 *     space     the vector space it was trained on, as "sketch"
 *     name      what it tells apart, as "material"; "head" if not said
 *     space.…   facts of that space that a stream has to agree with, as space.sketch.weights
 * probabilities = softmax(weight × vector + bias), on the vector as it is in the stream.
 */
#ifndef MODEL_HEAD_H
#define MODEL_HEAD_H

#include "base/error.h"
#include "stream/facts.h"

#include <stddef.h>

enum { HEAD_LABELS = 10000, HEAD_LABEL = 255 }; /* names, and bytes of each, of the head's name too */

struct head {
	char *name, *space;
	struct facts facts; /* of the space */
	size_t count, dimension;
	char **labels;
	float *weight; /* (count,dimension) */
	float *bias;   /* (count) */
};

/* NULL with the reason: the tensors or names are not what is said above, or a number is not finite. */
struct head *head_open(const char *path, struct error *err);
struct head *head_read(const void *file, size_t size, struct error *err); /* of a file in memory, for tests */
void head_free(struct head *h); /* NULL is allowed */

/* Whether it fits vectors of these facts: 0, or -1 with a text that says both. `named` is what they are the facts of. */
int head_check(const struct head *h, const struct facts *facts, const char *named, struct error *err);

/* probabilities[count] of a vector; finite and sum to 1. -1 when the vector is not finite, or so large that its logits are not. */
int head_predict(const struct head *h, const float *vector, double *probabilities);

#endif
