/* SPDX-License-Identifier: ISC */
/*
 * number - the canonical number of a design patent: 'D' and seven digits, D0939806
 *
 * Whatever a person would type for it is read: USD939806, US D939,806 S1, D939806, d939806, USD0939806S1, Des. 939,806,
 * US-D939806-S1, and the names of its files and folders: USD0939806-20211228, USD0939806-20211228-D00001.TIF. A number
 * without its D is a utility patent's and is not read.
 */
#ifndef PATENT_NUMBER_H
#define PATENT_NUMBER_H

#include <stdbool.h>

enum { PATENT_NUMBER_SIZE = 9, PATENT_NO_SHEET = -1 }; /* with the NUL; PATENT_NO_SHEET as IDENTITY_NO_SHEET */

/*
 * Reads the whole text, white space around it allowed, into number[PATENT_NUMBER_SIZE]. A sheet is given as
 * "D0939806/00001" (one to five digits) or by the file's name; *sheet is PATENT_NO_SHEET where there is none. With a NULL
 * `sheet` a text that names one is refused. False: it is no such number; number and *sheet are then untouched.
 */
bool patent_number_read(const char *text, char number[PATENT_NUMBER_SIZE], int *sheet);

/* Whether the text is a number in its canonical spelling already. */
bool patent_number_canonical(const char *text);

#endif
