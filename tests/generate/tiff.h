/* SPDX-License-Identifier: ISC */
/*
 * tiff - pages as the office writes them: 1 bit, CCITT Group 4, one strip, min-is-white, 300 dpi
 */
#ifndef GENERATE_TIFF_H
#define GENERATE_TIFF_H

#include "base/bytes.h"
#include "image/picture.h"

/* Replaces what is in `to`; the description is as "**DRAWING;PG000004;BW;P". */
void tiff_write(struct bytes *to, const struct picture *page, const char *description);

/* A file of a few bytes that claims to be a page of 65,000 × 65,000 pixels of 64 bits. */
void tiff_write_bomb(struct bytes *to);

#endif
