/* SPDX-License-Identifier: ISC */
/*
 * promise - whether an index finds what it promises, and in which time, against all vectors that it holds
 *
 * usage: promise INDEX NEW.npy OTHER.npy [LISTS]...
 *
 * Needs nothing but the index, by the cosine, and questions of two kinds: unseen views of its patents, and views of others. All of
 * them are compared with all vectors in one pass first. A row for what answers (pictures or patents, ten each), the recall that is
 * wanted, or LISTS, and the kind of questions: the recall that there was, the median and the 99th percentile of the times, lists visited,
 * codes scanned and vectors compared in the mean, and the process's memory, resident and its own. One thread; each row is asked twice,
 * and the second time counts.
 *
 * An answer is right when its score is not below that of the tenth best.
 */
#include "base/message.h"
#include "base/number.h"
#include "index/exhaustive.h"
#include "index/search.h"
#include "stream/npy.h"
#include "bench/clock.h"
#include "bench/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { K = 10, KINDS = 2 };

static const char *const kinds[KINDS] = {"new", "other"};

struct questions {
	float *rows; /* at unit length */
	size_t count[KINDS], all, dimension;
};

static void *allocate(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size);

	if (!p)
		die("out of memory");
	return p;
}

static void scale_to_one(float *row, size_t dimension)
{
	double sum = 0;

	for (size_t i = 0; i < dimension; i++)
		sum += (double)row[i] * (double)row[i];
	for (size_t i = 0; i < dimension; i++)
		row[i] = (float)((double)row[i] / sqrt(sum));
}

static void read_questions(struct questions *q, int kind, const char *name)
{
	struct npy_reader in = {0};
	FILE *f = fopen(name, "rb");
	struct error err;
	int more = 0;

	if (!f)
		die("cannot open '%s':", name);
	if (npy_begin(&in, f, &err) < 0)
		die("'%s': %s", name, err.text);
	if (in.dimension != q->dimension)
		die("'%s' has another dimension than the index", name);
	q->rows = realloc(q->rows, (q->all + (size_t)in.rows + 1) * q->dimension * sizeof *q->rows);
	if (!q->rows)
		die("out of memory");
	while ((more = npy_read(&in, q->rows + q->all * q->dimension, &err)) > 0) {
		scale_to_one(q->rows + q->all++ * q->dimension, q->dimension);
		q->count[kind]++;
	}
	if (more < 0)
		die("'%s': %s", name, err.text);
	if (!q->count[kind])
		die("'%s' has no questions", name);
	npy_release(&in);
	fclose(f);
}

/* --- what is right --- */

/* The best so far, best first; of patents each once. */
struct best {
	float scores[K];
	uint32_t of[K];
	size_t count;
};

struct truth {
	const struct questions *questions;
	struct best *pictures, *patents; /* of each question */
	float *least;
};

static void put_best(struct best *b, uint32_t one, float score)
{
	size_t at = 0, end = b->count;

	while (at < end && b->scores[at] >= score)
		if (b->of[at++] == one)
			return;
	for (size_t i = at; i < b->count; i++)
		if (b->of[i] == one)
			end = i;
	if (end == b->count && b->count < K)
		b->count++;
	for (size_t i = end < K ? end : K - 1; i > at; i--) {
		b->scores[i] = b->scores[i - 1];
		b->of[i] = b->of[i - 1];
	}
	if (at < K) {
		b->scores[at] = score;
		b->of[at] = one;
	}
}

static int offer(void *context, size_t question, uint32_t picture, uint32_t patent, float score, struct error *err)
{
	struct truth *t = context;

	(void)err;
	put_best(&t->pictures[question], picture, score);
	put_best(&t->patents[question], patent, score);
	/* the tenth patent is never better than the tenth picture */
	if (t->patents[question].count == K)
		t->least[question] = t->patents[question].scores[K - 1];
	return 0;
}

static struct truth find_truth(const struct index *ix, const struct questions *q)
{
	struct truth t = {q, allocate(q->all, sizeof *t.pictures), allocate(q->all, sizeof *t.patents), allocate(q->all, sizeof *t.least)};
	struct exhaustive e = {.ix = ix, .questions = q->rows, .count = q->all, .least = t.least, .offer = offer, .context = &t};
	struct error err;
	const double start = now();

