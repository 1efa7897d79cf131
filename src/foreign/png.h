/* SPDX-License-Identifier: ISC */
/*
 * png - PNG (ISO 15948) in and out; of an animated one the picture that a reader without animation shows
 *
 * In: black-and-white stays 1 bit, grey becomes 8-bit grey, all else RGB; alpha is laid over white; colour profiles and gamma are
 * ignored; the EXIF orientation is applied. The only file that includes libpng.
 */
#ifndef FOREIGN_PNG_H
#define FOREIGN_PNG_H

#include "base/error.h"
#include "image/picture.h"
#include "stream/item.h"

#include <stddef.h>

/* Reads a whole file. 0, or -1 with the reason and *p empty. */
int png_read(const void *data, size_t size, struct picture *p, struct page *page, struct error *err);

/* Appends the picture, grey or RGB, as a file; equal pictures give equal bytes. 0/-1. */
int png_write(const struct picture *grey_or_rgb, struct bytes *to, struct error *err);

#endif
