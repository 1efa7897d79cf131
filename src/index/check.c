/* SPDX-License-Identifier: ISC */
#include "index/check.h"

#include "index/centroids.h"
#include "index/codes.h"
#include "index/columns.h"
#include "index/pages.h"
#include "index/snapshot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct check {
	const char *directory;
	struct index *ix;
	struct store *store;
	const struct layout_state *state;
	void (*complain)(void *context, const char *text);
	void *context;
	uint64_t found;
	uint64_t listed;    /* pictures that the patents' rows name */
	uint64_t documents; /* patents that the hashes name */
	uint64_t placed;    /* pictures that have a place in a list */
	uint64_t coded;     /* entries of lists that are in their place */
	uint64_t vectors;
	uint64_t groups;    /* of lists, that their sets name */
	float *numbers;     /* of a vector */
	struct index_picture picture;
	struct item item;
};

static void finding(struct check *c, const char *format, ...)
#ifdef __GNUC__
        __attribute__((format(printf, 2, 3)))
#endif
        ;

static void finding(struct check *c, const char *format, ...)
{
	char text[LIMIT_PATH + IDENTITY_TEXT + 512];
	va_list ap;

	const int prefix = snprintf(text, sizeof text, "index '%s': ", c->directory);
	va_start(ap, format);
	vsnprintf(text + prefix, sizeof text - (size_t)prefix, format, ap);
	va_end(ap);
	c->complain(c->context, text);
	c->found++;
}

static bool exists(struct check *c, enum store_table table, const void *key, size_t size)
{
	struct store_value v;

	/* a damaged value is there: it is a finding of its own */
	return store_get(c->store, table, key, size, &v, NULL) != 0;
}

static bool ordinal_exists(struct check *c, enum store_table table, uint32_t ordinal)
{
	uint8_t key[4];

	key_put(key, ordinal);
	return exists(c, table, key, sizeof key);
}

/* --- what a key is about, in words --- */

static const char *patent_name(struct check *c, uint32_t ordinal, char *to)
{
	struct index_patent p;

	if (index_patent(c->ix, ordinal, &p, NULL) > 0)
		snprintf(to, IDENTITY_TEXT, "%s", p.document);
	else
		snprintf(to, IDENTITY_TEXT, "patent %u", (unsigned)ordinal);
	return to;
}

/* By its row, or by the patent that lists it. */
static const char *picture_name(struct check *c, uint32_t ordinal, char *to)
{
	struct index_patent p;

	if (index_picture(c->ix, ordinal, &c->picture, NULL) > 0)
		return identity_text(&c->picture.identity, to);
	for (uint32_t o = 0; o < index_patent_bound(c->ix); o++) {
		if (index_patent(c->ix, o, &p, NULL) <= 0)
			continue;
		for (uint32_t i = 0; i < p.picture_count; i++) {
			if (index_patent_picture(&p, i) == ordinal) {
				snprintf(to, IDENTITY_TEXT, "picture %u of %s", (unsigned)i + 1, p.document);
				return to;
			}
		}
	}
	snprintf(to, IDENTITY_TEXT, "picture %u", (unsigned)ordinal);
	return to;
}

/* Whom the damaged value is about, where its key says so. */
static const char *subject(struct check *c, enum store_table table, struct store_value key, char *to)
{
	if ((table == STORE_PATENTS || table == STORE_RECORDS) && key.size == 4)
		return patent_name(c, key_get(key.data), to);
	if ((table == STORE_PICTURES || table == STORE_PLACES || table == STORE_THUMBNAILS) &&
	        key.size == 4)
		return picture_name(c, key_get(key.data), to);
	if ((table == STORE_CODES || table == STORE_REFINEMENTS) && key.size == CODES_KEY) {
		snprintf(to, IDENTITY_TEXT, "list %u", (unsigned)key_get(key.data));
		return to;
	}
	unsigned field;
	uint32_t run;
	if (table == STORE_COLUMNS && column_key_get(key, &field, &run) == 0) {
		snprintf(to, IDENTITY_TEXT, "%s of patents %u to %u", column_name(field),
		        (unsigned)(run * COLUMN_PATENTS), (unsigned)((run + 1) * COLUMN_PATENTS - 1));
		return to;
	}
	to[0] = 0;
	return to;
}

/* --- one table's row each --- */

