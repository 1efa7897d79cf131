/* SPDX-License-Identifier: ISC */
#include "oracle/matches.h"

#include "base/fold.h"
#include "patent/record.h"

#include <string.h>

/* --- one value against one test --------------------------------------------------------------------------------------- */

static bool text_passes(const char *text, const struct filter_constant *c, enum filter_operator op)
{
	switch (op) {
	case FILTER_EQUAL:
		return strcmp(text, c->text) == 0;
	case FILTER_LESS:
		return strcmp(text, c->text) < 0;
	case FILTER_LESS_EQUAL:
		return strcmp(text, c->text) <= 0;
	case FILTER_GREATER:
		return strcmp(text, c->text) > 0;
	case FILTER_GREATER_EQUAL:
		return strcmp(text, c->text) >= 0;
	case FILTER_CONTAINS:
		return strstr(text, c->text) != NULL;
	case FILTER_BEGINS:
		return strncmp(text, c->text, strlen(c->text)) == 0;
	default:
		return false;
	}
}

static bool number_passes(double value, const struct filter_constant *c, enum filter_operator op)
{
	switch (op) {
	case FILTER_EQUAL:
		return c->low <= value && value <= c->high;
	case FILTER_LESS:
		return value < c->low;
	case FILTER_LESS_EQUAL:
		return value <= c->high;
	case FILTER_GREATER:
		return value > c->high;
	case FILTER_GREATER_EQUAL:
		return value >= c->low;
	default:
		return false;
	}
}

/* What the tests are made on; `failed` is set when memory is short. */
struct subject {
	const struct filter *filter;
	const char *document;
	const struct json *record, *pictures;
	int32_t today;
	struct bytes folded;
	bool failed;
};

static bool test_text(struct subject *s, const struct filter_node *node, const char *text)
{
	const struct filter_constant *c = &s->filter->constants[node->constant];

	if (!text)
		return false;
	if (node->op == FILTER_MISSING)
		return true;
	if (node->op == FILTER_EXPRESSION)
		return expression_matches(node->expression, text);
	if (node->op == FILTER_CONTAINS || node->op == FILTER_BEGINS) {
		if (fold_text(text, &s->folded) < 0) {
			s->failed = true;
			return false;
		}
		text = (const char *)s->folded.data;
	}
	for (size_t i = 0; i < node->count; i++)
		if (text_passes(text, &c[i], node->op))
			return true;
	return false;
}

static bool test_number(const struct subject *s, const struct filter_node *node, double value)
{
	const struct filter_constant *c = &s->filter->constants[node->constant];

	if (node->op == FILTER_MISSING)
		return true;
	for (size_t i = 0; i < node->count; i++)
		if (number_passes(value, &c[i], node->op))
			return true;
	return false;
}

/* A dominant colour of a picture, an object with its lab. */
static bool test_colour(const struct subject *s, const struct filter_node *node, const struct json *value)
{
	const struct filter_constant *c = &s->filter->constants[node->constant];
	const struct json *lab = json_member(value, "lab");
	struct lab colour;

	if (!json_as_number(json_at(lab, 0), &colour.lightness) || !json_as_number(json_at(lab, 1), &colour.a) ||
	        !json_as_number(json_at(lab, 2), &colour.b))
		return false;
	return node->op == FILTER_MISSING || lab_difference(c->colour, colour) <= c->within;
}

/* A value of the record's or a picture's, when it is of the field's type. For FILTER_MISSING: whether there is one. */
static bool test_value(struct subject *s, const struct filter_node *node, const struct json *value)
{
	double number;

	switch (filter_fields[node->field].type) {
	case FILTER_TEXT:
	case FILTER_PATENT:
	case FILTER_LOCARNO:
		return test_text(s, node, json_text(value));
	case FILTER_NUMBER:
	case FILTER_DATE:
		return json_as_number(value, &number) && test_number(s, node, number);
	case FILTER_TRUTH:
		return json_kind(value) == KIND_BOOL && test_number(s, node, json_as_bool(value));
	case FILTER_COLOUR:
		return test_colour(s, node, value);
	}
	return false;
}

/* --- one record ------------------------------------------------------------------------------------------------------- */

/* Whether any value under the dotted path passes; an array stands for each of its elements, wherever it is met. */
static bool test_path(struct subject *s, const struct filter_node *node, const struct json *value, const char *path)
{
	char key[64];

	if (json_kind(value) == KIND_ARRAY) {
		for (size_t i = 0; i < json_count(value); i++)
			if (test_path(s, node, json_at(value, i), path))
				return true;
		return false;
	}
	if (!*path)
		return test_value(s, node, value);
	const size_t length = strcspn(path, ".");
	memcpy(key, path, length); /* a part of a name in filter_fields */
	key[length] = '\0';
	return test_path(s, node, json_member(value, key), path + length + (path[length] == '.'));
}

/* Without its dates it is neither in force nor out of it. */
static bool test_active(const struct subject *s, const struct filter_node *node)
{
	return record_date(s->record, "pub_date") && record_date(s->record, "expires") &&
	       test_number(s, node, record_active(s->record, s->today));
}

static bool is_of_pictures(unsigned field)
{
	return field >= FILTER_COLOR && field <= FILTER_PAPER;
}

static bool test_node(struct subject *s, const struct filter_node *node)
{
	const struct filter_field *field = &filter_fields[node->field];
	bool passes;

	if (node->field == FILTER_ACTIVE)
		passes = test_active(s, node);
	else if (node->field == FILTER_PATENT_ID)
		passes = test_text(s, node, s->document);
	else if (is_of_pictures(node->field))
		passes = test_path(s, node, s->pictures, node->field == FILTER_COLOR ? "colours" : field->name);
	else
		passes = test_path(s, node, s->record, field->name);
	return node->op == FILTER_MISSING ? !passes : passes;
}

/* The depth of the recursion is that of the expression, which filter_compile has bounded. */
static bool evaluate(struct subject *s, int at)
{
	const struct filter_node *nodes = s->filter->nodes, *node = &nodes[at];

	switch (node->op) {
	case FILTER_NOT:
		return !evaluate(s, node->child);
	case FILTER_AND:
		for (int i = node->child; i >= 0; i = nodes[i].sibling)
			if (!evaluate(s, i))
				return false;
		return true;
	case FILTER_OR:
		for (int i = node->child; i >= 0; i = nodes[i].sibling)
			if (evaluate(s, i))
				return true;
		return false;
	default:
		return test_node(s, node);
	}
}

int matches(const struct filter *f, const char *document, const struct json *record, const struct json *pictures,
        int32_t today)
{
	struct subject s = {
	        .filter = f, .document = document, .record = record, .pictures = pictures, .today = today};
	const bool passes = evaluate(&s, f->root);

	bytes_release(&s.folded);
	return s.failed ? -1 : passes;
}
