/* SPDX-License-Identifier: ISC */
/* lab - CIE L*a*b* of a D50 white, as TIFF and ICC have it, to sRGB (IEC 61966-2-1), adapted by Bradford's matrix */
#ifndef IMAGE_LAB_H
#define IMAGE_LAB_H

#include <stdint.h>

/* lightness 0 … 100; a and b about -128 … 127; what lies outside of sRGB is cut. */
void lab_to_srgb(double lightness, double a, double b, uint8_t rgb[3]);

#endif
