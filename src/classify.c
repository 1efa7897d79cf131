/* SPDX-License-Identifier: ISC */
/*
 * classify - pages in, the same with labels: what kind of picture each is; or vectors in, and which class its design has
 *
 * What is measured of a page and how it is judged is the business of model/kind, how the nearest patents vote of index/vote, and a
 * classifier of the user's own is a model/head; here is what they mean to an item.
 */
#include "base/json.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/option.h"
#include "base/version.h"
#include "index/vote.h"
#include "model/head.h"
#include "model/kind.h"
#include "stream/crew.h"
#include "stream/intake.h"
#include "stream/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
        "Examples:\n"
        "  classify --tsv page.tif                            what kind of picture it is\n"
        "  classify --json --all photos/ | jq -r 'select(.kind == \"photograph\").identity'\n"
        "  decode I20260106.tar | xml-parse | classify | letterbox | embed >week.st\n"
        "  classify --tsv -d designs --top 3 chair.jpg        which Locarno class its design has\n"
        "  classify -d designs week.st | index-build -d designs\n"
        "  classify --tsv --head material.safetensors week.st  a classifier of your own\n"
        "\n"
        "Usage: classify [OPTION ...] [STREAM|-|PICTURE|ARCHIVE|DIRECTORY ...]\n"
        "\n"
        "Says of every picture what kind it is: line drawing, shaded drawing, dithered photograph, photograph, text page,\n"
        "blank; or, from its vector, with -d which class and subclass the patents of an index have that look like it, and\n"
        "with --head what a linear classifier answers. What is no stream goes through decode first, and with -d through\n"
        "letterbox and embed.\n"
        "\n"
        "  -d, --index DIR      the index whose patents vote for a class\n"
        "      --head FILE      a linear classifier of vectors, safetensors\n"
        "      --top N          of classes and of the classifier's labels the likeliest N (1)\n"
        "      --all            all probabilities, not only of the likeliest\n"
        "      --json           one JSON object for each picture instead of a stream: identity, kind, kinds;\n"
        "                       with -d class, classes, subclass, subclasses; with --head heads\n"
        "      --tsv            rows instead: identity, kind, probability; with -d and --head identity, what it is,\n"
        "                       label, probability\n"
        "  -m, --model FILE     weights of the index's model, for pictures (or $ORNAMENT_MODEL)\n"
        "  -j, --jobs N         pictures in work at the same time, 1 ... 256 (or $ORNAMENT_JOBS; 1)\n"
        "  -q, --quiet          no counts: the default\n"
        "  -v, --verbose        end with the counts\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is classify(1).\n";

enum { OPT_HEAD = OPTION_LONG, OPT_TOP, OPT_ALL, OPT_JSON, OPT_TSV };
enum output { OUTPUT_STREAM, OUTPUT_JSON, OUTPUT_TSV };
enum { DIGITS = 4 }; /* of a probability */

struct options {
	struct arguments inputs;
	const char *index, *head, *model;
	enum output output;
	size_t top; /* labels that are written */
	bool verbose;
	int jobs;
};

static void take_option(struct options *o, int id, const struct option_reader *in)
{
	switch (id) {
	case 'd':
		o->index = in->value;
		break;
	case OPT_HEAD:
		o->head = in->value;
		break;
	case OPT_TOP:
		o->top = (size_t)option_integer(in, 1, HEAD_LABELS);
		break;
	case OPT_ALL:
		o->top = SIZE_MAX;
		break;
	case OPT_JSON:
	case OPT_TSV:
		if (o->output)
			die_usage("options '--json' and '--tsv' exclude each other");
		o->output = id == OPT_JSON ? OUTPUT_JSON : OUTPUT_TSV;
		break;
	case 'm':
		o->model = in->value;
		break;
	case 'j':
		o->jobs = (int)option_integer(in, 1, CREW_MAXIMUM);
		break;
	default:
		option_usual(in, id, help, NULL, &o->verbose, &o->inputs);
	}
}

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{'d', "index", true}, {OPT_HEAD, "head", true}, {OPT_TOP, "top", true},
	        {OPT_ALL, "all", false}, {OPT_JSON, "json", false}, {OPT_TSV, "tsv", false}, {'m', "model", true},
	        {'j', "jobs", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {.model = getenv("ORNAMENT_MODEL")};
	struct error err;

	for (int id; (id = option_next(&in));)
		take_option(&o, id, &in);
	if (o.top > 1 && o.top < SIZE_MAX && !o.index && !o.head)
		die_usage("option '--top' is about classes: it goes with -d or --head");
	if (o.model && !*o.model)
		o.model = NULL;
	if (!o.top)
		o.top = 1;
	if (o.output == OUTPUT_STREAM && isatty(STDOUT_FILENO))
		die_usage("a stream is not for a terminal: give --json or --tsv, or a pipe");
	if (!o.jobs && crew_jobs_of_environment(&o.jobs, &err) < 0)
		die("%s", err.text);
	return o;
}

