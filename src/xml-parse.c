/* SPDX-License-Identifier: ISC */
/*
 * xml-parse - bibliographic records of design grants, from XML files or from the documents in a stream
 *
 * Where documents are found is the business of foreign/documents, what a grant says that of patent/grant. Here they become lines of
 * JSON, rows, or items.
 */
#include "base/limits.h"
#include "base/message.h"
#include "base/name_list.h"
#include "base/option.h"
#include "base/version.h"
#include "foreign/documents.h"
#include "foreign/xml.h"
#include "patent/grant.h"
#include "patent/number.h"
#include "patent/record.h"
#include "patent/row.h"
#include "stream/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char help[] =
        "Examples:\n"
        "  xml-parse --json ipg260106.xml | jq -r .title\n"
        "  xml-parse --tsv USD*.XML\n"
        "  decode I20260106.tar | xml-parse | letterbox | embed >week.st\n"
        "  decode I20260106.tar | xml-parse --json >records.jsonl\n"
        "\n"
        "Usage: xml-parse [OPTION ...] [FILE|STREAM|- ...]\n"
        "\n"
        "Reads XML documents of design grants, single, many in one file, or in archives, and writes their records. Reads a\n"
        "stream of items likewise, and makes patent items of its documents. Other kinds of patents are left out.\n"
        "\n"
        "      --json           one JSON object a line instead of a stream\n"
        "      --tsv            one row a patent, fields separated by tabs, instead of a stream\n"
        "      --files0-from F  also read the files named in this file, each name ended by a NUL; - is stdin\n"
        "  -q, --quiet          no counts: the default\n"
        "  -v, --verbose        say what is odd, and end with the counts\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is xml-parse(1).\n";

enum { OPT_JSON = OPTION_LONG, OPT_TSV, OPT_FILES0_FROM };

enum output { OUTPUT_STREAM, OUTPUT_JSON, OUTPUT_TSV };

struct options {
	struct arguments inputs;
	const char *files0_from; /* NULL: none */
	enum output output;
	bool verbose;
};

struct parser {
	const struct options *options;
	struct xml_reader *xml;
	struct grant grant;
	struct bytes document, record, row;
	struct item item;
	struct stream_writer *out; /* NULL: text */
	uint64_t grants, skipped, faults;
};

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{OPT_JSON, "json", false}, {OPT_TSV, "tsv", false},
	        {OPT_FILES0_FROM, "files0-from", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {0};

	for (int id; (id = option_next(&in));)
		switch (id) {
		case OPT_JSON:
		case OPT_TSV:
			if (o.output && o.output != (id == OPT_JSON ? OUTPUT_JSON : OUTPUT_TSV))
				die_usage("options '--json' and '--tsv' exclude each other");
			o.output = id == OPT_JSON ? OUTPUT_JSON : OUTPUT_TSV;
			break;
		case OPT_FILES0_FROM:
			o.files0_from = in.value;
			break;
		default:
			option_usual(&in, id, help, NULL, &o.verbose, &o.inputs);
		}
	for (int i = 0; i < o.inputs.count && o.files0_from; i++)
		if (strcmp(o.inputs.items[i], "-") == 0 && strcmp(o.files0_from, "-") == 0)
			die_usage("standard input cannot be a file and the list of files");
	if (!o.inputs.count && !o.files0_from)
		arguments_add(&o.inputs, "-");
	if (o.output == OUTPUT_STREAM && isatty(STDOUT_FILENO))
		die_usage("a stream is not for a terminal: give --json or --tsv, or a pipe");
	return o;
}

/* --- what is written -------------------------------------------------------------------------------------------------------- */

/* The record of the item, as text. */
static void print_record(struct parser *p, const struct bytes *record)
{
	struct error err;

	if (p->options->output == OUTPUT_TSV) {
		p->row.size = 0;
		if (row_write(record->data, record->size, &p->row, &err) < 0)
			die("%s", err.text);
		record = &p->row;
	}
	fwrite(record->data, 1, record->size, stdout);
	putchar('\n');
}

