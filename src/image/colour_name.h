/* SPDX-License-Identifier: ISC */
/*
 * colour_name - the named colours of CSS (W3C, "CSS Color Module Level 4", 6.1), to say and to read colours by
 */
#ifndef IMAGE_COLOUR_NAME_H
#define IMAGE_COLOUR_NAME_H

#include "image/colour.h"

#include <stdbool.h>

enum { COLOUR_HEX = 8 }; /* "#c03020" and its NUL */

/* Writes "#c03020" into to[COLOUR_HEX]; returns to. */
char *colour_hex(const uint8_t rgb[3], char *to);

/* The name that is nearest by lab_difference, of equals the first by the alphabet: "gray", not "grey". */
const char *colour_name(struct lab colour);

/* "#c03020", "#c32", or a name, in letters of any case; false when it is none. */
bool colour_read(const char *text, uint8_t rgb[3]);

#endif
