/* SPDX-License-Identifier: ISC */
/*
 * crop - a part of a picture, all three layouts
 */
#ifndef IMAGE_CROP_H
#define IMAGE_CROP_H

#include "image/picture.h"
#include "image/scale.h"

/*
 * Keeps the box, and says in *box which part that was: what of it reaches beyond the picture is not there. In place: no
 * memory is needed. 0, or -1 when nothing of it lies on the picture, which then is as it was.
 */
int picture_crop(struct picture *p, struct box *box, struct error *err);

#endif
