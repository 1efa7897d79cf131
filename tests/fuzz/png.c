/* SPDX-License-Identifier: ISC */
#include "foreign/png.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct picture p;
	struct page page;

	png_read(data, size, &p, &page, NULL);
	return 0;
}
