/* SPDX-License-Identifier: ISC */
/*
 * decode - archives, directories and picture files in, items out: one a page, one an XML document
 *
 * What is found where is the business of foreign/unpack, what pixels a file has that of foreign/pages. Here they become
 * items: with identity, source and faults.
 */
#include "base/limits.h"
#include "base/message.h"
#include "base/name_list.h"
#include "base/option.h"
#include "base/version.h"
#include "foreign/filename.h"
#include "foreign/pages.h"
#include "foreign/unpack.h"
#include "stream/keys.h"
#include "stream/stream.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
        "Examples:\n"
        "  decode I20260106.tar | stream-show\n"
        "  decode chair.jpg scans/ | letterbox | embed >questions.st\n"
        "  curl -s https://example.org/I20260106.tar | decode - >week.st\n"
        "  decode --include '*-D00000.TIF' I20260106.tar >front-pages.st\n"
        "\n"
        "Usage: decode [OPTION ...] FILE|DIRECTORY|- ...\n"
        "\n"
        "Reads archives (tar, also packed, and ZIP, one in the other), picture files (TIFF, JPEG, PNG, WebP, PNM) and XML\n"
        "documents, recognised by their content, and writes them as a stream of items.\n"
        "\n"
        "      --include GLOB   only files whose path in the archive matches; may be repeated\n"
        "      --exclude GLOB   not those whose path, or an archive's on the way to them, matches; may be repeated\n"
        "      --page N         only the Nth page of every picture file, 1 ... 10000\n"
        "      --skip-from F    leave out the files listed in this file, a line each: CRC SIZE [IDENTITY]\n"
        "      --files0-from F  also read the files named in this file, each name ended by a NUL; - is stdin\n"
        "  -q, --quiet          no counts: the default\n"
        "  -v, --verbose        end with the counts\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is decode(1).\n";

enum { OPT_INCLUDE = OPTION_LONG, OPT_EXCLUDE, OPT_PAGE, OPT_SKIP_FROM, OPT_FILES0_FROM };

struct options {
	struct arguments inputs, include, exclude;
	const char *skip_from, *files0_from; /* NULL: none */
	uint32_t page;                       /* 0: all */
	bool verbose;
};

struct decoder {
	const struct options *options;
	struct keys keys; /* what is to be skipped */
	struct stream_writer *out;
	struct item item;
	uint64_t documents, pictures;
};

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{OPT_INCLUDE, "include", true}, {OPT_EXCLUDE, "exclude", true},
	        {OPT_PAGE, "page", true}, {OPT_SKIP_FROM, "skip-from", true},
	        {OPT_FILES0_FROM, "files0-from", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {0};

	for (int id; (id = option_next(&in));)
		switch (id) {
		case OPT_INCLUDE:
			arguments_add(&o.include, in.value);
			break;
		case OPT_EXCLUDE:
			arguments_add(&o.exclude, in.value);
			break;
		case OPT_PAGE:
			o.page = (uint32_t)option_integer(&in, 1, LIMIT_PAGES);
			break;
		case OPT_SKIP_FROM:
			o.skip_from = in.value;
			break;
		case OPT_FILES0_FROM:
			o.files0_from = in.value;
			break;
		default:
			option_usual(&in, id, help, NULL, &o.verbose, &o.inputs);
		}
	if (!o.inputs.count && !o.files0_from)
		die_usage("no files given");
	for (int i = 0; i < o.inputs.count && o.files0_from; i++)
		if (strcmp(o.inputs.items[i], "-") == 0 && strcmp(o.files0_from, "-") == 0)
			die_usage("standard input cannot be both a list of names and a file");
	return o;
}

static void release_options(struct options *o)
{
	arguments_release(&o->inputs);
	arguments_release(&o->include);
	arguments_release(&o->exclude);
}

/* --- items -------------------------------------------------------------------------------------------------------- */

/*
 * Who the file is: a patent's sheet, or the patent itself, by its name; otherwise the path as it was given. A picture that has
 * a patent's name but no sheet's is not the patent.
 */
