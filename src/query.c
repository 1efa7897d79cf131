/* SPDX-License-Identifier: ISC */
/*
 * query - questions in, the nearest patents of an index out; or, without a question, the patents that pass a filter
 *
 * What is asked is the business of answer/question, which patents may answer of answer/selection, how near they are of
 * index/search, and how the answers look of answer/report.
 */
#include "answer/answer.h"
#include "answer/operands.h"
#include "answer/question.h"
#include "answer/report.h"
#include "answer/selection.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/number.h"
#include "base/option.h"
#include "base/quote.h"
#include "base/result.h"
#include "base/trap.h"
#include "image/crop.h"
#include "index/filter.h"
#include "index/search.h"
#include "patent/term.h"
#include "stream/crew.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
        "Examples:\n"
        "  query -d designs chair.jpg                         the ten patents that look most like it\n"
        "  query -d designs --crop 40,60,800,600 room.jpg     a part of the picture\n"
        "  query -d designs --id D0939806 --others            what looks like this patent\n"
        "  query -d designs -k 3 --json a.png b.png           several questions, JSON Lines\n"
        "  query -d designs --html -o chair.html chair.jpg    a page to look at, to print, to send\n"
        "  query -d designs --thumbs chair.jpg                pictures in the terminal\n"
        "  query -d designs --where 'loc_class ^= \"06\" && active' chair.jpg\n"
        "  query -d designs --where 'title ~ \"chair\"'         no question: the newest first\n"
        "  decode scans/ | letterbox | embed | query -d designs -\n"
        "\n"
        "Usage: query -d INDEX [OPTION ...] [PICTURE|STREAM|- ...]\n"
        "\n"
        "  -d, --index DIR      the index (or $ORNAMENT_INDEX)\n"
        "  -k, --count N        patents for each question (10); without a question all\n"
        "      --id NUMBER      ask with a patent of the index, D0939806, or a sheet, D0939806/00002; may be repeated\n"
        "      --files0-from F  also ask with the pictures named in this file, each name ended by a NUL; - is stdin\n"
        "      --others         leave out the patent that is asked with\n"
        "      --crop X,Y,W,H   ask with this part of the pictures, in pixels of the upright page\n"
        "      --where EXPR     only patents that pass, such as: pub_date >= 2020 && title ~ \"chair\"\n"
        "      --today DATE     the day that 'active' asks about (today)\n"
        "      --min-score X    nothing below this score\n"
        "      --no-group       answer with pictures, not patents; -k counts them\n"
        "      --recall R       the part of the best patents that has to be found (0.99)\n"
        "      --nprobe N       lists of the index to search for each picture, instead\n"
        "      --exact          compare with every picture\n"
        "  -j, --jobs N         threads that compare with every picture, 1 ... 256 (or $ORNAMENT_JOBS; 1)\n"
        "      --json           JSON Lines; else columns: score, patent, title, class, grant, applicant, picture\n"
        "      --html           one page with all pictures, that needs nothing else\n"
        "      --thumbs         pictures below each line, on a terminal\n"
        "      --sheet FILE     also draw a contact sheet of the answers, a PNG\n"
        "  -o, --output FILE    write the answers to this file\n"
        "      --header         name the columns, as on a terminal\n"
        "  -m, --model FILE     weights of the index's model (or $ORNAMENT_MODEL)\n"
        "  -q, --quiet          no header on a terminal\n"
        "  -v, --verbose        what each search cost\n"
        "  -h, --help           this text;  --version\n"
        "\n"
        "Exit status: 0 found, 1 nothing found, 2 failure, 3 some questions could not be asked. The manual is query(1).\n";

enum {
	OPT_ID = OPTION_LONG,
	OPT_FILES0_FROM,
	OPT_OTHERS,
	OPT_CROP,
	OPT_WHERE,
	OPT_TODAY,
	OPT_MIN_SCORE,
	OPT_NO_GROUP,
	OPT_RECALL,
	OPT_NPROBE,
	OPT_EXACT,
	OPT_JSON,
	OPT_HTML,
	OPT_THUMBS,
	OPT_SHEET,
	OPT_HEADER,
};

/* Patents of a list as a page, if no number was said: more than one looks at. */
enum { HTML_LIST = 100 };

