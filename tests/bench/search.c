/* SPDX-License-Identifier: ISC */
/*
 * search - this index as a contestant of tests/bench/index, and what its searches cost
 *
 * search serve INDEX QUESTIONS.npy pictures|patents        answers as peers/peer.h says, with ordinals of pictures; a parameter is
 *                                                        nprobe=LISTS, deviations=NUMBER, radius=NUMBER or recall=NUMBER, or
 *                                                        several with commas
 * search floor INDEX QUESTIONS.npy PARAMETER              the time of a search against that of reading what it has to read
 * search where INDEX QUESTIONS.npy FILTER...              filtered searches for ten patents against comparing everything; "own" and
 *                                                        "far" are the class of the patent nearest to, and farthest from, each question
 * search promise INDEX QUESTIONS.npy [LISTS]...           whether it finds what it promises, .95 and .99 of ten pictures and of ten
 *                                                        patents, or what so many lists find; lists, codes and vectors that takes,
 *                                                        and the process's memory, resident and its own
 */
#include "answer/selection.h"
#include "base/message.h"
#include "base/number.h"
#include "bench/clock.h"
#include "bench/memory.h"
#include "index/refinements.h"
#include "index/search.h"
#include "stream/npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { K = 10 };

struct answer {
	double milliseconds;
	int32_t pictures[K];
};

struct questions {
	float *numbers;
	size_t count, dimension;
};

static struct questions read_questions(const char *name)
{
	struct npy_reader in = {0};
	struct questions q = {0};
	FILE *f = fopen(name, "rb");
	struct error err;

	if (!f)
		die("cannot open '%s':", name);
	if (npy_begin(&in, f, &err) < 0)
		die("'%s': %s", name, err.text);
	q.dimension = in.dimension;
	q.numbers = calloc((size_t)in.rows + 1, in.dimension * sizeof *q.numbers);
	if (!q.numbers)
		die("out of memory");
	while (npy_read(&in, q.numbers + q.count * q.dimension, &err) > 0)
		q.count++;
	if (q.count != in.rows || !q.count)
		die("'%s' has no questions", name);
	npy_release(&in);
	fclose(f);
	return q;
}

/* One search; returns its time. */
static double ask(const struct index *ix, const struct questions *q, size_t i, const struct search_options *o,
        struct search_answer *answer)
{
	struct error err;
	const double start = now();

	if (search_run(ix, q->numbers + i * q->dimension, 1, o, answer, &err) < 0)
		die("%s", err.text);
	return now() - start;
}

/* The parameters of a search; text is cut up. */
static void read_parameters(char *text, struct search_options *o)
{
	struct error err;

	o->nprobe = 0;
	o->deviations = 0;
	o->recall = 0;
	o->radius = 0;
	for (char *p; (p = strtok_r(text, ",", &text));) {
		char *value = strchr(p, '=');
		double number = 0;
		if (!value || number_real(value + 1, 0, 1e9, &number, &err) < 0)
			die("'%s' is no parameter of a search", p);
		if (strncmp(p, "nprobe=", 7) == 0)
			o->nprobe = (uint32_t)number;
		else if (strncmp(p, "deviations=", 11) == 0)
			o->deviations = (float)number;
		else if (strncmp(p, "recall=", 7) == 0)
			o->recall = number;
		else if (strncmp(p, "radius=", 7) == 0)
			o->radius = (float)number;
		else
			die("'%s' is no parameter of a search", p);
	}
}

static void serve(const struct index *ix, const struct questions *q, bool by_picture)
{
	struct search_options o = {.k = K, .by_picture = by_picture, .min_score = -INFINITY};
	struct answer *answers = calloc(q->count, sizeof *answers);
	struct search_answer found = {0};
	char line[256];

	if (!answers)
		die("out of memory");
	while (fgets(line, sizeof line, stdin)) {
		size_t first = 0, count = 0;
		int read = 0;
		line[strcspn(line, "\n")] = 0;
		if (sscanf(line, "%zu %zu %n", &first, &count, &read) != 2 || first > q->count || count > q->count - first)
			die("'%s' asks nothing", line);
		read_parameters(line + read, &o);
		for (size_t i = first; i < first + count; i++) {
			answers[i].milliseconds = ask(ix, q, i, &o, &found);
			for (size_t j = 0; j < K; j++)
				answers[i].pictures[j] = j < found.count ? (int32_t)found.hits[j].picture : -1;
		}
		fwrite(answers + first, sizeof *answers, count, stdout);
		fflush(stdout);
	}
	search_release(&found);
	free(answers);
}

