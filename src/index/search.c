/* SPDX-License-Identifier: ISC */
#include "index/search.h"

#include "index/ahead.h"
#include "index/candidates.h"
#include "index/comparison.h"
#include "index/exact.h"
#include "index/probes.h"
#include "index/sift.h"
#include "index/snapshot.h"
#include "math/dot.h"

#include <math.h>
#include <stdlib.h>

/*
 * What a filter leaves is looked up vector by vector when there are no more vectors than this for each hundred lists: one that is looked
 * up costs about as much as three lists that are sifted.
 */
enum { FEW = 33 };

/* A list whose blocks were looked up, for one vector of the question. */
struct opened_list {
	size_t question;
	struct probe probe;
	struct posting_list *list; /* NULL: nothing is open */
};

struct run {
	struct comparison c; /* the question, and the best so far */
	struct search_cost *cost;
	/* of visiting lists */
	struct calibration_plan plan;
	struct estimator estimator;
	struct candidates candidates;
	struct probes *probes; /* (count) */
	uint8_t *visited;      /* (count + 1, lists): for each vector of the question, and for any */
	uint64_t visits;
	struct opened_list opened[2];
	int turn;         /* the one that is opened next; the other one is scanned then */
	struct sift sift; /* under a filter */
};

/* --- which vectors are compared --- */

const char *search_way_name(enum search_way way)
{
	static const char *const names[] = {[SEARCH_ALL] = "all vectors", [SEARCH_LOOKED_UP] = "the vectors that pass",
	        [SEARCH_LISTS] = "the nearest lists", [SEARCH_SIFTED] = "what passes in the nearest lists",
	        [SEARCH_LOCATED] = "what passes in the lists that hold it"};

	return names[way];
}

/* What the options ask for. */
static struct calibration_plan make_plan(const struct index *ix, const struct search_options *o)
{
	const double lists = (double)index_counts(ix)->lists, recall = o->recall > 0 ? o->recall : SEARCH_RECALL;
	struct calibration_plan p = {.lists = o->nprobe, .deviations = 3, .radius = INFINITY};

	if (!o->nprobe && !calibration_find(index_calibration(ix), o->k, recall, &p)) {
		/* not calibrated: that many find .99 of ten patents among some hundred thousand vectors */
		p.lists = recall > SEARCH_RECALL ? lists : fmax(8, 1.5 * sqrt(lists));
	}
	if (o->deviations > 0)
		p.deviations = o->deviations;
	if (o->radius > 0)
		p.radius = o->radius;
	return p;
}

uint32_t search_lists(const struct index *ix, const struct search_options *options)
{
	const double lists = (double)index_counts(ix)->lists, wanted = ceil(make_plan(ix, options).lists);

	return (uint32_t)(wanted < lists ? wanted : lists);
}

static size_t at_most(double wanted, size_t lists)
{
	return wanted < (double)lists ? (size_t)ceil(wanted) : lists;
}

/* --- visiting lists --- */

/* One list of so many is near. */
enum { NEAR = 8 };

/* Gathers those of a block's entries that promise enough. */
static int scan_block(struct run *r, size_t question, const struct estimate_list *list, const struct code_block *b, struct error *err)
{
	enum { GROUPS = 8, ENTRIES = GROUPS * CODES_SIDE };
	const struct code_shape *s = &r->estimator.shape;
	const float least = candidates_wanted(&r->candidates);
	float most[ENTRIES];

	for (size_t first = 0; first < b->count; first += ENTRIES) {
		const size_t count = b->count - first < ENTRIES ? b->count - first : ENTRIES;
		estimate_groups(&r->estimator, question, list, b->groups + first / CODES_SIDE * s->group_size,
		        (count + CODES_SIDE - 1) / CODES_SIDE, most);
		for (size_t i = 0; i < count; i++) {
			if (most[i] < least) {
				r->candidates.skipped = true;
				continue;
			}
			const struct candidate c = {.most = most[i],
			        .picture = le32_get(b->pictures + 4 * (first + i)),
			        .patent = le32_get(b->patents + 4 * (first + i)),
			        .place = (uint32_t)(first + i)};
			if (c.picture < index_picture_bound(r->c.ix) && comparison_allows(&r->c, c.patent) &&
			        bytes_append(&r->candidates.gathered, &c, sizeof c) < 0)
				return error_set(err, "out of memory");
		}
		r->c.scanned += count;
	}
	return 0;
}

