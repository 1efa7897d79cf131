/* SPDX-License-Identifier: ISC */
#include "index/vote.h"
#include "unit/test.h"

#include <math.h>

static void add(struct votes *v, const char *name, double share)
{
	snprintf(v->list[v->count].name, LOCARNO_SIZE, "%s", name);
	v->list[v->count++].share = share;
}

/* Two classes, one of two subclasses. */
static void make(struct votes votes[VOTE_LEVELS], double first)
{
	votes[0].count = votes[1].count = 0;
	add(&votes[VOTE_CLASS], "06", first);
	add(&votes[VOTE_CLASS], "12", 1 - first);
	add(&votes[VOTE_SUBCLASS], "06-01", first * 0.75);
	add(&votes[VOTE_SUBCLASS], "06-04", first * 0.25);
	add(&votes[VOTE_SUBCLASS], "12-16", 1 - first);
}

static double sum_of(const struct votes *v)
{
	double sum = 0;

	for (size_t i = 0; i < v->count; i++)
		sum += v->list[i].share;
	return sum;
}

static void test_probabilities(void)
{
	const struct vote_calibration same[VOTE_LEVELS] = {{1, 0}, {1, 0}}, wide[VOTE_LEVELS] = {{2, 0.5}, {2, 0.1}};
	struct votes v[VOTE_LEVELS];

	make(v, 0.6);
	votes_calibrate(v, same);
	ok(fabs(v[0].list[0].share - 0.6) < 1e-12 && fabs(v[1].list[0].share - 0.45) < 1e-12, "a calibration can change nothing");
	is_text(v[1].list[1].name, "12-16", "subclasses are in order");
	votes_calibrate(v, wide);
	const double a = sqrt(0.6), b = sqrt(0.4), first = a / (a + b + 0.5);
	ok(fabs(v[0].list[0].share - first) < 1e-12, "a temperature of 2 takes roots: %g", v[0].list[0].share);
	ok(sum_of(&v[0]) < 1 && sum_of(&v[1]) < sum_of(&v[0]), "the rest is left to others");
	for (size_t i = 0; i < v[1].count; i++) {
		const bool six = v[1].list[i].name[0] == '0';
		ok(v[1].list[i].share <= v[0].list[six ? 0 : 1].share, "%s is a part of its class", v[1].list[i].name);
	}
	v[0].count = v[1].count = 0;
	votes_calibrate(v, wide);
	ok(!v[0].count && !v[1].count, "no votes stay none");
}

static double mean_of_first(struct vote_case *cases, size_t count, const struct vote_calibration c[VOTE_LEVELS])
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		struct votes v[VOTE_LEVELS] = {cases[i].votes[0], cases[i].votes[1]};
		votes_calibrate(v, c);
		sum += v[0].list[0].share / (double)count;
	}
	return sum;
}

/* Of a hundred cases in which 80 % of the votes are for the first, it is right in so many; the others are of a third class. */
static void test_fit(unsigned right)
{
	static struct vote_case cases[100];
	struct vote_calibration c[VOTE_LEVELS];

	for (unsigned i = 0; i < 100; i++) {
		make(cases[i].votes, 0.8);
		snprintf(cases[i].truth, LOCARNO_SIZE, "%s", i < right ? "06-01" : i % 2 ? "12-16" : "31-00");
	}
	vote_fit(cases, 100, c);
	ok(fabs(mean_of_first(cases, 100, c) - right / 100.0) < 0.08, "right in %u of 100, sure by %.2f", right,
	        mean_of_first(cases, 100, c));
	ok(c[0].temperature > 0 && c[0].other > 0, "temperature %g, other %g", c[0].temperature, c[0].other);
}

int main(void)
{
	struct vote_calibration c[VOTE_LEVELS];

	test_probabilities();
	for (unsigned right = 30; right <= 90; right += 20)
		test_fit(right);
	vote_fit(NULL, 0, c);
	ok(c[0].temperature == 1 && c[1].temperature == 1, "without cases the shares are believed");
	is_text(vote_level_name(VOTE_CLASS), "class", "the first level is the class");
	return done();
}
