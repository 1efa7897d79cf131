/* SPDX-License-Identifier: ISC */
/*
 * The power fails: what index-build's writer hands to the disk is recorded, and disks are made that hold what a failure at any
 * moment may leave. What was written since the last fdatasync may be there or not, in any part and any order, sector by sector; the
 * root page is written through (O_DSYNC) and fits a sector. Each such disk is a whole index that holds what was committed.
 *
 * LMDB's calls are met by the functions of the same names below, which the linker prefers to libc's.
 */
#undef _FILE_OFFSET_BITS /* or pwrite would be another symbol */
#include "base/bytes.h"
#include "index/check.h"
#include "index/writer.h"
#include "math/crc32c.h"
#include "unit/random.h"
#include "unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { D = 16, PATENTS = 260, VIEWS = 4, SECTOR = 512, MAX_WRITES = 1 << 16, MAX_COMMITS = 1 << 10 };

/* --- the disk --- */

struct written {
	size_t at, size;
	uint8_t *data; /* NULL: an fdatasync */
	bool through;  /* on disk when the call returned: a root page */
};

static struct {
	ino_t inode; /* of the file that is watched; 0: none */
	struct written list[MAX_WRITES];
	size_t count;
} record;

static bool is_watched(int fd)
{
	struct stat st;

	return record.inode && fstat(fd, &st) == 0 && st.st_ino == record.inode;
}

static void remember(int fd, const void *data, size_t size, off_t at)
{
	if (!is_watched(fd) || record.count == MAX_WRITES)
		return;
	struct written *w = &record.list[record.count++];
	*w = (struct written){.at = (size_t)at, .size = size, .through = (fcntl(fd, F_GETFL) & O_DSYNC) != 0};
	if (data) {
		w->data = malloc(size);
		memcpy(w->data, data, size);
	}
}

/* In LMDB's place: positions and files are its own, and it runs on one thread. */
ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
	remember(fd, data, size, at);
	return lseek(fd, at, SEEK_SET) < 0 ? -1 : write(fd, data, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	ssize_t sum = 0;

	for (int i = 0; i < count; i++) {
		remember(fd, parts[i].iov_base, parts[i].iov_len, lseek(fd, 0, SEEK_CUR));
		const ssize_t n = write(fd, parts[i].iov_base, parts[i].iov_len);
		if (n < 0)
			return n;
		sum += n;
	}
	return sum;
}

int fdatasync(int fd)
{
	remember(fd, NULL, 0, 0);
	return 0;
}

/* --- what is written --- */

static uint64_t state = 9;

static uint32_t below(uint32_t n)
{
	return random_below(&state, n);
}

static int put_patents(struct writer *w, int from, int to, const char *title)
{
	static struct item it;
	struct error err;
	char name[16];

	for (int p = from; p < to; p++) {
		snprintf(name, sizeof name, "D%07d", p);
		item_reset(&it, name);
		bytes_printf(&it.record, "{\"title\":\"%s\"}", title);
		if (writer_put(w, &it, &err) != WRITER_TAKEN)
			return -1;
		for (int v = 0; v < VIEWS; v++) {
			item_reset(&it, name);
			it.identity.sheet = v;
			bytes_set(&it.thumbnail, title, strlen(title));
			float *values = item_add_vector(&it, "test", D)->values;
			for (int t = 0; t < D; t++)
				values[t] = (float)below(1000) - 500 + (t == p % D ? 900.f : 0.f);
			if (writer_put(w, &it, &err) != WRITER_TAKEN)
				return -1;
		}
	}
	return writer_flush(w, &err);
}

static int delete_patents(struct writer *w, int from, int to)
{
	static struct identity ids[PATENTS];
	static bool found[PATENTS];
	char name[16];
	struct error err;

	for (int p = from; p < to; p++) {
		snprintf(name, sizeof name, "D%07d", p);
		identity_parse(&ids[p - from], name);
	}
	return writer_delete(w, ids, (size_t)(to - from), found, &err);
}

static struct writer *open_writer(const char *directory, uint32_t nlist)
{
	const struct writer_options o = {.create = true, .nlist = nlist, .commit_every = 60};
	struct writer *w = NULL;
	struct error err = {""};

	if (writer_open(&w, directory, &o, &err) != 0)
		printf("# %s\n", err.text);
	return w;
}

