/* SPDX-License-Identifier: ISC */
/*
 * What is compared goes into a table with a place for every answer there could be (a patent, or a picture), untouched places costing
 * nothing: the best picture of each. The k best of the touched ones are chosen at the end.
 */
#include "index/search.h"

#include "index/snapshot.h"
#include "math/dot.h"

#include <math.h>
#include <stdlib.h>

/* With at most one patent of so many allowed, their vectors are looked up one by one instead of visiting lists. */
enum { FEW = 10 };

/* What may be answered: the best that was found of it. */
struct unit {
	float score;
	uint32_t picture; /* ordinal + 1; 0: nothing found */
	uint32_t patent, question;
};

struct ranked_list {
	float score; /* larger is nearer */
	uint32_t list;
};

struct run {
	const struct index *ix;
	const struct search_options *options;
	size_t dimension, count;
	enum index_metric metric;
	float *questions; /* (count, dimension), as the index has its vectors */
	struct unit *units;
	struct bytes touched; /* u32 each: units with something found */
	struct search_cost *cost;
};

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

static float score_of(const struct run *r, const float *question, const uint8_t *vector)
{
	return r->metric == INDEX_L2 ? -sqrtf(dot_distance(question, vector, r->dimension))
	                             : dot_product(question, vector, r->dimension);
}

/* The question's best vector for this one. */
static float best_score(const struct run *r, const uint8_t *vector, uint32_t *question)
{
	float best = score_of(r, r->questions, vector);

	*question = 0;
	for (size_t q = 1; q < r->count; q++) {
		const float score = score_of(r, r->questions + q * r->dimension, vector);
		if (score > best) {
			best = score;
			*question = (uint32_t)q;
		}
	}
	return best;
}

static bool is_allowed(const struct run *r, uint32_t patent)
{
	const uint64_t *allowed = r->options->allowed;

	return patent < index_patent_bound(r->ix) && (!allowed || (allowed[patent / 64] >> patent % 64 & 1));
}

/* Where pictures of one patent stand in its order: <0, 0, >0. A row that is gone or damaged is met elsewhere. */
static int compare_pictures(const struct index *ix, uint32_t a, uint32_t b)
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

/* Compares one vector of the index with the question. */
static int offer(struct run *r, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err)
{
	const uint32_t at = r->options->by_picture ? picture : patent;
	struct unit *u = &r->units[at];
	uint32_t question;
	const float score = best_score(r, vector, &question);

	r->cost->scanned++;
	if (!u->picture && bytes_append(&r->touched, &at, sizeof at) < 0)
		return error_set(err, "out of memory");
	if (!u->picture || score > u->score ||
	        (score == u->score && compare_pictures(r->ix, picture, u->picture - 1) < 0))
		*u = (struct unit){score, picture + 1, patent, question};
	return 0;
}

/* --- which vectors are compared --- */

/* All of one list, or from the first on all there are. */
static int scan(struct run *r, bool all, uint32_t list, struct error *err)
{
	const size_t size = VECTOR_HEAD + 4 * r->dimension;
	struct store_walk w;
	uint8_t key[VECTOR_KEY];
	int more = 0;

	if (store_walk_open(index_store(r->ix), &w, STORE_VECTORS, err) < 0)
		return -1;
	vector_key_put(key, list, 0);
	if (store_walk_seek(&w, key, sizeof key, err) < 0)
		more = -1;
	while (more >= 0 && (more = store_walk_next(&w, err)) > 0) {
		if (w.key.size != VECTOR_KEY || w.value.size != size) {
			more = error_set(err, "a vector is malformed");
			break;
		}
		if (!all && key_get(w.key.data) != list)
			break;
		const uint32_t picture = key_get(w.key.data + 4), patent = le32_get(w.value.data);
		if (picture < index_picture_bound(r->ix) && is_allowed(r, patent))
			more = offer(r, picture, patent, w.value.data + VECTOR_HEAD, err);
	}
	store_walk_close(&w);
	return more < 0 ? -1 : 0;
}

static uint64_t allowed_count(const struct run *r)
{
	const uint32_t bound = index_patent_bound(r->ix);
	uint64_t count = 0;

	for (uint32_t i = 0; i < bound; i++)
		count += is_allowed(r, i);
	return count;
}

/* The vectors of every allowed patent. */
static int scan_allowed(struct run *r, struct error *err)
{
	struct index_patent p;
	int got = 0;

	for (uint32_t o = 0; got >= 0 && o < index_patent_bound(r->ix); o++) {
		if (!is_allowed(r, o))
			continue;
		got = index_patent(r->ix, o, &p, err);
		for (uint32_t i = 0; got > 0 && i < p.picture_count; i++) {
			const uint32_t picture = index_patent_picture(&p, i);
			const uint8_t *vector;
			uint32_t patent;
			got = index_vector_bytes(r->ix, picture, &patent, &vector, err);
			if (got > 0 && offer(r, picture, o, vector, err) < 0)
				got = -1;
		}
	}
	return got < 0 ? -1 : 0;
}

