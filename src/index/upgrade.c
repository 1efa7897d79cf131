/* SPDX-License-Identifier: ISC */
#include "index/upgrade.h"

#include "index/dump.h"
#include "index/lock.h"
#include "index/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSIDE "upgrade" /* in the index, while it is built */

/* What an upgrade that was killed has left; the lock is ours. */
static void remove_inside(const char *inside)
{
	static const char *const names[] = {"data.mdb", "lock.mdb", LOCK_FILE, "new/data.mdb", "new/lock.mdb", "new"};
	char path[LIMIT_PATH + 32];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", inside, names[i]);
		remove(path);
	}
	remove(inside);
}

static int copy_patent(const struct index *old, uint32_t patent, struct writer *w, struct item *it, struct error *err)
{
	char text[IDENTITY_TEXT];

	for (uint32_t at = 0;; at++) {
		const int got = dump_next(old, patent, at, it, err);
		if (got < 0)
			return -1;
		if (got == 0 && at)
			return 0;
		if (got == 0)
			continue;
		const int put = writer_put(w, it, err);
		if (put < 0)
			return -1;
		if (put == WRITER_REFUSED)
			return error_within(err, "'%s' cannot be kept", identity_text(&it->identity, text));
	}
}

static int copy_log(const struct index *old, struct writer *w, struct error *err)
{
	struct index_archive *a = malloc(sizeof *a);
	int status = a ? 0 : error_set(err, "out of memory");

	for (uint32_t i = 0; status == 0 && i < index_counts(old)->archives; i++) {
		const int got = index_archive(old, i, a, err);
		status = got < 0 ? -1 : got ? writer_log(w, a, err) : 0;
	}
	free(a);
	return status;
}

/* Everything, in the order of the ordinals: what was near another stays so. */
static int copy_all(const struct index *old, struct writer *w, struct error *err)
{
	struct item it = {0};
	int status = writer_facts(w, &index_settings(old)->facts, err);

	for (uint32_t patent = 0; status == 0 && patent < index_patent_bound(old); patent++)
		status = copy_patent(old, patent, w, &it, err);
	if (status == 0)
		status = writer_flush(w, err);
	if (status == 0)
		status = copy_log(old, w, err);
	item_release(&it);
	return status == 0 ? writer_train(w, false, err) : -1;
}

static int build(const struct index *old, const char *inside, const struct writer_options *options, struct error *err)
{
	const struct index_settings *s = index_settings(old);
	struct writer_options o = *options;
	struct writer *w;

	o.create = o.has_metric = true;
	o.metric = s->metric;
	o.space = s->space[0] ? s->space : NULL;
	o.nlist = s->nlist;
	if (!o.has_numbers) {
		o.has_numbers = true;
		o.numbers = s->numbers;
	}
	if (!o.bits && index_state(old)->version > 3) /* before, nobody could say */
		o.bits = s->bits;
	if (writer_open(&w, inside, &o, err) != 0)
		return -1;
	const int status = copy_all(old, w, err);
	writer_close(w);
	return status;
}

/* The new data in the place of the old, and a table of readers that begins with it. */
static int change_over(const char *directory, const char *inside, struct error *err)
{
	char from[LIMIT_PATH + 32], to[LIMIT_PATH + 32], readers[LIMIT_PATH + 32];

	snprintf(from, sizeof from, "%s/data.mdb", inside);
	snprintf(to, sizeof to, "%s/data.mdb", directory);
	snprintf(readers, sizeof readers, "%s/lock.mdb", directory);
	if (unlink(readers) < 0 && errno != ENOENT)
		return error_set(err, "cannot remove '%s':", readers);
	if (rename(from, to) < 0)
		return error_set(err, "cannot rename '%s':", from);
	const int fd = open(directory, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	return 0;
}

static int upgrade(const char *directory, const struct index *old, const struct writer_options *options, struct error *err)
{
	char inside[LIMIT_PATH + 16];
	struct store_reader reader;

	if (index_state(old)->version == LAYOUT_VERSION)
		return UPGRADE_NONE;
	snprintf(inside, sizeof inside, "%s/" INSIDE, directory);
	remove_inside(inside);
	int status = build(old, inside, options, err) < 0 ? -1 : UPGRADE_DONE;
	const int reads = status < 0 ? 0 : store_oldest_reader(index_store(old), &reader, err);
	if (reads > 0) {
		error_set(err, "process %ld reads the index '%s': end it, and upgrade again", reader.process, directory);
		status = UPGRADE_LOCKED;
	}
	if (reads < 0 || (status == UPGRADE_DONE && change_over(directory, inside, err) < 0))
		status = -1;
	remove_inside(inside);
	return status < 0 ? error_within(err, "cannot upgrade index '%s'", directory) : status;
}

int upgrade_index(const char *directory, const struct writer_options *options, struct error *err)
{
	struct index *old = index_open_older(directory, err); /* what is no index gets no lock file */
	int status = old ? 0 : -1;

	index_close(old);
	if (status < 0)
		return -1;
	const int lock = lock_take(directory, options->wait, err);
	if (lock == LOCK_BUSY) {
		error_set(err, "index '%s' is being written by another process", directory);
		return UPGRADE_LOCKED;
	}
	if (lock < 0)
		return error_within(err, "cannot upgrade index '%s'", directory);
	old = index_open_older(directory, err);
	status = old ? upgrade(directory, old, options, err) : -1;
	index_close(old);
	close(lock);
	return status;
}
