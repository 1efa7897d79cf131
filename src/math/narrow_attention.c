/* SPDX-License-Identifier: ISC */
#include "math/narrow_attention.h"

#include "math/narrow_kernel.h"
#include "math/prefetch.h"

#include <math.h>
#include <string.h>

/*
 * Keys at a time, a multiple of 4 and of what tiles are high; panels of questions that go over them; numbers between multiples of 64
 * bytes.
 */
enum { PIECE = 144, PANELS = 4, LINE = 16 };

/* The work memory; whole numbers lie in steps of four bytes. */
struct work {
	float *keys;         /* of each piece [step][PIECE] */
	float *key_scales;
	float *values;       /* of each piece panels of [step][width] */
	float *value_scales, *value_means; /* [size] */
	float *questions;    /* of each panel [step][width] */
	float *scales;       /* of each panel [width] */
	float *scores;       /* [PIECE][width] */
	float *shares;       /* [PIECE / 2][width] */
	float *out;          /* of each panel [width][size, a multiple of the width] */
	float *highest, *sums; /* of each panel [width] */
	float *factors, *now, *ones; /* [width] */
	float *row;          /* a row on its way */
	float *words;        /* four of values */
	float *mean;         /* [size] of the keys; then what values are multiplied with */
};

/* The sizes that follow from a head's: of its numbers, in steps and in columns of panels, and keys; values in a step. */
struct shape {
	size_t size, steps, columns, keys;
	float question_limit, key_limit;
	size_t together;
	float value_limit;
};

static struct shape shape_of(const struct narrow *g, size_t tokens, size_t size, enum narrow_kind values)
{
	struct shape s = {size, narrow_round_up((size + 1) / 2, 2), narrow_round_up(size, g->width), narrow_round_up(tokens, PIECE), 8191, 4095,
	        narrow_numbers_a_step(values), values == NARROW_INT8 ? NARROW_WEIGHT8 : 2047};

	/* sums of so many products have room in 32 bits */
	for (size_t most = 64; most < size; most *= 4) {
		s.question_limit = floorf(s.question_limit / 2);
		s.key_limit = floorf(s.key_limit / 2);
	}
	return s;
}

static size_t lay_out(const struct narrow *g, const struct shape *s, float *memory, struct work *w)
{
	const size_t panel = PANELS * g->width;
	const struct {
		float **array;
		size_t numbers;
	} arrays[] = {
	        {&w->keys, s->keys * s->steps},
	        {&w->key_scales, s->keys},
	        {&w->values, s->keys / s->together * s->columns},
	        {&w->value_scales, s->size},
	        {&w->value_means, s->size},
	        {&w->questions, panel * s->steps},
	        {&w->scales, panel},
	        {&w->scores, PIECE * g->width},
	        {&w->shares, PIECE / 2 * g->width},
	        {&w->out, panel * s->columns},
	        {&w->highest, panel},
	        {&w->sums, panel},
	        {&w->factors, g->width},
	        {&w->now, g->width},
	        {&w->ones, g->width},
	        {&w->row, s->steps},
	        {&w->words, 4 * s->steps},
	        {&w->mean, s->size},
	};
	size_t numbers = 0;

	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
		*arrays[i].array = memory ? memory + numbers : NULL;
		numbers += narrow_round_up(arrays[i].numbers, LINE);
	}
	for (size_t i = 0; memory && i < g->width; i++)
		w->ones[i] = 1;
	return numbers;
}

/* A row of whole numbers, step by step, to a place among `width` others. */
static void put_steps(const float *row, size_t steps, float *to, size_t width)
{
	for (size_t i = 0; i < steps; i++)
		memcpy(to + i * width, row + i, sizeof *to);
}

/* The mean of keys or of values. */
static void mean_of_rows(const struct narrow *g, const struct attention_head *h, const float *rows, float *mean)
{
	memset(mean, 0, h->size * sizeof *mean);
	for (size_t i = 0; i < h->tokens; i++) {
		prefetch_row(rows, h->key_stride, i, h->tokens, h->size);
		g->rounding->add_to(rows + i * h->key_stride, h->size, mean);
	}
	for (size_t i = 0; i < h->size; i++)
		mean[i] /= (float)h->tokens;
}

