/* SPDX-License-Identifier: ISC */
/* samples - numbers of any width, as TIFF packs them, to 8 bits */
#ifndef FOREIGN_SAMPLES_H
#define FOREIGN_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sample_format { SAMPLE_UNSIGNED = 1, SAMPLE_SIGNED = 2, SAMPLE_FLOAT = 3 }; /* as in TIFF's tag 339 */

/* Integers of 1 … 32 bits, floats of 16, 32 and 64. */
bool samples_supported(unsigned bits, enum sample_format format);

/*
 * Converts `count` samples to to[0], to[step], to[2·step] … The range of an integer becomes 0 … 255, rounded; a float's is
 * 0 … 1, what lies beyond is cut and NaN is 0. Samples of 16, 24, 32 and 64 bits are in this machine's byte order, those of
 * other widths are packed from the most significant bit on, without gaps.
 */
void samples_to_8(uint8_t *to, size_t step, const uint8_t *from, size_t count, unsigned bits, enum sample_format format);

#endif
