/* SPDX-License-Identifier: ISC */
#include "generate/grant.h"

#include "base/message.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define COUNT(list) ((int)(sizeof(list) / sizeof(list)[0]))

static const char *const last_names[] = {"Andersson", "Becker", "Chen", "Dubois", "Eriksen", "Fischer",
	"Garcia", "Hughes", "Ito", "Jansen", "Kim", "Laurent", "M&#xfc;ller", "Nguyen", "O'Brien", "Park",
	"Quinn", "Rossi", "Sato", "Tanaka", "Ueda", "Visser", "Wang", "Xu", "Yamamoto", "Zhang", "Nov&#xe1;k",
	"Silva", "Patel", "Smith"};
static const char *const first_names[] = {"Anna", "Bo", "Carla", "David", "Elena", "Fran&#xe7;ois", "Grace",
	"Hiroshi", "Ines", "Jun", "Karl", "Li", "Maria", "Noah", "Olga", "Peter", "Rosa S.", "Samuel",
	"Tomoko", "Wei"};
static const char *const firms[] = {"Brightline", "Cedar &#x26; Stone", "Delta Form", "Evergreen",
	"Fjord Living", "Halcyon", "Juniper", "Kestrel", "Lumen", "Meridian", "Northway", "Osprey",
	"Pinnacle", "Quartz", "Riverton", "Solstice", "Tern &#x26; Gull", "Umbra Works", "Vantage",
	"Westwind"};
static const char *const legal_forms[] = {
	", Inc.", " LLC", " GmbH", " Co., Ltd.", " S.p.A.", " Corporation", " AB"};

struct place {
	const char *city, *state, *country; /* state NULL outside of the US */
};

static const struct place places[] = {{"Portland", "OR", "US"}, {"Grand Rapids", "MI", "US"},
	{"Austin", "TX", "US"}, {"San Jose", "CA", "US"}, {"Brooklyn", "NY", "US"}, {"Chicago", "IL", "US"},
	{"Munich", NULL, "DE"}, {"Milan", NULL, "IT"}, {"Tokyo", NULL, "JP"}, {"Seoul", NULL, "KR"},
	{"Shenzhen", NULL, "CN"}, {"Stockholm", NULL, "SE"}, {"Taipei", NULL, "TW"}, {"Lyon", NULL, "FR"}};

/* What a document says more than once. */
struct parties {
	char firm[96];
	struct place seat;
	bool has_firm; /* else the first inventor applies */
	bool has_assignee;
	int inventors;
	const char *last[4], *first[4];
	struct place homes[4];
	bool hague;
};

/* The document as it grows, and how deep its elements are. */
struct writer {
	struct bytes *to;
	int depth;
};

static void line(struct writer *w, const char *format, ...)
#ifdef __GNUC__
	__attribute__((format(printf, 2, 3)))
#endif
	;

static void line(struct writer *w, const char *format, ...)
{
	char text[2048];
	va_list ap;
	int length;

	va_start(ap, format);
	length = vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (length < 0 || (size_t)length >= sizeof text)
		die("a line of a document is too long");
	if (bytes_printf(w->to, "%*s%s\n", 4 * w->depth, "", text) < 0)
		die("out of memory");
}

static void open_element(struct writer *w, const char *name)
{
	line(w, "<%s>", name);
	w->depth++;
}

static void close_element(struct writer *w, const char *name)
{
	w->depth--;
	line(w, "</%s>", name);
}

static void element(struct writer *w, const char *name, const char *text)
{
	line(w, "<%s>%s</%s>", name, text, name);
}

static void number(struct writer *w, const char *name, int value)
{
	line(w, "<%s>%d</%s>", name, value, name);
}

void grant_name(const struct grant *g, char name[GRANT_NAME])
{
	snprintf(name, GRANT_NAME, "USD%07d-%08d", g->number, g->date);
}

/* A day that many months before the date. */
static int months_before(int date, int months, struct random *r)
{
	const int month = date / 10000 * 12 + date / 100 % 100 - 1 - months;

	return month / 12 * 10000 + (month % 12 + 1) * 100 + random_in(r, 1, 28);
}

void grant_choose(struct grant *g, struct random *r)
{
	int titles = 0;

	while (titles < 4 && g->kind->titles[titles])
		titles++;
	g->title = g->kind->titles[random_below(r, titles)];
	g->filed = months_before(g->date, random_in(r, 8, 60), r);
}

