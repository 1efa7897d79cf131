/* SPDX-License-Identifier: ISC */
/*
 * label - "FIG. 1" in pen strokes, a font of our own
 */
#ifndef GENERATE_LABEL_H
#define GENERATE_LABEL_H

#include "generate/drawing.h"

/*
 * The text as a drawing: capitals are 1 high, its left upper corner is at the origin. Letters F, G, I,
 * digits, full stop and blank; others are blanks.
 */
void label_draw(const char *text, struct drawing *to);

#endif
