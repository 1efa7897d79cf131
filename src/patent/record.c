/* SPDX-License-Identifier: ISC */
#include "patent/record.h"

#include "patent/term.h"

#include <string.h>

const struct record_key record_keys[] = {
        {"patent_id", RECORD_TEXT},
        {"kind", RECORD_TEXT},
        {"title", RECORD_TEXT},
        {"loc_class", RECORD_TEXT},
        {"loc_edition", RECORD_INTEGER},
        {"us_class", RECORD_TEXT},
        {"us_classes", RECORD_TEXTS},
        {"pub_date", RECORD_DATE},
        {"filing_date", RECORD_DATE},
        {"application_number", RECORD_TEXT},
        {"grant_term", RECORD_INTEGER},
        {"expires", RECORD_DATE},
        {"term_disclaimer", RECORD_BOOL},
        {"applicant_name", RECORD_TEXT},
        {"applicant_country", RECORD_TEXT},
        {"applicants", RECORD_OBJECTS},
        {"inventor_names", RECORD_TEXTS},
        {"assignee_name", RECORD_TEXT},
        {"assignees", RECORD_OBJECTS},
        {"claim_text", RECORD_TEXT},
        {"figures", RECORD_TEXTS},
        {"image_count", RECORD_INTEGER},
        {"images", RECORD_TEXTS},
        {"landscape", RECORD_TEXTS},
        {"citations", RECORD_OBJECTS},
        {"priority", RECORD_OBJECTS},
        {"hague", RECORD_OBJECT},
        {NULL, RECORD_TEXT},
};

const struct record_key *record_key(const char *name)
{
	for (const struct record_key *k = record_keys; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

int record_date(const struct json *record, const char *key)
{
	int64_t value;

	if (!json_as_integer(json_member(record, key), &value) || value < 0 || value > 99991231)
		return 0;
	return (int)value;
}

bool record_active(const struct json *record, int today)
{
	const int granted = record_date(record, "pub_date"), expires = record_date(record, "expires");

	return granted && granted <= today && today < expires;
}

static void pair_integer(struct json_writer *w, const char *key, int value)
{
	json_key(w, key);
	if (value)
		json_put_integer(w, value);
	else
		json_put_null(w);
}

static void pair_texts(struct json_writer *w, const char *key, const struct record_text *t)
{
	json_key(w, key);
	json_open_array(w);
	for (; t; t = t->next)
		json_put_string(w, t->text);
	json_close_array(w);
}

static void pair_parties(struct json_writer *w, const char *key, const struct record_party *p)
{
	json_key(w, key);
	json_open_array(w);
	for (; p; p = p->next) {
		json_open_object(w);
		json_pair_string(w, "name", p->name);
		json_pair_string(w, "country", p->country);
		json_pair_string(w, "state", p->state);
		json_pair_string(w, "city", p->city);
		json_pair_string(w, "role", p->role);
		json_close_object(w);
	}
	json_close_array(w);
}

/* Citations, or, without the keys that only they have, claims of priority. */
static void pair_references(struct json_writer *w, const char *key, const struct record_reference *r, bool cited)
{
	json_key(w, key);
	json_open_array(w);
	for (; r; r = r->next) {
		json_open_object(w);
		json_pair_string(w, "number", r->number);
		json_pair_string(w, "country", r->country);
		json_pair_string(w, "kind", r->kind);
		pair_integer(w, "date", r->date);
		if (cited) {
			json_pair_string(w, "name", r->name);
			json_pair_string(w, "class", r->class);
			json_pair_string(w, "category", r->category);
			json_pair_string(w, "text", r->text);
		}
		json_close_object(w);
	}
	json_close_array(w);
}

static void pair_hague(struct json_writer *w, const char *key, const struct record_hague *h)
{
	json_key(w, key);
	if (!h) {
		json_put_null(w);
		return;
	}
	json_open_object(w);
	json_pair_string(w, "registration_number", h->registration_number);
	pair_integer(w, "registration_date", h->registration_date);
	pair_integer(w, "filing_date", h->filing_date);
	pair_integer(w, "publication_date", h->publication_date);
	json_close_object(w);
}

static int64_t count(const struct record_text *t)
{
	int64_t n = 0;

	for (; t; t = t->next)
		n++;
	return n;
}

int record_write(const struct record *r, struct bytes *to)
{
	struct json_writer w = {.to = to};

	json_open_object(&w);
	json_pair_string(&w, "patent_id", r->patent_id);
	json_pair_string(&w, "kind", r->kind);
	json_pair_string(&w, "title", r->title);
	json_pair_string(&w, "loc_class", r->loc_class);
	pair_integer(&w, "loc_edition", r->loc_edition);
	json_pair_string(&w, "us_class", r->us_classes ? r->us_classes->text : NULL);
	pair_texts(&w, "us_classes", r->us_classes);
	pair_integer(&w, "pub_date", r->pub_date);
	pair_integer(&w, "filing_date", r->filing_date);
	json_pair_string(&w, "application_number", r->application_number);
	pair_integer(&w, "grant_term", r->grant_term);
	pair_integer(&w, "expires", term_expires(r->pub_date, r->filing_date));
	json_pair_bool(&w, "term_disclaimer", r->term_disclaimer);
	json_pair_string(&w, "applicant_name", r->applicants ? r->applicants->name : NULL);
	json_pair_string(&w, "applicant_country", r->applicants ? r->applicants->country : NULL);
	pair_parties(&w, "applicants", r->applicants);
	pair_texts(&w, "inventor_names", r->inventor_names);
	json_pair_string(&w, "assignee_name", r->assignees ? r->assignees->name : NULL);
	pair_parties(&w, "assignees", r->assignees);
	json_pair_string(&w, "claim_text", r->claim_text);
	pair_texts(&w, "figures", r->figures);
	json_pair_integer(&w, "image_count", count(r->images));
	pair_texts(&w, "images", r->images);
	pair_texts(&w, "landscape", r->landscape);
	pair_references(&w, "citations", r->citations, true);
	pair_references(&w, "priority", r->priority, false);
	pair_hague(&w, "hague", r->hague);
	json_close_object(&w);
	return w.failed ? -1 : 0;
}
