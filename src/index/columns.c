/* SPDX-License-Identifier: ISC */
#include "index/columns.h"

#include "index/codes.h"
#include "index/layout.h"
#include "patent/record.h"
#include "stream/item.h"

#include <stdlib.h>

struct columns {
	bool changed[COLUMN_PATENTS];
	struct column_values *fresh; /* of each field: what the patents that have changed have now */
	struct column_values merged; /* of one field: what all have */
	struct bytes numbers;        /* of a column, decoded */
	struct bytes value;          /* of a column, encoded */
};

/* --- keys --- */

const char *column_name(unsigned field)
{
	return field < filter_field_count ? filter_fields[field].name : COLUMN_LISTS;
}

int column_key_get(struct store_value key, unsigned *field, uint32_t *run)
{
	for (unsigned i = 0; i < COLUMN_COUNT; i++) {
		const size_t size = strlen(column_name(i)) + 1;
		if (key.size != size + 4 || memcmp(key.data, column_name(i), size) != 0)
			continue;
		*field = i;
		*run = key_get(key.data + size);
		return 0;
	}
	return -1;
}

size_t column_field_numbers(unsigned field)
{
	if (field == FILTER_ACTIVE)
		return 2;
	if (field >= filter_field_count)
		return 1;
	switch (filter_fields[field].type) {
	case FILTER_TEXT:
	case FILTER_PATENT:
	case FILTER_LOCARNO:
		return 0;
	case FILTER_COLOUR:
		return 3;
	case FILTER_NUMBER:
	case FILTER_DATE:
	case FILTER_TRUTH:
		break;
	}
	return 1;
}

int columns_get(struct store *st, unsigned field, uint32_t run, struct column *c, struct error *err)
{
	uint8_t key[COLUMN_KEY];
	struct store_value value;
	const size_t size = column_key_put(key, column_name(field), run);
	const int got = store_get(st, STORE_COLUMNS, key, size, &value, err);

	return got <= 0 ? got : column_decode(c, column_field_numbers(field), value, err) < 0 ? -1 : 1;
}

struct columns *columns_open(struct error *err)
{
	struct columns *c = calloc(1, sizeof *c);

	if (c && (c->fresh = calloc(COLUMN_COUNT, sizeof *c->fresh)))
		return c;
	free(c);
	error_set(err, "out of memory");
	return NULL;
}

void columns_close(struct columns *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		column_release(&c->fresh[i]);
	free(c->fresh);
	column_release(&c->merged);
	bytes_release(&c->value);
	bytes_release(&c->numbers);
	free(c);
}

/* --- what a patent has --- */

/* A value of the record's or a picture's, when it is of the field's type. 0/-1 (memory). */
static int add_value(struct column_values *to, unsigned field, uint8_t owner, const struct json *value)
{
	const struct json *lab;
	double numbers[3];

	switch (filter_fields[field].type) {
	case FILTER_TEXT:
	case FILTER_PATENT:
	case FILTER_LOCARNO:
		return json_text(value) ? column_add_text(to, owner, json_text(value)) : 0;
	case FILTER_NUMBER:
	case FILTER_DATE:
		return json_as_number(value, numbers) ? column_add_numbers(to, owner, numbers, 1) : 0;
	case FILTER_TRUTH:
		numbers[0] = json_as_bool(value);
		return json_kind(value) == KIND_BOOL ? column_add_numbers(to, owner, numbers, 1) : 0;
	case FILTER_COLOUR:
		lab = json_member(value, "lab");
		for (size_t i = 0; i < 3; i++)
			if (!json_as_number(json_at(lab, i), &numbers[i]))
				return 0;
		return column_add_numbers(to, owner, numbers, 3);
	}
	return 0;
}

/* All values under the dotted path; an array stands for each of its elements, wherever it is met. */
static int add_path(struct column_values *to, unsigned field, uint8_t owner, const struct json *value, const char *path)
{
	char key[COLUMN_KEY];

	if (json_kind(value) == KIND_ARRAY) {
		for (size_t i = 0; i < json_count(value); i++)
			if (add_path(to, field, owner, json_at(value, i), path) < 0)
				return -1;
		return 0;
	}
	if (!*path)
		return add_value(to, field, owner, value);
	const size_t length = strcspn(path, ".");
	memcpy(key, path, length);
	key[length] = '\0';
	return add_path(to, field, owner, json_member(value, key), path + length + (path[length] == '.'));
}

