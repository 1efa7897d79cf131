/* SPDX-License-Identifier: ISC */
/*
 * The parser is recursive descent over
 *     any  = all { "||" all }
 *     all  = not { "&&" not }
 *     not  = "!" not | "(" any ")" | test
 *     test = field [ operator constant [ "within" number ] | "in" "(" constant { "," constant } ")" ]
 * and types the constants as it meets them: the field stands before them. Evaluation is in match.c.
 */
#include "index/filter.h"

#include "base/fold.h"
#include "base/limits.h"
#include "base/number.h"
#include "image/colour_name.h"
#include "index/token.h"
#include "patent/class.h"
#include "patent/number.h"
#include "patent/term.h"

#include <stdlib.h>
#include <string.h>

struct parser {
	const char *text;
	struct token token; /* the next one, not yet taken */
	int depth;
	struct filter *filter;
	size_t *at;
	struct error *err;
};

/* --- words ------------------------------------------------------------------------------------------------------------ */

static int fail_at(struct parser *p, size_t at)
{
	*p->at = at;
	return -1;
}

/* Fails with a reason at the place `where`. */
#define FAIL(p, where, ...) (error_set((p)->err, __VA_ARGS__), fail_at((p), (where)))

static int next_token(struct parser *p)
{
	return token_next(p->text, &p->token, p->err) < 0 ? fail_at(p, p->token.at) : 0;
}

static bool token_is(const struct parser *p, enum token_kind kind, const char *word)
{
	return p->token.kind == kind && strlen(word) == p->token.length &&
	       strncmp(p->text + p->token.at, word, p->token.length) == 0;
}

static bool sign_is(const struct parser *p, const char *sign)
{
	return token_is(p, TOKEN_SIGN, sign);
}

static bool name_is(const struct parser *p, const char *name)
{
	return token_is(p, TOKEN_NAME, name);
}

/* Takes this sign, or fails saying what was wanted. */
static int expect_sign(struct parser *p, const char *sign, const char *wanted)
{
	if (!sign_is(p, sign))
		return FAIL(p, p->token.at, "%s is missing here", wanted);
	return next_token(p);
}

/* --- the tree --------------------------------------------------------------------------------------------------------- */

/* Room for one more in an array of count; its new place, or NULL. */
static void *grow(void *array, size_t count, size_t *capacity, size_t size)
{
	const size_t room = *capacity ? 2 * *capacity : 16;

	if (count < *capacity)
		return array;
	void *grown = realloc(array, room * size);
	if (grown)
		*capacity = room;
	return grown;
}

static int add_node(struct parser *p, enum filter_operator op)
{
	struct filter *f = p->filter;
	struct filter_node *nodes = grow(f->nodes, f->node_count, &f->node_capacity, sizeof *nodes);

	if (!nodes)
		return FAIL(p, p->token.at, "out of memory");
	f->nodes = nodes;
	f->nodes[f->node_count] = (struct filter_node){.op = op, .child = -1, .sibling = -1, .constant = f->constant_count};
	return (int)f->node_count++;
}

/* A node above one that is there; its position, or -1. */
static int add_above(struct parser *p, enum filter_operator op, int child)
{
	const int node = child < 0 ? -1 : add_node(p, op);

	if (node >= 0)
		p->filter->nodes[node].child = child;
	return node;
}

static struct filter_constant *add_constant(struct parser *p)
{
	struct filter *f = p->filter;
	struct filter_constant *constants =
	        grow(f->constants, f->constant_count, &f->constant_capacity, sizeof *constants);

	if (!constants) {
		FAIL(p, p->token.at, "out of memory");
		return NULL;
	}
	f->constants = constants;
	constants[f->constant_count] = (struct filter_constant){0};
	return &constants[f->constant_count++];
}

