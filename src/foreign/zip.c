/* SPDX-License-Identifier: ISC */
#include "foreign/zip.h"

#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>
#include <zlib.h>

enum {
	BLOCK = 64 << 10,
	END_SIZE = 22,
	END_SEARCHED = END_SIZE + 65535, /* the end record may carry a comment of this length */
	LOCATOR_SIZE = 20,
	END64_SIZE = 56,
	ENTRY_SIZE = 46,
	LOCAL_SIZE = 30,
	FLAG_ENCRYPTED = 1,
	EXTRA_ZIP64 = 1,
};

/* Exactly these bytes of the archive. */
static int read_at(const struct zip *z, uint64_t offset, void *to, size_t size, struct error *err)
{
	size_t done = 0;

	if (offset > z->size || size > z->size - offset)
		return error_set(err, "the ZIP archive is cut");
	if (z->data) {
		if (size)
			memcpy(to, z->data + offset, size);
		return 0;
	}
	while (done < size) {
		const ssize_t n = pread(z->fd, (char *)to + done, size - done, (off_t)(offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set(err, "cannot read:");
		if (n == 0)
			return error_set(err, "the ZIP archive is cut");
		done += (size_t)n;
	}
	return 0;
}

/* What the end of an archive says about its directory. */
struct directory {
	uint64_t count, size, offset;
	uint64_t end; /* where the first of the end records lies, directly behind the directory */
};

/* The end record: the last place that reads as one and whose comment reaches exactly to the end, or nearly. */
static int find_end(const struct zip *z, struct directory *d, struct error *err)
{
	const size_t size = z->size < END_SEARCHED ? (size_t)z->size : END_SEARCHED;
	uint8_t *tail = malloc(size + !size);
	size_t at = 0;
	bool found = false;

	if (!tail)
		return error_set(err, "out of memory");
	if (read_at(z, z->size - size, tail, size, err) < 0) {
		free(tail);
		return -1;
	}
	for (size_t i = size < END_SIZE ? 0 : size - END_SIZE + 1; i-- && !found;) {
		found = le32_get(tail + i) == 0x06054b50 && le16_get(tail + i + 20) <= size - i - END_SIZE;
		at = i;
	}
	if (found) {
		d->count = le16_get(tail + at + 10);
		d->size = le32_get(tail + at + 12);
		d->offset = le32_get(tail + at + 16);
		d->end = z->size - size + at;
	}
	free(tail);
	return found ? 0 : error_set(err, "the ZIP archive has no directory: it is cut or damaged");
}

/* The larger end record of ZIP64, where the small one is full. */
static int find_end64(const struct zip *z, struct directory *d, struct error *err)
{
	uint8_t locator[LOCATOR_SIZE], end[END64_SIZE];

	if (d->count != 0xffff && d->size != 0xffffffff && d->offset != 0xffffffff)
		return 0;
	if (d->end < LOCATOR_SIZE)
		return 0;
	if (read_at(z, d->end - LOCATOR_SIZE, locator, sizeof locator, err) < 0)
		return -1;
	if (le32_get(locator) != 0x07064b50)
		return 0;
	const uint64_t at = le64_get(locator + 8);
	if (read_at(z, at, end, sizeof end, err) < 0)
		return -1;
	if (le32_get(end) != 0x06064b50)
		return error_set(err, "the ZIP64 directory is damaged");
	d->count = le64_get(end + 32);
	d->size = le64_get(end + 40);
	d->offset = le64_get(end + 48);
	d->end = at;
	return 0;
}

/* Sizes and offset beyond 32 bits stand in the extra field, only those that are full in the entry, in this order. */
static void widen(struct zip_member *m, struct cursor extra)
{
	while (cursor_left(&extra) >= 4) {
		const uint16_t id = cursor_u16(&extra), size = cursor_u16(&extra);
		const uint8_t *field = cursor_bytes(&extra, size);
		if (!field || id != EXTRA_ZIP64)
			continue;
		struct cursor c = cursor_on(field, size);
		if (m->size == 0xffffffff)
			m->size = cursor_u64(&c);
		if (m->stored_size == 0xffffffff)
			m->stored_size = cursor_u64(&c);
		if (m->header == 0xffffffff)
			m->header = cursor_u64(&c);
		return;
	}
}

/* One entry of the directory; its name goes to z->names, as an offset first since these move. */
static int read_entry(struct zip *z, struct cursor *c, struct zip_member *m, size_t *name_offset, struct error *err)
{
	const uint8_t *p = cursor_bytes(c, ENTRY_SIZE);

	if (!p || le32_get(p) != 0x02014b50)
		return error_set(err, "the ZIP archive's directory is damaged");
	*m = (struct zip_member){
	        .flags = le16_get(p + 8),
	        .method = le16_get(p + 10),
	        .crc = le32_get(p + 16),
	        .stored_size = le32_get(p + 20),
	        .size = le32_get(p + 24),
	        .header = le32_get(p + 42),
	};
	const uint16_t name_size = le16_get(p + 28), extra_size = le16_get(p + 30), comment_size = le16_get(p + 32);
	const uint8_t *name = cursor_bytes(c, name_size);
	const uint8_t *extra = cursor_bytes(c, extra_size);
	cursor_bytes(c, comment_size);
	if (c->failed || !name_size || memchr(name, 0, name_size))
		return error_set(err, "the ZIP archive's directory is damaged");
	if (name_size > LIMIT_PATH)
		return error_set(err, "a member's name has more than %d bytes", LIMIT_PATH);
	widen(m, cursor_on(extra, extra_size));
	*name_offset = z->names.size;
	if (bytes_append(&z->names, name, name_size) < 0 || bytes_put_u8(&z->names, 0) < 0)
		return error_set(err, "out of memory");
	return 0;
}

static int read_directory(struct zip *z, const struct directory *d, const uint8_t *block, struct error *err)
{
	struct cursor c = cursor_on(block, (size_t)d->size);
	size_t *offsets = calloc((size_t)d->count + 1, sizeof *offsets);

	z->members = calloc((size_t)d->count + 1, sizeof *z->members);
	if (!offsets || !z->members) {
		free(offsets);
		return error_set(err, "out of memory");
	}
	for (z->count = 0; z->count < d->count; z->count++) {
		if (read_entry(z, &c, &z->members[z->count], &offsets[z->count], err) < 0) {
			free(offsets);
			return -1;
		}
		z->members[z->count].header += z->shift;
	}
	for (size_t i = 0; i < z->count; i++)
		z->members[i].name = (const char *)z->names.data + offsets[i];
	free(offsets);
	return 0;
}

static int open_zip(struct zip *z, struct error *err)
{
	struct directory d = {0};
	uint8_t *block;
	int status;

	if (find_end(z, &d, err) < 0 || find_end64(z, &d, err) < 0)
		return -1;
	if (d.count > LIMIT_MEMBERS)
		return error_set(err, "the ZIP archive has more than %d members", LIMIT_MEMBERS);
	if (d.size > d.end || d.offset > d.end - d.size || d.count > d.size / ENTRY_SIZE)
		return error_set(err, "the ZIP archive's directory is damaged");
	/* the directory lies directly before its end: what it claims less was put in front, as a self-extractor is */
	z->shift = d.end - d.size - d.offset;
	block = malloc((size_t)d.size + 1);
	if (!block)
		return error_set(err, "out of memory");
	status = read_at(z, d.end - d.size, block, (size_t)d.size, err);
	if (status == 0)
		status = read_directory(z, &d, block, err);
	free(block);
	return status;
}

static int open_or_close(struct zip *z, struct error *err)
{
	if (open_zip(z, err) == 0)
		return 0;
	zip_close(z);
	return -1;
}

int zip_open_memory(struct zip *z, const void *data, size_t size, struct error *err)
{
	*z = (struct zip){.data = data, .fd = -1, .size = size};
	return open_or_close(z, err);
}

int zip_open_file(struct zip *z, int fd, uint64_t size, struct error *err)
{
	*z = (struct zip){.fd = fd, .size = size};
	return open_or_close(z, err);
}

void zip_close(struct zip *z)
{
	free(z->members);
	bytes_release(&z->names);
	z->members = NULL;
	z->count = 0;
}

int zip_locate(const struct zip *z, const struct zip_member *m, uint64_t *offset, struct error *err)
{
	uint8_t local[LOCAL_SIZE];

	if (read_at(z, m->header, local, sizeof local, err) < 0)
		return -1;
	if (le32_get(local) != 0x04034b50)
		return error_set(err, "the ZIP archive has no member where its directory says");
	*offset = m->header + LOCAL_SIZE + le16_get(local + 26) + le16_get(local + 28);
	if (*offset > z->size || m->stored_size > z->size - *offset)
		return error_set(err, "the ZIP archive is cut");
	return 0;
}

struct zip_feed {
	struct feed feed;
	const struct zip *zip;
	const struct zip_member *member;
	struct budget *budget;
	uint64_t at, stored_left, given;
	uint32_t crc;
	bool inflating, ended;
	z_stream inflater;
	uint8_t *in, *out; /* BLOCK each, one allocation with this */
};

/* More stored bytes for the inflater. */
static int refill(struct zip_feed *f, struct error *err)
{
	const size_t size = f->stored_left < BLOCK ? (size_t)f->stored_left : BLOCK;

	if (read_at(f->zip, f->at, f->in, size, err) < 0)
		return -1;
	f->at += size;
	f->stored_left -= size;
	f->inflater.next_in = f->in;
	f->inflater.avail_in = (uInt)size;
	return 0;
}

static int inflate_block(struct zip_feed *f, size_t *size, struct error *err)
{
	z_stream *s = &f->inflater;

	s->next_out = f->out;
	s->avail_out = BLOCK;
	while (s->avail_out && !f->ended) {
		if (!s->avail_in && f->stored_left && refill(f, err) < 0)
			return -1;
		const uInt before = s->avail_in;
		const int status = inflate(s, Z_NO_FLUSH);
		f->ended = status == Z_STREAM_END;
		if (status != Z_OK && status != Z_STREAM_END)
			return error_set(err, "its deflated data are damaged");
		if (!f->ended && !s->avail_in && !before && !f->stored_left && s->avail_out)
			return error_set(err, "its deflated data are cut");
	}
	*size = BLOCK - s->avail_out;
	return 0;
}

static int copy_block(struct zip_feed *f, size_t *size, struct error *err)
{
	*size = f->stored_left < BLOCK ? (size_t)f->stored_left : BLOCK;
	if (read_at(f->zip, f->at, f->out, *size, err) < 0)
		return -1;
	f->at += *size;
	f->stored_left -= *size;
	f->ended = !f->stored_left;
	return 0;
}

static int next_of_zip(struct feed *feed, const uint8_t **block, size_t *size, struct error *err)
{
	struct zip_feed *f = (struct zip_feed *)feed;

	*size = 0;
	if (!f->ended && (f->inflating ? inflate_block(f, size, err) : copy_block(f, size, err)) < 0)
		return -1;
	f->given += *size;
	if (f->given > f->member->size || (f->ended && f->given != f->member->size))
		return error_set(err, "its size is not the one in the ZIP directory");
	f->crc = zip_crc32(f->crc, f->out, *size);
	if (f->ended && f->crc != f->member->crc)
		return error_set(err, "its checksum is wrong");
	*block = f->out;
	if (*size && budget_unpacked(f->budget, *size, err) < 0)
		return -1;
	return *size > 0;
}

struct zip_feed *zip_feed_open(const struct zip *z, const struct zip_member *m, struct budget *budget, struct error *err)
{
	struct zip_feed *f;
	uint64_t at;

	if (m->flags & FLAG_ENCRYPTED) {
		error_set(err, "is encrypted");
		return NULL;
	}
	if (m->method != 0 && m->method != 8) {
		error_set(err, "ZIP's method %u is not supported, only stored and deflated members are", m->method);
		return NULL;
	}
	if (zip_locate(z, m, &at, err) < 0)
		return NULL;
	f = malloc(sizeof *f + 2 * BLOCK);
	if (!f) {
		error_set(err, "out of memory");
		return NULL;
	}
	*f = (struct zip_feed){
	        .feed.next = next_of_zip,
	        .zip = z,
	        .member = m,
	        .budget = budget,
	        .at = at,
	        .stored_left = m->stored_size,
	        .inflating = m->method == 8,
	        .ended = m->method == 0 && !m->stored_size,
	        .in = (uint8_t *)(f + 1),
	        .out = (uint8_t *)(f + 1) + BLOCK,
	};
	if (f->inflating && inflateInit2(&f->inflater, -MAX_WBITS) != Z_OK) {
		free(f);
		error_set(err, "out of memory");
		return NULL;
	}
	return f;
}

struct feed *zip_feed_feed(struct zip_feed *f)
{
	return &f->feed;
}

void zip_feed_close(struct zip_feed *f)
{
	if (!f)
		return;
	if (f->inflating)
		inflateEnd(&f->inflater);
	feed_release(&f->feed);
	free(f);
}

uint32_t zip_crc32(uint32_t crc, const void *data, size_t size)
{
	return (uint32_t)crc32_z(crc, data, size);
}
