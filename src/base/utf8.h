/* SPDX-License-Identifier: ISC */
/*
 * utf8 - where a character of UTF-8 ends, for text that may be none
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* U+FFFD, what is written for each byte that belongs to no character. */
#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/*
 * Length of the UTF-8 sequence at s, of which `left` bytes are there (at least 1), or 0 when there is none that is well
 * formed (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
size_t utf8_length(const uint8_t *s, size_t left);

/* The same for a control character, 0 when there is none: ASCII's, and U+0080 ... U+009F. */
size_t utf8_control_length(const uint8_t *s, size_t left);

#endif
