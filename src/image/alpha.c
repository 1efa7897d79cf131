/* SPDX-License-Identifier: ISC */
#include "image/alpha.h"

void alpha_over_white(uint8_t *to, const uint8_t *from, size_t pixels, unsigned colours)
{
	for (size_t i = 0; i < pixels; i++, from += colours + 1) {
		const unsigned alpha = from[colours];
		for (unsigned c = 0; c < colours; c++)
			*to++ = (uint8_t)((from[c] * alpha + 255 * (255 - alpha) + 127) / 255);
	}
}

void alpha_over_white_premultiplied(uint8_t *to, const uint8_t *from, size_t pixels, unsigned colours)
{
	for (size_t i = 0; i < pixels; i++, from += colours + 1) {
		const unsigned white = 255u - from[colours];
		for (unsigned c = 0; c < colours; c++)
			*to++ = (uint8_t)(from[c] + white > 255 ? 255 : from[c] + white);
	}
}