static const struct option_spec specs[] = {
        {'d', "index", true},
        {'k', "count", true},
        {OPT_ID, "id", true},
        {OPT_FILES0_FROM, "files0-from", true},
        {OPT_OTHERS, "others", false},
        {OPT_CROP, "crop", true},
        {OPT_WHERE, "where", true},
        {OPT_TODAY, "today", true},
        {OPT_MIN_SCORE, "min-score", true},
        {OPT_NO_GROUP, "no-group", false},
        {OPT_RECALL, "recall", true},
        {OPT_NPROBE, "nprobe", true},
        {OPT_EXACT, "exact", false},
        {'j', "jobs", true},
        {OPT_JSON, "json", false},
        {OPT_HTML, "html", false},
        {OPT_THUMBS, "thumbs", false},
        {OPT_SHEET, "sheet", true},
        {'o', "output", true},
        {OPT_HEADER, "header", false},
        {'m', "model", true},
        OPTION_COMMON,
        {0},
};

struct options {
	const char *index, *model, *where, *crop, *files0_from, *sheet, *output;
	struct arguments ids, operands;
	uint32_t count; /* 0: not said */
	int32_t today;
	const char *of_question; /* an option that only a question has, as it was written */
	struct search_options search;
	bool others, json, html, thumbs, header, quiet, verbose;
	struct bytes command; /* the command line that gives the same answer on any other day */
};

/* --- arguments -------------------------------------------------------------------------------------------------------- */

