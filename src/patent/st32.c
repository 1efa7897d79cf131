/* SPDX-License-Identifier: ISC */
/*
 * WIPO ST.32 as the USPTO used it from 2001 to 2004: PATDOC, v2.4 and v2.5. SDOBI is the front page, by INID codes; SDODE the
 * description, SDOCL the claim, SDODR the drawings. What is American has no country.
 */
#include "patent/grant.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* An organisation (ONM), or a person, given name first. */
static const char *party_name(struct fields *f, const struct markup *party)
{
	static const char *const person[] = {"TTL", "FNM", "MNM", "SNM", "SFX"};
	const struct markup *name = markup_child(party, "NAM");
	const char *organisation = field_text(f, markup_child(name, "ONM"));

	return organisation ? organisation : field_joined(f, name, person, COUNT(person));
}

static void add_party(struct fields *f, struct record_party ***end, const struct markup *party, const char *role)
{
	const struct markup *address = markup_child(party, "ADR");
	const char *name = party_name(f, party);
	struct record_party *p = name ? field_add_party(f, end) : NULL;

	if (!p)
		return;
	p->name = name;
	p->state = field_text(f, markup_child(address, "STATE"));
	p->city = field_text(f, markup_child(address, "CITY"));
	p->country = field_country(f, markup_child(address, "CTRY"));
	if (!p->country && p->state)
		p->country = "US";
	p->role = role;
}

/* The inventors (B721) are the applicants; where there are also others, or legal representatives, those are B711. */
static void read_parties(struct grant *g, const struct markup *b700)
{
	struct fields *f = &g->fields;
	struct record_party **applicant = &g->record.applicants, **assignee = &g->record.assignees;
	struct record_text **inventor = &g->record.inventor_names;

	for (const struct markup *m = markup_path(b700, "B710/B711"); m; m = markup_again(m))
		add_party(f, &applicant, markup_child(m, "PARTY-US"), "applicant");
	for (const struct markup *m = markup_path(b700, "B720/B721"); m; m = markup_again(m)) {
		const struct markup *party = markup_child(m, "PARTY-US");
		add_party(f, &applicant, party, "applicant-inventor");
		field_add_text(f, &inventor, party_name(f, party));
	}
	for (const struct markup *m = markup_child(b700, "B730"); m; m = markup_again(m))
		add_party(f, &assignee, markup_path(m, "B731/PARTY-US"), field_text(f, markup_child(m, "B732US")));
}

static void read_classes(struct grant *g, const struct markup *b500)
{
	struct fields *f = &g->fields;
	struct record_text **end = &g->record.us_classes;
	const struct markup *b510 = markup_child(b500, "B510"), *b520 = markup_child(b500, "B520");

	g->record.loc_class = field_locarno(f, markup_child(b510, "B511"));
	g->record.loc_edition = field_integer(f, markup_child(b510, "B516"));
	field_add_text(f, &end, field_us_class(f, markup_child(b520, "B521")));
	for (const struct markup *m = markup_child(b520, "B522"); m; m = markup_again(m))
		field_add_text(f, &end, field_us_class(f, m));
}

static const char *cited_by(const struct markup *citation)
{
	if (markup_child(citation, "CITED-BY-EXAMINER"))
		return "cited by examiner";
	return markup_child(citation, "CITED-BY-OTHER") ? "cited by other" : NULL;
}

static void add_citation(struct fields *f, struct record_reference ***end, const struct markup *citation)
{
	const struct markup *patent = markup_child(citation, "PCIT"), *document = markup_child(patent, "DOC");
	struct record_reference *r = field_add_reference(f, end);

	if (!r)
		return;
	r->country = field_country(f, markup_child(document, "CTRY"));
	if (!r->country && patent)
		r->country = "US";
	r->number = field_cited_number(f, markup_child(document, "DNUM"), r->country);
	r->kind = field_text(f, markup_child(document, "KIND"));
	r->date = field_date(f, markup_child(document, "DATE"));
	r->name = field_text(f, markup_path(patent, "PARTY-US/NAM"));
	r->class = field_us_class(f, markup_child(patent, "PNC"));
	r->category = cited_by(citation);
	r->text = field_text(f, markup_child(citation, "NCIT"));
}

