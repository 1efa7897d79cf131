/* SPDX-License-Identifier: ISC */
#include "index/exact.h"

#include "index/exhaustive.h"
#include "index/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A vector of a question. */
struct asked {
	struct comparison *of;
	size_t first; /* of the same question's, among all */
};

/* All vectors of all questions, one after the other. */
struct crowd {
	struct asked *asked; /* (count) */
	float *vectors;      /* (count, dimension) */
	float *least;        /* (count) */
	size_t count;
};

/* A picture's score is that of the question's vector that is nearest: every vector that is as near as its question wants offers it. */
static int offer(void *context, size_t vector, uint32_t picture, uint32_t patent, float score, struct error *err)
{
	struct crowd *crowd = context;
	const struct asked *asked = &crowd->asked[vector];
	struct comparison *c = asked->of;

	if (!comparison_allows(c, patent))
		return 0;
	if (comparison_keep(c, picture, patent, (uint32_t)(vector - asked->first), score, err) < 0)
		return -1;
	const float least = best_least(&c->best);
	for (size_t i = 0; i < c->count; i++)
		crowd->least[asked->first + i] = least;
	return 0;
}

static void add_question(struct crowd *crowd, struct comparison *c)
{
	const size_t first = crowd->count;

	memcpy(crowd->vectors + first * c->dimension, c->questions, c->count * c->dimension * sizeof *crowd->vectors);
	for (size_t i = 0; i < c->count; i++) {
		crowd->asked[crowd->count] = (struct asked){c, first};
		crowd->least[crowd->count++] = -INFINITY;
	}
}

int exact_all(struct comparison *comparisons, size_t count, struct error *err)
{
	const struct comparison *c = comparisons;
	struct crowd crowd = {0};
	size_t vectors = 0;

	for (size_t i = 0; i < count; i++)
		vectors += comparisons[i].count;
	if (!vectors)
		return 0;
	crowd.asked = calloc(vectors, sizeof *crowd.asked);
	crowd.vectors = calloc(vectors, c->dimension * sizeof *crowd.vectors);
	crowd.least = calloc(vectors, sizeof *crowd.least);
	int status = crowd.asked && crowd.vectors && crowd.least ? 0 : error_set(err, "out of memory for %zu vectors", vectors);
	for (size_t i = 0; status == 0 && i < count; i++)
		add_question(&crowd, &comparisons[i]);
	struct exhaustive e = {.ix = c->ix,
	        .questions = crowd.vectors,
	        .count = vectors,
	        .least = crowd.least,
	        .allowed = c->options->allowed,
	        .jobs = c->options->jobs,
	        .offer = offer,
	        .context = &crowd};
	if (status == 0)
		status = exhaustive_run(&e, err);
	for (size_t i = 0; i < count; i++)
		comparisons[i].scanned = comparisons[i].compared = e.scanned;
	free(crowd.asked);
	free(crowd.vectors);
	free(crowd.least);
	return status;
}

/* The vectors of a patent. */
static int look_up(struct comparison *c, uint32_t ordinal, struct error *err)
{
	struct index_patent p;
	int got = index_patent(c->ix, ordinal, &p, err);

	for (uint32_t i = 0; got > 0 && i < p.picture_count; i++) {
		const uint32_t picture = index_patent_picture(&p, i);
		const uint8_t *vector;
		uint32_t patent;
		got = index_vector_bytes(c->ix, picture, &patent, c->scratch, &vector, err);
		c->scanned += got > 0;
		if (got > 0 && comparison_offer(c, picture, ordinal, vector, err) < 0)
			got = -1;
	}
	return got < 0 ? -1 : 0;
}

int exact_allowed(struct comparison *c, struct error *err)
{
	const uint32_t bound = index_patent_bound(c->ix);
	int status = 0;

	for (uint32_t o = 0; status == 0 && o < bound; o++)
		if (o % 64 == 0 && !c->options->allowed[o / 64])
			o += 63;
		else if (comparison_allows(c, o))
			status = look_up(c, o, err);
	return status;
}