	for (size_t i = 0; i < q->all; i++)
		t.least[i] = -INFINITY;
	if (exhaustive_run(&e, &err) < 0)
		die("%s", err.text);
	printf("%llu vectors of %zu numbers, %zu + %zu questions: compared with all in %.1f s\n", (unsigned long long)e.scanned,
	        q->dimension, q->count[0], q->count[1], (now() - start) / 1e3);
	return t;
}

/* --- what is found --- */

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static size_t count_right(const struct search_answer *found, const struct best *right)
{
	size_t n = 0;

	for (size_t i = 0; i < found->count && i < K; i++)
		n += found->hits[i].score >= right->scores[right->count - 1];
	return n;
}

static void measure(const struct index *ix, const struct questions *q, const struct truth *t, bool pictures, const char *wanted, int kind)
{
	const double number = strtod(wanted, NULL);
	const struct search_options o = {.k = K, .by_picture = pictures, .min_score = -INFINITY,
	        .recall = number < 1 ? number : 0, .nprobe = number < 1 ? 0 : (uint32_t)number};
	const size_t first = kind ? q->count[0] : 0, count = q->count[kind];
	double *times = allocate(count, sizeof *times), visited = 0, scanned = 0, compared = 0;
	struct search_answer found = {0};
	size_t right = 0, all = 0;
	struct error err;

	for (size_t i = 0; i < 2 * count; i++) {
		const size_t question = first + i % count;
		const struct best *best = pictures ? &t->pictures[question] : &t->patents[question];
		const double start = now();
		if (search_run(ix, q->rows + question * q->dimension, 1, &o, &found, &err) < 0)
			die("%s", err.text);
		times[i % count] = now() - start;
		if (i < count)
			continue;
		right += count_right(&found, best);
		all += best->count;
		visited += (double)found.cost.visited;
		scanned += (double)found.cost.scanned;
		compared += (double)found.cost.compared;
	}
	qsort(times, count, sizeof *times, by_value);
	printf("%-10s %6s %-6s %7.4f %8.3f %8.3f %7.0f %9.0f %9.0f %9.1f %9.1f\n", pictures ? "pictures" : "patents", wanted, kinds[kind],
	        all ? (double)right / (double)all : 1, times[count / 2], times[count * 99 / 100], visited / (double)count,
	        scanned / (double)count, compared / (double)count, memory(getpid(), "status", "VmRSS:"),
	        memory(getpid(), "status", "RssAnon:"));
	search_release(&found);
	free(times);
}

int main(int argc, char **argv)
{
	struct questions q = {0};
	struct error err;

	message_program(argv[0]);
	if (argc < 4)
		die_usage("usage: promise INDEX NEW.npy OTHER.npy [LISTS]...");
	long long lists;
	for (int i = 4; i < argc; i++)
		if (number_integer(argv[i], 1, 1000000, &lists, &err) < 0)
			die_usage("'%s' is no number of lists: %s", argv[i], err.text);
	struct index *ix = index_open(argv[1], &err);
	if (!ix)
		die("%s", err.text);
	if (index_settings(ix)->metric != INDEX_COSINE)
		die("'%s' does not compare by the cosine", argv[1]);
	q.dimension = index_settings(ix)->dimension;
	for (int k = 0; k < KINDS; k++)
		read_questions(&q, k, argv[2 + k]);
	struct truth t = find_truth(ix, &q);
	/* opened anew, so that memory is that of the searches */
	index_close(ix);
	ix = index_open(argv[1], &err);
	if (!ix)
		die("%s", err.text);
	printf("%-10s %6s %-6s %7s %8s %8s %7s %9s %9s %9s %9s\n", "ten", "wanted", "views", "recall", "median", "p99 ms", "lists", "scanned",
	        "compared", "resident", "private M");
	static const char *const promises[] = {"0.95", "0.99"};
	const char *const *wanted = argc > 4 ? (const char *const *)argv + 4 : promises;
	const size_t count = argc > 4 ? (size_t)argc - 4 : 2;
	for (int pictures = 1; pictures >= 0; pictures--)
		for (size_t w = 0; w < count; w++)
			for (int k = 0; k < KINDS; k++)
				measure(ix, &q, &t, pictures, wanted[w], k);
	index_close(ix);
	free(t.pictures);
	free(t.patents);
	free(t.least);
	free(q.rows);
	finish_stdout();
	return STATUS_DONE;
}
