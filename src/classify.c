/* SPDX-License-Identifier: ISC */
/*
 * classify - pages in, the same with a label: what kind of picture each is
 *
 * What is measured and how it is judged is the business of model/kind; here is what it means to an item.
 */
#include "base/json.h"
#include "base/message.h"
#include "base/option.h"
#include "base/version.h"
#include "model/kind.h"
#include "stream/crew.h"
#include "stream/intake.h"
#include "stream/stream.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
        "Examples:\n"
        "  classify --tsv page.tif\n"
        "  classify --json --all photos/ | jq -r 'select(.kind == \"photograph\").identity'\n"
        "  decode I20260106.tar | xml-parse | classify | letterbox | embed >week.st\n"
        "\n"
        "Usage: classify [OPTION ...] [STREAM|-|PICTURE|ARCHIVE|DIRECTORY ...]\n"
        "\n"
        "Says of every picture what kind it is: line drawing, shaded drawing, dithered photograph, photograph, text page,\n"
        "blank. What is no stream goes through decode first.\n"
        "\n"
        "      --all            the probabilities of all kinds, not only of the likeliest\n"
        "      --json           one JSON object for each picture instead of a stream: identity, kind, kinds\n"
        "      --tsv            one row instead: identity, kind, probability; with --all a row for each kind\n"
        "  -j, --jobs N         pictures in work at the same time, 1 ... 256 (or $ORNAMENT_JOBS; 1)\n"
        "  -q, --quiet          no counts: the default\n"
        "  -v, --verbose        end with the counts\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is classify(1).\n";

enum { OPT_ALL = OPTION_LONG, OPT_JSON, OPT_TSV };
enum output { OUTPUT_STREAM, OUTPUT_JSON, OUTPUT_TSV };
enum { DIGITS = 4 }; /* of a probability */

struct options {
	struct arguments inputs;
	enum output output;
	bool all, verbose;
	int jobs;
};

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{OPT_ALL, "all", false}, {OPT_JSON, "json", false},
	        {OPT_TSV, "tsv", false}, {'j', "jobs", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {0};
	struct error err;

	for (int id; (id = option_next(&in));)
		switch (id) {
		case OPT_ALL:
			o.all = true;
			break;
		case OPT_JSON:
		case OPT_TSV:
			if (o.output)
				die_usage("only one of --json and --tsv");
			o.output = id == OPT_JSON ? OUTPUT_JSON : OUTPUT_TSV;
			break;
		case 'j':
			o.jobs = (int)option_integer(&in, 1, CREW_MAXIMUM);
			break;
		case 'q':
			o.verbose = false;
			break;
		case 'v':
			o.verbose = true;
			break;
		case OPTION_HELP:
			option_help(help);
		case OPTION_VERSION:
			option_version();
		case OPTION_OPERAND:
			arguments_add(&o.inputs, in.value);
			break;
		}
	if (o.output == OUTPUT_STREAM && isatty(STDOUT_FILENO))
		die_usage("a stream is not for a terminal: give --json or --tsv, or a pipe");
	if (!o.jobs && crew_jobs_of_environment(&o.jobs, &err) < 0)
		die("%s", err.text);
	return o;
}

/* --- labels ------------------------------------------------------------------------------------------------------------- */

/* What a thread works with. */
struct tools {
	const struct options *options;
	struct kind_work work;
	struct bytes labels;
};

/* The members that are not about kinds, as the class of another run is. */
static int keep_member(void *to, const char *key, const struct json *value)
{
	struct json_writer *w = to;

	if (strcmp(key, "kind") != 0 && strcmp(key, "kinds") != 0) {
		json_key(w, key);
		json_put_value(w, value);
	}
	return 0;
}

static void put_kinds(struct json_writer *w, const double probabilities[KINDS], enum picture_kind best, bool all)
{
	json_pair_string(w, "kind", kind_name(best));
	json_key(w, "kinds");
	json_open_object(w);
	for (int k = 0; k < KINDS; k++)
		if (all || k == (int)best)
			json_pair_real(w, kind_name((enum picture_kind)k), probabilities[k], DIGITS);
	json_close_object(w);
}

