/* SPDX-License-Identifier: ISC */
#include "foreign/pages.h"

#include "foreign/jpeg.h"
#include "foreign/tiff.h"

int pages_open(struct pages *p, enum content content, const void *data, size_t size, struct error *err)
{
	*p = (struct pages){.content = content, .data = data, .left = size};
	switch (content) {
	case CONTENT_TIFF:
		p->tiff = tiff_open(data, size, err);
		return p->tiff ? 0 : -1;
	case CONTENT_JPEG:
		return 0;
	default:
		return error_set(err, "is no picture: %s", content_name(content));
	}
}

int pages_next(struct pages *p, struct picture *picture, struct page *page, struct error *err)
{
	p->count++;
	if (p->tiff)
		return tiff_next(p->tiff, picture, page, err);
	if (!p->left)
		return 0;
	const size_t size = p->left;
	p->left = 0;
	return jpeg_read(p->data, size, picture, page, err) < 0 ? -1 : 1;
}

void pages_close(struct pages *p)
{
	tiff_close(p->tiff);
	p->tiff = NULL;
}
