/* SPDX-License-Identifier: ISC */
/*
 * turn - quarter turns, and the eight orientations of TIFF and EXIF, for all three layouts
 *
 * Exact: pixels change their places and nothing else. Both put the result into *p and use *scratch for it: the two
 * pictures exchange their memory, so that turning page after page allocates nothing. What scratch holds afterwards is
 * of no use. 0, or -1 (memory) with the reason and *p as it was.
 */
#ifndef IMAGE_TURN_H
#define IMAGE_TURN_H

#include "image/picture.h"

/*
 * Makes upright a picture whose orientation tag (TIFF 6.0, tag 274; EXIF has the same) is this: 1 is upright already, 2
 * mirrored, 3 upside down, 4 mirrored upside down, 5 transposed, 6 wants a quarter turn clockwise, 7 transposed upside
 * down, 8 wants one counter-clockwise. Anything but 2 … 8 counts as 1: a wrong tag is no reason to lose a picture.
 */
int picture_orient(struct picture *p, int orientation, struct picture *scratch, struct error *err);

/* Turns clockwise by so many quarters; only their number modulo 4 counts. */
int picture_turn(struct picture *p, unsigned quarters, struct picture *scratch, struct error *err);

#endif
