/* SPDX-License-Identifier: ISC */
/*
 * photo - pictures with the statistics of photographs, and what becomes of them in print
 *
 * Rounded bodies under one light before a smooth or a white background, with texture, blur and noise: nothing that one would
 * recognise, but grey levels, colours and edges as a lens gives them.
 */
#ifndef GENERATE_PHOTO_H
#define GENERATE_PHOTO_H

#include "generate/random.h"
#include "image/picture.h"

/* Start with {0}; reused by the next photo. */
struct photo {
	int width, height;
	float *values; /* (height, width, 3): red, green, blue, 0 … 1 */
	size_t capacity;
};

void photo_make(struct photo *p, int width, int height, struct random *r);

/* What a device shows: pale or dark, hardly any shade, little on it. */
void photo_make_screen(struct photo *p, int width, int height, struct random *r);

/* As PICTURE_RGB, or PICTURE_GREY. */
void photo_develop(const struct photo *p, bool colour, struct picture *to);

/*
 * As bits: error diffusion (Floyd and Steinberg 1976), ordered dither (Bayer 1973), a screen of clustered dots, or noise. Every dot is
 * `dot` pixels wide.
 */
enum dither { DITHER_DIFFUSION, DITHER_ORDERED, DITHER_CLUSTERED, DITHER_NOISE, DITHER_KINDS };
void photo_dither(const struct photo *p, enum dither how, int dot, struct random *r, struct picture *to);

void photo_release(struct photo *p);

#endif
