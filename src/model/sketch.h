/* SPDX-License-Identifier: ISC */
/*
 * sketch - the model that ships: an oriented-gradient descriptor of a drawing, projected to 256 numbers
 *
 * Not a network. The drawing's own box is scaled into a square of 256 × 256. At three octaves of it the gradients are sorted by
 * orientation (HOG: Dalal and Triggs 2005) into overlapping cells on grids of 8 × 8 and 4 × 4 (energies of several
 * octaves on a grid are the gist of Oliva and Torralba 2001, grids in steps the spatial pyramid of Lazebnik, Schmid and Ponce
 * 2006), and the ink itself into 16 × 16. Each of these blocks is divided by its sum and its square root taken (nothing here is negative, so no
 * signs are needed): the inner product of two descriptors then compares them as histograms. A learnt matrix turns this so
 * that what differs between the views of one object counts little; scripts/train-sketch says how.
 *
 * Line widths cancel in the sums, broken lines and small shifts in the cells. A mirrored or a turned drawing is another one.
 */
#ifndef MODEL_SKETCH_H
#define MODEL_SKETCH_H

#include "base/error.h"
#include "base/sha256.h"
#include "foreign/safetensors.h"
#include "image/picture.h"

#include <stdbool.h>

enum {
	SKETCH_MIN_SIDE = 32,     /* of a picture that is taken */
	SKETCH_MAX_SIDE = 2048,
	SKETCH_DESCRIPTOR = 1664, /* numbers before the projection */
	SKETCH_DIMENSION = 256,   /* and behind it */
};

/* The tensors of its file: the matrix [SKETCH_DESCRIPTOR][SKETCH_DIMENSION] and the bias [SKETCH_DIMENSION]. */
#define SKETCH_PROJECTION "sketch1.projection"
#define SKETCH_BIAS "sketch1.bias"

struct sketch;         /* the weights; read-only once opened, shared by threads */
struct sketch_scratch; /* one thread's memory, reused by every picture */

bool sketch_recognises(const struct safetensors *file);

/* Takes copies of the weights; the file can be closed. NULL with the reason. */
struct sketch *sketch_open(const struct safetensors *file, struct error *err);
const char *sketch_weights(const struct sketch *s); /* their identity, see tensors_identity */
const char *sketch_kernel(const struct sketch *s);  /* name of the kernels in use; all give the same bits */
void sketch_close(struct sketch *s);                /* NULL is allowed */

struct sketch_scratch *sketch_scratch_new(void); /* NULL: out of memory */
void sketch_scratch_free(struct sketch_scratch *scratch);

/*
 * The vector of a picture: unit length, never NaN. A picture without ink has one, too: that of an empty descriptor. -1 for
 * a picture that is not a square of SKETCH_MIN_SIDE … SKETCH_MAX_SIDE, or when memory is short.
 */
int sketch_embed(const struct sketch *s, struct sketch_scratch *scratch, const struct picture *picture,
        float vector[SKETCH_DIMENSION], struct error *err);

/* The descriptor alone, before the projection: what the matrix is learnt from. */
int sketch_describe(struct sketch_scratch *scratch, const struct picture *picture,
        float descriptor[SKETCH_DESCRIPTOR], struct error *err);

#endif
