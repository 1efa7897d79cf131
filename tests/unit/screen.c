/* SPDX-License-Identifier: ISC */
#include "index/screen.h"
#include "math/half.h"
#include "unit/random.h"
#include "unit/test.h"

#include <stdlib.h>

enum { D = 83, VECTORS = 700, MOST = 150 };

static uint64_t state = 11;
static float questions[MOST * D], least[MOST];
static uint8_t stored[VECTORS][4 * D];

static void random_vector(float *v, float size, enum index_metric metric)
{
	double square = 0;

	for (size_t i = 0; i < D; i++) {
		v[i] = random_number(&state);
		square += (double)v[i] * v[i];
	}
	for (size_t i = 0; i < D; i++)
		v[i] = (float)(v[i] * (metric == INDEX_COSINE ? 1 / sqrt(square) : (double)size));
}

static float score(const struct vector_shape *s, enum index_metric metric, size_t question, size_t vector)
{
	uint8_t scratch[4 * D];

	return vector_score(metric, questions + question * D, vector_bytes(s, stored[vector], scratch), D);
}

/* Vectors and questions of some size, some of them nearly the same; every question wants what one of the vectors has, to the bit. */
static void make(const struct vector_shape *s, enum index_metric metric, float size, size_t count)
{
	float v[D];

	for (size_t q = 0; q < count; q++)
		random_vector(questions + q * D, size, metric);
	for (size_t i = 0; i < VECTORS; i++) {
		random_vector(v, size, metric);
		for (size_t d = 0; i % 7 == 0 && d < D; d++)
			v[d] = questions[i % count * D + d] * (1 + random_number(&state) / 64);
		if (s->numbers == INDEX_F16)
			half_put_array(stored[i], v, D);
		else
			lef32_put_array(stored[i], v, D);
	}
	for (size_t q = 0; q < count; q++)
		least[q] = q ? score(s, metric, q, q * 13 % VECTORS) : -INFINITY;
}

/* Vectors that reach what a question wants and are lost; those that do not, and are let through. */
static void sift(const struct screen *s, size_t *lost, size_t *let)
{
	struct screening g = {0};
	struct error err;

	*lost = *let = 0;
	if (screening_begin(&g, s, &err) < 0) {
		*lost = VECTORS;
		return;
	}
	for (size_t first = 0; first < VECTORS; first += g.count) {
		g.count = 0;
		while (g.count < g.room && first + g.count < VECTORS)
			screening_add(&g, stored[first + g.count]);
		screening_multiply(&g, least);
		for (size_t i = 0; i < g.count; i++)
			for (size_t q = 0, next = screening_next(&g, i, 0); q < s->count; q++) {
				const bool passes = q == next, reaches = score(&s->shape, s->metric, q, first + i) >= least[q];
				*lost += reaches && !passes;
				*let += passes && !reaches;
				if (passes)
					next = screening_next(&g, i, q + 1);
			}
	}
	screening_release(&g);
}

int main(void)
{
	static const enum index_metric metrics[] = {INDEX_COSINE, INDEX_L2, INDEX_IP};
	static const char *const names[] = {"cosine", "l2", "ip"};
	static const float sizes[] = {1, 1e4f, 1e-3f, 1e-22f, 1e18f};
	static const size_t counts[] = {1, 5, MOST};

	for (int half = 0; half < 2; half++)
		for (size_t m = 0; m < 3; m++) {
			const struct vector_shape shape = {.dimension = D, .numbers = half ? INDEX_F16 : INDEX_F32};
			size_t lost = 0, let = 0, asked = 0;
			for (size_t c = 0; c < 3; c++)
				for (size_t i = 0; i < (half ? 1 : sizeof sizes / sizeof *sizes); i++) {
					struct screen s = {0};
					struct error err;
					size_t its_lost = 0, its_let = 0;
					make(&shape, metrics[m], sizes[i], counts[c]);
					if (screen_begin(&s, &shape, metrics[m], questions, counts[c], &err) < 0)
						lost++;
					else
						sift(&s, &its_lost, &its_let);
					screen_release(&s);
					lost += its_lost;
					/* where numbers are so small or large that rounding is all there is, everything may pass */
					if (sizes[i] > 1e-6f && sizes[i] < 1e6f) {
						let += its_let;
						asked += counts[c] * VECTORS;
					}
				}
			ok(lost == 0, "%s, %s: nothing is lost that a question wants, %zu", names[m], half ? "f16" : "f32", lost);
			ok(let * 1000 < asked, "and hardly anything else let through, %zu of %zu", let, asked);
		}
	return done();
}
