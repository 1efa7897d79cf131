/* SPDX-License-Identifier: ISC */
/*
 * fold - text without its case, for comparing what people wrote
 *
 * Simple case folding (Unicode's CaseFolding.txt, classes C and S: one letter to one letter) of the blocks that names and
 * titles are written in: ASCII, Latin-1, Latin Extended-A and Additional, Greek, Cyrillic. All else, and bytes that are no
 * UTF-8, stay as they are: folding never fails, and never makes a letter of a piece of another. Accents count: e is not é.
 */
#ifndef BASE_FOLD_H
#define BASE_FOLD_H

#include "base/bytes.h"

/* Replaces *to with the folded text and a NUL behind it (not counted in size). 0/-1 (memory). */
int fold_text(const char *text, struct bytes *to);

#endif
