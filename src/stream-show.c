/* SPDX-License-Identifier: ISC */
/*
 * stream-show - the readable twin of a stream, and the ways in and out for what is no stream
 */
#include "base/message.h"
#include "base/number.h"
#include "base/option.h"
#include "image/netpbm.h"
#include "stream/external.h"
#include "stream/summary.h"
#include "stream/text_reader.h"
#include "stream/text_writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
	"Examples:\n"
	"  stream-show page.st\n"
	"  stream-show page.st | sed s/Chair/Stool/ | stream-show --from-text >stool.st\n"
	"  decode I20260106.tar | stream-show --json | jq 'select(.fault)'\n"
	"  stream-show --pam squares.st | pnmtopng >first.png\n"
	"  stream-show --npy vectors.st >V.npy\n"
	"  stream-show --from-npy V.npy --records R.jsonl --space clip | index-build -d designs\n"
	"\n"
	"Usage: stream-show [OPTION ...] [STREAM|- ...]\n"
	"       stream-show --from-text [TEXT]\n"
	"       stream-show --from-npy TABLE --records OBJECTS [--space NAME] [--metric NAME] [--weights TEXT]\n"
	"\n"
	"      --json            one JSON object a line: the facts, each item without its pixels, the end record\n"
	"      --brief           with --json: lengths instead of vectors and XML\n"
	"      --f32             the bare vectors, little-endian, in item order\n"
	"      --npy             the same as a NumPy file\n"
	"      --pam             the pixels as a stream of netpbm pictures\n"
	"      --space NAME      which vectors, where items have several; the name for --from-npy (external)\n"
	"      --from-text       a text of stream-show back to a stream\n"
	"      --from-npy TABLE  vectors made elsewhere to a stream\n"
	"      --records F       for each of them a JSON object with \"key\" and fields of the patent's record\n"
	"      --metric NAME     cosine, l2 or ip, of --from-npy (cosine)\n"
	"      --weights TEXT    what they were made with (external)\n"
	"  -q, --quiet           no counts: the default\n"
	"  -v, --verbose         end with the counts\n"
	"  -h, --help            this text;  --version\n"
	"\n"
	"Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is stream-show(1).\n";

enum mode { SHOW_TEXT, SHOW_JSON, SHOW_F32, SHOW_NPY, SHOW_PAM, FROM_TEXT, FROM_NPY };

enum {
	OPT_JSON = OPTION_LONG,
	OPT_BRIEF,
	OPT_F32,
	OPT_NPY,
	OPT_PAM,
	OPT_SPACE,
	OPT_FROM_TEXT,
	OPT_FROM_NPY,
	OPT_RECORDS,
	OPT_METRIC,
	OPT_WEIGHTS,
};

static const struct option_spec specs[] = {{OPT_JSON, "json", false}, {OPT_BRIEF, "brief", false},
	{OPT_F32, "f32", false}, {OPT_NPY, "npy", false}, {OPT_PAM, "pam", false}, {OPT_SPACE, "space", true},
	{OPT_FROM_TEXT, "from-text", false}, {OPT_FROM_NPY, "from-npy", true}, {OPT_RECORDS, "records", true},
	{OPT_METRIC, "metric", true}, {OPT_WEIGHTS, "weights", true}, OPTION_COMMON, {0}};

struct options {
	enum mode mode;
	bool brief, verbose;
	const char *space; /* NULL: the only one */
	const char *table, *records, *metric, *weights;
	struct arguments files;
};

/* One mode in a run; a second one, or the same twice, is wrong usage. */
static void choose(struct options *o, enum mode mode)
{
	if (o->mode != SHOW_TEXT)
		die_usage("only one of --json, --f32, --npy, --pam, --from-text and --from-npy");
	o->mode = mode;
}

static struct options read_options(int argc, char **argv)
{
	struct options o = {0};
	struct option_reader in = option_reader(argc, argv, specs);

