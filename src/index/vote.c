/* SPDX-License-Identifier: ISC */
#include "index/vote.h"

#include "base/json.h"
#include "index/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct voter {
	const struct index *ix;
	struct search_answer found;
	char (*classes)[LOCARNO_SIZE]; /* of the patents, as they are met: "" not yet, "-" none */
	float *vector;                 /* of voter_calibrate */
};

const char *vote_level_name(enum vote_level level)
{
	return level == VOTE_CLASS ? "class" : "subclass";
}

struct voter *voter_new(const struct index *ix, struct error *err)
{
	struct voter *v = calloc(1, sizeof *v);

	if (v) {
		v->ix = ix;
		v->classes = calloc((size_t)index_patent_bound(ix) + 1, sizeof *v->classes);
		v->vector = calloc((size_t)index_settings(ix)->dimension + 1, sizeof *v->vector);
		if (v->classes && v->vector)
			return v;
	}
	voter_free(v);
	error_set(err, "out of memory");
	return NULL;
}

void voter_free(struct voter *v)
{
	if (!v)
		return;
	search_release(&v->found);
	free(v->classes);
	free(v->vector);
	free(v);
}

/* --- classes ------------------------------------------------------------------------------------------------------------ */

/* A record of a form that is not ours has no class. */
static int read_class(const struct index *ix, uint32_t patent, char to[LOCARNO_SIZE], struct error *err)
{
	struct error unread;
	const char *text;
	size_t size;
	const int found = index_record(ix, patent, &text, &size, err);
	struct json *record = found > 0 ? json_parse(text, size, &unread) : NULL;
	const char *class = json_text(json_member(record, "loc_class"));

	if (!class || !class_locarno(class, to))
		memcpy(to, "-", sizeof "-");
	json_release(record);
	return found < 0 ? -1 : 0;
}

int voter_class(struct voter *v, uint32_t patent, enum vote_level level, char to[LOCARNO_SIZE], struct error *err)
{
	char *class = v->classes[patent];

	if (!*class && read_class(v->ix, patent, class, err) < 0)
		return -1;
	memcpy(to, class, LOCARNO_SIZE);
	if (level == VOTE_CLASS)
		to[2] = '\0';
	return *to != '-';
}

/* --- votes -------------------------------------------------------------------------------------------------------------- */

/* The nearest, and one more whose score is where weight begins. */
struct voters {
	struct search_hit list[VOTE_NEAREST + 1];
	size_t count;
};

/* Those of an answer that may vote. 0/-1. */
static int choose_voters(struct voter *v, uint32_t self, struct voters *to, struct error *err)
{
	char class[LOCARNO_SIZE];

	to->count = 0;
	for (size_t i = 0; i < v->found.count && to->count <= VOTE_NEAREST; i++) {
		const struct search_hit *hit = &v->found.hits[i];
		const int has = hit->patent == self ? 0 : voter_class(v, hit->patent, VOTE_SUBCLASS, class, err);

		if (has < 0)
			return -1;
		if (has)
			to->list[to->count++] = *hit;
	}
	return 0;
}

/* Patents without a class may be among the nearest: the search goes on as long as more come. */
static int find_voters(struct voter *v, const float *vector, uint32_t self, struct voters *to, struct error *err)
{
	struct search_options options = {.k = VOTE_NEAREST + 2, .min_score = -INFINITY};

	for (;;) {
		if (search_run(v->ix, vector, 1, &options, &v->found, err) < 0 || choose_voters(v, self, to, err) < 0)
			return -1;
		if (to->count > VOTE_NEAREST || v->found.count < options.k || options.k > LIMIT_ANSWERS / 4)
			return 0;
		options.k *= 4;
	}
}

static void add_vote(struct votes *votes, const char name[LOCARNO_SIZE], double weight)
{
	size_t i = 0;

	while (i < votes->count && strcmp(votes->list[i].name, name) != 0)
		i++;
	if (i == votes->count) {
		memcpy(votes->list[i].name, name, LOCARNO_SIZE);
		votes->list[i].share = 0;
		votes->count++;
	}
	votes->list[i].share += weight;
}

