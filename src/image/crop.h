/* SPDX-License-Identifier: ISC */
/*
 * crop - a part of a picture, all three layouts, and how a command line says which
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

/* The box that "X,Y,WIDTH,HEIGHT" is, numbers of five digits at most, the last two not 0. 0, or -1 when it is none. */
int box_read(struct box *box, const char *text);

#endif