	for (int id; (id = option_next(&in));) {
		switch (id) {
		case OPT_JSON:
			choose(&o, SHOW_JSON);
			break;
		case OPT_F32:
			choose(&o, SHOW_F32);
			break;
		case OPT_NPY:
			choose(&o, SHOW_NPY);
			break;
		case OPT_PAM:
			choose(&o, SHOW_PAM);
			break;
		case OPT_FROM_TEXT:
			choose(&o, FROM_TEXT);
			break;
		case OPT_FROM_NPY:
			choose(&o, FROM_NPY);
			o.table = in.value;
			break;
		case OPT_BRIEF:
			o.brief = true;
			break;
		case OPT_SPACE:
			o.space = in.value;
			break;
		case OPT_RECORDS:
			o.records = in.value;
			break;
		case OPT_METRIC:
			o.metric = in.value;
			break;
		case OPT_WEIGHTS:
			o.weights = in.value;
			break;
		default:
			option_usual(&in, id, help, NULL, &o.verbose, &o.files);
		}
	}
	return o;
}

static void check_options(struct options *o)
{
	if (o->brief && o->mode != SHOW_JSON)
		die_usage("--brief goes with --json");
	if (o->mode != FROM_NPY && (o->records || o->metric || o->weights))
		die_usage("--records, --metric and --weights go with --from-npy");
	if (o->space && o->mode != SHOW_F32 && o->mode != SHOW_NPY && o->mode != FROM_NPY)
		die_usage("--space goes with --f32, --npy and --from-npy");
	if ((o->mode == SHOW_F32 || o->mode == SHOW_NPY || o->mode == SHOW_PAM) && isatty(STDOUT_FILENO))
		die_usage("vectors and pictures are not for a terminal: give a pipe or a file");
	if (o->mode == FROM_TEXT && o->files.count > 1)
		die_usage("--from-text takes one text");
	if (o->mode != FROM_NPY)
		return;
	if (!o->records)
		die_usage("--from-npy needs --records");
	if (o->files.count)
		die_usage("--from-npy takes no stream: '%s'", o->files.items[0]);
	if (strcmp(o->table, "-") == 0 && strcmp(o->records, "-") == 0)
		die_usage("only one of the table and the records can be standard input");
	if (!o->space)
		o->space = "external";
	if (strlen(o->space) > LIMIT_SPACE || !*o->space ||
		strspn(o->space, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(o->space))
		die_usage("option '--space': '%s' is no name: lower-case letters, digits, - and _, %d at most", o->space, LIMIT_SPACE);
	if (!o->weights)
		o->weights = "external";
	if (!o->metric)
		o->metric = "cosine";
	if (strcmp(o->metric, "cosine") != 0 && strcmp(o->metric, "l2") != 0 && strcmp(o->metric, "ip") != 0)
		die_usage("option '--metric': '%s' is none of cosine, l2, ip", o->metric);
}

static FILE *open_input(const char *name)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");

	if (!f)
		die("cannot open '%s':", name);
	return f;
}

static void close_input(FILE *f)
{
	if (f != stdin)
		fclose(f);
}

/* Where the shown goes, in any mode. */
struct output {
	struct options o;
	char only[LIMIT_SPACE + 1]; /* the space of the first vector, where none was asked for */
	uint32_t dimension;	    /* of --f32; 0: no vector yet */
	struct npy_writer table;
	struct bytes line;
};

/* The vector that --f32 and --npy are about: of the space asked for, or of the only one. NULL: the item has
 * none. */
static const struct vector *choose_vector(struct output *out, const struct item *it)
{
	char text[IDENTITY_TEXT];

	if (out->o.space)
		return item_vector(it, out->o.space);
	for (size_t i = 0; i < it->vector_count; i++) {
		const char *space = it->vectors[i].space;
		if (!out->only[0])
			memcpy(out->only, space, sizeof out->only);
		if (strcmp(space, out->only) != 0)
			die("'%s' has a vector of '%s', and there are some of '%s': choose with --space",
				identity_text(&it->identity, text), space, out->only);
	}
	return it->vector_count ? &it->vectors[0] : NULL;
}

