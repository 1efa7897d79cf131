/* SPDX-License-Identifier: ISC */
#include "answer/sheet.h"

#include "foreign/png.h"

#include <stdio.h>
#include <string.h>

/* Pixels. A tile is a square with two lines of text below, and a gap to its right and below. */
enum {
	SIDE = 256,
	GAP = 24,
	FRAME = 3,
	MARGIN = 8,
	SCALE = 2,
	LINE = CANVAS_CELL_HEIGHT * SCALE + 4,
	CELL = CANVAS_CELL_WIDTH * SCALE,
	CELLS = SIDE / CELL,
	TILE_WIDTH = SIDE + GAP,
	TILE_HEIGHT = SIDE + MARGIN + 2 * LINE + GAP,
	WIDTH = SHEET_COLUMNS * TILE_WIDTH + GAP,
};

static const struct colour INK = {0x1a, 0x1c, 0x20}, QUIET = {0x6b, 0x70, 0x78}, EDGE = {0xdd, 0xde, 0xe0},
                           ACCENT = {0x0b, 0x6e, 0x6e};

struct place {
	uint32_t x, y;
};

/* The next free place of the grid, which grows a row when it has to. 1, or 0 when the sheet is full, or -1. */
static int take_place(struct sheet *s, struct place *p, struct error *err)
{
	const uint32_t row = s->tiles / SHEET_COLUMNS, column = s->tiles % SHEET_COLUMNS;

	if (s->tiles >= SHEET_TILES) {
		s->left_out++;
		return 0;
	}
	if (!column && canvas_grow(&s->canvas, WIDTH, GAP + (row + 1) * TILE_HEIGHT, err) < 0)
		return -1;
	s->tiles++;
	*p = (struct place){GAP + column * TILE_WIDTH, GAP + row * TILE_HEIGHT};
	return 1;
}

/* An empty square with an edge of this thickness inside. */
static void draw_edge(struct canvas *c, struct place p, uint32_t thickness, struct colour colour)
{
	canvas_fill(c, p.x, p.y, SIDE, thickness, colour);
	canvas_fill(c, p.x, p.y + SIDE - thickness, SIDE, thickness, colour);
	canvas_fill(c, p.x, p.y, thickness, SIDE, colour);
	canvas_fill(c, p.x + SIDE - thickness, p.y, thickness, SIDE, colour);
}

static int draw_picture(struct sheet *s, struct place p, const void *jpeg, size_t size, struct error *err)
{
	const int drawn = canvas_thumbnail(&s->canvas, p.x + MARGIN, p.y + MARGIN, SIDE - 2 * MARGIN, jpeg, size, err);

	if (drawn == 0)
		canvas_text(&s->canvas, p.x + SIDE / 2 - 5 * CELL, p.y + SIDE / 2, SCALE, CELLS, "no picture", QUIET);
	return drawn < 0 ? -1 : 0;
}

/* The two lines below a tile: left and right in the first, one in the second. */
static void draw_caption(struct canvas *c, struct place p, const char *left, const char *right, const char *below,
        struct colour colour)
{
	const uint32_t length = (uint32_t)strlen(right), right_cells = length < CELLS / 2 ? length : CELLS / 2;
	const uint32_t y = p.y + SIDE + MARGIN;

	canvas_text(c, p.x, y, SCALE, CELLS - right_cells, left, colour);
	canvas_text(c, p.x + SIDE - right_cells * CELL, y, SCALE, right_cells, right, colour);
	canvas_text(c, p.x, y + LINE, SCALE, CELLS, below, QUIET);
}

/* The name of a file without its directories. */
static const char *last_component(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash && slash[1] ? slash + 1 : name;
}

int sheet_begin_question(struct sheet *s, const struct question *q, struct error *err)
{
	struct place p;

	s->rank = 0;
	if (!q || !q->count)
		return 0;
	s->tiles = (s->tiles + SHEET_COLUMNS - 1) / SHEET_COLUMNS * SHEET_COLUMNS;
	const int placed = take_place(s, &p, err);
	if (placed <= 0)
		return placed;
	if (draw_picture(s, p, q->thumbnails[0].data, q->thumbnails[0].size, err) < 0)
		return -1;
	draw_edge(&s->canvas, p, FRAME, ACCENT);
	draw_caption(&s->canvas, p, "question", "", last_component(q->name), ACCENT);
	return 0;
}

int sheet_put_answer(struct sheet *s, const struct answer *a, const struct index *ix, struct error *err)
{
	const char *title = json_text(json_member(a->record, "title"));
	char left[64], right[ANSWER_SCORE] = "";
	const uint8_t *jpeg = NULL;
	struct place p;
	size_t size = 0;

	s->rank++;
	const int placed = take_place(s, &p, err);
	if (placed <= 0)
		return placed;
	if (a->page_count && index_thumbnail(ix, a->pages[0].picture, &jpeg, &size, err) < 0)
		return -1;
	if (draw_picture(s, p, jpeg, size, err) < 0)
		return -1;
	draw_edge(&s->canvas, p, 1, EDGE);
	snprintf(left, sizeof left, "%u %s", (unsigned)s->rank, last_component(a->document));
	if (a->has_score)
		answer_score_digits(a->score, 3, right);
	draw_caption(&s->canvas, p, left, right, title ? title : "", INK);
	return 0;
}

int sheet_write(struct sheet *s, struct bytes *png, struct error *err)
{
	if (!s->tiles && canvas_grow(&s->canvas, WIDTH, GAP + TILE_HEIGHT, err) < 0)
		return -1;
	return png_write(&s->canvas.picture, png, err);
}

void sheet_release(struct sheet *s)
{
	canvas_release(&s->canvas);
	*s = (struct sheet){0};
}
