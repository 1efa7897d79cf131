/* SPDX-License-Identifier: ISC */
/*
 * On the wire, all numbers little-endian, every crc a CRC-32C of the bytes of its block before it:
 *     header  magic[8]  u32 version  u32 length  facts[length]  u32 crc
 *     item    "ITEM"    u32 length   body[length]               u32 crc
 *     end     "END "    u32 24       u64 items  u64 faults  u64 skipped  u32 crc
 */
#include "stream/stream.h"

#include "math/crc32c.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 256 << 10, HEAD = 8, END_BODY = 24 };

struct stream_reader {
	const char *const *names;
	int count, next;
	FILE *file;
	bool owns_file;
	const char *name; /* of the file being read, for messages: quoted, or words of whoever opened it */
	char quoted[LIMIT_PATH + 3];
	struct facts facts;
	struct bytes block; /* the block being read, head and crc included */
	struct stream_counts counts, current;
	bool begun, between; /* between: behind an end record */
};

bool stream_is_next(FILE *file)
{
	const int first = getc(file);

	if (first != EOF)
		ungetc(first, file);
	return first == (unsigned char)STREAM_MAGIC[0];
}

bool stream_is_file(const char *name)
{
	struct stat st;
	FILE *f = stat(name, &st) == 0 && S_ISREG(st.st_mode) ? fopen(name, "rb") : NULL;

	if (!f)
		return false;
	const bool is = stream_is_next(f);
	fclose(f);
	return is;
}

struct stream_reader *stream_reader_open(const char *const *names, int count)
{
	static const char *const only_stdin[] = {"-"};
	struct stream_reader *in = calloc(1, sizeof *in);

	if (!in)
		return NULL;
	in->names = count ? names : only_stdin;
	in->count = count ? count : 1;
	in->between = true;
	return in;
}

struct stream_reader *stream_reader_on(FILE *file, const char *name)
{
	struct stream_reader *in = calloc(1, sizeof *in);

	if (!in)
		return NULL;
	in->file = file;
	in->name = name;
	in->between = true;
	return in;
}

static int fail(const struct stream_reader *in, struct error *err, const char *why)
{
	return error_set(err, "%s: %s", in->name, why);
}

/* Opens the next file: 1, 0 when there is none, -1. */
static int next_file(struct stream_reader *in, struct error *err)
{
	if (in->next >= in->count)
		return 0;
	const char *name = in->names[in->next++];
	snprintf(in->quoted, sizeof in->quoted, "'%.*s'", LIMIT_PATH, name);
	in->name = in->quoted;
	if (strcmp(name, "-") == 0) {
		in->name = "standard input";
		in->file = stdin;
		in->owns_file = false;
	} else {
		in->file = fopen(name, "rb");
		if (!in->file)
			return error_set(err, "cannot open '%s':", name);
		in->owns_file = true;
	}
	setvbuf(in->file, NULL, _IOFBF, BUFFER);
	return 1;
}

static void close_file(struct stream_reader *in)
{
	if (in->file && in->owns_file)
		fclose(in->file);
	in->file = NULL;
}

/* Reads size bytes behind those in the block: 1, 0 when the input ended before the first of them, -1. */
static int take(struct stream_reader *in, size_t size, struct error *err)
{
	/* the length is a stranger's word until the bytes are there: memory grows with what arrives */
	const size_t wanted = in->block.size + size, start = in->block.size;

	while (in->block.size < wanted) {
		size_t step = wanted - in->block.size;
		if (step > 16u << 20)
			step = 16u << 20;
		if (bytes_reserve(&in->block, step) < 0)
			return fail(in, err, "out of memory");
		const size_t got = fread(in->block.data + in->block.size, 1, step, in->file);
		in->block.size += got;
		if (got == step)
			continue;
		if (ferror(in->file))
			return error_set(err, "cannot read %s:", in->name);
		if (in->block.size == start)
			return 0;
		return fail(in, err, "the stream is cut short");
	}
	return 1;
}