static bool is_of_pictures(unsigned field)
{
	return field >= FILTER_COLOR && field <= FILTER_PAPER;
}

static int add_record(struct columns *c, uint8_t owner, const struct json *record)
{
	const double days[2] = {record_date(record, "pub_date"), record_date(record, "expires")};

	if ((days[0] > 0 || days[1] > 0) && column_add_numbers(&c->fresh[FILTER_ACTIVE], owner, days, 2) < 0)
		return -1;
	for (unsigned i = 0; i < filter_field_count; i++)
		if (i != FILTER_ACTIVE && i != FILTER_PATENT_ID && !is_of_pictures(i) &&
		        add_path(&c->fresh[i], i, owner, record, filter_fields[i].name) < 0)
			return -1;
	return 0;
}

static int add_colours(struct columns *c, uint8_t owner, const struct json *colours)
{
	for (unsigned i = FILTER_COLOR; i <= FILTER_PAPER; i++)
		if (add_path(&c->fresh[i], i, owner, colours, i == FILTER_COLOR ? "colours" : filter_fields[i].name) < 0)
			return -1;
	return 0;
}

/* The record of a patent, parsed, or NULL where it has none. 0/-1. */
static int read_record(struct store *st, uint32_t patent, struct json **record, struct error *err)
{
	struct store_value value, fields, json;
	uint8_t key[4];

	*record = NULL;
	key_put(key, patent);
	const int got = store_get(st, STORE_RECORDS, key, sizeof key, &value, err);
	if (got <= 0)
		return got;
	if (record_decode(value, &fields, &json, err) < 0)
		return -1;
	*record = json_parse(json.data, json.size, err);
	return *record ? 0 : -1;
}

/* What colorize found in a picture, parsed, or NULL where it has seen none. 0/-1. */
static int read_colours(struct store *st, uint32_t picture, struct json **colours, struct error *err)
{
	struct store_value value;
	uint8_t key[4];

	*colours = NULL;
	key_put(key, picture);
	const int got = store_get(st, STORE_PICTURES, key, sizeof key, &value, err);
	if (got <= 0)
		return got;
	struct cursor in = cursor_on(value.data, value.size);
	cursor_bytes(&in, LAYOUT_PICTURE_HEAD);
	while (cursor_left(&in)) {
		const uint16_t kind = cursor_u16(&in);
		cursor_u16(&in);
		const uint32_t size = cursor_u32(&in);
		const uint8_t *contents = cursor_bytes(&in, size);
		if (kind != FIELD_COLOURS || !contents)
			continue;
		*colours = json_parse(contents, size, err);
		return *colours ? 0 : -1;
	}
	return in.failed ? error_set(err, "the row of a picture is malformed") : 0;
}

static int gather_record(struct columns *c, struct store *st, uint32_t patent, struct error *err)
{
	struct json *record;

	if (read_record(st, patent, &record, err) < 0)
		return -1;
	const int status = add_record(c, (uint8_t)(patent % COLUMN_PATENTS), record);
	json_release(record);
	return status < 0 ? error_set(err, "out of memory") : 0;
}

/* The list that a picture is in, if it is in one. */
static int gather_list(struct columns *c, struct store *st, uint32_t patent, uint32_t picture, struct error *err)
{
	struct store_value value;
	uint32_t list, block;
	uint8_t key[4];

	key_put(key, picture);
	const int got = store_get(st, STORE_PLACES, key, sizeof key, &value, err);
	if (got <= 0)
		return got;
	if (place_decode(value, &list, &block, err) < 0)
		return -1;
	if (list && column_add_numbers(&c->fresh[filter_field_count], (uint8_t)(patent % COLUMN_PATENTS), &(double){list}, 1) < 0)
		return error_set(err, "out of memory");
	return 0;
}

