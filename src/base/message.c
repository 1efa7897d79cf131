/* SPDX-License-Identifier: ISC */
#include "base/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "ornament";

void message_program(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	if (argv0 && *argv0)
		program = slash ? slash + 1 : argv0;
}

const char *message_program_name(void)
{
	return program;
}

int status_gravest(int a, int b)
{
	static const int order[] = {STATUS_FAILED, STATUS_LOCKED, STATUS_SKIPPED, STATUS_NOT_FOUND, STATUS_DONE};
	int rank_a = 0, rank_b = 0;

	for (int i = 0; i < 5; i++) {
		if (a == order[i])
			rank_a = i;
		if (b == order[i])
			rank_b = i;
	}
	return order[rank_a < rank_b ? rank_a : rank_b];
}

static void tell(const char *hint, const char *format, va_list ap)
{
	const int reason = errno;
	const size_t length = strlen(format);
	char line[4096 + 1024];
	size_t n;

	n = (size_t)snprintf(line, 128, "%s: ", program);
	int m = vsnprintf(line + n, sizeof line - n - 256, format, ap);
	if (m > 0)
		n += (size_t)m < sizeof line - n - 256 ? (size_t)m : sizeof line - n - 257;
	if (length && format[length - 1] == ':')
		n += (size_t)snprintf(line + n, 128, " %s", strerror(reason));
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	n += (size_t)snprintf(line + n, 128, "\n%s", hint);
	/* stderr may be gone; there is nobody left to tell */
	for (size_t done = 0; done < n;) {
		ssize_t w = write(STDERR_FILENO, line + done, n - done);
		if (w < 0 && errno != EINTR)
			break;
		if (w > 0)
			done += (size_t)w;
	}
}

void warn(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	tell("", format, ap);
	va_end(ap);
}

void die(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	tell("", format, ap);
	va_end(ap);
	exit(STATUS_FAILED);
}

void die_usage(const char *format, ...)
{
	char hint[160];
	va_list ap;

	snprintf(hint, sizeof hint, "try '%s --help'\n", program);
	va_start(ap, format);
	tell(hint, format, ap);
	va_end(ap);
	exit(STATUS_FAILED);
}

void finish_stdout(void)
{
	const int failed = ferror(stdout);

	if (fclose(stdout) != 0 || failed)
		die("cannot write standard output:");
}
