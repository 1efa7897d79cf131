/* SPDX-License-Identifier: ISC */
/*
 * intake - what a filter of pictures reads: streams as they are, all else through decode, and where vectors are wanted through letterbox and
 * embed too
 */
#ifndef STREAM_INTAKE_H
#define STREAM_INTAKE_H

#include "base/process.h"
#include "stream/preparation.h"
#include "stream/stream.h"

#include <stdio.h>

/* Start with {0}. */
struct intake {
	struct stream_reader *reader; /* the caller's to read; its header is read already */
	struct pipeline programs;
	FILE *made; /* what they write; NULL: the inputs are streams themselves */
};

/* Whether intake_open will start programs: something is named, and none of it is a stream. */
bool intake_is_pictures(const char *const *names, int count);

/*
 * Opens the named inputs; "-", or no name at all, is a stream on stdin. When none of them is a stream decode reads them, the
 * program that lies beside this one, and with a preparation letterbox and embed follow it. Names and preparation must stay. 0,
 * or -1 with the reason: also when some are streams and others not.
 */
int intake_open(struct intake *in, const char *const *names, int count, const struct preparation *preparation,
        struct error *err);

/* Closes the reader and returns the status that the programs ended with, who have said what was wrong; STATUS_DONE without any. */
int intake_close(struct intake *in);

#endif
