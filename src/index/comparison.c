/* SPDX-License-Identifier: ISC */
#include "index/comparison.h"

#include "base/bits.h"
#include "index/snapshot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One vector to ask with; the index's are of unit length when that is what the metric compares. */
static int prepare_question(const float *from, size_t n, enum index_metric metric, float *to, struct error *err)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(from[i]))
			return error_set(err, "a vector of the question has numbers that are not finite");
		sum += (double)from[i] * from[i];
	}
	if (metric == INDEX_COSINE && sum == 0)
		return error_set(err, "a vector of the question has no length");
	const double scale = metric == INDEX_COSINE ? 1 / sqrt(sum) : 1;
	for (size_t i = 0; i < n; i++)
		to[i] = (float)(from[i] * scale);
	return 0;
}

int comparison_begin(struct comparison *c, const struct index *ix, const float *values, size_t count,
        const struct search_options *options, struct error *err)
{
	const struct index_settings *s = index_settings(ix);
	size_t numbers, size;

	*c = (struct comparison){.ix = ix, .options = options, .dimension = s->dimension, .count = count, .metric = s->metric};
	best_begin(&c->best, options->k);
	if (!size_mul(count, c->dimension, &numbers) || !size_mul(numbers, sizeof(float), &size))
		return error_set(err, "the question is too large");
	c->questions = malloc(size + 1);
	c->scratch = malloc(4 * c->dimension);
	if (!c->questions || !c->scratch)
		return error_set(err, "out of memory");
	for (size_t q = 0; q < count; q++)
		if (prepare_question(values + q * c->dimension, c->dimension, c->metric, c->questions + q * c->dimension, err) < 0)
			return -1;
	return 0;
}

void comparison_release(struct comparison *c)
{
	free(c->questions);
	free(c->scratch);
	best_release(&c->best);
}

bool comparison_allows(const struct comparison *c, uint32_t patent)
{
	const uint64_t *allowed = c->options->allowed;

	return patent < index_patent_bound(c->ix) && (!allowed || bits_has(allowed, patent)) &&
	       (!c->left_out || patent != *c->left_out);
}

float comparison_score(const struct comparison *c, const uint8_t *vector, uint32_t *question)
{
	float best = vector_score(c->metric, c->questions, vector, c->dimension);

	*question = 0;
	for (size_t q = 1; q < c->count; q++) {
		const float score = vector_score(c->metric, c->questions + q * c->dimension, vector, c->dimension);
		if (score > best) {
			best = score;
			*question = (uint32_t)q;
		}
	}
	return best;
}

int comparison_order(const struct index *ix, uint32_t a, uint32_t b)
{
	struct store_value rows[2];
	const uint32_t ordinals[2] = {a, b};
	uint8_t key[4];

	for (int i = 0; i < 2; i++) {
		key_put(key, ordinals[i]);
		if (store_get(index_store(ix), STORE_PICTURES, key, sizeof key, &rows[i], NULL) <= 0 ||
		        rows[i].size < LAYOUT_PICTURE_HEAD)
			return a < b ? -1 : a > b;
	}
	return memcmp(rows[0].data + 4, rows[1].data + 4, LAYOUT_ORDER);
}

/* Whether a picture is to stand for what another stands for; the same one was there with a vector that comes first. */
static bool is_better(const struct comparison *c, const struct best_unit *u, const struct best_unit *than)
{
	if (u->score != than->score)
		return u->score > than->score;
	return u->picture != than->picture && comparison_order(c->ix, u->picture, than->picture) < 0;
}

int comparison_keep(struct comparison *c, uint32_t picture, uint32_t patent, uint32_t question, float score, struct error *err)
{
	const struct best_unit u = {.unit = c->options->by_picture ? picture : patent,
	        .picture = picture,
	        .patent = patent,
	        .question = question,
	        .score = score};

	/* as good as the worst is enough: which of them are answered is chosen among all */
	if (!(score >= best_least(&c->best)))
		return 0;
	const struct best_unit *old = best_find(&c->best, u.unit);
	if (old && !is_better(c, &u, old))
		return 0;
	return best_keep(&c->best, &u) < 0 ? error_set(err, "out of memory") : 0;
}

int comparison_offer(struct comparison *c, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err)
{
	uint32_t question;
	const float score = comparison_score(c, vector, &question);

	c->compared++;
	return comparison_keep(c, picture, patent, question, score, err);
}
