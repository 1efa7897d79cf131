/* SPDX-License-Identifier: ISC */
#include "index/filter.h"
#include "base/fold.h"
#include "base/limits.h"
#include "oracle/matches.h"
#include "unit/test.h"

#include <stdlib.h>

enum { TODAY = 20260106 };

/*
 * Each is named by a letter; an answer is the letters that pass. The last has pictures and no record. Of the others one has two
 * pictures, one a picture of nothing but paper, one pictures that colorize has not seen.
 */
static const struct {
	const char *document, *record, *pictures;
} samples[] = {
        {"D0900001", "{\"title\":\"Chair with arms\",\"loc_class\":\"06-01\",\"pub_date\":20200131,\"filing_date\":20181224,"
                     "\"expires\":20350131,\"term_disclaimer\":false,\"assignee_name\":\"Möbel GmbH\",\"image_count\":7,"
                     "\"inventor_names\":[\"Ada Äland\",\"Bo Berg\"]}",
                "[{\"colours\":[{\"lab\":[0,0,0]}],\"scheme\":\"neutral\",\"brightness\":0,\"saturation\":0,\"bilevel\":true,"
                "\"paper\":0.9},{\"colours\":[{\"lab\":[53.24,80.09,67.2]},{\"lab\":[32.3,79.19,-107.86]}],\"scheme\":\"warm\","
                "\"brightness\":0.6,\"saturation\":0.9,\"bilevel\":false,\"paper\":0.1}]"},
        {"D0900002", "{\"title\":\"Folding CHAIR\",\"loc_class\":\"06-01\",\"pub_date\":20201231,\"filing_date\":20200101,"
                     "\"expires\":20351231,\"term_disclaimer\":true,\"assignee_name\":null,\"image_count\":2,"
                     "\"inventor_names\":[],"
                     "\"citations\":[{\"number\":\"D0123456\",\"date\":20010700},{\"number\":null,\"date\":null}],"
                     "\"hague\":{\"registration_number\":\"DM/1\"}}",
                "[{\"colours\":[],\"scheme\":\"neutral\",\"brightness\":1,\"saturation\":0,\"bilevel\":true,\"paper\":1}]"},
        {"D0900003", "{\"title\":\"Lamp\",\"loc_class\":\"26-05\",\"pub_date\":20110215,\"filing_date\":20100101,"
                     "\"expires\":20250215,\"term_disclaimer\":false,\"assignee_name\":\"Lumen \\\"L\\\"\",\"image_count\":7,"
                     "\"inventor_names\":[\"Bo Berg\"]}",
                NULL},
        {"photos/chair.jpg", NULL,
                "[{\"colours\":[{\"lab\":[50,70,50]}],\"scheme\":\"warm\",\"brightness\":0.5,\"saturation\":0.86,"
                "\"bilevel\":false,\"paper\":0}]"},
};
enum { SAMPLES = sizeof samples / sizeof *samples };

