/* SPDX-License-Identifier: ISC */
/*
 * recall - whether searches find as many of the best patents as they promise
 *
 * usage: recall [-k PATENTS] [-r PERCENT]... [-l LISTS] INDEX QUESTIONS.npy FILTER...
 *
 * The questions are vectors that the index has never seen. For each FILTER what there is to be found is found by comparing everything,
 * and then searched for; of that PERCENT are promised, 99, or each of several, for 1, 10 and 50 patents, or for so many. With -l so
 * many lists are searched, whatever is promised. A FILTER lets through
 *     all       every patent
 *     1/N       patents at random, one in N
 *     own       the class of the patent that is nearest to a question: what its record says of `loc_class`
 *     far       the class of the patent nearest to the question's opposite
 *
 * A line for each FILTER, PERCENT and number of patents, with tabs between: FILTER, patents, what is promised, what is found, the
 * standard error of that, lists and vectors looked at on average, and `kept` or `broken`. Broken is a promise when what is found is more
 * than three standard errors below: were it just kept, that would come about once in 700 times.
 */
#include "base/bits.h"
#include "base/message.h"
#include "base/option.h"
#include "index/best.h"
#include "index/exhaustive.h"
#include "index/search.h"
#include "stream/npy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 50, CLASS_SIZE = 8, MOST_CLASSES = 128, MOST_PROMISES = 8 };
static const uint32_t sizes[] = {1, 10, MOST};
static const double ERRORS = 3;

struct questions {
	float *numbers; /* (count, dimension), as the index has its vectors */
	size_t count, dimension;
};

/* The patents of an index by their class. */
struct classes {
	char names[MOST_CLASSES][CLASS_SIZE];
	size_t count, words;
	uint8_t *of;   /* of each patent */
	uint64_t *bits; /* (MOST_CLASSES, words): the patents of each */
};

/* What is promised, and looked for. */
struct promises {
	double parts[MOST_PROMISES];
	size_t count;
	uint32_t k, lists; /* 0: each of sizes[]; as many lists as the promise needs */
};

/* The best patents for each question, of those that it allows. */
struct truth {
	const struct index *ix;
	const struct questions *q;
	const uint64_t **allowed; /* (count); NULL: all */
	struct best *best;        /* (count) */
	float *least;             /* (count) */
};

static void *room(size_t count, size_t size)
{
	void *p = calloc(count + 1, size);

	if (!p)
		die("out of memory");
	return p;
}

static struct questions read_questions(const char *name, const struct index_settings *s)
{
	FILE *f = fopen(name, "rb");
	struct npy_reader in = {0};
	struct questions q = {0};
	struct error err;

	if (!f)
		die("cannot open '%s':", name);
	if (npy_begin(&in, f, &err) < 0)
		die("'%s': %s", name, err.text);
	if (in.dimension != s->dimension)
		die("the questions have another dimension");
	q.dimension = in.dimension;
	q.numbers = room((size_t)in.rows, q.dimension * sizeof *q.numbers);
	for (float *x; npy_read(&in, x = q.numbers + q.count * q.dimension, &err) > 0; q.count++) {
		double square = 0;
		for (size_t i = 0; i < q.dimension; i++)
			square += (double)x[i] * x[i];
		for (size_t i = 0; s->metric == INDEX_COSINE && i < q.dimension; i++)
			x[i] = (float)(x[i] / sqrt(square));
	}
	if (!q.count || q.count != in.rows)
		die("'%s' has no questions", name);
	npy_release(&in);
	fclose(f);
	return q;
}

/* The class of a patent, "" when it has none. */
static void read_class(const struct index *ix, uint32_t patent, char name[CLASS_SIZE])
{
	static const char key[] = "\"loc_class\":\"";
	struct error err;
	const char *record;
	size_t size;

	memset(name, 0, CLASS_SIZE);
	if (index_record(ix, patent, &record, &size, &err) <= 0)
		return;
	for (size_t at = 0; at + sizeof key + 5 <= size; at++)
		if (memcmp(record + at, key, sizeof key - 1) == 0)
			memcpy(name, record + at + sizeof key - 1, 5);
}

