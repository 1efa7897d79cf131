/* SPDX-License-Identifier: ISC */
/*
 * colorize - the dominant colours of pictures, as items of a stream, JSON Lines or rows
 *
 * Colours are the business of image/palette, how they are written that of stream/colours; here is where pictures come from, and
 * what becomes of their items.
 */
#include "base/message.h"
#include "base/option.h"
#include "base/version.h"
#include "image/palette.h"
#include "stream/colours.h"
#include "stream/crew.h"
#include "stream/intake.h"
#include "stream/stream.h"

#include <stdio.h>
#include <unistd.h>

static const char help[] =
        "Examples:\n"
        "  colorize --json photo.jpg | jq -r '.colours[].hex'\n"
        "  colorize --tsv -k 3 photos/\n"
        "  decode I20260106.tar | xml-parse | colorize | letterbox | embed >week.st\n"
        "\n"
        "Usage: colorize [OPTION ...] [STREAM|PICTURE|ARCHIVE|DIRECTORY|- ...]\n"
        "\n"
        "Adds to each picture of a stream its dominant colours, whether they are warm or cool, how bright and how saturated\n"
        "they are, and whether it is black and white. What is no stream goes through decode first.\n"
        "\n"
        "  -k, --colours N      colours of a picture at most, 1 ... 16 (5)\n"
        "      --paper          white paper counts as a colour\n"
        "      --json           one JSON object a line for each picture instead of a stream\n"
        "      --tsv            one row for each picture: identity, scheme, brightness, saturation, bilevel, paper, colours\n"
        "  -j, --jobs N         pictures in work at the same time, 1 ... 256 (or $ORNAMENT_JOBS; 1)\n"
        "  -q, --quiet          no counts: the default\n"
        "  -v, --verbose        end with the counts\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is colorize(1).\n";

enum { OPT_PAPER = OPTION_LONG, OPT_JSON, OPT_TSV };
enum output { OUTPUT_STREAM, OUTPUT_JSON, OUTPUT_TSV };
enum { COLOURS = 5 };

struct options {
	struct arguments inputs;
	int colours;
	bool paper;
	enum output output;
	int jobs;
	bool verbose;
};

static void choose_output(struct options *o, enum output output)
{
	if (o->output != OUTPUT_STREAM && o->output != output)
		die_usage("options '--json' and '--tsv' exclude each other");
	o->output = output;
}

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{'k', "colours", true}, {OPT_PAPER, "paper", false},
	        {OPT_JSON, "json", false}, {OPT_TSV, "tsv", false}, {'j', "jobs", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {.colours = COLOURS};
	struct error err;

	for (int id; (id = option_next(&in));)
		switch (id) {
		case 'k':
			o.colours = (int)option_integer(&in, 1, PALETTE_MAXIMUM);
			break;
		case OPT_PAPER:
			o.paper = true;
			break;
		case OPT_JSON:
			choose_output(&o, OUTPUT_JSON);
			break;
		case OPT_TSV:
			choose_output(&o, OUTPUT_TSV);
			break;
		case 'j':
			o.jobs = (int)option_integer(&in, 1, CREW_MAXIMUM);
			break;
		default:
			option_usual(&in, id, help, NULL, &o.verbose, &o.inputs);
		}
	if (!o.jobs && crew_jobs_of_environment(&o.jobs, &err) < 0)
		die("%s", err.text);
	if (o.output == OUTPUT_STREAM && isatty(STDOUT_FILENO))
		die_usage("a stream is not for a terminal: give --json or --tsv, or a pipe");
	return o;
}

/* --- what becomes of an item -------------------------------------------------------------------------------------------- */

/* What a thread works with. */
struct tools {
	const struct options *options;
	struct palette_work work;
	struct palette palette;
};