static const struct {
	const char *expression, *passing;
} right[] = {
        {"title ~ 'chair'", "AB"},
        {"title ~ \"CHAIR\"", "AB"},
        {"title ^= 'chair'", "A"},
        {"title == 'Lamp'", "C"},
        {"title == 'lamp'", ""},
        {"title != 'Lamp'", "ABD"},
        {"!(title == 'Lamp')", "ABD"},
        {"!title == 'Lamp'", "ABD"},
        {"title < 'G'", "AB"},
        {"title =~ '^[CF].*s$'", "A"},
        {"title =~ 'chair'", ""},
        {"title =~ '\\.'", ""},
        {"title in ('Lamp', \"Folding CHAIR\")", "BC"},
        {"assignee_name ~ 'MÖBEL'", "A"},
        {"assignee_name ~ 'm\\u00f6bel'", "A"},
        {"assignee_name ~ 'mobel'", ""},
        {"assignee_name == \"Lumen \\\"L\\\"\"", "C"},
        {"assignee_name == 'Lumen \"L\"'", "C"},
        {"assignee_name == null", "BD"},
        {"assignee_name != null", "AC"},
        {"assignee_name != 'x'", "ABCD"},
        {"inventor_names == 'Bo Berg'", "AC"},
        {"inventor_names != 'Bo Berg'", "BD"},
        {"inventor_names ~ 'äL'", "A"},
        {"inventor_names == null", "BD"},
        {"loc_class ^= '06'", "AB"},
        {"loc_class == '6-1'", "AB"},
        {"loc_class == '2605'", "C"},
        {"loc_class in ('0601', '26-05')", "ABC"},
        {"image_count == 7", "AC"},
        {"image_count > 2", "AC"},
        {"image_count >= 2", "ABC"},
        {"image_count < 7", "B"},
        {"image_count <= 7", "ABC"},
        {"title > 'Lamp'", ""},
        {"title >= 'Lamp'", "C"},
        {"title <= 'Lamp'", "ABC"},
        {"image_count >= 2 && image_count < 7", "B"},
        {"image_count < 2.5", "B"},
        {"image_count > -1", "ABC"},
        {"pub_date == 2020", "AB"},
        {"pub_date != 2020", "CD"},
        {"pub_date == 2020-01", "A"},
        {"pub_date == 20200131", "A"},
        {"pub_date == '2020-01-31'", "A"},
        {"pub_date < 2020", "C"},
        {"pub_date <= 2020", "ABC"},
        {"pub_date <= 2020-01", "AC"},
        {"pub_date > 2020-01-31", "B"},
        {"pub_date >= 2020-01-31", "AB"},
        {"pub_date < 2020-01-31", "C"},
        {"pub_date <= 2020-01-31", "AC"},
        {"pub_date > 2019", "AB"},
        {"pub_date > 2020", ""},
        {"pub_date >= 2020", "AB"},
        {"pub_date >= 2020-02", "B"},
        {"pub_date in (2011, 2020-12-31)", "BC"},
        {"active", "AB"},
        {"!active", "CD"},
        {"active == true", "AB"},
        {"active == false", "C"},
        {"active == null", "D"},
        {"term_disclaimer", "B"},
        {"term_disclaimer == false", "AC"},
        {"patent_id == 'US D900,001 S1'", "A"},
        {"patent_id in ('D900001', 'photos/chair.jpg')", "AD"},
        {"patent_id ^= 'd09'", "ABC"},
        {"title ~ 'chair' && pub_date < 2020-06 || title == 'Lamp'", "AC"},
        {"title == 'Lamp' || title ~ 'chair' && pub_date < 2020-06", "AC"},
        {"(title == 'Lamp' || title ~ 'chair') && pub_date < 2020-06", "AC"},
        {"(title == 'Lamp' || title ~ 'chair') && image_count == 2", "B"},
        {"!!active", "AB"},
        {"  title \t~'chair' ", "AB"},
        {"title ~ ''", "ABC"},
        {"citations.number == 'USD123456S1'", "B"},
        {"citations.date == 2001", "B"},
        {"citations.date == 2001-07", "B"},
        {"citations.date < 2001-07-01", "B"},
        {"citations.number == null", "ACD"},
        {"hague.registration_number ^= 'dm'", "B"},
        {"color ~ 'red'", "AD"},
        {"color ~ '#f00' within 3", "A"},
        {"color ~ \"#FF0000\" within 8.5", "AD"},
        {"color ~ 'blue' && color ~ 'black'", "A"},
        {"color ~ 'white' within 100", "AD"},
        {"!(color ~ 'red')", "BC"},
        {"color == null", "BC"},
        {"color != null", "AD"},
        {"scheme == 'warm'", "AD"},
        {"scheme != 'warm'", "BC"},
        {"scheme in ('neutral', 'cool')", "AB"},
        {"scheme == null", "C"},
        {"bilevel", "AB"},
        {"!bilevel", "CD"},
        {"bilevel == false", "AD"},
        {"brightness > 0.5", "AB"},
        {"brightness < 0.55 && brightness > 0.55", "A"},
        {"saturation < 0.2 && !(color ~ 'black')", "B"},
        {"paper >= 0.9 && title ~ 'chair'", "AB"},
};

