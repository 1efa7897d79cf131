/* SPDX-License-Identifier: ISC */
#include "image/scale.h"

#include "image/scale_kernels.h"

#include <string.h>

/*
 * With more boundaries in a row than output columns (dithered photographs), scaling its pixels one by one is cheaper than
 * scaling its runs.
 */
enum { BOUNDARIES_PER_COLUMN = 1 };

struct span {
	uint32_t begin, end; /* columns with ink; begin = end: a white row */
};

/* A scaling in progress. */
struct pass {
	struct scaler *s;
	const struct scale_kernels *kernels;
	const struct picture *from;
	const struct box *box;
	size_t colours;     /* 1 or 3 */
	bool by_runs;       /* rows of bits, reduced */
	size_t line_bytes;  /* of one colour of a row, padded: before scaling, */
	size_t ring_bytes;  /* and after it; a row of the ring is `colours` of these */
	uint32_t ring_rows; /* row y of the box is in row y % ring_rows of the ring */
	uint32_t ready;     /* rows of the box that were scaled across so far */
};

static size_t padded(size_t width)
{
	return (width + SCALE_PAD - 1) / SCALE_PAD * SCALE_PAD + SCALE_PAD;
}

enum picture_layout scaled_layout(enum picture_layout from)
{
	return from == PICTURE_RGB ? PICTURE_RGB : PICTURE_GREY;
}

void scaled_size(uint32_t width, uint32_t height, uint32_t side, uint32_t *scaled_width, uint32_t *scaled_height)
{
	const uint32_t longest = width > height ? width : height;
	const uint32_t w = (uint32_t)((uint64_t)width * side / longest), h = (uint32_t)((uint64_t)height * side / longest);

	*scaled_width = w ? w : 1;
	*scaled_height = h ? h : 1;
}

static uint8_t *line(const struct pass *p, size_t colour)
{
	return p->s->lines.data + colour * p->line_bytes;
}

static uint8_t *ring_row(const struct pass *p, uint32_t y, size_t colour)
{
	return p->s->ring.data + (y % p->ring_rows * p->colours + colour) * p->ring_bytes;
}

static struct span *ring_span(const struct pass *p, uint32_t y)
{
	return (struct span *)(void *)p->s->spans.data + y % p->ring_rows;
}

/* Eight pixels of a byte of bits as bytes of ink, the leftmost first. */
static void expand_eight(uint8_t *to, uint8_t bits)
{
	const uint64_t spread = (bits * UINT64_C(0x8040201008040201) & UINT64_C(0x8080808080808080)) >> 7;

	le64_put(to, spread * 255);
}

/* The bits of the box's row become ink from line[0] on; they begin anywhere in a byte. */
static const uint8_t *expand_bits(uint8_t *to, const uint8_t *row, const struct box *box)
{
	const size_t begin = box->x / 8, end = ((size_t)box->x + box->width + 7) / 8;

	for (size_t i = begin; i < end; i++)
		expand_eight(to + 8 * (i - begin), row[i]);
	return to + box->x % 8;
}

/* Scales a row of bytes across, one colour after the other. */
static void across_bytes(struct pass *p, uint32_t y, const uint8_t *row)
{
	const struct lanczos *l = &p->s->across;
	const uint8_t *ink = line(p, 0);

	if (p->from->layout == PICTURE_RGB) {
		uint8_t *const lines[3] = {line(p, 0), line(p, 1), line(p, 2)};
		p->kernels->split(row + 3 * (size_t)p->box->x, p->box->width, lines);
	} else if (p->from->layout == PICTURE_GREY) {
		uint8_t *to = line(p, 0);
		for (uint32_t x = 0; x < p->box->width; x++)
			to[x] = (uint8_t)~row[p->box->x + x];
	} else {
		ink = expand_bits(line(p, 0), row, p->box);
	}
	for (size_t c = 0; c < p->colours; c++)
		p->kernels->across(l, c ? line(p, c) : ink, ring_row(p, y, c));
	*ring_span(p, y) = (struct span){0, l->to};
}

/* Scales the next row of the box across, into the ring. */
static void across(struct pass *p)
{
	struct scaler *s = p->s;
	const uint32_t y = p->ready++;
	const uint8_t *row = picture_row_const(p->from, p->box->y + y);

	if (!p->by_runs) {
		across_bytes(p, y, row);
		return;
	}
	uint32_t *boundaries = (uint32_t *)(void *)s->boundaries.data;
	const size_t count = runs_find(row, picture_row_bytes(PICTURE_BIT, p->from->width), p->box->x, p->box->width, boundaries);
	if (count > BOUNDARIES_PER_COLUMN * (size_t)s->across.to) {
		across_bytes(p, y, row);
		return;
	}
	uint32_t span[2];
	memset(ring_row(p, y, 0), 0, p->ring_bytes);
	runs_across(&s->runs, p->kernels, boundaries, count, ring_row(p, y, 0), span);
	*ring_span(p, y) = (struct span){span[0], span[1]};
}

