/* SPDX-License-Identifier: ISC */
/*
 * The row is drawn as one picture, which is sent as PNG, or as characters whose upper half has one colour and whose lower half
 * another. kitty: https://sw.kovidgoyal.net/kitty/graphics-protocol/. iTerm2: https://iterm2.com/documentation-images.html
 */
#include "answer/thumbs.h"

#include "base/base64.h"
#include "base/number.h"
#include "foreign/png.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Pixels of a cell: what is usual on a screen for the protocols, which scale to cells. */
enum { CELL_WIDTH = 10, CELL_HEIGHT = 20, GAP = 1, KITTY_CHUNK = 4096, STRENGTHEN_FROM = 16 };

static bool begins(const char *text, const char *with)
{
	return text && strncmp(text, with, strlen(with)) == 0;
}

static bool is(const char *text, const char *other)
{
	return text && strcmp(text, other) == 0;
}

enum thumbs_protocol thumbs_protocol(void)
{
	const char *term = getenv("TERM"), *program = getenv("TERM_PROGRAM"), *inner = getenv("LC_TERMINAL");
	const char *window = getenv("KITTY_WINDOW_ID");

	if (begins(term, "screen") || begins(term, "tmux"))
		return THUMBS_BLOCKS;
	if (is(term, "xterm-kitty") || is(term, "xterm-ghostty") || is(program, "ghostty") || (window && *window))
		return THUMBS_KITTY;
	if (is(program, "iTerm.app") || is(program, "WezTerm") || is(inner, "iTerm2"))
		return THUMBS_ITERM;
	return THUMBS_BLOCKS;
}

unsigned thumbs_columns(void)
{
	const char *said = getenv("COLUMNS");
	struct winsize size;
	long long columns;

	if (said && number_integer(said, 1, 10000, &columns, NULL) == 0)
		return (unsigned)columns;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return 80;
}

/* Of one picture: fewer than usual in a very narrow terminal. */
static unsigned tile_columns(const struct thumbs *t)
{
	return t->columns < THUMBS_COLUMNS ? t->columns : THUMBS_COLUMNS;
}

/* Draws the row in pixels of a terminal whose cells have this size; the cells it is wide, 0 without pictures, -1. */
static int draw_row(struct thumbs *t, const struct answer *a, const struct index *ix, uint32_t cell_width,
        uint32_t cell_height, struct error *err)
{
	const uint32_t columns = tile_columns(t), side = columns * cell_width;
	const size_t fit = (t->columns + GAP) / (columns + GAP), count = a->page_count < fit ? a->page_count : fit;
	const uint32_t cells = (uint32_t)count * (columns + GAP) - GAP;

	if (!count)
		return 0;
	t->canvas.picture.height = 0; /* a new one */
	if (canvas_grow(&t->canvas, cells * cell_width, THUMBS_ROWS * cell_height, err) < 0)
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *jpeg = NULL;
		size_t size = 0;
		if (index_thumbnail(ix, a->pages[i].picture, &jpeg, &size, err) < 0 ||
		        canvas_thumbnail(&t->canvas, i * (columns + GAP) * cell_width, 0, side, jpeg, size, err) < 0)
			return -1;
	}
	return (int)cells;
}

/* --- as PNG ----------------------------------------------------------------------------------------------------------- */

/* In pieces of at most KITTY_CHUNK bytes of base64, 3/4 as many of the file; the terminal answers nothing (q=2). */
static int send_kitty(const struct bytes *png, int cells, struct bytes *to)
{
	const size_t piece = KITTY_CHUNK / 4 * 3;

	for (size_t at = 0; at < png->size; at += piece) {
		const size_t left = png->size - at, size = left < piece ? left : piece;
		const int more = size < left;
		const int begun = at ? bytes_printf(to, "\033_Gm=%d;", more)
		                     : bytes_printf(to, "\033_Ga=T,f=100,q=2,c=%d,r=%d,m=%d;", cells, THUMBS_ROWS, more);
		if (begun < 0 || base64_append(to, png->data + at, size) < 0 || bytes_append(to, "\033\\", 2) < 0)
			return -1;
	}
	return bytes_put_u8(to, '\n');
}

