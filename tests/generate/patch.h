/* SPDX-License-Identifier: ISC */
/*
 * patch - what draughtsmen fill a surface with, and what else is dense on a drawing
 *
 * Shading goes into a layer of its own, a PICTURE_BIT of the drawing's size, so that what it covers can be measured. Sizes are in pixels,
 * as at 300 dots an inch.
 */
#ifndef GENERATE_PATCH_H
#define GENERATE_PATCH_H

#include "generate/random.h"
#include "image/picture.h"

/* Close strokes or dots that fill a place of the drawing: a tone. */
enum filling { FILLED_LINES, FILLED_CURVES, FILLED_DASHES, FILLED_DOTS, FILLINGS };
void patch_tone(const struct picture *drawing, enum filling filling, struct random *r, struct picture *shading);

/* A few strokes far from each other, as they show glass, a curved surface, or only that there is one: no tone. */
void patch_strokes(const struct picture *drawing, struct random *r, struct picture *shading);

/* Ornament: the grille of a fan or a speaker; holes, bristles or knobs in rows; black surfaces. */
void patch_grille(struct random *r, struct picture *drawing);
void patch_pattern(struct random *r, struct picture *drawing);
void patch_blacken(struct random *r, struct picture *drawing);

/* Takes away shading that lies outside of what the drawing's lines enclose; none when they enclose hardly anything. */
void patch_clip(const struct picture *drawing, struct picture *shading);

#endif