static void choose_parties(struct parties *p, struct random *r)
{
	p->has_firm = random_chance(r, 0.85);
	p->has_assignee = p->has_firm && random_chance(r, 0.9);
	p->hague = random_chance(r, 0.08);
	p->seat = places[random_below(r, COUNT(places))];
	snprintf(p->firm, sizeof p->firm, "%s%s", firms[random_below(r, COUNT(firms))],
		legal_forms[random_below(r, COUNT(legal_forms))]);
	p->inventors = random_in(r, 1, 4);
	for (int i = 0; i < p->inventors; i++) {
		p->last[i] = last_names[random_below(r, COUNT(last_names))];
		p->first[i] = first_names[random_below(r, COUNT(first_names))];
		p->homes[i] = random_chance(r, 0.7) ? p->seat : places[random_below(r, COUNT(places))];
	}
}

static void write_reference(
	struct writer *w, const struct grant *g, const struct parties *p, struct random *r)
{
	const int series = p->hague ? 35 : random_chance(r, 0.6) ? 29 : 30;

	open_element(w, "publication-reference");
	open_element(w, "document-id");
	element(w, "country", "US");
	line(w, "<doc-number>D%07d</doc-number>", g->number);
	element(w, "kind", "S1");
	number(w, "date", g->date);
	close_element(w, "document-id");
	close_element(w, "publication-reference");
	line(w, "<application-reference appl-type=\"design\">");
	w->depth++;
	open_element(w, "document-id");
	element(w, "country", "US");
	line(w, "<doc-number>%d%06d</doc-number>", series, random_below(r, 1000000));
	number(w, "date", g->filed);
	close_element(w, "document-id");
	close_element(w, "application-reference");
	number(w, "us-application-series-code", series);
}

static void write_priority(struct writer *w, const struct grant *g, const struct parties *p, struct random *r)
{
	if (!p->hague && (strcmp(p->seat.country, "US") == 0 || random_chance(r, 0.4)))
		return;
	open_element(w, "priority-claims");
	line(w, "<priority-claim sequence=\"01\" kind=\"national\">");
	w->depth++;
	element(w, "country", p->seat.country);
	line(w, "<doc-number>%d-%06d</doc-number>", g->filed / 10000, random_below(r, 1000000));
	number(w, "date", months_before(g->filed, random_in(r, 1, 5), r));
	close_element(w, "priority-claim");
	close_element(w, "priority-claims");
}

static void write_classes(struct writer *w, const struct grant *g, struct random *r)
{
	open_element(w, "us-term-of-grant");
	number(w, "length-of-grant", g->filed >= 20150513 ? 15 : 14);
	if (random_chance(r, 0.05)) {
		open_element(w, "disclaimer");
		element(w, "text", "This patent is subject to a terminal disclaimer.");
		close_element(w, "disclaimer");
	}
	close_element(w, "us-term-of-grant");
	open_element(w, "classification-locarno");
	number(w, "edition", 15);
	element(w, "main-classification", g->kind->locarno);
	close_element(w, "classification-locarno");
	open_element(w, "classification-national");
	element(w, "country", "US");
	element(w, "main-classification", g->kind->us_class);
	close_element(w, "classification-national");
	line(w, "<invention-title id=\"d2e%d\">%s</invention-title>", random_in(r, 43, 90), g->title);
}

static void write_citations(struct writer *w, const struct grant *g, struct random *r)
{
	const int count = random_in(r, 1, 12);

	open_element(w, "us-references-cited");
	for (int i = 1; i <= count; i++) {
		open_element(w, "us-citation");
		if (random_chance(r, 0.15)) {
			line(w, "<nplcit num=\"%05d\">", i);
			w->depth++;
			line(w,
				"<othercit>%s by %s, announced %d [online]. Available from internet, URL: "
				"&#x3c;https://www.example.com/%d&#x3e;.</othercit>",
				g->title, firms[random_below(r, COUNT(firms))],
				g->filed / 10000 - random_in(r, 1, 9), random_below(r, 100000));
			close_element(w, "nplcit");
		} else {
			line(w, "<patcit num=\"%05d\">", i);
			w->depth++;
			open_element(w, "document-id");
			element(w, "country", "US");
			line(w, "<doc-number>D%d</doc-number>", random_in(r, 300000, 990000));
			element(w, "kind", random_chance(r, 0.5) ? "S" : "S1");
			element(w, "name", last_names[random_below(r, COUNT(last_names))]);
			line(w, "<date>%d%02d00</date>", random_in(r, 1990, 2023), random_in(r, 1, 12));
			close_element(w, "document-id");
			close_element(w, "patcit");
		}
		element(w, "category", random_chance(r, 0.7) ? "cited by examiner" : "cited by applicant");
		close_element(w, "us-citation");
	}
	close_element(w, "us-references-cited");
}

