/* SPDX-License-Identifier: ISC */
/*
 * tones - how the grey levels and colours of a picture are spread, and where ink ends and paper begins
 */
#ifndef IMAGE_TONES_H
#define IMAGE_TONES_H

#include "base/error.h"
#include "image/picture.h"

struct tones {
	double spread;   /* standard deviation of the grey levels; black to white is 1 */
	double midtones; /* share of pixels far from both the ink's and the paper's level */
	double levels;   /* entropy of the levels in 64 classes, bits: 0 … 6 */
	double colour;   /* share of pixels whose red, green and blue differ by more than 32 */
	unsigned ink;    /* levels below this are ink: Otsu 1979; 0 when the picture is of one colour but for noise */
};

/* Of a picture of at least one pixel; larger ones are sampled, about a million pixels of them. PICTURE_BIT is spread alone. */
void tones_measure(const struct picture *p, struct tones *to);

/* The picture as PICTURE_BIT, black where its level is below `ink`; p is not PICTURE_BIT. 0/-1. */
int tones_to_bits(const struct picture *p, unsigned ink, struct picture *to, struct error *err);

#endif