static void check_patent(struct check *c, struct store_value key, struct store_value value)
{
	const uint32_t ordinal = key_get(key.data);
	uint8_t order[LAYOUT_ORDER] = {0};
	struct index_patent p;
	uint32_t found;
	struct error err;

	if (patent_decode(&p, value, &err) < 0) {
		finding(c, "patent %u: %s", (unsigned)ordinal, err.text);
		return;
	}
	if (index_find_patent(c->ix, p.document, &found, &err) <= 0 || found != ordinal)
		finding(c, "'%s' is not found by its name", p.document);
	if (!p.picture_count && !ordinal_exists(c, STORE_RECORDS, ordinal))
		finding(c, "'%s' has neither a record nor pictures", p.document);
	for (uint32_t i = 0; i < p.picture_count; i++) {
		struct store_value row;
		uint8_t picture[4];
		key_put(picture, index_patent_picture(&p, i));
		const int got = store_get(c->store, STORE_PICTURES, picture, sizeof picture, &row, NULL);
		c->listed++;
		if (got < 0)
			continue;
		if (got == 0 || row.size < LAYOUT_PICTURE_HEAD || le32_get(row.data) != ordinal) {
			finding(c, "'%s' lists picture %u, which is not its own", p.document, (unsigned)key_get(picture));
			continue;
		}
		if (i && memcmp(order, row.data + 4, LAYOUT_ORDER) >= 0)
			finding(c, "the pictures of '%s' are out of order", p.document);
		memcpy(order, row.data + 4, LAYOUT_ORDER);
	}
}

static void check_record(struct check *c, struct store_value key, struct store_value value)
{
	const uint32_t ordinal = key_get(key.data);
	struct store_value fields, json;
	char name[IDENTITY_TEXT];
	struct error err;

	if (!ordinal_exists(c, STORE_PATENTS, ordinal))
		finding(c, "record %u belongs to no patent", (unsigned)ordinal);
	if (record_decode(value, &fields, &json, &err) < 0 || item_decode(&c->item, fields.data, fields.size, &err) < 0)
		finding(c, "the record of '%s': %s", patent_name(c, ordinal, name), err.text);
}

static void check_column(struct check *c, struct store_value key, struct store_value value)
{
	char name[IDENTITY_TEXT];
	struct column column;
	unsigned field;
	uint32_t run;

	if (column_key_get(key, &field, &run) < 0 || run * (uint64_t)COLUMN_PATENTS >= c->state->patent_bound)
		finding(c, "table 'columns' has a key that is none of its own");
	else if (column_decode(&column, column_field_numbers(field), value, NULL) < 0)
		finding(c, "the column '%s' is malformed", subject(c, STORE_COLUMNS, key, name));
}

static void check_document(struct check *c, struct store_value key, struct store_value value)
{
	(void)key;
	if (!value.size || value.size % 4)
		finding(c, "a hash of documents has a malformed list");
	for (size_t i = 0; i + 4 <= value.size; i += 4) {
		c->documents++;
		if (!ordinal_exists(c, STORE_PATENTS, le32_get(value.data + i)))
			finding(c, "a hash of documents names patent %u, which is not there",
			        (unsigned)le32_get(value.data + i));
	}
}

static void check_picture(struct check *c, struct store_value key, struct store_value value)
{
	const uint32_t ordinal = key_get(key.data);
	uint8_t order[LAYOUT_ORDER];
	char name[IDENTITY_TEXT];
	struct index_patent p;
	struct error err;

	if (index_picture(c->ix, ordinal, &c->picture, &err) <= 0) {
		finding(c, "%s", err.text);
		return;
	}
	order_put(order, &c->picture.identity);
	identity_text(&c->picture.identity, name);
	if (memcmp(order, value.data + 4, sizeof order) != 0)
		finding(c, "'%s' has the order of another picture", name);
	const int got = index_patent(c->ix, c->picture.patent, &p, NULL);
	if (got == 0 || (got > 0 && strcmp(p.document, c->picture.identity.document) != 0))
		finding(c, "'%s' belongs to no patent", name);
	if (!ordinal_exists(c, STORE_PLACES, ordinal))
		finding(c, "'%s' has no vector", name);
}

static bool has_list(const struct check *c, uint32_t list)
{
	return list && list >= c->state->list_first && list < c->state->list_bound;
}

