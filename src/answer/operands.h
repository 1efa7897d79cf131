/* SPDX-License-Identifier: ISC */
/*
 * operands - the names on a command line that are asked with: streams, pictures, and standard input, which may be either
 */
#ifndef ANSWER_OPERANDS_H
#define ANSWER_OPERANDS_H

#include "base/error.h"
#include "base/option.h"

struct operands {
	struct arguments streams, pictures; /* names as they were given */
	int input; /* what decode reads as its standard input when that is a picture, to be closed by who takes it; -1: nothing special */
};

/*
 * Sorts them by what their files begin with; "-", once at most, by what standard input does. What is empty or cannot be read is left
 * to the stream's reader, on standard input, and to decode to report. 0/-1; after -1 too they are to be released.
 */
int operands_sort(struct operands *o, const struct arguments *given, struct error *err);
void operands_release(struct operands *o);

#endif
