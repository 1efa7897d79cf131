/* SPDX-License-Identifier: ISC */
#include "foreign/unpack.h"

#include "base/limits.h"
#include "foreign/archive.h"
#include "foreign/feed.h"
#include "foreign/filename.h"
#include "foreign/zip.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file on its way through: where it lies, and how its bytes can be had. */
struct place {
	struct source source;
	int depth;      /* archives around it */
	bool named;     /* the user named it */
	bool is_stdin;  /* it, or what it lies in */
	bool in_place;  /* its bytes lie as they are, at source.offset of the outermost file */
	bool has_size;  /* source.size is known before it is read */
	bool has_crc;   /* source.crc is, and its feed holds to it */
	int fd;         /* of a regular file, that can be seeked in; else -1 */
	struct budget budget;
};

static int take(const struct unpack_visitor *v, struct place *at, struct feed *f);

static int lost(const struct unpack_visitor *v, const struct place *at, const char *reason)
{
	return v->lost(v->context, &at->source, reason);
}

/* --- a file that is no archive ------------------------------------------------------------------------------------ */

static int take_file(const struct unpack_visitor *v, struct place *at, struct feed *f, enum content content)
{
	const size_t limit = content == CONTENT_XML ? LIMIT_XML : LIMIT_FILE;
	struct bytes data = {0};
	struct error err;
	int status;

	if (!v->wanted(v->context, &at->source))
		return 0;
	if (content == CONTENT_UNKNOWN && !at->named && !filename_claims(at->source.member)) {
		status = v->file(v->context, &at->source, content, false, NULL, 0);
	} else if (feed_read(f, limit, at->has_size ? at->source.size : 0, &data, &err) < 0) {
		status = lost(v, at, err.text);
	} else {
		at->source.size = data.size;
		if (!at->source.has_offset || at->source.method == 0)
			at->source.stored_size = data.size;
		if (!at->has_crc)
			at->source.crc = zip_crc32(0, data.data, data.size);
		status = v->known(v->context, &at->source, content)
		        ? 0
		        : v->file(v->context, &at->source, content, at->named, data.data, data.size);
	}
	bytes_release(&data);
	return status;
}

/* --- what lies in an archive -------------------------------------------------------------------------------------- */

/* The place of a member: its path is joined to that of its archive. -1: the path is too long. */
static int enter(struct place *inner, const struct place *outer, struct budget *budget, const char *name)
{
	const char *above = outer->depth ? outer->source.member : "";
	const size_t n = strlen(above), m = strlen(name);

	*inner = (struct place){.depth = outer->depth + 1, .fd = -1, .budget.outer = budget};
	if (outer->depth)
		memcpy(inner->source.archive, outer->source.archive, sizeof inner->source.archive);
	else if (!outer->is_stdin)
		memcpy(inner->source.archive, outer->source.member, sizeof inner->source.archive);
	inner->is_stdin = outer->is_stdin;
	memcpy(inner->source.member, above, n + 1);
	if (!m)
		return 0;
	if (n + 1 + m > LIMIT_PATH)
		return -1;
	if (n)
		inner->source.member[n] = '/';
	memcpy(inner->source.member + n + (n > 0), name, m + 1);
	return 0;
}

static int take_tar_member(const struct unpack_visitor *v, struct place *archive, struct archive_reader *a,
        const struct archive_member *m)
{
	struct place at;

	if (enter(&at, archive, &archive->budget, m->path) < 0)
		return lost(v, &at, "the path of one of its members is too long");
	if (!v->enters(v->context, &at.source))
		return 0;
	at.has_size = m->has_size;
	at.source.size = m->size;
	at.in_place = archive->in_place && m->has_offset;
	if (at.in_place) {
		at.source.has_offset = !archive->is_stdin;
		at.source.offset = archive->source.offset + m->offset;
		at.source.stored_size = m->size;
	}
	struct feed *f = archive_reader_feed(a);
	f->budget = &at.budget;
	return take(v, &at, f);
}

