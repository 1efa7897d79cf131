/* SPDX-License-Identifier: ISC */
#include "foreign/pages.h"

#include "base/limits.h"
#include "foreign/jpeg.h"
#include "foreign/png.h"
#include "foreign/pnm.h"
#include "foreign/tiff.h"
#include "foreign/webp.h"

#include <string.h>

int pages_open(struct pages *p, enum content content, const void *data, size_t size, struct error *err)
{
	*p = (struct pages){.content = content, .data = data, .left = size};
	switch (content) {
	case CONTENT_TIFF:
		p->tiff = tiff_open(data, size, err);
		return p->tiff ? 0 : -1;
	case CONTENT_JPEG:
	case CONTENT_PNG:
	case CONTENT_WEBP:
	case CONTENT_PNM:
		return 0;
	default:
		return error_set(err, "is no picture: %s", content_name(content));
	}
}

/* Netpbm pictures may follow one another in one file, with white space between plain ones. */
static int next_pnm(struct pages *p, struct picture *picture, struct page *page, struct error *err)
{
	const uint8_t *data = p->data;
	size_t left = p->left, used = 0;

	while (left && strchr(" \t\r\n", *data) && *data)
		data++, left--;
	p->left = 0;
	if (!left)
		return 0;
	if (p->count > LIMIT_PAGES)
		return error_set(err, "has more than %d pages", LIMIT_PAGES);
	if (pnm_read(data, left, &used, picture, page, err) < 0)
		return -1;
	p->data = data + used;
	p->left = left - used;
	return 1;
}

/* One file, one picture. */
static int only_page(struct pages *p, struct picture *picture, struct page *page, struct error *err)
{
	const size_t size = p->left;
	int status = 0;

	p->left = 0;
	if (!size)
		return 0;
	switch (p->content) {
	case CONTENT_JPEG:
		status = jpeg_read(p->data, size, picture, page, err);
		break;
	case CONTENT_PNG:
		status = png_read(p->data, size, picture, page, err);
		break;
	default:
		status = webp_read(p->data, size, picture, page, err);
		break;
	}
	return status < 0 ? -1 : 1;
}

int pages_next(struct pages *p, struct picture *picture, struct page *page, struct error *err)
{
	p->count++;
	if (p->content == CONTENT_TIFF)
		return tiff_next(p->tiff, picture, page, err);
	if (p->content == CONTENT_PNM)
		return next_pnm(p, picture, page, err);
	return only_page(p, picture, page, err);
}

void pages_close(struct pages *p)
{
	tiff_close(p->tiff);
	p->tiff = NULL;
}