/* The dimension that the facts give for the space asked for; 0: not said. */
static uint32_t known_dimension(const struct facts *facts, const char *space)
{
	char name[LIMIT_SPACE + 32];
	long long n;

	if (!space || (size_t)snprintf(name, sizeof name, "space.%s.dimension", space) >= sizeof name)
		return 0;
	const char *value = facts_get(facts, name);
	return value && number_integer(value, 1, LIMIT_DIMENSION, &n, NULL) == 0 ? (uint32_t)n : 0;
}

static void put_f32(struct output *out, const struct vector *v)
{
	if (!out->dimension)
		out->dimension = v->dimension;
	if (v->dimension != out->dimension)
		die("a vector has %u numbers, those before %u", (unsigned)v->dimension,
			(unsigned)out->dimension);
	if (bytes_resize(&out->line, 4 * (size_t)v->dimension) < 0)
		die("out of memory");
	lef32_put_array(out->line.data, v->values, v->dimension);
	fwrite(out->line.data, 1, out->line.size, stdout);
}

static void put_line(struct output *out, int status)
{
	if (status < 0)
		die("out of memory");
	fwrite(out->line.data, 1, out->line.size, stdout);
	out->line.size = 0;
}

static void show_header(struct output *out, const struct facts *facts)
{
	struct error err;

	if (out->o.mode == SHOW_TEXT)
		text_write_header(stdout, facts);
	if (out->o.mode == SHOW_JSON)
		put_line(out, summary_put_header(&out->line, facts));
	if (out->o.mode == SHOW_NPY &&
		npy_open(&out->table, stdout, known_dimension(facts, out->o.space), &err) < 0)
		die("%s", err.text);
}

static void show_item(struct output *out, const struct item *it)
{
	struct error err;
	const struct vector *v;
	char name[IDENTITY_TEXT];

	switch (out->o.mode) {
	case SHOW_JSON:
		put_line(out, summary_put_item(&out->line, it, out->o.brief));
		break;
	case SHOW_F32:
		v = choose_vector(out, it);
		if (v)
			put_f32(out, v);
		break;
	case SHOW_NPY:
		v = choose_vector(out, it);
		if (v && npy_write(&out->table, v->values, v->dimension, &err) < 0)
			die("'%s': %s", identity_text(&it->identity, name), err.text);
		break;
	case SHOW_PAM:
		if (it->picture.layout != PICTURE_NONE)
			netpbm_write(stdout, &it->picture, identity_text(&it->identity, name));
		break;
	default:
		text_write_item(stdout, it);
	}
	if (ferror(stdout))
		finish_stdout();
}

static void show_end(struct output *out, const struct stream_counts *counts)
{
	struct error err;

	if (out->o.mode == SHOW_TEXT)
		text_write_end(stdout, counts);
	if (out->o.mode == SHOW_JSON)
		put_line(out, summary_put_end(&out->line, counts));
	if (out->o.mode == SHOW_NPY && npy_finish(&out->table, &err) < 0)
		die("%s", err.text);
	finish_stdout();
	bytes_release(&out->line);
}

/* The exit status, after a word about it for those who want one. */
static int report(const struct stream_counts *counts, const struct options *o)
{
	if (o->verbose)
		warn("%" PRIu64 " items, %" PRIu64 " faults, %" PRIu64 " skipped", counts->items,
			counts->faults, counts->skipped);
	return counts->faults ? STATUS_SKIPPED : STATUS_DONE;
}

