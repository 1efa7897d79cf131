/* SPDX-License-Identifier: ISC */
/*
 * histogram - which tones a picture has, and how much of each
 *
 * Of colours a tone is a cell of 5 bits a channel, and stands for the mean of the pixels that lie in it, so that a flat
 * colour stays what it is; of greys each level is one; of bits black and white. Of colour and grey pictures above
 * HISTOGRAM_PIXELS one pixel of each square of so many is looked at; of bits, all of them.
 */
#ifndef IMAGE_HISTOGRAM_H
#define IMAGE_HISTOGRAM_H

#include "image/picture.h"

#include <stdbool.h>
#include <stdint.h>

enum { HISTOGRAM_PIXELS = 1 << 20, HISTOGRAM_PAPER = 240 };

struct tone {
	double rgb[3];  /* the mean, 0 … 255 */
	uint64_t count; /* pixels, above 0 */
	bool paper;     /* red, green and blue at least HISTOGRAM_PAPER: as letterbox(1) has it, what is not ink */
};

/* Start with {0}; reused by the next _take. */
struct histogram {
	struct tone *tones; /* from dark to light, in no other order that means something */
	size_t count;
	uint64_t pixels; /* looked at */
	bool bilevel;    /* all of them are black or white */
	struct bytes memory, cells;
};

/* Counts a picture that has pixels. 0, or -1: out of memory. */
int histogram_take(struct histogram *h, const struct picture *p);

void histogram_release(struct histogram *h);

#endif
