/* SPDX-License-Identifier: ISC */
/* alpha - what is transparent is laid over white, as paper would show it */
#ifndef IMAGE_ALPHA_H
#define IMAGE_ALPHA_H

#include <stddef.h>
#include <stdint.h>

/*
 * Pixels of `colours` samples (1 or 3) and an alpha that the colours are not multiplied with become pixels without it:
 * c·a + 255·(255 - a), divided by 255 and rounded. `to` may be `from`.
 */
void alpha_over_white(uint8_t *to, const uint8_t *from, size_t pixels, unsigned colours);

/* The same where the colours were multiplied with alpha already: c + 255 - a, at most 255. */
void alpha_over_white_premultiplied(uint8_t *to, const uint8_t *from, size_t pixels, unsigned colours);

#endif