static void check_place(struct check *c, struct store_value key, struct store_value value)
{
	const uint32_t ordinal = key_get(key.data);
	char name[IDENTITY_TEXT];
	uint32_t list, block, patent;
	const uint8_t *numbers;
	struct error err;

	if (place_decode(value, &list, &block, &err) < 0) {
		finding(c, "the place of '%s' is malformed", picture_name(c, ordinal, name));
		return;
	}
	if (list ? !has_list(c, list) : state_lists(c->state) && !c->state->list_next)
		finding(c, "'%s' is in list %u, which is not there", picture_name(c, ordinal, name), (unsigned)list);
	if (vectors_get(c->store, index_vector_shape(c->ix), ordinal, &patent, &numbers, NULL) == 0)
		finding(c, "'%s' has no vector", picture_name(c, ordinal, name));
	c->placed += list != 0;
}

static void check_vector(struct check *c, uint32_t ordinal, const uint8_t *numbers)
{
	const struct index_settings *s = index_settings(c->ix);
	const double rounding = s->numbers == INDEX_F16 ? 2e-3 : 1e-5;
	char name[IDENTITY_TEXT];
	double sum = 0;

	vector_numbers(index_vector_shape(c->ix), numbers, c->numbers);
	for (uint32_t i = 0; i < s->dimension; i++)
		sum += (double)c->numbers[i] * c->numbers[i];
	if (!isfinite(sum) || (s->metric == INDEX_COSINE && fabs(sum - 1) > rounding))
		finding(c, "the vector of '%s' has the length %g", picture_name(c, ordinal, name), sqrt(sum));
	if (!ordinal_exists(c, STORE_PLACES, ordinal))
		finding(c, "the vector of '%s' has no place", picture_name(c, ordinal, name));
	if (!ordinal_exists(c, STORE_PICTURES, ordinal))
		finding(c, "vector %u belongs to no picture", (unsigned)ordinal);
}

static void check_vectors(struct check *c, struct store_value key, struct store_value value)
{
	const struct vector_shape *s = index_vector_shape(c->ix);
	const size_t first = key_get(key.data) * s->room;
	uint32_t patent;
	char name[IDENTITY_TEXT];
	struct error err;

	if (value.size != s->size || first + s->room > UINT32_MAX) {
		finding(c, "block %u of vectors is malformed", (unsigned)key_get(key.data));
		return;
	}
	for (size_t i = 0; i < s->room; i++) {
		const uint8_t *numbers = NULL;
		const int got = vectors_get(c->store, s, (uint32_t)(first + i), &patent, &numbers, &err);
		if (got < 0)
			finding(c, "%s ('%s')", err.text, picture_name(c, (uint32_t)(first + i), name));
		if (got > 0)
			check_vector(c, (uint32_t)(first + i), numbers);
		c->vectors += got != 0;
	}
}

/* The vectors of a damaged block that are damaged themselves; none when only the block's checksum is. */
static void name_vectors(struct check *c, struct store_value key)
{
	const struct vector_shape *s = index_vector_shape(c->ix);
	const size_t first = key.size == 4 ? key_get(key.data) * s->room : 0;
	const uint8_t *numbers;
	char name[IDENTITY_TEXT];
	struct error err;
	uint32_t patent;

	for (size_t i = first; key.size == 4 && i < first + s->room && i < c->state->picture_bound; i++) {
		const int got = vectors_get(c->store, s, (uint32_t)i, &patent, &numbers, &err);
		if (got < 0)
			finding(c, "%s ('%s')", err.text, picture_name(c, (uint32_t)i, name));
		c->vectors += got != 0;
	}
}

/* An entry of a list; while a training goes on, the places of those of the old lists may be in new ones already. */
static void check_code(struct check *c, uint32_t list, uint32_t block, const struct code_entry *e)
{
	struct store_value value;
	uint32_t its_list, its_block, patent;
	const uint8_t *numbers;
	char name[IDENTITY_TEXT];
	uint8_t key[4];

	key_put(key, e->picture);
	const int got = store_get(c->store, STORE_PLACES, key, sizeof key, &value, NULL);
	if (got < 0 || (got && place_decode(value, &its_list, &its_block, NULL) < 0))
		return; /* a finding of its own */
	const bool there = got && its_list == list && its_block == block;
	if (!there && (!got || its_list < c->state->list_next || !c->state->list_next))
		finding(c, "'%s' is in list %u, where it does not belong", picture_name(c, e->picture, name), (unsigned)list);
	c->coded += there;
	if (vectors_get(c->store, index_vector_shape(c->ix), e->picture, &patent, &numbers, NULL) > 0 && patent != e->patent)
		finding(c, "'%s' has another's patent in its list", picture_name(c, e->picture, name));
	if (!isfinite(e->scale) || !isfinite(e->offset) || !isfinite(e->spread))
		finding(c, "the code of '%s' is malformed", picture_name(c, e->picture, name));
}

