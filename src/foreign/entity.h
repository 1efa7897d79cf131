/* SPDX-License-Identifier: ISC */
/*
 * entity - the characters behind the names that SGML and XML documents give them: &rdquo; &num; &oslash;
 *
 * Documents of 2001 … 2004 take them from a DTD that is never beside the file.
 */
#ifndef FOREIGN_ENTITY_H
#define FOREIGN_ENTITY_H

#include <stdbool.h>

enum { ENTITY_TEXT = 12 }; /* two code points in UTF-8 and a NUL */

/* The name stands without & and ;. False: there is none of this name. */
bool entity_text(const char *name, char to[ENTITY_TEXT]);

#endif
