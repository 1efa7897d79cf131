/* SPDX-License-Identifier: ISC */
/* The text of stream-show: what is accepted has to come back the same from what is written. */
#include "stream/text_reader.h"
#include "stream/text_writer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads a text and writes it as it should be; -1 when it is refused. */
static int rewrite(const void *text, size_t size, char **out, size_t *out_size)
{
	static struct item it;
	struct facts facts = {0};
	struct error err;
	FILE *f = fmemopen((void *)(uintptr_t)text, size, "rb"), *to = open_memstream(out, out_size);
	struct text_reader *in = text_reader_on(f, "fuzz");
	int more = text_begin(in, &facts, &err);

	if (more == 0) {
		text_write_header(to, &facts);
		while ((more = text_read(in, &it, &err)) > 0)
			text_write_item(to, &it);
		text_write_end(to, text_counts(in));
	}
	facts_release(&facts);
	text_reader_close(in);
	fclose(f);
	fclose(to);
	return more;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *once = NULL, *twice = NULL;
	size_t once_size = 0, twice_size = 0;

	if (!size)
		return 0;
	if (rewrite(data, size, &once, &once_size) == 0 &&
		(rewrite(once, once_size, &twice, &twice_size) != 0 || once_size != twice_size ||
			memcmp(once, twice, once_size) != 0))
		abort();
	free(once);
	free(twice);
	return 0;
}