/* Output row i of one colour, into the values; columns without any ink in the window stay white. */
static uint8_t *down(struct pass *p, uint32_t i, size_t colour)
{
	struct scaler *s = p->s;
	const struct lanczos *l = &s->down;
	const uint8_t **rows = (const uint8_t **)(void *)s->window.data;
	int32_t *weights = (int32_t *)(void *)(rows + p->ring_rows);
	uint8_t *values = s->values.data + colour * p->ring_bytes;
	struct span ink = {s->across.to, 0};
	size_t count = 0;

	for (uint32_t k = 0; k < l->count[i]; k++) {
		const uint32_t y = l->first[i] + k;
		const struct span *row = ring_span(p, y);
		if (row->begin == row->end && l->keeps_white)
			continue;
		ink.begin = row->begin < ink.begin ? row->begin : ink.begin;
		ink.end = row->end > ink.end ? row->end : ink.end;
		rows[count] = ring_row(p, y, colour);
		weights[count++] = l->weights[i * l->stride + k];
	}
	if (!l->keeps_white)
		ink = (struct span){0, s->across.to};
	memset(values, 255, p->ring_bytes);
	if (ink.begin < ink.end)
		p->kernels->down(rows, weights, count, LANCZOS_HALF + 255 * l->sums[i],
		        ink.begin / SCALE_PAD * SCALE_PAD, ink.end, values);
	return values;
}

static void put_row(struct pass *p, uint32_t i, uint8_t *to)
{
	const uint8_t *v[3];

	for (size_t c = 0; c < p->colours; c++)
		v[c] = down(p, i, c);
	if (p->colours == 1) {
		memcpy(to, v[0], p->s->across.to);
		return;
	}
	for (uint32_t x = 0; x < p->s->across.to; x++, to += 3) {
		to[0] = v[0][x];
		to[1] = v[1][x];
		to[2] = v[2][x];
	}
}

static int begin(struct pass *p, uint32_t width, uint32_t height, struct error *err)
{
	struct scaler *s = p->s;
	const struct box *box = p->box;

	if (lanczos_prepare(&s->across, box->width, width, err) < 0 || lanczos_prepare(&s->down, box->height, height, err) < 0)
		return -1;
	p->kernels = s->kernels ? s->kernels : scale_fastest();
	p->colours = p->from->layout == PICTURE_RGB ? 3 : 1;
	p->by_runs = p->from->layout == PICTURE_BIT && width <= box->width && s->across.keeps_white;
	p->line_bytes = padded((size_t)box->width + 16);
	p->ring_bytes = padded(width);
	p->ring_rows = (uint32_t)s->down.stride < box->height ? (uint32_t)s->down.stride : box->height;
	if (p->by_runs && runs_prepare(&s->runs, &s->across, err) < 0)
		return -1;
	if (bytes_resize(&s->lines, p->colours * p->line_bytes) < 0 ||
	        bytes_resize(&s->ring, p->ring_rows * p->colours * p->ring_bytes) < 0 ||
	        bytes_resize(&s->values, p->colours * p->ring_bytes) < 0 ||
	        bytes_resize(&s->boundaries, ((size_t)box->width + 2) * sizeof(uint32_t)) < 0 ||
	        bytes_resize(&s->spans, p->ring_rows * sizeof(struct span)) < 0 ||
	        bytes_resize(&s->window, p->ring_rows * (sizeof(uint8_t *) + sizeof(int32_t))) < 0)
		return error_set(err, "out of memory");
	memset(s->lines.data, 0, s->lines.size);
	memset(s->ring.data, 0, s->ring.size);
	return 0;
}

int scale_into(struct scaler *s, const struct picture *from, const struct box *box, struct picture *to, uint32_t left,
        uint32_t top, uint32_t width, uint32_t height, struct error *err)
{
	struct pass p = {.s = s, .from = from, .box = box};
	const size_t pixel = to->layout == PICTURE_RGB ? 3 : 1;

	if (begin(&p, width, height, err) < 0)
		return -1;
	for (uint32_t i = 0; i < height; i++) {
		while (p.ready < s->down.first[i] + s->down.count[i])
			across(&p);
		put_row(&p, i, picture_row(to, top + i) + pixel * left);
	}
	return 0;
}

void scaler_release(struct scaler *s)
{
	lanczos_release(&s->across);
	lanczos_release(&s->down);
	runs_release(&s->runs);
	bytes_release(&s->lines);
	bytes_release(&s->ring);
	bytes_release(&s->values);
	bytes_release(&s->boundaries);
	bytes_release(&s->spans);
	bytes_release(&s->window);
}
