/* SPDX-License-Identifier: ISC */
#include "answer/html.h"

#include "answer/hypertext.h"
#include "base/process.h"
#include "base/version.h"
#include "patent/record.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- pieces ----------------------------------------------------------------------------------------------------------- */

/* After a failure all of these do nothing: functions that write read straight down, and look once. */

static void put(struct html *h, const char *markup)
{
	h->failed = h->failed || bytes_append(h->to, markup, strlen(markup)) < 0;
}

static void text(struct html *h, const char *s)
{
	h->failed = h->failed || hypertext_text(h->to, s) < 0;
}

static void date(struct html *h, int64_t d)
{
	h->failed = h->failed || hypertext_date(h->to, d) < 0;
}

static void number(struct html *h, uint64_t n)
{
	h->failed = h->failed || bytes_printf(h->to, "%llu", (unsigned long long)n) < 0;
}

/* "1 patent", "2 patents" */
static void count(struct html *h, uint64_t n, const char *noun)
{
	number(h, n);
	put(h, " ");
	put(h, noun);
	put(h, n == 1 ? "" : "s");
}

static void score(struct html *h, float value, int digits)
{
	char whole[ANSWER_SCORE], shown[ANSWER_SCORE];

	answer_score_text(value, whole);
	answer_score_digits(value, digits, shown);
	h->failed = h->failed || bytes_printf(h->to, "<data value=\"%s\">%s</data>", whole, shown) < 0;
}

static int result(const struct html *h, struct error *err)
{
	return h->failed ? error_set(err, "out of memory") : 0;
}

static void term(struct html *h, const char *name)
{
	put(h, "<div><dt>");
	put(h, name);
	put(h, "</dt><dd>");
}

static void end_term(struct html *h)
{
	put(h, "</dd></div>\n");
}

static void text_term(struct html *h, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	term(h, name);
	text(h, value);
	end_term(h);
}

/* --- pictures --------------------------------------------------------------------------------------------------------- */

/* Whether it begins as one: an index takes what a stream brings. */
static bool is_jpeg(const uint8_t *data, size_t size)
{
	return size > 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff;
}

/* The alternative text says whose picture it is. */
static void picture(struct html *h, const uint8_t *jpeg, size_t size, const char *what, const char *title)
{
	const bool there = is_jpeg(jpeg, size), fits = size <= HTML_PICTURES - h->picture_bytes;

	h->left_out += there && !fits;
	if (!there || !fits) {
		put(h, there ? "<span class=\"none\">not shown</span>" : "<span class=\"none\">no picture</span>");
		return;
	}
	h->picture_bytes += size;
	put(h, "<img alt=\"");
	text(h, what);
	put(h, title ? ": " : "");
	text(h, title);
	put(h, "\" src=\"");
	h->failed = h->failed || hypertext_jpeg(h->to, jpeg, size) < 0;
	put(h, "\">");
}

/* "sheet 2", "front page", "page 1": what people call it. */
static void page_name(struct html *h, const struct answer *a, const struct answer_page *page)
{
	const bool sheet = a->record != NULL;

	if (sheet && page->page_num == 0) {
		put(h, "front page");
		return;
	}
	put(h, sheet ? "sheet " : "page ");
	number(h, page->page_num);
}

static int put_page(struct html *h, const struct answer *a, const struct answer_page *page, bool best, struct error *err)
{
	const uint8_t *jpeg = NULL;
	size_t size = 0;

	if (index_thumbnail(h->terms->index, page->picture, &jpeg, &size, err) < 0)
		return -1;
	put(h, best ? "<figure class=\"best\">" : "<figure>");
	picture(h, jpeg, size, page->identity, json_text(json_member(a->record, "title")));
	put(h, "<figcaption>");
	if (best)
		put(h, "<strong>best</strong> ");
	page_name(h, a, page);
	if (a->has_score) {
		put(h, " \xc2\xb7 ");
		score(h, page->score, 3);
	}
	put(h, "</figcaption></figure>\n");
	return 0;
}