/* Has fetched what is read: the begin of a block, whose rest the processor then fetches by itself, or who may answer. */
static void fetch_block(const struct run *r, struct store_value value)
{
	enum { BEGIN = 1024 };

	if (r->sift.outlooks)
		sift_fetch(&r->sift, value);
	else
		dot_prefetch(value.data, value.size < BEGIN ? value.size : BEGIN);
}

/* Looks up the blocks of a list for a vector of the question. */
static int open_list(struct run *r, size_t question, const struct probe *p, struct error *err)
{
	struct posting_list *list = index_list(r->c.ix, p->list, err);

	if (!list)
		return -1;
	dot_prefetch(p->centroid, 4 * r->c.dimension);
	for (size_t i = 0; i < list->count; i++)
		fetch_block(r, list->blocks[i].value);
	r->opened[r->turn] = (struct opened_list){question, *p, list};
	return 0;
}

static int scan_list(struct run *r, struct opened_list *o, struct error *err)
{
	struct posting_list *from = o->list;
	const bool sifts = r->sift.outlooks != NULL;
	uint8_t key[CODES_KEY];
	struct estimate_list list;
	struct code_block b;

	o->list = NULL;
	if (!from || !from->count)
		return 0;
	estimate_list(&r->estimator, o->question, o->probe.centroid, &list);
	if (candidates_of_list(&r->candidates, o->question, &list, err) < 0)
		return -1;
	for (size_t i = 0; i < from->count; i++) {
		const struct store_value value = from->blocks[i].value;
		const size_t before = candidates_count(&r->candidates);
		code_key_put(key, o->probe.list, from->blocks[i].number);
		if ((!from->checked && store_check(STORE_CODES, key, sizeof key, value, err) < 0) ||
		        code_block_decode(&b, &r->estimator.shape, value, err) < 0 ||
		        (sifts ? sift_block(&r->sift, o->question, &list, &b, candidates_wanted(&r->candidates),
		                         &r->candidates.gathered, err)
		               : scan_block(r, o->question, &list, &b, err)) < 0 ||
		        candidates_locate(&r->candidates, o->probe.list, from->blocks[i].number, b.count, before, err) < 0)
			return -1;
	}
	from->checked = true;
	return candidates_are_many(&r->candidates) || r->c.best.heap_count < r->c.best.k
	        ? candidates_compare(&r->candidates, err) : 0;
}

/* Opens a list, and scans the one that was opened before, whose memory has come meanwhile. */
static int pass_list(struct run *r, size_t question, const struct probe *p, struct error *err)
{
	if (open_list(r, question, p, err) < 0)
		return -1;
	r->turn = !r->turn;
	return scan_list(r, &r->opened[r->turn], err);
}

/* Whether a list can have nothing that is better than the k-th best so far, if it is no larger than is planned with. */
static bool is_out_of_reach(const struct run *r, size_t question, const struct probe *p)
{
	float figure, distance;

	if (isinf(r->plan.radius) || r->c.best.heap_count < r->c.best.k)
		return false;
	estimate_centroid(&r->estimator, question, p->product, p->half, &figure, &distance);
	return figure + r->plan.radius * distance < candidates_wanted(&r->candidates);
}

/* Whether a list was not visited yet for this vector of the question; then it is now. */
static bool enter(struct run *r, size_t question, uint32_t list)
{
	const size_t lists = (size_t)r->cost->lists, at = list - index_state(r->c.ix)->list_first;
	uint8_t *mine = &r->visited[question * lists + at], *any = &r->visited[r->c.count * lists + at];

	if (*mine)
		return false;
	r->cost->visited += !*any;
	r->visits++;
	*mine = *any = 1;
	return true;
}

/*
 * Lists that nobody has looked at yet are read from the disk side by side, not one after the other; of the refinements those of the
 * nearest lists, where most candidates are, and of others when a candidate is met.
 */
static int announce(const struct run *r, size_t wanted, struct error *err)
{
	struct ahead_wish *codes = calloc(wanted * r->c.count, sizeof *codes), *refined = calloc(wanted * r->c.count, sizeof *refined);
	size_t count = 0;
	int status = codes && refined ? 0 : error_set(err, "out of memory");

	for (size_t i = 0; status == 0 && i < wanted; i++)
		for (size_t q = 0; status == 0 && q < r->c.count; q++) {
			const uint32_t list = r->probes[q].probes[i].list;
			const int is_new = index_list_is_new(r->c.ix, list, err);
			if (is_new > 0 || (is_new == 0 && r->candidates.again)) {
				codes[count].key_size = 4;
				key_put(codes[count].key, list);
				refined[count] = codes[count];
				refined[count++].way_only = i > wanted / NEAR || !is_new;
			}
			status = is_new < 0 ? -1 : 0;
		}
	ahead_fetch(index_store(r->c.ix), STORE_CODES, codes, count);
	if (r->candidates.refiner.shape.slot)
		ahead_fetch(index_store(r->c.ix), STORE_REFINEMENTS, refined, count);
	free(codes);
	free(refined);
	return status;
}

