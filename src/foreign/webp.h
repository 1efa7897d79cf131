/* SPDX-License-Identifier: ISC */
/*
 * webp - WebP (RFC 9649), lossy and lossless, as a picture; of an animated one the first frame
 *
 * Always RGB; alpha is laid over white; colour profiles are ignored; the EXIF orientation is applied. The only file that
 * includes libwebp.
 */
#ifndef FOREIGN_WEBP_H
#define FOREIGN_WEBP_H

#include "base/error.h"
#include "image/picture.h"
#include "stream/item.h"

#include <stddef.h>

/* Reads a whole file. 0, or -1 with the reason and *p empty. */
int webp_read(const void *data, size_t size, struct picture *p, struct page *page, struct error *err);

#endif