/* Keys, less what they have in common, which a soft-max does not see. */
static void pack_keys(const struct narrow *g, const struct attention_head *h, const struct shape *s, const struct work *w)
{
	mean_of_rows(g, h, h->key, w->mean);
	memset(w->row, 0, s->steps * sizeof *w->row);
	for (size_t i = 0; i < s->keys; i++) {
		if (i < h->tokens) {
			prefetch_row(h->key, h->key_stride, i, h->tokens, s->size);
			w->key_scales[i] = g->rounding->row16(h->key + i * h->key_stride, w->mean, NULL, s->size, s->key_limit,
			        (int16_t *)(void *)w->row);
		} else
			w->key_scales[i] = 0;
		put_steps(w->row, s->steps, w->keys + i / PIECE * PIECE * s->steps + i % PIECE, PIECE);
	}
}

/* Steps of the values of a piece that begins with this token. */
static size_t steps_from(const struct shape *s, size_t token, size_t tokens)
{
	return narrow_round_up((narrow_smaller(PIECE, tokens - token) + s->together - 1) / s->together, 2);
}

/* The numbers of two tokens as one step in panels of so many. */
static void put_words(const struct narrow *g, size_t size, size_t steps, const int16_t *words, size_t stride, float *to)
{
	for (size_t i = 0; i < size; i++) {
		const int16_t two[] = {words[i], words[stride + i]};
		memcpy(to + i / g->width * g->width * steps + i % g->width, two, sizeof two);
	}
}

/* The same of four tokens in 8 bits. */
static void put_bytes(const struct narrow *g, size_t size, size_t steps, const int16_t *words, size_t stride, float *to)
{
	for (size_t i = 0; i < size; i++) {
		const int8_t four[] = {(int8_t)words[i], (int8_t)words[stride + i], (int8_t)words[2 * stride + i], (int8_t)words[3 * stride + i]};
		memcpy(to + i / g->width * g->width * steps + i % g->width, four, sizeof four);
	}
}

/* Values; in 8 bits less their mean, which shares that add up to 1 leave as it is. */
static void pack_values(const struct narrow *g, const struct attention_head *h, const struct shape *s, const struct work *w)
{
	int16_t *words = (int16_t *)(void *)w->words;
	const float *minus = s->together == 4 ? w->value_means : NULL;
	float *by = w->mean;

	if (minus)
		mean_of_rows(g, h, h->value, w->value_means);
	memset(by, 0, s->size * sizeof *by);
	for (size_t i = 0; i < h->tokens; i++) {
		prefetch_row(h->value, h->key_stride, i, h->tokens, s->size);
		g->rounding->raise_to(h->value + i * h->key_stride, minus, s->size, by);
	}
	for (size_t i = 0; i < s->size; i++) {
		w->value_scales[i] = by[i] < INFINITY ? by[i] / s->value_limit : NAN;
		by[i] = by[i] > 1e-30f ? s->value_limit / by[i] : 0;
	}
	memset(w->values, 0, s->keys / s->together * s->columns * sizeof *w->values);
	for (size_t i = 0; i < h->tokens; i += s->together) {
		const size_t count = narrow_smaller(s->together, h->tokens - i), first = i / PIECE * PIECE;
		float *to = w->values + first / s->together * s->columns + i % PIECE / s->together * g->width;
		for (size_t j = 0; j < count; j++) {
			prefetch_row(h->value, h->key_stride, i + j, h->tokens, s->size);
			g->rounding->scaled16(h->value + (i + j) * h->key_stride, minus, by, s->size, words + j * 2 * s->steps);
		}
		memset(words + count * 2 * s->steps, 0, (s->together - count) * 2 * s->steps * sizeof *words);
		(minus ? put_bytes : put_words)(g, s->size, steps_from(s, first, h->tokens), words, 2 * s->steps, to);
	}
}

/* Lays questions side by side, and makes the exponentials of their scores powers of two. */
static void pack_questions(const struct narrow *g, const struct attention_head *h, const struct shape *s, const struct work *w,
        size_t first, size_t count)
{
	const float log2_e = 1.44269504f;

	for (size_t i = 0; i < PANELS * g->width; i++) {
		memset(w->row, 0, s->steps * sizeof *w->row);
		w->scales[i] = 0;
		w->highest[i] = -INFINITY;
		w->sums[i] = 0;
		prefetch_row(h->query, h->query_stride, first + i, first + count, s->size);
		if (i < count)
			w->scales[i] = log2_e * g->rounding->row16(h->query + (first + i) * h->query_stride, NULL, NULL, s->size,
			                                s->question_limit, (int16_t *)(void *)w->row);
		put_steps(w->row, s->steps, w->questions + i / g->width * g->width * s->steps + i % g->width, g->width);
	}
	memset(w->out, 0, PANELS * g->width * s->columns * sizeof *w->out);
}