static void begin_item(struct decoder *d, const struct source *source, bool is_picture)
{
	struct item *it = &d->item;
	const struct filename name = filename_read(source->member);
	const bool by_number = name.is_grant && (!is_picture || name.sheet != IDENTITY_NO_SHEET);
	const char *slash = source->archive[0] && source->member[0] ? "/" : "";
	char path[2 * LIMIT_PATH + 2];

	snprintf(path, sizeof path, "%s%s%s", source->archive, slash, source->member);
	item_reset(it, by_number ? name.document : path);
	it->identity.sheet = by_number ? name.sheet : IDENTITY_NO_SHEET;
	it->has_source = true;
	it->source = *source;
}

static int put_item(struct decoder *d)
{
	struct error err;

	if (stream_write(d->out, &d->item, &err) < 0)
		die("%s", err.text);
	return 0;
}

/* One message, one fault item. */
static int put_fault(struct decoder *d, const char *reason)
{
	const struct source *s = &d->item.source;
	const char *slash = s->archive[0] && s->member[0] ? "/" : "";

	if (d->item.identity.page)
		item_set_fault(&d->item, "decode", "cannot decode '%s%s%s', page %u: %s", s->archive, slash, s->member,
		        (unsigned)d->item.identity.page, reason);
	else
		item_set_fault(&d->item, "decode", "cannot decode '%s%s%s': %s", s->archive, slash, s->member, reason);
	warn("%s", d->item.fault_text);
	return put_item(d);
}

static int put_document(struct decoder *d, const struct source *source, const uint8_t *data, size_t size)
{
	begin_item(d, source, false);
	d->item.identity.sheet = IDENTITY_NO_SHEET;
	if (bytes_set(&d->item.document, data, size) < 0)
		die("out of memory");
	d->documents++;
	return put_item(d);
}

/* 1 while there may be more pages that are wanted. */
static int put_page(struct decoder *d, const struct source *source, struct pages *pages)
{
	struct item *it = &d->item;
	struct error err;
	const int more = pages_next(pages, &it->picture, &it->page, &err);

	if (more == 0 || (d->options->page && pages->count != d->options->page))
		return more != 0;
	it->identity.page = pages->count > 1 ? pages->count : 0;
	if (keys_have(&d->keys, source->crc, source->size, &it->identity)) {
		stream_add_skipped(d->out, 1);
	} else if (more < 0) {
		put_fault(d, err.text);
	} else {
		it->has_page = true;
		d->pictures++;
		put_item(d);
	}
	begin_item(d, source, true);
	return pages->count != d->options->page;
}

static int put_pages(struct decoder *d, const struct source *source, enum content content, const uint8_t *data,
        size_t size)
{
	struct pages pages;
	struct error err;

	begin_item(d, source, true);
	if (pages_open(&pages, content, data, size, &err) < 0)
		return put_fault(d, err.text);
	while (put_page(d, source, &pages))
		;
	pages_close(&pages);
	return 0;
}

/* --- what unpack asks and tells ----------------------------------------------------------------------------------- */

static bool matches(const struct arguments *globs, const char *path)
{
	for (int i = 0; i < globs->count; i++)
		if (fnmatch(globs->items[i], path, 0) == 0)
			return true;
	return false;
}

static bool enters(void *context, const struct source *source)
{
	struct decoder *d = context;
	const bool enter = !filename_is_hidden(source->member) && !filename_is_other_kind(source->member) &&
	        !matches(&d->options->exclude, source->member);

	if (!enter)
		stream_add_skipped(d->out, 1);
	return enter;
}

static bool wanted(void *context, const struct source *source)
{
	struct decoder *d = context;
	const struct arguments *include = &d->options->include;
	/* a file that the user named was not asked about before */
	const bool want = (!include->count || matches(include, source->member)) &&
	        !matches(&d->options->exclude, source->member);

	if (!want)
		stream_add_skipped(d->out, 1);
	return want;
}

