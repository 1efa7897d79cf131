/* SPDX-License-Identifier: ISC */
/*
 * scale - a picture, or a part of it, made larger or smaller with the Lanczos filter of lanczos.h
 *
 * Two passes, first across, then down, rounded to 8 bits after each: equal, byte by byte, to what Pillow's
 * crop(box).resize(size, LANCZOS) makes of modes L and RGB, and of convert("L") of mode 1. A page of bits is scaled from
 * its bits and gives grey. Only as many rows as a window is high are in memory between the passes.
 */
#ifndef IMAGE_SCALE_H
#define IMAGE_SCALE_H

#include "base/error.h"
#include "image/lanczos.h"
#include "image/picture.h"
#include "image/runs.h"

/* A part of a picture, in pixels. */
struct box {
	uint32_t x, y, width, height;
};

struct scale_kernels;

/* Tables and rows, reused from call to call. Start with {0}. */
struct scaler {
	const struct scale_kernels *kernels; /* NULL: the fastest for this CPU; tests choose others */
	struct lanczos across, down;
	struct runs runs;
	struct bytes lines;      /* one row of ink per colour, before it is scaled */
	struct bytes ring;       /* rows of ink scaled across */
	struct bytes values;     /* one finished row per colour */
	struct bytes boundaries; /* of the runs of one row */
	struct bytes spans;      /* per row of the ring, where its ink begins and ends */
	struct bytes window;     /* rows and weights of the output row in work */
};

/* The layout of what `from` scales to: grey for bits and grey, RGB for RGB. */
enum picture_layout scaled_layout(enum picture_layout from);

/*
 * Scales the box of `from` to width x height pixels and lays the result into *to, which is prepared with scaled_layout and
 * large enough, with its upper left corner at (left, top). 0, or -1: out of memory.
 */
int scale_into(struct scaler *s, const struct picture *from, const struct box *box, struct picture *to, uint32_t left,
        uint32_t top, uint32_t width, uint32_t height, struct error *err);

/* The size of a picture scaled so that its longest side is `side`: the other int(side x other / longest), at least 1. */
void scaled_size(uint32_t width, uint32_t height, uint32_t side, uint32_t *scaled_width, uint32_t *scaled_height);

void scaler_release(struct scaler *s);

#endif
