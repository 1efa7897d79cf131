/* SPDX-License-Identifier: ISC */
/*
 * kind-weights - fits the model of model/kind to labelled pictures, and writes it as the C table that is compiled in
 *
 * The cross entropy with a quadratic penalty is reduced by Adam (Kingma and Ba 2015) on full gradients, from weights of a fixed seed, in
 * a fixed number of steps: the same pictures give the same numbers. In every step noise is added to the measures, so that the model does not
 * lean on small differences; several networks are trained from different starts and averaged. A part of every label's probability is spread over the other
 * kinds, so that the model does not learn to be surer of itself than what is generated allows.
 */
#include "base/message.h"
#include "base/option.h"
#include "base/json.h"
#include "generate/random.h"
#include "model/kind.h"
#include "stream/stream.h"

#include <math.h>
#include <stdlib.h>

static const char help[] = "usage: kind-weights [--measures] [STREAM]... >kind_weights.c\n"
                           "Fits the weights; with --measures only prints what is measured, a picture a line.\n";

enum { STEPS = 500, SEED = 6 };
static const double rate = 0.01, penalty = 5e-4, spread = 0.03, noise = 0.1;

struct sample {
	double measures[MEASURES], inputs[MEASURES];
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

/* Mean and deviation of every measure, and with them the inputs. */
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
		kind_inputs(m, s->list[n].measures, s->list[n].inputs);
}

/* The network's numbers, the last of each row its bias. */
struct network {
	double hidden[KIND_UNITS][MEASURES + 1], out[KINDS][KIND_UNITS + 1];
};
enum { NUMBERS = sizeof(struct network) / sizeof(double) };

static void forward(const struct network *w, const double *x, double *hidden, double *p)
{
	double most = -HUGE_VAL, sum = 0;

	for (int h = 0; h < KIND_UNITS; h++) {
		double z = w->hidden[h][MEASURES];
		for (int i = 0; i < MEASURES; i++)
			z += w->hidden[h][i] * x[i];
		hidden[h] = tanh(z);
	}
	for (int k = 0; k < KINDS; k++) {
		p[k] = w->out[k][KIND_UNITS];
		for (int h = 0; h < KIND_UNITS; h++)
			p[k] += w->out[k][h] * hidden[h];
		most = fmax(most, p[k]);
	}
	for (int k = 0; k < KINDS; k++)
		sum += p[k] = exp(p[k] - most);
	for (int k = 0; k < KINDS; k++)
		p[k] /= sum;
}

/* Adds what one sample says, `share` of the whole. */
static void add_gradient(const struct network *w, const struct sample *s, double share, struct random *r, struct network *gradient)
{
	double inputs[MEASURES], hidden[KIND_UNITS], p[KINDS], back[KIND_UNITS] = {0};

	for (int i = 0; i < MEASURES; i++)
		inputs[i] = s->inputs[i] + noise * (random_between(r, -1, 1) + random_between(r, -1, 1) + random_between(r, -1, 1));
	forward(w, inputs, hidden, p);
	for (int k = 0; k < KINDS; k++) {
		const double wanted = spread / KINDS + (k == (int)s->kind ? 1 - spread : 0), miss = (p[k] - wanted) * share;
		for (int h = 0; h < KIND_UNITS; h++) {
			gradient->out[k][h] += miss * hidden[h];
			back[h] += miss * w->out[k][h];
		}
		gradient->out[k][KIND_UNITS] += miss;
	}
	for (int h = 0; h < KIND_UNITS; h++) {
		const double miss = back[h] * (1 - hidden[h] * hidden[h]);
		for (int i = 0; i < MEASURES; i++)
			gradient->hidden[h][i] += miss * inputs[i];
		gradient->hidden[h][MEASURES] += miss;
	}
}

/* The biases are no part of the penalty. */
static void gradient_at(const struct samples *s, const struct network *w, struct random *r, struct network *gradient)
{
	*gradient = (struct network){0};
	for (int h = 0; h < KIND_UNITS; h++)
		for (int i = 0; i < MEASURES; i++)
			gradient->hidden[h][i] = penalty * w->hidden[h][i];
	for (int k = 0; k < KINDS; k++)
		for (int h = 0; h < KIND_UNITS; h++)
			gradient->out[k][h] = penalty * w->out[k][h];
	for (size_t n = 0; n < s->count; n++)
		add_gradient(w, &s->list[n], 1 / (double)s->count, r, gradient);
}

