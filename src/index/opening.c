/* SPDX-License-Identifier: ISC */
/*
 * A writer begins: the lock is taken, an index is made where there is none, what the options ask of it is compared with what it is.
 */
#include "base/file_system.h"
#include "index/lock.h"
#include "index/writing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_DIRECTORY "new" /* in the index, while its first transaction is written */

/* Of new indexes: the seed, and bits of a number in the refinements. */
static const uint64_t ROTATION = 1;
enum { BITS = 4 };

/* Whether nothing is in the directory but what an index begins with: 1, 0, -1. */
static int is_fresh(const char *directory, struct error *err)
{
	DIR *d = opendir(directory);
	int fresh = 1;

	if (!d)
		return error_set(err, "cannot read '%s':", directory);
	for (struct dirent *e; (e = readdir(d));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && strcmp(e->d_name, LOCK_FILE) != 0 &&
		        strcmp(e->d_name, "lock.mdb") != 0 && strcmp(e->d_name, "data.mdb") != 0 &&
		        strcmp(e->d_name, NEW_DIRECTORY) != 0)
			fresh = 0;
	closedir(d);
	return fresh;
}

/*
 * LMDB keeps readers and writer apart by what they map, which one machine does not see of another. So an index that is in use there is
 * written by who says that nobody else uses it.
 */
static int check_file_system(const char *directory, struct error *err)
{
	const char *network = file_system_network_of(directory);

	if (!network)
		return 0;
	return error_set(err, "cannot write index '%s': on %s, a network file system, other machines' readers are not seen: write it "
	        "elsewhere and copy it, or insist with --network", directory, network);
}

/* The directory is one, is there, and is an index or can become one: 0/-1. */
static int check_directory(const char *directory, const struct writer_options *options, struct error *err)
{
	const bool create = options->create;
	char path[LIMIT_PATH + 16];
	struct stat sb;

	if (snprintf(path, sizeof path, "%s/data.mdb", directory) > LIMIT_PATH) {
		errno = ENAMETOOLONG;
		return error_set(err, "cannot open index '%s':", directory);
	}
	const bool made = create && mkdir(directory, 0777) == 0;
	if (create && !made && errno != EEXIST)
		return error_set(err, "cannot create index '%s':", directory);
	if (stat(directory, &sb) < 0)
		return error_set(err, "cannot open index '%s':", directory);
	if (!S_ISDIR(sb.st_mode))
		return error_set(err, "cannot open index '%s': it is no directory", directory);
	if (!options->network && check_file_system(directory, err) < 0) {
		if (made)
			rmdir(directory);
		return -1;
	}
	if (stat(path, &sb) == 0)
		return 0;
	if (!create)
		return error_set(err, "cannot open index '%s': it is no index", directory);
	const int fresh = is_fresh(directory, err);
	if (fresh == 0)
		return error_set(err, "cannot create index '%s': the directory holds other things", directory);
	return fresh < 0 ? -1 : 0;
}

