/* SPDX-License-Identifier: ISC */
/*
 * glyphs - the font of answer/canvas.h: capitals, digits and some punctuation of 5 x 7 dots
 */
#ifndef ANSWER_GLYPHS_H
#define ANSWER_GLYPHS_H

#include <stdint.h>

enum { GLYPH_WIDTH = 5, GLYPH_HEIGHT = 7 };

/* The columns of an ASCII character from the left, the uppermost dot in the lowest bit; small letters as capitals. */
const uint8_t *glyph_columns(unsigned char character);

/* What stands for all characters that are not in the font. */
extern const uint8_t glyph_unknown[GLYPH_WIDTH];

#endif
