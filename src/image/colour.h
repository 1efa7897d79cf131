/* SPDX-License-Identifier: ISC */
/*
 * colour - colours as people see them: CIE L*a*b* of sRGB (IEC 61966-2-1) under its own white, D65
 *
 * Not to be confused with image/lab, which reads the L*a*b* that pictures are stored in: that of ICC profiles, under D50.
 */
#ifndef IMAGE_COLOUR_H
#define IMAGE_COLOUR_H

#include <stdint.h>

struct lab {
	double lightness; /* 0 black … 100 white */
	double a, b;      /* green to red, blue to yellow; both 0 for greys */
};

/* Red, green and blue 0 … 255, between the whole numbers too. */
struct lab lab_of_rgb(double red, double green, double blue);

/* The nearest bytes; what lies outside of sRGB is cut. */
void lab_to_rgb(struct lab colour, uint8_t rgb[3]);

/* C*, the distance from grey of the same lightness. */
double lab_chroma(struct lab colour);

/*
 * The difference ΔE00 of CIEDE2000 with all weights 1, as written down by G. Sharma, W. Wu and E. N. Dalal, "The CIEDE2000
 * color-difference formula: implementation notes, supplementary test data, and mathematical observations", 2005. 1 is just
 * seen side by side, 100 is black to white.
 */
double lab_difference(struct lab x, struct lab y);

#endif
