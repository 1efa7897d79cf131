/* SPDX-License-Identifier: ISC */
/*
 * screen - which of many vectors can be near enough to which of many questions, by products of matrices
 *
 * A product is rounded as its kernel has it. A vector may reach a score where the product, with all that rounding can have taken from it
 * and from the score, says so: nothing that does is lost, and hardly anything else is let through to be compared exactly. A handful of
 * questions is multiplied with vectors where they lie (math/gemv), more of them are packed, and so are the vectors (math/gemm).
 */
#ifndef INDEX_SCREEN_H
#define INDEX_SCREEN_H

#include "index/vectors.h"
#include "math/gemm.h"

/* The questions, for all threads. Start with {0}. */
struct screen {
	struct vector_shape shape;
	enum index_metric metric;
	const float *questions; /* (count, dimension), as the index has its vectors */
	size_t count;
	float *squares;          /* (count): of their lengths */
	float *zeros;            /* (dimension): a vector's distance from there is its length */
	const struct gemm *gemm; /* NULL: they are a handful */
	struct gemm_panels panels;
};

/* The questions must stay. 0/-1; after -1 too it is to be released. */
int screen_begin(struct screen *s, const struct vector_shape *shape, enum index_metric metric, const float *questions, size_t count,
        struct error *err);
void screen_release(struct screen *s);

/* Vectors on their way through it, by one thread. Start with {0}. */
struct screening {
	const struct screen *screen;
	size_t room, count;   /* vectors that fit, and that there are */
	const uint8_t **rows; /* (room): of a handful of questions the vectors, f32, little-endian */
	float *copies;        /* (room, dimension): of those that are not read where they lie */
	float *packed;
	float *products;      /* (room, count of questions) */
	float *wanted;        /* (count of questions): products that are enough, but for */
	float *terms;         /* (room): what each vector adds to that */
};

int screening_begin(struct screening *s, const struct screen *screen, struct error *err);
void screening_release(struct screening *s);

/* One more vector, where there is room: its numbers as the shape has them, which must stay until it has been multiplied. */
void screening_add(struct screening *s, const uint8_t *numbers);

/* Multiplies those that there are, which are to reach least[count of questions]; -INFINITY is reached by all. */
void screening_multiply(struct screening *s, const float *least);

/* The first question from this one on for which a vector may do; the number of questions when there is none. */
size_t screening_next(const struct screening *s, size_t vector, size_t question);

#endif
