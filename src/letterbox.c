/* SPDX-License-Identifier: ISC */
/*
 * letterbox - pages of any size in, squares of one size out, or pictures of one longest side, with a thumbnail of each
 *
 * The pixels are the business of image/letterbox; here is what it means to an item.
 */
#include "base/message.h"
#include "base/option.h"
#include "base/version.h"
#include "foreign/jpeg.h"
#include "image/crop.h"
#include "image/letterbox.h"
#include "image/turn.h"
#include "stream/crew.h"
#include "stream/stream.h"

enum { THUMBNAIL_QUALITY = 85 };

static const char help[] =
        "Examples:\n"
        "  decode I20260106.tar | xml-parse | letterbox | embed >week.st\n"
        "  decode chair.jpg | letterbox -s 224 --trim | stream-show --pam >chair.pam\n"
        "  letterbox --no-trim pages.st >squares.st\n"
        "\n"
        "Usage: letterbox [OPTION ...] [STREAM|- ...]\n"
        "\n"
        "Turns the pictures of a stream upright, removes the white margin of 1-bit pages, scales them with their aspect\n"
        "ratio kept into the middle of a white square, and adds a thumbnail.\n"
        "\n"
        "  -s, --size N         side of the square in pixels, 1 ... 4096 (518)\n"
        "      --trim           trim the margins of all pictures, not only of 1-bit ones\n"
        "      --no-trim        trim none\n"
        "      --fit            no square: the short side only up to the next multiple of 14, for vision transformers\n"
        "      --crop X,Y,W,H   only this part of each page, in pixels of the upright page\n"
        "  -j, --jobs N         pictures in work at the same time, 1 ... 256 (or $ORNAMENT_JOBS; 1)\n"
        "  -q, --quiet          no counts: the default\n"
        "  -v, --verbose        end with the counts\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 done, 2 failure, 3 some inputs were skipped. The manual is letterbox(1).\n";

enum { OPT_TRIM = OPTION_LONG, OPT_NO_TRIM, OPT_CROP, OPT_FIT };
enum trim { TRIM_AUTO, TRIM_ALL, TRIM_NONE };

struct options {
	struct arguments inputs;
	uint32_t size;
	enum trim trim;
	struct box crop; /* width 0: the whole page */
	bool fit;
	int jobs;
	bool verbose;
};

