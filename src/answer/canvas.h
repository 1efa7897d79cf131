/* SPDX-License-Identifier: ISC */
/*
 * canvas - an RGB picture to draw on: thumbnails, rectangles, and text in a small font of its own
 *
 * What would lie outside is cut off. The font has capitals, digits and some punctuation, 5 x 7 dots in a cell of 6 x 9; small
 * letters are written as capitals, and all else as a small square, one for each character of UTF-8.
 */
#ifndef ANSWER_CANVAS_H
#define ANSWER_CANVAS_H

#include "base/error.h"
#include "image/picture.h"
#include "image/scale.h"

enum { CANVAS_CELL_WIDTH = 6, CANVAS_CELL_HEIGHT = 9 };

struct colour {
	uint8_t red, green, blue;
};

/* Start with {0}; the picture is RGB and may be as large as a picture can be. */
struct canvas {
	struct picture picture;
	struct picture decoded, scaled; /* the thumbnail that was drawn last */
	struct scaler scaler;
};

/* Makes it so high, keeping what is there; new rows are white. The width must be that of the rows before. 0/-1. */
int canvas_grow(struct canvas *c, uint32_t width, uint32_t height, struct error *err);

/* Fills a rectangle. */
void canvas_fill(struct canvas *c, uint32_t x, uint32_t y, uint32_t width, uint32_t height, struct colour colour);

/*
 * Draws a JPEG in the middle of a square, as large as it fits. 1, or 0 when it is no picture (the square stays as it
 * was), or -1 (memory).
 */
int canvas_thumbnail(struct canvas *c, uint32_t x, uint32_t y, uint32_t side, const void *jpeg, size_t size,
        struct error *err);

/* Writes at most `cells` characters, each dot a square of `scale` pixels; a longer text ends in two dots. Returns the cells written. */
uint32_t canvas_text(struct canvas *c, uint32_t x, uint32_t y, uint32_t scale, uint32_t cells, const char *text,
        struct colour colour);

void canvas_release(struct canvas *c);

#endif