static void put_item(struct parser *p)
{
	struct error err;

	if (p->out && stream_write(p->out, &p->item, &err) < 0)
		die("%s", err.text);
}

/* One message, one fault item. */
static void put_fault(struct parser *p, const struct source *source, const char *reason)
{
	const char *slash = source->archive[0] && source->member[0] ? "/" : "";
	const char *name = source->archive[0] || source->member[0] ? source->archive : "standard input";

	item_set_fault(&p->item, "xml-parse", "cannot read '%s%s%s': %s", name, slash, source->member, reason);
	warn("%s", p->item.fault_text);
	p->faults++;
	put_item(p);
}

/* The item is that of the document; the record, when the document has one, takes its place. */
static void put_document(struct parser *p, const struct source *source, const struct document *document)
{
	struct error err;
	const struct markup_document *markup =
	        xml_parse(p->xml, document->text, document->size, document->line, grant_is_other, &err);
	const int design = markup ? grant_read(&p->grant, markup, &err) : -1;

	if (design == 0) {
		p->skipped++;
		return;
	}
	p->record.size = 0;
	if (design > 0 && record_write(&p->grant.record, &p->record) < 0)
		die("out of memory");
	if (design > 0 && p->record.size > LIMIT_RECORD) {
		put_fault(p, source, "the record is too long");
		return;
	}
	if (design < 0) {
		put_fault(p, source, err.text);
		return;
	}
	p->grants++;
	if (!p->out) {
		print_record(p, &p->record);
		return;
	}
	if (p->options->verbose && patent_number_canonical(p->item.identity.document) &&
	        strcmp(p->item.identity.document, p->grant.record.patent_id) != 0)
		warn("'%s' holds the grant %s", p->item.identity.document, p->grant.record.patent_id);
	identity_set(&p->item.identity, p->grant.record.patent_id);
	if (bytes_set(&p->item.record, p->record.data, p->record.size) < 0)
		die("out of memory");
	put_item(p);
}

/* --- from files --------------------------------------------------------------------------------------------------------------- */

static void begin_item(struct parser *p, const struct source *source)
{
	char path[2 * LIMIT_PATH + 2];

	snprintf(path, sizeof path, "%s%s%s", source->archive, source->archive[0] && source->member[0] ? "/" : "",
	        source->member);
	item_reset(&p->item, path[0] ? path : "-");
	p->item.has_source = true;
	p->item.source = *source;
}

static int on_document(void *context, const struct source *source, const struct document *document)
{
	begin_item(context, source);
	put_document(context, source, document);
	return 0;
}

static int on_skipped(void *context, const struct source *source)
{
	struct parser *p = context;

	(void)source;
	p->skipped++;
	return 0;
}

static int on_lost(void *context, const struct source *source, const char *reason)
{
	begin_item(context, source);
	put_fault(context, source, reason);
	return 0;
}

static void parse_listed(void *visitor, const char *path)
{
	documents_in_file(path, visitor);
}

static void parse_files(struct parser *p)
{
	const struct options *o = p->options;
	struct documents_visitor visitor = {p, on_document, on_skipped, on_lost};
	struct facts facts = {0};
	struct error err;

	if (facts_set(&facts, "quality.xml-parse.version", ORNAMENT_VERSION, &err) < 0)
		die("%s", err.text);
	if (o->output == OUTPUT_STREAM && !(p->out = stream_writer_open(stdout, &facts, &err)))
		die("%s", err.text);
	for (int i = 0; i < o->inputs.count; i++)
		if (documents_in_file(o->inputs.items[i], &visitor) < 0)
			die("standard input is neither a stream nor XML nor an archive");
	if (o->files0_from && name_list_read(o->files0_from, parse_listed, &visitor, &err) < 0)
		die("%s", err.text);
	facts_release(&facts);
}

/* --- from a stream ------------------------------------------------------------------------------------------------------------ */

