/* SPDX-License-Identifier: ISC */
/*
 * message - what a program says to its user, on stderr, one line in one write
 *
 * "embed: cannot open 'weights.bin': No such file or directory": program, what failed, the subject in quotes, the
 * reason; lower case, no full stop, no newline in the format. Several programs of a pipeline share stderr, and
 * names come from strangers' archives: the line is built whole, control bytes are replaced by '?', and it is written
 * once. A format that ends in ':' asks for errno's reason. Only programs (src/NAME.c) call these.
 */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include <stddef.h>

#ifdef __GNUC__
#define MESSAGE_FORMAT __attribute__((format(printf, 1, 2)))
#define MESSAGE_DIES __attribute__((noreturn, format(printf, 1, 2)))
#else
#define MESSAGE_FORMAT
#define MESSAGE_DIES
#endif

/*
 * The exit statuses of every program; see ornament(7). DONE, or found; NOT_FOUND: no question had an answer (query
 * only); FAILED: wrong usage or failure; SKIPPED: finished, but some inputs were skipped, each reported; LOCKED: another
 * writer has the index, try later.
 */
enum { STATUS_DONE = 0, STATUS_NOT_FOUND = 1, STATUS_FAILED = 2, STATUS_SKIPPED = 3, STATUS_LOCKED = 75 };

/* The graver of two statuses; the order is FAILED, LOCKED, SKIPPED, NOT_FOUND, DONE; anything else counts as FAILED. */
int status_gravest(int a, int b);

/*
 * Names the program in every later message: the last component of argv[0]. Call it first in main. Of standard input, output and error
 * those that are closed are taken, so that no file gets their number; to read or to write them fails as before.
 */
void message_program(const char *argv0);
const char *message_program_name(void);

/* Tells, and goes on. */
MESSAGE_FORMAT void warn(const char *format, ...);

/* Tells, and exits with STATUS_FAILED. */
MESSAGE_DIES void die(const char *format, ...);

/*
 * Dies telling what is wrong at byte `at` of a text that the user wrote: behind the message come the text, or what is near
 * the place in a long one, and a caret under it. The one message of three lines; still one write.
 */
void die_at(const char *text, size_t at, const char *format, ...)
#ifdef __GNUC__
        __attribute__((noreturn, format(printf, 3, 4)))
#endif
        ;

/* The same with "try 'PROGRAM --help'" in a second line of the same write: wrong usage. */
MESSAGE_DIES void die_usage(const char *format, ...);

/*
 * Flushes and closes stdout, and dies when anything written to it was lost: the last act of every program. Small
 * outputs fail only here.
 */
void finish_stdout(void);

#endif
