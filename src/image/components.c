/* SPDX-License-Identifier: ISC */
#include "image/components.h"

#include "image/runs.h"

#include <math.h>
#include <string.h>

enum { SPECK = 3, DOT = 12, GLYPH = 80, STROKE = 400, FREE = 4, BAND = 128 };

/* A black run, and, where it is the first of its component, the component. */
struct run {
	uint32_t parent; /* itself: it is the first */
	uint32_t first, end;
	uint32_t left, top, right, bottom; /* right and bottom are behind the last pixel */
	uint32_t ink;
};

static uint32_t find_first(struct run *runs, uint32_t i)
{
	while (runs[i].parent != i)
		i = runs[i].parent = runs[runs[i].parent].parent;
	return i;
}

static void join(struct run *runs, uint32_t i, uint32_t k)
{
	i = find_first(runs, i);
	k = find_first(runs, k);
	if (i == k)
		return;
	struct run *a = &runs[i < k ? i : k];
	const struct run *b = &runs[i < k ? k : i];
	runs[i < k ? k : i].parent = i < k ? i : k;
	a->left = b->left < a->left ? b->left : a->left;
	a->right = b->right > a->right ? b->right : a->right;
	a->bottom = b->bottom > a->bottom ? b->bottom : a->bottom;
	a->ink += b->ink;
}

static enum component_size size_of(const struct run *c, uint32_t large)
{
	const uint32_t across = c->right - c->left, down = c->bottom - c->top;
	const uint32_t longer = across > down ? across : down, shorter = across > down ? down : across;

	if (longer <= SPECK)
		return COMPONENT_SPECK;
	if (longer <= DOT)
		return COMPONENT_DOT;
	/* as much ink as a line of its length with a width of a fifth, and of 9 pixels at most */
	if (longer <= STROKE && c->ink <= longer * 9 && c->ink * 5 <= longer * (longer + shorter / 2))
		if (shorter * 4 < longer || c->ink * 4 < longer * longer / 2)
			return COMPONENT_STROKE;
	if (longer > large)
		return COMPONENT_LARGE;
	return longer <= GLYPH ? COMPONENT_GLYPH : COMPONENT_OTHER;
}

/* Joins the runs of a row, from..end, with those of the row above that they touch, also at a corner. */
static void join_rows(struct run *runs, uint32_t above, uint32_t from, uint32_t end)
{
	for (uint32_t i = from, k = above; i < end; i++) {
		while (k < from && runs[k].end < runs[i].first)
			k++;
		for (uint32_t m = k; m < from && runs[m].first <= runs[i].end; m++)
			join(runs, i, m);
	}
}

/* Whether there is black in the columns from first to before end of a row; fewer than 50 of them. */
static bool has_ink(const uint8_t *row, size_t size, uint32_t first, uint32_t end)
{
	uint64_t word = 0;

	for (size_t i = 0; i < 8; i++)
		word = word << 8 | (first / 8 + i < size ? row[first / 8 + i] : 0u);
	return (word << first % 8) >> (64 - (end - first)) != 0;
}

/* Whether a dot has no other ink near it: the pieces of a thin line that breaks have, and all that a screen makes. */
static bool stands_free(const struct picture *p, const struct run *c)
{
	const size_t size = picture_row_bytes(PICTURE_BIT, p->width);
	const uint32_t left = c->left > FREE ? c->left - FREE : 0, right = c->right + FREE < p->width ? c->right + FREE : p->width;
	const uint32_t top = c->top > FREE ? c->top - FREE : 0, bottom = c->bottom + FREE < p->height ? c->bottom + FREE : p->height;

	for (uint32_t y = top; y < bottom; y++) {
		const uint8_t *row = picture_row_const(p, y);
		const bool inside = y >= c->top && y < c->bottom;

		if (inside ? (left < c->left && has_ink(row, size, left, c->left)) || (c->right < right && has_ink(row, size, c->right, right))
		           : has_ink(row, size, left, right))
			return false;
	}
	return true;
}

/* Single pixels are noise rather than a draughtsman's dots. */
static void count_dot(struct components_work *w, const struct picture *p, const struct run *c)
{
	uint16_t *dots = (uint16_t *)(void *)w->dots.data;
	const size_t x = (c->left + c->right) / 2 / COMPONENTS_CELL, y = (c->top + c->bottom) / 2 / COMPONENTS_CELL;

	if (c->ink > 2 && stands_free(p, c))
		dots[y * w->columns + x]++;
}

/* The rows from `top` to before `bottom`; w->runs has room for what one band has at most. */
static int measure_band(struct components_work *w, const struct picture *p, uint32_t top, uint32_t bottom, uint32_t large,
        struct components *to)
{
	const size_t size = picture_row_bytes(PICTURE_BIT, p->width);
	uint32_t above = 0, count = 0;

	w->runs.size = 0;
	for (uint32_t y = top; y < bottom; y++) {
		uint32_t *boundaries = (uint32_t *)(void *)w->boundaries.data;
		const size_t found = runs_find(picture_row_const(p, y), size, 0, p->width, boundaries) / 2;
		const uint32_t from = count;
		if (bytes_reserve(&w->runs, found * sizeof(struct run)) < 0)
			return -1;
		struct run *runs = (struct run *)(void *)w->runs.data;
		for (size_t i = 0; i < found; i++, count++) {
			const uint32_t first = boundaries[2 * i], end = boundaries[2 * i + 1];
			runs[count] = (struct run){count, first, end, first, y, end, y + 1, end - first};
		}
		w->runs.size = count * sizeof *runs;
		join_rows(runs, above, from, count);
		above = from;
	}
	const struct run *runs = (const struct run *)(const void *)w->runs.data;
	for (uint32_t i = 0; i < count; i++) {
		if (runs[i].parent != i)
			continue;
		const enum component_size s = size_of(&runs[i], large);
		to->count[s]++;
		to->ink[s] += runs[i].ink;
		if (s <= COMPONENT_DOT)
			count_dot(w, p, &runs[i]);
	}
	return 0;
}

int components_measure(struct components_work *w, const struct picture *p, double runs, struct components *to, struct error *err)
{
	const uint32_t large = (p->width > p->height ? p->width : p->height) / 4;
	const uint32_t every = runs > COMPONENTS_RUNS ? (uint32_t)ceil(runs / COMPONENTS_RUNS) : 1;
	const uint32_t band = every > 1 ? BAND : p->height;
	uint32_t rows = 0;

	*to = (struct components){0};
	w->columns = p->width / COMPONENTS_CELL + 1;
	w->rows = p->height / COMPONENTS_CELL + 1;
	w->boundaries.size = w->dots.size = 0;
	if (bytes_reserve(&w->boundaries, ((size_t)p->width + 2) * sizeof(uint32_t)) < 0 ||
	        bytes_resize(&w->dots, w->columns * w->rows * sizeof(uint16_t)) < 0)
		return error_set(err, "out of memory");
	memset(w->dots.data, 0, w->dots.size);
	for (uint32_t top = 0; top < p->height; top += every * band) {
		const uint32_t bottom = p->height - top < band ? p->height : top + band;
		if (measure_band(w, p, top, bottom, large, to) < 0)
			return error_set(err, "out of memory");
		rows += bottom - top;
	}
	to->seen = (double)rows / p->height;
	return 0;
}

const uint16_t *components_dots(const struct components_work *w)
{
	return (const uint16_t *)(const void *)w->dots.data;
}

void components_work_release(struct components_work *w)
{
	bytes_release(&w->dots);
	bytes_release(&w->runs);
	bytes_release(&w->boundaries);
}
