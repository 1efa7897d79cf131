/* SPDX-License-Identifier: ISC */
/*
 * trim - finds what is on a page and leaves the white margin
 */
#ifndef IMAGE_TRIM_H
#define IMAGE_TRIM_H

#include "image/picture.h"
#include "image/scale.h"

/* Grey values, and the least of red, green and blue, below this are ink; above it is paper with a scanner's or JPEG's noise. */
enum { TRIM_INK = 240 };

/*
 * The smallest box that has all ink of the page in it. A pixel of ink without any other among its eight neighbours is
 * dust and does not count. A page without ink stays whole. The definition knows no direction: the box of a turned page is
 * the turned box.
 */
struct box trim_box(const struct picture *p);

#endif
