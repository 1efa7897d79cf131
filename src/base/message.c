/* SPDX-License-Identifier: ISC */
#include "base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "ornament";

/* Where one of the three is closed the next file that is opened would take its place, and messages be written into it. */
static void keep_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			return;
}

void message_program(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	keep_descriptors();
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
	int m = vsnprintf(line + n, sizeof line - n - 512, format, ap);
	if (m > 0)
		n += (size_t)m < sizeof line - n - 512 ? (size_t)m : sizeof line - n - 513;
	if (length && format[length - 1] == ':')
		n += (size_t)snprintf(line + n, 128, " %s", strerror(reason));
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	n += (size_t)snprintf(line + n, sizeof line - n, "\n%s", hint);
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

/*
 * Writes the text near the place, and a caret under the place, as two lines into to. Letters are counted, not bytes; at most
 * EXCERPT_BYTES are shown before the place and behind it.
 */
enum { EXCERPT_BYTES = 72 };

static bool continues_letter(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

static void excerpt(char *to, size_t size, const char *text, size_t at)
{
	const size_t length = strlen(text);
	size_t from = at > EXCERPT_BYTES ? at - EXCERPT_BYTES : 0, until = at + EXCERPT_BYTES, column = 0;

	if (until > length)
		until = length;
	for (int i = 0; i < 3 && from > 0 && continues_letter(text[from]); i++)
		from--;
	for (int i = 0; i < 3 && until < length && continues_letter(text[until]); i++)
		until++;
	for (size_t i = from; i < at; i++)
		column += !continues_letter(text[i]);
	int n = snprintf(to, size, "  %s", from ? "..." : "");
	const int caret = n + (int)column + 1;
	for (size_t i = from; i < until; i++) {
		const unsigned char c = (unsigned char)text[i];
		to[n++] = c < 0x20 || c == 0x7f ? ' ' : text[i];
	}
	snprintf(to + n, size - (size_t)n, "%s\n%*s\n", until < length ? "..." : "", caret, "^");
}

void die_at(const char *text, size_t at, const char *format, ...)
{
	char lines[4 * EXCERPT_BYTES + 64];
	va_list ap;

	excerpt(lines, sizeof lines, text, at);
	va_start(ap, format);
	tell(lines, format, ap);
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
