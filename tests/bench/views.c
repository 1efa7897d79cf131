/* SPDX-License-Identifier: ISC */
/*
 * How well vectors find the other sheets of a patent: mean average precision over a stream of embedded sheets
 *
 * usage: views [STREAM]...     letterboxed pictures with vectors; two of one document are relevant to one another
 *
 * Each picture is a question to all others. Average precision is the mean, over its relevant pictures, of the share of relevant ones
 * among those ranked up to there. A line for each way to compare: its name and the mean over all questions that have an
 * answer. Beside the vectors of the stream stand plain pixels: the square reduced to 32 × 32 grey values (as they are; as ink; less their own
 * mean), compared by cosine like everything else.
 */
#include "base/message.h"
#include "stream/stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIXELS = 32, MAX_PICTURES = 20000, MAX_DIMENSION = 4096 };

/* Rows of unit length, one for each picture. */
struct table {
	float *rows;
	size_t count, dimension;
};

struct views {
	char (*documents)[LIMIT_DOCUMENT + 1];
	size_t count;
	struct table grey, ink, centred, vectors;
};

static void add_row(struct table *t, const float *values, size_t dimension)
{
	double sum = 0;

	if (t->count == 0) {
		t->dimension = dimension;
		t->rows = malloc(MAX_PICTURES * dimension * sizeof *t->rows);
	}
	if (!t->rows || dimension != t->dimension)
		die("out of memory, or vectors of several dimensions");
	for (size_t i = 0; i < dimension; i++)
		sum += (double)values[i] * (double)values[i];
	for (size_t i = 0; i < dimension; i++)
		t->rows[t->count * dimension + i] = sum > 0 ? (float)((double)values[i] / sqrt(sum)) : 0;
	t->count++;
}

static float grey_at(const struct picture *p, size_t x, size_t y)
{
	const uint8_t *row = picture_row_const(p, (uint32_t)y);

	return p->layout == PICTURE_GREY ? row[x] : ((float)row[3 * x] + (float)row[3 * x + 1] + (float)row[3 * x + 2]) / 3;
}

static void add_pixels(struct views *v, const struct picture *p)
{
	float grey[PIXELS * PIXELS], other[PIXELS * PIXELS], mean = 0;

	for (size_t i = 0; i < PIXELS * PIXELS; i++) {
		const size_t left = i % PIXELS * p->width / PIXELS, right = (i % PIXELS + 1) * p->width / PIXELS;
		const size_t top = i / PIXELS * p->height / PIXELS, bottom = (i / PIXELS + 1) * p->height / PIXELS;
		grey[i] = 0;
		for (size_t y = top; y < bottom; y++)
			for (size_t x = left; x < right; x++)
				grey[i] += grey_at(p, x, y);
		grey[i] /= (float)((right - left) * (bottom - top));
		mean += grey[i] / (PIXELS * PIXELS);
	}
	add_row(&v->grey, grey, PIXELS * PIXELS);
	for (size_t i = 0; i < PIXELS * PIXELS; i++)
		other[i] = 255 - grey[i];
	add_row(&v->ink, other, PIXELS * PIXELS);
	for (size_t i = 0; i < PIXELS * PIXELS; i++)
		other[i] = grey[i] - mean;
	add_row(&v->centred, other, PIXELS * PIXELS);
}

static void read_views(struct views *v, const char *const *names, int count)
{
	static struct item item;
	struct stream_reader *in = stream_reader_open(names, count);
	struct error err;
	int more;

	v->documents = malloc(MAX_PICTURES * sizeof *v->documents);
	if (!in || !v->documents)
		die("out of memory");
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	while ((more = stream_read(in, &item, &err)) > 0) {
		if (item.picture.layout != PICTURE_GREY && item.picture.layout != PICTURE_RGB)
			continue;
		if (v->count == MAX_PICTURES || item.vector_count != 1 || item.vectors[0].dimension > MAX_DIMENSION)
			die("more than %d pictures, or not one vector a picture", MAX_PICTURES);
		memcpy(v->documents[v->count++], item.identity.document, sizeof item.identity.document);
		add_pixels(v, &item.picture);
		add_row(&v->vectors, item.vectors[0].values, item.vectors[0].dimension);
	}
	if (more < 0)
		die("%s", err.text);
	stream_reader_close(in);
	item_release(&item);
}

struct answer {
	float score;
	size_t picture;
};

static int by_score(const void *a, const void *b)
{
	const struct answer *s = a, *t = b;

	if (s->score != t->score)
		return s->score > t->score ? -1 : 1;
	return (s->picture > t->picture) - (s->picture < t->picture);
}

/* NaN for a question without an answer. */
static double average_precision(const struct views *v, const struct table *t, size_t question, struct answer *answers)
{
	size_t found = 0, n = 0;
	double sum = 0;

	for (size_t i = 0; i < t->count; i++) {
		float score = 0;
		if (i == question)
			continue;
		for (size_t k = 0; k < t->dimension; k++)
			score += t->rows[question * t->dimension + k] * t->rows[i * t->dimension + k];
		answers[n++] = (struct answer){score, i};
	}
	qsort(answers, n, sizeof *answers, by_score);
	for (size_t i = 0; i < n; i++)
		if (strcmp(v->documents[answers[i].picture], v->documents[question]) == 0)
			sum += (double)++found / (double)(i + 1);
	return found ? sum / (double)found : NAN;
}

static void print_mean(const struct views *v, const struct table *t, const char *name)
{
	struct answer *answers = malloc((t->count + 1) * sizeof *answers);
	size_t questions = 0;
	double sum = 0;

	if (!answers)
		die("out of memory");
	for (size_t i = 0; i < t->count; i++) {
		const double precision = average_precision(v, t, i, answers);
		if (isnan(precision))
			continue;
		sum += precision;
		questions++;
	}
	printf("%-24s %.4f   %zu questions\n", name, questions ? sum / (double)questions : 0, questions);
	free(answers);
}

int main(int argc, char **argv)
{
	struct views v = {0};

	message_program(argv[0]);
	read_views(&v, (const char *const *)argv + 1, argc - 1);
	print_mean(&v, &v.grey, "pixels-grey");
	print_mean(&v, &v.ink, "pixels-ink");
	print_mean(&v, &v.centred, "pixels-less-mean");
	print_mean(&v, &v.vectors, "vectors");
	free(v.documents);
	free(v.grey.rows);
	free(v.ink.rows);
	free(v.centred.rows);
	free(v.vectors.rows);
	finish_stdout();
	return STATUS_DONE;
}
