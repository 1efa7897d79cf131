/* SPDX-License-Identifier: ISC */
/*
 * A panel is the columns that a tile is wide, and lies in one piece from one end of k to the other; behind the last column
 * there are zeros.
 */
#include "math/narrow_kernel.h"

#include <math.h>
#include <string.h>

enum { ALIGNMENT = 64 };

/* --- shapes ------------------------------------------------------------------------------------------------------------- */

static size_t steps_for(enum narrow_kind kind, size_t numbers)
{
	const size_t step = narrow_numbers_a_step(kind);

	return narrow_round_up((numbers + step - 1) / step, 2);
}

/* Copies that so many channels may have in all. */
static size_t most_copies(size_t k)
{
	return k / 4;
}

size_t narrow_row_size(size_t k)
{
	return 4 * steps_for(NARROW_INT16, k); /* as much as INT8 with all its copies */
}

static size_t data_size(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n)
{
	const size_t channels = kind == NARROW_INT8 ? k + most_copies(k) : k;

	return narrow_round_up(4 * steps_for(kind, channels) * narrow_round_up(n, g->width), ALIGNMENT);
}

size_t narrow_panels_size(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n)
{
	const size_t columns = narrow_round_up(4 * narrow_round_up(n, g->width), ALIGNMENT), channels = narrow_round_up(4 * k, ALIGNMENT);

	return data_size(g, kind, k, n) + 2 * columns + 2 * channels;
}

/* The arrays of a packed B, one behind the other; scales and sums are 0 at first. */
static void lay_out(const struct narrow *g, enum narrow_kind kind, size_t k, size_t n, void *memory, struct narrow_panels *b)
{
	const size_t columns = narrow_round_up(4 * narrow_round_up(n, g->width), ALIGNMENT);
	uint8_t *at = memory;

	*b = (struct narrow_panels){.kind = kind, .k = k, .n = n, .steps = steps_for(kind, k), .data = at};
	at += data_size(g, kind, k, n);
	b->scale = (float *)(void *)at;
	b->sum = (float *)(void *)(at + columns);
	memset(at, 0, 2 * columns);
	at += 2 * columns;
	b->inverse = (float *)(void *)at;
	b->copied = (uint32_t *)(void *)(at + narrow_round_up(4 * k, ALIGNMENT));
}

/* Where the first four bytes of a column lie; the next step's are as many columns further as a panel has. */
static uint8_t *place(const struct narrow *g, const struct narrow_panels *b, size_t column)
{
	return b->data + 4 * (column / g->width * g->width * b->steps + column % g->width);
}

/* The numbers of one column as a row of A has them, to where the panels have them. */
static void put_column(const struct narrow *g, const struct narrow_panels *b, const uint8_t *numbers, size_t column)
{
	uint8_t *to = place(g, b, column);

	for (size_t i = 0; i < b->steps; i++)
		memcpy(to + 4 * i * g->width, numbers + 4 * i, 4);
}

