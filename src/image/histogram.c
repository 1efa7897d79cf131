/* SPDX-License-Identifier: ISC */
#include "image/histogram.h"

#include "math/splitmix.h"

enum { CELL_BITS = 5, CELLS = 1 << 3 * CELL_BITS, LEVELS = 256 };

/*
 * The pixels of a cell and the sums of their samples, two to a word, the second in its upper half: half as much to add for each
 * pixel. What is looked at of a larger picture is below twice HISTOGRAM_PIXELS, so that sums of bytes fit.
 */
struct cell {
	uint64_t red_count, blue_green;
};

static int prepare(struct histogram *h, size_t cells, size_t cell_size, size_t tones)
{
	h->count = 0;
	h->pixels = 0;
	h->bilevel = true;
	if (bytes_resize(&h->cells, cells * cell_size) < 0 || bytes_resize(&h->memory, tones * sizeof *h->tones) < 0)
		return -1;
	if (cells)
		memset(h->cells.data, 0, h->cells.size);
	h->tones = (struct tone *)(void *)h->memory.data;
	return 0;
}

static void add_tone(struct histogram *h, const double rgb[3], uint64_t count)
{
	struct tone *t = &h->tones[h->count];
	const double black_or_white = rgb[0] == 0 ? 0 : 255;

	if (!count)
		return;
	*t = (struct tone){.count = count, .paper = true};
	for (int i = 0; i < 3; i++) {
		t->rgb[i] = rgb[i];
		t->paper &= rgb[i] >= HISTOGRAM_PAPER;
		h->bilevel &= rgb[i] == black_or_white;
	}
	h->count++;
	h->pixels += count;
}

/* --- the pixels that are looked at --------------------------------------------------------------------------------------- */

/* The side of the squares of which one pixel counts. */
static uint32_t step_of(const struct picture *p)
{
	const uint64_t pixels = (uint64_t)p->width * p->height;
	uint32_t step = 1;

	while (pixels / step / step > HISTOGRAM_PIXELS)
		step++;
	return step;
}

/*
 * A row of squares. Its pixels come from one row and lie at one place of their squares; those of the next row of squares lie
 * elsewhere, so that regular textures, such as screens of print, are met everywhere.
 */
struct band {
	uint32_t step, top, y, x;
	uint64_t state;
};

/* The next row of squares, from {.step = step}; false behind the last. Squares that reach beyond the picture are smaller. */
static bool next_band(struct band *b, const struct picture *p)
{
	if (b->top >= p->height)
		return false;
	const uint32_t height = p->height - b->top < b->step ? p->height - b->top : b->step;
	const uint32_t width = p->width < b->step ? p->width : b->step;
	b->y = b->top + (uint32_t)(splitmix64(&b->state) % height);
	b->x = (uint32_t)(splitmix64(&b->state) % width);
	b->top += b->step;
	return true;
}

/* --- the three layouts -------------------------------------------------------------------------------------------------- */

static uint64_t ones(uint64_t word)
{
	word -= word >> 1 & 0x5555555555555555u;
	word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
	word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return word * 0x0101010101010101u >> 56;
}

/* The bits behind the last pixel of a row are 0. */
static int take_bits(struct histogram *h, const struct picture *p)
{
	static const double black[3] = {0, 0, 0}, white[3] = {255, 255, 255};
	const uint64_t pixels = (uint64_t)p->width * p->height;
	const uint8_t *at = p->pixels.data;
	uint64_t word, ink = 0;
	size_t left = p->pixels.size;

	if (prepare(h, 0, 0, 2) < 0)
		return -1;
	for (; left >= sizeof word; left -= sizeof word, at += sizeof word) {
		memcpy(&word, at, sizeof word);
		ink += ones(word);
	}
	while (left--)
		ink += ones(*at++);
	add_tone(h, black, ink);
	add_tone(h, white, pixels - ink);
	return 0;
}

static int take_greys(struct histogram *h, const struct picture *p)
{
	struct band band = {.step = step_of(p)};

	if (prepare(h, LEVELS, sizeof(uint32_t), LEVELS) < 0)
		return -1;
	uint32_t *counts = (uint32_t *)(void *)h->cells.data;
	while (next_band(&band, p)) {
		const uint8_t *row = picture_row_const(p, band.y);
		for (uint32_t x = band.x; x < p->width; x += band.step)
			counts[row[x]]++;
	}
	for (int level = 0; level < LEVELS; level++)
		add_tone(h, (double[3]){level, level, level}, counts[level]);
	return 0;
}

static void add_pixel(struct cell *cells, const uint8_t *rgb)
{
	const unsigned drop = 8 - CELL_BITS;
	struct cell *c = &cells[(rgb[0] >> drop) << 2 * CELL_BITS | (rgb[1] >> drop) << CELL_BITS | rgb[2] >> drop];

	c->red_count += (uint64_t)1 << 32 | rgb[0];
	c->blue_green += (uint64_t)rgb[1] << 32 | rgb[2];
}

static void add_cell(struct histogram *h, const struct cell *c)
{
	const uint32_t count = (uint32_t)(c->red_count >> 32);
	const double n = count ? count : 1;

	add_tone(h, (double[3]){(uint32_t)c->red_count / n, (uint32_t)(c->blue_green >> 32) / n, (uint32_t)c->blue_green / n},
	        count);
}

static int take_colours(struct histogram *h, const struct picture *p)
{
	struct band band = {.step = step_of(p)};

	if (prepare(h, CELLS, sizeof(struct cell), CELLS) < 0)
		return -1;
	struct cell *cells = (struct cell *)(void *)h->cells.data;
	while (next_band(&band, p)) {
		const uint8_t *row = picture_row_const(p, band.y), *end = row + 3 * (size_t)p->width;
		for (const uint8_t *rgb = row + 3 * (size_t)band.x; rgb < end; rgb += 3 * (size_t)band.step)
			add_pixel(cells, rgb);
	}
	for (int i = 0; i < CELLS; i++)
		add_cell(h, &cells[i]);
	return 0;
}

int histogram_take(struct histogram *h, const struct picture *p)
{
	if (p->layout == PICTURE_BIT)
		return take_bits(h, p);
	return p->layout == PICTURE_GREY ? take_greys(h, p) : take_colours(h, p);
}

void histogram_release(struct histogram *h)
{
	bytes_release(&h->memory);
	bytes_release(&h->cells);
	*h = (struct histogram){0};
}
