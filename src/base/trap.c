/* SPDX-License-Identifier: ISC */
#include "base/trap.h"

#include "base/message.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static char words[1024];
static size_t size;

/* Only what may be done in a handler. */
static void last_words(int signal)
{
	(void)signal;
	if (write(STDERR_FILENO, words, size) < 0)
		_exit(STATUS_FAILED);
	_exit(STATUS_FAILED);
}

void trap_install(const char *format, ...)
{
	const int signals[] = {SIGSEGV, SIGBUS, SIGABRT};
	struct sigaction action = {.sa_handler = last_words};
	va_list ap;

	int n = snprintf(words, sizeof words - 1, "%s: ", message_program_name());
	if (n < 0 || n >= (int)sizeof words - 1)
		return;
	va_start(ap, format);
	const int more = vsnprintf(words + n, sizeof words - 1 - (size_t)n, format, ap);
	va_end(ap);
	if (more > 0)
		n = n + more < (int)sizeof words - 1 ? n + more : (int)sizeof words - 2;
	/* names come from people */
	for (int i = 0; i < n; i++)
		if ((unsigned char)words[i] < ' ' || words[i] == 127)
			words[i] = '?';
	words[n] = '\n';
	size = (size_t)n + 1;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
}