/* --- labels ------------------------------------------------------------------------------------------------------------- */

/* A label of the head, with its probability. */
struct answer {
	const char *label;
	double probability;
};

/* What a thread works with. */
struct tools {
	const struct options *options;
	struct kind_work work;
	struct index *index;
	struct voter *voter;
	const struct vote_calibration *calibration;
	const struct head *head;
	double *probabilities;  /* of the head's labels */
	struct answer *answers;
	struct bytes labels;
};

/* What is only looked up by name: kinds are said of pages, classes of vectors. */
static bool says_kinds(const struct options *o)
{
	return !o->index && !o->head;
}

/* The members that this run does not write, as those of another run are. */
struct keeper {
	const struct options *options;
	struct json_writer *to;
	const char *head; /* its name, for the members of "heads" */
};

static int keep_member(void *context, const char *key, const struct json *value)
{
	static const char *const kinds[] = {"kind", "kinds", NULL}, *const none[] = {NULL};
	static const char *const classes[] = {"class", "classes", "subclass", "subclasses", NULL};
	const struct keeper *k = context;
	const char *const *of_kind = says_kinds(k->options) ? kinds : none, *const *of_index = k->options->index ? classes : none;

	for (; *of_kind; of_kind++)
		if (strcmp(key, *of_kind) == 0)
			return 0;
	for (; *of_index; of_index++)
		if (strcmp(key, *of_index) == 0)
			return 0;
	if (k->options->head && strcmp(key, "heads") == 0)
		return 0;
	json_key(k->to, key);
	json_put_value(k->to, value);
	return 0;
}

static int keep_head(void *context, const char *name, const struct json *answers)
{
	const struct keeper *k = context;

	if (strcmp(name, k->head) != 0) {
		json_key(k->to, name);
		json_put_value(k->to, answers);
	}
	return 0;
}

static int put_kinds(struct json_writer *w, const struct item *it, struct tools *t, struct error *err)
{
	double measures[MEASURES], probabilities[KINDS];
	int best = 0;

	if (kind_measure(&t->work, &it->picture, measures, err) < 0)
		return -1;
	kind_predict(&kind_shipped, measures, probabilities);
	for (int k = 1; k < KINDS; k++)
		best = probabilities[k] > probabilities[best] ? k : best;
	json_pair_string(w, "kind", kind_name((enum picture_kind)best));
	json_key(w, "kinds");
	json_open_object(w);
	for (int k = 0; k < KINDS; k++)
		if (t->options->top > 1 || k == best)
			json_pair_real(w, kind_name((enum picture_kind)k), probabilities[k], DIGITS);
	json_close_object(w);
	return 0;
}

static void put_votes(struct json_writer *w, enum vote_level level, const struct votes *votes, size_t top)
{
	static const char *const plural[VOTE_LEVELS] = {"classes", "subclasses"};

	if (!votes->count)
		return;
	json_pair_string(w, vote_level_name(level), votes->list[0].name);
	json_key(w, plural[level]);
	json_open_object(w);
	for (size_t i = 0; i < votes->count && i < top; i++)
		json_pair_real(w, votes->list[i].name, votes->list[i].share, DIGITS);
	json_close_object(w);
}

static int put_classes(struct json_writer *w, const struct item *it, const float *vector, struct tools *t, struct error *err)
{
	struct votes votes[VOTE_LEVELS];

	if (voter_ask(t->voter, vector, it->identity.document, votes, err) < 0)
		return -1;
	votes_calibrate(votes, t->calibration);
	for (int level = 0; level < VOTE_LEVELS; level++)
		put_votes(w, (enum vote_level)level, &votes[level], t->options->top);
	return 0;
}

static int by_probability(const void *a, const void *b)
{
	const struct answer *s = a, *t = b;

	if (s->probability != t->probability)
		return s->probability > t->probability ? -1 : 1;
	return strcmp(s->label, t->label);
}

