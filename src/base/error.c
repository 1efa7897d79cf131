/* SPDX-License-Identifier: ISC */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *err, const char *format, ...)
{
	const int reason = errno;
	const size_t length = strlen(format);
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, format);
	int n = vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof err->text && length && format[length - 1] == ':')
		snprintf(err->text + n, sizeof err->text - (size_t)n, " %s", strerror(reason));
	return -1;
}

int error_within(struct error *err, const char *format, ...)
{
	char inner[sizeof err->text];
	va_list ap;

	if (!err)
		return -1;
	memcpy(inner, err->text, sizeof inner);
	va_start(ap, format);
	int n = vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof err->text)
		snprintf(err->text + n, sizeof err->text - (size_t)n, ": %s", inner);
	return -1;
}
