/* SPDX-License-Identifier: ISC */
/*
 * expected - what decode has to make of a generated picture file, beside the file
 *
 * A maker fills its file and, pixel by pixel in floating point, the expected picture from one formula; announce writes the
 * latter as netpbm by hand. Nothing of the code under test takes part in it.
 */
#ifndef GENERATE_EXPECTED_H
#define GENERATE_EXPECTED_H

#include <stddef.h>
#include <stdint.h>

enum { WIDTH = 53, HEIGHT = 37 };

/* The makers, by format. */
void write_tiff_pictures(void);
void write_png_pictures(void);
void write_webp_pictures(void);
void write_jpeg_pictures(void);
void write_netpbm_pictures(void);

/* Where files go; ends the program with a message; a file's path there, until the next call. */
extern const char *directory;
void stop(const char *what, const char *name);
const char *path_of(const char *name);

/* A sample of 0 … maximum: noise where the file keeps every bit, a slope where compression is lossy. */
uint32_t noise(int x, int y, int sample, uint32_t maximum);
uint8_t slope(int x, int y, int sample);

/* Entry i of the palettes, three colours. */
uint8_t palette_colour(uint32_t i, int c);

/* The expected picture: 4, 5, 6 as in netpbm, and its sides; a pixel's three samples. */
void expect_size(int kind, int width, int height);
uint8_t *at(int x, int y);

uint8_t rounded(double v);
double over_white(double value, double alpha);

/* Puts the low bits of v at a bit of a row of packed samples. */
void put_bits(uint8_t *to, size_t bit, int bits, uint32_t v);

/* An EXIF block that says nothing but orientation 6: a quarter turn clockwise is wanted. */
extern const uint8_t exif_turned_6[];
extern const uint32_t exif_turned_6_size;

/* Writes what is expected of a file, and the line "FILE EXPECTED TOLERANCE" that the test reads. */
void announce(const char *file, int tolerance);

#endif
