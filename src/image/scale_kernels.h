/* SPDX-License-Identifier: ISC */
/*
 * scale_kernels - the inner loops of scaling: plain C, the oracle, and the same for AVX2
 *
 * All are exact in integers: equal results, byte by byte. Between the passes pixels are *ink*, 255 minus the value, so that
 * white is 0 and what is white can be left out of sums. Blocks of ink are read and written in whole SCALE_PADs: rows begin
 * anywhere and have room (of any value) up to the next multiple of it and one more.
 */
#ifndef IMAGE_SCALE_KERNELS_H
#define IMAGE_SCALE_KERNELS_H

#include "image/lanczos.h"
#include "image/runs.h"
#include "math/version.h"

enum { SCALE_PAD = 32 };

struct scale_kernels {
	struct version version;

	/* The columns of one row: to[l->to] from ink line[l->from]. */
	void (*across)(const struct lanczos *l, const uint8_t *line, uint8_t *to);

	/*
	 * One row out of several: value[x] = clip(base - sum over i of weights[i] x rows[i][x]), where base has the half and
	 * the white in it; for x from `begin` (a multiple of SCALE_PAD) to at least `end`. Values, not ink.
	 */
	void (*down)(const uint8_t *const *rows, const int32_t *weights, size_t count, int32_t base, size_t begin,
	        size_t end, uint8_t *value);

	/* Adds the runs with these boundaries, an even number, to r->sums. */
	void (*add_runs)(struct runs *r, const uint32_t *boundaries, size_t count);

	/* The ink of the columns `begin` to before `end` from r->sums. */
	void (*take_ink)(const struct runs *r, uint32_t begin, uint32_t end, uint8_t *ink);

	/* Pixels of red, green and blue to a line of ink for each. */
	void (*split)(const uint8_t *rgb, size_t width, uint8_t *const lines[3]);
};

/* The fastest first; the last is the portable one, the oracle, always supported. */
extern const struct scale_kernels scale_versions[];
extern const size_t scale_version_count;

/* The fastest set for this CPU. */
const struct scale_kernels *scale_fastest(void);

#endif
