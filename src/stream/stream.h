/* SPDX-License-Identifier: ISC */
/*
 * stream - reading and writing ornament-stream(5)
 *
 * A stream is a header with facts, items, and a mandatory end record with counts. A reader that meets the end of its
 * input before an end record says so and fails: plain sh has no pipefail, and this is what makes a dead stage visible in
 * the last one. Behind an end record another stream may follow; its facts have to agree (quality.* excepted).
 *
 * A filter:
 *     struct stream_reader *in = stream_reader_open(files.items, files.count);
 *     if (stream_begin(in, &err) < 0) die(...);
 *     facts_copy(&facts, stream_facts(in)); facts_set(&facts, ...);
 *     struct stream_writer *out = stream_writer_open(stdout, &facts, &err);
 *     while ((more = stream_read(in, &item, &err)) > 0) { ...; if (stream_write(out, &item, &err) < 0) die(...); }
 *     if (more < 0) die("%s", err.text);
 *     stream_add_skipped(out, stream_counts(in)->skipped);
 *     if (stream_finish(out, &err) < 0) die(...);
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include "base/error.h"
#include "stream/facts.h"
#include "stream/item.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The counts of the end record; in a reader the sums over all streams read to their end. */
struct stream_counts {
	uint64_t items;   /* all of them, fault items included */
	uint64_t faults;  /* fault items */
	uint64_t skipped; /* what was left out on purpose (other kinds of patents, known pictures); not items */
};

/* The first bytes of every stream, to recognise one: 8 bytes, not text, damaged by any newline conversion. */
#define STREAM_MAGIC "\x93ORN\r\n\x1a\n"
enum { STREAM_MAGIC_SIZE = 8, STREAM_VERSION = 1 };

/*
 * Whether what comes next is the first byte of a stream, which begins no picture, no archive and no XML document. It is put back:
 * a pipe will do. False at the end, where feof tells.
 */
bool stream_is_next(FILE *file);

/* The same of a file. False for what cannot be opened, and for a pipe, which would lose what is looked at. */
bool stream_is_file(const char *name);

struct stream_reader;
struct stream_writer;

/*
 * Reads the named files one after the other as one stream; "-", or no name at all, is stdin. The array and its
 * strings must stay until the reader is closed. NULL: out of memory.
 */
struct stream_reader *stream_reader_open(const char *const *names, int count);

/* The same for a FILE that the caller has opened and closes; name is for messages. */
struct stream_reader *stream_reader_on(FILE *file, const char *name);

/* Reads the first header. 0, or -1 with a text that names the input: "standard input: is empty, not a stream". */
int stream_begin(struct stream_reader *in, struct error *err);

/* The facts of the first header; valid until the reader is closed. */
const struct facts *stream_facts(const struct stream_reader *in);

/*
 * The next item: 1, or 0 behind the last end record, or -1 with a text that names the input. An item whose checksum is
 * right but whose contents are not valid is damage too.
 */
int stream_read(struct stream_reader *in, struct item *it, struct error *err);

const struct stream_counts *stream_counts(const struct stream_reader *in);

void stream_reader_close(struct stream_reader *in); /* NULL is allowed */

/*
 * Writes the header to out, which stays the caller's until stream_finish or stream_drop. NULL with the reason, as when out is
 * a terminal.
 * stream_write counts items and faults itself.
 */
struct stream_writer *stream_writer_open(FILE *out, const struct facts *facts, struct error *err);
int stream_write(struct stream_writer *out, const struct item *it, struct error *err);
void stream_add_skipped(struct stream_writer *out, uint64_t skipped);
const struct stream_counts *stream_written(const struct stream_writer *out);

/*
 * Finish writes the end record, flushes and closes the FILE, all checked, and frees the writer, also on failure. Drop frees it
 * silently and closes nothing: the stream stays without its end, on purpose.
 */
int stream_finish(struct stream_writer *out, struct error *err);
void stream_drop(struct stream_writer *out);

#endif