static void check_block(struct check *c, struct store_value key, struct store_value value)
{
	const struct code_shape s = code_shape(index_settings(c->ix)->dimension);
	const uint32_t list = key_get(key.data), number = key_get(key.data + 4);
	struct code_entry e;
	struct code_block b;
	uint8_t next[CODES_KEY];
	struct error err;

	if (code_block_decode(&b, &s, value, &err) < 0) {
		finding(c, "list %u: %s", (unsigned)list, err.text);
		return;
	}
	if (!has_list(c, list))
		finding(c, "list %u has entries and is not there", (unsigned)list);
	for (size_t i = 0; i < b.count; i++) {
		code_entry_get(&s, &b, i, &e);
		check_code(c, list, number, &e);
	}
	if (index_settings(c->ix)->bits > 1 && !exists(c, STORE_REFINEMENTS, key.data, key.size))
		finding(c, "the refinements of block %u of list %u are missing", (unsigned)number, (unsigned)list);
	code_key_put(next, list, number + 1);
	if (b.count < s.room && exists(c, STORE_CODES, next, sizeof next))
		finding(c, "block %u of list %u is not full and not the last", (unsigned)number, (unsigned)list);
	code_key_put(next, list, number - 1);
	if (number && !exists(c, STORE_CODES, next, sizeof next))
		finding(c, "block %u of list %u is missing", (unsigned)number - 1, (unsigned)list);
}

/* A slot for each entry of the block of codes, of its picture. */
static void check_refinements(struct check *c, struct store_value key, struct store_value value)
{
	const struct code_shape s = code_shape(index_settings(c->ix)->dimension);
	const struct refinement_shape refined = refinement_shape(index_settings(c->ix));
	const uint32_t list = key_get(key.data), number = key_get(key.data + 4);
	struct store_value codes;
	struct code_entry e;
	struct code_block b;
	char name[IDENTITY_TEXT];
	const int got = store_get(c->store, STORE_CODES, key.data, key.size, &codes, NULL);

	if (got < 0 || (got && code_block_decode(&b, &s, codes, NULL) < 0))
		return; /* a finding of its own */
	if (!got || value.size != b.count * refined.slot) {
		finding(c, "the refinements of block %u of list %u are not as many as its entries", (unsigned)number, (unsigned)list);
		return;
	}
	for (size_t i = 0; i < b.count; i++) {
		const uint8_t *slot = value.data + i * refined.slot;
		float factors[3];
		code_entry_get(&s, &b, i, &e);
		lef32_get_array(factors, slot + 4, 3);
		if (!refinement_is_whole(&refined, e.picture, slot))
			finding(c, "the refinement of '%s' is another's", picture_name(c, e.picture, name));
		else if (!isfinite(factors[0]) || !isfinite(factors[1]) || !isfinite(factors[2]))
			finding(c, "the refinement of '%s' is malformed", picture_name(c, e.picture, name));
	}
}

static void check_thumbnail(struct check *c, struct store_value key, struct store_value value)
{
	(void)value;
	if (!ordinal_exists(c, STORE_PICTURES, key_get(key.data)))
		finding(c, "thumbnail %u belongs to no picture", (unsigned)key_get(key.data));
}

static void check_list(struct check *c, struct store_value key, struct store_value value)
{
	const uint32_t list = key_get(key.data);
	struct centroid_group group;
	struct error err;

	if (centroid_group_decode(&group, index_settings(c->ix)->dimension, list, value, &err) < 0)
		finding(c, "%s", err.text);
	else if (!has_list(c, list))
		finding(c, "list %u has a centroid and is not there", (unsigned)list);
}

/* A set of lists: that which is searched, or the one that a training fills. */
static void check_groups(struct check *c, struct store_value key, struct store_value value)
{
	const struct layout_state *s = c->state;
	const uint32_t first = key_get(key.data), end = first == s->list_next || !s->list_next ? s->list_bound : s->list_next;
	struct centroid_groups groups;
	struct centroid_group group;
	struct error err;

	if (!first || (first != s->list_first && first != s->list_next)) {
		finding(c, "there are groups of lists from %u on, which are not there", (unsigned)first);
		return;
	}
	if (centroid_groups_decode(&groups, index_settings(c->ix)->dimension, first, end - first, value, &err) < 0) {
		finding(c, "%s", err.text);
		return;
	}
	for (size_t i = 0; i < groups.count; i++)
		if (centroids_group(c->store, &groups, i, &group, &err) < 0)
			finding(c, "%s", err.text);
	c->groups += groups.count;
}

