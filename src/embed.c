/* SPDX-License-Identifier: ISC */
/*
 * embed - pixels in, pixels and a vector out: what a picture looks like, as numbers that can be compared
 *
 * The numbers are the business of model/. Here several threads share the pictures of a stream; its order and its bytes do not depend
 * on how many.
 */
#include "base/message.h"
#include "base/option.h"
#include "base/version.h"
#include "math/gemm.h"
#include "math/processor.h"
#include "model/model.h"
#include "stream/crew.h"
#include "stream/stream.h"

#include <stdlib.h>

static const char help[] =
        "Examples:\n"
        "  decode I20260106.tar | xml-parse | letterbox | embed | index-build -d designs\n"
        "  decode chair.jpg | letterbox | embed | stream-show --npy >chair.npy\n"
        "  embed -j 4 -m ./sketch.safetensors squares.st >vectors.st\n"
        "  decode *.jpg | letterbox | embed -m ./dinov2-small/model.safetensors >vectors.st\n"
        "\n"
        "Usage: embed [OPTION ...] [STREAM|- ...]\n"
        "\n"
        "Adds to each picture of a stream a vector that says what it looks like. Pictures are squares as letterbox makes\n"
        "them or, for a vision transformer (DINOv2), any whose sides are multiples of 14.\n"
        "\n"
        "  -m, --model NAME     the model: sketch, the one that ships, or a file of weights (or $ORNAMENT_MODEL; sketch)\n"
        "      --pool HOW       of a vision transformer: cls, mean or cls+mean (cls)\n"
        "      --positions HOW  how it interpolates positions: size, offset or aa (as the model was published)\n"
        "      --kernel NAME    what it computes with: portable, avx2, avx512 (the fastest here)\n"
        "      --precision NAME f32, bf16, f16, int16 or int8: faster and less exact (f32)\n"
        "  -j, --jobs N         pictures in work at the same time, 1 ... 256 (or $ORNAMENT_JOBS; 1)\n"
        "  -q, --quiet          no counts: the default\n"
        "  -v, --verbose        end with the counts\n"
        "  -h, --help           this text;  --version, with -v also what is computed with, and why\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is embed(1).\n";

enum { OPT_POOL = OPTION_LONG, OPT_POSITIONS, OPT_KERNEL, OPT_PRECISION };

struct options {
	struct arguments inputs;
	const char *model;
	struct model_options use;
	int jobs;
	bool verbose, version;
};

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{'m', "model", true}, {'j', "jobs", true}, {OPT_POOL, "pool", true},
	        {OPT_POSITIONS, "positions", true}, {OPT_KERNEL, "kernel", true}, {OPT_PRECISION, "precision", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {0};
	struct error err;

	for (int id; (id = option_next(&in));)
		switch (id) {
		case 'm':
			o.model = in.value;
			break;
		case 'j':
			o.jobs = (int)option_integer(&in, 1, CREW_MAXIMUM);
			break;
		case OPT_POOL:
			o.use.pool = in.value;
			break;
		case OPT_POSITIONS:
			o.use.positions = in.value;
			break;
		case OPT_KERNEL:
			o.use.kernel = in.value;
			break;
		case OPT_PRECISION:
			o.use.precision = in.value;
			break;
		case OPTION_VERSION:
			o.version = true;
			break;
		default:
			option_usual(&in, id, help, NULL, &o.verbose, &o.inputs);
		}
	const char *model = getenv("ORNAMENT_MODEL");
	if (!o.model)
		o.model = model && *model ? model : "sketch";
	if (model_check_options(&o.use, &err) < 0)
		die_usage("%s", err.text);
	if (!o.jobs && crew_jobs_of_environment(&o.jobs, &err) < 0)
		die("%s", err.text);
	return o;
}

/*
 * --version, and with -v what transformers are computed with here, and why: the first line is that of all programs.
 */