/* Front to back: a tar, or what cannot be seeked in. */
static int take_archive(const struct unpack_visitor *v, struct place *at, struct feed *f, bool packed)
{
	struct archive_member m;
	struct error err;
	struct archive_reader *a = archive_reader_open(f, packed, &at->budget, &err);
	int more, status = 0;

	if (!a)
		return lost(v, at, err.text);
	while (status == 0 && (more = archive_reader_next(a, &m, &err)) != 0)
		status = more > 0 ? take_tar_member(v, at, a, &m) : lost(v, at, err.text);
	archive_reader_close(a);
	return status;
}

static int take_zip_member(const struct unpack_visitor *v, struct place *archive, const struct zip *z,
        const struct zip_member *m)
{
	struct place at;
	struct error err;
	uint64_t offset;

	if (enter(&at, archive, &archive->budget, m->name) < 0)
		return lost(v, &at, "the path of one of its members is too long");
	if (!v->enters(v->context, &at.source))
		return 0;
	at.has_size = at.has_crc = true;
	at.source.size = m->size;
	at.source.crc = m->crc;
	at.budget.stored = m->stored_size;
	if (v->known(v->context, &at.source, CONTENT_UNKNOWN))
		return 0;
	if (zip_locate(z, m, &offset, &err) < 0)
		return lost(v, &at, err.text);
	if (archive->in_place) {
		at.source.has_offset = !archive->is_stdin;
		at.source.offset = archive->source.offset + offset;
		at.source.stored_size = m->stored_size;
		at.source.method = m->method;
		at.in_place = m->method == 0;
	}
	struct zip_feed *f = zip_feed_open(z, m, &at.budget, &err);
	if (!f)
		return lost(v, &at, err.text);
	const int status = take(v, &at, zip_feed_feed(f));
	zip_feed_close(f);
	return status;
}

static int by_name(const void *a, const void *b)
{
	return filename_compare(((const struct zip_member *)a)->name, ((const struct zip_member *)b)->name);
}

static int take_members(const struct unpack_visitor *v, struct place *at, struct zip *z)
{
	int status = 0;

	qsort(z->members, z->count, sizeof *z->members, by_name);
	for (size_t i = 0; i < z->count && status == 0; i++) {
		const char *name = z->members[i].name;
		if (name[strlen(name) - 1] != '/')
			status = take_zip_member(v, at, z, &z->members[i]);
	}
	zip_close(z);
	return status;
}

/* By its directory, in memory or on disk; the largest ones that come from a pipe are read front to back. */
static int take_zip(const struct unpack_visitor *v, struct place *at, struct feed *f)
{
	struct zip z;
	struct error err;
	const uint8_t *data;
	size_t size;

	if (at->fd >= 0) {
		at->budget.stored = at->source.size;
		if (zip_open_file(&z, at->fd, at->source.size, &err) < 0)
			return lost(v, at, err.text);
		return take_members(v, at, &z);
	}
	if (at->has_size && at->source.size > LIMIT_INNER_ARCHIVE)
		return take_archive(v, at, f, false);
	if (feed_peek(f, (size_t)LIMIT_INNER_ARCHIVE + 1, &data, &size, &err) < 0)
		return lost(v, at, err.text);
	if (size > LIMIT_INNER_ARCHIVE)
		return take_archive(v, at, f, false);
	if (f->head_failed)
		return lost(v, at, f->head_error.text);
	if (zip_open_memory(&z, data, size, &err) < 0)
		return lost(v, at, err.text);
	return take_members(v, at, &z);
}

static int take(const struct unpack_visitor *v, struct place *at, struct feed *f)
{
	const uint8_t *head;
	struct error err;
	size_t size;

	if (feed_peek(f, CONTENT_HEAD, &head, &size, &err) < 0)
		return lost(v, at, err.text);
	if (!size && f->head_failed)
		return lost(v, at, f->head_error.text);
	const enum content content = content_of(head, size);
	if (content < CONTENT_ZIP)
		return take_file(v, at, f, content);
	if (at->depth == LIMIT_NESTING)
		return lost(v, at, "lies in too many archives within archives");
	return content == CONTENT_ZIP ? take_zip(v, at, f) : take_archive(v, at, f, content == CONTENT_PACKED);
}

/* --- files and directories ---------------------------------------------------------------------------------------- */

