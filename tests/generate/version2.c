/* SPDX-License-Identifier: ISC */
/*
 * version2 - an index as version 2 of its format had it, to be upgraded
 *
 * usage: version2 INDEX NEW
 *
 * Makes the directory NEW with what the index INDEX, of this version, has: most tables are the same; a vector and a centroid had a
 * value each, there were no columns and no groups of lists, and the settings did not say how vectors are kept.
 */
#include "base/message.h"
#include "index/centroids.h"
#include "index/snapshot.h"
#include "math/crc32c.h"

#include <lmdb.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct index *ix;
static MDB_txn *txn;

static void must(int code)
{
	if (code)
		die("%s", mdb_strerror(code));
}

static MDB_dbi table(const char *name)
{
	MDB_dbi t;

	must(mdb_dbi_open(txn, name, MDB_CREATE, &t));
	return t;
}

static void put(MDB_dbi to, const void *key, size_t key_size, const void *data, size_t size)
{
	uint8_t *value = malloc(4 + size), *name = malloc(key_size);

	if (!value || !name)
		die("out of memory");
	memcpy(name, key, key_size);
	if (size)
		memcpy(value + 4, data, size);
	le32_put(value, crc32c(crc32c(0, key, key_size), value + 4, size));
	must(mdb_put(txn, to, &(MDB_val){key_size, name}, &(MDB_val){4 + size, value}, 0));
	free(value);
	free(name);
}

static void copy_table(enum store_table which)
{
	const MDB_dbi to = table(store_table_names[which]);
	struct store_walk w;
	struct error err;
	int more;

	if (store_walk_open(index_store(ix), &w, which, &err) < 0)
		die("%s", err.text);
	while ((more = store_walk_next(&w, &err)) > 0)
		put(to, w.key.data, w.key.size, w.value.data, w.value.size);
	if (more < 0)
		die("%s", err.text);
	store_walk_close(&w);
}

static void put_meta(void)
{
	const MDB_dbi to = table("meta");
	const struct index_settings *s = index_settings(ix);
	struct bytes value = {0};
	uint8_t version[4];

	le32_put(version, 2);
	put(to, "format", 6, version, sizeof version);
	if (settings_encode(s, 3, &value) < 0)
		die("out of memory");
	const size_t at = 4 + strlen(s->space) + 8; /* of how vectors are kept */
	memmove(value.data + at, value.data + at + 4, value.size - at - 4);
	put(to, "settings", 8, value.data, value.size - 4);
	value.size = 0;
	/* its fields are the first of version 3's */
	if (state_encode(index_state(ix), &value) < 0)
		die("out of memory");
	put(to, "state", 5, value.data, 32);
	bytes_release(&value);
}

static void put_vectors(void)
{
	const MDB_dbi to = table("vectors");
	const size_t dimension = index_settings(ix)->dimension;
	uint8_t *value = calloc(dimension + 1, 4), *scratch = calloc(dimension + 1, 4);
	struct error err;

	for (uint32_t p = 0; p < index_picture_bound(ix); p++) {
		const uint8_t *numbers;
		uint32_t patent;
		uint8_t key[4];
		const int got = index_vector_bytes(ix, p, &patent, scratch, &numbers, &err);
		if (got < 0)
			die("%s", err.text);
		if (!got)
			continue;
		key_put(key, p);
		le32_put(value, patent);
		memcpy(value + 4, numbers, 4 * dimension);
		put(to, key, sizeof key, value, 4 + 4 * dimension);
	}
	free(value);
	free(scratch);
}

static void put_lists(void)
{
	const MDB_dbi to = table("lists");
	const size_t dimension = index_settings(ix)->dimension;
	struct centroid_groups groups;
	struct centroid_group group;
	struct error err;

	if (!index_counts(ix)->lists)
		return;
	if (centroids_groups(index_store(ix), index_state(ix)->list_first, (uint32_t)index_counts(ix)->lists, dimension, &groups,
	            &err) < 0)
		die("%s", err.text);
	for (size_t i = 0; i < groups.count; i++) {
		if (centroids_group(index_store(ix), &groups, i, &group, &err) < 0)
			die("%s", err.text);
		for (uint32_t j = 0; j < group.count; j++) {
			uint8_t key[4];
			key_put(key, group.first + j);
			put(to, key, sizeof key, group.centroids + 4 * dimension * j, 4 * dimension);
		}
	}
}

int main(int argc, char **argv)
{
	static const enum store_table same[] = {STORE_PATENTS, STORE_RECORDS, STORE_DOCUMENTS, STORE_PICTURES, STORE_PLACES,
	        STORE_CODES, STORE_THUMBNAILS, STORE_FREE, STORE_ARCHIVES};
	struct index *opened;
	struct error err;
	MDB_env *env;

	message_program(argv[0]);
	if (argc != 3)
		die("usage: version2 INDEX NEW");
	ix = opened = index_open(argv[1], &err);
	if (!ix)
		die("%s", err.text);
	if (mkdir(argv[2], 0777) < 0)
		die("cannot create '%s':", argv[2]);
	must(mdb_env_create(&env));
	must(mdb_env_set_maxdbs(env, 16));
	must(mdb_env_set_mapsize(env, (size_t)4 << 30));
	must(mdb_env_open(env, argv[2], MDB_NOTLS, 0666));
	must(mdb_txn_begin(env, NULL, 0, &txn));
	put_meta();
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		copy_table(same[i]);
	put_vectors();
	put_lists();
	must(mdb_txn_commit(txn));
	mdb_env_close(env);
	index_close(opened);
	return STATUS_DONE;
}
