/* SPDX-License-Identifier: ISC */
#include "base/progress.h"

#include "base/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static double between(const struct timespec *a, const struct timespec *b)
{
	return (double)(b->tv_sec - a->tv_sec) + 1e-9 * (double)(b->tv_nsec - a->tv_nsec);
}

static struct timespec now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t;
}

void progress_init(struct progress *p, bool wanted, bool quiet)
{
	memset(p, 0, sizeof *p);
	p->terminal = isatty(STDERR_FILENO);
	p->shown = wanted || (p->terminal && !quiet);
	p->start = p->last = now();
}

bool progress_due(struct progress *p)
{
	if (!p->shown)
		return false;
	const struct timespec t = now();
	if (between(&p->last, &t) < (p->terminal ? 0.3 : 10))
		return false;
	p->last = t;
	return true;
}

double progress_seconds(const struct progress *p)
{
	const struct timespec t = now();

	return between(&p->start, &t);
}

void progress_restart(struct progress *p)
{
	p->start = now();
}

/* One write, so that lines of several programs do not mix. */
static void put(const char *text, size_t size)
{
	if (write(STDERR_FILENO, text, size) < 0)
		return; /* nobody looks */
}

void progress_show(struct progress *p, const char *format, ...)
{
	char line[512];
	int n;
	va_list ap;

	if (!p->shown)
		return;
	n = p->terminal ? snprintf(line, sizeof line, "\r") : snprintf(line, sizeof line, "%s: ", message_program_name());
	va_start(ap, format);
	const int m = vsnprintf(line + n, sizeof line - 16 - (size_t)n, format, ap);
	va_end(ap);
	if (m < 0)
		return;
	n += m < (int)sizeof line - 17 - n ? m : (int)sizeof line - 17 - n;
	for (int i = 1; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	n += snprintf(line + n, 16, "%s", p->terminal ? "\x1b[K" : "\n");
	put(line, (size_t)n);
	p->dirty = p->terminal;
}

void progress_clear(struct progress *p)
{
	if (p->dirty)
		put("\r\x1b[K", 4);
	p->dirty = false;
}

char *progress_time(double seconds, char *to)
{
	if (!(seconds >= 0 && seconds < 1e7)) {
		memcpy(to, "?", 2);
		return to;
	}
	const int s = (int)(seconds + 0.5);
	if (s >= 3600)
		snprintf(to, 16, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
	else
		snprintf(to, 16, "%d:%02d", s / 60, s % 60);
	return to;
}