/* GB a second of one thread reading memory from end to end. */
static double bandwidth(void)
{
	const size_t words = (size_t)256 << 17;
	uint64_t *p = malloc(words * sizeof *p), sums[8] = {0};
	double best = 0;

	if (!p)
		die("out of memory");
	memset(p, 1, words * sizeof *p);
	for (int round = 0; round < 5; round++) {
		const double start = now();
		for (size_t i = 0; i < words; i += 8)
			for (size_t j = 0; j < 8; j++)
				sums[j] += p[i + j];
		const double rate = (double)(words * sizeof *p) / (now() - start) / 1e6;
		best = rate > best ? rate : best;
	}
	free(p);
	return sums[0] + sums[7] ? best : 0; /* so that the sums are computed */
}

static void measure_floor(const struct index *ix, const struct questions *q, char *parameter)
{
	struct search_options o = {.k = K, .by_picture = true, .min_score = -INFINITY};
	double *times = calloc(q->count, sizeof *times), scanned = 0, refined = 0, compared = 0, visited = 0;
	struct search_answer found = {0};

	if (!times)
		die("out of memory");
	read_parameters(parameter, &o);
	for (int round = 0; round < 2; round++) {
		scanned = refined = compared = visited = 0;
		for (size_t i = 0; i < q->count; i++) {
			times[i] = ask(ix, q, i, &o, &found);
			scanned += (double)found.cost.scanned / (double)q->count;
			refined += (double)found.cost.refined / (double)q->count;
			compared += (double)found.cost.compared / (double)q->count;
			visited += (double)found.cost.visited / (double)q->count;
		}
	}
	qsort(times, q->count, sizeof *times, by_value);
	const double width = (double)((q->dimension + 63) / 64 * 8), rate = bandwidth();
	const double dimension = (double)q->dimension, lists = (double)found.cost.lists;
	/* codes with what estimates are made of; refinements; vectors that are compared; in 8 bits a number the groups of lists, about
	 * √lists, and four times the lists that are visited; the centroids of these */
	const double bytes = scanned * (width + 8) + refined * (double)refinement_shape(index_settings(ix)).slot + compared * 4 * dimension +
	        (sqrt(lists) + 4 * visited) * (dimension + 8) + visited * 4 * dimension;
	const double codes = (double)found.cost.vectors * (width + 16) + lists * 4 * dimension;
	printf("floor: %.0f codes scanned in %.0f of %llu lists, %.0f refined, %.0f vectors compared: %.0f KiB, at %.1f GB/s %.3f ms; median %.3f ms, "
	       "%.1f times the floor\n", scanned, visited, (unsigned long long)found.cost.lists, refined, compared, bytes / 1024, rate,
	        bytes / rate / 1e6, times[q->count / 2], times[q->count / 2] / (bytes / rate / 1e6));
	printf("all codes and centroids: %.1f MiB, %.1f bytes a vector\n", codes / (1 << 20), codes / (double)found.cost.vectors);
	search_release(&found);
	free(times);
}

/* How many answers are as good as the last of those that are right. */
static size_t count_right(const struct search_answer *found, const struct search_answer *right)
{
	size_t n = 0;

	for (size_t i = 0; i < found->count && right->count; i++)
		n += found->hits[i].score >= right->hits[right->count - 1].score;
	return n;
}

/* A filter that was asked for, and the patents that pass. */
struct filtered {
	char text[LIMIT_FILTER + 1];
	struct selection selection;
	double milliseconds; /* to find out which pass */
};

static void select_patents(const struct index *ix, struct filtered *f)
{
	struct filter filter;
	struct error err;
	size_t at;

	if (filter_compile(&filter, f->text, &at, &err) < 0)
		die("%s", err.text);
	const double start = now();
	if (selection_make(&f->selection, ix, &filter, 20260101, &err) < 0)
		die("%s", err.text);
	f->milliseconds = now() - start;
	filter_release(&filter);
}

/* The filter by the class of the patent that is nearest to a question, or, `far`, to its opposite. */
static void class_filter(const struct index *ix, const struct questions *q, size_t i, bool far, char *text)
{
	static const char key[] = "\"loc_class\":\"";
	const struct search_options one = {.k = 1, .min_score = -INFINITY};
	struct search_answer found = {0};
	struct error err;
	const char *record;
	size_t size;

	float *question = malloc(q->dimension * sizeof *question);
	if (!question)
		die("out of memory");
	for (size_t t = 0; t < q->dimension; t++)
		question[t] = (far ? -1.f : 1.f) * q->numbers[i * q->dimension + t];
	if (search_run(ix, question, 1, &one, &found, &err) < 0)
		die("%s", err.text);
	snprintf(text, LIMIT_FILTER + 1, "loc_class == null");
	if (found.count && index_record(ix, found.hits[0].patent, &record, &size, &err) > 0)
		for (size_t at = 0; at + sizeof key + 5 <= size; at++)
			if (memcmp(record + at, key, sizeof key - 1) == 0)
				snprintf(text, LIMIT_FILTER + 1, "loc_class == \"%.5s\"", record + at + sizeof key - 1);
	search_release(&found);
	free(question);
}