static struct classes read_classes(const struct index *ix)
{
	const uint32_t patents = index_patent_bound(ix);
	struct classes c = {.words = patents / 64 + 1};

	c.of = room(patents, 1);
	c.bits = room(MOST_CLASSES * c.words, sizeof *c.bits);
	for (uint32_t patent = 0; patent < patents; patent++) {
		char name[CLASS_SIZE];
		size_t class = 0;
		read_class(ix, patent, name);
		while (class < c.count && strcmp(c.names[class], name) != 0)
			class++;
		if (class == MOST_CLASSES)
			die("more than %d classes", MOST_CLASSES);
		if (class == c.count)
			memcpy(c.names[c.count++], name, CLASS_SIZE);
		c.of[patent] = (uint8_t)class;
		bits_add(c.bits + class * c.words, patent);
	}
	return c;
}

static int offer(void *context, size_t i, uint32_t picture, uint32_t patent, float score, struct error *err)
{
	struct truth *t = context;
	const uint64_t *allowed = t->allowed[i];
	const struct best_unit u = {.unit = patent, .score = score, .picture = picture, .patent = patent};

	if (allowed && !bits_has(allowed, patent))
		return 0;
	const struct best_unit *old = best_find(&t->best[i], patent);
	if (old && old->score >= score)
		return 0;
	if (best_keep(&t->best[i], &u) < 0)
		return error_set(err, "out of memory");
	t->least[i] = best_least(&t->best[i]);
	return 0;
}

static struct truth find_truth(const struct index *ix, const struct questions *q, const uint64_t **allowed, size_t most)
{
	struct truth t = {.ix = ix, .q = q, .allowed = allowed};
	struct error err;

	t.best = room(q->count, sizeof *t.best);
	t.least = room(q->count, sizeof *t.least);
	for (size_t i = 0; i < q->count; i++) {
		best_begin(&t.best[i], most);
		t.least[i] = -INFINITY;
	}
	struct exhaustive e = {.ix = ix, .questions = q->numbers, .count = q->count, .least = t.least, .offer = offer, .context = &t};
	if (exhaustive_run(&e, &err) < 0)
		die("%s", err.text);
	return t;
}

static void truth_release(struct truth *t)
{
	for (size_t i = 0; i < t->q->count; i++)
		best_release(&t->best[i]);
	free(t->best);
	free(t->least);
}

static int descending(const void *a, const void *b)
{
	const float x = *(const float *)a, y = *(const float *)b;

	return x > y ? -1 : x < y;
}

/* How many patents there are to be found for a question, k or fewer; the score of the last. */
static size_t count_wanted(const struct best *b, size_t k, float *last)
{
	float scores[MOST];

	for (size_t i = 0; i < b->heap_count; i++)
		scores[i] = b->units[b->heap[i]].score;
	qsort(scores, b->heap_count, sizeof *scores, descending);
	k = b->heap_count < k ? b->heap_count : k;
	*last = k ? scores[k - 1] : 0;
	return k;
}

static void measure(const struct truth *t, const char *filter, uint32_t k, double promised, uint32_t lists)
{
	struct search_options o = {.k = k, .min_score = -INFINITY, .recall = promised, .nprobe = lists};
	double found = 0, wanted = 0, squares = 0, visited = 0, scanned = 0;
	const double count = (double)t->q->count;
	struct search_answer answer = {0};
	struct error err;

	for (size_t i = 0; i < t->q->count; i++) {
		float last;
		const size_t there = count_wanted(&t->best[i], k, &last);
		size_t its = 0;
		o.allowed = t->allowed[i];
		if (search_run(t->ix, t->q->numbers + i * t->q->dimension, 1, &o, &answer, &err) < 0)
			die("%s", err.text);
		for (size_t j = 0; j < answer.count && j < there; j++)
			its += answer.hits[j].score >= last;
		const double missed = there ? 1 - (double)its / (double)there : 0;
		found += (double)its;
		wanted += (double)there;
		squares += missed * missed;
		visited += (double)answer.cost.visited;
		scanned += (double)answer.cost.scanned;
	}
	const double part = wanted > 0 ? found / wanted : 1,
	             error = sqrt(fmax(0, squares / count - (1 - part) * (1 - part)) / count);
	printf("%s\t%u\t%g\t%.4f\t%.4f\t%.0f\t%.0f\t%s\n", filter, (unsigned)k, promised, part, error, visited / count, scanned / count,
	        part + ERRORS * error >= promised ? "kept" : "broken");
	search_release(&answer);
}

