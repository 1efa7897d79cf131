/* SPDX-License-Identifier: ISC */
/* pages - the pages of a picture file of any format that is read here, one after the other */
#ifndef FOREIGN_PAGES_H
#define FOREIGN_PAGES_H

#include "base/error.h"
#include "foreign/content.h"
#include "image/picture.h"
#include "stream/item.h"

#include <stddef.h>
#include <stdint.h>

struct tiff_reader;

struct pages {
	enum content content;
	const uint8_t *data; /* what is left of the file */
	size_t left;
	uint32_t count; /* pages tried so far: the number of the current one, from 1 */
	struct tiff_reader *tiff;
};

/* The block must stay. 0, or -1: it is no picture, or a broken one. */
int pages_open(struct pages *p, enum content content, const void *data, size_t size, struct error *err);

/* The next page: 1, 0 behind the last, -1 with the reason; after a -1 one may go on. */
int pages_next(struct pages *p, struct picture *picture, struct page *page, struct error *err);

void pages_close(struct pages *p);

#endif
