/* SPDX-License-Identifier: ISC */
/*
 * intake - what a filter of pictures reads: streams as they are, all else through decode
 */
#ifndef STREAM_INTAKE_H
#define STREAM_INTAKE_H

#include "base/process.h"
#include "stream/stream.h"

#include <stdio.h>

/* Start with {0}. */
struct intake {
	struct stream_reader *reader; /* the caller's to read; its header is read already */
	struct pipeline decode;
	FILE *decoded; /* what decode writes; NULL: the inputs are streams themselves */
};

/*
 * Opens the named inputs; "-", or no name at all, is a stream on stdin. When none of them is a stream decode reads them, the
 * program that lies beside this one. The names must stay. 0, or -1 with the reason: also when some are streams and others not.
 */
int intake_open(struct intake *in, const char *const *names, int count, struct error *err);

/* Closes the reader and returns the status that decode ended with, which has said what was wrong; STATUS_DONE without one. */
int intake_close(struct intake *in);

#endif
