/* SPDX-License-Identifier: ISC */
/*
 * model - from pixels to a vector, whatever the model is
 *
 * A model is a file of weights of a known family, recognised by its tensors. Opened once, it is read-only and shared; each thread that
 * embeds has a scratch of its own. Another family is another row in the table of model.c.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "base/error.h"
#include "image/picture.h"
#include "stream/facts.h"

#include <stdbool.h>
#include <stdint.h>

struct model;
struct model_scratch;

/* How a vision transformer is used, and what computes it; NULL: the family's own way. Sketch knows none of these. */
struct model_options {
	const char *pool;      /* "cls", "mean", "cls+mean" */
	const char *positions; /* "size", "offset", "aa" */
	const char *kernel;    /* "portable", "avx2", "avx512" */
	const char *precision; /* "f32", "bf16", "f16", "int16", "int8" */
};

/* Whether all that is said there exists, and can run here; 0, or -1 with the reason. */
int model_check_options(const struct model_options *options, struct error *err);

/*
 * Opens by path (with a '/' in it, or ending in ".safetensors"), looking for a config.json beside it, or by name:
 * NAME.safetensors among the suite's data files. options were checked, or are NULL. NULL with the reason; for a published
 * model that is not here it says where it is.
 */
struct model *model_open(const char *name_or_path, const struct model_options *options, struct error *err);

const char *model_space(const struct model *m); /* the name of its vectors' space */
uint32_t model_dimension(const struct model *m);

/*
 * Says in the facts of a stream what a space made by this model is: dimension, metric, identity of the weights, how they were
 * used (pool, positions, heads: where the family has such a thing), and, of all pixels.* facts there are, how the
 * pixels were prepared; what was said of the space before is forgotten. 0, or -1, also when such pixels are nothing for the model.
 */
int model_set_facts(const struct model *m, struct facts *facts, struct error *err);

const char *model_kernel(const struct model *m);    /* what it computes with: quality, not identity */
const char *model_precision(const struct model *m); /* likewise … */
bool model_fell_back(const struct model *m);        /* … and not what was asked for: the CPU does not compute in that */

void model_close(struct model *m); /* NULL is allowed */

struct model_scratch *model_scratch_new(const struct model *m); /* NULL: out of memory */
void model_scratch_free(const struct model *m, struct model_scratch *scratch);

/*
 * The picture's vector into out[dimension]: finite, of unit length. 0, or -1 when the model does not take pictures of this size.
 * The same picture gives the same bytes, whatever was embedded before and by how many threads.
 */
int model_embed(const struct model *m, struct model_scratch *scratch, const struct picture *picture, float *out,
        struct error *err);

#endif
