/* SPDX-License-Identifier: ISC */
#include "image/runs.h"

#include "image/scale_kernels.h"

#include <stdlib.h>
#include <string.h>

int runs_prepare(struct runs *r, const struct lanczos *l, struct error *err)
{
	const size_t boundaries = (size_t)l->from + 1, columns = (size_t)l->to + 2 * RUNS_COLUMNS;

	if (r->axis == l && r->from == l->from && r->to == l->to)
		return 0;
	r->axis = NULL;
	if (r->room < boundaries) {
		free(r->column);
		free(r->before);
		r->column = malloc(boundaries * sizeof *r->column);
		r->before = malloc(boundaries * RUNS_COLUMNS * sizeof *r->before);
		r->room = boundaries;
	}
	if (r->sums_room < columns) {
		free(r->sums);
		r->sums = calloc(columns, sizeof *r->sums);
		r->sums_room = columns;
	}
	if (!r->column || !r->before || !r->sums) {
		runs_release(r);
		return error_set(err, "out of memory");
	}
	memset(r->before, 0, boundaries * RUNS_COLUMNS * sizeof *r->before);
	uint32_t column = 0;
	for (uint32_t b = 0; b <= l->from; b++) {
		while (column < l->to && l->first[column] + l->count[column] <= b)
			column++;
		r->column[b] = column;
	}
	for (uint32_t i = 0; i < l->to; i++) {
		const int32_t *weights = l->weights + i * l->stride;
		int32_t sum = 0;
		for (uint32_t k = 0; k < l->count[i]; k++) {
			const uint32_t b = l->first[i] + k;
			r->before[RUNS_COLUMNS * (size_t)b + i - r->column[b]] = sum;
			sum += weights[k];
		}
	}
	r->axis = l;
	r->from = l->from;
	r->to = l->to;
	return 0;
}

void runs_release(struct runs *r)
{
	free(r->column);
	free(r->before);
	free(r->sums);
	*r = (struct runs){0};
}

/* Eight bytes, the first in the highest: written out, compilers see a load in it. */
static uint64_t word_of(const uint8_t *p)
{
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 | (uint64_t)p[3] << 32 |
	       (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 | (uint64_t)p[6] << 8 | (uint64_t)p[7];
}

/* What lies beyond the row is white. */
static uint64_t word_at(const uint8_t *row, size_t size, size_t at)
{
	uint8_t last[8] = {0};

	if (size - at >= 8)
		return word_of(row + at);
	memcpy(last, row + at, size - at);
	return word_of(last);
}

/* Zeros before the highest one of x, which is not 0. */
static unsigned leading_zeros(uint64_t x)
{
#ifdef __GNUC__
	return (unsigned)__builtin_clzll(x);
#else
	unsigned n = 0;

	for (; !(x >> 63); x <<= 1)
		n++;
	return n;
#endif
}

size_t runs_find(const uint8_t *row, size_t size, uint32_t first, uint32_t count, uint32_t *boundaries)
{
	const size_t end = (size_t)first + count;
	size_t found = 0;
	uint64_t previous = 0; /* the last pixel, in the highest bit */

	for (size_t base = first / 64 * 64; base < end; base += 64) {
		uint64_t w = word_at(row, size, base / 8);
		if (base < first)
			w &= UINT64_MAX >> (first - base);
		if (end - base < 64)
			w &= ~(UINT64_MAX >> (end - base));
		uint64_t changes = w ^ (w >> 1 | previous);
		previous = w << 63;
		while (changes) {
			const unsigned n = leading_zeros(changes);
			boundaries[found++] = (uint32_t)(base + n - first);
			changes &= ~(UINT64_C(1) << 63 >> n);
		}
	}
	if (found % 2)
		boundaries[found++] = count;
	return found;
}

void runs_across(struct runs *r, const struct scale_kernels *kernels, const uint32_t *boundaries, size_t count, uint8_t *ink,
        uint32_t span[2])
{
	span[0] = span[1] = 0;
	if (!count)
		return;
	const uint32_t behind = r->column[boundaries[count - 1]] + RUNS_COLUMNS;
	span[0] = r->column[boundaries[0]];
	span[1] = behind < r->to ? behind : r->to;
	kernels->add_runs(r, boundaries, count);
	kernels->take_ink(r, span[0], span[1], ink);
	memset(r->sums + span[0], 0, (behind - span[0]) * sizeof *r->sums);
}
