/* SPDX-License-Identifier: ISC */
#include "index/screen.h"

#include "math/dot.h"
#include "math/gemv.h"

#include <float.h>
#include <stdlib.h>

/* So many questions are a handful: as fast either way. And as many vectors at a time as stay in the first cache, a multiple of all tiles. */
enum { HANDFUL = 128, ROWS = 12 };

/*
 * What rounding takes from a sum of n products of a and b is at most n · 2^-24 · |a| · |b| (Higham, "Accuracy and Stability of Numerical
 * Algorithms", section 3.1), and |a| · |b| at most half of |a|² + |b|²; from |a - b|² and from the two squares it takes no more than
 * four times that. With both ways to add, and to spare:
 */
static float rounding(size_t n)
{
	return (float)(n + 8) * 0x1p-21f;
}

/* What the n products lose on top where they are below the least normal number. */
static float underflow(size_t n)
{
	return (float)(n + 8) * FLT_MIN;
}

int screen_begin(struct screen *s, const struct vector_shape *shape, enum index_metric metric, const float *questions, size_t count,
        struct error *err)
{
	const size_t n = shape->dimension;

	*s = (struct screen){.shape = *shape, .metric = metric, .questions = questions, .count = count};
	s->squares = calloc(count + 1, sizeof *s->squares);
	s->zeros = calloc(n, sizeof *s->zeros);
	if (count > HANDFUL) {
		s->gemm = gemm_best();
		s->panels = (struct gemm_panels){.k = n, .n = count, .data = gemm_alloc(gemm_panels_size(s->gemm, n, count))};
	}
	if (!s->squares || !s->zeros || (s->gemm && !s->panels.data))
		return error_set(err, "out of memory for %zu questions", count);
	for (size_t q = 0; q < count; q++)
		for (size_t i = 0; i < n; i++)
			s->squares[q] += questions[q * n + i] * questions[q * n + i];
	if (s->gemm)
		gemm_pack_panels(s->gemm, questions, n, true, &s->panels);
	return 0;
}

void screen_release(struct screen *s)
{
	free(s->squares);
	free(s->zeros);
	free(s->panels.data);
}

int screening_begin(struct screening *s, const struct screen *screen, struct error *err)
{
	const size_t n = screen->shape.dimension, room = screen->gemm ? GEMM_ROWS : ROWS;

	*s = (struct screening){.screen = screen, .room = room};
	s->rows = calloc(room, sizeof *s->rows);
	s->copies = gemm_alloc(room * n);
	s->packed = screen->gemm ? gemm_alloc(gemm_rows_size(screen->gemm, room, n)) : NULL;
	s->products = gemm_alloc(room * screen->count);
	s->wanted = calloc(screen->count + 1, sizeof *s->wanted);
	s->terms = calloc(room, sizeof *s->terms);
	if (!s->rows || !s->copies || (screen->gemm && !s->packed) || !s->products || !s->wanted || !s->terms)
		return error_set(err, "out of memory for %zu questions", screen->count);
	return 0;
}

void screening_release(struct screening *s)
{
	free(s->rows);
	free(s->copies);
	free(s->packed);
	free(s->products);
	free(s->wanted);
	free(s->terms);
}

/* What a vector adds to the products that are wanted; those that are compared by the cosine are of unit length. */
static float term_of(const struct screen *s, float square)
{
	return (s->metric == INDEX_L2 ? square / 2 : 0) - rounding(s->shape.dimension) * square;
}

void screening_add(struct screening *s, const uint8_t *numbers)
{
	const struct screen *screen = s->screen;
	const struct vector_shape *shape = &screen->shape;
	float *copy = s->copies + s->count * shape->dimension, square = 1;

	if (screen->gemm) {
		vector_numbers(shape, numbers, copy);
		if (screen->metric != INDEX_COSINE)
			square = dot_distance(copy, (const uint8_t *)screen->zeros, shape->dimension);
	} else {
		const uint8_t *row = s->rows[s->count] = vector_bytes(shape, numbers, (uint8_t *)copy);
		if (screen->metric != INDEX_COSINE)
			square = dot_distance(screen->zeros, row, shape->dimension);
	}
	s->terms[s->count++] = term_of(screen, square);
}

/* The product with the question that a vector wants, but for its term: |a - b|² is |a|² + |b|² - 2 · a · b. */
static float wanted_of(const struct screen *s, size_t question, float least)
{
	const size_t n = s->shape.dimension;
	const float square = s->squares[question], product = s->metric == INDEX_L2 ? (square - least * least) / 2 : least;

	return product - rounding(n) * square - underflow(n);
}

void screening_multiply(struct screening *s, const float *least)
{
	const struct screen *screen = s->screen;
	const size_t n = screen->shape.dimension;

	if (screen->gemm) {
		gemm_pack_rows(screen->gemm, s->copies, n, 0, s->count, s->count, n, s->packed);
		gemm_multiply(screen->gemm, s->packed, s->count, &screen->panels, NULL, s->products, screen->count);
	} else {
		gemv(s->rows, s->count, screen->questions, screen->count, n, s->products);
	}
	for (size_t q = 0; q < screen->count; q++)
		s->wanted[q] = wanted_of(screen, q, least[q]);
}

/* What is no number passes, and is seen when it is compared. */
size_t screening_next(const struct screening *s, size_t vector, size_t question)
{
	const size_t count = s->screen->count;
	const float *products = s->products + vector * count, term = s->terms[vector];

	while (question < count && products[question] < s->wanted[question] + term)
		question++;
	return question;
}
