/* SPDX-License-Identifier: ISC */
/*
 * record - what is known about a design patent: one JSON object, the same in the stream, in the index and in answers
 *
 * Text of one line, UTF-8, no white space between its parts, every key below once and in this order. A scalar that the
 * source does not have is null, a list that it does not have is []. Dates are integers YYYYMMDD; those of citations often
 * know only the month and then end in 00 (YYYYMM00).
 *
 *     patent_id           text     D0910058
 *     kind                text     S1; S in v2.4
 *     title               text
 *     loc_class           text     02-04 (Locarno)
 *     loc_edition         integer  of the Locarno classification
 *     us_class            text     D2/728: the main one
 *     us_classes          texts    the main one, then the further ones
 *     pub_date            date     of the grant
 *     filing_date         date
 *     application_number  text     29116510: series and number, as in the source
 *     grant_term          integer  years, as printed
 *     expires             date     the first day out of force by law, at the latest (see patent/term.h)
 *     term_disclaimer     bool     a terminal disclaimer ends it earlier
 *     applicant_name      text     of the first applicant; before September 2012 the applicants are the inventors
 *     applicant_country   text     of the first applicant, two letters
 *     applicants          objects  name, country, state, city, role
 *     inventor_names      texts    given name first
 *     assignee_name       text     of the first assignee
 *     assignees           objects  name, country, state, city, role
 *     claim_text          text     whole
 *     figures             texts    the paragraphs of the description of the drawings
 *     image_count         integer  length of images
 *     images              texts    file names of the sheets, the front-page figure first
 *     landscape           texts    those of them that lie sideways
 *     citations           objects  number, country, kind, date, name, class, category, text
 *     priority            objects  number, country, kind, date: claims to foreign priority
 *     hague               object   registration_number, registration_date, filing_date, publication_date; or null
 *
 * Each of these objects has all its keys, null where nothing is known. role of an applicant: applicant, applicant-inventor,
 * assignee, obligated-assignee …; of an assignee the code of the source (02 US company, 03 foreign company, 04 US
 * individual, 05 foreign individual, 06 US government, 07 foreign government). A citation is of a patent (its number; that
 * of a US design is in its canonical spelling) or of other literature (its text); category says by whom: cited by examiner,
 * cited by applicant, cited by other.
 */
#ifndef PATENT_RECORD_H
#define PATENT_RECORD_H

#include "base/arena.h"
#include "base/json.h"

enum record_type {
	RECORD_TEXT,
	RECORD_INTEGER,
	RECORD_DATE,
	RECORD_BOOL,
	RECORD_TEXTS,
	RECORD_OBJECTS,
	RECORD_OBJECT
};

/* The keys in their order; the last has a NULL name. */
struct record_key {
	const char *name;
	enum record_type type;
};
extern const struct record_key record_keys[];

/* The key of this name, or NULL. */
const struct record_key *record_key(const char *name);

/*
 * Whether the patent of this record is in force on a day (YYYYMMDD): granted, and not yet expired. False when its dates
 * are not known.
 */
bool record_active(const struct json *record, int today);

/* A date of a record, or 0. */
int record_date(const struct json *record, const char *key);

/*
 * The same in memory, to be filled and written. All of it lives in the arena; NULL and 0 are what is not known. Lists are
 * chains in their order.
 */
struct record_text {
	const char *text;
	struct record_text *next;
};

struct record_party {
	const char *name, *country, *state, *city, *role;
	struct record_party *next;
};

struct record_reference {
	const char *number, *country, *kind, *name, *class, *category, *text;
	int date;
	struct record_reference *next;
};

struct record_hague {
	const char *registration_number;
	int registration_date, filing_date, publication_date;
};

struct record {
	const char *patent_id, *kind, *title, *loc_class, *application_number, *claim_text;
	int loc_edition, pub_date, filing_date, grant_term;
	bool term_disclaimer;
	struct record_text *us_classes, *inventor_names, *figures, *images, *landscape;
	struct record_party *applicants, *assignees;
	struct record_reference *citations, *priority;
	struct record_hague *hague;
};

/* Appends the object; 0/-1 (memory). What follows from other fields (expires, image_count, …) follows here. */
int record_write(const struct record *r, struct bytes *to);

#endif