/* --- filters --- */

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static void allow_random(const struct classes *c, const struct index *ix, uint64_t one_in, uint64_t *bits)
{
	memset(bits, 0, c->words * sizeof *bits);
	for (uint32_t patent = 0; patent < index_patent_bound(ix); patent++)
		if (mix(patent) % one_in == 0)
			bits_add(bits, patent);
}

/* The class of the patent that is nearest to each question, or to its opposite. */
static void allow_classes(const struct classes *c, const struct index *ix, const struct questions *q, bool far, const uint64_t **allowed)
{
	struct questions asked = *q;

	asked.numbers = room(q->count, q->dimension * sizeof *asked.numbers);
	for (size_t i = 0; i < q->count * q->dimension; i++)
		asked.numbers[i] = far ? -q->numbers[i] : q->numbers[i];
	struct truth t = find_truth(ix, &asked, allowed, 1);
	for (size_t i = 0; i < q->count; i++)
		allowed[i] = c->bits + c->of[t.best[i].units[t.best[i].heap[0]].patent] * c->words;
	truth_release(&t);
	free(asked.numbers);
}

static void filter(const struct classes *c, const struct index *ix, const struct questions *q, const char *name,
        const struct promises *p)
{
	const uint64_t **allowed = room(q->count, sizeof *allowed);
	uint64_t *bits = room(c->words, sizeof *bits);

	if (strncmp(name, "1/", 2) == 0 && atol(name + 2) > 0) {
		allow_random(c, ix, (uint64_t)atol(name + 2), bits);
		for (size_t i = 0; i < q->count; i++)
			allowed[i] = bits;
	} else if (strcmp(name, "own") == 0 || strcmp(name, "far") == 0) {
		allow_classes(c, ix, q, name[0] == 'f', allowed);
	} else if (strcmp(name, "all") != 0) {
		die("'%s' is no filter", name);
	}
	struct truth t = find_truth(ix, q, allowed, MOST);
	for (size_t j = 0; j < p->count; j++)
		for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
			if (!p->k || p->k == sizes[i])
				measure(&t, name, sizes[i], p->parts[j], p->lists);
	truth_release(&t);
	free(allowed);
	free(bits);
}

int main(int argc, char **argv)
{
	static const struct option_spec specs[] = {{'k', NULL, true}, {'r', NULL, true}, {'l', NULL, true}, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct arguments operands = {0};
	struct promises p = {0};
	struct error err;

	message_program(argv[0]);
	for (int o; (o = option_next(&in));) {
		switch (o) {
		case 'k':
			p.k = (uint32_t)option_integer(&in, 1, MOST);
			break;
		case 'r':
			if (p.count == MOST_PROMISES)
				die("more than %d promises", MOST_PROMISES);
			p.parts[p.count++] = option_real(&in, 1, 100) / 100;
			break;
		case 'l':
			p.lists = (uint32_t)option_integer(&in, 1, 1000000);
			break;
		case OPTION_OPERAND:
			arguments_add(&operands, in.value);
			break;
		}
	}
	if (operands.count < 3)
		die_usage("usage: recall [-k PATENTS] [-r PERCENT]... [-l LISTS] INDEX QUESTIONS.npy FILTER...");
	if (!p.count)
		p.parts[p.count++] = SEARCH_RECALL;

	struct index *ix = index_open(operands.items[0], &err);
	if (!ix)
		die("%s", err.text);
	struct questions q = read_questions(operands.items[1], index_settings(ix));
	struct classes c = read_classes(ix);
	for (int i = 2; i < operands.count; i++)
		filter(&c, ix, &q, operands.items[i], &p);

	index_close(ix);
	arguments_release(&operands);
	free(q.numbers);
	free(c.of);
	free(c.bits);
	finish_stdout();
	return STATUS_DONE;
}