/* A stream to anything else. */
static int show(const struct options *o)
{
	struct output out = {.o = *o};
	struct stream_reader *in = stream_reader_open(o->files.items, o->files.count);
	struct item it = {0};
	struct error err;
	int more;

	if (!in)
		die("out of memory");
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	show_header(&out, stream_facts(in));
	while ((more = stream_read(in, &it, &err)) > 0)
		show_item(&out, &it);
	if (more < 0) {
		fflush(stdout); /* what is whole is shown, before the message says what is not */
		die("%s", err.text);
	}
	const struct stream_counts counts = *stream_counts(in);
	show_end(&out, &counts);
	item_release(&it);
	stream_reader_close(in);
	return report(&counts, o);
}

static struct stream_writer *begin_stream(struct facts *facts)
{
	struct error err;
	struct stream_writer *out = stream_writer_open(stdout, facts, &err);

	if (!out)
		die("%s", err.text);
	facts_release(facts);
	return out;
}

static int finish_stream(struct stream_writer *out, const struct options *o)
{
	struct error err;
	const struct stream_counts counts = *stream_written(out);

	if (stream_finish(out, &err) < 0)
		die("%s", err.text);
	return report(&counts, o);
}

static int from_text(const struct options *o)
{
	const char *name = o->files.count ? o->files.items[0] : "-";
	FILE *file = open_input(name);
	char quoted[LIMIT_PATH + 3];
	snprintf(quoted, sizeof quoted, "'%.*s'", LIMIT_PATH, name);
	struct text_reader *in = text_reader_on(file, file == stdin ? "standard input" : quoted);
	struct facts facts = {0};
	struct item it = {0};
	struct error err;
	int more;

	if (!in)
		die("out of memory");
	if (text_begin(in, &facts, &err) < 0)
		die("%s", err.text);
	struct stream_writer *out = begin_stream(&facts);
	while ((more = text_read(in, &it, &err)) > 0)
		if (stream_write(out, &it, &err) < 0)
			die("%s", err.text);
	if (more < 0)
		die("%s", err.text);
	stream_add_skipped(out, text_counts(in)->skipped);
	item_release(&it);
	text_reader_close(in);
	close_input(file);
	return finish_stream(out, o);
}

static void set_facts(struct facts *facts, const struct options *o, uint32_t dimension)
{
	struct error err;
	char name[LIMIT_SPACE + 32];

	snprintf(name, sizeof name, "space.%.*s.dimension", LIMIT_SPACE, o->space);
	if (facts_set_format(facts, &err, name, "%u", (unsigned)dimension) < 0)
		die("%s", err.text);
	snprintf(name, sizeof name, "space.%.*s.metric", LIMIT_SPACE, o->space);
	if (facts_set(facts, name, o->metric, &err) < 0)
		die("%s", err.text);
	snprintf(name, sizeof name, "space.%.*s.weights", LIMIT_SPACE, o->space);
	if (facts_set(facts, name, o->weights, &err) < 0)
		die("%s", err.text);
}

static int from_npy(const struct options *o)
{
	FILE *table = open_input(o->table), *records = open_input(o->records);
	struct external in = {0};
	struct facts facts = {0};
	struct item it = {0};
	struct error err;
	int more;

	if (external_begin(&in, table, o->table, records, o->records, o->space, &err) < 0)
		die("%s", err.text);
	set_facts(&facts, o, in.table.dimension);
	struct stream_writer *out = begin_stream(&facts);
	while ((more = external_read(&in, &it, &err)) > 0) {
		if (it.has_fault)
			warn("%s", it.fault_text);
		if (stream_write(out, &it, &err) < 0)
			die("%s", err.text);
	}
	if (more < 0)
		die("%s", err.text);
	item_release(&it);
	external_release(&in);
	close_input(table);
	close_input(records);
	return finish_stream(out, o);
}

int main(int argc, char **argv)
{
	message_program(argv[0]);
	struct options o = read_options(argc, argv);
	check_options(&o);

	const int status = o.mode == FROM_TEXT ? from_text(&o) : o.mode == FROM_NPY ? from_npy(&o) : show(&o);
	arguments_release(&o.files);
	return status;
}
