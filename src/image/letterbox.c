/* SPDX-License-Identifier: ISC */
#include "image/letterbox.h"

#include "image/trim.h"
#include "image/turn.h"

static uint32_t round_up(uint32_t n, uint32_t step)
{
	return (n + step - 1) / step * step;
}

static int scale_page(struct letterbox *l, const struct picture *page, const struct box *kept, uint32_t size, uint32_t step,
        struct error *err)
{
	uint32_t width, height;

	scaled_size(kept->width, kept->height, size, &width, &height);
	const uint32_t across = round_up(width, step), down = round_up(height, step);
	if (picture_prepare(&l->scratch, scaled_layout(page->layout), across, down, err) < 0)
		return -1;
	memset(l->scratch.pixels.data, 255, l->scratch.pixels.size);
	return scale_into(&l->scaler, page, kept, &l->scratch, (across - width) / 2, (down - height) / 2, width, height, err);
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

int letterbox(struct letterbox *l, struct picture *p, unsigned turn, bool trim, uint32_t size, uint32_t step,
        struct box *kept, struct error *err)
{
	if (picture_turn(p, turn, &l->scratch, err) < 0)
		return -1;
	*kept = trim ? trim_box(p) : (struct box){0, 0, p->width, p->height};
	if (make_thumbnail(l, p, kept, err) < 0 || scale_page(l, p, kept, size, step, err) < 0)
		return -1;
	picture_swap(p, &l->scratch);
	return 0;
}

void letterbox_release(struct letterbox *l)
{
	scaler_release(&l->scaler);
	scaler_release(&l->thumbnail_scaler);
	picture_release(&l->scratch);
	picture_release(&l->thumbnail);
}