/* Every kind of write there is, some of them with lists and some without. */
static bool write_all(const char *directory)
{
	struct error err = {""};
	struct writer *w = open_writer(directory, 20);
	bool done = w && put_patents(w, 60, PATENTS, "added") == 0 && put_patents(w, 40, 120, "changed") == 0 &&
	        delete_patents(w, 100, 140) == 0 && writer_train(w, true, &err) == 0 && put_patents(w, 90, 200, "again") == 0 &&
	        delete_patents(w, 0, 50) == 0;

	writer_close(w);
	w = open_writer(directory, 33);
	done = done && w && writer_train(w, true, &err) == 0 && put_patents(w, 0, 60, "last") == 0;
	writer_close(w);
	return done;
}

/* --- what is left --- */

struct disk {
	uint8_t *data;
	size_t size, capacity;
};

static void apply(struct disk *d, const struct written *w, size_t from, size_t to)
{
	const size_t end = w->at + to;

	if (end > d->capacity) {
		d->capacity = 2 * end;
		d->data = realloc(d->data, d->capacity);
	}
	if (end > d->size) {
		memset(d->data + d->size, 0, end - d->size);
		d->size = end;
	}
	memcpy(d->data + w->at + from, w->data + from, to - from);
}

/* Some of its sectors, all or none as well. */
static void apply_some(struct disk *d, const struct written *w)
{
	const uint32_t chance = below(3);

	for (size_t from = 0; from < w->size; from += SECTOR) {
		const size_t to = from + SECTOR < w->size ? from + SECTOR : w->size;
		if (chance == 2 || (chance == 1 && below(2)))
			apply(d, w, from, to);
	}
}

/*
 * What a failure after `moment` calls may leave, on a disk that holds what was there before. Returns how many commits it has. With
 * `careless`, as if nothing had been synced.
 */
static int fail_at(struct disk *d, size_t moment, bool careless)
{
	size_t synced = 0;
	int commits = 0;

	for (size_t i = 0; i < moment; i++)
		if (!record.list[i].data && !careless)
			synced = i;
	for (size_t i = 0; i < moment; i++) {
		const struct written *w = &record.list[i];
		commits += w->data && w->through;
		if (w->data && (i < synced || w->through))
			apply(d, w, 0, w->size);
		else if (w->data)
			apply_some(d, w);
	}
	return commits;
}

static bool read_disk(const char *path, struct disk *d)
{
	struct stat st;
	const int fd = open(path, O_RDONLY);

	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	*d = (struct disk){malloc((size_t)st.st_size), (size_t)st.st_size, (size_t)st.st_size};
	const bool whole = read(fd, d->data, d->size) == (ssize_t)d->size;
	close(fd);
	return whole;
}

static bool write_disk(const char *path, const struct disk *d)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	const bool whole = fd >= 0 && write(fd, d->data, d->size) == (ssize_t)d->size;

	return fd >= 0 && close(fd) == 0 && whole;
}

