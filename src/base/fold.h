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

/*
 * Folds texts that lie one behind the other, each ended by a NUL, from[size] in all, into to[size], which is another place. No
 * letter gets longer; when none got shorter either, which is rare, the result is as long as the texts were and each text lies
 * where it lay. Returns its size.
 */
size_t fold_bytes(const uint8_t *from, size_t size, uint8_t *to);

#endif
