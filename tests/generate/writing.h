/* SPDX-License-Identifier: ISC */
/*
 * writing - pages of text in an alphabet that nobody can read
 *
 * The letters are drawn anew for every page, so that what is learnt from them is how text lies on a page and not how ours looks.
 */
#ifndef GENERATE_WRITING_H
#define GENERATE_WRITING_H

#include "generate/random.h"
#include "image/picture.h"

/* Words in lines, lines in paragraphs, in one or two columns; as PICTURE_BIT, 300 dpi. */
void writing_make(struct random *r, struct picture *to);

#endif
