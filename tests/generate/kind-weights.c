/* SPDX-License-Identifier: ISC */
/*
 * kind-weights - fits the model of model/kind to labelled pictures, and writes it as the C table that is compiled in
 *
 * Multinomial logistic regression with a quadratic penalty, by full gradients with momentum (Nesterov 1983) and a fixed number of steps:
 * the same pictures give the same numbers. A part of every label's probability is spread over the other kinds, so that the model does not
 * learn to be surer of itself than what is generated allows.
 */
#include "base/message.h"
#include "base/option.h"
#include "base/json.h"
#include "model/kind.h"
#include "stream/stream.h"

#include <math.h>
#include <stdlib.h>

static const char help[] = "usage: kind-weights [--measures] [STREAM]... >kind_weights.c\n"
                           "Fits the weights; with --measures only prints what is measured, a picture a line.\n";

enum { STEPS = 4000 };
static const double rate = 0.05, momentum = 0.9, penalty = 1e-3, spread = 0.02;

struct sample {
	double measures[MEASURES], features[FEATURES];
	enum picture_kind kind;
};

struct samples {
	struct sample *list;
	size_t count, capacity;
};

static enum picture_kind label_of(const struct item *it)
{
	struct error err;
	struct json *labels = json_parse(it->labels.data, it->labels.size, &err);
	const char *name = json_text(json_member(labels, "kind"));
	const enum picture_kind kind = name ? kind_of_name(name) : KINDS;

	json_release(labels);
	return kind;
}

static void add_sample(struct samples *s, const struct sample *one)
{
	if (s->count == s->capacity) {
		s->capacity = s->capacity ? 2 * s->capacity : 1024;
		s->list = realloc(s->list, s->capacity * sizeof *s->list);
		if (!s->list)
			die("out of memory");
	}
	s->list[s->count++] = *one;
}

static void print_measures(const struct item *it, const struct sample *s)
{
	printf("%s", it->identity.document);
	for (int i = 0; i < MEASURES; i++)
		printf("\t%.4g", s->measures[i]);
	putchar('\n');
}

static void read_samples(struct samples *s, struct stream_reader *in, bool print)
{
	struct kind_work work = {0};
	struct item item = {0};
	struct sample one;
	struct error err;
	int more;

	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	while ((more = stream_read(in, &item, &err)) > 0) {
		if (item.picture.layout == PICTURE_NONE || (!print && (one.kind = label_of(&item)) == KINDS))
			continue;
		if (kind_measure(&work, &item.picture, one.measures, &err) < 0)
			die("%s", err.text);
		if (print)
			print_measures(&item, &one);
		else
			add_sample(s, &one);
	}
	if (more < 0)
		die("%s", err.text);
	kind_work_release(&work);
	item_release(&item);
}

/* Mean and deviation of every measure, and with them the features. */
static void standardise(struct samples *s, struct kind_model *m)
{
	for (int i = 0; i < MEASURES; i++) {
		double sum = 0, squares = 0;

		for (size_t n = 0; n < s->count; n++)
			sum += s->list[n].measures[i];
		m->mean[i] = (float)(sum / (double)s->count);
		for (size_t n = 0; n < s->count; n++)
			squares += pow(s->list[n].measures[i] - m->mean[i], 2);
		m->deviation[i] = (float)fmax(1e-3, sqrt(squares / (double)s->count));
	}
	for (size_t n = 0; n < s->count; n++)
		kind_features(m, s->list[n].measures, s->list[n].features);
}

/* The weights, the last of each kind its bias. */
typedef double weights[KINDS][FEATURES + 1];

static void predict(weights w, const double *x, double *p)
{
	double most = -HUGE_VAL, sum = 0;

	for (int k = 0; k < KINDS; k++) {
		p[k] = w[k][FEATURES];
		for (int i = 0; i < FEATURES; i++)
			p[k] += w[k][i] * x[i];
		most = fmax(most, p[k]);
	}
	for (int k = 0; k < KINDS; k++)
		sum += p[k] = exp(p[k] - most);
	for (int k = 0; k < KINDS; k++)
		p[k] /= sum;
}

