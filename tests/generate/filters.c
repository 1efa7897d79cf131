/* SPDX-License-Identifier: ISC */
/*
 * filters - random filter expressions, and the same said to jq, to compare what passes
 *
 * usage: filters [-s SEED] [-n COUNT]
 *
 * Writes lines of two columns: an expression of --where, and a jq expression that is true of the records that pass it. The
 * second is made from the same choices and not from the first: nothing of the filter's own code is used. The
 * records are those of generate/vectors, some of their keys removed. Today is TODAY below.
 */
#include "base/message.h"
#include "base/option.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { TODAY = 20240615, DEPTH = 4, PART = 20000 };

static uint64_t state;

static uint32_t random_below(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % n;
}

#define CHOOSE(list) ((list)[random_below(sizeof(list) / sizeof *(list))])

/* An expression in both languages. */
struct said {
	char filter[PART], jq[PART];
};

static const char *const text_fields[] = {"title", "loc_class", "us_class", "applicant_name", "applicant_country",
        "assignee_name", "inventor_names", "claim_text", "patent_id", "kind"};
static const char *const date_fields[] = {"pub_date", "filing_date", "expires"};

/* Values that may be equal to a field's, and pieces of them. */
static const char *const values[] = {"Chair with pattern 1", "Shoe with pattern 4", "02-02", "01-01", "18-01", "KR", "US", "DE",
        "Nordlicht GmbH", "Acme Industries, Inc.", "Polder B.V.", "S1", "D0000012", "D0000300", "D13/106"};
static const char *const pieces[] = {"chair", "LAMP", "Pattern 1", "a", "E", "0", "02", "18-", "gmbh", "Inc.", "D00003", "d13",
        "garc", "ordinal", "ornamental", ""};
static const char *const patterns[] = {"^[A-C]", "[0-9]+$", "attern (1|2)", "Inc\\\\.", "^0[1-5]-", "(Chair|Lamp)", "e.*e",
        "^US$", "D00001[0-9]{2}", "^.{20,30}$"};

/* A text in quotes of either kind for the filter, of the one kind for jq. */
static void say_text(const char *text, char *filter, char *jq)
{
	const char quote = random_below(2) ? '"' : '\'';

	snprintf(filter, 100, "%c%s%c", quote, text, quote);
	snprintf(jq, 100, "\"%s\"", text);
}

/* What must be true of one value of a text field. */
static void say_text_test(char *filter, char *jq)
{
	static const char *const orders[] = {"==", "<", "<=", ">", ">="};
	char f[100], j[100], f2[100], j2[100];

	switch (random_below(5)) {
	case 0: {
		const char *order = CHOOSE(orders);
		say_text(CHOOSE(values), f, j);
		snprintf(filter, 300, "%s %s", order, f);
		snprintf(jq, 300, ". %s %s", order, j);
		break;
	}
	case 1:
		say_text(CHOOSE(values), f, j);
		say_text(CHOOSE(values), f2, j2);
		snprintf(filter, 300, "in (%s,%s)", f, f2);
		snprintf(jq, 300, ". == %s or . == %s", j, j2);
		break;
	case 2:
		say_text(CHOOSE(pieces), f, j);
		snprintf(filter, 300, "~ %s", f);
		snprintf(jq, 300, "ascii_downcase | contains(%s | ascii_downcase)", j);
		break;
	case 3:
		say_text(CHOOSE(pieces), f, j);
		snprintf(filter, 300, "^= %s", f);
		snprintf(jq, 300, "ascii_downcase | startswith(%s | ascii_downcase)", j);
		break;
	default: {
		const char *pattern = CHOOSE(patterns);
		char single[100]; /* the filter leaves backslashes to the pattern, jq does not */
		size_t n = 0;
		for (const char *p = pattern; *p; p++)
			if (p[0] != '\\' || p[1] != '\\')
				single[n++] = *p;
		single[n] = '\0';
		snprintf(filter, 300, "=~ \"%s\"", single);
		snprintf(jq, 300, "test(\"%s\")", pattern);
	}
	}
}

static void say_text_leaf(struct said *s)
{
	const char *field = CHOOSE(text_fields);
	char filter[300], jq[300];

	if (random_below(8) == 0) {
		const bool negated = random_below(2);
		snprintf(s->filter, PART, "%s %s null", field, negated ? "!=" : "==");
		snprintf(s->jq, PART, "([.%s | if type == \"array\" then .[] else . end | values] | length %s 0)", field,
		        negated ? ">" : "==");
		return;
	}
	if (random_below(6) == 0) {
		say_text(CHOOSE(values), filter, jq);
		snprintf(s->filter, PART, "%s != %s", field, filter);
		snprintf(s->jq, PART, "([.%s | if type == \"array\" then .[] else . end] | index(%s) == null)", field, jq);
		return;
	}
	say_text_test(filter, jq);
	snprintf(s->filter, PART, "%s %s", field, filter);
	snprintf(s->jq, PART, "([.%s | if type == \"array\" then .[] else . end | values] | any(%s))", field, jq);
}

