/* SPDX-License-Identifier: ISC */
/*
 * What is compared goes into a table with a place for every answer there could be (a patent, or a picture), untouched places costing
 * nothing: the best picture of each. The k best of the touched ones are chosen at the end.
 */
#include "index/search.h"

#include "index/centroids.h"
#include "index/estimate.h"
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
	uint32_t rank; /* its place on the heap of the k best + 1; 0: it is not among them */
};

struct ranked_list {
	float score; /* larger is nearer */
	uint32_t list;
	const uint8_t *centroid;
};

struct run {
	const struct index *ix;
	const struct search_options *options;
	size_t dimension, count;
	enum index_metric metric;
	float *questions; /* (count, dimension), as the index has its vectors */
	uint8_t *scratch; /* for a vector that is not kept as f32 */
	struct unit *units;
	struct bytes touched; /* u32 each: units with something found */
	uint32_t *best;       /* the k best units so far, a heap whose root is the worst */
	size_t best_count, best_room;
	bool skipped;         /* something was not compared because of its estimate */
	struct search_cost *cost;
	struct estimator estimator; /* while lists are visited */
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

/* --- the k best so far --- */

static void set_rank(struct run *r, size_t at, uint32_t unit)
{
	r->best[at] = unit;
	r->units[unit].rank = (uint32_t)at + 1;
}

/* From a place of the heap down, until no child is worse. */
static void sink(struct run *r, size_t at, uint32_t unit)
{
	const float score = r->units[unit].score;

	for (size_t child; (child = 2 * at + 1) < r->best_count; at = child) {
		if (child + 1 < r->best_count && r->units[r->best[child + 1]].score < r->units[r->best[child]].score)
			child++;
		if (r->units[r->best[child]].score >= score)
			break;
		set_rank(r, at, r->best[child]);
	}
	set_rank(r, at, unit);
}

/* A unit whose score is new or has risen. */
static void rank_unit(struct run *r, uint32_t unit)
{
	const float score = r->units[unit].score;
	size_t at;

	if (r->units[unit].rank) {
		sink(r, r->units[unit].rank - 1, unit);
	} else if (r->best_count < r->best_room) {
		for (at = r->best_count++; at && r->units[r->best[(at - 1) / 2]].score > score; at = (at - 1) / 2)
			set_rank(r, at, r->best[(at - 1) / 2]);
		set_rank(r, at, unit);
	} else if (score > r->units[r->best[0]].score) {
		r->units[r->best[0]].rank = 0;
		sink(r, 0, unit);
	}
}

/* What a score must reach to change the answer. */
static float least_score(const struct run *r)
{
	return r->best_count < r->best_room ? -INFINITY : r->units[r->best[0]].score;
}

/* Compares one vector of the index with the question. */
static int offer(struct run *r, uint32_t picture, uint32_t patent, const uint8_t *vector, struct error *err)
{
	const uint32_t at = r->options->by_picture ? picture : patent;
	struct unit *u = &r->units[at];
	uint32_t question;
	const float score = best_score(r, vector, &question);

	r->cost->compared++;
	if (!u->picture && bytes_append(&r->touched, &at, sizeof at) < 0)
		return error_set(err, "out of memory");
	if (u->picture && (score < u->score ||
	        (score == u->score && compare_pictures(r->ix, picture, u->picture - 1) >= 0)))
		return 0;
	*u = (struct unit){score, picture + 1, patent, question, u->rank};
	rank_unit(r, at);
	return 0;
}

/* --- which vectors are compared --- */

/* The vector in slot i of a block, of this picture if there is one. */
static int offer_slot(struct run *r, const uint8_t *block, size_t picture, size_t i, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(r->ix);
	uint32_t patent;
	const uint8_t *numbers = vectors_slot(s, block, i, &patent);

	if (!numbers || picture >= index_picture_bound(r->ix) || !is_allowed(r, patent))
		return 0;
	r->cost->scanned++;
	return offer(r, (uint32_t)picture, patent, vector_bytes(s, numbers, r->scratch), err);
}

/* All there are. */
static int scan_vectors(struct run *r, struct error *err)
{
	const struct vector_shape *s = index_vector_shape(r->ix);
	struct store_walk w;
	int more = 0;

	if (store_walk_open(index_store(r->ix), &w, STORE_VECTORS, err) < 0)
		return -1;
	while (more >= 0 && (more = store_walk_next(&w, err)) > 0) {
		if (w.key.size != 4 || w.value.size != s->size) {
			more = error_set(err, "a block of vectors is malformed");
			break;
		}
		for (size_t i = 0; more >= 0 && i < s->room; i++)
			more = offer_slot(r, w.value.data, key_get(w.key.data) * s->room + i, i, err);
	}
	store_walk_close(&w);
	return more < 0 ? -1 : 0;
}

/* A vector that an entry of a list says may be near enough. */
static int offer_entry(struct run *r, uint32_t picture, uint32_t patent, struct error *err)
{
	const uint8_t *vector;
	uint32_t its_patent;
	const int got = index_vector_bytes(r->ix, picture, &its_patent, r->scratch, &vector, err);

	if (got == 0 || (got > 0 && its_patent != patent))
		return error_set(err, "picture %u is in a list it does not belong to", (unsigned)picture);
	return got < 0 ? -1 : offer(r, picture, patent, vector, err);
}

/* The entries of so many groups whose estimates reach what is wanted are compared, one after the other. */
static int scan_groups(struct run *r, const struct estimate_list *lists, const uint8_t *groups, size_t count, struct error *err)
{
	const struct code_shape *s = &r->estimator.shape;
	const size_t rounded = (count + CODES_SIDE - 1) / CODES_SIDE;
	float surplus[ESTIMATE_GROUPS * CODES_SIDE], most[ESTIMATE_GROUPS * CODES_SIDE];
	float least = least_score(r);

	for (size_t q = 0; q < r->count; q++) {
		const float wanted = estimate_wanted(&r->estimator, q, least);
		estimate_groups(&r->estimator, q, &lists[q], groups, rounded, most);
		for (size_t i = 0; i < rounded * CODES_SIDE; i++)
			surplus[i] = q && surplus[i] > most[i] - wanted ? surplus[i] : most[i] - wanted;
	}
	for (size_t i = 0; i < count; i++) {
		const uint8_t *pictures = code_group_factors(s, groups + i / CODES_SIDE * s->group_size) + 4 * 3 * CODES_SIDE;
		const uint32_t picture = le32_get(pictures + 4 * (i % CODES_SIDE)),
		               patent = le32_get(pictures + 4 * (CODES_SIDE + i % CODES_SIDE));
		if (picture >= index_picture_bound(r->ix) || !is_allowed(r, patent))
			continue;
		r->cost->scanned++;
		if (least > -INFINITY && surplus[i] < 0)
			r->skipped = true;
		else if (offer_entry(r, picture, patent, err) < 0)
			return -1;
	}
	return 0;
}

/* One list. lists[count] is scratch. */
static int scan_list(struct run *r, uint32_t list, const uint8_t *centroid, struct estimate_list *lists, struct error *err)
{
	const struct code_shape *s = &r->estimator.shape;
	struct store_walk w;
	struct code_block b;
	uint8_t key[CODES_KEY];
	int more = 0;

	for (size_t q = 0; q < r->count; q++)
		estimate_list(&r->estimator, q, centroid, &lists[q]);
	if (store_walk_open(index_store(r->ix), &w, STORE_CODES, err) < 0)
		return -1;
	code_key_put(key, list, 0);
	if (store_walk_seek(&w, key, sizeof key, err) < 0)
		more = -1;
	while (more >= 0 && (more = store_walk_next(&w, err)) > 0) {
		if (w.key.size != CODES_KEY || key_get(w.key.data) != list)
			break;
		more = code_block_decode(&b, s, w.value, err);
		enum { TOGETHER = ESTIMATE_GROUPS * CODES_SIDE };
		for (size_t i = 0; more == 0 && i < b.count; i += TOGETHER)
			more = scan_groups(r, lists, b.groups + i / CODES_SIDE * s->group_size,
			        b.count - i < TOGETHER ? b.count - i : TOGETHER, err);
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
			got = index_vector_bytes(r->ix, picture, &patent, r->scratch, &vector, err);
			r->cost->scanned += got > 0;
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

/* A list's place among those of each vector of the question, which lie so many apart. */
static void rank_list(const struct run *r, uint32_t list, const uint8_t *centroid, struct ranked_list *ranked, size_t apart)
{
	for (size_t q = 0; q < r->count; q++) {
		const float *question = r->questions + q * r->dimension;
		ranked[q * apart] = (struct ranked_list){.list = list, .centroid = centroid,
		        .score = r->metric == INDEX_IP ? dot_product(question, centroid, r->dimension)
		                                       : -dot_distance(question, centroid, r->dimension)};
	}
}

/* ranked (count, lists): for each vector of the question all lists, the nearest first. */
static int rank_lists(const struct run *r, size_t lists, struct ranked_list *ranked, struct error *err)
{
	const uint32_t first = index_state(r->ix)->list_first;
	struct centroid_groups groups;
	struct centroid_group group;

	if (centroids_groups(index_store(r->ix), first, (uint32_t)lists, r->dimension, &groups, err) < 0)
		return -1;
	for (size_t g = 0; g < groups.count; g++) {
		if (centroids_group(index_store(r->ix), &groups, g, &group, err) < 0)
			return -1;
		for (size_t i = 0; i < group.count; i++)
			rank_list(r, group.first + (uint32_t)i, group.centroids + 4 * r->dimension * i,
			        ranked + group.first - first + i, lists);
	}
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
	struct estimate_list *places = calloc(r->count, sizeof *places);
	int status = ranked && visited && places ? rank_lists(r, lists, ranked, err) : error_set(err, "out of memory");

	if (status == 0)
		status = estimator_begin(&r->estimator, index_settings(r->ix), r->questions, r->count, err);
	for (size_t i = 0; status == 0 && i < lists && (i < probes || found(r) < r->options->k); i++) {
		for (size_t q = 0; status == 0 && q < r->count; q++) {
			const uint32_t list = ranked[q * lists + i].list;
			if (list >= bound || visited[list])
				continue;
			visited[list] = 1;
			r->cost->visited++;
			status = scan_list(r, list, ranked[q * lists + i].centroid, places, err);
		}
	}
	r->cost->exact = r->cost->visited == lists && !r->skipped;
	estimator_release(&r->estimator);
	free(places);
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
		return scan_vectors(r, err);
	return scan_lists(r, lists, allowed, err);
}

/* --- choosing the best --- */

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

static int choose(const struct run *r, struct search_answer *answer, struct error *err)
{
	const size_t n = found(r), k = r->best_count;
	struct bytes contenders = {0};
	struct index_patent p;
	const float least = k ? r->units[r->best[0]].score : -INFINITY;
	int status = 0;

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
	r->scratch = malloc(4 * r->dimension);
	if (!r->questions || !r->scratch)
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
		r.best_room = options->k < bound ? options->k : bound;
		r.best = calloc(r.best_room + 1, sizeof *r.best);
		status = r.units && r.best ? scan_what_is_best(&r, err) : error_set(err, "out of memory");
	}
	if (status == 0)
		status = choose(&r, answer, err);
	free(r.questions);
	free(r.scratch);
	free(r.units);
	free(r.best);
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
		got = index_vector_bytes(ix, picture, &patent, r.scratch, &vector, err);
	if (got > 0)
		*score = best_score(&r, vector, &question);
	free(r.questions);
	free(r.scratch);
	return got;
}

void search_release(struct search_answer *answer)
{
	free(answer->hits);
	*answer = (struct search_answer){0};
}
