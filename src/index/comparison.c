/* SPDX-License-Identifier: ISC */
#include "index/comparison.h"

#include "index/snapshot.h"
#include "math/dot.h"

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
	c->questions = malloc(size);
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
	if (!c->is_share)
		free(c->questions);
	free(c->scratch);
	best_release(&c->best);
}

int comparison_split(struct comparison *share, const struct comparison *of, pthread_mutex_t *lock, struct error *err)
{
	*share = (struct comparison){.ix = of->ix,
	        .options = of->options,
	        .dimension = of->dimension,
	        .count = of->count,
	        .metric = of->metric,
	        .questions = of->questions,
	        .scratch = malloc(4 * of->dimension),
	        .lock = lock,
	        .is_share = true};
	best_begin(&share->best, of->options->k);
	return share->scratch ? 0 : error_set(err, "out of memory");
}

bool comparison_allows(const struct comparison *c, uint32_t patent)
{
	const uint64_t *allowed = c->options->allowed;

	return patent < index_patent_bound(c->ix) && (!allowed || (allowed[patent / 64] >> patent % 64 & 1));
}

static float score_of(const struct comparison *c, const float *question, const uint8_t *vector)
{
	return c->metric == INDEX_L2 ? -sqrtf(dot_distance(question, vector, c->dimension))
	                             : dot_product(question, vector, c->dimension);
}

float comparison_score(const struct comparison *c, const uint8_t *vector, uint32_t *question)
{
	float best = score_of(c, c->questions, vector);

	*question = 0;
	for (size_t q = 1; q < c->count; q++) {
		const float score = score_of(c, c->questions + q * c->dimension, vector);
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

/* Whether a picture is to stand for what another stands for that scores the same. */
static bool comes_before(const struct comparison *c, uint32_t picture, uint32_t other)
{
	if (c->lock)
		pthread_mutex_lock(c->lock);
	const int order = comparison_order(c->ix, picture, other);
	if (c->lock)
		pthread_mutex_unlock(c->lock);
	return order < 0;
}

/* Keeps this unit if it is among the k best, or as good, and better than what is kept of it. */
static int keep(struct comparison *c, const struct best_unit *u, struct error *err)
{
	if (!(u->score >= best_least(&c->best)))
		return 0;
	const struct best_unit *old = best_find(&c->best, u->unit);
	if (old && (u->score < old->score || u->picture == old->picture ||
	                   (u->score == old->score && !comes_before(c, u->picture, old->picture))))
		return 0;
	return best_keep(&c->best, u) < 0 ? error_set(err, "out of memory") : 0;
}

int comparison_offer(struct comparison *c, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err)
{
	struct best_unit u = {.unit = c->options->by_picture ? picture : patent, .picture = picture, .patent = patent};

	u.score = comparison_score(c, vector, &u.question);
	c->compared++;
	return keep(c, &u, err);
}

int comparison_merge(struct comparison *c, const struct comparison *share, struct error *err)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < share->best.count; i++)
		status = keep(c, &share->best.units[i], err);
	c->scanned += share->scanned;
	c->compared += share->compared;
	return status;
}