static int gather_picture(struct columns *c, struct store *st, uint32_t patent, uint32_t picture, struct error *err)
{
	struct json *colours;

	if (read_colours(st, picture, &colours, err) < 0)
		return -1;
	const int status = colours ? add_colours(c, (uint8_t)(patent % COLUMN_PATENTS), colours) : 0;
	json_release(colours);
	return status < 0 ? error_set(err, "out of memory") : gather_list(c, st, patent, picture, err);
}

/* Adds what a patent has to the fresh values; one that is not there has nothing. */
static int gather_patent(struct columns *c, struct store *st, uint32_t patent, struct error *err)
{
	struct store_value row;
	struct index_patent p;
	uint8_t key[4];

	key_put(key, patent);
	const int got = store_get(st, STORE_PATENTS, key, sizeof key, &row, err);
	if (got <= 0)
		return got;
	if (patent_decode(&p, row, err) < 0)
		return -1;
	if (column_add_text(&c->fresh[FILTER_PATENT_ID], (uint8_t)(patent % COLUMN_PATENTS), p.document) < 0)
		return error_set(err, "out of memory");
	int status = gather_record(c, st, patent, err);
	for (uint32_t i = 0; status == 0 && i < p.picture_count; i++)
		status = gather_picture(c, st, patent, index_patent_picture(&p, i), err);
	return status < 0 ? error_within(err, "'%.200s'", p.document) : 0;
}

/* --- runs --- */

static void begin_run(struct columns *c)
{
	memset(c->changed, 0, sizeof c->changed);
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		column_clear(&c->fresh[i]);
}

/* The values of one column, or of the fresh values, one after the other. */
struct reader {
	const struct column *column; /* NULL: fresh */
	const struct column_values *fresh;
	const double *numbers;
	const char *text; /* the next fresh one */
	size_t count, width, at;
};

static size_t owner_of(const struct reader *r)
{
	return r->at == r->count ? COLUMN_PATENTS : r->column ? column_owner(r->column, r->at) : r->fresh->owners.data[r->at];
}

/* Adds the reader's value, or leaves it out, and goes on. 0/-1 (memory). */
static int take_value(struct reader *r, bool keep, struct column_values *to)
{
	const uint8_t owner = (uint8_t)owner_of(r);
	const size_t at = r->at++;

	if (r->width)
		return keep ? column_add_numbers(to, owner, r->numbers + at * r->width, r->width) : 0;
	const char *text = r->text;
	if (r->column)
		text = column_text(r->column, r->column->which ? r->column->which[at] : at);
	else
		r->text += strlen(text) + 1;
	return keep ? column_add_text(to, owner, text) : 0;
}

/* The column of a field as it is on disk, with the fresh values in the place of those of the patents that have changed. */
static int merge(struct columns *c, unsigned field, const struct column *old, const double *old_numbers, struct error *err)
{
	const struct column_values *fresh = &c->fresh[field];
	struct reader before = {.column = old, .numbers = old_numbers, .count = old->count, .width = column_field_numbers(field)};
	struct reader now = {.fresh = fresh, .numbers = (const void *)fresh->numbers.data, .text = (const char *)fresh->texts.data,
	        .count = fresh->owners.size, .width = before.width};
	int status = 0;

	column_clear(&c->merged);
	while (status == 0 && (before.at < before.count || now.at < now.count))
		status = owner_of(&before) <= owner_of(&now) ? take_value(&before, !c->changed[owner_of(&before)], &c->merged)
		                                             : take_value(&now, true, &c->merged);
	return status < 0 ? error_set(err, "out of memory") : 0;
}

/* c->value becomes what the field's column should be now, given what is stored. */
static int renew(struct columns *c, struct store *st, unsigned field, uint32_t run, struct error *err)
{
	struct column old = {0};
	int status = columns_get(st, field, run, &old, err);

	if (status < 0)
		return -1;
	c->numbers.size = 0;
	if (bytes_reserve(&c->numbers, old.count * old.numbers * sizeof(double) + 1) < 0)
		return error_set(err, "out of memory");
	double *numbers = (void *)c->numbers.data;
	if (old.numbers)
		column_numbers(&old, numbers);
	c->value.size = 0;
	status = merge(c, field, &old, numbers, err);
	return status < 0 ? -1 : column_encode(&c->merged, &c->value, err);
}

