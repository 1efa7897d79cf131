/* SPDX-License-Identifier: ISC */
/* Vectors made elsewhere: the input once as a NumPy table, and once as the objects beside a table of eight
 * rows. */
#include "stream/external.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char objects[] =
	"{\"key\":\"D0000001/00001\",\"title\":\"Chair\"}\n{\"key\":\"D0000001/00002\"}\n{\"key\":7}\n";

static void read_items(FILE *table, FILE *records)
{
	static struct item it;
	struct external in = {0};
	struct error err;

	if (external_begin(&in, table, "table", records, "records", "fuzz", &err) == 0)
		while (external_read(&in, &it, &err) > 0)
			continue;
	external_release(&in);
	fclose(table);
	fclose(records);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const float row[2] = {0.5f, -1};
	struct npy_writer to = {0};
	struct error err;

	if (!size)
		return 0;
	read_items(fmemopen((void *)(uintptr_t)data, size, "rb"),
		fmemopen((void *)(uintptr_t)objects, sizeof objects - 1, "rb"));
	FILE *table = tmpfile();
	if (!table)
		return 0;
	if (npy_open(&to, table, 2, &err) == 0) {
		for (int i = 0; i < 8; i++)
			npy_write(&to, row, 2, &err);
		npy_finish(&to, &err);
	}
	rewind(table);
	read_items(table, fmemopen((void *)(uintptr_t)data, size, "rb"));
	return 0;
}
