/* SPDX-License-Identifier: ISC */
/*
 * The stream reader. Its checksums would turn every mutation away at the door, so they are made right first;
 * what is then accepted has to come back the same from what is written.
 */
#include "math/crc32c.h"
#include "stream/stream.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Puts the right checksum behind each block that its length reaches. */
static void repair(uint8_t *p, size_t size)
{
	size_t head = 16, start = 0;

	while (start + head <= size) {
		const size_t length = le32_get(p + start + head - 4);
		if (length > size - start - head || size - start - head - length < 4)
			return;
		le32_put(p + start + head + length, crc32c(0, p + start, head + length));
		start += head + length + 4;
		head = 8;
	}
}

static void compare(const struct item *it)
{
	static struct item again;
	static struct bytes one, two;

	one.size = two.size = 0;
	if (item_encode(it, &one, NULL) < 0)
		return;
	if (item_decode(&again, one.data, one.size, NULL) < 0 || item_encode(&again, &two, NULL) < 0 ||
		one.size != two.size || memcmp(one.data, two.data, one.size) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct item it;
	static struct bytes copy;
	struct error err;

	if (!size || bytes_set(&copy, data, size) < 0)
		return 0;
	repair(copy.data, size);
	FILE *f = fmemopen(copy.data, size, "rb");
	struct stream_reader *in = stream_reader_on(f, "fuzz");
	if (stream_begin(in, &err) == 0)
		while (stream_read(in, &it, &err) > 0)
			compare(&it);
	stream_reader_close(in);
	fclose(f);
	return 0;
}
