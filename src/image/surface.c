/* SPDX-License-Identifier: ISC */
#include "image/surface.h"

#include <math.h>
#include <string.h>

/* Some dots; more than a line; two lines and more; a screen. */
static const uint32_t densities[SURFACE_DENSITIES] = {24, 80, 150, 300};

enum { STIPPLED = 3 }; /* dots in a cell of COMPONENTS_CELL */
enum { TONE = 1 }; /* the density whose cells are looked at for their ink */

/* The grid with a frame of one cell around it, so that neighbours need no tests. */
struct grid {
	uint8_t *marks, *opened;
	uint32_t *queue;
	size_t stride, size, columns, rows;
};

static int prepare(struct surface_work *w, const struct texture_work *t, struct grid *g, struct error *err)
{
	*g = (struct grid){.stride = t->columns + 2, .columns = t->columns, .rows = t->rows};
	g->size = g->stride * (t->rows + 2);
	w->memory.size = 0;
	if (bytes_resize(&w->memory, g->size * (sizeof *g->queue + 2)) < 0)
		return error_set(err, "out of memory");
	g->queue = (uint32_t *)(void *)w->memory.data;
	g->marks = (uint8_t *)(g->queue + g->size);
	g->opened = g->marks + g->size;
	return 0;
}

static uint32_t changes_of(const struct texture_cell *c)
{
	return c->across > c->down ? c->across : c->down;
}

/* Marks the cells with so many changes, or, with 0, those with ink. */
static void mark(struct grid *g, const struct texture_cell *cells, uint32_t least)
{
	memset(g->marks, 0, g->size);
	for (size_t y = 0; y < g->rows; y++)
		for (size_t x = 0; x < g->columns; x++, cells++)
			g->marks[(y + 1) * g->stride + x + 1] = cells->ink && changes_of(cells) >= least;
}

/* How many cells a walk from the frame does not reach. */
static size_t count_shown(struct grid *g)
{
	size_t head = 0, tail = 0;

	g->queue[tail++] = 0;
	g->marks[0] = 1;
	while (head < tail) {
		const size_t at = g->queue[head++], x = at % g->stride, y = at / g->stride;
		const size_t next[4] = {x ? at - 1 : at, x + 1 < g->stride ? at + 1 : at, y ? at - g->stride : at,
		        y < g->rows + 1 ? at + g->stride : at};

		for (int i = 0; i < 4; i++)
			if (!g->marks[next[i]]) {
				g->marks[next[i]] = 1;
				g->queue[tail++] = (uint32_t)next[i];
			}
	}
	return g->size - tail;
}

/* Erosion and dilation by 3 × 3: what remains is left in `opened`. Returns how many cells. */
static size_t open_marks(struct grid *g)
{
	size_t count = 0;

	memset(g->opened, 0, g->size);
	for (size_t y = 1; y <= g->rows; y++)
		for (size_t x = 1; x <= g->columns; x++) {
			const uint8_t *m = g->marks + y * g->stride + x, *above = m - g->stride, *below = m + g->stride;

			if (!(m[0] && m[-1] && m[1] && above[0] && above[-1] && above[1] && below[0] && below[-1] && below[1]))
				continue;
			for (size_t row = y - 1; row <= y + 1; row++)
				memset(g->opened + row * g->stride + x - 1, 1, 3);
		}
	for (size_t i = 0; i < g->size; i++)
		count += g->opened[i];
	return count;
}

/* What the cells of a tone are like; the last of a row and of a column may be cut and are counted all the same. */
static void look_at_tone(const struct grid *g, const struct texture_cell *cells, size_t count, struct surface *to)
{
	const double whole = TEXTURE_CELL * TEXTURE_CELL, n = (double)count;
	double squares = 0;

	for (size_t y = 0; y < g->rows; y++)
		for (size_t x = 0; x < g->columns; x++, cells++) {
			if (!g->opened[(y + 1) * g->stride + x + 1])
				continue;
			const double ink = cells->ink / whole, across = cells->across, down = cells->down;

			to->ink += ink / n;
			squares += ink * ink / n;
			to->dark += ink > 1.0 / 3 ? 1 / n : 0;
			to->direction += fabs(across - down) / (across + down) / n;
		}
	to->deviation = sqrt(fmax(0, squares - to->ink * to->ink));
}

static bool has_dots(const struct components_work *c, size_t x, size_t y)
{
	return components_dots(c)[y * c->columns + x] >= STIPPLED;
}

/* How many cells of dots lie in a square of 2 × 2 such cells. */
static size_t count_stippled(const struct components_work *c)
{
	size_t count = 0;

	for (size_t y = 0; y < c->rows; y++)
		for (size_t x = 0; x < c->columns; x++) {
			bool square = false;

			for (int i = 0; i < 4 && !square; i++) {
				const size_t left = x - (size_t)(i & 1), top = y - (size_t)(i >> 1);

				square = left < c->columns - 1 && top < c->rows - 1 && has_dots(c, left, top) && has_dots(c, left + 1, top) &&
				         has_dots(c, left, top + 1) && has_dots(c, left + 1, top + 1);
			}
			count += square;
		}
	return count;
}

int surface_measure(struct surface_work *w, const struct texture_work *texture, const struct components_work *components,
        struct surface *to, struct error *err)
{
	const double cells_in_one = COMPONENTS_CELL / TEXTURE_CELL * (COMPONENTS_CELL / TEXTURE_CELL);

	const struct texture_cell *cells = texture_cells(texture);
	struct grid g;

	*to = (struct surface){0};
	if (prepare(w, texture, &g, err) < 0)
		return -1;
	mark(&g, cells, 0);
	const double shown = (double)count_shown(&g);
	to->shown = shown / (double)(g.columns * g.rows);
	to->stipple = fmin(1, (double)count_stippled(components) * cells_in_one / fmax(shown, 1));
	for (int i = 0; i < SURFACE_DENSITIES; i++) {
		mark(&g, cells, densities[i]);
		const size_t count = open_marks(&g);

		to->tone[i] = fmin(1, (double)count / fmax(shown, 1));
		if (i == TONE && count)
			look_at_tone(&g, cells, count, to);
	}
	return 0;
}

void surface_work_release(struct surface_work *w)
{
	bytes_release(&w->memory);
}