static int label_picture(struct item *it, struct tools *t, struct error *err)
{
	struct json_writer w = {.to = &t->labels};
	double measures[MEASURES], probabilities[KINDS];
	struct json *old = NULL;
	int best = 0;

	if (kind_measure(&t->work, &it->picture, measures, err) < 0)
		return -1;
	kind_predict(&kind_shipped, measures, probabilities);
	for (int k = 1; k < KINDS; k++)
		best = probabilities[k] > probabilities[best] ? k : best;
	if (it->labels.size && !(old = json_parse(it->labels.data, it->labels.size, err)))
		return error_within(err, "its labels");
	t->labels.size = 0;
	json_open_object(&w);
	put_kinds(&w, probabilities, (enum picture_kind)best, t->options->all);
	json_each(old, keep_member, &w);
	json_close_object(&w);
	json_release(old);
	return w.failed || bytes_set(&it->labels, t->labels.data, t->labels.size) < 0 ? error_set(err, "out of memory") : 0;
}

/* For a crew: labels the pixels of an item, or makes it a fault. */
static bool classify_item(struct item *it, void *tools)
{
	char name[IDENTITY_TEXT];
	struct error err;

	if (!item_has_pixels(it) || label_picture(it, tools, &err) == 0)
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

static int print_row(void *identity, const char *kind, const struct json *probability)
{
	double value = 0;

	json_as_number(probability, &value);
	print_text(identity);
	printf("\t%s\t%.*g\n", kind, DIGITS, value);
	return 0;
}

static int put_probability(void *to, const char *kind, const struct json *probability)
{
	double value = 0;

	json_as_number(probability, &value);
	json_pair_real(to, kind, value, DIGITS);
	return 0;
}

static void print_json(const char *identity, const struct json *labels, struct bytes *line)
{
	struct json_writer w = {.to = line};

	line->size = 0;
	json_open_object(&w);
	json_pair_string(&w, "identity", identity);
	json_pair_string(&w, "kind", json_text(json_member(labels, "kind")));
	json_key(&w, "kinds");
	json_open_object(&w);
	json_each(json_member(labels, "kinds"), put_probability, &w);
	json_close_object(&w);
	json_close_object(&w);
	if (w.failed || bytes_put_u8(line, '\n') < 0)
		die("out of memory");
	fwrite(line->data, 1, line->size, stdout);
}

static void print_item(const struct item *it, enum output output, struct bytes *line)
{
	char name[IDENTITY_TEXT];
	struct error err;

	if (!item_has_pixels(it))
		return;
	struct json *labels = json_parse(it->labels.data, it->labels.size, &err);
	identity_text(&it->identity, name);
	if (output == OUTPUT_JSON)
		print_json(name, labels, line);
	else
		json_each(json_member(labels, "kinds"), print_row, name);
	json_release(labels);
}

/* The facts of the input and what is done here. Squares are refused: of their page much is gone. */
static void set_facts(struct facts *facts, const struct facts *of_input)
{
	char identity[SHA256_TEXT];
	struct error err;

	if (facts_get(of_input, "pixels.letterbox"))
		die("the pictures of the stream are letterboxed already; their kind shows on the full page");
	if (facts_copy(facts, of_input) < 0)
		die("out of memory");
	if (kind_model_identity(&kind_shipped, identity, &err) < 0 ||
	        facts_set(facts, "quality.classify.model", identity, &err) < 0 ||
	        facts_set(facts, "quality.classify.version", ORNAMENT_VERSION, &err) < 0)
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

	if (intake_open(&in, options.inputs.items, options.inputs.count, &err) < 0)
		die("%s", err.text);
	set_facts(&facts, stream_facts(in.reader));
	if (options.output == OUTPUT_STREAM && !(out = stream_writer_open(stdout, &facts, &err)))
		die("%s", err.text);
	for (int i = 0; i < options.jobs; i++) {
		tools[i].options = &options;
		each[i] = &tools[i];
	}
	struct crew *crew = crew_new(in.reader, classify_item, each, options.jobs, &err);
	if (!crew)
		die("%s", err.text);

	while ((more = crew_next(crew, &item, &failed, &err)) > 0) {
		pictures += item_has_pixels(item);
		faults += item->has_fault;
		if (failed)
			warn("%s", item->fault_text);
		if (!out)
			print_item(item, options.output, &line);
		else if (stream_write(out, item, &err) < 0)
			die("%s", err.text);
	}
	if (more < 0)
		die("%s", err.text);

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
	for (int i = 0; i < options.jobs; i++) {
		kind_work_release(&tools[i].work);
		bytes_release(&tools[i].labels);
	}
	bytes_release(&line);
	facts_release(&facts);
	struct arguments inputs = options.inputs;
	arguments_release(&inputs);
	return status;
}