/* --- one answer ------------------------------------------------------------------------------------------------------- */

/* How full its bar is, 0 to 1: a cosine as it is; of a distance d, 1 / (1 + d); an inner product relative to the best. */
static double fullness(const struct html *h, double value)
{
	double part;

	switch (index_settings(h->terms->index)->metric) {
	case INDEX_L2:
		part = 1 / (1 - value);
		break;
	case INDEX_IP:
		part = h->first_score > 0 ? value / (double)h->first_score : 0;
		break;
	default:
		part = value;
	}
	return part > 0 ? fmin(part, 1) : 0;
}

static void score_bar(struct html *h, const struct answer *a)
{
	h->failed = h->failed || bytes_printf(h->to, "<p class=\"score\"><span class=\"bar\" aria-hidden=\"true\">"
	                                             "<span style=\"width:%.1f%%\"></span></span> ",
	                                 100 * fullness(h, (double)a->score)) < 0;
	score(h, a->score, 4);
	put(h, "</p>\n");
}

static void standing(struct html *h, const struct answer *a)
{
	const int granted = record_date(a->record, "pub_date"), expires = record_date(a->record, "expires");

	if (a->active)
		put(h, "<p class=\"standing active\">in force</p>\n");
	else if (expires && expires <= h->terms->today)
		put(h, "<p class=\"standing\">expired</p>\n");
	else if (granted > h->terms->today)
		put(h, "<p class=\"standing\">not yet granted</p>\n");
	else if (a->record)
		put(h, "<p class=\"standing\">term unknown</p>\n");
}

static void put_head(struct html *h, const struct answer *a)
{
	const char *title = json_text(json_member(a->record, "title"));

	put(h, "<header>\n<h3>");
	text(h, title && *title ? title : a->document);
	put(h, "</h3>\n");
	if (title && *title) {
		put(h, "<p class=\"number\">");
		text(h, a->document);
		put(h, "</p>\n");
	}
	standing(h, a);
	if (a->has_score)
		score_bar(h, a);
	put(h, "</header>\n");
}

static void date_term(struct html *h, const char *name, const struct json *value)
{
	int64_t d;

	if (!json_as_integer(value, &d))
		return;
	term(h, name);
	date(h, d);
	end_term(h);
}

static void expiry(struct html *h, const struct json *record)
{
	const int expires = record_date(record, "expires");

	if (!expires)
		return;
	term(h, "Expires");
	date(h, expires);
	if (json_as_bool(json_member(record, "term_disclaimer")))
		put(h, " at the latest: a terminal disclaimer ends it earlier");
	end_term(h);
}

static void applicant(struct html *h, const struct json *record)
{
	const char *name = json_text(json_member(record, "applicant_name"));
	const char *country = json_text(json_member(record, "applicant_country"));

	if (!name)
		return;
	term(h, "Applicant");
	text(h, name);
	put(h, country ? ", " : "");
	text(h, country);
	end_term(h);
}

static void inventors(struct html *h, const struct json *names)
{
	if (!json_count(names))
		return;
	term(h, json_count(names) == 1 ? "Inventor" : "Inventors");
	for (size_t i = 0; i < json_count(names); i++) {
		put(h, i ? ", " : "");
		text(h, json_text(json_at(names, i)));
	}
	end_term(h);
}

static void put_record(struct html *h, const struct answer *a)
{
	const struct json *r = a->record;

	put(h, "<dl>\n");
	date_term(h, "Granted", json_member(r, "pub_date"));
	date_term(h, "Filed", json_member(r, "filing_date"));
	expiry(h, r);
	text_term(h, "Locarno", json_text(json_member(r, "loc_class")));
	text_term(h, "US class", json_text(json_member(r, "us_class")));
	applicant(h, r);
	inventors(h, json_member(r, "inventor_names"));
	text_term(h, "Assignee", json_text(json_member(r, "assignee_name")));
	text_term(h, "Claim", json_text(json_member(r, "claim_text")));
	if (a->page_count && a->pages[0].file_path) {
		put(h, "<div class=\"file\"><dt>File</dt><dd>");
		text(h, a->pages[0].file_path);
		end_term(h);
	}
	put(h, "</dl>\n");
}

