/* SPDX-License-Identifier: ISC */
/*
 * colours - a picture's palette as text: the members of an item's field `colours`, and columns of a table
 *
 *     {"colours":[{"hex":"#c03020","lab":[43.4,55.8,43.78],"share":0.41,"name":"firebrick"}],"scheme":"warm",
 *      "brightness":0.43,"saturation":0.85,"bilevel":false,"paper":0.62}
 *
 * Shares and the like have four decimals, lab has two. What is read back is found by these names.
 */
#ifndef STREAM_COLOURS_H
#define STREAM_COLOURS_H

#include "base/json.h"
#include "image/palette.h"

/* Puts the members into the object that is open. */
void colours_put(struct json_writer *w, const struct palette *p);

/*
 * Appends scheme, brightness, saturation, bilevel, paper, and the colours with blanks between them, each
 * #c03020:0.41:firebrick; tabs between the columns, no newline. 0, or -1: out of memory.
 */
int colours_row(const struct palette *p, struct bytes *to);

#endif