/* The nearest lists of each vector of the question, or, with `until_found`, only as many as it takes to find k. */
static int visit(struct run *r, size_t wanted, bool until_found, struct error *err)
{
	int status = 0;

	for (size_t q = 0; status == 0 && q < r->c.count; q++)
		status = probes_rank(&r->probes[q], r->c.ix, r->c.questions + q * r->c.dimension, wanted, err);
	if (status == 0 && !until_found)
		status = announce(r, wanted, err);
	for (size_t i = 0; status == 0 && i < wanted && !(until_found && r->c.best.heap_count == r->c.best.k); i++)
		for (size_t q = 0; status == 0 && q < r->c.count; q++)
			if (!is_out_of_reach(r, q, &r->probes[q].probes[i]) && enter(r, q, r->probes[q].probes[i].list))
				status = pass_list(r, q, &r->probes[q].probes[i], err);
	if (status == 0)
		status = scan_list(r, &r->opened[!r->turn], err);
	return status < 0 ? -1 : candidates_compare(&r->candidates, err);
}

/*
 * How many better answers may be expected in lists that are not visited for one of the question's vectors. For the first few answers
 * that are wanted the expectation is far too high, as it allows for what is not known yet, and the calibration says by how much; for
 * further ones it is about right.
 */
static double rest_allowed(const struct run *r)
{
	enum { FIRST = 10 };
	const struct search_options *o = r->c.options;
	const double recall = o->recall > 0 ? o->recall : SEARCH_RECALL, k = (double)r->c.best.k,
	             rest = o->rest > 0 ? o->rest : calibration_rest(index_calibration(r->c.ix), recall);
	const double first = fmin(k, FIRST), further = k - first;

	return (1 - recall) * (rest * first + fmin(rest, CALIBRATION_REST) * further) / (double)r->c.count;
}

/* How a search under a filter goes on behind the lists that were ranked. */
enum outwards { FAILED = -1, FURTHER, DONE, ELSEWHERE };

/* From the nearest of so many lists on, until hardly anything better is to be expected for this vector of the question. */
static enum outwards sift_outwards(struct run *r, size_t question, size_t count, struct error *err)
{
	const struct probes *p = &r->probes[question];
	const size_t lists = (size_t)r->cost->lists;
	const double enough = rest_allowed(r);
	size_t look = (size_t)r->plan.lists;

	if (probes_rank(&r->probes[question], r->c.ix, r->c.questions + question * r->c.dimension, count, err) < 0)
		return FAILED;
	for (size_t i = 0; i < p->sorted; i++) {
		if (sift_is_empty(&r->sift, p->probes[i].list) || !enter(r, question, p->probes[i].list))
			continue;
		if (pass_list(r, question, &p->probes[i], err) < 0)
			return FAILED;
		if (i < look)
			continue;
		look = i + i / 8;
		if (scan_list(r, &r->opened[!r->turn], err) < 0 || candidates_compare(&r->candidates, err) < 0)
			return FAILED;
		if (!r->sift.entries && sift_is_elsewhere(&r->sift, question, i + 1, lists))
			return ELSEWHERE;
		if (r->c.best.heap_count == r->c.best.k &&
		        sift_is_done(&r->sift, question, p, lists, i + 1, candidates_wanted(&r->candidates), enough))
			return DONE;
	}
	return scan_list(r, &r->opened[!r->turn], err) < 0 ? FAILED : p->sorted == lists ? DONE : FURTHER;
}

/* Under a filter; all lists are ranked only where that is needed. */
static int sift_lists(struct run *r, size_t lists, struct error *err)
{
	const size_t near = 3 * at_most(r->plan.lists, lists);
	enum outwards next = DONE;

	r->sift.estimator = &r->estimator;
	if (sift_begin(&r->sift, err) < 0)
		return -1;
	for (size_t q = 0; next == DONE && q < r->c.count; q++) {
		next = FURTHER;
		for (size_t count = near; next == FURTHER; count *= 4) {
			next = sift_outwards(r, q, count < lists / 4 ? count : lists, err);
			if (next != ELSEWHERE)
				continue;
			r->cost->way = SEARCH_LOCATED;
			next = sift_count_lists(&r->sift, index_store(r->c.ix), index_state(r->c.ix)->list_first, lists, err) < 0
			               ? FAILED : FURTHER;
			count = lists;
		}
	}
	if (next == FAILED || candidates_compare(&r->candidates, err) < 0)
		return -1;
	r->c.scanned = r->sift.scanned;
	r->candidates.skipped |= r->sift.skipped;
	return 0;
}

