/* SPDX-License-Identifier: ISC */
/*
 * picture - pixels in memory, exactly as they travel in a stream
 *
 * Three layouts, rows from the top, no gaps between rows:
 *   PICTURE_BIT   1 bit a pixel, the leftmost in the highest bit, 1 is black (as PBM and CCITT have it); a row is
 *                 (width + 7) / 8 bytes and the bits behind its last pixel are 0
 *   PICTURE_GREY  1 byte a pixel, 0 black, 255 white
 *   PICTURE_RGB   3 bytes a pixel, red first, sRGB as it came
 * There is no alpha: what was transparent was laid over white when it was decoded.
 */
#ifndef IMAGE_PICTURE_H
#define IMAGE_PICTURE_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdint.h>

enum picture_layout { PICTURE_NONE = 0, PICTURE_BIT = 1, PICTURE_GREY = 8, PICTURE_RGB = 24 };

/* Owned by whoever declared it; {0} is empty; `pixels.data` is reused by the next _prepare. */
struct picture {
	enum picture_layout layout; /* PICTURE_NONE: there are no pixels */
	uint32_t width, height;
	struct bytes pixels; /* picture_row_bytes × height */
};

/* Bytes of a row; width may be anything up to LIMIT_SIDE. */
size_t picture_row_bytes(enum picture_layout layout, uint32_t width);

/*
 * Makes room for a picture of this size; the pixels are not initialised. 0, or -1 when a side is 0 or above LIMIT_SIDE,
 * the whole above LIMIT_PIXEL_BYTES, or memory is short; the picture is then empty.
 */
int picture_prepare(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height,
        struct error *err);

/* Row y. */
uint8_t *picture_row(struct picture *p, uint32_t y);
const uint8_t *picture_row_const(const struct picture *p, uint32_t y);

void picture_clear(struct picture *p);   /* no pixels, memory kept */
void picture_swap(struct picture *a, struct picture *b);
void picture_release(struct picture *p); /* frees; {0} again */

#endif