static void gradient_at(const struct samples *s, weights w, weights gradient)
{
	for (int k = 0; k < KINDS; k++)
		for (int i = 0; i <= FEATURES; i++)
			gradient[k][i] = i < FEATURES ? penalty * w[k][i] : 0;
	for (size_t n = 0; n < s->count; n++) {
		const double *x = s->list[n].features;
		double p[KINDS];

		predict(w, x, p);
		for (int k = 0; k < KINDS; k++) {
			const double wanted = spread / KINDS + (k == (int)s->list[n].kind ? 1 - spread : 0);
			const double miss = (p[k] - wanted) / (double)s->count;
			for (int i = 0; i < FEATURES; i++)
				gradient[k][i] += miss * x[i];
			gradient[k][FEATURES] += miss;
		}
	}
}

static void fit(const struct samples *s, weights w)
{
	weights speed = {{0}}, ahead, gradient;

	for (int step = 0; step < STEPS; step++) {
		for (int k = 0; k < KINDS; k++)
			for (int i = 0; i <= FEATURES; i++)
				ahead[k][i] = w[k][i] + momentum * speed[k][i];
		gradient_at(s, ahead, gradient);
		for (int k = 0; k < KINDS; k++)
			for (int i = 0; i <= FEATURES; i++) {
				speed[k][i] = momentum * speed[k][i] - rate * gradient[k][i];
				w[k][i] += speed[k][i];
			}
	}
}

/* Most pages of design patents are line drawings; among the generated pictures every kind is as frequent as another. */
static const double line_drawings = 4;

static void report(const struct samples *s, weights w)
{
	size_t right = 0;

	for (size_t n = 0; n < s->count; n++) {
		double p[KINDS];
		int best = 0;

		predict(w, s->list[n].features, p);
		for (int k = 1; k < KINDS; k++)
			best = p[k] > p[best] ? k : best;
		right += best == (int)s->list[n].kind;
	}
	warn("%zu of %zu pictures are classified right by what was learnt from them", right, s->count);
}

static void print_numbers(const float *numbers, int count)
{
	printf("{");
	for (int i = 0; i < count; i++)
		printf("%s%.6ef", i == 0 ? "" : i % 8 ? ", " : ",\n\t", (double)numbers[i]);
	printf("}");
}

static void print_table(const struct kind_model *m)
{
	printf("/* SPDX-License-Identifier: ISC */\n"
	       "/* Written by scripts/train-kinds. */\n"
	       "#include \"model/kind.h\"\n\n"
	       "/* clang-format off */\n"
	       "const struct kind_model kind_shipped = {\n\t.mean = ");
	print_numbers(m->mean, MEASURES);
	printf(",\n\t.deviation = ");
	print_numbers(m->deviation, MEASURES);
	printf(",\n\t.weights = {");
	for (int k = 0; k < KINDS; k++) {
		printf("\n\t/* %s */ ", kind_name((enum picture_kind)k));
		print_numbers(m->weights[k], FEATURES);
		printf(",");
	}
	printf("\n\t},\n\t.bias = ");
	print_numbers(m->bias, KINDS);
	printf(",\n};\n");
}

int main(int argc, char **argv)
{
	enum { PRINT = OPTION_LONG };
	static const struct option_spec specs[] = {{PRINT, "measures", false}, {OPTION_HELP, "help", false}, {0}};
	struct arguments inputs = {0};
	struct samples samples = {0};
	struct kind_model model;
	weights w = {{0}};
	bool print = false;

	message_program(argv[0]);
	struct option_reader in = option_reader(argc, argv, specs);
	for (int id; (id = option_next(&in));)
		if (id == PRINT)
			print = true;
		else if (id == OPTION_HELP)
			option_help(help);
		else
			arguments_add(&inputs, in.value);

	struct stream_reader *reader = stream_reader_open(inputs.items, inputs.count);
	if (!reader)
		die("out of memory");
	read_samples(&samples, reader, print);
	if (!print && !samples.count)
		die("no picture has a label");
	if (samples.count) {
		standardise(&samples, &model);
		fit(&samples, w);
		report(&samples, w);
		for (int k = 0; k < KINDS; k++) {
			for (int i = 0; i < FEATURES; i++)
				model.weights[k][i] = (float)w[k][i];
			model.bias[k] = (float)(w[k][FEATURES] + (k == KIND_LINE ? log(line_drawings) : 0));
		}
		print_table(&model);
	}
	finish_stdout();
	stream_reader_close(reader);
	free(samples.list);
	arguments_release(&inputs);
	return STATUS_DONE;
}