/* Fills what lies behind the last column. */
static void clear_rest(const struct narrow *g, const struct narrow_panels *b)
{
	for (size_t column = b->n; column < narrow_round_up(b->n, g->width); column++)
		for (size_t i = 0; i < b->steps; i++)
			memset(place(g, b, column) + 4 * i * g->width, 0, 4);
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
	put_column(g, b, (const uint8_t *)column, j);
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

/* The largest weight that reads a channel counts as well, to the power of ¼; what it leaves is evened by splitting. */
static void smooth(float *weights, const float *loudness, struct narrow_panels *b, float *peaks)
{
	const size_t k = b->k;

	memset(peaks, 0, k * sizeof *peaks);
	for (size_t j = 0; j < b->n; j++)
		for (size_t i = 0; i < k; i++)
			peaks[i] = fabsf(weights[j * k + i]) > peaks[i] ? fabsf(weights[j * k + i]) : peaks[i];
	for (size_t i = 0; i < k; i++) {
		const float fourth = peaks[i] > 1e-15f && peaks[i] < 1e15f ? powf(peaks[i], 0.25f) : 1;
		b->inverse[i] = fourth / evening(loudness ? loudness[i] : 1);
		peaks[i] /= b->inverse[i];
	}
	for (size_t j = 0; j < b->n; j++)
		for (size_t i = 0; i < k; i++)
			weights[j * k + i] /= b->inverse[i];
}

/* How often a channel stands in A so that none of its weights is above `limit`. */
static size_t times(float peak, float limit)
{
	return peak > limit ? (size_t)ceilf(fminf(peak / limit, 250)) : 1;
}

/* Splits channels whose weights are 1.5 times as large as those of the average one, or as much larger as leaves room. */
static void split(const float *peaks, struct narrow_panels *b)
{
	double total = 0;
	float limit;
	size_t copies;

	for (size_t i = 0; i < b->k; i++)
		total += 1 / (1e-30 + (double)peaks[i]);
	limit = (float)(1.5 * (double)b->k / total); /* the harmonic mean: a few large ones do not lift it */
	do {
		copies = 0;
		for (size_t i = 0; i < b->k; i++)
			copies += times(peaks[i], limit) - 1;
		limit *= copies > most_copies(b->k) ? 1.1f : 1;
	} while (copies > most_copies(b->k));
	for (size_t i = 0; i < b->k; i++)
		for (size_t t = times(peaks[i], limit); t > 1; t--)
			b->copied[b->copies++] = (uint32_t)i;
}

/* How many copies of the channel of copy `at` there are from there on. */
static size_t run(const struct narrow_panels *b, size_t at)
{
	size_t end = at;

	while (end < b->copies && b->copied[end] == b->copied[at])
		end++;
	return end - at;
}

/* Every weight, and those of the copies behind them, as the part that each place takes of it. */
static void lay_parts(const float *w, const struct narrow_panels *b, float *parts)
{
	memcpy(parts, w, b->k * sizeof *parts);
	for (size_t at = 0; at < b->copies; at += run(b, at)) {
		const size_t channel = b->copied[at], count = run(b, at);
		parts[channel] /= (float)(count + 1);
		for (size_t i = 0; i < count; i++)
			parts[b->k + at + i] = parts[channel];
	}
	for (size_t i = b->k + b->copies; i < 4 * b->steps; i++)
		parts[i] = 0;
}

static float larger(float a, float b)
{
	return a > b ? a : b;
}

/*
 * What 1 is worth, so that no number is too large, nor the sum of those of one sign in any four that are added in 16 bits: of
 * each eight the first two and the fifth and sixth, and the others. A whole number may be one off its part.
 */
static float scale_of(const float *parts, const struct narrow_panels *b)
{
	float peak = 0, group = 0;

	for (size_t i = 0; i < 4 * b->steps; i += 8) {
		for (size_t half = i; half < i + 4; half += 2) {
			const float four[] = {parts[half], parts[half + 1], parts[half + 4], parts[half + 5]};
			float above = 0, below = 0;
			for (int j = 0; j < 4; j++) {
				above += four[j] > 0 ? four[j] : 0;
				below -= four[j] < 0 ? four[j] : 0;
				peak = larger(peak, fabsf(four[j]));
			}
			group = larger(group, larger(above, below));
		}
	}
	const float scale = larger(peak / (NARROW_WEIGHT8 - 1), group / (NARROW_GROUP8 - 4));
	return scale > 0 ? scale : 1;
}

/* The weights of one output; `room` holds as many numbers as there are channels and copies, in whole steps. */
static void pack_column8(const struct narrow *g, const float *w, const struct narrow_panels *b, size_t j, float *room)
{
	int8_t *bytes = (int8_t *)(void *)room; /* number i is written when part i has been read */
	int32_t sum = 0;

	lay_parts(w, b, room);
	const float scale = scale_of(room, b);
	for (size_t i = 0; i < 4 * b->steps; i++)
		bytes[i] = (int8_t)narrow_whole(room[i] / scale);
	/* of a channel with copies the whole is rounded, and shared out */
	for (size_t at = 0; at < b->copies; at += run(b, at)) {
		const size_t channel = b->copied[at], count = run(b, at);
		int32_t rest = narrow_whole(w[channel] / scale);
		for (size_t i = 0; i < count; i++) {
			bytes[b->k + at + i] = (int8_t)(rest / (int32_t)(count + 1 - i));
			rest -= bytes[b->k + at + i];
		}
		bytes[channel] = (int8_t)rest;
	}
	for (size_t i = 0; i < b->k + b->copies; i++)
		sum += bytes[i];
	put_column(g, b, (const uint8_t *)bytes, j);
	b->scale[j] = scale;
	b->sum[j] = (float)sum;
}

static void pack8(const struct narrow *g, float *weights, const float *loudness, struct narrow_panels *b, float *room)
{
	smooth(weights, loudness, b, room);
	split(room, b);
	b->steps = steps_for(NARROW_INT8, b->k + b->copies);
	for (size_t j = 0; j < b->n; j++)
		pack_column8(g, weights + j * b->k, b, j, room);
}

size_t narrow_pack_room(size_t k)
{
	return 4 * steps_for(NARROW_INT8, k + most_copies(k));
}

void narrow_pack(const struct narrow *g, enum narrow_kind kind, float *weights, size_t k, size_t n, const float *loudness,
        float *room, void *memory, struct narrow_panels *b)
{
	lay_out(g, kind, k, n, memory, b);
	if (kind == NARROW_INT8)
		pack8(g, weights, loudness, b, room);
	else
		pack16(g, weights, loudness, b, room);
	clear_rest(g, b);
}