static const struct {
	const char *expression;
	size_t at;
	const char *says;
} wrong[] = {
        {"", 0, "a test is missing"},
        {"   ", 3, "a test is missing"},
        {"titel ~ 'x'", 0, "did you mean 'title'"},
        {"active && loc_clas == '06-01'", 10, "did you mean 'loc_class'"},
        {"Title ~ 'x'", 0, "did you mean 'title'"},
        {"hague == null", 0, "hague.registration_number"},
        {"citation.date > 2000", 0, "did you mean 'citations.date'"},
        {"zzz", 0, "there is no field 'zzz'"},
        {"max_score > 0.5", 0, "--min-score"},
        {"title = 'x'", 6, "write '=='"},
        {"title == x", 9, "a text in quotes"},
        {"title == 5", 9, "a text in quotes"},
        {"title", 0, "is no yes or no"},
        {"title 'x'", 0, "is no yes or no"},
        {"title ~ 'x", 8, "no closing '"},
        {"title ~ 'a\\qb'", 10, "backslash"},
        {"title ~ 'a\\u0000b'", 10, "backslash"},
        {"title ~ 'a\\ud800b'", 10, "backslash"},
        {"title ~ 'a\\u00'", 10, "backslash"},
        {"image_count == '7'", 15, "a number"},
        {"image_count == 2020-01", 15, "no number"},
        {"image_count ~ 7", 12, "no such operator"},
        {"pub_date == 20201341", 12, "no date"},
        {"pub_date == 2021-02-29", 12, "no date"},
        {"pub_date == 'last year'", 12, "no date"},
        {"pub_date ~ '2020'", 9, "no such operator"},
        {"active < true", 7, "no such operator"},
        {"active == 1", 10, "true or false"},
        {"active &", 7, "write '&&'"},
        {"active and active", 7, "write '&&'"},
        {"active or active", 7, "write '||'"},
        {"not active", 0, "write '!'"},
        {"active active", 7, "is missing"},
        {"active &&", 9, "a test is missing"},
        {"(active", 7, "')' is missing"},
        {"active)", 6, "is missing"},
        {"title in 'x'", 9, "'('"},
        {"title in ()", 10, "a text in quotes"},
        {"title in ('x' 'y')", 14, "',' or ')'"},
        {"title =~ '('", 9, "regular expression"},
        {"title =~ '(a)\\1'", 9, "back references"},
        {"title =~ '((a{9}){9}){9}'", 9, "multiply"},
        {"title =~ null", 9, "a text in quotes"},
        {"title < null", 8, "a text in quotes"},
        {"active # x", 7, "belongs to no"},
        {"color", 0, "is no yes or no"},
        {"color ~ red", 8, "a colour in quotes"},
        {"color ~ 'redd'", 8, "no colour"},
        {"color ~ '#12'", 8, "no colour"},
        {"color == 'red'", 6, "no such operator"},
        {"color in ('red')", 6, "no such operator"},
        {"color ~ 'red' within", 20, "0 to 100"},
        {"color ~ 'red' within x", 21, "0 to 100"},
        {"color ~ 'red' within 101", 21, "0 to 100"},
        {"title ~ 'red' within 3", 14, "only a colour"},
        {"colour ~ 'red'", 0, "did you mean 'color'"},
};

static struct json *records[SAMPLES], *pictures[SAMPLES];

static const char *passing(struct filter *f)
{
	static char letters[SAMPLES + 1];
	size_t n = 0;

	for (int i = 0; i < SAMPLES; i++)
		if (matches(f, samples[i].document, records[i], pictures[i], TODAY) == 1)
			letters[n++] = (char)('A' + i);
	letters[n] = '\0';
	return letters;
}