static void keep_silent(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static void complain(void *context, const char *text)
{
	(void)context;
	printf("# %s\n", text);
	fflush(stdout);
}

static bool is_whole(const char *directory, bool silent)
{
	struct error err = {""};
	bool damaged = true;

	fflush(stdout);
	return check_index(directory, silent ? keep_silent : complain, NULL, &damaged, &err) == 0 && !damaged;
}

/* A number for all that an index holds; 0 when it cannot be read. */
static uint32_t digest(const char *directory, uint64_t *generation)
{
	struct error err = {""};
	struct index *ix = index_open(directory, &err);
	uint32_t sum = 1;

	if (!ix) {
		printf("# %s\n", err.text);
		return 0;
	}
	*generation = index_generation(ix);
	for (uint32_t o = 0; sum && o < index_patent_bound(ix); o++) {
		struct index_patent p;
		const char *json;
		size_t size;
		if (index_patent(ix, o, &p, &err) <= 0)
			continue;
		sum = crc32c(sum, p.document, strlen(p.document));
		if (index_record(ix, o, &json, &size, &err) > 0)
			sum = crc32c(sum, json, size);
		for (uint32_t i = 0; i < p.picture_count; i++) {
			float values[D];
			if (index_vector(ix, index_patent_picture(&p, i), values, &err) <= 0)
				sum = 0;
			sum = crc32c(sum, values, sizeof values);
		}
	}
	index_close(ix);
	return sum;
}

struct places {
	char directory[64], before[96], after[64], path[96];
};

/* What the index holds after each commit, all having been well. Returns how many there are. */
static int know_commits(const struct places *p, const struct disk *before, uint32_t *contents, uint64_t *generation)
{
	struct disk d = {malloc(before->size), before->size, before->size};
	int commits = 0;

	memcpy(d.data, before->data, before->size);
	write_disk(p->path, &d);
	contents[0] = digest(p->after, &generation[0]);
	for (size_t i = 0; i < record.count; i++) {
		const struct written *w = &record.list[i];
		if (w->data)
			apply(&d, w, 0, w->size);
		if (!w->data || !w->through || commits + 1 == MAX_COMMITS)
			continue;
		commits++;
		write_disk(p->path, &d);
		contents[commits] = digest(p->after, &generation[commits]);
	}
	free(d.data);
	return commits;
}

/* Failures at so many moments: how many left a damaged index, or another than was committed. */
static int count_bad(const struct places *p, const struct disk *before, int failures, bool careless, const uint32_t *contents,
        const uint64_t *generations)
{
	struct disk d = {0};
	int bad = 0;

	for (int i = 0; i < failures; i++) {
		const size_t moment = below((uint32_t)record.count + 1);
		uint64_t generation = 0;
		d.size = 0;
		apply(&d, &(struct written){.size = before->size, .data = before->data}, 0, before->size);
		const int commits = fail_at(&d, moment, careless);
		if (!write_disk(p->path, &d))
			return failures;
		const bool good = is_whole(p->after, careless) && (careless || digest(p->after, &generation) == contents[commits]) &&
		        (careless || generation == generations[commits]);
		if (!good && !careless)
			printf("# after %zu of %zu calls, %d commits\n", moment, record.count, commits);
		bad += !good;
	}
	free(d.data);
	return bad;
}

int main(void)
{
	static uint32_t contents[MAX_COMMITS];
	static uint64_t generations[MAX_COMMITS];
	char base[] = "/tmp/unit-power-XXXXXX", other[128];
	const int failures = getenv("ORNAMENT_LONG") ? 2000 : 100;
	struct disk before;
	struct places p;
	struct stat st;

	if (!mkdtemp(base))
		return 1;
	snprintf(p.directory, sizeof p.directory, "%s/index", base);
	snprintf(p.before, sizeof p.before, "%s/index/data.mdb", base);
	snprintf(p.after, sizeof p.after, "%s/after", base);
	snprintf(p.path, sizeof p.path, "%s/after/data.mdb", base);
	mkdir(p.after, 0777);
	struct writer *w = open_writer(p.directory, 0);
	ok(w && put_patents(w, 0, 80, "first") == 0, "there is an index");
	writer_close(w);
	ok(read_disk(p.before, &before) && stat(p.before, &st) == 0, "on a disk");
	record.inode = st.st_ino;
	const bool written = write_all(p.directory);
	record.inode = 0;
	ok(written && record.count < MAX_WRITES, "all kinds of writes take %zu calls", record.count);

	const int commits = know_commits(&p, &before, contents, generations);
	uint64_t generation = 0;
	ok(commits > 20 && digest(p.directory, &generation) == contents[commits] && generation == generations[commits],
	        "%d of them commit, and their sum is what there is", commits);
	const int bad = count_bad(&p, &before, failures, false, contents, generations);
	ok(bad == 0, "of %d failures %d left something else than what was committed", failures, bad);
	freopen("/dev/null", "w", stderr); /* LMDB has a word on what it meets */
	const int careless = count_bad(&p, &before, 20, true, contents, generations);
	ok(careless > 0, "had nothing been synced, %d of 20 would have", careless);

	free(before.data);
	for (size_t i = 0; i < record.count; i++)
		free(record.list[i].data);
	const char *const names[] = {"index/data.mdb", "index/lock.mdb", "index/writer.lock", "index", "after/data.mdb",
	        "after/lock.mdb", "after", "."};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(other, sizeof other, "%s/%s", base, names[i]);
		remove(other);
	}
	remove(base);
	return done();
}
