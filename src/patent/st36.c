/* SPDX-License-Identifier: ISC */
/*
 * WIPO ST.36 as the USPTO used it from 2005: us-patent-grant, v4.0 … v4.7. The versions differ in where the parties and the
 * citations stand, and in what they are called; all places are looked at, whatever the document says its version is.
 */
#include "patent/grant.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* An organisation, or a person, given name first. Most stand in an addressbook; some assignees do without. */
static const char *party_name(struct fields *f, const struct markup *party)
{
	static const char *const person[] = {"prefix", "first-name", "middle-name", "last-name", "suffix"};
	const struct markup *book = markup_child(party, "addressbook");
	const struct markup *at = book ? book : party;
	const char *name = field_text(f, markup_child(at, "orgname"));

	if (!name)
		name = field_joined(f, at, person, COUNT(person));
	return name ? name : field_text(f, markup_child(at, "name"));
}

/* The role is the element's for assignees; for applicants why they may apply, or else what they are. */
static void add_party(struct fields *f, struct record_party ***end, const struct markup *party)
{
	const struct markup *book = markup_child(party, "addressbook");
	const struct markup *at = book ? book : party, *address = markup_child(at, "address");
	const char *name = party_name(f, party);
	struct record_party *p = name ? field_add_party(f, end) : NULL;

	if (!p)
		return;
	p->name = name;
	p->country = field_country(f, markup_child(address, "country"));
	if (!p->country)
		p->country = field_country(f, markup_path(party, "residence/country"));
	p->state = field_text(f, markup_child(address, "state"));
	p->city = field_text(f, markup_child(address, "city"));
	p->role = field_text(f, markup_child(at, "role"));
	if (!p->role)
		p->role = field_copy(f, markup_attribute(party, "applicant-authority-category"));
	if (!p->role)
		p->role = field_copy(f, markup_attribute(party, "app-type"));
}

static void add_inventors(struct fields *f, struct record_text ***end, const struct markup *inventors)
{
	for (const struct markup *m = inventors ? inventors->first : NULL; m; m = m->next)
		if (m->name)
			field_add_text(f, end, party_name(f, m));
}

/* Without a list of inventors the applicants are the inventors, but for those who are said to be none. */
static void add_inventing_applicants(struct fields *f, struct record_text ***end, const struct markup *applicants)
{
	for (const struct markup *m = markup_child(applicants, "applicant"); m; m = markup_again(m)) {
		const char *type = markup_attribute(m, "app-type");
		if (!type || strcmp(type, "applicant-inventor") == 0)
			field_add_text(f, end, party_name(f, m));
	}
}

static void read_parties(struct grant *g, const struct markup *bibliographic)
{
	struct fields *f = &g->fields;
	struct record_party **applicant = &g->record.applicants, **assignee = &g->record.assignees;
	struct record_text **inventor = &g->record.inventor_names;
	const struct markup *parties = markup_child(bibliographic, "us-parties");

	if (!parties)
		parties = markup_child(bibliographic, "parties");
	for (const struct markup *m = markup_path(parties, "us-applicants/us-applicant"); m; m = markup_again(m))
		add_party(f, &applicant, m);
	for (const struct markup *m = markup_path(parties, "applicants/applicant"); m; m = markup_again(m))
		add_party(f, &applicant, m);
	add_inventors(f, &inventor, markup_child(parties, "inventors"));
	if (!g->record.inventor_names)
		add_inventing_applicants(f, &inventor, markup_child(parties, "applicants"));
	for (const struct markup *m = markup_path(bibliographic, "assignees/assignee"); m; m = markup_again(m))
		add_party(f, &assignee, m);
}

static void read_classes(struct grant *g, const struct markup *bibliographic)
{
	struct fields *f = &g->fields;
	struct record_text **end = &g->record.us_classes;
	const struct markup *locarno = markup_child(bibliographic, "classification-locarno");
	const struct markup *national = markup_child(bibliographic, "classification-national");

	g->record.loc_class = field_locarno(f, markup_child(locarno, "main-classification"));
	g->record.loc_edition = field_integer(f, markup_child(locarno, "edition"));
	field_add_text(f, &end, field_us_class(f, markup_child(national, "main-classification")));
	for (const struct markup *m = markup_child(national, "further-classification"); m; m = markup_again(m))
		field_add_text(f, &end, field_us_class(f, m));
}

