/* SPDX-License-Identifier: ISC */
/*
 * How often the nearest patents of an index name the class of a picture, and how far what they say can be believed
 *
 * usage: classes INDEX
 *
 * Every picture of every patent with a class is a question, its own patent left out. For class and subclass: how often the truth is the
 * first, among the first three, among the first five; and the expected calibration error of the first (Naeini et al. 2015: ten bins of
 * equal width, mean of |share right − mean probability| weighted by size) of the bare shares of votes, and of the calibrated ones.
 * The calibration is fitted to the patents of even ordinals for the questions of odd ones, and the other way round. A second line of each
 * is of patents instead of pictures: the probabilities are means over its pictures.
 */
#include "base/message.h"
#include "index/vote.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = 5, BINS = 10, FOLDS = 2, NAMES = 1024 };

struct question {
	struct vote_case known;
	uint32_t patent;
};

struct questions {
	struct question *list;
	size_t count;
};

struct score {
	double asked, right[PLACES]; /* right at this place or before */
	double count[BINS], sure[BINS], first[BINS];
};

static void add_answer(struct score *s, const struct vote *list, size_t count, const char *truth)
{
	size_t place = 0;

	while (place < count && strcmp(list[place].name, truth) != 0)
		place++;
	s->asked++;
	for (size_t i = place; i < PLACES && place < count; i++)
		s->right[i]++;
	const double sure = count ? list[0].share : 0;
	const int bin = (int)fmin(sure * BINS, BINS - 1);
	s->count[bin]++;
	s->sure[bin] += sure;
	s->first[bin] += count && place == 0;
}

static double error_of(const struct score *s)
{
	double sum = 0;

	for (int b = 0; b < BINS; b++)
		sum += fabs(s->first[b] - s->sure[b]);
	return s->asked > 0 ? sum / s->asked : 0;
}

static void ask_all(const struct index *ix, struct voter *v, struct questions *to)
{
	float *vector = calloc(index_settings(ix)->dimension, sizeof *vector);
	struct index_patent patent;
	struct error err;

	to->list = calloc(index_counts(ix)->pictures + 1, sizeof *to->list);
	if (!vector || !to->list)
		die("out of memory");
	for (uint32_t o = 0; o < index_patent_bound(ix); o++) {
		char class[LOCARNO_SIZE];

		if (index_patent(ix, o, &patent, &err) <= 0 || voter_class(v, o, VOTE_SUBCLASS, class, &err) <= 0)
			continue;
		for (uint32_t i = 0; i < patent.picture_count; i++) {
			struct question *q = &to->list[to->count];

			memcpy(q->known.truth, class, sizeof class);
			q->patent = o;
			if (index_vector(ix, index_patent_picture(&patent, i), vector, &err) <= 0 ||
			        voter_ask(v, vector, patent.document, q->known.votes, &err) < 0)
				die("%s", err.text);
			to->count++;
		}
	}
	free(vector);
}

static void fit(const struct questions *qs, uint32_t fold, struct vote_calibration to[VOTE_LEVELS])
{
	struct vote_case *cases = calloc(qs->count + 1, sizeof *cases);
	size_t count = 0;

	if (!cases)
		die("out of memory");
	for (size_t i = 0; i < qs->count; i++)
		if (qs->list[i].patent % FOLDS != fold)
			cases[count++] = qs->list[i].known;
	vote_fit(cases, count, to);
	free(cases);
}

/* The mean of what the pictures of one patent were answered. */
struct mean {
	struct vote list[NAMES];
	size_t count, pictures;
};

static void add_to_mean(struct mean *m, const struct votes *votes)
{
	m->pictures++;
	for (size_t i = 0; i < votes->count; i++) {
		size_t k = 0;
		while (k < m->count && strcmp(m->list[k].name, votes->list[i].name) != 0)
			k++;
		if (k == NAMES)
			die("a patent has too many classes");
		if (k == m->count) {
			m->list[k] = votes->list[i];
			m->count++;
		} else {
			m->list[k].share += votes->list[i].share;
		}
	}
}

static int by_share(const void *a, const void *b)
{
	const struct vote *s = a, *t = b;

	if (s->share != t->share)
		return s->share > t->share ? -1 : 1;
	return strcmp(s->name, t->name);
}

static void end_mean(struct mean *m, struct score *s, const char *truth)
{
	for (size_t k = 0; k < m->count; k++)
		m->list[k].share /= (double)m->pictures;
	qsort(m->list, m->count, sizeof *m->list, by_share);
	add_answer(s, m->list, m->count, truth);
	m->count = m->pictures = 0;
}

static void score_level(const struct questions *qs, enum vote_level level, bool calibrated, struct vote_calibration c[FOLDS][VOTE_LEVELS],
        struct score *pictures, struct score *patents)
{
	static struct mean mean;
	char truth[LOCARNO_SIZE];

	*pictures = *patents = (struct score){0};
	for (size_t i = 0; i < qs->count; i++) {
		const struct question *q = &qs->list[i];
		struct votes votes[VOTE_LEVELS] = {q->known.votes[0], q->known.votes[1]};

		memcpy(truth, q->known.truth, sizeof truth);
		if (level == VOTE_CLASS)
			truth[2] = '\0';
		if (calibrated)
			votes_calibrate(votes, c[q->patent % FOLDS]);
		add_answer(pictures, votes[level].list, votes[level].count, truth);
		add_to_mean(&mean, &votes[level]);
		if (i + 1 == qs->count || qs->list[i + 1].patent != q->patent)
			end_mean(&mean, patents, truth);
	}
}

static void print_score(const char *name, const char *of, const struct score *bare, const struct score *calibrated)
{
	const double n = fmax(calibrated->asked, 1);

	printf("%-10s%-10s%8.0f%8.1f%8.1f%8.1f%8.3f%8.3f\n", name, of, calibrated->asked, 100 * calibrated->right[0] / n,
	        100 * calibrated->right[2] / n, 100 * calibrated->right[4] / n, error_of(bare), error_of(calibrated));
}

int main(int argc, char **argv)
{
	struct vote_calibration c[FOLDS][VOTE_LEVELS];
	struct questions questions = {0};
	struct score bare[2], calibrated[2];
	struct error err;

	message_program(argv[0]);
	if (argc != 2)
		die_usage("usage: classes INDEX");
	struct index *ix = index_open(argv[1], &err);
	struct voter *v = ix ? voter_new(ix, &err) : NULL;
	if (!v)
		die("%s", err.text);
	ask_all(ix, v, &questions);
	for (uint32_t fold = 0; fold < FOLDS; fold++)
		fit(&questions, fold, c[fold]);
	printf("%-10s%-10s%8s%8s%8s%8s%8s%8s\n", "", "of", "asked", "top 1", "top 3", "top 5", "bare", "calibr.");
	for (int level = 0; level < VOTE_LEVELS; level++) {
		score_level(&questions, (enum vote_level)level, false, c, &bare[0], &bare[1]);
		score_level(&questions, (enum vote_level)level, true, c, &calibrated[0], &calibrated[1]);
		print_score(vote_level_name((enum vote_level)level), "pictures", &bare[0], &calibrated[0]);
		print_score(vote_level_name((enum vote_level)level), "patents", &bare[1], &calibrated[1]);
	}
	free(questions.list);
	voter_free(v);
	index_close(ix);
	return STATUS_DONE;
}