/* The names of new files are on disk before anything is said to be. */
static void sync_directory(const char *directory)
{
	const int fd = open(directory, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

/* The first transaction of an index; the settings go in at once so that a reader finds it whole. */
static int initialise(struct writer *w, struct error *err)
{
	struct bytes *value = &w->rows.value;

	w->settings.metric = w->options.metric;
	w->settings.numbers = w->options.numbers;
	w->settings.bits = w->options.bits ? w->options.bits : BITS;
	w->settings.nlist = w->options.nlist;
	w->settings.rotation = ROTATION;
	w->rows.state = (struct layout_state){.version = LAYOUT_VERSION, .list_bound = 1};
	value->size = 0;
	if (bytes_put_u32(value, LAYOUT_VERSION) < 0)
		return error_set(err, "out of memory");
	if (store_put(w->store, STORE_META, "format", strlen("format"), value->data, value->size, err) < 0 ||
	        writer_put_settings(w, err) < 0 || writer_put_state(w, err) < 0)
		return -1;
	return store_commit(w->store, err);
}

/*
 * An index appears whole or not at all: its first transaction is committed in a directory inside, and the file is renamed to its
 * place. What a creator that was killed has left there is begun anew; the lock is ours.
 */
static int create_whole(struct writer *w, struct error *err)
{
	char inside[LIMIT_PATH + 8], data[LIMIT_PATH + 24], lock[LIMIT_PATH + 24], place[LIMIT_PATH + 16];

	snprintf(inside, sizeof inside, "%s/" NEW_DIRECTORY, w->directory);
	snprintf(data, sizeof data, "%s/data.mdb", inside);
	snprintf(lock, sizeof lock, "%s/lock.mdb", inside);
	snprintf(place, sizeof place, "%s/data.mdb", w->directory);
	if (mkdir(inside, 0777) < 0 && errno != EEXIST)
		return error_set(err, "cannot create '%s':", inside);
	unlink(data);
	unlink(lock);
	w->store = store_open(inside, STORE_WRITE, err);
	if (!w->store || store_begin(w->store, err) < 0 || initialise(w, err) < 0)
		return -1;
	store_close(w->store);
	w->store = NULL;
	if (rename(data, place) < 0)
		return error_set(err, "cannot rename '%s':", data);
	unlink(lock);
	rmdir(inside);
	sync_directory(w->directory);
	return 0;
}

static bool has_data(const struct writer *w)
{
	char path[LIMIT_PATH + 16];

	snprintf(path, sizeof path, "%s/data.mdb", w->directory);
	return access(path, F_OK) == 0;
}

/* What the options say about an index that is there: its metric and space are settled with its first vector. */
static int adopt_options(struct writer *w, struct error *err)
{
	struct index_settings *s = &w->settings;
	const struct writer_options *o = &w->options;

	if (o->has_metric && o->metric != s->metric) {
		if (s->space[0])
			return error_set(err, "its metric is %s, not %s", index_metric_name(s->metric),
			        index_metric_name(o->metric));
		s->metric = o->metric;
		w->settings_changed = true;
	}
	if (o->has_numbers && o->numbers != s->numbers) {
		if (s->space[0])
			return error_set(err, "its vectors are kept as %s, not as %s", index_numbers_name(s->numbers),
			        index_numbers_name(o->numbers));
		s->numbers = o->numbers;
		w->settings_changed = true;
	}
	if (o->bits && o->bits != s->bits) {
		if (s->space[0])
			return error_set(err, "its vectors are refined with %u bits, not with %u", s->bits, o->bits);
		s->bits = o->bits;
		w->settings_changed = true;
	}
	if (o->space && s->space[0] && strcmp(o->space, s->space) != 0)
		return error_set(err, "its space is '%s', not '%s'", s->space, o->space);
	if (o->nlist && o->nlist != s->nlist) {
		s->nlist = o->nlist;
		w->settings_changed = true;
	}
	return 0;
}

/* Reads what is there, or begins; then the centroids. A training that was interrupted is ended before anything else changes. */
static int load(struct writer *w, struct error *err)
{
	struct layout_state *state = &w->rows.state;
	int got;

	if (!has_data(w) && create_whole(w, err) < 0)
		return -1;
	w->store = store_open(w->directory, STORE_WRITE, err);
	if (!w->store || store_begin(w->store, err) < 0)
		return -1;
	got = layout_load(w->store, false, &w->settings, state, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return error_set(err, "it is no index");
	if (adopt_options(w, err) < 0)
		return -1;
	got = lists_load(&w->lists, w->store, state, &w->settings, err);
	store_abort(w->store);
	return got == 0 && state->list_next ? training_end(w, err) : got;
}

int writer_open(struct writer **opened, const char *directory, const struct writer_options *options, struct error *err)
{
	struct writer *w;

	if (check_directory(directory, options, err) < 0)
		return -1;
	w = calloc(1, sizeof *w);
	if (!w)
		return error_set(err, "out of memory");
	snprintf(w->directory, sizeof w->directory, "%s", directory);
	w->options = *options;
	w->lists.jobs = options->jobs ? options->jobs : 1;
	w->lock = lock_take(directory, options->wait, err);
	if (w->lock == LOCK_BUSY) {
		error_set(err, "index '%s' is being written by another process", directory);
		free(w);
		return WRITER_LOCKED;
	}
	if (w->lock < 0 || load(w, err) < 0) {
		if (w->lock >= 0)
			error_within(err, "cannot open index '%s'", directory);
		writer_close(w);
		return -1;
	}
	*opened = w;
	return 0;
}

void writer_close(struct writer *w)
{
	if (!w)
		return;
	store_close(w->store);
	if (w->lock >= 0)
		close(w->lock);
	facts_release(&w->settings.facts);
	facts_release(&w->facts);
	rows_release(&w->rows);
	lists_release(&w->lists);
	item_release(&w->item);
	bytes_release(&w->batch);
	free(w);
}
