/* SPDX-License-Identifier: ISC */
/*
 * A panel is the columns that a tile is wide, and lies in one piece from one end of k to the other; behind the last column
 * there are zeros.
 */
#include "math/narrow_kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

/* --- shapes ------------------------------------------------------------------------------------------------------------- */

static size_t steps_for(enum narrow_kind kind, size_t numbers)
{
	const size_t step = narrow_numbers_a_step(kind);

	return narrow_round_up((numbers + step - 1) / step, 2);
}

/* Channels that may be loud. */
static size_t most_loud(size_t k)
{
	return narrow_smaller(k / 16, NARROW_MOST_LOUD);
}

size_t narrow_row_size(size_t k)
{
	return 4 * steps_for(NARROW_INT16, k); /* as much as INT8 with all that may be loud */
}

/* Bytes of panels, and of an array with a number for each column. */
static size_t data_size(const struct narrow *g, size_t steps, size_t n)
{
	return narrow_round_up(4 * steps * narrow_round_up(n, g->width), ALIGNMENT);
}

static size_t array_size(const struct narrow *g, size_t n)
{
	return narrow_round_up(4 * narrow_round_up(n, g->width), ALIGNMENT);
}

/* Bytes of what is loud. */
static size_t loud_size(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n)
{
	if (kind != NARROW_INT8)
		return 0;
	return narrow_round_up(sizeof(struct narrow_loud), ALIGNMENT) + array_size(g, n) +
	       data_size(g, steps_for(NARROW_INT16, most_loud(k)), n);
}

size_t narrow_panels_size(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n)
{
	return data_size(g, steps_for(kind, k), n) + 2 * array_size(g, n) + narrow_round_up(4 * k, ALIGNMENT) + loud_size(g, kind, k, n);
}

/* The arrays of a packed B, one behind the other; scales and sums are 0 at first. */
static void lay_out(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n, void *memory, struct narrow_panels *b)
{
	const size_t columns = array_size(g, n), steps = steps_for(kind, k);
	uint8_t *at = memory;

	*b = (struct narrow_panels){.kind = kind, .k = k, .n = n, .steps = steps, .data = at};
	at += data_size(g, steps, n);
	b->scale = (float *)(void *)at;
	b->sum = (float *)(void *)(at + columns);
	memset(at, 0, 2 * columns);
	at += 2 * columns;
	b->inverse = (float *)(void *)at;
	if (kind != NARROW_INT8)
		return;
	at += narrow_round_up(4 * k, ALIGNMENT);
	b->loud = (struct narrow_loud *)(void *)at;
	*b->loud = (struct narrow_loud){.scale = (float *)(void *)(at + narrow_round_up(sizeof *b->loud, ALIGNMENT))};
	memset(b->loud->scale, 0, columns);
	b->loud->data = (uint8_t *)b->loud->scale + columns;
}

/* Where the first four bytes of a column lie; the next step's are as many columns further as a panel has. */
static uint8_t *place(const struct narrow *g, uint8_t *data, size_t steps, size_t column)
{
	return data + 4 * (column / g->width * g->width * steps + column % g->width);
}

/* The numbers of one column as a row of A has them, to where panels of so many steps have them. */
static void put_column(const struct narrow *g, const uint8_t *numbers, uint8_t *data, size_t steps, size_t column)
{
	uint8_t *to = place(g, data, steps, column);

	for (size_t i = 0; i < steps; i++)
		memcpy(to + 4 * i * g->width, numbers + 4 * i, 4);
}

/* Fills what lies behind the last of n columns. */
static void clear_rest(const struct narrow *g, uint8_t *data, size_t steps, size_t n)
{
	for (size_t column = n; column < narrow_round_up(n, g->width); column++)
		for (size_t i = 0; i < steps; i++)
			memset(place(g, data, steps, column) + 4 * i * g->width, 0, 4);
}

/* --- numbers of 16 bits ------------------------------------------------------------------------------------------------- */

/* Whole numbers take the place of the weights that they were made of, from the first on. */
static void put_word(float *weights, size_t i, int32_t number)
{
	const int16_t word = (int16_t)number;

	memcpy((uint8_t *)weights + 2 * i, &word, sizeof word);
}