/* Outwards from the question, until enough lists are visited and enough is found. */
static int scan_lists(struct run *r, size_t lists, struct error *err)
{
	const bool wider = !r->c.options->nprobe && isfinite(r->plan.radius);
	const size_t probes = at_most(wider ? CALIBRATION_WIDER * r->plan.lists : r->plan.lists, lists);
	int status;

	r->visited = calloc((r->c.count + 1) * lists, 1);
	r->probes = calloc(r->c.count, sizeof *r->probes);
	if (!r->visited || !r->probes)
		return error_set(err, "out of memory");
	status = estimator_begin(&r->estimator, index_settings(r->c.ix), r->plan.deviations, r->c.questions, r->c.count, err);
	if (status == 0)
		status = candidates_begin(&r->candidates, &r->c, &r->estimator, r->plan.deviations, err);
	if (status == 0)
		status = r->cost->way == SEARCH_SIFTED ? sift_lists(r, lists, err) : visit(r, probes, false, err);
	if (status == 0 && r->c.best.heap_count < r->c.best.k && probes < lists && !r->sift.outlooks)
		status = visit(r, lists, true, err);
	r->cost->exact = r->visits == r->c.count * lists && !r->candidates.skipped;
	if (r->cost->exact)
		r->cost->recall = 1;
	return status;
}

/* Whether the recall takes all lists; under a filter only one that no calibration reaches does. */
static bool wants_all(const struct run *r, size_t lists)
{
	const bool beyond = r->c.options->recall > calibration_levels[CALIBRATION_LEVELS - 1].recall;

	return !r->c.options->nprobe && r->plan.lists >= (double)lists && (beyond || !r->c.options->allowed);
}

/* Vectors that are allowed, about. */
static double expected(const struct index *ix, const uint64_t *allowed)
{
	const struct index_counts *counts = index_counts(ix);
	const uint64_t patents = allowed ? sift_count(allowed, index_patent_bound(ix)) : counts->patents;

	return (double)counts->pictures * (double)patents / (double)counts->patents;
}

static bool are_few(const struct index *ix, const uint64_t *allowed, double vectors)
{
	const struct index_counts *counts = index_counts(ix);

	return allowed && vectors * 100 <= FEW * (double)(counts->lists ? counts->lists : counts->pictures);
}

/* What a search costs that compares with all. */
static struct search_cost exact_cost(const struct index *ix)
{
	return (struct search_cost){.vectors = index_counts(ix)->pictures, .lists = index_counts(ix)->lists, .exact = true, .recall = 1};
}

static int scan_what_is_best(struct run *r, struct error *err)
{
	const size_t lists = (size_t)index_counts(r->c.ix)->lists;

	*r->cost = exact_cost(r->c.ix);
	r->sift = (struct sift){.allowed = r->c.options->allowed,
	        .patents = index_patent_bound(r->c.ix),
	        .pictures = index_picture_bound(r->c.ix),
	        .expected = expected(r->c.ix, r->c.options->allowed)};
	r->plan = make_plan(r->c.ix, r->c.options);
	if (are_few(r->c.ix, r->c.options->allowed, r->sift.expected))
		r->cost->way = SEARCH_LOOKED_UP;
	else if (!lists || r->c.options->exact || wants_all(r, lists))
		r->cost->way = SEARCH_ALL;
	else
		r->cost->way = r->c.options->allowed && !r->c.options->nprobe ? SEARCH_SIFTED : SEARCH_LISTS;
	switch (r->cost->way) {
	case SEARCH_LOOKED_UP:
		return exact_allowed(&r->c, err);
	case SEARCH_ALL:
		return exact_all(&r->c, 1, err);
	case SEARCH_LISTS:
	case SEARCH_SIFTED:
	case SEARCH_LOCATED:
		break;
	}
	r->cost->recall = r->cost->way == SEARCH_LISTS ? r->plan.recall : 0;
	return scan_lists(r, lists, err);
}

/* --- choosing the best --- */

/* A hit with what its order among equal scores needs. */
struct contender {
	struct search_hit hit;
	const struct index *ix;
};

