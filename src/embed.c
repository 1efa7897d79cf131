/* SPDX-License-Identifier: ISC */
/*
 * embed - pixels in, pixels and a vector out: what a picture looks like, as numbers that can be compared
 *
 * The numbers are the business of model/. Here several threads share the pictures of a stream; its order and its bytes do not depend
 * on how many.
 */
#include "base/message.h"
#include "base/number.h"
#include "base/option.h"
#include "base/version.h"
#include "model/crew.h"
#include "model/model.h"
#include "stream/stream.h"

#include <stdlib.h>

enum { MAX_JOBS = 256 };

static const char help[] =
        "examples: decode I20260106.tar | letterbox | embed | index-build -d designs\n"
        "          decode chair.jpg | letterbox | embed | stream-show --npy >chair.npy\n"
        "          embed -j 4 -m ./sketch.safetensors squares.st >vectors.st\n"
        "\n"
        "usage: embed [OPTION]... [STREAM]...\n"
        "Adds to each picture of a stream a vector that says what it looks like. Pictures are squares as letterbox makes\n"
        "them.\n"
        "\n"
        "  -m, --model NAME     the model: sketch, the one that ships, or a file of weights (sketch)\n"
        "  -j, --jobs N         pictures in work at the same time, 1 to 256 (1)\n"
        "  -h, --help           this text\n"
        "  --version            the version\n"
        "  -q, --quiet          nothing more: it is silent anyway\n"
        "  -v, --verbose        end with the counts\n"
        "\n"
        "environment: ORNAMENT_MODEL and ORNAMENT_JOBS stand for -m and -j\n";

struct options {
	struct arguments inputs;
	const char *model;
	int jobs;
	bool verbose;
};

static int jobs_of_environment(void)
{
	const char *text = getenv("ORNAMENT_JOBS");
	long long jobs = 1;
	struct error err;

	if (text && *text && number_integer(text, 1, MAX_JOBS, &jobs, &err) < 0)
		die("ORNAMENT_JOBS: %s", err.text);
	return (int)jobs;
}

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{'m', "model", true}, {'j', "jobs", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {0};

	for (int id; (id = option_next(&in));)
		switch (id) {
		case 'm':
			o.model = in.value;
			break;
		case 'j':
			o.jobs = (int)option_integer(&in, 1, MAX_JOBS);
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
	const char *model = getenv("ORNAMENT_MODEL");
	if (!o.model)
		o.model = model && *model ? model : "sketch";
	if (!o.jobs)
		o.jobs = jobs_of_environment();
	return o;
}

static void set_facts(struct facts *facts, const struct facts *of_input, const struct model *model)
{
	struct error err;

	if (facts_copy(facts, of_input) < 0)
		die("out of memory");
	if (model_set_facts(model, facts, &err) < 0 ||
	        facts_set(facts, "quality.embed.version", ORNAMENT_VERSION, &err) < 0 ||
	        facts_set(facts, "quality.embed.kernel", model_kernel(model), &err) < 0)
		die("%s", err.text);
}

int main(int argc, char **argv)
{
	struct facts facts = {0};
	unsigned long long pictures = 0;
	const struct item *item;
	bool refused;
	struct error err;
	int more;

	message_program(argv[0]);
	const struct options options = read_options(argc, argv);

	struct model *model = model_open(options.model, &err);
	if (!model)
		die("%s", err.text);
	struct stream_reader *in = stream_reader_open(options.inputs.items, options.inputs.count);
	if (!in)
		die("out of memory");
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	set_facts(&facts, stream_facts(in), model);
	struct stream_writer *out = stream_writer_open(stdout, &facts, &err);
	struct crew *crew = out ? crew_new(model, in, options.jobs, &err) : NULL;
	if (!crew)
		die("%s", err.text);

	while ((more = crew_next(crew, &item, &refused, &err)) > 0) {
		pictures += item->picture.layout != PICTURE_NONE && !item->has_fault;
		if (refused)
			warn("%s", item->fault_text);
		if (stream_write(out, item, &err) < 0)
			die("%s", err.text);
	}
	if (more < 0)
		die("%s", err.text);

	stream_add_skipped(out, stream_counts(in)->skipped);
	const struct stream_counts counts = *stream_written(out);
	if (stream_finish(out, &err) < 0)
		die("%s", err.text);
	if (options.verbose)
		warn("%llu pictures, %llu faults, %llu skipped", pictures, (unsigned long long)counts.faults,
		        (unsigned long long)counts.skipped);
	crew_free(crew);
	stream_reader_close(in);
	model_close(model);
	facts_release(&facts);
	struct arguments inputs = options.inputs;
	arguments_release(&inputs);
	return counts.faults ? STATUS_SKIPPED : STATUS_DONE;
}
