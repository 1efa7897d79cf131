/* SPDX-License-Identifier: ISC */
#include "stream/external.h"

#include "base/json.h"
#include "base/line.h"
#include "patent/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

int external_begin(struct external *in, FILE *table, const char *table_name, FILE *records,
	const char *records_name, const char *space, struct error *err)
{
	in->table_name = table_name;
	in->records_name = records_name;
	in->records = records;
	in->space = space;
	if (npy_begin(&in->table, table, err) < 0)
		return error_within(err, "'%s'", table_name);
	in->values = malloc(in->table.dimension * sizeof *in->values);
	return in->values ? 0 : error_set(err, "out of memory");
}

static int put_member(void *context, const char *key, const struct json *value)
{
	struct json_writer *w = context;

	if (strcmp(key, "key") == 0 || strcmp(key, "patent_id") == 0)
		return 0;
	json_key(w, key);
	json_put_value(w, value);
	return w->failed ? -1 : 0;
}

/* The record without the key, its patent_id in front. */
static int make_record(struct external *in, const struct json *object)
{
	struct json_writer w = {.to = &in->record};

	in->record.size = 0;
	json_open_object(&w);
	json_pair_string(&w, "patent_id", in->identity.document);
	if (json_each(object, put_member, &w) != 0)
		return -1;
	json_close_object(&w);
	return w.failed ? -1 : 0;
}

/* A patent number in any spelling, or an identity as stream-show writes it. */
static int read_key(struct identity *id, const char *text)
{
	char number[PATENT_NUMBER_SIZE];
	int sheet;

	if (!patent_number_read(text, number, &sheet))
		return identity_parse(id, text);
	identity_set(id, number);
	id->sheet = sheet;
	return 0;
}

/* From the line to identity and record; -1 with what is wrong with it. */
static int take_object(struct external *in, const struct json *object, struct error *err)
{
	const char *key = json_text(json_member(object, "key"));
	const struct json *patent = json_member(object, "patent_id");
	struct identity named;

	if (json_kind(object) != KIND_OBJECT)
		return error_set(err, "is no JSON object");
	if (!key)
		return error_set(err, "has no key");
	if (read_key(&in->identity, key) < 0)
		return error_set(err, "its key '%.200s' names nothing", key);
	if (patent && (!json_text(patent) || read_key(&named, json_text(patent)) < 0 ||
			      strcmp(named.document, in->identity.document) != 0))
		return error_set(err, "its patent_id is not that of its key '%.200s'", key);
	for (uint32_t i = 0; i < in->table.dimension; i++)
		if (!isfinite(in->values[i]))
			return error_set(err, "its vector is not finite");
	if (strcmp(in->identity.document, in->last.document) != 0)
		in->record_sent = false;
	in->last = in->identity;
	in->record.size = 0;
	if (in->record_sent || json_count(object) < 2)
		return 0;
	in->record_sent = true;
	return make_record(in, object) < 0 ? error_set(err, "out of memory") : 0;
}

/* What is wrong with a line goes under the name of the file and its number until the key is known. */
static int take_line(struct external *in, struct error *err)
{
	char place[LIMIT_DOCUMENT + 1];

	snprintf(place, sizeof place, "%.4000s:%" PRIu64, in->records_name, in->line_number);
	identity_set(&in->identity, place);
	struct json *object = json_parse(in->line.data, in->line.size, err);
	const int status = object ? take_object(in, object, err) : -1;

	json_release(object);
	return status;
}

static int put_vector(struct external *in, struct item *it, struct error *err)
{
	struct vector *v = item_add_vector(it, in->space, in->table.dimension);

	in->vector_waits = false;
	if (!v)
		return error_set(err, "out of memory");
	memcpy(v->values, in->values, in->table.dimension * sizeof *v->values);
	return 1;
}

static int put_record(struct external *in, struct item *it, struct error *err)
{
	struct identity document;

	if (bytes_set(&it->record, in->record.data, in->record.size) < 0)
		return error_set(err, "out of memory");
	in->record.size = 0;
	identity_set(&document, in->identity.document);
	if (identity_compare(&document, &in->identity) == 0)
		return put_vector(in, it, err);
	it->identity = document;
	in->vector_waits = true;
	return 1;
}

/* Takes a row and its line: 1, 0 when both are at their end, -1. */
static int take_pair(struct external *in, struct error *err)
{
	const int row = npy_read(&in->table, in->values, err);
	if (row < 0)
		return error_within(err, "'%s'", in->table_name);
	const int line = line_read(in->records, &in->line, LIMIT_RECORD, err);
	if (line < 0)
		return error_within(err, "'%s'", in->records_name);
	in->line_number += (uint64_t)line;
	if (row != line)
		return error_set(err, "'%s' has %s objects than '%s' has vectors (%" PRIu64 ")",
			in->records_name, row ? "fewer" : "more", in->table_name, in->table.rows);
	return row;
}

int external_read(struct external *in, struct item *it, struct error *err)
{
	struct error why;

	item_reset(it, "");
	if (!in->vector_waits) {
		const int got = take_pair(in, err);
		if (got <= 0)
			return got;
		if (take_line(in, &why) < 0) {
			it->identity = in->identity;
			item_set_fault(it, "stream-show", "line %" PRIu64 " of '%.400s': %s", in->line_number,
				in->records_name, why.text);
			return 1;
		}
	}
	it->identity = in->identity;
	return in->record.size ? put_record(in, it, err) : put_vector(in, it, err);
}

void external_release(struct external *in)
{
	npy_release(&in->table);
	bytes_release(&in->line);
	bytes_release(&in->record);
	free(in->values);
	*in = (struct external){0};
}