static void check_free(struct check *c, struct store_value key, struct store_value value)
{
	const bool patent = key.data[0] == FREE_PATENT;
	const uint32_t ordinal = key_get(key.data + 1);

	if (value.size || ordinal >= (patent ? c->state->patent_bound : c->state->picture_bound) ||
	        ordinal_exists(c, patent ? STORE_PATENTS : STORE_PICTURES, ordinal))
		finding(c, "%s %u is said to be free", patent ? "patent" : "picture", (unsigned)ordinal);
}

static void check_archive(struct check *c, struct store_value key, struct store_value value)
{
	static struct index_archive a;
	struct error err;

	if (archive_decode(&a, value, &err) < 0 || key_get(key.data) >= c->state->archive_bound)
		finding(c, "entry %u of the log is malformed", (unsigned)key_get(key.data));
}

/* --- all of it --- */

static const struct {
	size_t key_size; /* 0: any */
	void (*row)(struct check *c, struct store_value key, struct store_value value);
} checks[STORE_TABLES] = {
        [STORE_META] = {0, NULL},
        [STORE_PATENTS] = {4, check_patent},
        [STORE_RECORDS] = {4, check_record},
        [STORE_COLUMNS] = {0, check_column},
        [STORE_DOCUMENTS] = {DOCUMENT_KEY, check_document},
        [STORE_PICTURES] = {4, check_picture},
        [STORE_PLACES] = {4, check_place},
        [STORE_VECTORS] = {4, check_vectors},
        [STORE_CODES] = {CODES_KEY, check_block},
        [STORE_REFINEMENTS] = {CODES_KEY, check_refinements},
        [STORE_THUMBNAILS] = {4, check_thumbnail},
        [STORE_LISTS] = {4, check_list},
        [STORE_GROUPS] = {4, check_groups},
        [STORE_FREE] = {FREE_KEY, check_free},
        [STORE_ARCHIVES] = {4, check_archive},
};

static void check_table(struct check *c, enum store_table table)
{
	char name[IDENTITY_TEXT];
	struct store_walk w;
	struct error err;
	int more;

	if (store_walk_open(c->store, &w, table, &err) < 0) {
		finding(c, "%s", err.text);
		return;
	}
	while ((more = store_walk_next(&w, &err)) != 0) {
		if (more < 0) {
			subject(c, table, w.key, name);
			finding(c, "%s%s%s%s", err.text, name[0] ? " ('" : "", name, name[0] ? "')" : "");
			if (table == STORE_VECTORS && !w.broken)
				name_vectors(c, w.key);
			if (w.broken)
				break;
		} else if (checks[table].key_size && w.key.size != checks[table].key_size) {
			finding(c, "table '%s' has a key of %zu bytes", store_table_names[table], w.key.size);
		} else if (checks[table].row) {
			checks[table].row(c, w.key, w.value);
		}
	}
	store_walk_close(&w);
}

struct run {
	struct check *check;
	uint32_t number;
};

static void column_differs(void *context, unsigned field)
{
	const struct run *run = context;

	finding(run->check, "the column '%s' of patents %u to %u is not what their records say", column_name(field),
	        (unsigned)(run->number * COLUMN_PATENTS), (unsigned)((run->number + 1) * COLUMN_PATENTS - 1));
}

/* All columns against what they follow from. What cannot be read of that is a finding of its own. */
static void check_columns(struct check *c)
{
	struct run run = {.check = c};
	struct error err;
	struct columns *columns = columns_open(&err);

	if (!columns)
		finding(c, "%s", err.text);
	for (; columns && run.number * (uint64_t)COLUMN_PATENTS < c->state->patent_bound; run.number++)
		if (columns_compare(columns, c->store, run.number, !c->state->list_next, column_differs, &run, &err) < 0)
			finding(c, "the columns of patents %u to %u: %s", (unsigned)(run.number * COLUMN_PATENTS),
			        (unsigned)((run.number + 1) * COLUMN_PATENTS - 1), err.text);
	columns_close(columns);
}

