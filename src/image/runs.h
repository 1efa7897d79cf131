/* SPDX-License-Identifier: ISC */
/*
 * runs - a row of bits scaled across without ever becoming bytes
 *
 * A row of a drawing is a few black runs on white. What a run adds to an output column is the sum of the column's weights
 * from its first to behind its last pixel: the difference of two running sums of weights. These are tabulated for every
 * pixel boundary, for the few columns whose windows lie across it; columns wholly behind the boundary get the whole
 * window's sum. So a run costs the same whatever its length, and white costs nothing. The result is exactly that of
 * scale_kernels' `across`, as sums of integers do not depend on their order.
 */
#ifndef IMAGE_RUNS_H
#define IMAGE_RUNS_H

#include "base/error.h"
#include "image/lanczos.h"

#include <stddef.h>
#include <stdint.h>

/* A window of three lobes to both sides lies across a boundary for at most 7 columns when a picture is reduced. */
enum { RUNS_COLUMNS = 8 };

/* Start with {0}; memory is reused by the next _prepare. */
struct runs {
	const struct lanczos *axis; /* the caller's; has to stay as it was prepared */
	uint32_t from, to;          /* its sizes then */
	uint32_t *column;           /* [from + 1]: the first column whose window ends behind the boundary */
	int32_t *before;            /* [from + 1][RUNS_COLUMNS]: of these columns, the sum of weights before the boundary */
	int32_t *sums;              /* [to + padding]: of the row in work; zero between rows */
	size_t room, sums_room;
};

/* l must reduce (from >= to) and keep white. 0, or -1: out of memory. */
int runs_prepare(struct runs *r, const struct lanczos *l, struct error *err);
void runs_release(struct runs *r);

/*
 * The boundaries of the black runs among the `count` bits from bit `first` on, counted from there: begin, end, begin, end …
 * Returns how many, at most count + 1. A row's bytes beyond `size` are not touched.
 */
size_t runs_find(const uint8_t *row, size_t size, uint32_t first, uint32_t count, uint32_t *boundaries);

struct scale_kernels;

/* The ink of the scaled row from column span[0] to before span[1]; to the left and right of it there is none. */
void runs_across(struct runs *r, const struct scale_kernels *kernels, const uint32_t *boundaries, size_t count, uint8_t *ink,
        uint32_t span[2]);

#endif