static void test_right(void)
{
	struct error err;
	struct filter f;
	size_t at;

	for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
		err.text[0] = '\0';
		const bool compiled = filter_compile(&f, right[i].expression, &at, &err) == 0;
		is_text(compiled ? passing(&f) : err.text, right[i].passing, right[i].expression);
		if (compiled)
			filter_release(&f);
	}
}

static void test_wrong(void)
{
	struct error err;
	struct filter f;
	size_t at;

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const bool refused = filter_compile(&f, wrong[i].expression, &at, &err) < 0;
		if (!ok(refused && at == wrong[i].at && strstr(err.text, wrong[i].says), "refused at %zu: %s",
		            wrong[i].at, wrong[i].expression) && refused)
			printf("# at %zu: %s\n", at, err.text);
		if (!refused)
			filter_release(&f);
	}
}

/* `open` n times, `middle`, `close` n times. */
static bool nested_compiles(const char *open, const char *middle, const char *close, int n)
{
	struct bytes text = {0};
	struct filter f;
	size_t at;

	for (int i = 0; i < n; i++)
		bytes_append(&text, open, strlen(open));
	bytes_append(&text, middle, strlen(middle));
	for (int i = 0; i < n; i++)
		bytes_append(&text, close, strlen(close));
	bytes_terminate(&text);
	const bool compiled = filter_compile(&f, (char *)text.data, &at, NULL) == 0;
	if (compiled)
		filter_release(&f);
	bytes_release(&text);
	return compiled;
}

static void test_limits(void)
{
	ok(nested_compiles("(", "active", ")", LIMIT_FILTER_DEPTH), "%d parentheses are read", LIMIT_FILTER_DEPTH);
	ok(!nested_compiles("(", "active", ")", LIMIT_FILTER_DEPTH + 1), "one more is refused");
	ok(!nested_compiles("!", "active", "", LIMIT_FILTER_DEPTH + 1), "so are negations");
	ok(nested_compiles("active&&", "active", "", 2000), "a long chain is not deep");
	ok(!nested_compiles("active&&", "active", "", 2048), "but has a longest length");
}

static void test_expression(void)
{
	struct expression *e = expression_compile("(a|b)*a(a|b){12}c", NULL);
	char text[80];
	int matches = 0;
	uint32_t seed = 1;

	for (int i = 0; i < 5000; i++) {
		for (size_t n = 0; n < sizeof text - 1; n++) {
			seed = seed * 1664525u + 1013904223u;
			text[n] = "ab"[seed >> 31];
		}
		text[sizeof text - 1] = '\0';
		matches += expression_matches(e, text);
	}
	ok(matches == 0 && expression_matches(e, "abbbbbbbbbbbbc"), "a pattern with many states stays bounded");
	expression_free(e);
}

static void test_fold(void)
{
	struct bytes folded = {0};

	fold_text("ÀÞ×ß ĀŽŸ ΑΣς ЖЁ ẞ Ấ \xff\xc3", &folded);
	is_text((char *)folded.data, "àþ×ß āžÿ ασσ жё ß ấ \xff\xc3", "letters lose their case, other bytes stay");
	fold_text("\xe0\x81\x81 \xc1\x81", &folded);
	is_text((char *)folded.data, "\xe0\x81\x81 \xc1\x81", "overlong letters are none");
	bytes_release(&folded);
}

int main(void)
{
	for (int i = 0; i < SAMPLES; i++) {
		const char *record = samples[i].record, *colours = samples[i].pictures;
		records[i] = record ? json_parse(record, strlen(record), NULL) : NULL;
		pictures[i] = colours ? json_parse(colours, strlen(colours), NULL) : NULL;
	}
	test_fold();
	test_right();
	test_wrong();
	test_limits();
	test_expression();
	for (int i = 0; i < SAMPLES; i++) {
		json_release(records[i]);
		json_release(pictures[i]);
	}
	return done();
}
