/* SPDX-License-Identifier: ISC */
/*
 * palette - the dominant colours of a picture, and what they are like as a whole
 *
 * The colours are the centres of weighted k-means (math/clusters) of the picture's tones (image/histogram) in CIE L*a*b*, so
 * that what looks alike is one colour. Paper, every tone of 240 or more in red, green and blue, belongs to none of them and is
 * in none of the means, unless it is asked for; so the white around a photographed product, and what is added around a picture
 * to make it a square, do not count.
 */
#ifndef IMAGE_PALETTE_H
#define IMAGE_PALETTE_H

#include "base/error.h"
#include "image/colour.h"
#include "image/histogram.h"
#include "math/clusters.h"

enum { PALETTE_MAXIMUM = CLUSTERS_MAXIMUM };

/*
 * A colour is warm by C* cos(h - 50°) of its chroma and hue, the direction that L.-C. Ou et al., "A study of colour emotion and
 * colour preference, part I", 2004, found people to see as warm: reds and yellows are, blues are the opposite, greens and
 * purples lie between. The scheme is warm when the sum over all pixels is above a fifth of the sum of their chroma, cool
 * below minus a fifth; neutral otherwise, and when the mean chroma is below 5.
 */
enum palette_scheme { PALETTE_NEUTRAL, PALETTE_WARM, PALETTE_COOL };

struct palette_colour {
	struct lab lab;
	uint8_t rgb[3];
	double share;     /* of the pixels that count, above 0 */
	const char *name; /* of CSS, the nearest */
};

struct palette {
	struct palette_colour colours[PALETTE_MAXIMUM]; /* the largest share first, of equals the darker */
	int count;                                      /* 0: there is nothing but paper */
	enum palette_scheme scheme;
	double brightness; /* mean lightness, 0 black … 1; of nothing but paper 1 */
	double saturation; /* C / √(C² + L²) of the mean chroma and lightness (E. Lübbe), 0 grey … 1 */
	double paper;      /* the paper's part of all pixels, 0 … 1 */
	bool bilevel;      /* black and white only */
};

/* What is worked with; start with {0}, reused by the next picture. */
struct palette_work {
	struct histogram histogram;
	struct bytes points;
};

/*
 * Measures a picture that has pixels; at most k colours, 1 … PALETTE_MAXIMUM, fewer when it has no more; with_paper: paper
 * counts like any other tone. 0, or -1: out of memory.
 */
int palette_measure(struct palette *to, struct palette_work *work, const struct picture *p, int k, bool with_paper,
        struct error *err);

const char *palette_scheme_name(enum palette_scheme scheme); /* "warm" */

void palette_release(struct palette_work *work);

#endif