static void write_search(struct writer *w, const struct grant *g)
{
	number(w, "number-of-claims", 1);
	number(w, "us-exemplary-claim", 1);
	open_element(w, "us-field-of-classification-search");
	open_element(w, "classification-national");
	element(w, "country", "US");
	element(w, "main-classification", g->kind->us_class);
	close_element(w, "classification-national");
	close_element(w, "us-field-of-classification-search");
	open_element(w, "figures");
	number(w, "number-of-drawing-sheets", g->sheet_count - 1);
	number(w, "number-of-figures", g->figure_count);
	close_element(w, "figures");
}

static void write_address(struct writer *w, struct place place)
{
	open_element(w, "address");
	element(w, "city", place.city);
	if (place.state)
		element(w, "state", place.state);
	element(w, "country", place.country);
	close_element(w, "address");
}

static void write_person(struct writer *w, const struct parties *p, int i)
{
	open_element(w, "addressbook");
	element(w, "last-name", p->last[i]);
	element(w, "first-name", p->first[i]);
	write_address(w, p->homes[i]);
	close_element(w, "addressbook");
}

static void write_parties(struct writer *w, const struct parties *p)
{
	const struct place seat = p->has_firm ? p->seat : p->homes[0];

	open_element(w, "us-parties");
	open_element(w, "us-applicants");
	line(w, "<us-applicant sequence=\"001\" app-type=\"applicant\" designation=\"us-only\"%s>",
		p->has_firm ? " applicant-authority-category=\"assignee\"" : "");
	w->depth++;
	if (p->has_firm) {
		open_element(w, "addressbook");
		element(w, "orgname", p->firm);
		write_address(w, seat);
		close_element(w, "addressbook");
	} else {
		write_person(w, p, 0);
	}
	open_element(w, "residence");
	element(w, "country", seat.country);
	close_element(w, "residence");
	close_element(w, "us-applicant");
	close_element(w, "us-applicants");
	open_element(w, "inventors");
	for (int i = 0; i < p->inventors; i++) {
		line(w, "<inventor sequence=\"%03d\" designation=\"us-only\">", i + 1);
		w->depth++;
		write_person(w, p, i);
		close_element(w, "inventor");
	}
	close_element(w, "inventors");
	close_element(w, "us-parties");
	if (!p->has_assignee)
		return;
	open_element(w, "assignees");
	open_element(w, "assignee");
	open_element(w, "addressbook");
	element(w, "orgname", p->firm);
	element(w, "role", strcmp(p->seat.country, "US") == 0 ? "02" : "03");
	write_address(w, p->seat);
	close_element(w, "addressbook");
	close_element(w, "assignee");
	close_element(w, "assignees");
}

static void write_examiner(struct writer *w, struct random *r)
{
	open_element(w, "examiners");
	open_element(w, "primary-examiner");
	element(w, "last-name", last_names[random_below(r, COUNT(last_names))]);
	element(w, "first-name", first_names[random_below(r, COUNT(first_names))]);
	number(w, "department", random_in(r, 2911, 2937));
	close_element(w, "primary-examiner");
	close_element(w, "examiners");
}

static void write_hague(struct writer *w, const struct grant *g, struct random *r)
{
	open_element(w, "hague-agreement-data");
	line(w, "<international-filing-date><date>%d</date></international-filing-date>", g->filed);
	line(w,
		"<international-registration-publication-date><date>%d</date></"
		"international-registration-publication-date>",
		months_before(g->date, 3, r));
	line(w, "<international-registration-number>DM/%d</international-registration-number>",
		random_in(r, 200000, 239999));
	line(w, "<international-registration-date><date>%d</date></international-registration-date>",
		g->filed);
	close_element(w, "hague-agreement-data");
}

