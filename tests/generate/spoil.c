/* SPDX-License-Identifier: ISC */
/*
 * spoil - damages all values of a table of an index, a byte of each sixteen
 *
 * usage: spoil INDEX TABLE
 */
#include "base/message.h"

#include <lmdb.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void must(int code)
{
	if (code)
		die("%s", mdb_strerror(code));
}

int main(int argc, char **argv)
{
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi table;
	MDB_cursor *cursor;
	MDB_val key, value;

	message_program(argv[0]);
	if (argc != 3)
		die("usage: spoil INDEX TABLE");
	must(mdb_env_create(&env));
	must(mdb_env_set_maxdbs(env, 16));
	must(mdb_env_open(env, argv[1], MDB_NOTLS, 0666));
	must(mdb_txn_begin(env, NULL, 0, &txn));
	must(mdb_dbi_open(txn, argv[2], 0, &table));
	must(mdb_cursor_open(txn, table, &cursor));
	for (int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST); code != MDB_NOTFOUND;
	        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
		must(code);
		uint8_t *copy = malloc(value.mv_size), name[512]; /* both move when they are written */
		if (!copy || key.mv_size > sizeof name)
			die("out of memory");
		memcpy(copy, value.mv_data, value.mv_size);
		memcpy(name, key.mv_data, key.mv_size);
		for (size_t i = 0; i < value.mv_size; i += 16)
			copy[i] ^= 0x55;
		key.mv_data = name;
		must(mdb_cursor_put(cursor, &key, &(MDB_val){value.mv_size, copy}, MDB_CURRENT));
		free(copy);
	}
	mdb_cursor_close(cursor);
	must(mdb_txn_commit(txn));
	mdb_env_close(env);
	return STATUS_DONE;
}