static int nearer(const void *a, const void *b)
{
	const struct ranked_list *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->list < y->list ? -1 : x->list > y->list;
}

/* ranked (count, lists): for each vector of the question all lists, the nearest first. */
static int rank_lists(const struct run *r, size_t lists, struct ranked_list *ranked, struct error *err)
{
	struct store_walk w;
	size_t n = 0;
	int more;

	if (store_walk_open(index_store(r->ix), &w, STORE_LISTS, err) < 0)
		return -1;
	while ((more = store_walk_next(&w, err)) > 0 && n < lists) {
		if (w.key.size != 4 || w.value.size != 4 * r->dimension) {
			more = error_set(err, "a centroid is malformed");
			break;
		}
		for (size_t q = 0; q < r->count; q++) {
			const float *question = r->questions + q * r->dimension;
			ranked[q * lists + n].list = key_get(w.key.data);
			ranked[q * lists + n].score = r->metric == INDEX_IP
			        ? dot_product(question, w.value.data, r->dimension)
			        : -dot_distance(question, w.value.data, r->dimension);
		}
		n++;
	}
	store_walk_close(&w);
	if (more < 0)
		return -1;
	if (n != lists)
		return error_set(err, "the index has %zu lists and says %zu", n, lists);
	for (size_t q = 0; q < r->count; q++)
		qsort(ranked + q * lists, lists, sizeof *ranked, nearer);
	return 0;
}

uint32_t search_default_nprobe(uint64_t lists)
{
	const uint32_t probes = (uint32_t)(1.5 * sqrt((double)lists) + 0.5);

	return probes < 8 ? 8 : probes;
}

/* The more a filter leaves out, the farther the answers lie. */
static size_t probes_wanted(const struct run *r, size_t lists, uint64_t allowed)
{
	const uint64_t patents = index_counts(r->ix)->patents;
	double probes = r->options->nprobe;

	if (!r->options->nprobe) {
		probes = search_default_nprobe(lists);
		if (r->options->allowed && allowed)
			probes *= sqrt((double)patents / (double)allowed);
	}
	return probes < (double)lists ? (size_t)probes : lists;
}

static size_t found(const struct run *r)
{
	return r->touched.size / sizeof(uint32_t);
}

/* Outwards from the question, until enough lists are visited and enough is found. */
static int scan_lists(struct run *r, size_t lists, uint64_t allowed, struct error *err)
{
	const size_t probes = probes_wanted(r, lists, allowed);
	const uint32_t bound = index_state(r->ix)->list_bound;
	struct ranked_list *ranked = calloc(lists * r->count, sizeof *ranked);
	uint8_t *visited = calloc((size_t)bound + 1, 1);
	int status = ranked && visited ? rank_lists(r, lists, ranked, err) : error_set(err, "out of memory");

	if (status == 0) /* what a training has not moved yet */
		status = scan(r, false, 0, err);
	for (size_t i = 0; status == 0 && i < lists && (i < probes || found(r) < r->options->k); i++) {
		for (size_t q = 0; status == 0 && q < r->count; q++) {
			const uint32_t list = ranked[q * lists + i].list;
			if (list >= bound || visited[list])
				continue;
			visited[list] = 1;
			r->cost->visited++;
			status = scan(r, false, list, err);
		}
	}
	r->cost->exact = r->cost->visited == lists;
	free(ranked);
	free(visited);
	return status;
}

static int scan_what_is_best(struct run *r, struct error *err)
{
	const size_t lists = (size_t)index_counts(r->ix)->lists;
	const uint64_t patents = index_counts(r->ix)->patents;
	const uint64_t allowed = r->options->allowed ? allowed_count(r) : patents;

	r->cost->vectors = index_counts(r->ix)->pictures;
	r->cost->lists = lists;
	r->cost->exact = true;
	if (allowed * FEW <= patents)
		return scan_allowed(r, err);
	if (!lists || r->options->exact)
		return scan(r, true, 0, err);
	return scan_lists(r, lists, allowed, err);
}

/* --- choosing the best --- */

/* Puts a score on a heap whose root is the smallest; when it is full the root goes, if it is smaller. */
static void heap_offer(float *heap, size_t *size, size_t room, float score)
{
	size_t at = 0;

	if (*size < room) {
		for (at = (*size)++; at && heap[(at - 1) / 2] > score; at = (at - 1) / 2)
			heap[at] = heap[(at - 1) / 2];
		heap[at] = score;
		return;
	}
	if (score <= heap[0])
		return;
	for (size_t child; (child = 2 * at + 1) < room; at = child) {
		if (child + 1 < room && heap[child + 1] < heap[child])
			child++;
		if (heap[child] >= score)
			break;
		heap[at] = heap[child];
	}
	heap[at] = score;
}

/* A hit with what its order among equal scores needs. */
struct contender {
	struct search_hit hit;
	const struct index *ix;
	const char *document; /* in the snapshot */
};

