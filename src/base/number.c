/* SPDX-License-Identifier: ISC */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int number_integer(const char *text, long long minimum, long long maximum, long long *value, struct error *err)
{
	char *end;
	long long v;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (end == text || *end || isspace((unsigned char)*text))
		return error_set(err, "'%s' is not a whole number", text);
	if (errno == ERANGE ? v < 0 : v < minimum)
		return error_set(err, "%s is less than %lld", text, minimum);
	if (errno == ERANGE || v > maximum)
		return error_set(err, "%s is more than %lld", text, maximum);
	*value = v;
	return 0;
}

int number_real(const char *text, double minimum, double maximum, double *value, struct error *err)
{
	char *end;
	double v;

	v = strtod(text, &end); /* takes hexadecimal, too */
	if (end == text || *end || isspace((unsigned char)*text) || !isfinite(v) || strpbrk(text, "xX"))
		return error_set(err, "'%s' is not a number", text);
	if (v < minimum)
		return error_set(err, "%s is less than %g", text, minimum);
	if (v > maximum)
		return error_set(err, "%s is more than %g", text, maximum);
	*value = v;
	return 0;
}