static void add_citation(struct fields *f, struct record_reference ***end, const struct markup *citation)
{
	const struct markup *id = markup_path(citation, "patcit/document-id");
	struct record_reference *r = field_add_reference(f, end);

	if (!r)
		return;
	r->country = field_country(f, markup_child(id, "country"));
	r->number = field_cited_number(f, markup_child(id, "doc-number"), r->country);
	r->kind = field_text(f, markup_child(id, "kind"));
	r->date = field_date(f, markup_child(id, "date"));
	r->name = field_text(f, markup_child(id, "name"));
	r->class = field_us_class(f, markup_path(citation, "classification-national/main-classification"));
	r->category = field_text(f, markup_child(citation, "category"));
	r->text = field_text(f, markup_child(citation, "nplcit"));
}

static void read_citations(struct grant *g, const struct markup *bibliographic)
{
	struct record_reference **end = &g->record.citations;

	for (const struct markup *m = markup_path(bibliographic, "us-references-cited/us-citation"); m; m = markup_again(m))
		add_citation(&g->fields, &end, m);
	for (const struct markup *m = markup_path(bibliographic, "references-cited/citation"); m; m = markup_again(m))
		add_citation(&g->fields, &end, m);
}

static void read_priority(struct grant *g, const struct markup *bibliographic)
{
	struct fields *f = &g->fields;
	struct record_reference **end = &g->record.priority;

	for (const struct markup *m = markup_path(bibliographic, "priority-claims/priority-claim"); m; m = markup_again(m)) {
		struct record_reference *r = field_add_reference(f, &end);
		if (!r)
			return;
		r->number = field_text(f, markup_child(m, "doc-number"));
		r->country = field_country(f, markup_child(m, "country"));
		r->kind = field_copy(f, markup_attribute(m, "kind"));
		r->date = field_date(f, markup_child(m, "date"));
	}
}

static void read_hague(struct grant *g, const struct markup *data)
{
	struct fields *f = &g->fields;
	struct record_hague *h = data ? arena_take(&f->arena, sizeof *h) : NULL;

	f->failed = f->failed || (data && !h);
	if (!h)
		return;
	h->registration_number = field_text(f, markup_child(data, "international-registration-number"));
	h->registration_date = field_date(f, markup_child(data, "international-registration-date"));
	h->filing_date = field_date(f, markup_child(data, "international-filing-date"));
	h->publication_date = field_date(f, markup_child(data, "international-registration-publication-date"));
	g->record.hague = h;
}

static void read_drawings(struct grant *g, const struct markup *drawings)
{
	struct fields *f = &g->fields;
	struct record_text **image = &g->record.images, **landscape = &g->record.landscape;

	for (const struct markup *m = NULL; (m = markup_within(drawings, m, "img"));) {
		const char *file = field_copy(f, markup_attribute(m, "file"));
		const char *orientation = markup_attribute(m, "orientation");
		field_add_text(f, &image, file);
		if (orientation && strcmp(orientation, "landscape") == 0)
			field_add_text(f, &landscape, file);
	}
}

static void read_figures(struct grant *g, const struct markup *description)
{
	struct record_text **end = &g->record.figures;
	const struct markup *drawings = markup_child(description, "description-of-drawings");
	const struct markup *top = drawings ? drawings : description;

	for (const struct markup *m = NULL; (m = markup_within(top, m, "p"));)
		field_add_text(&g->fields, &end, field_text(&g->fields, m));
}

static bool is_design(const struct markup *application, const char *kind)
{
	const char *type = markup_attribute(application, "appl-type");

	return type ? strcmp(type, "design") == 0 : kind && kind[0] == 'S';
}

int grant_st36(struct grant *g, const struct markup *root)
{
	struct fields *f = &g->fields;
	struct record *r = &g->record;
	const struct markup *b = markup_child(root, "us-bibliographic-data-grant");
	const struct markup *publication = markup_path(b, "publication-reference/document-id");
	const struct markup *application = markup_child(b, "application-reference");

	r->kind = field_text(f, markup_child(publication, "kind"));
	if (!is_design(application, r->kind))
		return 0;
	r->patent_id = field_text(f, markup_child(publication, "doc-number"));
	r->pub_date = field_date(f, markup_child(publication, "date"));
	r->title = field_text(f, markup_child(b, "invention-title"));
	r->application_number = field_text(f, markup_path(application, "document-id/doc-number"));
	r->filing_date = field_date(f, markup_path(application, "document-id/date"));
	r->grant_term = field_integer(f, markup_path(b, "us-term-of-grant/length-of-grant"));
	r->term_disclaimer = markup_path(b, "us-term-of-grant/disclaimer") != NULL;
	read_classes(g, b);
	read_parties(g, b);
	read_citations(g, b);
	read_priority(g, b);
	read_hague(g, markup_child(b, "hague-agreement-data"));
	read_drawings(g, markup_child(root, "drawings"));
	read_figures(g, markup_child(root, "description"));
	r->claim_text = field_text(f, markup_child(root, "claims"));
	return 1;
}