static int put_head(struct json_writer *w, const float *vector, struct tools *t, const struct json *old, struct error *err)
{
	const struct head *h = t->head;

	if (head_predict(h, vector, t->probabilities) < 0)
		return error_set(err, "its vector is not finite");
	for (size_t i = 0; i < h->count; i++)
		t->answers[i] = (struct answer){h->labels[i], t->probabilities[i]};
	qsort(t->answers, h->count, sizeof *t->answers, by_probability);
	json_key(w, "heads");
	json_open_object(w);
	json_key(w, h->name);
	json_open_object(w);
	for (size_t i = 0; i < h->count && i < t->options->top; i++)
		json_pair_real(w, t->answers[i].label, t->answers[i].probability, DIGITS);
	json_close_object(w);
	json_each(json_member(old, "heads"), keep_head, &(struct keeper){t->options, w, h->name});
	json_close_object(w);
	return 0;
}

/* The vector of this space, whose dimension the header has said; NULL with the reason. */
static const float *vector_of(const struct item *it, const char *space, size_t dimension, struct error *err)
{
	const struct vector *v = item_vector(it, space);

	if (v->dimension == dimension)
		return v->values;
	error_set(err, "its vector has %lu numbers instead of %zu", (unsigned long)v->dimension, dimension);
	return NULL;
}

static int put_labels(struct json_writer *w, const struct item *it, struct tools *t, const struct json *old, struct error *err)
{
	const struct index_settings *s = t->index ? index_settings(t->index) : NULL;
	const float *vector;

	if (says_kinds(t->options))
		return put_kinds(w, it, t, err);
	if (s && item_vector(it, s->space))
		if (!(vector = vector_of(it, s->space, s->dimension, err)) || put_classes(w, it, vector, t, err) < 0)
			return -1;
	if (t->head && item_vector(it, t->head->space))
		if (!(vector = vector_of(it, t->head->space, t->head->dimension, err)) || put_head(w, vector, t, old, err) < 0)
			return -1;
	return 0;
}

static int label_picture(struct item *it, struct tools *t, struct error *err)
{
	struct json_writer w = {.to = &t->labels};
	struct json *old = NULL;

	if (it->labels.size && !(old = json_parse(it->labels.data, it->labels.size, err)))
		return error_within(err, "its labels");
	t->labels.size = 0;
	json_open_object(&w);
	int rc = put_labels(&w, it, t, old, err);
	if (rc == 0)
		json_each(old, keep_member, &(struct keeper){t->options, &w, NULL});
	json_close_object(&w);
	json_release(old);
	if (rc == 0 && (w.failed || bytes_set(&it->labels, t->labels.data, t->labels.size) < 0))
		rc = error_set(err, "out of memory");
	return rc;
}

/* Whether the item has what is looked at: pixels, or a vector of one of the spaces. */
static bool is_question(const struct item *it, const struct tools *t)
{
	if (says_kinds(t->options))
		return item_has_pixels(it);
	return !it->has_fault && ((t->index && item_vector(it, index_settings(t->index)->space)) ||
	                                 (t->head && item_vector(it, t->head->space)));
}

/* For a crew: labels the item, or makes it a fault. */
static bool classify_item(struct item *it, void *tools)
{
	char name[IDENTITY_TEXT];
	struct error err;

	if (!is_question(it, tools) || label_picture(it, tools, &err) == 0)
		return false;
	item_set_fault(it, "classify", "cannot classify '%s': %s", identity_text(&it->identity, name), err.text);
	return true;
}

/* --- the output --------------------------------------------------------------------------------------------------------- */

/* A tab or a newline of a file's name would be another column. */
static void print_text(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < ' ' || *text == 127 ? '?' : *text);
}

struct row {
	const char *identity, *what; /* what: of classes and heads a column of its own */
};

static int print_row(void *context, const char *label, const struct json *probability)
{
	const struct row *row = context;
	double value = 0;

	json_as_number(probability, &value);
	print_text(row->identity);
	if (row->what) {
		putchar('\t');
		print_text(row->what);
	}
	putchar('\t');
	print_text(label);
	printf("\t%.*g\n", DIGITS, value);
	return 0;
}

static void print_rows(const char *identity, const struct json *labels, const struct tools *t)
{
	if (says_kinds(t->options))
		json_each(json_member(labels, "kinds"), print_row, &(struct row){identity, NULL});
	if (t->index) {
		json_each(json_member(labels, "classes"), print_row, &(struct row){identity, "class"});
		json_each(json_member(labels, "subclasses"), print_row, &(struct row){identity, "subclass"});
	}
	if (t->head)
		json_each(json_member(json_member(labels, "heads"), t->head->name), print_row, &(struct row){identity, t->head->name});
}

/* What was read back has lost where its numbers end. */
static int put_probability(void *to, const char *label, const struct json *probability)
{
	double value = 0;

	json_as_number(probability, &value);
	json_pair_real(to, label, value, DIGITS);
	return 0;
}