/* A document of the item at hand, whose source says more than what was found in the bytes. */
static int on_item_document(void *context, const struct source *source, const struct document *document)
{
	(void)source;
	put_document(context, &((struct parser *)context)->item.source, document);
	return 0;
}

static int on_item_lost(void *context, const struct source *source, const char *reason)
{
	(void)source;
	put_fault(context, &((struct parser *)context)->item.source, reason);
	return 0;
}

/* The document leaves the item; what becomes of it follows. */
static void take_document(struct parser *p)
{
	const struct documents_visitor visitor = {p, on_item_document, on_skipped, on_item_lost};
	const struct bytes document = p->item.document;

	p->item.document = p->document;
	p->item.document.size = 0;
	p->document = document;
	documents_in_memory(p->document.data, p->document.size, &p->item.source, &visitor);
}

/* A sheet that lies sideways by the record of its patent, which came just before, and is not yet turned. */
static void note_turn(const struct parser *p, struct item *it)
{
	const char *slash = strrchr(it->source.member, '/');
	const char *file = slash ? slash + 1 : it->source.member;

	if (!it->has_page || !it->has_source || it->page.turn || it->page.turned)
		return;
	for (const struct record_text *t = p->grant.record.landscape; t; t = t->next)
		if (strcasecmp(t->text, file) == 0)
			it->page.turn = 1;
}

static void parse_stream(struct parser *p)
{
	const struct options *o = p->options;
	struct stream_reader *in = stream_reader_open(o->inputs.items, o->inputs.count);
	struct facts facts = {0};
	struct error err;
	int more;

	if (o->files0_from)
		die_usage("'%s' is a stream: no list of files goes with it", o->inputs.items[0]);
	if (!in)
		die("out of memory");
	if (stream_begin(in, &err) < 0 || facts_copy(&facts, stream_facts(in)) < 0 ||
	        facts_set(&facts, "quality.xml-parse.version", ORNAMENT_VERSION, &err) < 0)
		die("%s", err.text);
	if (o->output == OUTPUT_STREAM && !(p->out = stream_writer_open(stdout, &facts, &err)))
		die("%s", err.text);

	while ((more = stream_read(in, &p->item, &err)) > 0) {
		if (p->item.document.size && !p->item.has_fault) {
			take_document(p);
			continue;
		}
		note_turn(p, &p->item);
		p->faults += p->item.has_fault;
		if (p->out)
			put_item(p);
		else if (p->item.record.size)
			print_record(p, &p->item.record);
	}
	if (more < 0)
		die("%s", err.text);
	p->skipped += stream_counts(in)->skipped;
	stream_reader_close(in);
	facts_release(&facts);
}

static bool is_stream(const char *name)
{
	if (strcmp(name, "-") != 0)
		return stream_is_file(name);
	if (stream_is_next(stdin))
		return true;
	if (ferror(stdin))
		die("cannot read standard input:");
	if (feof(stdin))
		die("standard input is empty");
	return false;
}

int main(int argc, char **argv)
{
	struct error err;

	message_program(argv[0]);
	struct options options = read_options(argc, argv);

	static struct parser p;
	p.options = &options;
	p.xml = xml_open();
	if (!p.xml)
		die("out of memory");

	if (options.inputs.count && is_stream(options.inputs.items[0]))
		parse_stream(&p);
	else
		parse_files(&p);

	if (p.out) {
		stream_add_skipped(p.out, p.skipped);
		if (stream_finish(p.out, &err) < 0)
			die("%s", err.text);
	} else {
		finish_stdout();
	}
	if (options.verbose)
		warn("%llu design grants, %llu faults, %llu skipped", (unsigned long long)p.grants,
		        (unsigned long long)p.faults, (unsigned long long)p.skipped);
	arguments_release(&options.inputs);
	xml_close(p.xml);
	grant_release(&p.grant);
	item_release(&p.item);
	bytes_release(&p.document);
	bytes_release(&p.record);
	bytes_release(&p.row);
	return p.faults ? STATUS_SKIPPED : STATUS_DONE;
}
