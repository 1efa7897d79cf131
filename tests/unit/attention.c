/* SPDX-License-Identifier: ISC */
#include "math/attention.h"
#include "math/gemm.h"
#include "unit/test.h"

#include <stdint.h>
#include <stdlib.h>

static float random_number(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (float)(*state >> 8) * 0x1p-23f - 1;
}

static float *random_matrix(size_t numbers, float range, uint32_t seed)
{
	float *m = gemm_alloc(numbers);

	for (size_t i = 0; i < numbers; i++)
		m[i] = range * random_number(&seed);
	return m;
}

static void answer(const struct attention *a, const struct attention_head *h)
{
	float *work = gemm_alloc(attention_work_size(a, h->tokens, h->size));

	attention_attend(a, h, work);
	free(work);
}

/* The largest difference from sums in double. */
static double difference(const struct attention_head *h)
{
	double *scores = malloc(h->tokens * sizeof *scores), worst = 0;

	for (size_t q = 0; q < h->questions; q++) {
		double sum = 0, top = -INFINITY;
		for (size_t i = 0; i < h->tokens; i++) {
			scores[i] = 0;
			for (size_t j = 0; j < h->size; j++)
				scores[i] += (double)h->query[q * h->query_stride + j] * (double)h->key[i * h->key_stride + j];
			top = fmax(top, scores[i]);
		}
		for (size_t i = 0; i < h->tokens; i++)
			sum += scores[i] = exp(scores[i] - top);
		for (size_t j = 0; j < h->size; j++) {
			double found = 0;
			for (size_t i = 0; i < h->tokens; i++)
				found += scores[i] / sum * (double)h->value[i * h->key_stride + j];
			const double d = fabs(found - (double)h->out[q * h->out_stride + j]);
			worst = d > worst || d != d ? d : worst;
		}
	}
	free(scores);
	return worst;
}

/* Scores of about ±range²·√size/3. */
static void compare(const struct attention *a, const char *name, size_t questions, size_t tokens, size_t size, float range)
{
	const size_t query_stride = size + 3, key_stride = 2 * size + 1, out_stride = size + 5;
	float *query = random_matrix(questions * query_stride, range, 1), *key = random_matrix(tokens * key_stride, range, 2);
	float *out = random_matrix(questions * out_stride + 1, 1, 3), *alone = gemm_alloc(size);
	const float beside = out[size], behind = out[questions * out_stride];
	struct attention_head h = {questions, tokens, size, query, key, key + size, query_stride, key_stride, out, out_stride};

	answer(a, &h);
	const double worst = difference(&h);
	ok(worst < 1e-5 * (double)range, "%s: %zu questions of %zu numbers to %zu keys, largest difference %.2g", name, questions, size,
	        tokens, worst);
	const bool inside = out[size] == beside && out[questions * out_stride] == behind;
	h.questions = 1;
	h.query = query + (questions - 1) * query_stride;
	h.out = alone;
	answer(a, &h);
	ok(inside && memcmp(alone, out + (questions - 1) * out_stride, size * sizeof *out) == 0,
	        "%s: nothing beside them is written, and alone the last gets the same bytes", name);
	free(query);
	free(key);
	free(out);
	free(alone);
}

/* Keys of which one outweighs all others, late; and scores that no exponential could hold. */
static void extremes(const struct attention *a, const char *name)
{
	enum { TOKENS = 500, SIZE = 16 };
	float query[SIZE] = {100}, *key = random_matrix(TOKENS * SIZE, 1, 1), *value = random_matrix(TOKENS * SIZE, 1, 2), out[SIZE];
	const struct attention_head h = {1, TOKENS, SIZE, query, key, value, SIZE, SIZE, out, SIZE};

	key[(TOKENS - 3) * SIZE] = 1000;
	answer(a, &h);
	ok(memcmp(out, value + (TOKENS - 3) * SIZE, sizeof out) == 0, "%s: one key that outweighs all others is the answer", name);
	for (size_t i = 0; i < TOKENS; i++)
		key[i * SIZE] = -1000;
	answer(a, &h);
	ok(difference(&h) < 1e-6, "%s: scores of -100000 are as good as any", name);
	free(key);
	free(value);
}

int main(void)
{
	static const char *const names[] = {"portable", "avx2", "avx512"};
	static const struct {
		size_t questions, tokens, size;
		float range;
	} cases[] = {{1, 1, 1, 1}, {3, 2, 5, 1}, {25, 7, 16, 2}, {24, 200, 64, 1}, {97, 201, 64, 3}, {130, 463, 64, 1}, {50, 1370, 24, 2},
	        {49, 1029, 80, 1}};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct attention *a = attention_named(names[i]);
		if (!a) {
			skip("this CPU has no such instructions");
			continue;
		}
		for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
			compare(a, names[i], cases[c].questions, cases[c].tokens, cases[c].size, cases[c].range);
		extremes(a, names[i]);
	}
	ok(!attention_named("abacus"), "there is no other");
	return done();
}