int html_put_answer(struct html *h, const struct answer *a, struct error *err)
{
	if (!h->answers++) {
		put(h, "<ol class=\"answers\">\n");
		h->first_score = a->score;
	}
	put(h, "<li><article>\n");
	put_head(h, a);
	put(h, "<div class=\"facts\">\n");
	if (a->page_count && put_page(h, a, &a->pages[0], a->has_score, err) < 0)
		return -1;
	put_record(h, a);
	put(h, "</div>\n");
	if (a->page_count > 1)
		put(h, "<div class=\"sheets\">\n");
	for (size_t i = 1; i < a->page_count; i++)
		if (put_page(h, a, &a->pages[i], false, err) < 0)
			return -1;
	if (a->page_count > 1)
		put(h, "</div>\n");
	put(h, "</article></li>\n");
	return result(h, err);
}

/* --- questions -------------------------------------------------------------------------------------------------------- */

static void put_asked(struct html *h, const struct question *q)
{
	const size_t shown = q->count < HTML_QUESTION_PICTURES ? q->count : HTML_QUESTION_PICTURES;

	put(h, "<div class=\"asked\">\n");
	for (size_t i = 0; i < shown; i++) {
		put(h, "<figure>");
		picture(h, q->thumbnails[i].data, q->thumbnails[i].size, "the question", q->name);
		put(h, "<figcaption>");
		if (q->count > 1) {
			number(h, i + 1);
			put(h, " of ");
			number(h, q->count);
		} else {
			text(h, q->name);
		}
		put(h, "</figcaption></figure>\n");
	}
	put(h, "</div>\n");
}

int html_begin_question(struct html *h, const struct question *q, struct error *err)
{
	h->questions++;
	h->answers = 0;
	h->fault = q && !q->count;
	put(h, "<section>\n<h2>");
	text(h, !q ? "Newest first" : h->terms->named ? q->name : "The question");
	put(h, "</h2>\n");
	if (q && q->fault.text[0]) {
		put(h, "<p class=\"fault\">");
		text(h, q->fault.text);
		put(h, "</p>\n");
	}
	if (q && q->count)
		put_asked(h, q);
	return result(h, err);
}

int html_end_question(struct html *h, const struct search_cost *cost, struct error *err)
{
	put(h, h->answers ? "</ol>\n" : h->fault ? "" : "<p class=\"nothing\">Nothing found.</p>\n");
	if (cost) {
		put(h, "<p class=\"cost\">");
		number(h, h->answers);
		put(h, h->answers == 1 ? " answer" : " answers");
		put(h, " from ");
		number(h, cost->scanned);
		put(h, " of ");
		count(h, cost->vectors, "vector");
		if (cost->lists && !cost->exact) {
			put(h, " in ");
			number(h, cost->visited);
			put(h, " of ");
			count(h, cost->lists, "list");
		}
		put(h, cost->exact ? ", compared exactly.</p>\n" : ".</p>\n");
	}
	put(h, "</section>\n");
	return result(h, err);
}

/* --- the page --------------------------------------------------------------------------------------------------------- */

static int put_style(struct html *h, struct error *err)
{
	char path[PROCESS_PATH + 16];

	if (process_data_path(path, err) < 0)
		return -1;
	snprintf(path + strlen(path), 16, "/answer.css");
	FILE *f = fopen(path, "r");
	if (!f)
		return error_set(err, "cannot open '%s': %s", path, strerror(errno));
	h->failed = h->failed || bytes_reserve(h->to, HTML_STYLE) < 0;
	if (!h->failed)
		h->to->size += fread(h->to->data + h->to->size, 1, HTML_STYLE, f);
	const bool whole = !ferror(f) && getc(f) == EOF;
	fclose(f);
	return whole ? 0 : error_set(err, "cannot read '%s', or it is larger than %d KiB", path, HTML_STYLE >> 10);
}