static void write_drawings(struct writer *w, const struct grant *g)
{
	char name[GRANT_NAME];

	grant_name(g, name);
	line(w, "<drawings id=\"DRAWINGS\">");
	w->depth++;
	for (int i = 0; i < g->sheet_count; i++) {
		const struct page_facts *s = &g->sheets[i];

		line(w, "<figure id=\"Fig-EMI-D%05d\" num=\"%05d\">", i, i);
		w->depth++;
		line(w,
			"<img id=\"EMI-D%05d\" he=\"%.2fmm\" wi=\"%.2fmm\"%s file=\"%s-D%05d.TIF\" "
			"alt=\"embedded image\" "
			"img-content=\"drawing\" img-format=\"tif\"/>",
			i, s->height * 25.4 / 300, s->width * 25.4 / 300,
			s->landscape ? " orientation=\"landscape\"" : "", name, i);
		close_element(w, "figure");
	}
	close_element(w, "drawings");
}

/* The title as it stands in a sentence: with its article, in small letters. */
static void in_sentence(const char *title, char *to, size_t size)
{
	const bool plural = title[strlen(title) - 1] == 's', vowel = strchr("AEIOU", title[0]) != NULL;

	snprintf(to, size, "%s%s", plural ? "" : vowel ? "an " : "a ", title);
	to[strlen(to) - strlen(title)] = (char)tolower((unsigned char)title[0]);
}

static void write_description(struct writer *w, const struct grant *g)
{
	char thing[64];

	in_sentence(g->title, thing, sizeof thing);
	line(w, "<description id=\"description\">");
	w->depth++;
	line(w, "<?brief-description-of-drawings description=\"Brief Description of Drawings\" "
		"end=\"lead\"?>");
	open_element(w, "description-of-drawings");
	for (int i = 1; i <= g->figure_count; i++) {
		const char *name = g->figures[i - 1].name, *end = i == g->figure_count	     ? "."
								  : i + 1 == g->figure_count ? "; and,"
											     : ";";

		line(w,
			"<p id=\"p-%04d\" num=\"%04d\"><figref idref=\"DRAWINGS\">FIG. %d</figref> is a %s "
			"%s%s%s</p>",
			i, i, i, name, i == 1 ? "of " : "thereof", i == 1 ? thing : "",
			i == 1 ? ", showing my new design;" : end);
	}
	if (g->unclaimed)
		line(w,
			"<p id=\"p-%04d\" num=\"%04d\">The broken lines show portions of the %s that form no "
			"part of the claimed design.</p>",
			g->figure_count + 1, g->figure_count + 1,
			strchr(thing, ' ') && strncmp(thing, "a", 1) == 0 ? strchr(thing, ' ') + 1 : thing);
	close_element(w, "description-of-drawings");
	line(w, "<?brief-description-of-drawings description=\"Brief Description of Drawings\" "
		"end=\"tail\"?>");
	close_element(w, "description");
	element(w, "us-claim-statement", "CLAIM");
	line(w, "<claims id=\"claims\">");
	w->depth++;
	line(w, "<claim id=\"CLM-00001\" num=\"00001\">");
	w->depth++;
	line(w, "<claim-text>The ornamental design for %s, as shown and described.</claim-text>", thing);
	close_element(w, "claim");
	close_element(w, "claims");
}

void grant_write_xml(const struct grant *g, struct random *r, struct bytes *to)
{
	struct writer w = {to, 0};
	struct parties p;
	char name[GRANT_NAME];

	grant_name(g, name);
	choose_parties(&p, r);
	line(&w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
	line(&w, "<!DOCTYPE us-patent-grant SYSTEM \"us-patent-grant-v47-2022-02-17.dtd\" [ ]>");
	line(&w,
		"<us-patent-grant lang=\"EN\" dtd-version=\"v4.7 2022-02-17\" file=\"%s.XML\" "
		"status=\"PRODUCTION\" "
		"id=\"us-patent-grant\" country=\"US\" date-produced=\"%d\" date-publ=\"%d\">",
		name, months_before(g->date, 1, r), g->date);
	w.depth++;
	open_element(&w, "us-bibliographic-data-grant");
	write_reference(&w, g, &p, r);
	write_priority(&w, g, &p, r);
	write_classes(&w, g, r);
	write_citations(&w, g, r);
	write_search(&w, g);
	write_parties(&w, &p);
	write_examiner(&w, r);
	if (p.hague)
		write_hague(&w, g, r);
	close_element(&w, "us-bibliographic-data-grant");
	write_drawings(&w, g);
	write_description(&w, g);
	close_element(&w, "us-patent-grant");
}