/* `count` questions of a panel over one piece of keys. */
static void attend_piece(const struct narrow *g, const struct shape *s, const struct work *w, size_t panel, size_t count, size_t first,
        size_t tokens)
{
	const size_t at = panel * g->width, keys = narrow_smaller(PIECE, tokens - first), filled = (keys + s->together - 1) / s->together;
	const size_t steps = steps_from(s, first, tokens);
	const bool bytes = s->together == 4;
	const struct narrow_left key = {.at = (const uint8_t *)(w->keys + first * s->steps), .row = 4, .step = 4 * PIECE};
	const struct narrow_left share = {.at = (const uint8_t *)w->shares, .row = 4, .step = 4 * g->width};
	const struct narrow_finish scored = {.row_scale = w->key_scales + first, .scale = w->scales + at};
	const struct narrow_finish added = {.row_scale = bytes ? w->now : w->ones, .scale = w->ones, .more = true, .keep = w->factors};
	float *out = w->out + at * s->columns, *highest = w->highest + at, *sums = w->sums + at;
	uint32_t *shares = (uint32_t *)(void *)w->shares;

	g->multiply[NARROW_INT16](keys, &key, s->steps, (const uint8_t *)(w->questions + at * s->steps), &scored, w->scores, g->width);
	if (bytes)
		g->rounding->soften8(w->scores, keys, g->width, highest, sums, w->factors, w->now, shares);
	else
		g->rounding->soften(w->scores, keys, g->width, highest, sums, w->factors, shares);
	memset(w->shares + filled * g->width, 0, (steps - filled) * g->width * sizeof *w->shares);
	for (size_t column = 0; column < s->columns; column += g->width)
		g->multiply[bytes ? NARROW_INT8 : NARROW_INT16](count, &share, steps,
		        (const uint8_t *)(w->values + first / s->together * s->columns + column * steps), &added, out + column, s->columns);
}

/*
 * Divides what a panel's questions found by the sums, and lays it where it belongs. The largest number that a soft-max sees is
 * not changed by one that is none: the scales tell, those of all keys in `none`, which is 0 or NaN.
 */
static void finish_panel(const struct narrow *g, const struct attention_head *h, const struct shape *s, const struct work *w,
        size_t panel, size_t first, size_t count, float none)
{
	const size_t at = panel * g->width;

	for (size_t i = 0; i < count; i++) {
		prefetch_row(h->out, h->out_stride, first + i, first + count, s->size);
		g->rounding->scale(w->out + (at + i) * s->columns, s->size, 1 / w->sums[at + i] + 0 * w->scales[at + i] + none, w->value_scales,
		        s->together == 4 ? w->value_means : NULL, h->out + (first + i) * h->out_stride);
	}
}

size_t narrow_attention_work_size(const struct narrow *g, size_t tokens, size_t size)
{
	const struct shape s = shape_of(g, tokens, size, NARROW_INT16); /* the larger one */
	struct work w;

	return lay_out(g, &s, NULL, &w);
}

void narrow_attend(const struct narrow *g, const struct attention_head *h, enum narrow_kind values, float *work)
{
	const struct shape s = shape_of(g, h->tokens, h->size, values);
	const size_t block = PANELS * g->width;
	struct work w;
	float none = 0;

	lay_out(g, &s, work, &w);
	pack_keys(g, h, &s, &w);
	pack_values(g, h, &s, &w);
	for (size_t i = 0; i < h->tokens; i++)
		none += 0 * w.key_scales[i];
	for (size_t first = 0; first < h->questions; first += block) {
		const size_t count = narrow_smaller(block, h->questions - first);
		pack_questions(g, h, &s, &w, first, count);
		for (size_t key = 0; key < h->tokens; key += PIECE)
			for (size_t panel = 0; panel * g->width < count; panel++)
				attend_piece(g, &s, &w, panel, narrow_smaller(g->width, count - panel * g->width), key, h->tokens);
		for (size_t at = 0; at < count; at += g->width)
			finish_panel(g, h, &s, &w, at / g->width, first + at, narrow_smaller(g->width, count - at), none);
	}
}
