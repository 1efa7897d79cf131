/* SPDX-License-Identifier: ISC */
/*
 * number - numbers from a command line or a text: the whole text, within bounds, or a reason why not
 *
 * Return 0, or -1 with the reason in *err ("'x' is not a number", "0 is less than 1"); the value is then untouched.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/error.h"

int number_integer(const char *text, long long minimum, long long maximum, long long *value, struct error *err);

/* Decimal floating point, '.' whatever the locale; never NaN or infinite. */
int number_real(const char *text, double minimum, double maximum, double *value, struct error *err);

#endif
