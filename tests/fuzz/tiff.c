/* SPDX-License-Identifier: ISC */
#include "foreign/tiff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct picture p;
	struct page page;
	struct tiff_reader *t = tiff_open(data, size, NULL);

	/* a damaged page does not hide the next */
	while (t && tiff_next(t, &p, &page, NULL) != 0)
		;
	tiff_close(t);
	return 0;
}