static void show_version(const struct options *o)
{
	const struct gemm *chosen = o->use.kernel ? gemm_named(o->use.kernel) : gemm_best(), *g;
	char name[PROCESSOR_NAME];
	const char *feature;

	if (!o->verbose)
		option_version();
	printf("%s (ornament) %s\n", message_program_name(), ORNAMENT_VERSION);
	printf("processor: %s\nit has:", processor_name(name));
	for (size_t i = 0; (feature = processor_feature(i)); i++)
		printf(" %s", feature);
	printf("\nvision transformers are computed with the kernel %s, %s\n", gemm_name(chosen),
	        o->use.kernel ? "as asked for" : "the fastest that the processor has");
	for (size_t i = 0; (g = gemm_at(i)); i++)
		printf("kernel %s needs %s: %s\n", gemm_name(g), *gemm_needs(g) ? gemm_needs(g) : "nothing",
		        gemm_runs(g) ? "can be run" : "cannot be run here");
	finish_stdout();
	exit(STATUS_DONE);
}

static void set_facts(struct facts *facts, const struct facts *of_input, const struct model *model)
{
	struct error err;

	if (facts_copy(facts, of_input) < 0)
		die("out of memory");
	if (model_set_facts(model, facts, &err) < 0 ||
	        facts_set(facts, "quality.embed.version", ORNAMENT_VERSION, &err) < 0 ||
	        facts_set(facts, "quality.embed.kernel", model_kernel(model), &err) < 0 ||
	        facts_set(facts, "quality.embed.precision", model_precision(model), &err) < 0)
		die("%s", err.text);
}

/* What a thread embeds with. */
struct embedder {
	const struct model *model;
	struct model_scratch *scratch;
};

/* For a crew: adds the vector to an item with pixels, or makes it a fault. */
static bool embed_item(struct item *it, void *tools)
{
	const struct embedder *e = tools;
	char name[IDENTITY_TEXT];
	struct error err;

	if (!item_has_pixels(it))
		return false;
	struct vector *v = item_add_vector(it, model_space(e->model), model_dimension(e->model));
	if (!v)
		error_set(&err, "too many vectors, or out of memory");
	if (v && model_embed(e->model, e->scratch, &it->picture, v->values, &err) == 0)
		return false;
	item_set_fault(it, "embed", "cannot embed '%s': %s", identity_text(&it->identity, name), err.text);
	return true;
}

int main(int argc, char **argv)
{
	struct facts facts = {0};
	unsigned long long pictures = 0;
	struct embedder embedders[CREW_MAXIMUM];
	void *tools[CREW_MAXIMUM];
	const struct item *item;
	bool failed;
	struct error err;
	int more;

	message_program(argv[0]);
	const struct options options = read_options(argc, argv);
	if (options.version)
		show_version(&options);

	struct model *model = model_open(options.model, &options.use, &err);
	if (!model)
		die("%s", err.text);
	if (model_fell_back(model))
		warn("there is no arithmetic in %s on this CPU: all is computed in %s", options.use.precision, model_precision(model));
	struct stream_reader *in = stream_reader_open(options.inputs.items, options.inputs.count);
	if (!in)
		die("out of memory");
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	set_facts(&facts, stream_facts(in), model);
	struct stream_writer *out = stream_writer_open(stdout, &facts, &err);
	for (int i = 0; i < options.jobs; i++) {
		embedders[i] = (struct embedder){model, model_scratch_new(model)};
		if (!embedders[i].scratch)
			die("out of memory");
		tools[i] = &embedders[i];
	}
	struct crew *crew = out ? crew_new(in, embed_item, tools, options.jobs, &err) : NULL;
	if (!crew)
		die("%s", err.text);

	while ((more = crew_next(crew, &item, &failed, &err)) > 0) {
		pictures += item_has_pixels(item);
		if (failed)
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
	for (int i = 0; i < options.jobs; i++)
		model_scratch_free(model, embedders[i].scratch);
	stream_reader_close(in);
	model_close(model);
	facts_release(&facts);
	struct arguments inputs = options.inputs;
	arguments_release(&inputs);
	return counts.faults ? STATUS_SKIPPED : STATUS_DONE;
}