/* To the nearest bfloat16, ties to even. */
static uint16_t bfloat_of(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* Loud channels weigh more in the sum, so most of the difference goes into the weights. */
static float evening(float loudness)
{
	return isfinite(loudness) && loudness > 1e-15f && loudness < 1e15f ? powf(loudness, 0.75f) : 1;
}

/* `column` has room for a row of A. */
static void pack_column16(const struct narrow *g, const float *w, const struct narrow_panels *b, size_t j, float *column)
{
	float peak = 0;

	for (size_t i = 0; i < b->k; i++)
		peak = fabsf(w[i]) > peak ? fabsf(w[i]) : peak;
	const float scale = b->kind == NARROW_INT16 && peak > 0 ? peak / narrow_column_limit(b->k) : 1;
	memset(column, 0, 4 * b->steps);
	for (size_t i = 0; i < b->k; i++)
		put_word(column, i, b->kind == NARROW_BF16 ? bfloat_of(w[i]) : narrow_whole(w[i] / scale));
	put_column(g, (const uint8_t *)column, b->data, b->steps, j);
	b->scale[j] = scale;
}

static void pack16(const struct narrow *g, float *weights, const float *loudness, struct narrow_panels *b, float *column)
{
	const size_t k = b->k;

	if (!loudness || b->kind == NARROW_BF16)
		b->inverse = NULL;
	for (size_t i = 0; b->inverse && i < k; i++)
		b->inverse[i] = 1 / evening(loudness[i]);
	for (size_t j = 0; j < b->n; j++) {
		for (size_t i = 0; b->inverse && i < k; i++)
			weights[j * k + i] /= b->inverse[i];
		pack_column16(g, weights + j * k, b, j, column);
	}
}

/* --- numbers of 8 bits -------------------------------------------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Those that are four times as loud as most, or the loudest of them. `sorted` is room for k numbers. */
static void find_loud(const float *loudness, size_t k, float *sorted, struct narrow_loud *loud)
{
	const size_t most = most_loud(k);

	memcpy(sorted, loudness, k * sizeof *sorted);
	qsort(sorted, k, sizeof *sorted, by_size);
	float limit = 4 * sorted[k / 2];
	if (most < k && sorted[k - 1 - most] > limit)
		limit = sorted[k - 1 - most];
	for (size_t i = 0; i < k && loud->count < most; i++)
		if (loudness[i] > limit)
			loud->channels[loud->count++] = (uint32_t)i;
	loud->steps = steps_for(NARROW_INT16, loud->count);
}

/* One output's weights of loud channels, in 16 bits; 0 is left in their place. */
static void pack_loud(const struct narrow *g, float *w, const struct narrow_loud *loud, size_t j)
{
	int16_t words[NARROW_MOST_LOUD + 4] = {0};
	float peak = 0;

	for (size_t i = 0; i < loud->count; i++)
		peak = fmaxf(peak, fabsf(w[loud->channels[i]]));
	const float scale = peak > 0 ? peak / narrow_column_limit(loud->count) : 1;
	for (size_t i = 0; i < loud->count; i++) {
		words[i] = (int16_t)narrow_whole(w[loud->channels[i]] / scale);
		w[loud->channels[i]] = 0;
	}
	put_column(g, (const uint8_t *)words, loud->data, loud->steps, j);
	loud->scale[j] = scale;
}

/*
 * What 1 is worth, so that no number is too large, nor the sum of those of one sign in any four that are added in 16 bits: of
 * each eight the first two and the fifth and sixth, and the others.
 */
static float scale_of(const float *w, const struct narrow_panels *b)
{
	float peak = 0, group = 0;

	for (size_t i = 0; i < 4 * b->steps; i += 8) {
		for (size_t half = i; half < i + 4; half += 2) {
			float above = 0, below = 0;
			for (size_t j = 0; j < 4; j++) {
				const size_t at = half + j % 2 + j / 2 * 4;
				const float x = at < b->k ? w[at] : 0;
				above += x > 0 ? x : 0;
				below -= x < 0 ? x : 0;
				peak = fmaxf(peak, fabsf(x));
			}
			group = fmaxf(group, fmaxf(above, below));
		}
	}
	/* each of the four may be rounded up */
	const float scale = fmaxf(peak / NARROW_WEIGHT8, group / (NARROW_GROUP8 - 4));
	return scale > 0 ? scale : 1;
}

/* The weights of one output; `room` has room for a row of A. */
static void pack_column8(const struct narrow *g, const float *w, const struct narrow_panels *b, size_t j, float *room)
{
	int8_t *bytes = (int8_t *)(void *)room;
	const float scale = scale_of(w, b);
	int32_t sum = 0;

	memset(bytes, 0, 4 * b->steps);
	for (size_t i = 0; i < b->k; i++) {
		bytes[i] = (int8_t)narrow_whole(w[i] / scale);
		sum += bytes[i];
	}
	put_column(g, (const uint8_t *)bytes, b->data, b->steps, j);
	b->scale[j] = scale;
	b->sum[j] = (float)sum;
}

static void pack8(const struct narrow *g, float *weights, const float *loudness, struct narrow_panels *b, float *room)
{
	struct narrow_loud *loud = b->loud;

	if (loudness)
		find_loud(loudness, b->k, room, loud);
	for (size_t i = 0; i < b->k; i++)
		b->inverse[i] = 1 / evening(loudness ? loudness[i] : 1);
	for (size_t i = 0; i < loud->count; i++)
		b->inverse[loud->channels[i]] = 0; /* after its weights are put away */
	for (size_t j = 0; j < b->n; j++) {
		float *w = weights + j * b->k;
		if (loud->count)
			pack_loud(g, w, loud, j);
		for (size_t i = 0; i < b->k; i++)
			w[i] = b->inverse[i] > 0 ? w[i] / b->inverse[i] : 0;
		pack_column8(g, w, b, j, room);
	}
	clear_rest(g, loud->data, loud->steps, b->n);
	if (!loud->count)
		b->loud = NULL;
}

size_t narrow_pack_room(size_t k)
{
	return steps_for(NARROW_INT16, k) * 2;
}

void narrow_pack(const struct narrow *g, enum narrow_kind kind, float *weights, size_t k, size_t n, const float *loudness,
        float *room, void *memory, struct narrow_panels *b)
{
	lay_out(g, kind, k, n, memory, b);
	if (kind == NARROW_INT8)
		pack8(g, weights, loudness, b, room);
	else
		pack16(g, weights, loudness, b, room);
	clear_rest(g, b->data, b->steps, n);
}
