/* SPDX-License-Identifier: ISC */
/*
 * jpeg - JPEG in and out, through libjpeg-turbo
 *
 * Strict where a lenient reader would lose something: data that end too early or cannot be decoded are an error, not a
 * picture with a grey lower half. Embedded colour profiles are ignored.
 */
#ifndef FOREIGN_JPEG_H
#define FOREIGN_JPEG_H

#include "base/bytes.h"
#include "base/error.h"
#include "image/picture.h"
#include "stream/item.h"

#include <stddef.h>

/*
 * Reads a whole JPEG file: baseline, extended or progressive, Huffman or arithmetic. Grey stays grey; YCbCr, RGB, CMYK
 * and YCCK become RGB (the ink of Adobe's files, stored inverted, is understood; without a profile R = (1-C)(1-K)). The
 * EXIF orientation is applied: the pixels are upright by their tag. Fills *page: size after orientation, resolution from
 * JFIF or else EXIF, bits, samples in the file, nothing left to turn.
 *
 * 0, or -1 with the reason and *p empty. Side and bytes of the picture, the memory of the decoder and the scans of a
 * progressive file are bounded before they are used.
 */
int jpeg_read(const void *data, size_t size, struct picture *p, struct page *page, struct error *err);

/* Replaces *to with the picture, grey or RGB, as a baseline JFIF file; quality is 1 … 100. 0/-1. */
int jpeg_write(const struct picture *grey_or_rgb, int quality, struct bytes *to, struct error *err);

#endif