/* A year, a month or a day; jq compares the date with its last digits cut off. */
static void say_date_leaf(struct said *s)
{
	static const char *const orders[] = {"==", "!=", "<", "<=", ">", ">="};
	const char *field = CHOOSE(date_fields), *order = CHOOSE(orders);
	const unsigned year = 1995 + random_below(40), month = 1 + random_below(12), day = 1 + random_below(28);
	const char *null = strcmp(order, "!=") == 0 ? "== null or" : "!= null and";

	switch (random_below(4)) {
	case 0:
		snprintf(s->filter, PART, "%s %s %u", field, order, year);
		snprintf(s->jq, PART, "(.%s %s (.%s / 10000 | floor) %s %u)", field, null, field, order, year);
		break;
	case 1:
		snprintf(s->filter, PART, "%s %s %u-%02u", field, order, year, month);
		snprintf(s->jq, PART, "(.%s %s (.%s / 100 | floor) %s %u%02u)", field, null, field, order, year, month);
		break;
	case 2:
		snprintf(s->filter, PART, "%s %s '%u-%02u-%02u'", field, order, year, month, day);
		snprintf(s->jq, PART, "(.%s %s .%s %s %u%02u%02u)", field, null, field, order, year, month, day);
		break;
	default:
		snprintf(s->filter, PART, "%s%s%u%02u%02u", field, order, year, month, day);
		snprintf(s->jq, PART, "(.%s %s .%s %s %u%02u%02u)", field, null, field, order, year, month, day);
	}
}

static void say_number_leaf(struct said *s)
{
	static const char *const orders[] = {"==", "<", "<=", ">", ">="};
	const bool term = random_below(2);
	const char *field = term ? "grant_term" : "image_count", *order = CHOOSE(orders);
	const unsigned number = term ? 14 + random_below(2) : 2 + random_below(7);

	snprintf(s->filter, PART, "%s %s %u", field, order, number);
	snprintf(s->jq, PART, "(.%s != null and .%s %s %u)", field, field, order, number);
}

static void say_truth_leaf(struct said *s)
{
	char active[120];

	snprintf(active, sizeof active, "(.pub_date != null and .expires != null and .pub_date <= %d and %d < .expires)", TODAY,
	        TODAY);
	switch (random_below(4)) {
	case 0:
		snprintf(s->filter, PART, "active");
		snprintf(s->jq, PART, "%s", active);
		break;
	case 1:
		snprintf(s->filter, PART, "active == false");
		snprintf(s->jq, PART, "(.pub_date != null and .expires != null and (%s | not))", active);
		break;
	case 2:
		snprintf(s->filter, PART, "term_disclaimer");
		snprintf(s->jq, PART, "(.term_disclaimer == true)");
		break;
	default:
		snprintf(s->filter, PART, "term_disclaimer != true");
		snprintf(s->jq, PART, "(.term_disclaimer != true)");
	}
}

static void say_leaf(struct said *s)
{
	switch (random_below(9)) {
	case 0:
		say_truth_leaf(s);
		break;
	case 1:
	case 2:
		say_number_leaf(s);
		break;
	case 3:
	case 4:
		say_date_leaf(s);
		break;
	default:
		say_text_leaf(s);
	}
}

/* Each level has parts of its own. For jq every part is in parentheses: how ours bind is what is tested. */
static void say(struct said *s, int depth)
{
	static struct said parts[DEPTH + 1][2];
	struct said *a = &parts[depth][0], *b = &parts[depth][1];

	if (depth == 0 || random_below(4) == 0) {
		say_leaf(s);
		return;
	}
	say(a, depth - 1);
	const uint32_t way = random_below(5);
	if (way == 0) {
		snprintf(s->filter, PART, "!(%.*s)", PART / 4, a->filter);
		snprintf(s->jq, PART, "(%.*s | not)", PART / 4, a->jq);
		return;
	}
	say(b, depth - 1);
	const bool both = way <= 2;
	/* only an "||" within an "&&" needs its parentheses */
	snprintf(s->filter, PART, both ? "(%.*s) && (%.*s)" : "%.*s || %.*s", PART / 4, a->filter, PART / 4, b->filter);
	snprintf(s->jq, PART, "(%.*s %s %.*s)", PART / 4, a->jq, both ? "and" : "or", PART / 4, b->jq);
}

int main(int argc, char **argv)
{
	static const struct option_spec specs[] = {{'s', "seed", true}, {'n', "count", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	static struct said s;
	long long count = 200;

	message_program(argv[0]);
	for (int id; (id = option_next(&in));)
		switch (id) {
		case 's':
			state = (uint64_t)option_integer(&in, 0, INT64_MAX);
			break;
		case 'n':
			count = option_integer(&in, 1, 1000000);
			break;
		default:
			die("usage: filters [-s SEED] [-n COUNT]");
		}
	while (count--) {
		say(&s, (int)random_below(DEPTH + 1));
		printf("%s\t%s\n", s.filter, s.jq);
	}
	finish_stdout();
	return 0;
}
