/* SPDX-License-Identifier: ISC */
#include "image/texture.h"

#include "base/limits.h"

#include <math.h>
#include <string.h>

enum { ONE_LINE = 72, TWO_LINES = 144, MANY_LINES = 288 };

/* The pitch of lines of text, in pixels. */
enum { PITCH_LEAST = 12, PITCH_MOST = 160 };

/* The cells of the band in work, and the ink of every row and of every byte's column. */
struct counts {
	struct texture_cell *cells;
	uint32_t *rows, *columns;
	size_t cell_count, column_count;
	uint64_t ink, across, down, isolated;
};

static uint32_t population(uint32_t v)
{
	v -= v >> 1 & 0x55555555;
	v = (v & 0x33333333) + (v >> 2 & 0x33333333);
	return ((v + (v >> 4)) & 0x0f0f0f0f) * 0x01010101 >> 24;
}

/* Four bytes of a row, the leftmost pixel highest; what lies outside is white. */
static uint32_t word_at(const uint8_t *row, size_t size, size_t at)
{
	uint32_t word = 0;

	if (at + 4 <= size)
		return (uint32_t)row[at] << 24 | (uint32_t)row[at + 1] << 16 | (uint32_t)row[at + 2] << 8 | row[at + 3];
	for (size_t i = 0; i < 4; i++)
		word = word << 8 | (at + i < size ? row[at + i] : 0u);
	return word;
}

static void count_columns(struct counts *c, uint32_t word, size_t at)
{
	for (size_t i = 0; i < 4 && at + i < c->column_count; i++)
		c->columns[at + i] += population(word >> (24 - 8 * i) & 255);
}

/* One row between its neighbours; beyond the page and behind the row's end all is white. */
static void count_row(struct counts *c, const uint8_t *above, const uint8_t *row, const uint8_t *below, size_t size, uint32_t y)
{
	uint32_t before = 0;

	for (size_t at = 0, i = 0; at < size; at += 4, i++) {
		const uint32_t word = word_at(row, size, at), over = word_at(above, size, at), under = word_at(below, size, at);
		if (!(word | over | under)) {
			c->cells[i].across += before & 1;
			c->across += before & 1;
			before = 0;
			continue;
		}
		const uint32_t left = word >> 1 | before << 31;
		const uint32_t right = word << 1 | (at + 4 < size ? (uint32_t)row[at + 4] >> 7 : 0);
		const uint32_t across = population(word ^ left), down = population(word ^ over), ink = population(word);
		before = word;
		c->cells[i].ink += ink;
		c->cells[i].across += across;
		c->cells[i].down += down;
		c->ink += ink;
		c->across += across;
		c->down += down;
		c->isolated += population((word ^ left) & (word ^ right) & (word ^ over) & (word ^ under));
		c->rows[y] += ink;
		count_columns(c, word, at);
	}
}

static void take_cells(struct counts *c, struct texture *to)
{
	for (size_t i = 0; i < c->cell_count; i++) {
		const struct texture_cell *cell = &c->cells[i];
		const uint32_t changes = cell->across > cell->down ? cell->across : cell->down;

		if (cell->ink) {
			to->inked_cells++;
			*(changes <= ONE_LINE     ? &to->lines
			  : changes <= TWO_LINES  ? &to->pairs
			  : changes <= MANY_LINES ? &to->hatching
			                          : &to->screen) += 1;
		}
	}
	c->cells += c->cell_count;
}

/* Cuts what is empty at both ends. */
static size_t cut_empty(const uint32_t **profile, size_t count)
{
	while (count && !(*profile)[count - 1])
		count--;
	for (; count && !**profile; count--)
		++*profile;
	return count;
}

/*
 * The largest autocorrelation of a profile at any lag from least to most, behind the first at which it is negative: noise and
 * a single body of ink have none.
 */
static double rhythm_of(const uint32_t *profile, size_t count, size_t least, size_t most)
{
	double mean = 0, variance = 0, best = 0;
	bool fell = false;

	count = cut_empty(&profile, count);
	if (count < 4 * least)
		return 0;
	for (size_t i = 0; i < count; i++)
		mean += profile[i] / (double)count;
	for (size_t i = 0; i < count; i++)
		variance += (profile[i] - mean) * (profile[i] - mean);
	if (variance <= 0)
		return 0;
	for (size_t lag = least / 2 + 1; lag <= most && lag < count / 3; lag++) {
		double sum = 0;
		for (size_t i = 0; i + lag < count; i++)
			sum += (profile[i] - mean) * (profile[i + lag] - mean);
		fell = fell || sum < 0;
		if (fell && lag >= least)
			best = fmax(best, sum / variance);
	}
	return best < 1 ? best : 1;
}

static int prepare(struct texture_work *w, const struct picture *p, struct counts *c, struct error *err)
{
	const size_t row = picture_row_bytes(PICTURE_BIT, p->width);

	w->columns = (row + 3) / 4;
	w->rows = (p->height + TEXTURE_CELL - 1) / TEXTURE_CELL;
	const size_t cells = w->columns * w->rows, size = cells * sizeof *c->cells + (p->height + row) * sizeof *c->rows;
	w->memory.size = 0;
	if (bytes_resize(&w->memory, size) < 0)
		return error_set(err, "out of memory");
	memset(w->memory.data, 0, size);
	c->cell_count = w->columns;
	c->column_count = row;
	c->cells = (struct texture_cell *)(void *)w->memory.data;
	c->rows = (uint32_t *)(void *)(c->cells + cells);
	c->columns = c->rows + p->height;
	return 0;
}

int texture_measure(struct texture_work *w, const struct picture *p, struct texture *to, struct error *err)
{
	static const uint8_t white[LIMIT_SIDE / 8 + 1];
	const size_t size = picture_row_bytes(PICTURE_BIT, p->width);
	struct counts c = {0};

	*to = (struct texture){0};
	if (prepare(w, p, &c, err) < 0)
		return -1;
	for (uint32_t y = 0; y < p->height; y++) {
		const uint8_t *above = y ? picture_row_const(p, y - 1) : white;
		const uint8_t *below = y + 1 < p->height ? picture_row_const(p, y + 1) : white;
		count_row(&c, above, picture_row_const(p, y), below, size, y);
		if (y % TEXTURE_CELL == TEXTURE_CELL - 1 || y + 1 == p->height)
			take_cells(&c, to);
	}
	const double pixels = (double)p->width * p->height, cells = ceil(p->width / 32.0) * ceil(p->height / 32.0);
	const double changes = (double)(c.across + c.down), inked = fmax(to->inked_cells, 1);
	to->ink = (double)c.ink / pixels;
	to->coverage = to->inked_cells / cells;
	to->isolated = changes > 0 ? (double)c.isolated / changes : 0;
	to->rough = c.ink ? fmin(4, changes / (double)c.ink) : 0;
	to->lines /= inked;
	to->pairs /= inked;
	to->hatching /= inked;
	to->screen /= inked;
	to->row_changes = (double)c.across;
	to->rhythm = fmax(rhythm_of(c.rows, p->height, PITCH_LEAST, PITCH_MOST),
	        rhythm_of(c.columns, size, PITCH_LEAST / 8 + 1, PITCH_MOST / 8));
	return 0;
}

const struct texture_cell *texture_cells(const struct texture_work *w)
{
	return (const struct texture_cell *)(const void *)w->memory.data;
}

void texture_work_release(struct texture_work *w)
{
	bytes_release(&w->memory);
}