/* Writes c->value, unless it is there. */
static int put(struct columns *c, struct store *st, unsigned field, uint32_t run, struct error *err)
{
	uint8_t key[COLUMN_KEY];
	struct store_value old;
	const size_t size = column_key_put(key, column_name(field), run);
	const int got = store_get(st, STORE_COLUMNS, key, size, &old, err);

	if (got < 0)
		return -1;
	if (got && old.size == c->value.size && memcmp(old.data, c->value.data, old.size) == 0)
		return 0;
	if (c->value.size)
		return store_put(st, STORE_COLUMNS, key, size, c->value.data, c->value.size, err);
	return got && store_delete(st, STORE_COLUMNS, key, size, err) < 0 ? -1 : 0;
}

static int update_run(struct columns *c, struct store *st, uint32_t run, struct error *err)
{
	for (unsigned field = 0; field < COLUMN_COUNT; field++)
		if (renew(c, st, field, run, err) < 0 || put(c, st, field, run, err) < 0)
			return error_within(err, "column '%s'", column_name(field));
	return 0;
}

/* The lists of a patent's pictures alone. */
static int gather_lists(struct columns *c, struct store *st, uint32_t patent, struct error *err)
{
	struct store_value row;
	struct index_patent p;
	uint8_t key[4];

	key_put(key, patent);
	int status = store_get(st, STORE_PATENTS, key, sizeof key, &row, err);
	if (status <= 0)
		return status;
	status = patent_decode(&p, row, err);
	for (uint32_t i = 0; status == 0 && i < p.picture_count; i++)
		status = gather_list(c, st, patent, index_patent_picture(&p, i), err);
	return status;
}

int columns_relist(struct columns *c, struct store *st, uint32_t bound, struct error *err)
{
	const unsigned lists = (unsigned)filter_field_count;

	for (uint32_t patent = 0; patent < bound;) {
		const uint32_t run = patent / COLUMN_PATENTS;
		begin_run(c);
		for (; patent < bound && patent / COLUMN_PATENTS == run; patent++)
			if (gather_lists(c, st, patent, err) < 0)
				return -1;
		c->value.size = 0;
		if (column_encode(&c->fresh[lists], &c->value, err) < 0 || put(c, st, lists, run, err) < 0)
			return -1;
	}
	return 0;
}

static int ascending(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

int columns_update(struct columns *c, struct store *st, uint32_t *patents, size_t count, struct error *err)
{
	if (count)
		qsort(patents, count, sizeof *patents, ascending);
	for (size_t i = 0; i < count;) {
		const uint32_t run = patents[i] / COLUMN_PATENTS;
		begin_run(c);
		for (; i < count && patents[i] / COLUMN_PATENTS == run; i++) {
			if (c->changed[patents[i] % COLUMN_PATENTS])
				continue;
			c->changed[patents[i] % COLUMN_PATENTS] = true;
			if (gather_patent(c, st, patents[i], err) < 0)
				return -1;
		}
		if (update_run(c, st, run, err) < 0)
			return -1;
	}
	return 0;
}

int columns_compare(struct columns *c, struct store *st, uint32_t run, bool lists, void (*differs)(void *context, unsigned field),
        void *context, struct error *err)
{
	begin_run(c);
	for (uint32_t i = 0; i < COLUMN_PATENTS; i++)
		if (gather_patent(c, st, run * COLUMN_PATENTS + i, err) < 0)
			return -1;
	for (unsigned field = 0; field < filter_field_count + lists; field++) {
		uint8_t key[COLUMN_KEY];
		struct store_value stored;
		const size_t size = column_key_put(key, column_name(field), run);
		const int got = store_get(st, STORE_COLUMNS, key, size, &stored, NULL);
		c->value.size = 0;
		if (got >= 0 && column_encode(&c->fresh[field], &c->value, err) < 0)
			return -1;
		/* a damaged one is a finding of its own */
		if (got >= 0 && (got ? stored.size != c->value.size || memcmp(stored.data, c->value.data, stored.size) != 0
		                     : c->value.size != 0))
			differs(context, field);
	}
	return 0;
}