/* The filter for each question; those that are alike are one. filters[] has room for as many as there are questions. */
static const struct filtered **choose_filters(const struct index *ix, const struct questions *q, const char *text,
        struct filtered *filters, size_t *count)
{
	const bool own = strcmp(text, "own") == 0, far = strcmp(text, "far") == 0;
	const struct filtered **of = calloc(q->count, sizeof *of);

	if (!of)
		die("out of memory");
	for (size_t i = 0; i < q->count; i++) {
		struct filtered *last = &filters[*count];
		size_t same = 0;
		if (own || far)
			class_filter(ix, q, i, far, last->text);
		else
			snprintf(last->text, sizeof last->text, "%s", text);
		while (strcmp(filters[same].text, last->text) != 0)
			same++;
		of[i] = &filters[same];
		if (same == *count) {
			select_patents(ix, last);
			++*count;
		}
	}
	return of;
}

/* What is right for each question, from a sweep over the vectors for each filter. */
static struct search_answer *find_right(const struct index *ix, const struct questions *q, const struct filtered *filters, size_t count,
        const struct filtered **of)
{
	struct search_options o = {.k = K, .min_score = -INFINITY, .exact = true};
	struct search_question *asked = calloc(q->count, sizeof *asked);
	struct search_answer *right = calloc(q->count, sizeof *right);
	struct error err;

	if (!asked || !right)
		die("out of memory");
	for (size_t f = 0; f < count; f++) {
		for (size_t i = 0; i < q->count; i++)
			asked[i] = (struct search_question){.values = q->numbers + i * q->dimension, .count = of[i] == &filters[f]};
		o.allowed = filters[f].selection.bits;
		struct search_answer *found = calloc(q->count, sizeof *found);
		if (!found || search_exactly(ix, asked, q->count, &o, found, &err) < 0)
			die("%s", found ? err.text : "out of memory");
		for (size_t i = 0; i < q->count; i++) {
			struct search_answer *its = of[i] == &filters[f] ? &right[i] : NULL;
			if (its)
				*its = found[i];
			else
				search_release(&found[i]);
		}
		free(found);
	}
	free(asked);
	return right;
}

static void measure_filter(const struct index *ix, const struct questions *q, const char *text)
{
	struct filtered *filters = calloc(q->count + 1, sizeof *filters);
	double *times = calloc(q->count, sizeof *times), scanned = 0, visited = 0, selecting = 0, passed = 0;
	struct search_options o = {.k = K, .min_score = -INFINITY};
	struct search_answer found = {0};
	size_t good = 0, wanted = 0, count = 0;

	if (!times || !filters)
		die("out of memory");
	const struct filtered **of = choose_filters(ix, q, text, filters, &count);
	struct search_answer *right = find_right(ix, q, filters, count, of);
	/* all through the index first: comparing everything empties the caches */
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < q->count; i++) {
			o.allowed = of[i]->selection.bits;
			times[i] = ask(ix, q, i, &o, &found);
		}
	qsort(times, q->count, sizeof *times, by_value);
	for (size_t i = 0; i < q->count; i++) {
		o.allowed = of[i]->selection.bits;
		ask(ix, q, i, &o, &found);
		scanned += (double)found.cost.scanned;
		visited += (double)found.cost.visited;
		good += count_right(&found, &right[i]);
		wanted += right[i].count;
		search_release(&right[i]);
	}
	for (size_t i = 0; i < count; i++) {
		selecting += filters[i].milliseconds / (double)count;
		passed += (double)filters[i].selection.count / (double)count;
		selection_release(&filters[i].selection);
	}
	printf("%-32s %8.0f %9.2f %7.4f %8.3f %8.3f %10.0f %8.0f\n", text, passed, selecting,
	        wanted ? (double)good / (double)wanted : 1, times[q->count / 2], times[q->count * 99 / 100],
	        scanned / (double)q->count, visited / (double)q->count);
	search_release(&found);
	free(right);
	free(of);
	free(filters);
	free(times);
}

/* --- promises --- */

enum { PICTURES, PATENTS, UNITS };
static const char *const units[UNITS] = {"pictures", "patents"};

/* What is right for each question, by all threads there are. */
static struct search_answer *find_all_right(const struct index *ix, const struct questions *q, bool by_picture)
{
	const struct search_options o = {.k = K, .by_picture = by_picture, .min_score = -INFINITY,
	        .jobs = (int)sysconf(_SC_NPROCESSORS_ONLN)};
	struct search_question *asked = calloc(q->count, sizeof *asked);
	struct search_answer *right = calloc(q->count, sizeof *right);
	struct error err;