static void put_choice(struct json_writer *w, const struct json *labels, const char *one, const char *many)
{
	if (!json_text(json_member(labels, one)))
		return;
	json_pair_string(w, one, json_text(json_member(labels, one)));
	json_key(w, many);
	json_open_object(w);
	json_each(json_member(labels, many), put_probability, w);
	json_close_object(w);
}

static void print_json(const char *identity, const struct json *labels, const struct tools *t, struct bytes *line)
{
	struct json_writer w = {.to = line};

	line->size = 0;
	json_open_object(&w);
	json_pair_string(&w, "identity", identity);
	if (says_kinds(t->options))
		put_choice(&w, labels, "kind", "kinds");
	if (t->index) {
		put_choice(&w, labels, "class", "classes");
		put_choice(&w, labels, "subclass", "subclasses");
	}
	if (t->head) {
		json_key(&w, "heads");
		json_open_object(&w);
		json_key(&w, t->head->name);
		json_open_object(&w);
		json_each(json_member(json_member(labels, "heads"), t->head->name), put_probability, &w);
		json_close_object(&w);
		json_close_object(&w);
	}
	json_close_object(&w);
	if (w.failed || bytes_put_u8(line, '\n') < 0)
		die("out of memory");
	fwrite(line->data, 1, line->size, stdout);
}

static void print_item(const struct item *it, const struct tools *t, struct bytes *line)
{
	char name[IDENTITY_TEXT];
	struct error err;

	if (!is_question(it, t))
		return;
	struct json *labels = json_parse(it->labels.data, it->labels.size, &err);
	identity_text(&it->identity, name);
	if (t->options->output == OUTPUT_JSON)
		print_json(name, labels, t, line);
	else
		print_rows(name, labels, t);
	json_release(labels);
}

/* --- what is classified with --------------------------------------------------------------------------------------------- */

/* Every thread has a snapshot of its own; all have to be of one generation, which a writer may end between two. */
static void open_indexes(struct tools *tools, const struct options *o)
{
	enum { TRIES = 20 };
	struct error err;

	for (int i = 0, tries = 0; i < o->jobs; i++) {
		if (!(tools[i].index = index_open(o->index, &err)))
			die("%s", err.text);
		if (index_generation(tools[i].index) == index_generation(tools[0].index))
			continue;
		if (++tries == TRIES)
			die("index '%s' changes too often: try with fewer jobs", o->index);
		for (; i >= 0; i--)
			index_close(tools[i].index);
	}
	for (int i = 0; i < o->jobs; i++)
		if (!(tools[i].voter = voter_new(tools[i].index, &err)))
			die("%s", err.text);
	if (!*index_settings(tools[0].index)->space)
		die("index '%s' has no vectors yet: nothing can be near to a picture", o->index);
}

static void prepare_tools(struct tools *tools, const struct options *o)
{
	static struct vote_calibration calibration[VOTE_LEVELS];
	struct head *head = NULL;
	struct error err;
	size_t cases;

	if (o->head && !(head = head_open(o->head, &err)))
		die("%s", err.text);
	if (o->index) {
		open_indexes(tools, o);
		if (voter_calibrate(tools[0].voter, calibration, &cases, &err) < 0)
			die("%s", err.text);
	}
	for (int i = 0; i < o->jobs; i++) {
		tools[i].options = o;
		tools[i].calibration = calibration;
		tools[i].head = head;
		if (!head)
			continue;
		tools[i].probabilities = calloc(head->count, sizeof *tools[i].probabilities);
		tools[i].answers = calloc(head->count, sizeof *tools[i].answers);
		if (!tools[i].probabilities || !tools[i].answers)
			die("out of memory");
	}
}

static void release_tools(struct tools *tools, int jobs)
{
	head_free((struct head *)(uintptr_t)tools[0].head);
	for (int i = 0; i < jobs; i++) {
		kind_work_release(&tools[i].work);
		voter_free(tools[i].voter);
		index_close(tools[i].index);
		free(tools[i].probabilities);
		free(tools[i].answers);
		bytes_release(&tools[i].labels);
	}
}

/* Pictures are prepared as those of the index were. */
static void open_input(struct intake *in, const struct options *o, const struct tools *t)
{
	static struct preparation preparation;
	struct error err;
	bool prepared = false;

	if (t->index && intake_is_pictures(o->inputs.items, o->inputs.count)) {
		const struct index_settings *s = index_settings(t->index);
		if (preparation_from_facts(&preparation, &s->facts, s->space, o->model, &err) < 0)
			die("%s", err.text);
		prepared = true;
	}
	if (intake_open(in, o->inputs.items, o->inputs.count, prepared ? &preparation : NULL, &err) < 0)
		die("%s", err.text);
}

