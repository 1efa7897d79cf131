/* SPDX-License-Identifier: ISC */
/*
 * letterbox - a page made upright, freed of its margin, and laid into a white square, or just room enough, with its aspect ratio
 * kept
 */
#ifndef IMAGE_LETTERBOX_H
#define IMAGE_LETTERBOX_H

#include "base/error.h"
#include "image/picture.h"
#include "image/scale.h"

enum { LETTERBOX_SIZE = 518, LETTERBOX_MAXIMUM = 4096, LETTERBOX_PATCH = 14, THUMBNAIL_SIDE = 300 };

/* Memory reused from page to page; start with {0}. */
struct letterbox {
	struct scaler scaler, thumbnail_scaler;
	struct picture scratch;   /* the page turned, then what comes of it */
	struct picture thumbnail; /* of the last page: longest side THUMBNAIL_SIDE, or the page's own where that is shorter */
};

/*
 * Replaces *p by a picture, grey for bits and grey, RGB for RGB: the page after so many quarter turns clockwise, cut to what trim_box finds
 * if `trim`, scaled to scaled_size(size) and centred, rounded to the left and top, on white whose sides are the next multiples of
 * `step`; a step of `size` makes squares. Makes the thumbnail from the same part of the page. *kept is that part, in pixels of
 * the upright page. 0, or -1 with the reason; *p is then of no use.
 */
int letterbox(struct letterbox *l, struct picture *p, unsigned turn, bool trim, uint32_t size, uint32_t step,
        struct box *kept, struct error *err);

void letterbox_release(struct letterbox *l);

#endif
