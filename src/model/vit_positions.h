/* SPDX-License-Identifier: ISC */
/*
 * vit_positions - the position embeddings of a vision transformer for another grid than it was trained on
 *
 * The published models know a square grid (37 × 37 patches of 14 pixels); other sizes are interpolated, bicubically, and the
 * families do it in three ways that differ in the third decimal:
 *     size    the grid is mapped onto the new one by their sizes (Hugging Face's Dinov2Model)
 *     offset  the new size is taken 0.1 larger, as the authors' own code does
 *     aa      antialiased, with a = −0.5 and the support widened when shrinking (both code bases, models with registers)
 */
#ifndef MODEL_VIT_POSITIONS_H
#define MODEL_VIT_POSITIONS_H

#include "base/error.h"

#include <stddef.h>

enum vit_positions { VIT_POSITIONS_SIZE, VIT_POSITIONS_OFFSET, VIT_POSITIONS_AA };

const char *vit_positions_name(enum vit_positions way);
int vit_positions_parse(const char *name, enum vit_positions *way); /* 0/-1 */

/*
 * to[height · width][dimension] from grid[side · side][dimension], rows from the top. Computed in double, rounded once;
 * a grid of the same size is copied. 0, or -1 (memory).
 */
int vit_positions_make(enum vit_positions way, const float *grid, size_t side, size_t dimension, size_t height, size_t width,
        float *to, struct error *err);

#endif
