/* SPDX-License-Identifier: ISC */
/*
 * tiff - the pages of a TIFF (TIFF 6.0, its technical notes, BigTIFF) as pictures
 *
 * Everything libtiff reads: 1 bit stays 1 bit; grey becomes 8-bit grey, all else 8-bit RGB; alpha is laid over white; ICC
 * profiles are ignored; the orientation tag is applied. Thumbnails and masks that a file carries beside its pages are no
 * pages. The only file that includes libtiff.
 */
#ifndef FOREIGN_TIFF_H
#define FOREIGN_TIFF_H

#include "base/error.h"
#include "image/picture.h"
#include "stream/item.h"

#include <stddef.h>

struct tiff_reader;

/* The block must stay until the reader is closed. NULL with the reason. */
struct tiff_reader *tiff_open(const void *data, size_t size, struct error *err);

/*
 * The next page: 1, 0 behind the last one, -1 with the reason. After a -1 one may go on: a page that cannot be decoded does
 * not hide the next. page->turn is set where the page's description says that its drawing lies on its side, as USPTO sheets
 * do ("**DRAWING;PG000004;BW;L").
 */
int tiff_next(struct tiff_reader *t, struct picture *p, struct page *page, struct error *err);

void tiff_close(struct tiff_reader *t); /* NULL is allowed */

#endif
