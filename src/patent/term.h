/* SPDX-License-Identifier: ISC */
/*
 * term - dates as the numbers YYYYMMDD, and how long a design patent is in force
 *
 * 35 U.S.C. 173: fifteen years from the grant for applications filed on or after 13 May 2015, fourteen for those before;
 * there are no maintenance fees. A terminal disclaimer can only shorten it.
 */
#ifndef PATENT_TERM_H
#define PATENT_TERM_H

#include <stdbool.h>

enum { TERM_FILED_FROM = 20150513, TERM_LONG = 15, TERM_SHORT = 14 };

/* Whether it is a day of the Gregorian calendar between the years 1000 and 9999. */
bool date_valid(int date);

/* The same day so many years later; 29 February becomes 1 March where there is none. */
int date_add_years(int date, int years);

/*
 * "20200131", "2020-01-31", and, with the rest of a period filled by `first`: "2020-01", "2020" (first: 20200101; otherwise
 * 20201231). 0 when it is no date.
 */
int date_read(const char *text, bool first);

/* Years of the term. Filed 0: unknown; then a grant before TERM_FILED_FROM had the short one, any other the long one. */
int term_years(int granted, int filed);

/*
 * The first day out of force, at the latest; 0 when the grant's date is not known. A patent granted on 29 February
 * is in force through the 28th: its first day out is 1 March.
 */
int term_expires(int granted, int filed);

#endif
