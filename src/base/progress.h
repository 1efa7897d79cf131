/* SPDX-License-Identifier: ISC */
/*
 * progress - the one line on stderr that says how far a long run is
 *
 * On a terminal the line is rewritten in place, about three times a second; elsewhere, when it was asked for, a line is written
 * every ten seconds. Only programs use it.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>
#include <time.h>

struct progress {
	bool shown, terminal, dirty; /* dirty: a line stands on the terminal and has to be wiped */
	struct timespec start, last;
};

/* wanted: --progress was given; quiet: -q was. Without either the line is shown when stderr is a terminal. */
void progress_init(struct progress *p, bool wanted, bool quiet);

/* Whether it is time for a new line; cheap enough to be asked for every item. */
bool progress_due(struct progress *p);

/* Seconds since _init, or since the last _restart. */
double progress_seconds(const struct progress *p);
void progress_restart(struct progress *p);

/* Shows the line. */
void progress_show(struct progress *p, const char *format, ...)
#ifdef __GNUC__
        __attribute__((format(printf, 2, 3)))
#endif
        ;

/* Wipes the line from the terminal: before a message, and at the end. */
void progress_clear(struct progress *p);

/* Seconds as 0:07, 12:31, 3:02:11 into to[16]; returns to. "?" for what is negative or unknown. */
char *progress_time(double seconds, char *to);

#endif
