/* SPDX-License-Identifier: ISC */
/*
 * lanczos - the weights with which pixels of one axis become those of a longer or shorter one
 *
 * Duchon, "Lanczos filtering in one and two dimensions" (1979), with three lobes, widened by the factor of reduction; in
 * fixed point as Pillow has it: 22 bits behind the point, rounded to nearest, each output pixel's weights divided by their
 * sum before they are rounded. Weights, windows and rounding are those of Pillow 9 with 8-bit pixels; so are results made
 * with them as
 *
 *     (HALF + sum of weight x pixel) >> LANCZOS_BITS, clipped to 0 … 255
 */
#ifndef IMAGE_LANCZOS_H
#define IMAGE_LANCZOS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LANCZOS_BITS = 22, LANCZOS_HALF = 1 << (LANCZOS_BITS - 1) };

/* Weights of a row are stored in multiples of this, filled up with zeros. */
enum { LANCZOS_BLOCK = 8 };

/* Start with {0}; owned by the caller, memory reused by the next _prepare. */
struct lanczos {
	uint32_t from, to; /* pixels before and after */
	uint32_t *first;   /* [to]: the first pixel that counts */
	uint32_t *count;   /* [to]: how many count, at least 1 */
	int32_t *weights;  /* [to][stride]: of the pixels from first[i] on; zero behind count[i] */
	int32_t *sums;     /* [to]: of the row's weights; 1 << LANCZOS_BITS but for rounding; readable one block further */
	double *exact;     /* one row before it is rounded */
	size_t stride;     /* a multiple of LANCZOS_BLOCK */
	bool keeps_white;  /* all of 255 stays 255 in spite of rounding: true but for absurd reductions */
	size_t room, weights_room, exact_room;
};

/* from and to are 1 … LIMIT_SIDE. The axis of the last call is not computed again. 0, or -1: out of memory. */
int lanczos_prepare(struct lanczos *l, uint32_t from, uint32_t to, struct error *err);
void lanczos_release(struct lanczos *l);

#endif