/*
 * A file of which only one picture can come is known when that picture is; the pages of the others are looked at one by
 * one. What is named as a patent's sheet is one picture, also before its content is known.
 */
static bool known(void *context, const struct source *source, enum content content)
{
	struct decoder *d = context;
	const bool single = content == CONTENT_JPEG || content == CONTENT_PNG || content == CONTENT_WEBP ||
	        content == CONTENT_XML || filename_read(source->member).sheet != IDENTITY_NO_SHEET;

	if (!d->keys.list.size)
		return false;
	begin_item(d, source, content != CONTENT_XML);
	const bool have = keys_have(&d->keys, source->crc, source->size, single ? &d->item.identity : NULL);
	if (have)
		stream_add_skipped(d->out, 1);
	return have;
}

static int lost(void *context, const struct source *source, const char *reason)
{
	struct decoder *d = context;

	begin_item(d, source, false);
	return put_fault(d, reason);
}

/* What is wrong with a file that is none of ours. */
static int put_unread(struct decoder *d, const struct source *source, const uint8_t *data, size_t size)
{
	const char *format = content_unread(data, size);
	char reason[128] = "is neither a picture nor an archive nor XML";

	if (format)
		snprintf(reason, sizeof reason, "is a %s file, which is not read here: convert it to PNG or JPEG", format);
	return lost(d, source, reason);
}

static int file(void *context, const struct source *source, enum content content, bool named, const uint8_t *data,
        size_t size)
{
	struct decoder *d = context;

	if (content == CONTENT_XML)
		return put_document(d, source, data, size);
	if (content == CONTENT_UNKNOWN && !named && !filename_claims(source->member)) {
		stream_add_skipped(d->out, 1);
		return 0;
	}
	if (content == CONTENT_EMPTY)
		return lost(d, source, "is empty");
	if (content == CONTENT_UNKNOWN || content == CONTENT_OTHER_PICTURE)
		return put_unread(d, source, data, size);
	return put_pages(d, source, content, data, size);
}

/* --- the inputs --------------------------------------------------------------------------------------------------- */

static void read_keys(struct keys *keys, const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	struct error err;

	if (!f)
		die("cannot open '%s':", path);
	if (keys_read(keys, f, &err) < 0)
		die("cannot read '%s': %s", path, err.text);
	if (f != stdin)
		fclose(f);
}

static void decode_path(void *visitor, const char *path)
{
	unpack_path(path, visitor);
}

int main(int argc, char **argv)
{
	struct facts facts = {0};
	struct error err;

	message_program(argv[0]);
	struct options options = read_options(argc, argv);

	static struct decoder d;
	d.options = &options;
	if (options.skip_from)
		read_keys(&d.keys, options.skip_from);
	struct unpack_visitor visitor = {&d, enters, wanted, known, file, lost};
	if (facts_set(&facts, "quality.decode.version", ORNAMENT_VERSION, &err) < 0)
		die("%s", err.text);
	d.out = stream_writer_open(stdout, &facts, &err);
	if (!d.out)
		die("%s", err.text);

	for (int i = 0; i < options.inputs.count; i++)
		decode_path(&visitor, options.inputs.items[i]);
	if (options.files0_from && name_list_read(options.files0_from, decode_path, &visitor, &err) < 0)
		die("%s", err.text);

	const struct stream_counts counts = *stream_written(d.out);
	if (stream_finish(d.out, &err) < 0)
		die("%s", err.text);
	if (options.verbose)
		warn("%llu documents, %llu pictures, %llu faults, %llu skipped", (unsigned long long)d.documents,
		        (unsigned long long)d.pictures, (unsigned long long)counts.faults,
		        (unsigned long long)counts.skipped);
	item_release(&d.item);
	keys_release(&d.keys);
	facts_release(&facts);
	release_options(&options);
	return counts.faults ? STATUS_SKIPPED : STATUS_DONE;
}
