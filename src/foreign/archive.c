/* SPDX-License-Identifier: ISC */
#include "foreign/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct archive_reader {
	struct feed member; /* first: the feed handed out is the reader */
	struct archive *archive;
	struct feed *from;
	struct budget *budget;
	struct error from_error; /* why the feed below failed */
	bool from_failed;
	int64_t position; /* of the next byte of the member: libarchive leaves out holes */
	const uint8_t *data;
	size_t data_size;
	int64_t data_offset;
	struct archive_entry *pending; /* found behind damage that is still to be told */
	bool started, ended;
};

static la_ssize_t read_below(struct archive *archive, void *context, const void **block)
{
	struct archive_reader *a = context;
	const uint8_t *data = NULL;
	size_t size = 0;
	const int more = feed_next(a->from, &data, &size, &a->from_error);

	if (more < 0) {
		a->from_failed = true;
		archive_set_error(archive, EIO, "%s", a->from_error.text);
		return -1;
	}
	*block = data;
	return more ? (la_ssize_t)size : 0;
}

/* What libarchive says begins with a capital, what the feed below says does not. */
static int failed(struct archive_reader *a, struct error *err)
{
	const char *text = a->from_failed ? a->from_error.text : archive_error_string(a->archive);

	if (!text || !*text)
		text = "the archive is damaged";
	const bool name = isupper((unsigned char)text[1]) != 0;
	return error_set(err, "%c%s", name ? text[0] : tolower((unsigned char)text[0]), text + 1);
}

static int next_of_member(struct feed *feed, const uint8_t **block, size_t *size, struct error *err)
{
	static const uint8_t zeros[4096];
	struct archive_reader *a = (struct archive_reader *)feed;

	while (!a->data_size) {
		const void *data = NULL;
		const int status = archive_read_data_block(a->archive, &data, &a->data_size, &a->data_offset);
		if (status == ARCHIVE_EOF)
			return 0;
		if (status != ARCHIVE_OK)
			return failed(a, err);
		a->data = data;
	}
	if (a->position < a->data_offset) {
		const int64_t hole = a->data_offset - a->position;
		*block = zeros;
		*size = hole < (int64_t)sizeof zeros ? (size_t)hole : sizeof zeros;
	} else {
		*block = a->data;
		*size = a->data_size;
		a->data_size = 0;
	}
	a->position += (int64_t)*size;
	return budget_unpacked(a->budget, *size, err) < 0 ? -1 : 1;
}

struct archive_reader *archive_reader_open(struct feed *from, bool packed, struct budget *budget, struct error *err)
{
	struct archive_reader *a = calloc(1, sizeof *a);

	if (!a || !(a->archive = archive_read_new())) {
		free(a);
		error_set(err, "out of memory");
		return NULL;
	}
	a->from = from;
	a->budget = budget;
	a->member.next = next_of_member;
	archive_read_support_filter_gzip(a->archive);
	archive_read_support_filter_bzip2(a->archive);
	archive_read_support_filter_xz(a->archive);
	archive_read_support_filter_zstd(a->archive);
	archive_read_support_format_tar(a->archive);
	archive_read_support_format_zip_streamable(a->archive);
	if (packed)
		archive_read_support_format_raw(a->archive);
	/* what lies behind an end mark is read too: joined archives are, and so is what a stray block of zeros would hide */
	archive_read_set_format_option(a->archive, "tar", "read_concatenated_archives", "1");
	if (archive_read_open(a->archive, a, NULL, read_below, NULL) != ARCHIVE_OK) {
		failed(a, err);
		archive_reader_close(a);
		return NULL;
	}
	return a;
}

static bool is_tar(const struct archive_reader *a)
{
	return (archive_format(a->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
}

static void describe(const struct archive_reader *a, struct archive_entry *entry, struct archive_member *m)
{
	const bool raw = archive_format(a->archive) == ARCHIVE_FORMAT_RAW;
	const char *path = archive_entry_pathname(entry);

	m->path = raw || !path ? "" : path;
	m->has_size = archive_entry_size_is_set(entry) && archive_entry_size(entry) >= 0;
	m->size = m->has_size ? (uint64_t)archive_entry_size(entry) : 0;
	m->has_offset = is_tar(a) && m->has_size && archive_entry_sparse_count(entry) == 0 &&
	        archive_filter_code(a->archive, 0) == ARCHIVE_FILTER_NONE;
	m->offset = m->has_offset ? (uint64_t)archive_filter_bytes(a->archive, 0) : 0;
}

/* Finishes the current member, so that what follows it can be told from what is missing. */
static void finish_member(struct archive_reader *a)
{
	feed_release(&a->member);
	a->member = (struct feed){.next = next_of_member};
	a->data_size = 0;
	a->position = 0;
}

/*
 * The next header of whatever kind. libarchive takes a missing end mark for an end; a tar that was cut between two members
 * looks just so.
 */
static int next_header(struct archive_reader *a, struct archive_entry **entry, struct error *err)
{
	int64_t end = -1;
	bool damaged = false;
	int status;

	if (a->started && is_tar(a) && archive_read_data_skip(a->archive) >= ARCHIVE_WARN)
		end = archive_filter_bytes(a->archive, 0);
	a->started = true;
	while ((status = archive_read_next_header(a->archive, entry)) == ARCHIVE_RETRY) {
		if (!damaged)
			failed(a, err);
		damaged = true;
	}
	if (status == ARCHIVE_OK || status == ARCHIVE_WARN) {
		a->pending = damaged ? *entry : NULL;
		return damaged ? -1 : 1;
	}
	a->ended = true;
	if (status != ARCHIVE_EOF)
		return damaged ? -1 : failed(a, err);
	if (!damaged && end >= 0 && archive_filter_bytes(a->archive, 0) == end)
		return error_set(err, "the archive is cut: it has no end mark");
	return damaged ? -1 : 0;
}

int archive_reader_next(struct archive_reader *a, struct archive_member *m, struct error *err)
{
	struct archive_entry *entry = a->pending;

	finish_member(a);
	a->pending = NULL;
	do {
		if (a->ended)
			return 0;
		const int more = entry ? 1 : next_header(a, &entry, err);
		if (more <= 0)
			return more;
		if (archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry))
			break;
		entry = NULL;
	} while (true);
	describe(a, entry, m);
	return 1;
}

struct feed *archive_reader_feed(struct archive_reader *a)
{
	return &a->member;
}

void archive_reader_close(struct archive_reader *a)
{
	if (!a)
		return;
	feed_release(&a->member);
	archive_read_free(a->archive);
	free(a);
}