static int by_share(const void *a, const void *b)
{
	const struct vote *s = a, *t = b;

	if (s->share != t->share)
		return s->share > t->share ? -1 : 1;
	return strcmp(s->name, t->name);
}

/* Where weight begins: the first that does not vote, or, when all do, a little farther away than the last. */
static double weightless(const struct voters *v)
{
	const double first = (double)v->list[0].score, last = (double)v->list[v->count - 1].score;

	return v->count > VOTE_NEAREST ? last : last - (first - last) / (double)v->count;
}

static int count_votes(struct voter *v, const struct voters *voters, enum vote_level level, struct votes *to, struct error *err)
{
	const size_t count = voters->count < VOTE_NEAREST ? voters->count : VOTE_NEAREST;
	char class[LOCARNO_SIZE];
	double sum = 0;

	to->count = 0;
	for (size_t i = 0; i < count; i++) {
		const double least = weightless(voters), range = (double)voters->list[0].score - least;
		const double weight = range > 0 ? ((double)voters->list[i].score - least) / range : 1;

		if (voter_class(v, voters->list[i].patent, level, class, err) < 0)
			return -1;
		add_vote(to, class, weight);
		sum += weight;
	}
	for (size_t i = 0; i < to->count; i++)
		to->list[i].share /= sum;
	qsort(to->list, to->count, sizeof *to->list, by_share);
	return 0;
}

static int ask(struct voter *v, const float *vector, uint32_t self, struct votes votes[VOTE_LEVELS], struct error *err)
{
	struct voters voters;

	if (find_voters(v, vector, self, &voters, err) < 0)
		return -1;
	for (int level = 0; level < VOTE_LEVELS; level++)
		if (count_votes(v, &voters, (enum vote_level)level, &votes[level], err) < 0)
			return -1;
	return 0;
}

int voter_ask(struct voter *v, const float *vector, const char *document, struct votes votes[VOTE_LEVELS], struct error *err)
{
	uint32_t self = UINT32_MAX;

	if (document && index_find_patent(v->ix, document, &self, err) < 0)
		return -1;
	return ask(v, vector, self, votes, err);
}

/* --- calibration -------------------------------------------------------------------------------------------------------- */

static void calibrate(struct votes *votes, const struct vote_calibration *c)
{
	double sum = c->other;

	for (size_t i = 0; i < votes->count; i++)
		sum += votes->list[i].share = pow(votes->list[i].share, 1 / c->temperature);
	for (size_t i = 0; i < votes->count; i++)
		votes->list[i].share /= sum;
}

static bool is_of_class(const char *subclass, const char *class)
{
	return strncmp(subclass, class, 2) == 0;
}

/* The votes for subclasses of one class, among themselves. */
static struct votes votes_within(const struct votes *subclasses, const char *class)
{
	struct votes to = {.count = 0};
	double sum = 0;

	for (size_t i = 0; i < subclasses->count; i++)
		if (is_of_class(subclasses->list[i].name, class)) {
			to.list[to.count++] = subclasses->list[i];
			sum += subclasses->list[i].share;
		}
	for (size_t i = 0; i < to.count; i++)
		to.list[i].share = sum > 0 ? to.list[i].share / sum : 1 / (double)to.count;
	return to;
}

void votes_calibrate(struct votes votes[VOTE_LEVELS], const struct vote_calibration c[VOTE_LEVELS])
{
	struct votes *classes = &votes[VOTE_CLASS], *subclasses = &votes[VOTE_SUBCLASS], raw = *subclasses;

	calibrate(classes, &c[VOTE_CLASS]);
	subclasses->count = 0;
	for (size_t i = 0; i < classes->count; i++) {
		struct votes within = votes_within(&raw, classes->list[i].name);

		calibrate(&within, &c[VOTE_SUBCLASS]);
		for (size_t k = 0; k < within.count; k++) {
			within.list[k].share *= classes->list[i].share;
			subclasses->list[subclasses->count++] = within.list[k];
		}
	}
	qsort(subclasses->list, subclasses->count, sizeof *subclasses->list, by_share);
}

