/* SPDX-License-Identifier: ISC */
/*
 * Records such as nobody should write them, put, replaced and deleted in several commits: what passes a filter by the columns is what
 * passes it record by record.
 */
#include "index/check.h"
#include "index/select.h"
#include "index/writer.h"
#include "oracle/matches.h"
#include "unit/random.h"
#include "unit/test.h"

#include <stdlib.h>
#include <unistd.h>

enum { PATENTS = 900, TODAY = 20240615, EXPRESSIONS = 600, ROUNDS = 4 };

static uint64_t state = 11;

static uint32_t below(uint32_t n)
{
	return random_below(&state, n);
}

#define CHOOSE(list) ((list)[below(sizeof(list) / sizeof *(list))])

/* Texts, as JSON and expressions both write them. */
static const char *const texts[] = {"\"Chair\"", "\"CHAIR with arms\"", "\"Folding chair, the ornamental design for which is shown in\"",
        "\"Möbel GmbH\"", "\"MÖBEL\"", "\"m\\u00f6bel\"", "\"straße\"", "\"STRA\\u1e9eE\"", "\"\\u017fofa\"", "\"Sofa\"", "\"D0123456\"",
        "\"D0000007\"", "\"06-01\"", "\"26-05\"", "\"\"", "\"a\\\"b\\\\c\"", "\"line\\nbreak\\ttab\"", "\"US\"", "\"us\"", "\"DE\"", "\"S1\"",
        "\"warm\"", "\"cool\"", "\"日本 デザイン\"", "\"ΕΛΛΆΣ\"", "\"ελλάς\"", "\"Жук\""};
static const char *const numbers[] = {"0", "1", "7", "14", "15", "255", "256", "-1", "-40000", "2147483648", "1e300", "3.5", "0.25", "0.1",
        "0.0001", "0.00001", "99999999999999999", "-0.0", "100"};
static const char *const dates[] = {"20200131", "20240615", "20240616", "20010700", "20200000", "19991231", "20391231", "0", "-5",
        "20240615.0", "100000000", "20200101"};
static const char *const others[] = {"null", "true", "false", "{}", "[]", "{\"name\":\"Chair\"}", "[null,[]]"};

/* A value of the field's type, or of another, or several. */
static void put_value(struct bytes *to, enum filter_type type, int depth)
{
	const uint32_t way = below(20);

	if (way < 2 && depth < 3) {
		bytes_printf(to, "[");
		for (uint32_t n = below(4); n; n--) {
			put_value(to, type, depth + 1);
			bytes_printf(to, n > 1 ? "," : "");
		}
		bytes_printf(to, "]");
	} else if (way < 4) {
		bytes_printf(to, "%s", CHOOSE(others));
	} else if (way == 4) {
		bytes_printf(to, "%s", below(2) ? CHOOSE(texts) : CHOOSE(numbers));
	} else if (type == FILTER_TRUTH) {
		bytes_printf(to, "%s", below(2) ? "true" : "false");
	} else if (type == FILTER_DATE) {
		bytes_printf(to, "%s", CHOOSE(dates));
	} else if (type == FILTER_NUMBER) {
		bytes_printf(to, "%s", CHOOSE(numbers));
	} else {
		bytes_printf(to, "%s", CHOOSE(texts));
	}
}

/* The members of an object: the fields below `prefix`, some of them. */
static void put_members(struct bytes *to, const char *prefix, uint32_t often)
{
	const size_t length = strlen(prefix);
	bool first = true;

	for (size_t i = FILTER_PAPER + 1; i < filter_field_count; i++) {
		const char *name = filter_fields[i].name;
		if (strncmp(name, prefix, length) != 0 || strchr(name + length, '.') || below(10) >= often)
			continue;
		bytes_printf(to, "%s\"%s\":", first ? "" : ",", name + length);
		put_value(to, filter_fields[i].type, 0);
		first = false;
	}
}

static void put_record(struct bytes *to)
{
	static const char *const within[] = {"applicants.", "assignees.", "citations.", "priority.", "hague."};

	to->size = 0;
	bytes_printf(to, "{");
	put_members(to, "", 7);
	if (to->data[to->size - 1] != '{')
		bytes_printf(to, ",");
	bytes_printf(to, "\"patent_id\":%s", CHOOSE(texts));
	for (size_t i = 0; i < sizeof within / sizeof *within; i++) {
		const bool list = below(4) > 0;
		bytes_printf(to, ",\"%.*s\":%s", (int)strlen(within[i]) - 1, within[i], list ? "[" : "");
		for (uint32_t n = list ? below(4) : 1; n; n--) {
			bytes_printf(to, "{");
			put_members(to, within[i], 6);
			bytes_printf(to, n > 1 ? "}," : "}");
		}
		bytes_printf(to, list ? "]" : "");
	}
	bytes_printf(to, "}");
}

