/* SPDX-License-Identifier: ISC */
#include "foreign/documents.h"

#include "base/limits.h"
#include "foreign/archive.h"
#include "foreign/content.h"
#include "foreign/feed.h"
#include "foreign/filename.h"
#include "foreign/zip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 << 10 };

/* --- one document after the other ------------------------------------------------------------------------------------------- */

struct splitter {
	struct feed *from;
	struct bytes text;
	size_t at;       /* where the current document begins */
	size_t searched; /* no further document begins before */
	unsigned long line;
	bool ended;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static unsigned long count_lines(const uint8_t *text, size_t size)
{
	unsigned long lines = 0;

	for (const uint8_t *end = text + size; (text = memchr(text, '\n', (size_t)(end - text))); text++)
		lines++;
	return lines;
}

/* Goes on to offset `to`; what lies before is done with. */
static void advance(struct splitter *s, size_t to)
{
	if (to > s->at)
		s->line += count_lines(s->text.data + s->at, to - s->at);
	s->at = to;
	if (s->searched < to)
		s->searched = to;
}

/* White space and a byte-order mark in front of a declaration. */
static void skip_front(struct splitter *s)
{
	size_t to = s->at;

	while (to < s->text.size && (is_blank(s->text.data[to]) || (s->text.size - to > 3 &&
	                                     memcmp(s->text.data + to, "\xef\xbb\xbf<", 4) == 0)))
		to += is_blank(s->text.data[to]) ? 1 : 3;
	advance(s, to);
}

/* Where the next XML declaration begins, behind the current document's own; 0: not in the bytes that are there. */
static size_t find_declaration(struct splitter *s)
{
	enum { MARK = 6 }; /* "<?xml" and a blank */
	const uint8_t *text = s->text.data;
	size_t from = s->searched > s->at ? s->searched : s->at + 1;

	while (from + MARK <= s->text.size) {
		/* there are fewer question marks than angles */
		const uint8_t *mark = memchr(text + from + 1, '?', s->text.size - from - 1);
		if (!mark)
			break;
		from = (size_t)(mark - text) - 1;
		if (from + MARK > s->text.size)
			break;
		if (memcmp(text + from, "<?xml", 5) == 0 && is_blank(text[from + 5]))
			return from;
		from++;
	}
	if (s->text.size >= MARK && s->text.size - MARK + 1 > s->searched)
		s->searched = s->text.size - MARK + 1;
	return 0;
}

/* Takes the next block behind what is left of the text. */
static int refill(struct splitter *s, struct error *err)
{
	const uint8_t *block;
	size_t size;
	const int more = feed_next(s->from, &block, &size, err);

	if (more <= 0) {
		s->ended = true;
		return more;
	}
	if (s->at) {
		memmove(s->text.data, s->text.data + s->at, s->text.size - s->at);
		s->text.size -= s->at;
		s->searched -= s->at;
		s->at = 0;
	}
	return bytes_append(&s->text, block, size) < 0 ? error_set(err, "out of memory") : 1;
}

/* The next document: 1, or 0 at the end, or -1 with the reason: the input is broken off, or the document is too large. */
static int split_next(struct splitter *s, struct document *d, struct error *err)
{
	unsigned long too_large = 0; /* the line on which it begins */

	for (;;) {
		size_t end = 0;
		if (!too_large)
			skip_front(s);
		if (s->at < s->text.size)
			end = find_declaration(s);
		if (!end && s->ended)
			end = s->text.size;
		if (end > s->at && !too_large) {
			*d = (struct document){s->text.data + s->at, end - s->at, s->line};
			advance(s, end);
			return 1;
		}
		if (end && too_large)
			advance(s, end);
		if (end && too_large)
			return error_set(err, "line %lu: the document is larger than %d MiB", too_large, LIMIT_XML >> 20);
		if (s->ended)
			return 0;
		if (s->text.size - s->at > LIMIT_XML) {
			too_large = too_large ? too_large : s->line;
			advance(s, s->searched);
		}
		if (refill(s, err) < 0) {
			s->at = s->text.size = s->searched = 0;
			return -1;
		}
	}
}

static void splitter_release(struct splitter *s)
{
	bytes_release(&s->text);
}

/* --- files, archives, archives within archives --------------------------------------------------------------------------- */

/* What lies where, and how deep. */
struct place {
	struct source source;
	struct budget budget;
	int depth;  /* in so many archives */
	bool named; /* by the user: the file itself, or the only one that is packed in it */
};

static int split(const struct documents_visitor *v, struct place *at, struct feed *f)
{
	struct splitter s = {.from = f, .line = 1};
	struct document d;
	struct error err;
	int more, status = 0, found = 0;

	for (; status == 0 && (more = split_next(&s, &d, &err)) != 0; found++) {
		at->source.size = more > 0 ? d.size : 0;
		at->source.crc = more > 0 ? zip_crc32(0, d.text, d.size) : 0;
		status = more > 0 ? v->document(v->context, &at->source, &d) : v->lost(v->context, &at->source, err.text);
	}
	splitter_release(&s);
	return found ? status : v->lost(v->context, &at->source, "is empty");
}

static int take(const struct documents_visitor *v, struct place *at, struct feed *f);

/* The place of a member: the outermost file is the archive, the inner paths are joined. False: too long. */
static bool enter(struct place *inner, struct place *outer, const char *name)
{
	struct source *s = &inner->source;
	const char *above = outer->depth ? outer->source.member : "";
	const size_t n = strlen(above), m = strlen(name);

	*inner = (struct place){.depth = outer->depth + 1, .named = outer->named && !m, .budget.outer = &outer->budget};
	memcpy(s->archive, outer->depth ? outer->source.archive : outer->source.member, sizeof s->archive);
	memcpy(s->member, above, n + 1);
	if (n + 1 + m > LIMIT_PATH)
		return false;
	if (n && m)
		s->member[n] = '/';
	memcpy(s->member + n + (n && m), name, m + 1);
	return true;
}

static int take_member(const struct documents_visitor *v, struct place *archive, struct archive_reader *a,
        const char *name)
{
	struct place at;

	if (!enter(&at, archive, name))
		return v->lost(v->context, &at.source, "the path of one of its members is too long");
	if (filename_is_other_kind(name))
		return v->skipped(v->context, &at.source);
	struct feed *f = archive_reader_feed(a);
	f->budget = &at.budget;
	return take(v, &at, f);
}

static int take_archive(const struct documents_visitor *v, struct place *at, struct feed *f)
{
	struct archive_member m;
	struct error err;
	struct archive_reader *a;
	int more, status = 0;

	if (at->depth >= LIMIT_NESTING)
		return v->lost(v->context, &at->source, "lies in too many archives within archives");
	a = archive_reader_open(f, true, &at->budget, &err);
	if (!a)
		return v->lost(v->context, &at->source, err.text);
	while (status == 0 && (more = archive_reader_next(a, &m, &err)) != 0)
		status = more > 0 ? take_member(v, at, a, m.path) : v->lost(v->context, &at->source, err.text);
	archive_reader_close(a);
	return status;
}

/* Also without a declaration; an empty file is told by split. */
static bool begins_as_markup(const uint8_t *head, size_t size)
{
	while (size && is_blank(*head))
		head++, size--;
	return !size || *head == '<';
}

/* A file that was named, or that claims to be one, has to be a document; pictures in archives are none, and no loss. */
static int take(const struct documents_visitor *v, struct place *at, struct feed *f)
{
	const uint8_t *head;
	struct error err;
	size_t size;

	if (feed_peek(f, CONTENT_HEAD, &head, &size, &err) < 0)
		return v->lost(v->context, &at->source, err.text);
	switch (content_of(head, size)) {
	case CONTENT_ZIP:
	case CONTENT_TAR:
	case CONTENT_PACKED:
		return take_archive(v, at, f);
	case CONTENT_XML:
		return split(v, at, f);
	default:
		break;
	}
	if (filename_is_xml(at->source.member) || (at->named && begins_as_markup(head, size)))
		return split(v, at, f);
	if (!at->named)
		return 0;
	if (!at->source.member[0] && !at->source.archive[0])
		return -1;
	return v->lost(v->context, &at->source, "is neither XML nor an archive");
}

struct stdio_feed {
	struct feed feed;
	FILE *file;
	uint8_t *block;
};

static int next_stdio_block(struct feed *f, const uint8_t **block, size_t *size, struct error *err)
{
	struct stdio_feed *s = (struct stdio_feed *)f;

	*block = s->block;
	*size = fread(s->block, 1, BLOCK, s->file);
	return *size ? 1 : ferror(s->file) ? error_set(err, "%s", strerror(errno)) : 0;
}

static int stdio_feed_open(struct stdio_feed *f, FILE *file, struct error *err)
{
	*f = (struct stdio_feed){.feed.next = next_stdio_block, .file = file, .block = malloc(BLOCK)};
	return f->block ? 0 : error_set(err, "out of memory");
}

static void stdio_feed_close(struct stdio_feed *f)
{
	feed_release(&f->feed);
	free(f->block);
}

int documents_in_file(const char *path, const struct documents_visitor *v)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	struct place at = {.named = true};
	struct stdio_feed f;
	struct error err;
	int status;

	snprintf(at.source.member, sizeof at.source.member, "%s", is_stdin ? "" : path);
	FILE *file = is_stdin ? stdin : fopen(path, "rb");
	if (!file)
		return v->lost(v->context, &at.source, strerror(errno));
	if (stdio_feed_open(&f, file, &err) < 0) {
		status = v->lost(v->context, &at.source, err.text);
	} else {
		f.feed.budget = &at.budget;
		status = take(v, &at, &f.feed);
	}
	stdio_feed_close(&f);
	if (!is_stdin)
		fclose(file);
	return status;
}

int documents_in_memory(const void *data, size_t size, const struct source *source, const struct documents_visitor *v)
{
	struct memory_feed f = memory_feed_on(data, size);
	struct place at = {.source = *source};
	const int status = split(v, &at, &f.feed);

	feed_release(&f.feed);
	return status;
}