int html_begin(struct html *h, const struct html_terms *terms, const char *title, struct error *err)
{
	h->terms = terms;
	put(h, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
	       "style-src 'unsafe-inline'\">\n"
	       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	       "<meta name=\"color-scheme\" content=\"light dark\">\n"
	       "<meta name=\"generator\" content=\"ornament " ORNAMENT_VERSION "\">\n<title>");
	text(h, title);
	put(h, "</title>\n<style>\n");
	if (put_style(h, err) < 0)
		return -1;
	put(h, "</style>\n</head>\n<body>\n<header class=\"page\">\n<h1>");
	text(h, title);
	put(h, "</h1>\n<p>");
	count(h, index_counts(terms->index)->patents, "patent");
	put(h, " and ");
	count(h, index_counts(terms->index)->pictures, "picture");
	put(h, " in the index");
	if (terms->filter) {
		put(h, "; only those where <code>");
		text(h, terms->filter);
		put(h, "</code>");
	}
	put(h, "; in force or not on ");
	date(h, terms->today);
	put(h, ".</p>\n</header>\n<main>\n");
	return result(h, err);
}

static void put_search(struct html *h)
{
	const struct html_terms *t = h->terms;
	const uint64_t lists = index_counts(t->index)->lists;

	term(h, "Asked for");
	if (t->count)
		count(h, t->count, t->search && t->search->by_picture ? "picture" : "patent");
	else
		put(h, "all patents");
	if (t->search && isfinite(t->search->min_score)) {
		put(h, " of at least ");
		score(h, (float)t->search->min_score, ANSWER_SCORE_DIGITS);
	}
	end_term(h);
	if (!t->search)
		return;
	term(h, "Probes");
	if (t->search->exact || !lists) {
		put(h, "all vectors");
	} else {
		number(h, search_lists(t->index, t->search));
		put(h, " of ");
		count(h, lists, "list");
		put(h, t->search->nprobe ? "" : ", or more where a filter leaves out much");
	}
	end_term(h);
}

/* What has to agree for a question to be comparable: the weights, and how pictures are prepared. */
static void put_identity(struct html *h)
{
	const struct index_settings *s = index_settings(h->terms->index);
	char prefix[LIMIT_SPACE + 16];

	snprintf(prefix, sizeof prefix, "space.%s.", s->space);
	for (size_t i = 0; i < s->facts.count; i++) {
		const struct fact *f = &s->facts.list[i];
		if (strncmp(f->name, prefix, strlen(prefix)) == 0)
			text_term(h, f->name + strlen(prefix), f->value);
	}
}

int html_end(struct html *h, struct error *err)
{
	const struct html_terms *t = h->terms;
	const struct index_settings *s = index_settings(t->index);

	put(h, "</main>\n<footer>\n<h2>To repeat this search</h2>\n<pre><code>");
	text(h, t->command);
	put(h, "</code></pre>\n<dl>\n");
	text_term(h, "Index", t->index_name);
	term(h, "Generation");
	number(h, index_generation(t->index));
	end_term(h);
	text_term(h, "Filter", t->filter ? t->filter : "none");
	term(h, "Day");
	date(h, t->today);
	end_term(h);
	put_search(h);
	text_term(h, "Score", index_metric_name(s->metric));
	text_term(h, "Space", s->space);
	put_identity(h);
	put(h, "</dl>\n");
	if (h->left_out) {
		put(h, "<p class=\"fault\">");
		count(h, h->left_out, "picture");
		put(h, " not shown: the page would be too large.</p>\n");
	}
	put(h, "</footer>\n</body>\n</html>\n");
	return result(h, err);
}