static void put_colours(struct bytes *to)
{
	to->size = 0;
	bytes_printf(to, "{\"colours\":[");
	for (uint32_t n = below(4); n; n--) {
		switch (below(6)) {
		case 0:
			bytes_printf(to, "{\"lab\":[%u,%u.%02u,-%u.5]}", below(100), below(80), below(100), below(90));
			break;
		case 1:
			bytes_printf(to, "{\"lab\":[%u.12345,0,1e308]}", below(100));
			break;
		case 2:
			bytes_printf(to, "%s", below(2) ? "{\"lab\":[1,2]}" : "{\"hex\":\"#000\"}");
			break;
		default:
			bytes_printf(to, "{\"lab\":[%d,0,0]}", below(2) ? 0 : 100);
		}
		bytes_printf(to, n > 1 ? "," : "");
	}
	bytes_printf(to, "]");
	for (unsigned i = FILTER_SCHEME; i <= FILTER_PAPER; i++)
		if (below(6)) {
			bytes_printf(to, ",\"%s\":", filter_fields[i].name);
			put_value(to, filter_fields[i].type, 0);
		}
	bytes_printf(to, "}");
}

/* --- expressions --- */

static const char *const text_operators[] = {"==", "!=", "<", "<=", ">", ">=", "~", "^="};
static const char *const pieces[] = {"'chair'", "'CHAIR'", "'a'", "'ö'", "'Ö'", "'ss'", "'sofa'", "'ſ'", "'ß'", "''", "'0'", "'shown in'",
        "'\\n'", "'\\\"b'", "'デ'", "'άσ'", "'u'", "'ornamental design'", "'e'"};
static const char *const patterns[] = {"'^[A-C]'", "'[0-9]+$'", "'(Chair|arms)'", "'^$'", "'ö'", "'.'", "'^.{5,9}$'"};
static const char *const spans[] = {"2020", "2020-01", "20200131", "'2024-06-15'", "2001-07", "1999", "20240616"};
static const char *const colours[] = {"'black'", "'white'", "'#808080' within 20", "'red'", "'#2040c0' within 60", "'black' within 0"};

static void say_test(struct bytes *to)
{
	const unsigned field = below((uint32_t)filter_field_count);
	const char *name = filter_fields[field].name;
	const enum filter_type type = filter_fields[field].type;

	bytes_printf(to, "%s ", name);
	if (below(8) == 0) {
		bytes_printf(to, "%s null", below(2) ? "==" : "!=");
	} else if (type == FILTER_COLOUR) {
		bytes_printf(to, "~ %s", CHOOSE(colours));
	} else if (type == FILTER_TRUTH) {
		bytes_printf(to, "%s", below(3) ? "" : below(2) ? "== false" : "!= true");
	} else if (type == FILTER_DATE || type == FILTER_NUMBER) {
		const char *const *list = type == FILTER_DATE ? spans : numbers;
		const uint32_t n = type == FILTER_DATE ? sizeof spans / sizeof *spans : sizeof numbers / sizeof *numbers;
		const char *constants[2];
		for (int i = 0; i < 2; i++)
			while (strchr(constants[i] = list[below(n)], 'e'))
				;
		if (below(5) == 0)
			bytes_printf(to, "in (%s, %s)", constants[0], constants[1]);
		else
			bytes_printf(to, "%s %s", text_operators[below(6)], constants[0]);
	} else if (below(6) == 0) {
		bytes_printf(to, "=~ %s", CHOOSE(patterns));
	} else if (below(6) == 0) {
		bytes_printf(to, "in (%s, %s)", CHOOSE(texts), CHOOSE(texts));
	} else if (below(2)) {
		bytes_printf(to, "%s %s", text_operators[6 + below(2)], CHOOSE(pieces));
	} else {
		bytes_printf(to, "%s %s", CHOOSE(text_operators), CHOOSE(texts));
	}
}

