/* SPDX-License-Identifier: ISC */
#include "math/narrow_attention.h"

#include <string.h>

enum { QUESTIONS = 12, LINE = 16 }; /* rows of queries at a time; numbers between multiples of 64 bytes */

/* The parts of the work, in numbers of f32. */
struct parts {
	size_t keys, values, room, scores, queries, shares, scales, zeros;
};

static size_t round_up(size_t n)
{
	return (n + LINE - 1) / LINE * LINE;
}

static struct parts parts_for(const struct narrow *g, size_t tokens, size_t size)
{
	return (struct parts){
	        .keys = round_up(narrow_panels_size(g, NARROW_INT16, size, tokens) / sizeof(float)),
	        .values = round_up(narrow_panels_size(g, NARROW_INT16, tokens, size) / sizeof(float)),
	        .room = round_up(2 * (tokens + size + 32)),
	        .scores = round_up(QUESTIONS * tokens),
	        .queries = round_up(QUESTIONS * narrow_row_size(size) / sizeof(float)),
	        .shares = round_up(QUESTIONS * narrow_row_size(tokens) / sizeof(float)),
	        .scales = round_up(QUESTIONS),
	        .zeros = round_up(QUESTIONS),
	};
}

size_t narrow_attention_work_size(const struct narrow *g, size_t tokens, size_t size)
{
	const struct parts p = parts_for(g, tokens, size);

	return p.keys + p.values + p.room + p.scores + p.queries + p.shares + p.scales + p.zeros;
}

void narrow_attend(const struct narrow *g, const struct attention_head *h, float *work)
{
	const struct parts p = parts_for(g, h->tokens, h->size);
	float *key_memory = work, *value_memory = key_memory + p.keys, *room = value_memory + p.values;
	float *scores = room + p.room, *queries = scores + p.scores, *shares = queries + p.queries;
	float *scales = shares + p.shares, *zeros = scales + p.scales;
	struct narrow_rows query = {(uint8_t *)queries, narrow_row_size(h->size), scales, zeros};
	struct narrow_rows share = {(uint8_t *)shares, narrow_row_size(h->tokens), scales, zeros};
	struct narrow_panels keys, values;

	narrow_pack_keys(g, h->key, h->key_stride, h->size, h->tokens, room, key_memory, &keys);
	narrow_pack_values(g, h->value, h->key_stride, h->tokens, h->size, room, value_memory, &values);
	for (size_t at = 0; at < h->questions; at += QUESTIONS) {
		const size_t count = h->questions - at < QUESTIONS ? h->questions - at : QUESTIONS;
		narrow_take(g, &keys, h->query + at * h->query_stride, h->query_stride, count, &query);
		narrow_multiply(g, &query, count, &keys, NULL, scores, h->tokens);
		narrow_soft_max(g, scores, h->tokens, count, &share);
		narrow_multiply(g, &share, count, &values, NULL, h->out + at * h->out_stride, h->out_stride);
	}
}