/* --- constants -------------------------------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* \uXXXX at s, whose first four bytes may be anything: the letter in UTF-8, its length, or 0. */
static size_t decode_letter(const char *s, char *to)
{
	int code = 0;

	for (int i = 0; i < 4; i++) {
		if (hex_digit(s[i]) < 0)
			return 0;
		code = code * 16 + hex_digit(s[i]);
	}
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		return 0;
	if (code < 0x80) {
		to[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		to[0] = (char)(0xc0 | code >> 6);
		to[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	to[0] = (char)(0xe0 | code >> 12);
	to[1] = (char)(0x80 | (code >> 6 & 0x3f));
	to[2] = (char)(0x80 | (code & 0x3f));
	return 3;
}

/* The text between the quotes, its escapes resolved, as a new string; NULL with the reason. It never gets longer. */
static char *unquote(struct parser *p)
{
	static const char escapes[] = "\\\"'/nt", meanings[] = "\\\"'/\n\t";
	const char *s = p->text + p->token.at + 1, *const end = s + p->token.length - 2;
	char *text = malloc(p->token.length), *to = text;

	if (!text)
		FAIL(p, p->token.at, "out of memory");
	while (text && s < end) {
		const char *escape;
		size_t n;
		if (*s != '\\') {
			*to++ = *s++;
		} else if ((escape = strchr(escapes, s[1]))) {
			*to++ = meanings[escape - escapes];
			s += 2;
		} else if (s[1] == 'u' && end - s >= 6 && (n = decode_letter(s + 2, to))) {
			to += n;
			s += 6;
		} else {
			FAIL(p, (size_t)(s - p->text),
			        "a backslash is followed by one of \\ \" ' / n t or u and four hexadecimal digits");
			free(text);
			text = NULL;
		}
	}
	if (text)
		*to = '\0';
	return text;
}

static const char *const type_names[] = {
        [FILTER_TEXT] = "a text in quotes",
        [FILTER_PATENT] = "a patent number in quotes",
        [FILTER_LOCARNO] = "a class in quotes",
        [FILTER_NUMBER] = "a number",
        [FILTER_DATE] = "a date (2020, 2020-01, 2020-01-31 or 20200131)",
        [FILTER_TRUTH] = "true or false",
        [FILTER_COLOUR] = "a colour in quotes (\"#c03020\" or \"firebrick\")",
};

static int fail_type(struct parser *p, const struct filter_field *field)
{
	return FAIL(p, p->token.at, "'%s' is compared with %s", field->name, type_names[field->type]);
}

/* The token as a string of its own in to[size], false when it does not fit: nothing that long is a number or a date. */
static bool token_text(const struct parser *p, char *to, size_t size)
{
	const size_t quote = p->token.kind == TOKEN_TEXT, length = p->token.length - 2 * quote;

	if (length >= size)
		return false;
	memcpy(to, p->text + p->token.at + quote, length);
	to[length] = '\0';
	return true;
}

static int number_constant(struct parser *p, const struct filter_field *field, struct filter_constant *c)
{
	struct error reason;
	char text[64];

	if (p->token.kind != TOKEN_NUMBER)
		return fail_type(p, field);
	if (!token_text(p, text, sizeof text) || number_real(text, -1e18, 1e18, &c->low, &reason) < 0)
		return FAIL(p, p->token.at, "this is no number");
	c->high = c->low;
	return 0;
}

/*
 * A date as people write it: 20200131, 2020-01-31, 2020-01, 2020. The first and last day it spans, YYYYMMDD, where the
 * spans of years and months reach from day 00 to day 99, so that dates without a day lie inside.
 */
static int read_span(const char *text, int32_t *first, int32_t *last, struct error *err)
{
	const int from = date_read(text, true), to = date_read(text, false);

	if (!from || !to)
		return error_set(err, "'%.40s' is no date: write 2020, 2020-01, 2020-01-31 or 20200131", text);
	*first = from;
	*last = to;
	if (from == to)
		return 0;
	const int32_t unit = from / 100 == to / 100 ? 100 : 10000;
	*first = from / unit * unit;
	*last = *first + unit - 1;
	return 0;
}

static int date_constant(struct parser *p, const struct filter_field *field, struct filter_constant *c)
{
	struct error reason;
	char text[64];
	int32_t first = 0, last = 0;

	if (p->token.kind != TOKEN_NUMBER && p->token.kind != TOKEN_TEXT)
		return fail_type(p, field);
	if (!token_text(p, text, sizeof text))
		return fail_type(p, field);
	if (read_span(text, &first, &last, &reason) < 0)
		return FAIL(p, p->token.at, "%s", reason.text);
	c->low = first;
	c->high = last;
	return 0;
}

static int truth_constant(struct parser *p, const struct filter_field *field, struct filter_constant *c)
{
	if (!name_is(p, "true") && !name_is(p, "false"))
		return fail_type(p, field);
	c->low = c->high = name_is(p, "true");
	return 0;
}

static int fold_constant(struct parser *p, struct filter_constant *c)
{
	struct bytes folded = {0};

	if (fold_text(c->text, &folded) < 0) {
		bytes_release(&folded);
		return FAIL(p, p->token.at, "out of memory");
	}
	free(c->text);
	c->text = (char *)folded.data;
	return 0;
}

/* Replaces the text of a constant. */
static int set_text(struct parser *p, struct filter_constant *c, const char *text)
{
	free(c->text);
	c->text = strdup(text);
	return c->text ? 0 : FAIL(p, p->token.at, "out of memory");
}

/* What people write becomes what records hold; what is no number or class stays, since a path can be a patent_id too. */
static int canonical_constant(struct parser *p, const struct filter_field *field, struct filter_constant *c)
{
	char number[PATENT_NUMBER_SIZE], locarno[LOCARNO_SIZE];

	if (field->type == FILTER_PATENT && patent_number_read(c->text, number, NULL))
		return set_text(p, c, number);
	if (field->type == FILTER_LOCARNO && class_locarno(c->text, locarno))
		return set_text(p, c, locarno);
	return 0;
}

static int text_constant(struct parser *p, const struct filter_field *field, enum filter_operator op,
        struct filter_constant *c)
{
	if (p->token.kind != TOKEN_TEXT)
		return fail_type(p, field);
	if (!(c->text = unquote(p)))
		return -1;
	if (op == FILTER_CONTAINS || op == FILTER_BEGINS)
		return fold_constant(p, c);
	return canonical_constant(p, field, c);
}

static int colour_constant(struct parser *p, const struct filter_field *field, struct filter_constant *c)
{
	uint8_t rgb[3];

	if (p->token.kind != TOKEN_TEXT)
		return fail_type(p, field);
	if (!(c->text = unquote(p)))
		return -1;
	if (!colour_read(c->text, rgb))
		return FAIL(p, p->token.at, "this is no colour: write \"#c03020\", or a name that CSS has");
	c->colour = lab_of_rgb(rgb[0], rgb[1], rgb[2]);
	c->within = FILTER_NEAR;
	return 0;
}

/* Takes one constant of the field's type and adds it to the node that was added last. */
static int parse_constant(struct parser *p, int node)
{
	const struct filter_field *field = &filter_fields[p->filter->nodes[node].field];
	struct filter_constant *c = add_constant(p);
	int result = -1;

	if (!c)
		return -1;
	p->filter->nodes[node].count++;
	switch (field->type) {
	case FILTER_TEXT:
	case FILTER_PATENT:
	case FILTER_LOCARNO:
		result = text_constant(p, field, p->filter->nodes[node].op, c);
		break;
	case FILTER_NUMBER:
		result = number_constant(p, field, c);
		break;
	case FILTER_DATE:
		result = date_constant(p, field, c);
		break;
	case FILTER_TRUTH:
		result = truth_constant(p, field, c);
		break;
	case FILTER_COLOUR:
		result = colour_constant(p, field, c);
		break;
	}
	return result < 0 ? -1 : next_token(p);
}

/* --- tests ------------------------------------------------------------------------------------------------------------ */

/* The number of single-letter changes between two short words, at most `limit` + 1. */
static int distance(const char *a, size_t length, const char *b, int limit)
{
	enum { LONGEST = 40 };
	const size_t m = strlen(b);
	int row[LONGEST + 1];

	if (length > LONGEST || m > LONGEST)
		return limit + 1;
	for (size_t j = 0; j <= m; j++)
		row[j] = (int)j;
	for (size_t i = 0; i < length; i++) {
		int diagonal = row[0];
		row[0] = (int)i + 1;
		for (size_t j = 0; j < m; j++) {
			const int same = (a[i] | 0x20) == (b[j] | 0x20);
			int best = diagonal + !same;
			diagonal = row[j + 1];
			best = best < row[j] + 1 ? best : row[j] + 1;
			row[j + 1] = best < diagonal + 1 ? best : diagonal + 1;
		}
	}
	return row[m] <= limit ? row[m] : limit + 1;
}

/* A field within the object or the objects of this name, or NULL. */
static const char *field_within(const char *name, size_t length)
{
	for (size_t i = 0; i < filter_field_count; i++)
		if (strncmp(filter_fields[i].name, name, length) == 0 && filter_fields[i].name[length] == '.')
			return filter_fields[i].name;
	return NULL;
}

static int fail_unknown(struct parser *p, const char *name, size_t length)
{
	const char *nearest = NULL;
	int best = length < 4 ? 2 : 3;

	if (name_is(p, "and") || name_is(p, "or") || name_is(p, "not"))
		return FAIL(p, p->token.at, "'%.*s' is no operator: write '%s'", (int)length, name,
		        *name == 'a' ? "&&" : *name == 'o' ? "||" : "!");
	if (name_is(p, "max_score"))
		return FAIL(p, p->token.at, "a score belongs to the answer, not to the patent: use --min-score");
	if (field_within(name, length))
		return FAIL(p, p->token.at, "'%.*s' has parts: say which, such as '%s'",
		        (int)length, name, field_within(name, length));
	for (size_t i = 0; i < filter_field_count; i++) {
		const int d = distance(name, length, filter_fields[i].name, best);
		if (d < best) {
			best = d;
			nearest = filter_fields[i].name;
		}
	}
	if (nearest)
		return FAIL(p, p->token.at, "there is no field '%.*s'; did you mean '%s'?",
		        (int)(length < 80 ? length : 80), name, nearest);
	return FAIL(p, p->token.at, "there is no field '%.*s'", (int)(length < 80 ? length : 80), name);
}

/* Takes the field's name; its number, or -1. */
static int parse_field(struct parser *p)
{
	const char *name = p->text + p->token.at;

	if (p->token.kind == TOKEN_END)
		return FAIL(p, p->token.at, "a test is missing here, such as: title ~ \"chair\"");
	if (p->token.kind != TOKEN_NAME)
		return FAIL(p, p->token.at, "a test begins with the name of a field, such as: title ~ \"chair\"");
	for (size_t i = 0; i < filter_field_count; i++)
		if (name_is(p, filter_fields[i].name))
			return next_token(p) < 0 ? -1 : (int)i;
	return fail_unknown(p, name, p->token.length);
}

static const struct {
	const char *sign;
	enum filter_operator op;
	bool negated;
} operators[] = {
        {"==", FILTER_EQUAL, false},
        {"!=", FILTER_EQUAL, true},
        {"<", FILTER_LESS, false},
        {"<=", FILTER_LESS_EQUAL, false},
        {">", FILTER_GREATER, false},
        {">=", FILTER_GREATER_EQUAL, false},
        {"~", FILTER_CONTAINS, false},
        {"^=", FILTER_BEGINS, false},
        {"=~", FILTER_EXPRESSION, false},
};

/* Texts have all operators, numbers and dates an order, yes and no only equality, colours only nearness. */
static bool allowed(enum filter_type type, enum filter_operator op)
{
	if (type == FILTER_COLOUR)
		return op == FILTER_CONTAINS;
	if (type == FILTER_TEXT || type == FILTER_PATENT || type == FILTER_LOCARNO || op == FILTER_EQUAL)
		return true;
	return type != FILTER_TRUTH && op >= FILTER_LESS && op <= FILTER_GREATER_EQUAL;
}

/* Fails when fields of this type have no such operator. */
static int check_allowed(struct parser *p, int node, enum filter_operator op, size_t at)
{
	const struct filter_field *field = &filter_fields[p->filter->nodes[node].field];

	if (allowed(field->type, op))
		return 0;
	return FAIL(p, at, "'%s' holds %s, which has no such operator", field->name, type_names[field->type]);
}

static int parse_list(struct parser *p, int node)
{
	if (check_allowed(p, node, FILTER_EQUAL, p->token.at) < 0)
		return -1;
	if (next_token(p) < 0 || expect_sign(p, "(", "the '(' of a list") < 0 || parse_constant(p, node) < 0)
		return -1;
	while (sign_is(p, ","))
		if (next_token(p) < 0 || parse_constant(p, node) < 0)
			return -1;
	return expect_sign(p, ")", "a ',' or ')'") < 0 ? -1 : node;
}

/* The pattern is what stands between the quotes, untouched: backslashes are its own. */
static int parse_expression(struct parser *p, int node)
{
	struct filter_node *n = &p->filter->nodes[node];
	struct error reason = {""};

	if (p->token.kind != TOKEN_TEXT)
		return fail_type(p, &filter_fields[n->field]);
	char *pattern = strndup(p->text + p->token.at + 1, p->token.length - 2);
	n->expression = pattern ? expression_compile(pattern, &reason) : NULL;
	free(pattern);
	if (!n->expression)
		return FAIL(p, p->token.at, "wrong regular expression: %s", pattern ? reason.text : "out of memory");
	return next_token(p) < 0 ? -1 : node;
}

/* How far away a colour may be, behind it. */
static int parse_within(struct parser *p, int node)
{
	const struct filter_node *n = &p->filter->nodes[node];
	struct error reason;
	char text[64];

	if (filter_fields[n->field].type != FILTER_COLOUR)
		return FAIL(p, p->token.at, "only a colour has 'within' behind it");
	if (next_token(p) < 0)
		return -1;
	if (p->token.kind != TOKEN_NUMBER || !token_text(p, text, sizeof text) ||
	        number_real(text, 0, FILTER_FAR, &p->filter->constants[n->constant].within, &reason) < 0)
		return FAIL(p, p->token.at, "'within' is followed by a difference of colours, 0 to %d", FILTER_FAR);
	return next_token(p);
}

static int parse_comparison(struct parser *p, int node, enum filter_operator op, size_t at)
{
	if (op == FILTER_EQUAL && name_is(p, "null")) {
		p->filter->nodes[node].op = FILTER_MISSING;
		return next_token(p) < 0 ? -1 : node;
	}
	if (check_allowed(p, node, op, at) < 0)
		return -1;
	p->filter->nodes[node].op = op;
	if (op == FILTER_EXPRESSION)
		return parse_expression(p, node);
	if (parse_constant(p, node) < 0)
		return -1;
	return name_is(p, "within") && parse_within(p, node) < 0 ? -1 : node;
}

static int parse_test(struct parser *p)
{
	const size_t at = p->token.at;
	const int field = parse_field(p), node = field < 0 ? -1 : add_node(p, FILTER_EQUAL);
	const size_t operator_at = p->token.at;

	if (node < 0)
		return -1;
	p->filter->nodes[node].field = (unsigned)field;
	if (name_is(p, "in"))
		return parse_list(p, node);
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
		if (!sign_is(p, operators[i].sign))
			continue;
		if (next_token(p) < 0 || parse_comparison(p, node, operators[i].op, operator_at) < 0)
			return -1;
		return operators[i].negated ? add_above(p, FILTER_NOT, node) : node;
	}
	if (filter_fields[field].type != FILTER_TRUTH)
		return FAIL(p, at, "'%s' is no yes or no: compare it with something", filter_fields[field].name);
	struct filter_constant *yes = add_constant(p);
	if (!yes)
		return -1;
	yes->low = yes->high = 1;
	p->filter->nodes[node].count = 1;
	return node;
}

/* --- combinations ----------------------------------------------------------------------------------------------------- */

static int parse_any(struct parser *p);

static int parse_not(struct parser *p)
{
	const size_t at = p->token.at;
	int node;

	if (!sign_is(p, "!") && !sign_is(p, "("))
		return parse_test(p);
	if (p->depth >= LIMIT_FILTER_DEPTH)
		return FAIL(p, at, "this is nested more than %d deep", LIMIT_FILTER_DEPTH);
	p->depth++;
	if (sign_is(p, "!")) {
		node = next_token(p) < 0 ? -1 : add_above(p, FILTER_NOT, parse_not(p));
	} else {
		node = next_token(p) < 0 ? -1 : parse_any(p);
		if (node >= 0 && !sign_is(p, ")"))
			return FAIL(p, p->token.at, "a ')' is missing here");
		if (node >= 0 && next_token(p) < 0)
			return -1;
	}
	p->depth--;
	return node;
}

/* What `part` reads, once or joined by the sign: one node, or one node above all of them. */
static int parse_joined(struct parser *p, int (*part)(struct parser *), const char *sign, enum filter_operator op)
{
	int last = part(p), node = last;

	if (last < 0 || !sign_is(p, sign))
		return last;
	node = add_above(p, op, last);
	while (node >= 0 && sign_is(p, sign)) {
		const int next = next_token(p) < 0 ? -1 : part(p);
		if (next < 0)
			return -1;
		p->filter->nodes[last].sibling = next;
		last = next;
	}
	return node;
}

static int parse_all(struct parser *p)
{
	return parse_joined(p, parse_not, "&&", FILTER_AND);
}

static int parse_any(struct parser *p)
{
	return parse_joined(p, parse_all, "||", FILTER_OR);
}

int filter_compile(struct filter *f, const char *text, size_t *at, struct error *err)
{
	struct parser p = {.text = text, .filter = f, .at = at, .err = err};

	*f = (struct filter){.root = -1};
	*at = 0;
	if (strlen(text) > LIMIT_FILTER) {
		*at = LIMIT_FILTER;
		return error_set(err, "it is longer than %d bytes", LIMIT_FILTER);
	}
	/* a test that compares with nothing points at them, too */
	f->constants = grow(NULL, 0, &f->constant_capacity, sizeof *f->constants);
	if (!f->constants)
		return error_set(err, "out of memory");
	if (next_token(&p) == 0 && (f->root = parse_any(&p)) >= 0 && p.token.kind != TOKEN_END)
		f->root = name_is(&p, "and") || name_is(&p, "or")
		                  ? fail_unknown(&p, text + p.token.at, p.token.length)
		                  : FAIL(&p, p.token.at, "'&&' or '||' is missing here");
	if (f->root >= 0)
		return 0;
	filter_release(f);
	return -1;
}

void filter_release(struct filter *f)
{
	for (size_t i = 0; i < f->node_count; i++)
		expression_free(f->nodes[i].expression);
	for (size_t i = 0; i < f->constant_count; i++)
		free(f->constants[i].text);
	free(f->nodes);
	free(f->constants);
	*f = (struct filter){.root = -1};
}