static void say(struct bytes *to, int depth)
{
	const uint32_t way = depth ? below(5) : 0;

	if (way == 0) {
		say_test(to);
		return;
	}
	bytes_printf(to, way == 1 ? "!(" : "(");
	say(to, depth - 1);
	for (uint32_t n = way > 1 ? 1 + below(2) : 0; n; n--) {
		bytes_printf(to, way & 1 ? " || " : " && ");
		say(to, depth - 1);
	}
	bytes_printf(to, ")");
}

/* --- the index --- */

static void name_of(int patent, char name[32])
{
	snprintf(name, 32, patent % 17 ? "D%07d" : "photos/Größe %d.JPG", patent);
}

/* A record, pictures, or both, of a patent; what it had of the same is replaced. */
static int put_patent(struct writer *w, int patent, struct error *err)
{
	static struct item it;
	char name[32];
	const uint32_t what = below(8);

	name_of(patent, name);
	if (what) {
		item_reset(&it, name);
		put_record(&it.record);
		if (writer_put(w, &it, err) != WRITER_TAKEN)
			return -1;
	}
	for (int32_t sheet = 0; sheet < (what == 0 ? 1 : (int32_t)below(3)); sheet++) {
		item_reset(&it, name);
		it.identity.sheet = sheet;
		if (below(4))
			put_colours(&it.colours);
		memcpy(item_add_vector(&it, "test", 2)->values, (float[]){1, 0}, 2 * sizeof(float));
		if (writer_put(w, &it, err) != WRITER_TAKEN)
			return -1;
	}
	return 0;
}

/* Some patents are put, some of those that are there replaced, some deleted. */
static int change(const char *directory, int round, struct error *err)
{
	const struct writer_options o = {.create = true, .commit_every = 50};
	static struct identity ids[PATENTS];
	static bool found[PATENTS];
	struct writer *w = NULL;
	char name[32];
	size_t count = 0;

	int status = writer_open(&w, directory, &o, err);
	const int share = PATENTS / ROUNDS;
	for (int p = round * share; status == 0 && p < (round + 1) * share; p++)
		status = put_patent(w, p, err);
	for (int n = 0; status == 0 && round && n < 60; n++)
		status = put_patent(w, (int)below((uint32_t)(round * share)), err);
	if (status == 0)
		status = writer_flush(w, err);
	for (int n = 0; n < 40; n++) {
		name_of((int)below((uint32_t)((round + 1) * share)), name);
		identity_set(&ids[count++], name);
	}
	if (status == 0)
		status = writer_delete(w, ids, count, found, err);
	writer_close(w);
	return status;
}

static void complain(void *context, const char *text)
{
	(void)context;
	printf("# %s\n", text);
	fflush(stdout);
}

/* What a patent is, read back. */
struct sample {
	const char *document;
	struct json *record, *pictures;
};

static void read_sample(const struct index *ix, uint32_t ordinal, struct sample *s)
{
	static struct index_picture picture;
	struct index_patent p;
	struct bytes text = {0};
	const char *json;
	size_t size;
	struct error err;

	*s = (struct sample){0};
	if (index_patent(ix, ordinal, &p, &err) <= 0)
		return;
	s->document = p.document;
	if (index_record(ix, ordinal, &json, &size, &err) > 0)
		s->record = json_parse(json, size, &err);
	struct json_writer w = {.to = &text};
	json_open_array(&w);
	for (uint32_t i = 0; i < p.picture_count; i++)
		if (index_picture(ix, index_patent_picture(&p, i), &picture, &err) > 0 && picture.colours_size)
			json_put_raw(&w, picture.colours, picture.colours_size);
	json_close_array(&w);
	s->pictures = json_parse(text.data, text.size, &err);
	bytes_release(&text);
}

/* How many patents an expression is answered differently for by the columns and by the records; *passing: how many pass. */
static int differences(const struct index *ix, const struct sample *samples, const struct filter *f, uint64_t *bits,
        uint64_t *passing)
{
	struct error err = {""};
	int different = 0;
	uint64_t counted = 0;

	if (select_patents(ix, f, TODAY, bits, passing, &err) < 0) {
		printf("# %s\n", err.text);
		return -1;
	}
	for (uint32_t i = 0; i < index_patent_bound(ix); i++) {
		const struct sample *s = &samples[i];
		const int passes = s->document ? matches(f, s->document, s->record, s->pictures, TODAY) : 0;
		different += passes != (int)(bits[i / 64] >> i % 64 & 1);
		counted += passes > 0;
	}
	return different + (counted != *passing);
}