static void start(struct network *w, struct random *r)
{
	*w = (struct network){0};
	for (int h = 0; h < KIND_UNITS; h++)
		for (int i = 0; i < MEASURES; i++)
			w->hidden[h][i] = random_between(r, -1, 1) / sqrt(MEASURES);
	for (int k = 0; k < KINDS; k++)
		for (int h = 0; h < KIND_UNITS; h++)
			w->out[k][h] = random_between(r, -1, 1) / sqrt(KIND_UNITS);
}

static void fit(const struct samples *s, int number, struct network *w)
{
	struct random r = random_from(SEED, (uint64_t)number, 0);

	const double first = 0.9, second = 0.999;
	struct network gradient, mean = {0}, square = {0};
	double *at = &w->hidden[0][0], *m = &mean.hidden[0][0], *v = &square.hidden[0][0];
	const double *g = &gradient.hidden[0][0];

	start(w, &r);
	for (int step = 1; step <= STEPS; step++) {
		const double slower = rate * (1 - (double)(step - 1) / STEPS);
		gradient_at(s, w, &r, &gradient);
		for (int i = 0; i < NUMBERS; i++) {
			m[i] = first * m[i] + (1 - first) * g[i];
			v[i] = second * v[i] + (1 - second) * g[i] * g[i];
			at[i] -= slower * m[i] / (1 - pow(first, step)) / (sqrt(v[i] / (1 - pow(second, step))) + 1e-8);
		}
	}
}

/* Most pages of design patents are line drawings; among the generated pictures every kind is as frequent as another. */
static const double line_drawings = 4;

static void report(const struct samples *s, const struct kind_model *m)
{
	size_t right = 0;

	for (size_t n = 0; n < s->count; n++) {
		double p[KINDS];
		int best = 0;

		kind_predict(m, s->list[n].measures, p);
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
	printf(",\n\t.hidden_weights = {");
	for (int h = 0; h < KIND_HIDDEN; h++) {
		printf("\n\t");
		print_numbers(m->hidden_weights[h], MEASURES);
		printf(",");
	}
	printf("\n\t},\n\t.hidden_bias = ");
	print_numbers(m->hidden_bias, KIND_HIDDEN);
	printf(",\n\t.weights = {");
	for (int k = 0; k < KINDS; k++) {
		printf("\n\t/* %s */ ", kind_name((enum picture_kind)k));
		print_numbers(m->weights[k], KIND_HIDDEN);
		printf(",");
	}
	printf("\n\t},\n\t.bias = ");
	print_numbers(m->bias, KINDS);
	printf(",\n};\n");
}

/* A network's place among the others; its logits are a part of theirs. */
static void take_numbers(const struct network *w, int number, struct kind_model *m)
{
	const int first = number * KIND_UNITS;

	for (int h = 0; h < KIND_UNITS; h++) {
		for (int i = 0; i < MEASURES; i++)
			m->hidden_weights[first + h][i] = (float)w->hidden[h][i];
		m->hidden_bias[first + h] = (float)w->hidden[h][MEASURES];
	}
	for (int k = 0; k < KINDS; k++) {
		for (int h = 0; h < KIND_UNITS; h++)
			m->weights[k][first + h] = (float)(w->out[k][h] / KIND_NETWORKS);
		m->bias[k] += (float)(w->out[k][KIND_UNITS] / KIND_NETWORKS);
	}
}

int main(int argc, char **argv)
{
	enum { PRINT = OPTION_LONG };
	static const struct option_spec specs[] = {{PRINT, "measures", false}, {OPTION_HELP, "help", false}, {0}};
	struct arguments inputs = {0};
	struct samples samples = {0};
	static struct kind_model model;
	static struct network network;
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
		for (int i = 0; i < KIND_NETWORKS; i++) {
			fit(&samples, i, &network);
			take_numbers(&network, i, &model);
		}
		model.bias[KIND_LINE] += (float)log(line_drawings);
		report(&samples, &model);
		print_table(&model);
	}
	finish_stdout();
	stream_reader_close(reader);
	free(samples.list);
	arguments_release(&inputs);
	return STATUS_DONE;
}