static int take_all(struct stream_reader *in, size_t size, struct error *err)
{
	const int got = take(in, size, err);

	return got ? got : fail(in, err, "the stream is cut short: it has no end record");
}

static int check_crc(const struct stream_reader *in, const char *what, struct error *err)
{
	const size_t size = in->block.size - 4;

	if (le32_get(in->block.data + size) == crc32c(0, in->block.data, size))
		return 0;
	return error_set(err, "%s: the checksum of %s is wrong", in->name, what);
}

/* A header: 1, 0 when the file ends before it, -1. */
static int read_header(struct stream_reader *in, struct error *err)
{
	struct facts facts = {0};

	in->block.size = 0;
	const int got = take(in, STREAM_MAGIC_SIZE, err);
	if (got == 0)
		return 0;
	if (got < 0 || memcmp(in->block.data, STREAM_MAGIC, STREAM_MAGIC_SIZE) != 0)
		return got < 0 && ferror(in->file) ? -1 : fail(in, err, "is not an ornament stream");
	if (take_all(in, 8, err) < 0)
		return -1;
	const uint32_t version = le32_get(in->block.data + 8), length = le32_get(in->block.data + 12);
	if (version != STREAM_VERSION)
		return error_set(err, "%s: is a stream of version %u; this program reads version %d", in->name,
		        (unsigned)version, STREAM_VERSION);
	if (length > LIMIT_FACTS)
		return fail(in, err, "the header is too long");
	if (take_all(in, (size_t)length + 4, err) < 0 || check_crc(in, "the header", err) < 0)
		return -1;
	if (facts_decode(&facts, in->block.data + 16, length, err) < 0)
		return error_within(err, "%s", in->name);
	in->current = (struct stream_counts){0};
	in->between = false;
	if (!in->begun) {
		in->facts = facts;
		in->begun = true;
		return 1;
	}
	const int agree = facts_agree(&in->facts, "the stream before", &facts, in->name, "", err);
	facts_release(&facts);
	return agree < 0 ? -1 : 1;
}

/* Goes on to the next header, in this file or the next: 1, 0 when all are done, -1. */
static int advance(struct stream_reader *in, struct error *err)
{
	for (bool fresh = false;;) {
		if (!in->file) {
			const int opened = next_file(in, err);
			if (opened <= 0)
				return opened;
			fresh = true;
		}
		const int got = read_header(in, err);
		if (got)
			return got;
		if (fresh || !in->begun)
			return fail(in, err, "is empty, not an ornament stream");
		if (in->owns_file || in->names)
			close_file(in);
		else
			return 0;
	}
}

int stream_begin(struct stream_reader *in, struct error *err)
{
	if (in->begun)
		return 0;
	return advance(in, err) == 1 ? 0 : -1;
}

const struct facts *stream_facts(const struct stream_reader *in)
{
	return &in->facts;
}

static int read_end(struct stream_reader *in, struct error *err)
{
	const uint8_t *body = in->block.data + HEAD;

	if (le64_get(body) != in->current.items || le64_get(body + 8) != in->current.faults)
		return fail(in, err, "the end record does not count what was read");
	in->counts.skipped += le64_get(body + 16);
	in->between = true;
	return 0;
}

int stream_read(struct stream_reader *in, struct item *it, struct error *err)
{
	for (;;) {
		if (in->between) {
			const int more = advance(in, err);
			if (more <= 0)
				return more;
		}
		in->block.size = 0;
		if (take_all(in, HEAD, err) < 0)
			return -1;
		const bool end = memcmp(in->block.data, "END ", 4) == 0;
		const uint32_t length = le32_get(in->block.data + 4);
		if (!end && memcmp(in->block.data, "ITEM", 4) != 0)
			return fail(in, err, "the stream is damaged: neither an item nor an end");
		if (end ? length != END_BODY : length > LIMIT_ITEM)
			return fail(in, err, "the stream is damaged: a length is impossible");
		if (take_all(in, (size_t)length + 4, err) < 0 ||
		        check_crc(in, end ? "the end record" : "an item", err) < 0)
			return -1;
		if (end) {
			if (read_end(in, err) < 0)
				return -1;
			continue;
		}
		if (item_decode(it, in->block.data + HEAD, length, err) < 0)
			return error_within(err, "%s", in->name);
		in->current.items++;
		in->counts.items++;
		in->current.faults += it->has_fault;
		in->counts.faults += it->has_fault;
		return 1;
	}
}