static void test_expressions(const char *directory, int round)
{
	struct error err;
	struct index *ix = index_open(directory, &err);
	const uint32_t bound = index_patent_bound(ix);
	struct sample *samples = calloc(bound, sizeof *samples);
	uint64_t *bits = calloc(select_words(ix), sizeof *bits), passing;
	struct bytes text = {0};
	int wrong = 0, refused = 0, some = 0;

	for (uint32_t i = 0; i < bound; i++)
		read_sample(ix, i, &samples[i]);
	for (int n = 0; n < EXPRESSIONS; n++) {
		struct filter f;
		size_t at;
		text.size = 0;
		say(&text, (int)below(5));
		bytes_terminate(&text);
		if (filter_compile(&f, (const char *)text.data, &at, &err) < 0) {
			printf("# %s\n# at %zu: %s\n", (const char *)text.data, at, err.text);
			refused++;
			continue;
		}
		if (differences(ix, samples, &f, bits, &passing) != 0) {
			printf("# %s\n", (const char *)text.data);
			wrong++;
		}
		some += passing > 0 && passing < index_counts(ix)->patents;
		filter_release(&f);
	}
	ok(refused == 0, "round %d: %d expressions are read", round, EXPRESSIONS);
	ok(wrong == 0, "and answered by the columns as by the records of %llu patents",
	        (unsigned long long)index_counts(ix)->patents);
	ok(some > EXPRESSIONS / 3, "%d of them by some patents and not by all", some);
	ok(select_patents(ix, NULL, TODAY, bits, &passing, &err) == 0 && passing == index_counts(ix)->patents,
	        "without a filter all pass");
	for (uint32_t i = 0; i < bound; i++) {
		json_release(samples[i].record);
		json_release(samples[i].pictures);
	}
	bytes_release(&text);
	free(samples);
	free(bits);
	index_close(ix);
}

static void test_grants(const char *directory)
{
	struct error err;
	struct index *ix = index_open(directory, &err);
	int32_t *grants = calloc(select_words(ix) * 64, sizeof *grants);
	int wrong = select_grants(ix, grants, &err) != 0;

	for (uint32_t i = 0; i < index_patent_bound(ix); i++) {
		struct sample s;
		read_sample(ix, i, &s);
		const struct json *day = json_member(s.record, "pub_date");
		int64_t granted = 0;
		wrong += (json_as_integer(day, &granted) && granted > 0 && granted <= 99991231 ? granted : 0) != grants[i];
		json_release(s.record);
		json_release(s.pictures);
	}
	ok(wrong == 0, "the days of grants are those of the records");
	free(grants);
	index_close(ix);
}

static void test_refused(const char *directory)
{
	static const char *const bad[] = {"{\"title\":}", "{\"title\":\"a\",\"title\":\"b\"}", "{\"title\":\"a\\u0000b\"}"};
	const struct writer_options o = {.create = true};
	static struct item it;
	struct writer *w = NULL;
	struct error err;
	int refused = 0;

	writer_open(&w, directory, &o, &err);
	for (size_t i = 0; i < 3; i++) {
		item_reset(&it, "D0000001");
		bytes_set(&it.record, bad[i], strlen(bad[i]));
		refused += writer_put(w, &it, &err) == WRITER_REFUSED;
	}
	ok(refused == 3, "a record that is no JSON is refused");
	ok(strstr(err.text, "record"), "and that is said");
	writer_close(w);
}

int main(void)
{
	char directory[] = "columns-XXXXXX";
	struct error err = {""};
	bool damaged = true;

	if (chdir(getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp") < 0 || !mkdtemp(directory))
		return 1;
	for (int round = 0; round < ROUNDS; round++) {
		ok(change(directory, round, &err) == 0, "round %d: patents are put, replaced and deleted %s", round, err.text);
		fflush(stdout); /* the check is a child */
		ok(check_index(directory, complain, NULL, &damaged, &err) == 0 && !damaged, "the index is whole");
		test_expressions(directory, round);
	}
	test_grants(directory);
	test_refused(directory);
	char file[64];
	static const char *const files[] = {"data.mdb", "lock.mdb", "writer.lock"};
	for (size_t i = 0; i < 3; i++) {
		snprintf(file, sizeof file, "%s/%s", directory, files[i]);
		unlink(file);
	}
	rmdir(directory);
	return done();
}
