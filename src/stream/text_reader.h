/* SPDX-License-Identifier: ISC */
/*
 * text_reader - the way back from the text of text_writer to items
 *
 * What text_writer wrote gives the same stream again, byte for byte. The text may be edited: fields stand in
 * any order, each once (vectors once a space), empty lines and lines that begin with '#' are passed over. The
 * end line is mandatory as the end record is; the counts of items and faults in it may be left out, but when
 * given they must be right.
 */
#ifndef STREAM_TEXT_READER_H
#define STREAM_TEXT_READER_H

#include "stream/stream.h"

#include <stdio.h>

struct text_reader;

/* Reads from a file that the caller opened and closes; name is for messages. NULL: out of memory. */
struct text_reader *text_reader_on(FILE *file, const char *name);

/* Reads the first line and the facts into *facts. 0, or -1 with a text that names the input and the line. */
int text_begin(struct text_reader *in, struct facts *facts, struct error *err);

/* The next item: 1, or 0 behind the end line, or -1 with a text that names the input and the line. */
int text_read(struct text_reader *in, struct item *it, struct error *err);

/* As the end line has it, once text_read has returned 0. */
const struct stream_counts *text_counts(const struct text_reader *in);

void text_reader_close(struct text_reader *in); /* NULL is allowed */

#endif
