/* SPDX-License-Identifier: ISC */
#include "foreign/pnm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct picture p;
	struct page page;
	size_t used;

	while (size && pnm_read(data, size, &used, &p, &page, NULL) == 0) {
		data += used;
		size -= used;
	}
	return 0;
}