/* The item as a line for people, in the place of its field. */
static int write_row(const struct item *it, const struct palette *p, struct bytes *to)
{
	char name[IDENTITY_TEXT];

	identity_text(&it->identity, name);
	for (char *at = name; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = ' ';
	return bytes_printf(to, "%s\t", name) < 0 ? -1 : colours_row(p, to);
}

static int write_object(const struct item *it, const struct palette *p, bool named, struct bytes *to)
{
	struct json_writer w = {.to = to};
	char name[IDENTITY_TEXT];

	json_open_object(&w);
	if (named)
		json_pair_string(&w, "identity", identity_text(&it->identity, name));
	colours_put(&w, p);
	json_close_object(&w);
	return w.failed ? -1 : 0;
}

static int measure(struct item *it, struct tools *t, struct error *err)
{
	const struct options *o = t->options;

	if (palette_measure(&t->palette, &t->work, &it->picture, o->colours, o->paper, err) < 0)
		return -1;
	it->colours.size = 0;
	const int status = o->output == OUTPUT_TSV ? write_row(it, &t->palette, &it->colours)
	                                           : write_object(it, &t->palette, o->output == OUTPUT_JSON, &it->colours);
	return status < 0 ? error_set(err, "out of memory") : 0;
}

/* For a crew: measures the pixels of an item, or makes it a fault. */
static bool colorize_item(struct item *it, void *tools)
{
	char name[IDENTITY_TEXT];
	struct error err;

	if (!item_has_pixels(it) || measure(it, tools, &err) == 0)
		return false;
	item_set_fault(it, "colorize", "cannot measure '%s': %s", identity_text(&it->identity, name), err.text);
	return true;
}

static void print_line(const struct bytes *line)
{
	fwrite(line->data, 1, line->size, stdout);
	putchar('\n');
}

/* The facts of the input, and who was here. NULL for text. */
static struct stream_writer *open_output(const struct options *o, const struct facts *of_input)
{
	struct stream_writer *out;
	struct facts facts = {0};
	struct error err;

	if (o->output != OUTPUT_STREAM)
		return NULL;
	if (facts_copy(&facts, of_input) < 0)
		die("out of memory");
	if (facts_set(&facts, "quality.colorize.version", ORNAMENT_VERSION, &err) < 0 ||
	        !(out = stream_writer_open(stdout, &facts, &err)))
		die("%s", err.text);
	facts_release(&facts);
	return out;
}

int main(int argc, char **argv)
{
	static struct tools tools[CREW_MAXIMUM];
	void *each[CREW_MAXIMUM];
	unsigned long long pictures = 0, faults = 0;
	const struct item *item;
	struct error err;
	bool failed;
	int more;

	message_program(argv[0]);
	struct options options = read_options(argc, argv);

	struct intake in = {0};
	if (intake_open(&in, options.inputs.items, options.inputs.count, NULL, &err) < 0)
		die("%s", err.text);
	struct stream_writer *out = open_output(&options, stream_facts(in.reader));
	for (int i = 0; i < options.jobs; i++) {
		tools[i].options = &options;
		each[i] = &tools[i];
	}
	struct crew *crew = crew_new(in.reader, colorize_item, each, options.jobs, &err);
	if (!crew)
		die("%s", err.text);

	while ((more = crew_next(crew, &item, &failed, &err)) > 0) {
		pictures += item_has_pixels(item);
		faults += item->has_fault;
		if (failed)
			warn("%s", item->fault_text);
		if (out && stream_write(out, item, &err) < 0)
			die("%s", err.text);
		if (!out && item_has_pixels(item))
			print_line(&item->colours);
	}
	if (more < 0)
		die("%s", err.text);

	const unsigned long long skipped = stream_counts(in.reader)->skipped;
	if (out)
		stream_add_skipped(out, skipped);
	if (out && stream_finish(out, &err) < 0)
		die("%s", err.text);
	if (!out)
		finish_stdout();
	if (options.verbose)
		warn("%llu pictures, %llu faults, %llu skipped", pictures, faults, skipped);
	crew_free(crew);
	for (int i = 0; i < options.jobs; i++)
		palette_release(&tools[i].work);
	arguments_release(&options.inputs);
	return status_gravest(intake_close(&in), faults ? STATUS_SKIPPED : STATUS_DONE);
}