static uint64_t entries(struct check *c, enum store_table table)
{
	uint64_t count = 0;
	struct error err;

	if (store_count(c->store, table, &count, &err) < 0)
		finding(c, "%s", err.text);
	return count;
}

static void check_counts(struct check *c)
{
	const uint64_t patents = entries(c, STORE_PATENTS), pictures = entries(c, STORE_PICTURES);

	if (c->listed != pictures)
		finding(c, "the patents list %llu pictures of %llu", (unsigned long long)c->listed,
		        (unsigned long long)pictures);
	if (c->documents != patents)
		finding(c, "%llu of %llu patents are found by their names", (unsigned long long)c->documents,
		        (unsigned long long)patents);
	if (entries(c, STORE_PLACES) != pictures || c->vectors != pictures)
		finding(c, "there are not as many vectors as pictures");
	if (c->coded != c->placed)
		finding(c, "of %llu pictures that have a place in a list %llu are in it", (unsigned long long)c->placed,
		        (unsigned long long)c->coded);
	if (entries(c, STORE_LISTS) != c->groups ||
	        entries(c, STORE_GROUPS) != (uint64_t)!!c->state->list_first + !!c->state->list_next)
		finding(c, "there are not as many groups of lists as their sets name");
	if (patents + pictures + entries(c, STORE_FREE) !=
	        (uint64_t)c->state->patent_bound + (uint64_t)c->state->picture_bound)
		finding(c, "some ordinals are neither used nor free");
	if (entries(c, STORE_ARCHIVES) != c->state->archive_bound)
		finding(c, "the log has not as many entries as it counts");
}

/* Where pages are damaged the values of the other tables are read, each for itself: to follow references would end the process. */
static void check_values(struct check *c, const struct pages_report *pages)
{
	struct store_walk w;
	struct error err;
	int more;

	if (pages->everything)
		return;
	c->store = store_open(c->directory, STORE_READ, &err);
	if (!c->store || store_begin(c->store, &err) < 0) {
		finding(c, "%s", err.text);
		return;
	}
	for (int t = 0; t < STORE_TABLES; t++) {
		if (pages->tables[t] || store_walk_open(c->store, &w, (enum store_table)t, &err) < 0)
			continue;
		while ((more = store_walk_next(&w, &err)) != 0 && !w.broken)
			if (more < 0)
				finding(c, "%s", err.text);
		store_walk_close(&w);
	}
	store_close(c->store);
}

/* In the child: 0 whole, 1 findings. */
static int look(const char *directory, void (*complain)(void *, const char *), void *context)
{
	struct check *c = calloc(1, sizeof *c);
	struct pages_report pages;
	struct error err;

	if (!c)
		return 1;
	c->directory = directory;
	c->complain = complain;
	c->context = context;
	if (pages_check(&(struct pages_listener){directory, complain, context}, &pages, &err) < 0) {
		complain(context, err.text);
		return 1;
	}
	if (pages.found) {
		check_values(c, &pages);
		return 1;
	}
	c->ix = index_open(directory, &err);
	if (!c->ix) {
		complain(context, err.text);
		return 1;
	}
	c->store = index_store(c->ix);
	c->state = index_state(c->ix);
	c->numbers = calloc((size_t)index_settings(c->ix)->dimension + 1, sizeof *c->numbers);
	if (!c->numbers) {
		finding(c, "out of memory");
		return 1;
	}
	for (int t = 0; t < STORE_TABLES; t++)
		check_table(c, (enum store_table)t);
	check_columns(c);
	check_counts(c);
	if (index_finish(c->ix, &err) < 0)
		finding(c, "%s", err.text);
	const int status = c->found != 0;
	item_release(&c->item);
	index_close(c->ix);
	free(c->numbers);
	free(c);
	return status;
}

int check_index(const char *directory, void (*complain)(void *context, const char *text), void *context, bool *damaged,
        struct error *err)
{
	char text[LIMIT_PATH + 128];
	int status;

	const pid_t child = fork();
	if (child < 0)
		return error_set(err, "cannot start a process:");
	if (child == 0)
		_exit(look(directory, complain, context));
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(err, "cannot wait for a process:");
	*damaged = status != 0;
	if (WIFSIGNALED(status) || WEXITSTATUS(status) > 1) {
		snprintf(text, sizeof text, "index '%s': its pages are damaged: reading them ended the process (%s %d)", directory,
		        WIFSIGNALED(status) ? "signal" : "status",
		        WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		complain(context, text);
	}
	return 0;
}