/* Of what the truth was given; not more than for one in a thousand, so that one surprise does not decide. */
static double loss_of(struct votes votes, const char *truth, const struct vote_calibration *c)
{
	double rest = 1, given = -1;

	calibrate(&votes, c);
	for (size_t i = 0; i < votes.count; i++) {
		rest -= votes.list[i].share;
		if (strcmp(votes.list[i].name, truth) == 0)
			given = votes.list[i].share;
	}
	return -log(fmax(given < 0 ? rest : given, 1e-3));
}

/* Of subclasses among those of the true class; where that had no vote there is nothing to lose. */
static double loss_at(const struct vote_case *one, enum vote_level level, const struct vote_calibration *c)
{
	const char class[3] = {one->truth[0], one->truth[1], '\0'};

	if (level == VOTE_CLASS)
		return loss_of(one->votes[VOTE_CLASS], class, c);
	const struct votes within = votes_within(&one->votes[VOTE_SUBCLASS], class);
	return within.count ? loss_of(within, one->truth, c) : 0;
}

static struct vote_calibration fit(const struct vote_case *cases, size_t count, enum vote_level level)
{
	enum { TEMPERATURES = 13, OTHERS = 13 };
	struct vote_calibration best = {1, 0.0625};
	double least = HUGE_VAL;

	for (int t = 0; count && t < TEMPERATURES; t++)
		for (int o = 0; o < OTHERS; o++) {
			const struct vote_calibration c = {exp2((t - 4) / 4.0), exp2(o / 2.0 - 5)};
			double loss = 0;

			for (size_t i = 0; i < count; i++)
				loss += loss_at(&cases[i], level, &c);
			if (loss < least) {
				least = loss;
				best = c;
			}
		}
	return best;
}

void vote_fit(const struct vote_case *cases, size_t count, struct vote_calibration to[VOTE_LEVELS])
{
	for (int level = 0; level < VOTE_LEVELS; level++)
		to[level] = fit(cases, count, (enum vote_level)level);
}

/* The patent of this ordinal as a question; 1, 0 when it is none, -1. */
static int make_case(struct voter *v, uint32_t ordinal, struct vote_case *to, struct error *err)
{
	struct index_patent patent;
	int rc = index_patent(v->ix, ordinal, &patent, err);

	if (rc <= 0 || !patent.picture_count)
		return rc < 0 ? -1 : 0;
	if ((rc = voter_class(v, ordinal, VOTE_SUBCLASS, to->truth, err)) <= 0)
		return rc;
	rc = index_vector(v->ix, index_patent_picture(&patent, ordinal % patent.picture_count), v->vector, err);
	if (rc <= 0 || ask(v, v->vector, ordinal, to->votes, err) < 0)
		return rc == 0 ? 0 : -1;
	return to->votes[VOTE_CLASS].count > 0;
}

int voter_calibrate(struct voter *v, struct vote_calibration to[VOTE_LEVELS], size_t *cases, struct error *err)
{
	const uint32_t bound = index_patent_bound(v->ix), step = bound / VOTE_CASES + 1;
	struct vote_case *list = calloc(VOTE_CASES + 1, sizeof *list);
	size_t count = 0;
	int rc = list ? 0 : error_set(err, "out of memory");

	for (uint32_t o = 0; rc >= 0 && o < bound && count < VOTE_CASES; o += step)
		if ((rc = make_case(v, o, &list[count], err)) > 0)
			count++;
	if (rc >= 0)
		vote_fit(list, count, to);
	if (cases)
		*cases = count;
	free(list);
	return rc < 0 ? -1 : 0;
}
