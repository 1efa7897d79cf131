/* SPDX-License-Identifier: ISC */
#include "image/letterbox.h"

#include "image/trim.h"
#include "image/turn.h"

static int make_square(struct letterbox *l, const struct picture *page, const struct box *kept, uint32_t size, struct error *err)
{
	uint32_t width, height;

	if (picture_prepare(&l->scratch, scaled_layout(page->layout), size, size, err) < 0)
		return -1;
	memset(l->scratch.pixels.data, 255, l->scratch.pixels.size);
	scaled_size(kept->width, kept->height, size, &width, &height);
	return scale_into(&l->square_scaler, page, kept, &l->scratch, (size - width) / 2, (size - height) / 2, width, height,
	        err);
}

static int make_thumbnail(struct letterbox *l, const struct picture *page, const struct box *kept, struct error *err)
{
	const uint32_t longest = kept->width > kept->height ? kept->width : kept->height;
	uint32_t width, height;

	scaled_size(kept->width, kept->height, longest < THUMBNAIL_SIDE ? longest : THUMBNAIL_SIDE, &width, &height);
	if (picture_prepare(&l->thumbnail, scaled_layout(page->layout), width, height, err) < 0)
		return -1;
	return scale_into(&l->thumbnail_scaler, page, kept, &l->thumbnail, 0, 0, width, height, err);
}

int letterbox(struct letterbox *l, struct picture *p, unsigned turn, bool trim, uint32_t size, struct box *kept,
        struct error *err)
{
	if (picture_turn(p, turn, &l->scratch, err) < 0)
		return -1;
	*kept = trim ? trim_box(p) : (struct box){0, 0, p->width, p->height};
	if (make_thumbnail(l, p, kept, err) < 0 || make_square(l, p, kept, size, err) < 0)
		return -1;
	picture_swap(p, &l->scratch);
	return 0;
}

void letterbox_release(struct letterbox *l)
{
	scaler_release(&l->square_scaler);
	scaler_release(&l->thumbnail_scaler);
	picture_release(&l->scratch);
	picture_release(&l->thumbnail);
}