/* Patents (B561), then other literature (B562). */
static void read_citations(struct grant *g, const struct markup *b560)
{
	struct record_reference **end = &g->record.citations;

	for (const struct markup *m = markup_child(b560, "B561"); m; m = markup_again(m))
		add_citation(&g->fields, &end, m);
	for (const struct markup *m = markup_child(b560, "B562"); m; m = markup_again(m))
		add_citation(&g->fields, &end, m);
}

/* Each number (B310) is followed by its date (B320) and country (B330). */
static void read_priority(struct grant *g, const struct markup *b300)
{
	struct fields *f = &g->fields;
	struct record_reference **end = &g->record.priority, *r = NULL;

	for (const struct markup *m = b300 ? b300->first : NULL; m; m = m->next) {
		if (!m->name)
			continue;
		if (strcmp(m->name, "B310") == 0 && (r = field_add_reference(f, &end)))
			r->number = field_text(f, m);
		else if (r && strcmp(m->name, "B320") == 0)
			r->date = field_date(f, m);
		else if (r && strcmp(m->name, "B330") == 0)
			r->country = field_country(f, m);
	}
}

/* The drawings are the EMI elements; a document without them still declares their files as NDATA entities. */
static void read_drawings(struct grant *g, const struct markup_document *document)
{
	struct record_text **end = &g->record.images;
	const struct markup *drawings = markup_child(document->root, "SDODR");

	for (const struct markup *m = NULL; (m = markup_within(drawings, m, "EMI"));)
		field_add_text(&g->fields, &end, field_copy(&g->fields, markup_attribute(m, "FILE")));
	if (g->record.images)
		return;
	for (const struct markup_attribute *e = document->unparsed; e; e = e->next)
		field_add_text(&g->fields, &end, field_copy(&g->fields, e->value));
}

static void read_figures(struct grant *g, const struct markup *description)
{
	struct record_text **end = &g->record.figures;
	const struct markup *drawings = markup_child(description, "DRWDESC");
	const struct markup *top = drawings ? drawings : description;

	for (const struct markup *m = NULL; (m = markup_within(top, m, "PARA"));)
		field_add_text(&g->fields, &end, field_text(&g->fields, m));
}

int grant_st32(struct grant *g, const struct markup_document *document)
{
	struct fields *f = &g->fields;
	struct record *r = &g->record;
	const struct markup *b = markup_child(document->root, "SDOBI"), *b100 = markup_child(b, "B100");
	const struct markup *b200 = markup_child(b, "B200"), *b500 = markup_child(b, "B500");
	const struct markup *term = markup_path(b, "B400/B472");

	r->kind = field_text(f, markup_child(b100, "B130"));
	if (!r->kind || r->kind[0] != 'S')
		return 0;
	r->patent_id = field_text(f, markup_child(b100, "B110"));
	r->pub_date = field_date(f, markup_child(b100, "B140"));
	r->title = field_text(f, markup_child(b500, "B540"));
	r->application_number = field_text(f, markup_child(b200, "B210"));
	r->filing_date = field_date(f, markup_child(b200, "B220"));
	r->grant_term = field_integer(f, markup_child(term, "B474"));
	r->term_disclaimer = markup_child(term, "B473US") != NULL;
	read_classes(g, b500);
	read_parties(g, markup_child(b, "B700"));
	read_citations(g, markup_child(b500, "B560"));
	read_priority(g, markup_child(b, "B300"));
	read_drawings(g, document);
	read_figures(g, markup_child(document->root, "SDODE"));
	r->claim_text = field_text(f, markup_child(document->root, "SDOCL"));
	return 1;
}
