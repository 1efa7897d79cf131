/* SPDX-License-Identifier: ISC */
/*
 * older - makes an index one of version 3 or 4 of the format, which can be upgraded
 *
 * usage: older INDEX VERSION
 *
 * What an upgrade reads is the same in these; 3 has no refinements, and settings that do not say how many bits these have. The codes,
 * which were others, are not read.
 */
#include "base/message.h"
#include "index/layout.h"
#include "index/snapshot.h"
#include "math/crc32c.h"

#include <lmdb.h>

#include <stdio.h>
#include <stdlib.h>

static void must(int code)
{
	if (code)
		die("%s", mdb_strerror(code));
}

static void put(MDB_txn *txn, MDB_dbi to, const char *name, const struct bytes *contents)
{
	uint8_t *value = malloc(4 + contents->size);
	char key[16];

	if (!value)
		die("out of memory");
	memcpy(value + 4, contents->data, contents->size);
	snprintf(key, sizeof key, "%s", name);
	le32_put(value, crc32c(crc32c(0, key, strlen(key)), value + 4, contents->size));
	must(mdb_put(txn, to, &(MDB_val){strlen(key), key}, &(MDB_val){4 + contents->size, value}, 0));
	free(value);
}

int main(int argc, char **argv)
{
	struct bytes settings = {0}, version = {0};
	struct index *ix;
	struct error err;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi meta, refinements;

	message_program(argv[0]);
	if (argc != 3 || (strcmp(argv[2], "3") != 0 && strcmp(argv[2], "4") != 0))
		die_usage("usage: older INDEX 3|4");
	const uint32_t number = argv[2][0] == '3' ? 3 : 4;
	ix = index_open(argv[1], &err);
	if (!ix)
		die("%s", err.text);
	if (settings_encode(index_settings(ix), number, &settings) < 0 || bytes_put_u32(&version, number) < 0)
		die("out of memory");
	index_close(ix);
	must(mdb_env_create(&env));
	must(mdb_env_set_maxdbs(env, 16));
	must(mdb_env_open(env, argv[1], MDB_NOTLS, 0666));
	must(mdb_txn_begin(env, NULL, 0, &txn));
	must(mdb_dbi_open(txn, "meta", 0, &meta));
	must(mdb_dbi_open(txn, "refinements", 0, &refinements));
	put(txn, meta, "format", &version);
	put(txn, meta, "settings", &settings);
	if (number == 3)
		must(mdb_drop(txn, refinements, 1));
	must(mdb_txn_commit(txn));
	mdb_env_close(env);
	bytes_release(&settings);
	bytes_release(&version);
	return STATUS_DONE;
}
