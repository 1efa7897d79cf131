/* SPDX-License-Identifier: ISC */
/*
 * class - the two classifications of designs, from the columns of the USPTO's files to what people write
 *
 * US class: "D 2728" is D2/728. The class fills three columns, the subclass three, further digits are its decimals, then
 * letters or a range: "D28 47" D28/47, "D 32032" D3/203.2, "D14138 G" D14/138 G, " D2728" D2/728, "  2  215" 2/2.15,
 * " 16DIG 12" 16/DIG. 12, "D14374-377" D14/374-377.
 * Locarno: "0204" is 02-04, class and subclass. What it means depends on the edition of its time.
 */
#ifndef PATENT_CLASS_H
#define PATENT_CLASS_H

#include <stdbool.h>
#include <stddef.h>

enum { CLASS_SIZE = 64, LOCARNO_SIZE = 6 }; /* with the NUL */

/*
 * Both write the normal form into `to`. What is no such class (a subclass is missing, it is too long) is kept as text,
 * white space folded, cut to the size; the answer is then false.
 */
bool class_us(const char *text, char to[CLASS_SIZE]);

/* Also what people write: "2-4", "02.04", "02-04", "0204", "02/04"; otherwise to is "" */
bool class_locarno(const char *text, char to[LOCARNO_SIZE]);

#endif