/* Whether there are vectors in the stream, and of the spaces that are asked with. */
static void check_vectors(const struct facts *facts, const struct options *o, const struct tools *t)
{
	char prefix[LIMIT_SPACE + 16], dimension[LIMIT_SPACE + 32], index[256];
	struct error err;

	if (t->head && head_check(t->head, facts, "the stream", &err) < 0)
		die("head '%s': %s", o->head, err.text);
	if (!t->index)
		return;
	const struct index_settings *s = index_settings(t->index);
	snprintf(prefix, sizeof prefix, "space.%s.", s->space);
	snprintf(dimension, sizeof dimension, "%sdimension", prefix);
	snprintf(index, sizeof index, "index '%.200s'", o->index);
	if (!facts_get(facts, dimension) && facts_get(&s->facts, dimension))
		die("%s cannot be asked with the stream: it has no vectors of space '%s'", index, s->space);
	if (facts_agree(facts, "the stream", &s->facts, index, prefix, &err) < 0)
		die("%s cannot be asked with the stream: %s", index, err.text);
}

/* The facts of the input and what is done here. Of squares no kind can be told: of their page much is gone. */
static void set_facts(struct facts *facts, const struct facts *of_input, const struct options *o, const struct tools *t)
{
	char identity[SHA256_TEXT];
	struct error err;

	if (says_kinds(o) && facts_get(of_input, "pixels.letterbox"))
		die("the pictures of the stream are letterboxed already; their kind shows on the full page");
	if (facts_copy(facts, of_input) < 0)
		die("out of memory");
	if (says_kinds(o) && (kind_model_identity(&kind_shipped, identity, &err) < 0 ||
	                             facts_set(facts, "quality.classify.model", identity, &err) < 0))
		die("%s", err.text);
	if (t->index && facts_set_format(facts, &err, "quality.classify.generation", "%llu",
	                        (unsigned long long)index_generation(t->index)) < 0)
		die("%s", err.text);
	if (facts_set(facts, "quality.classify.version", ORNAMENT_VERSION, &err) < 0)
		die("%s", err.text);
}

int main(int argc, char **argv)
{
	static struct tools tools[CREW_MAXIMUM];
	void *each[CREW_MAXIMUM];
	struct intake in = {0};
	struct facts facts = {0};
	struct bytes line = {0};
	struct stream_writer *out = NULL;
	unsigned long long pictures = 0, faults = 0;
	const struct item *item;
	struct error err;
	bool failed;
	int more;

	message_program(argv[0]);
	const struct options options = read_options(argc, argv);

	prepare_tools(tools, &options);
	open_input(&in, &options, tools);
	if (!says_kinds(&options))
		check_vectors(stream_facts(in.reader), &options, tools);
	set_facts(&facts, stream_facts(in.reader), &options, tools);
	if (options.output == OUTPUT_STREAM && !(out = stream_writer_open(stdout, &facts, &err)))
		die("%s", err.text);
	for (int i = 0; i < options.jobs; i++)
		each[i] = &tools[i];
	struct crew *crew = crew_new(in.reader, classify_item, each, options.jobs, &err);
	if (!crew)
		die("%s", err.text);

	while ((more = crew_next(crew, &item, &failed, &err)) > 0) {
		pictures += is_question(item, tools);
		faults += item->has_fault;
		if (failed)
			warn("%s", item->fault_text);
		if (!out)
			print_item(item, tools, &line);
		else if (stream_write(out, item, &err) < 0)
			die("%s", err.text);
	}
	if (more < 0)
		die("%s", err.text);

	if (tools[0].index && index_finish(tools[0].index, &err) < 0)
		die("index '%s': %s", options.index, err.text);

	const unsigned long long skipped = stream_counts(in.reader)->skipped;
	if (out) {
		stream_add_skipped(out, skipped);
		if (stream_finish(out, &err) < 0)
			die("%s", err.text);
	} else {
		finish_stdout();
	}
	crew_free(crew);
	const int status = status_gravest(intake_close(&in), faults ? STATUS_SKIPPED : STATUS_DONE);
	if (options.verbose)
		warn("%llu pictures, %llu faults, %llu skipped", pictures, faults, skipped);
	release_tools(tools, options.jobs);
	bytes_release(&line);
	facts_release(&facts);
	struct arguments inputs = options.inputs;
	arguments_release(&inputs);
	return status;
}