static int32_t local_day(void)
{
	const time_t now = time(NULL);
	struct tm day;

	if (!localtime_r(&now, &day))
		die("cannot tell what day it is: use --today");
	return (day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday;
}

static int32_t read_day(const char *text)
{
	const int day = date_read(text, true);

	if (!day || day != date_read(text, false))
		die_usage("option '--today': '%s' is no day: write 2020-01-31 or 20200131", text);
	return day;
}

/* The form only; whether the part lies on a page is seen when the page is. */
static void check_crop(const char *text)
{
	struct box box;

	if (box_read(&box, text) < 0)
		die_usage("option '--crop': '%s' is no X,Y,WIDTH,HEIGHT in pixels", text);
}

/* Options that say how to search: they mean nothing without a question. */
static bool take_search_option(struct options *o, int id, const struct option_reader *in)
{
	switch (id) {
	case OPT_OTHERS:
		o->others = true;
		break;
	case OPT_CROP:
		check_crop(in->value);
		o->crop = in->value;
		break;
	case OPT_MIN_SCORE:
		o->search.min_score = option_real(in, -1e30, 1e30);
		break;
	case OPT_NO_GROUP:
		o->search.by_picture = true;
		break;
	case OPT_RECALL:
		o->search.recall = option_real(in, 0.01, 1);
		break;
	case OPT_NPROBE:
		o->search.nprobe = (uint32_t)option_integer(in, 1, 1 << 24);
		break;
	case OPT_EXACT:
		o->search.exact = true;
		break;
	default:
		return false;
	}
	o->of_question = in->spelled;
	return true;
}

static void take_option(struct options *o, int id, const struct option_reader *in)
{
	if (take_search_option(o, id, in))
		return;
	switch (id) {
	case 'd':
		o->index = in->value;
		break;
	case 'm':
		o->model = in->value;
		break;
	case 'k':
		o->count = (uint32_t)option_integer(in, 1, LIMIT_ANSWERS);
		break;
	case 'j':
		o->search.jobs = (int)option_integer(in, 1, CREW_MAXIMUM);
		break;
	case OPT_ID:
		arguments_add(&o->ids, in->value);
		break;
	case OPT_FILES0_FROM:
		o->files0_from = in->value;
		break;
	case OPT_WHERE:
		o->where = in->value;
		break;
	case OPT_TODAY:
		o->today = read_day(in->value);
		break;
	case OPT_JSON:
		o->json = true;
		break;
	case OPT_HTML:
		o->html = true;
		break;
	case OPT_THUMBS:
		o->thumbs = true;
		break;
	case OPT_SHEET:
		o->sheet = in->value;
		break;
	case 'o':
		o->output = in->value;
		break;
	case OPT_HEADER:
		o->header = true;
		break;
	default:
		option_usual(in, id, help, &o->quiet, &o->verbose, &o->operands);
	}
}

/* Whether there is a question, or a list is wanted. */
static bool asks(const struct options *o)
{
	return o->ids.count || o->operands.count || o->files0_from;
}

static void check_forms(const struct options *o)
{
	int inputs = o->files0_from && strcmp(o->files0_from, "-") == 0;

	for (int i = 0; i < o->operands.count; i++)
		inputs += strcmp(o->operands.items[i], "-") == 0;
	if (inputs > 1)
		die_usage("standard input is named twice");
	if (o->json && o->html)
		die_usage("options '--json' and '--html' exclude each other");
	if (o->sheet && strcmp(o->sheet, "-") == 0) {
		if (!o->output || strcmp(o->output, "-") == 0)
			die_usage("standard output has the answers: option '--sheet -' needs '-o FILE'");
		if (isatty(STDOUT_FILENO))
			die_usage("a contact sheet is not for a terminal: give a pipe or a file");
	}
	if (o->thumbs && (o->json || o->html))
		die_usage("option '--thumbs' goes with lines, not with '%s'", o->json ? "--json" : "--html");
}

/* An option, or "", and a word. */
static void add_word(struct bytes *to, const char *option, const char *word)
{
	if (bytes_printf(to, " %s", option) < 0 || quote_word(to, word) < 0)
		die("out of memory");
}

/* The command line as it was given, and what it left to the environment and to the clock. */
static void make_command(struct options *o, int argc, char **argv, const char *index_given, bool day_given)
{
	char day[16];

	snprintf(day, sizeof day, "%d", (int)o->today);
	if (bytes_append(&o->command, "ornament query", 14) < 0)
		die("out of memory");
	if (!index_given)
		add_word(&o->command, "-d ", o->index);
	if (!day_given)
		add_word(&o->command, "--today ", day);
	for (int i = 1; i < argc; i++)
		add_word(&o->command, "", argv[i]);
	if (bytes_terminate(&o->command) < 0)
		die("out of memory");
}

static struct options read_options(int argc, char **argv)
{
	struct options o = {.model = getenv("ORNAMENT_MODEL")};
	struct option_reader in = option_reader(argc, argv, specs);
	struct error err;

	o.search.min_score = -INFINITY;
	for (int id; (id = option_next(&in));)
		take_option(&o, id, &in);
	check_forms(&o);
	const char *const index_given = o.index;
	if (!o.index)
		o.index = getenv("ORNAMENT_INDEX");
	if (!o.index || !*o.index)
		die_usage("no index given: -d INDEX");
	if (o.model && !*o.model)
		o.model = NULL;
	if (!asks(&o) && !o.where && isatty(STDIN_FILENO))
		die_usage("nothing is asked: give a picture, --id or --where");
	if (!asks(&o) && !o.where)
		arguments_add(&o.operands, "-");
	if (!asks(&o) && o.of_question)
		die_usage("option '%s' needs a question: a picture, '-' or --id", o.of_question);
	if (!asks(&o) && o.html && !o.count)
		o.count = HTML_LIST;
	o.search.k = o.count ? o.count : 10;
	if (!o.search.jobs && crew_jobs_of_environment(&o.search.jobs, &err) < 0)
		die("%s", err.text);
	const bool day_given = o.today != 0;
	if (!day_given)
		o.today = local_day();
	make_command(&o, argc, argv, index_given, day_given);
	return o;
}

static void compile_filter(struct filter *f, const char *where)
{
	struct error err;
	size_t at;

	if (filter_compile(f, where, &at, &err) < 0)
		die_at(where, at, "wrong filter: %s", err.text);
}

/* --- answering -------------------------------------------------------------------------------------------------------- */

struct run {
	const struct options *o;
	struct index *index;
	struct filter filter;
	struct selection selection;
	struct search_answer *found; /* (found_capacity): of the questions that are asked together */
	size_t found_capacity;
	struct answer answer;
	struct report report;
	struct result out;
	struct report_options form;
	uint64_t asked, answered, failed;
	bool named; /* several questions: every answer says which one is meant */
};

static double milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) * 1e3 + (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* Which patents may answer, where that is not simply all. */
static void select_patents(struct run *r)
{
	struct error err;

	if (selection_make(&r->selection, r->index, r->o->where ? &r->filter : NULL, r->o->today, &err) < 0)
		die("cannot read index '%s': %s", r->o->index, err.text);
	if (r->o->verbose && r->o->where)
		warn("%llu of %llu patents pass the filter", (unsigned long long)r->selection.count,
		        (unsigned long long)index_counts(r->index)->patents);
}

/* Writes what the report has to say so far; `done` is what the call that made it returned. */
static void put(struct run *r, int done, const struct error *err)
{
	struct bytes *text = &r->report.text;

	if (done < 0)
		die("%s", err->text);
	if (text->size && fwrite(text->data, 1, text->size, r->out.file) != text->size)
		die(r->out.path ? "cannot gather the answers for '%s':" : "cannot write standard output:", r->out.path);
	text->size = 0;
}

/* How the answers look. On a terminal, or when asked for, the columns have names. */
static void begin_report(struct run *r, const char *title)
{
	const struct options *o = r->o;
	const bool terminal = isatty(fileno(r->out.file));
	struct error err;

	r->form = (struct report_options){
	        .form = o->html ? REPORT_HTML : o->json ? REPORT_JSON : REPORT_LINES,
	        .header = o->header || (!o->quiet && terminal),
	        .thumbs = o->thumbs && terminal,
	        .sheet = o->sheet,
	        .terms = {.index = r->index,
	                .index_name = o->index,
	                .command = (const char *)o->command.data,
	                .filter = o->where,
	                .search = asks(o) ? &o->search : NULL,
	                .count = asks(o) ? o->search.k : o->count,
	                .today = o->today,
	                .named = r->named},
	};
	put(r, report_begin(&r->report, &r->form, title, &err), &err);
}

static void end_report(struct run *r)
{
	struct error err;

	if (!r->report.begun)
		begin_report(r, "Nothing was asked");
	put(r, report_end(&r->report, &err), &err);
	if (report_left_out(&r->report))
		warn("%llu pictures were left out: the page or the sheet would be too large",
		        (unsigned long long)report_left_out(&r->report));
}

static void put_answer(struct run *r, const struct answer_context *c, const struct search_hit *hit)
{
	struct error err;

	if (answer_load(&r->answer, c, hit, &err) < 0)
		die("cannot read index '%s': %s", r->o->index, err.text);
	put(r, report_put_answer(&r->report, &r->answer, &err), &err);
}

/* The patent that is asked with, when it is among those that may answer. Its ordinal; false when there is none. */
static bool find_own(const struct run *r, const struct question *q, uint32_t *patent)
{
	struct error err;
	const int found = index_find_patent(r->index, q->document, patent, &err);

	if (found < 0)
		die("cannot read index '%s': %s", r->o->index, err.text);
	return found > 0 && selection_has(&r->selection, *patent);
}

static void search(struct run *r, const struct question *q)
{
	struct search_options options = r->o->search;
	uint32_t own;
	const bool leave_out = r->o->others && find_own(r, q, &own);
	struct error err;

	if (leave_out)
		selection_put(&r->selection, own, false);
	options.allowed = r->selection.bits; /* NULL: all */
	if (search_run(r->index, q->values, q->count, &options, r->found, &err) < 0)
		die("cannot search index '%s': %s", r->o->index, err.text);
	if (leave_out)
		selection_put(&r->selection, own, true);
}

/* Each vector of the index is read once for all of them. */
static void search_exhaustively(struct run *r, const struct question_group *g)
{
	struct search_options options = r->o->search;
	struct search_question *asked = calloc(g->count, sizeof *asked);
	uint32_t *own = calloc(g->count, sizeof *own);
	struct error err;

	if (!asked || !own)
		die("out of memory");
	for (size_t i = 0; i < g->count; i++) {
		const struct question *q = &g->questions[i];
		asked[i] = (struct search_question){.values = q->values, .count = q->count};
		if (r->o->others && find_own(r, q, &own[i]))
			asked[i].left_out = &own[i];
	}
	options.allowed = r->selection.bits;
	if (search_exactly(r->index, asked, g->count, &options, r->found, &err) < 0)
		die("cannot search index '%s': %s", r->o->index, err.text);
	free(own);
	free(asked);
}

static void reserve_found(struct run *r, size_t count)
{
	if (count <= r->found_capacity)
		return;
	r->found = realloc(r->found, count * sizeof *r->found);
	if (!r->found)
		die("out of memory");
	memset(r->found + r->found_capacity, 0, (count - r->found_capacity) * sizeof *r->found);
	r->found_capacity = count;
}

/* A search that is not exhaustive has one question in a group (answer_all). */
static void search_group(struct run *r, const struct question_group *g)
{
	reserve_found(r, g->count);
	if (r->o->search.exact)
		search_exhaustively(r, g);
	else if (g->questions->count)
		search(r, g->questions);
}

/* What the search cost, and what part of the answer it finds in general. */
static void tell_cost(const struct search_answer *found, const char *name, double taken, size_t others)
{
	const struct search_cost *cost = &found->cost;
	char recall[64] = "", together[64] = "";

	if (others)
		snprintf(together, sizeof together, ", with %zu other questions", others);
	if (cost->exact)
		snprintf(recall, sizeof recall, ", exactly,");
	else if (cost->recall > 0)
		snprintf(recall, sizeof recall, ", recall %.4f by calibration,", cost->recall);
	warn("'%s': %zu answers; %llu of %llu vectors and %llu of %llu lists searched%s in %.2f ms%s: %s", name,
	        found->count,
	        (unsigned long long)cost->scanned, (unsigned long long)cost->vectors, (unsigned long long)cost->visited,
	        (unsigned long long)cost->lists, recall, taken, together, search_way_name(cost->way));
}

/* Has so many answers from this one on read from the disk, side by side. */
enum { FETCHED = 64 };

static void fetch_answers(const struct run *r, const struct search_answer *found, size_t from)
{
	const unsigned thumbnails = r->o->html || r->form.thumbs || r->o->sheet ? INDEX_THUMBNAILS : 0;
	uint32_t patents[FETCHED];
	size_t count = 0;

	for (; count < FETCHED && from + count < found->count; count++)
		patents[count] = found->hits[from + count].patent;
	index_fetch(r->index, patents, count, INDEX_RECORDS | INDEX_PICTURES | INDEX_VECTORS | thumbnails);
}

static void answer_question(struct run *r, const struct question *q, const struct search_answer *found)
{
	struct answer_context context = {.index = r->index,
	        .values = q->values,
	        .count = q->count,
	        .by_picture = r->o->search.by_picture,
	        .today = r->o->today};
	struct error err;

	if (*q->fault.text) {
		warn("%s", q->fault.text);
		r->failed++;
	}
	put(r, report_begin_question(&r->report, q, &err), &err);
	if (!q->count) {
		put(r, report_end_question(&r->report, NULL, &err), &err);
		return;
	}
	r->answer.query = r->named ? q->name : NULL;
	for (size_t i = 0; i < found->count; i++) {
		if (i % FETCHED == 0)
			fetch_answers(r, found, i);
		put_answer(r, &context, &found->hits[i]);
	}
	put(r, report_end_question(&r->report, &found->cost, &err), &err);
	r->answered += found->count > 0;
}

/* The title of a page names the first question, a file without its directories. */
static void begin_answers(struct run *r, const struct question *first)
{
	const char *slash = first->is_file ? strrchr(first->name, '/') : NULL;
	struct bytes title = {0};

	if (bytes_printf(&title, "What looks like %s%s", slash ? slash + 1 : first->name, r->named ? " and others" : "") < 0 ||
	        bytes_terminate(&title) < 0)
		die("out of memory");
	begin_report(r, (const char *)title.data);
	bytes_release(&title);
}

/* Vectors that are compared with every picture together: more are no faster. */
enum { TOGETHER = 1024 };

static void answer_group(struct run *r, const struct question_group *g)
{
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	search_group(r, g);
	const double taken = milliseconds_since(&start);
	for (size_t i = 0; i < g->count; i++) {
		answer_question(r, &g->questions[i], &r->found[i]);
		if (r->o->verbose && g->questions[i].count)
			tell_cost(&r->found[i], g->questions[i].name, taken, g->count - 1);
	}
}

static void answer_all(struct run *r, struct questions *qs)
{
	const size_t many = r->o->search.exact ? TOGETHER : 1;
	struct question_group g = {0};
	struct error err;
	int more;

	for (bool first = true; (more = questions_gather(qs, &g, many, &err)) > 0; first = false) {
		r->named |= g.count > 1 || g.goes_on;
		if (first)
			begin_answers(r, g.questions);
		answer_group(r, &g);
	}
	if (more < 0)
		die("%s", err.text);
	r->failed += questions_faults(qs);
	question_group_release(&g);
}

static int ask(struct run *r)
{
	const struct options *o = r->o;
	struct operands operands;
	struct error err;

	if (operands_sort(&operands, &o->operands, &err) < 0)
		die("%s", err.text);
	if (o->crop && !operands.pictures.count && !o->files0_from)
		die_usage("option '--crop' needs a picture: vectors are made already, of all that was there");
	const struct question_inputs inputs = {.index = o->index,
	        .ids = o->ids.items,
	        .id_count = o->ids.count,
	        .streams = operands.streams.items,
	        .stream_count = operands.streams.count,
	        .pictures = operands.pictures.items,
	        .picture_count = operands.pictures.count,
	        .files0_from = o->files0_from,
	        .picture_input = operands.input,
	        .model = o->model,
	        .crop = o->crop};
	r->named = o->ids.count + o->operands.count > 1 || o->files0_from;
	if (!index_settings(r->index)->dimension)
		die("index '%s' has no pictures yet", o->index);
	struct questions *qs = questions_open(r->index, &inputs, &err);
	if (!qs)
		die("%s", err.text);
	answer_all(r, qs);
	questions_close(qs);
	operands_release(&operands);
	return r->failed ? STATUS_SKIPPED : r->answered ? STATUS_DONE : STATUS_NOT_FOUND;
}

/* Without a question: the patents that pass, newest first. */
static int list_patents(struct run *r)
{
	const struct answer_context context = {.index = r->index, .today = r->o->today};
	struct listed *list;
	struct error err;

	if (selection_newest(&r->selection, r->index, &list, &err) < 0)
		die("cannot read index '%s': %s", r->o->index, err.text);
	begin_report(r, "The newest patents");
	put(r, report_begin_question(&r->report, NULL, &err), &err);
	const uint64_t wanted = r->o->count, count = wanted && wanted < r->selection.count ? wanted : r->selection.count;
	for (uint64_t i = 0; i < count; i++)
		put_answer(r, &context, &(struct search_hit){.patent = list[i].patent});
	free(list);
	put(r, report_end_question(&r->report, NULL, &err), &err);
	return count ? STATUS_DONE : STATUS_NOT_FOUND;
}

int main(int argc, char **argv)
{
	struct timespec start;
	struct error err;

	message_program(argv[0]);
	clock_gettime(CLOCK_MONOTONIC, &start);
	struct options o = read_options(argc, argv);
	struct run r = {.o = &o, .filter = {.root = -1}};
	if (o.where)
		compile_filter(&r.filter, o.where);

	trap_install("using index '%s' ended the process: its disk may be full, or its pages damaged; index-build --check tells", o.index);
	r.index = index_open(o.index, &err);
	if (!r.index)
		die("%s", err.text);
	if (o.where || o.others)
		select_patents(&r);

	if (result_open(&r.out, o.output, &err) < 0)
		die("%s", err.text);

	const int status = asks(&o) ? ask(&r) : list_patents(&r);

	if (index_finish(r.index, &err) < 0)
		die("index '%s': %s", o.index, err.text);
	end_report(&r);
	if (result_finish(&r.out, &err) < 0)
		die("%s", err.text);
	if (o.verbose)
		warn("%.1f ms in all", milliseconds_since(&start));
	answer_release(&r.answer);
	for (size_t i = 0; i < r.found_capacity; i++)
		search_release(&r.found[i]);
	free(r.found);
	selection_release(&r.selection);
	filter_release(&r.filter);
	report_release(&r.report);
	bytes_release(&o.command);
	index_close(r.index);
	arguments_release(&o.ids);
	arguments_release(&o.operands);
	return status;
}