/* Patents by their numbers; those whose row is gone or damaged, which is met elsewhere, by their ordinals. */
static int patent_order(const struct index *ix, uint32_t a, uint32_t b)
{
	struct index_patent p, q;
	struct error err;

	if (a == b)
		return 0;
	if (index_patent(ix, a, &p, &err) <= 0 || index_patent(ix, b, &q, &err) <= 0)
		return a < b ? -1 : 1;
	return strcmp(p.document, q.document);
}

static int better(const void *a, const void *b)
{
	const struct contender *x = a, *y = b;

	if (x->hit.score != y->hit.score)
		return x->hit.score > y->hit.score ? -1 : 1;
	const int order = patent_order(x->ix, x->hit.patent, y->hit.patent);
	return order ? order : comparison_order(x->ix, x->hit.picture, y->hit.picture);
}

static int choose(const struct comparison *c, struct search_answer *answer, struct error *err)
{
	const struct best *best = &c->best;
	const size_t k = best->heap_count;
	struct bytes contenders = {0};
	const float least = k ? best->units[best->heap[0]].score : -INFINITY;
	int status = 0;

	for (size_t i = 0; status == 0 && i < best->count; i++) {
		const struct best_unit *u = &best->units[i];
		const struct contender one = {{u->score, u->patent, u->picture, u->question}, c->ix};
		if (u->score >= least && u->score >= c->options->min_score && bytes_append(&contenders, &one, sizeof one) < 0)
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

static void end(struct run *r)
{
	comparison_release(&r->c);
	free(r->visited);
	sift_release(&r->sift);
	for (size_t q = 0; r->probes && q < r->c.count; q++)
		probes_release(&r->probes[q]);
	free(r->probes);
	estimator_release(&r->estimator);
	candidates_release(&r->candidates);
}

int search_run(const struct index *ix, const float *values, size_t count, const struct search_options *options,
        struct search_answer *answer, struct error *err)
{
	struct run r = {.cost = &answer->cost};
	int status;

	answer->count = 0;
	answer->cost = (struct search_cost){.exact = true};
	if (!index_settings(ix)->dimension || !count || !index_counts(ix)->pictures)
		return 0;
	status = comparison_begin(&r.c, ix, values, count, options, err);
	if (status == 0)
		status = scan_what_is_best(&r, err);
	if (status == 0)
		status = choose(&r.c, answer, err);
	answer->cost.scanned = r.c.scanned;
	answer->cost.compared = r.c.compared;
	answer->cost.refined = r.candidates.refined;
	end(&r);
	return status;
}

int search_exactly(const struct index *ix, const struct search_question *questions, size_t count, const struct search_options *options,
        struct search_answer *answers, struct error *err)
{
	const bool few = are_few(ix, options->allowed, expected(ix, options->allowed));
	struct comparison *c = calloc(count, sizeof *c);
	int status = c ? 0 : error_set(err, "out of memory for %zu questions", count);

	for (size_t i = 0; status == 0 && i < count; i++) {
		status = comparison_begin(&c[i], ix, questions[i].values, questions[i].count, options, err);
		c[i].left_out = questions[i].left_out;
		if (status == 0 && few && c[i].count)
			status = exact_allowed(&c[i], err);
	}
	if (status == 0 && !few)
		status = exact_all(c, count, err);
	for (size_t i = 0; status == 0 && i < count; i++) {
		answers[i].cost = exact_cost(ix);
		answers[i].cost.way = few ? SEARCH_LOOKED_UP : SEARCH_ALL;
		answers[i].cost.scanned = c[i].scanned;
		answers[i].cost.compared = c[i].compared;
		status = choose(&c[i], &answers[i], err);
	}
	for (size_t i = 0; c && i < count; i++)
		comparison_release(&c[i]);
	free(c);
	return status;
}

int search_score(const struct index *ix, const float *values, size_t count, uint32_t picture, float *score,
        struct error *err)
{
	static const struct search_options one = {.k = 1};
	const uint8_t *vector;
	uint32_t patent, question;
	struct comparison c;

	if (!index_settings(ix)->dimension || !count)
		return 0;
	int got = comparison_begin(&c, ix, values, count, &one, err);
	if (got == 0)
		got = index_vector_bytes(ix, picture, &patent, c.scratch, &vector, err);
	if (got > 0)
		*score = comparison_score(&c, vector, &question);
	comparison_release(&c);
	return got;
}

void search_release(struct search_answer *answer)
{
	free(answer->hits);
	*answer = (struct search_answer){0};
}
