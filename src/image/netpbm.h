/* SPDX-License-Identifier: ISC */
/*
 * netpbm - a picture as the netpbm tools read it: PBM (P4), PGM (P5) or PPM (P6), all with a maximum of 255
 *
 * Several written behind one another are a stream of pictures, as pbm(5), pgm(5) and ppm(5) allow.
 */
#ifndef IMAGE_NETPBM_H
#define IMAGE_NETPBM_H

#include "image/picture.h"

#include <stdio.h>

/*
 * The name stands in a comment, control bytes replaced by '?'; NULL: none. The picture must have pixels. A
 * failed write stays in ferror(out).
 */
void netpbm_write(FILE *out, const struct picture *p, const char *name);

#endif