static int better(const void *a, const void *b)
{
	const struct contender *x = a, *y = b;

	if (x->hit.score != y->hit.score)
		return x->hit.score > y->hit.score ? -1 : 1;
	const int order = strcmp(x->document, y->document);
	return order ? order : compare_pictures(x->ix, x->hit.picture, y->hit.picture);
}

/* The k-th best score of those found; untouched when there is none. */
static int threshold(const struct run *r, size_t k, float *score, struct error *err)
{
	float *heap = malloc((k ? k : 1) * sizeof *heap);
	size_t size = 0;

	if (!heap)
		return error_set(err, "out of memory");
	for (size_t i = 0; i < found(r); i++) {
		uint32_t at;
		memcpy(&at, r->touched.data + i * sizeof at, sizeof at);
		heap_offer(heap, &size, k, r->units[at].score);
	}
	if (size)
		*score = heap[0];
	free(heap);
	return 0;
}

static int choose(const struct run *r, struct search_answer *answer, struct error *err)
{
	const size_t n = found(r), k = r->options->k < n ? r->options->k : n;
	struct bytes contenders = {0};
	struct index_patent p;
	float least = -INFINITY;
	int status = threshold(r, k, &least, err);

	for (size_t i = 0; status == 0 && k && i < n; i++) {
		uint32_t at;
		memcpy(&at, r->touched.data + i * sizeof at, sizeof at);
		const struct unit *u = &r->units[at];
		if (u->score < least || !(u->score >= r->options->min_score))
			continue;
		const int got = index_patent(r->ix, u->patent, &p, err);
		if (got <= 0)
			status = got < 0 ? -1 : error_set(err, "patent %u is missing", (unsigned)u->patent);
		else if (bytes_append(&contenders,
		                 &(struct contender){{u->score, u->patent, u->picture - 1, u->question}, r->ix, p.document},
		                 sizeof(struct contender)) < 0)
			status = error_set(err, "out of memory");
	}
	struct contender *list = (void *)contenders.data;
	const size_t count = contenders.size / sizeof *list;
	if (status == 0 && count)
		qsort(list, count, sizeof *list, better);
	answer->count = count < k ? count : k;
	if (status == 0 && answer->count > answer->capacity) {
		struct search_hit *hits = realloc(answer->hits, answer->count * sizeof *hits);
		if (hits) {
			answer->hits = hits;
			answer->capacity = answer->count;
		} else {
			status = error_set(err, "out of memory");
		}
	}
	for (size_t i = 0; status == 0 && i < answer->count; i++)
		answer->hits[i] = list[i].hit;
	bytes_release(&contenders);
	return status;
}

/* --- the whole --- */

static int begin(struct run *r, const struct index *ix, const float *values, size_t count, struct error *err)
{
	const struct index_settings *s = index_settings(ix);
	size_t numbers, size;

	*r = (struct run){.ix = ix, .dimension = s->dimension, .count = count, .metric = s->metric};
	if (!size_mul(count, r->dimension, &numbers) || !size_mul(numbers, sizeof(float), &size))
		return error_set(err, "the question is too large");
	r->questions = malloc(size);
	if (!r->questions)
		return error_set(err, "out of memory");
	for (size_t q = 0; q < count; q++)
		if (prepare_question(values + q * r->dimension, r->dimension, r->metric, r->questions + q * r->dimension,
		            err) < 0)
			return -1;
	return 0;
}

int search_run(const struct index *ix, const float *values, size_t count, const struct search_options *options,
        struct search_answer *answer, struct error *err)
{
	const size_t bound = options->by_picture ? index_picture_bound(ix) : index_patent_bound(ix);
	struct run r;
	int status = 0;

	answer->count = 0;
	answer->cost = (struct search_cost){.exact = true};
	if (!index_settings(ix)->dimension || !count || !index_counts(ix)->pictures)
		return 0;
	status = begin(&r, ix, values, count, err);
	r.options = options;
	r.cost = &answer->cost;
	if (status == 0) {
		r.units = calloc(bound, sizeof *r.units);
		status = r.units ? scan_what_is_best(&r, err) : error_set(err, "out of memory");
	}
	if (status == 0)
		status = choose(&r, answer, err);
	free(r.questions);
	free(r.units);
	bytes_release(&r.touched);
	return status;
}

int search_score(const struct index *ix, const float *values, size_t count, uint32_t picture, float *score,
        struct error *err)
{
	const uint8_t *vector;
	uint32_t patent, question;
	struct run r;

	if (!index_settings(ix)->dimension || !count)
		return 0;
	int got = begin(&r, ix, values, count, err);
	if (got == 0)
		got = index_vector_bytes(ix, picture, &patent, &vector, err);
	if (got > 0)
		*score = best_score(&r, vector, &question);
	free(r.questions);
	return got;
}

void search_release(struct search_answer *answer)
{
	free(answer->hits);
	*answer = (struct search_answer){0};
}