static struct options read_options(int argc, char **argv)
{
	static const struct option_spec specs[] = {{'s', "size", true}, {OPT_TRIM, "trim", false},
	        {OPT_NO_TRIM, "no-trim", false}, {OPT_CROP, "crop", true}, {OPT_FIT, "fit", false}, {'j', "jobs", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {.size = LETTERBOX_SIZE};
	struct error err;

	for (int id; (id = option_next(&in));)
		switch (id) {
		case 's':
			o.size = (uint32_t)option_integer(&in, 1, LETTERBOX_MAXIMUM);
			break;
		case OPT_TRIM:
			o.trim = TRIM_ALL;
			break;
		case OPT_NO_TRIM:
			o.trim = TRIM_NONE;
			break;
		case OPT_CROP:
			if (box_read(&o.crop, in.value) < 0)
				die_usage("option '--crop': '%s' is no X,Y,WIDTH,HEIGHT in pixels", in.value);
			break;
		case OPT_FIT:
			o.fit = true;
			break;
		case 'j':
			o.jobs = (int)option_integer(&in, 1, CREW_MAXIMUM);
			break;
		default:
			option_usual(&in, id, help, NULL, &o.verbose, &o.inputs);
		}
	if (o.fit && o.size % LETTERBOX_PATCH)
		die_usage("option '--fit': the size %u is no multiple of %d", (unsigned)o.size, LETTERBOX_PATCH);
	if (!o.jobs && crew_jobs_of_environment(&o.jobs, &err) < 0)
		die("%s", err.text);
	return o;
}

/* The facts of the input and what is done here; a stream of squares is refused, its margins would be scaled as content. */
static void set_facts(struct facts *facts, const struct facts *of_input, const struct options *o)
{
	static const char *const trim[] = {[TRIM_AUTO] = "auto", [TRIM_ALL] = "all", [TRIM_NONE] = "none"};
	const char *size = facts_get(of_input, "pixels.letterbox");
	struct error err;

	if (size)
		die("the pictures of the stream are letterboxed already, into %s pixels", size);
	if (facts_copy(facts, of_input) < 0)
		die("out of memory");
	if (facts_set_format(facts, &err, "pixels.letterbox", "%u", (unsigned)o->size) < 0 ||
	        facts_set(facts, "pixels.trim", trim[o->trim], &err) < 0 ||
	        (o->fit && facts_set_format(facts, &err, "pixels.fit", "%d", LETTERBOX_PATCH) < 0) ||
	        facts_set(facts, "quality.letterbox.version", ORNAMENT_VERSION, &err) < 0)
		die("%s", err.text);
}

static bool is_trimmed(const struct item *it, enum trim trim)
{
	const bool bits = it->picture.layout == PICTURE_BIT || (it->page.bits == 1 && it->page.samples == 1);

	return trim == TRIM_ALL || (trim == TRIM_AUTO && bits);
}

/* Pixels without a word about their page, as another program may have made them, are their own page. */
static void need_page(struct item *it)
{
	if (it->has_page)
		return;
	it->has_page = true;
	it->page = (struct page){
	        .width = it->picture.width,
	        .height = it->picture.height,
	        .bits = it->picture.layout == PICTURE_BIT ? 1 : 8,
	        .samples = it->picture.layout == PICTURE_RGB ? 3 : 1,
	};
}

/* What a thread works with. */
struct tools {
	const struct options *options;
	struct letterbox work;
};

static void note_turned(struct page *page)
{
	page->turned = (uint8_t)((page->turned + page->turn) % 4);
	page->turn = 0;
}

/* Makes the page upright and keeps the part, which is then what the item is about. */
static int crop_page(struct item *it, struct letterbox *work, const struct box *part, struct error *err)
{
	struct box kept = *part;

	if (picture_turn(&it->picture, it->page.turn, &work->scratch, err) < 0 || picture_crop(&it->picture, &kept, err) < 0)
		return -1;
	note_turned(&it->page);
	memcpy(it->identity.region, (uint32_t[4]){kept.x, kept.y, kept.width, kept.height}, sizeof it->identity.region);
	return 0;
}

static int prepare_picture(struct item *it, struct tools *t, struct error *err)
{
	const struct options *o = t->options;
	struct page *page = &it->page;
	struct box kept;

	need_page(it);
	if (o->crop.width && crop_page(it, &t->work, &o->crop, err) < 0)
		return -1;
	const bool trim = is_trimmed(it, o->trim);
	if (letterbox(&t->work, &it->picture, page->turn, trim, o->size, o->fit ? LETTERBOX_PATCH : o->size, &kept, err) < 0)
		return -1;
	note_turned(page);
	memcpy(page->box, (uint32_t[4]){0}, sizeof page->box);
	const uint32_t x = o->crop.x + kept.x, y = o->crop.y + kept.y;
	if (trim || o->crop.width)
		memcpy(page->box, (uint32_t[4]){x, y, kept.width, kept.height}, sizeof page->box);
	return jpeg_write(&t->work.thumbnail, THUMBNAIL_QUALITY, &it->thumbnail, err);
}

/* For a crew: letterboxes the pixels of an item, or makes it a fault. */
static bool letterbox_item(struct item *it, void *tools)
{
	char name[IDENTITY_TEXT];
	struct error err;

	if (!item_has_pixels(it) || prepare_picture(it, tools, &err) == 0)
		return false;
	item_set_fault(it, "letterbox", "cannot scale '%s': %s", identity_text(&it->identity, name), err.text);
	return true;
}

int main(int argc, char **argv)
{
	static struct tools tools[CREW_MAXIMUM];
	void *each[CREW_MAXIMUM];
	struct facts facts = {0};
	unsigned long long pictures = 0;
	const struct item *item;
	struct error err;
	bool failed;
	int more;

	message_program(argv[0]);
	const struct options options = read_options(argc, argv);

	struct stream_reader *in = stream_reader_open(options.inputs.items, options.inputs.count);
	if (!in)
		die("out of memory");
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	set_facts(&facts, stream_facts(in), &options);
	struct stream_writer *out = stream_writer_open(stdout, &facts, &err);
	for (int i = 0; i < options.jobs; i++) {
		tools[i].options = &options;
		each[i] = &tools[i];
	}
	struct crew *crew = out ? crew_new(in, letterbox_item, each, options.jobs, &err) : NULL;
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
		letterbox_release(&tools[i].work);
	stream_reader_close(in);
	facts_release(&facts);
	struct arguments inputs = options.inputs;
	arguments_release(&inputs);
	return counts.faults ? STATUS_SKIPPED : STATUS_DONE;
}