const struct stream_counts *stream_counts(const struct stream_reader *in)
{
	return &in->counts;
}

void stream_reader_close(struct stream_reader *in)
{
	if (!in)
		return;
	close_file(in);
	facts_release(&in->facts);
	bytes_release(&in->block);
	free(in);
}

struct stream_writer {
	FILE *file;
	struct bytes block;
	struct stream_counts counts;
};

/* Closes the block with its crc and writes it. */
static int put_block(struct stream_writer *out, struct error *err)
{
	if (bytes_put_u32(&out->block, crc32c(0, out->block.data, out->block.size)) < 0)
		return error_set(err, "out of memory");
	if (fwrite(out->block.data, 1, out->block.size, out->file) != out->block.size)
		return error_set(err, "cannot write the stream:");
	return 0;
}

struct stream_writer *stream_writer_open(FILE *file, const struct facts *facts, struct error *err)
{
	struct stream_writer *out = NULL;

	if (isatty(fileno(file))) {
		error_set(err, "a stream is not for a terminal: give a pipe or a file");
		return NULL;
	}
	out = calloc(1, sizeof *out);
	if (!out) {
		error_set(err, "out of memory");
		return NULL;
	}
	out->file = file;
	setvbuf(file, NULL, _IOFBF, BUFFER);
	if (bytes_append(&out->block, STREAM_MAGIC, STREAM_MAGIC_SIZE) < 0 ||
	        bytes_put_u32(&out->block, STREAM_VERSION) < 0 || bytes_put_u32(&out->block, 0) < 0 ||
	        facts_encode(facts, &out->block) < 0) {
		error_set(err, "out of memory");
		stream_drop(out);
		return NULL;
	}
	le32_put(out->block.data + 12, (uint32_t)(out->block.size - 16));
	if (put_block(out, err) < 0) {
		stream_drop(out);
		return NULL;
	}
	return out;
}

int stream_write(struct stream_writer *out, const struct item *it, struct error *err)
{
	out->block.size = 0;
	if (bytes_append(&out->block, "ITEM\0\0\0\0", HEAD) < 0)
		return error_set(err, "out of memory");
	if (item_encode(it, &out->block, err) < 0)
		return -1;
	le32_put(out->block.data + 4, (uint32_t)(out->block.size - HEAD));
	if (put_block(out, err) < 0)
		return -1;
	out->counts.items++;
	out->counts.faults += it->has_fault;
	return 0;
}

void stream_add_skipped(struct stream_writer *out, uint64_t skipped)
{
	out->counts.skipped += skipped;
}

const struct stream_counts *stream_written(const struct stream_writer *out)
{
	return &out->counts;
}

int stream_finish(struct stream_writer *out, struct error *err)
{
	int status = 0;

	out->block.size = 0;
	if (bytes_append(&out->block, "END ", 4) < 0 || bytes_put_u32(&out->block, END_BODY) < 0 ||
	        bytes_put_u64(&out->block, out->counts.items) < 0 ||
	        bytes_put_u64(&out->block, out->counts.faults) < 0 ||
	        bytes_put_u64(&out->block, out->counts.skipped) < 0)
		status = error_set(err, "out of memory");
	else
		status = put_block(out, err);
	if (fclose(out->file) != 0 && status == 0)
		status = error_set(err, "cannot write the stream:");
	stream_drop(out);
	return status;
}

void stream_drop(struct stream_writer *out)
{
	if (!out)
		return;
	bytes_release(&out->block);
	free(out);
}