static int take_descriptor(const struct unpack_visitor *v, const char *path, int fd, bool named)
{
	struct place at = {.named = named, .is_stdin = fd == STDIN_FILENO, .in_place = true, .fd = -1};
	struct file_feed f;
	struct stat st;
	struct error err;
	int status;

	snprintf(at.source.member, sizeof at.source.member, "%s", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !at.is_stdin) {
		at.fd = fd;
		at.has_size = true;
		at.source.size = (uint64_t)st.st_size;
	}
	if (file_feed_open(&f, fd, &err) < 0)
		return lost(v, &at, err.text);
	f.feed.budget = &at.budget;
	status = take(v, &at, &f.feed);
	file_feed_close(&f);
	return status;
}

static int lose_path(const struct unpack_visitor *v, const char *path, const char *doing)
{
	struct source source = {0};
	struct error err;

	error_set(&err, "%s:", doing);
	snprintf(source.member, sizeof source.member, "%s", path);
	return v->lost(v->context, &source, err.text);
}

static int take_path(const struct unpack_visitor *v, const char *path, bool named);

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_entry(const struct dirent **a, const struct dirent **b)
{
	return filename_compare((*a)->d_name, (*b)->d_name);
}

/* The path of a directory's entry, to be freed; NULL when it is too long, or memory too short. */
static char *join(const char *directory, const char *name)
{
	const size_t n = strlen(directory), m = strlen(name), slash = n && directory[n - 1] != '/';
	char *path = NULL;

	errno = ENAMETOOLONG;
	if (n + slash + m <= LIMIT_PATH)
		path = malloc(n + slash + m + 1);
	if (!path)
		return NULL;
	memcpy(path, directory, n);
	path[n] = '/';
	memcpy(path + n + slash, name, m + 1);
	return path;
}

/* The names are sorted before the first is opened; nothing large is on the stack, as trees are deep. */
static int take_directory(const struct unpack_visitor *v, const char *path)
{
	struct dirent **entries;
	const int count = scandir(path, &entries, is_visible, by_entry);
	int status = 0;

	if (count < 0)
		return lose_path(v, path, "cannot list the directory");
	for (int i = 0; i < count; i++) {
		char *inner = status == 0 ? join(path, entries[i]->d_name) : NULL;
		if (inner)
			status = take_path(v, inner, false);
		else if (status == 0)
			status = lose_path(v, path, "cannot open one of its files");
		free(inner);
		free(entries[i]);
	}
	free(entries);
	return status;
}

static bool is_entered(const struct unpack_visitor *v, const char *path)
{
	struct source source = {0};

	snprintf(source.member, sizeof source.member, "%s", path);
	return v->enters(v->context, &source);
}

static int take_file_at(const struct unpack_visitor *v, const char *path, bool named)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return lose_path(v, path, "cannot open");
	const int status = take_descriptor(v, path, fd, named);
	close(fd);
	return status;
}

/* What is found in a directory has to be a file or a link to one: links to directories may lead back. */
static int take_path(const struct unpack_visitor *v, const char *path, bool named)
{
	struct stat st;

	errno = ENAMETOOLONG;
	if (strlen(path) > LIMIT_PATH || (named ? stat(path, &st) : lstat(path, &st)) < 0)
		return lose_path(v, path, "cannot open");
	if (S_ISDIR(st.st_mode))
		return take_directory(v, path);
	if (!named && S_ISLNK(st.st_mode) && stat(path, &st) < 0)
		return lose_path(v, path, "cannot open");
	if (!named && (!S_ISREG(st.st_mode) || !is_entered(v, path)))
		return 0;
	return take_file_at(v, path, named);
}

int unpack_path(const char *path, const struct unpack_visitor *visitor)
{
	return strcmp(path, "-") == 0 ? take_descriptor(visitor, path, STDIN_FILENO, true)
	                              : take_path(visitor, path, true);
}

int unpack_memory(const char *name, const void *data, size_t size, const struct unpack_visitor *visitor)
{
	struct place at = {.named = true, .in_place = true, .has_size = true, .fd = -1};
	struct memory_feed f = memory_feed_on(data, size);
	int status;

	snprintf(at.source.member, sizeof at.source.member, "%s", name);
	at.source.size = size;
	f.feed.budget = &at.budget;
	status = take(visitor, &at, &f.feed);
	feed_release(&f.feed);
	return status;
}