	if (!asked || !right)
		die("out of memory");
	for (size_t i = 0; i < q->count; i++)
		asked[i] = (struct search_question){.values = q->numbers + i * q->dimension, .count = 1};
	if (search_exactly(ix, asked, q->count, &o, right, &err) < 0)
		die("%s", err.text);
	free(asked);
	return right;
}

/* Each is asked twice, and the second time counts. */
static void measure_promise(const struct index *ix, const struct questions *q, int unit, const char *wanted,
        const struct search_answer *right)
{
	const double number = strtod(wanted, NULL);
	const struct search_options o = {.k = K, .by_picture = unit == PICTURES, .min_score = -INFINITY,
	        .recall = number < 1 ? number : 0, .nprobe = number < 1 ? 0 : (uint32_t)number};
	double *times = calloc(q->count, sizeof *times), visited = 0, scanned = 0, compared = 0;
	const double count = (double)q->count;
	struct search_answer found = {0};
	size_t good = 0, all = 0;

	if (!times)
		die("out of memory");
	for (size_t i = 0; i < q->count; i++)
		ask(ix, q, i, &o, &found);
	for (size_t i = 0; i < q->count; i++) {
		times[i] = ask(ix, q, i, &o, &found);
		good += count_right(&found, &right[i]);
		all += right[i].count;
		visited += (double)found.cost.visited;
		scanned += (double)found.cost.scanned;
		compared += (double)found.cost.compared;
	}
	qsort(times, q->count, sizeof *times, by_value);
	printf("%-10s %6s %7.4f %8.3f %8.3f %7.0f %9.0f %9.0f %9.1f %9.1f\n", units[unit], wanted, all ? (double)good / (double)all : 1,
	        times[q->count / 2], times[q->count * 99 / 100], visited / count, scanned / count, compared / count,
	        memory(getpid(), "status", "VmRSS:"), memory(getpid(), "status", "RssAnon:"));
	search_release(&found);
	free(times);
}

/* The index is opened anew, so that memory is that of the searches. */
static struct index *measure_promises(struct index *ix, const char *name, const struct questions *q, const char *const *wanted, int count)
{
	struct search_answer *right[UNITS];
	struct error err;
	const double start = now();

	for (int u = 0; u < UNITS; u++)
		right[u] = find_all_right(ix, q, u == PICTURES);
	printf("%llu vectors of %zu numbers, %zu questions: compared with all in %.1f s\n", (unsigned long long)index_counts(ix)->pictures,
	        q->dimension, q->count, (now() - start) / 1e3);
	index_close(ix);
	ix = index_open(name, &err);
	if (!ix)
		die("%s", err.text);
	printf("%-10s %6s %7s %8s %8s %7s %9s %9s %9s %9s\n", "ten", "wanted", "recall", "median", "p99 ms", "lists", "scanned", "compared",
	        "resident", "private M");
	for (int u = 0; u < UNITS; u++) {
		for (int i = 0; i < count; i++)
			measure_promise(ix, q, u, wanted[i], right[u]);
		for (size_t i = 0; i < q->count; i++)
			search_release(&right[u][i]);
		free(right[u]);
	}
	return ix;
}

int main(int argc, char **argv)
{
	static const char *const promises[] = {"0.95", "0.99"};
	struct error err;

	message_program(argv[0]);
	const bool promised = argc > 3 && strcmp(argv[1], "promise") == 0;
	if (argc < 5 && !promised)
		die_usage("usage: search serve INDEX QUESTIONS pictures|patents | floor INDEX QUESTIONS PARAMETER | "
		          "where INDEX QUESTIONS FILTER... | promise INDEX QUESTIONS [LISTS]...");
	struct index *ix = index_open(argv[2], &err);
	if (!ix)
		die("%s", err.text);
	struct questions q = read_questions(argv[3]);
	if (q.dimension != index_settings(ix)->dimension)
		die("the questions have another dimension");
	if (strcmp(argv[1], "serve") == 0) {
		serve(ix, &q, strcmp(argv[4], "pictures") == 0);
	} else if (strcmp(argv[1], "floor") == 0) {
		measure_floor(ix, &q, argv[4]);
	} else if (promised) {
		ix = argc > 4 ? measure_promises(ix, argv[2], &q, (const char *const *)argv + 4, argc - 4)
		              : measure_promises(ix, argv[2], &q, promises, 2);
	} else {
		printf("%-32s %8s %9s %7s %8s %8s %10s %8s\n", "filter, ten patents", "pass", "filter ms", "recall", "median", "p99 ms",
		        "scanned", "lists");
		for (int i = 4; i < argc; i++)
			measure_filter(ix, &q, argv[i]);
	}
	index_close(ix);
	free(q.numbers);
	finish_stdout();
	return STATUS_DONE;
}
