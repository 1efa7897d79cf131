/* SPDX-License-Identifier: ISC */
/*
 * vit - the forward pass of a vision transformer (Dosovitskiy et al. 2021, arXiv 2010.11929), as DINOv2 has it
 *
 * From pixels to one vector of unit length: the class token behind the last norm, or the mean of the patches, or both. Any
 * picture whose sides are multiples of 14 pixels is taken as it is: nothing is resized or cropped here (the publishers' own
 * processor shrinks to 256 and cuts out 224, which loses the ends of a long drawing). Grey pictures are taken as three
 * equal colours; the colours are normalised with the published means and deviations.
 */
#ifndef MODEL_VIT_H
#define MODEL_VIT_H

#include "base/error.h"
#include "image/picture.h"
#include "model/vit_positions.h"
#include "model/vit_weights.h"

#include <stdint.h>

enum { VIT_MAX_TOKENS = 20000 };

enum vit_pool { VIT_POOL_CLS, VIT_POOL_MEAN, VIT_POOL_CLS_MEAN };

const char *vit_pool_name(enum vit_pool pool); /* "cls", "mean", "cls+mean" */
int vit_pool_parse(const char *name, enum vit_pool *pool);

struct vit_options {
	enum vit_pool pool;
	enum vit_positions positions;
};

/* How this family interpolates its positions: antialiased with registers, else by the naming of its tensors. */
enum vit_positions vit_default_positions(const struct vit_shape *shape);

/* Numbers in the vector: the dimension, twice that for cls+mean. */
uint32_t vit_vector_size(const struct vit_shape *shape, enum vit_pool pool);

/* One thread's memory for these weights, laid out for the size of the last picture. */
struct vit_scratch;

struct vit_scratch *vit_scratch_new(const struct vit_weights *w); /* NULL: out of memory */
void vit_scratch_free(struct vit_scratch *s);

/*
 * The picture's vector into out[vit_vector_size], of unit length. 0, or -1: a side that is no multiple of 14, more than
 * VIT_MAX_TOKENS, memory, or weights that lead to numbers that are not finite.
 */
int vit_embed(const struct vit_weights *w, const struct vit_options *options, struct vit_scratch *s, const struct picture *picture,
        float *out, struct error *err);

#endif