static int send_iterm(const struct bytes *png, int cells, struct bytes *to)
{
	if (bytes_printf(to, "\033]1337;File=inline=1;size=%zu;width=%d;height=%d;preserveAspectRatio=1:", png->size, cells,
	            THUMBS_ROWS) < 0 ||
	        base64_append(to, png->data, png->size) < 0)
		return -1;
	return bytes_append(to, "\a\n", 2);
}

/* --- as half blocks --------------------------------------------------------------------------------------------------- */

/* U+2580 has the upper pixel's colour on the lower one's; a colour is sent where it is another than before. */
static int send_line(const uint8_t *upper, const uint8_t *lower, uint32_t width, struct bytes *to)
{
	for (uint32_t x = 0; x < width; x++, upper += 3, lower += 3) {
		if ((!x || memcmp(upper, upper - 3, 3) != 0) &&
		        bytes_printf(to, "\033[38;2;%d;%d;%dm", upper[0], upper[1], upper[2]) < 0)
			return -1;
		if ((!x || memcmp(lower, lower - 3, 3) != 0) &&
		        bytes_printf(to, "\033[48;2;%d;%d;%dm", lower[0], lower[1], lower[2]) < 0)
			return -1;
		if (bytes_append(to, "\xe2\x96\x80", 3) < 0)
			return -1;
	}
	return bytes_append(to, "\033[0m\n", 5);
}

/*
 * Thin lines on so few pixels are a faint grey. The ink of a square, which is what it lacks to white, is made stronger until
 * its darkest twentieth is black; a photograph, which has such, stays as it is.
 */
static void strengthen(struct picture *p, uint32_t left, uint32_t width)
{
	uint32_t histogram[256] = {0}, darker = 0, darkest = 255;

	for (uint32_t y = 0; y < p->height; y++)
		for (uint32_t x = left; x < left + width; x++)
			histogram[255 - picture_row(p, y)[3 * x + 1]]++;
	while (darkest > STRENGTHEN_FROM && (darker += histogram[darkest]) < p->height * width / 20)
		darkest--;
	for (uint32_t y = 0; y < p->height; y++)
		for (uint32_t i = 3 * left; i < 3 * (left + width); i++) {
			uint8_t *v = picture_row(p, y) + i;
			const uint32_t ink = (255u - *v) * 255 / darkest;
			*v = (uint8_t)(255 - (ink < 255 ? ink : 255));
		}
}

static int send_blocks(struct picture *p, unsigned columns, struct bytes *to)
{
	for (uint32_t left = 0; left + columns <= p->width; left += columns + GAP)
		strengthen(p, left, columns);
	for (uint32_t y = 0; y + 1 < p->height; y += 2)
		if (send_line(picture_row_const(p, y), picture_row_const(p, y + 1), p->width, to) < 0)
			return -1;
	return 0;
}

int thumbs_put_answer(struct thumbs *t, const struct answer *a, const struct index *ix, struct bytes *to,
        struct error *err)
{
	const bool blocks = t->protocol == THUMBS_BLOCKS;
	const int cells = draw_row(t, a, ix, blocks ? 1 : CELL_WIDTH, blocks ? 2 : CELL_HEIGHT, err);
	int sent;

	if (cells <= 0)
		return cells;
	t->file.size = 0;
	if (!blocks && png_write(&t->canvas.picture, &t->file, err) < 0)
		return -1;
	if (blocks)
		sent = send_blocks(&t->canvas.picture, tile_columns(t), to);
	else
		sent = t->protocol == THUMBS_KITTY ? send_kitty(&t->file, cells, to) : send_iterm(&t->file, cells, to);
	return sent < 0 ? error_set(err, "out of memory") : 0;
}

void thumbs_release(struct thumbs *t)
{
	canvas_release(&t->canvas);
	bytes_release(&t->file);
}
