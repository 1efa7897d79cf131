/* SPDX-License-Identifier: ISC */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* As much of it as there is room for. */
static void append(struct error *err, const char *text)
{
	const size_t at = strlen(err->text), room = sizeof err->text - 1 - at, size = strlen(text);
	const size_t fits = size < room ? size : room;

	memcpy(err->text + at, text, fits);
	err->text[at + fits] = 0;
}

int error_set(struct error *err, const char *format, ...)
{
	const int reason = errno;
	const size_t length = strlen(format);
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, format);
	vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	if (length && format[length - 1] == ':') {
		append(err, " ");
		append(err, strerror(reason));
	}
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
	vsnprintf(err->text, sizeof err->text, format, ap);
	va_end(ap);
	append(err, ": ");
	append(err, inner);
	return -1;
}
