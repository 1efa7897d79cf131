/* SPDX-License-Identifier: ISC */
#include "base/json.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <jansson.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* --- out --- */

static void put(struct json_writer *w, const void *data, size_t size)
{
	if (bytes_append(w->to, data, size) < 0)
		w->failed = true;
}

/* What stands before a value or key: a comma, unless it is the first. */
static void begin_value(struct json_writer *w)
{
	if (w->comma)
		put(w, ",", 1);
	w->comma = true;
}

void json_open_object(struct json_writer *w)
{
	begin_value(w);
	put(w, "{", 1);
	w->comma = false;
}

void json_close_object(struct json_writer *w)
{
	put(w, "}", 1);
	w->comma = true;
}

void json_open_array(struct json_writer *w)
{
	begin_value(w);
	put(w, "[", 1);
	w->comma = false;
}

void json_close_array(struct json_writer *w)
{
	put(w, "]", 1);
	w->comma = true;
}

static void put_quoted(struct json_writer *w, const char *text, size_t size)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t plain = 0; /* bytes before s[i] that go out as they are */
	char escape[8];

	put(w, "\"", 1);
	for (size_t i = 0; i < size;) {
		const size_t n = utf8_length(s + i, size - i);
		const char *instead = NULL;
		if (n == 0) {
			instead = "\xef\xbf\xbd";
		} else if (s[i] == '"') {
			instead = "\\\"";
		} else if (s[i] == '\\') {
			instead = "\\\\";
		} else if (s[i] == '\n') {
			instead = "\\n";
		} else if (s[i] == '\t') {
			instead = "\\t";
		} else if (s[i] == '\r') {
			instead = "\\r";
		} else if (s[i] < 0x20 || s[i] == 0x7f) {
			snprintf(escape, sizeof escape, "\\u%04x", (unsigned)s[i]);
			instead = escape;
		}
		if (instead) {
			put(w, s + i - plain, plain);
			put(w, instead, strlen(instead));
			plain = 0;
			i++;
		} else {
			plain += n;
			i += n;
		}
	}
	put(w, s + size - plain, plain);
	put(w, "\"", 1);
}

void json_key(struct json_writer *w, const char *key)
{
	begin_value(w);
	put_quoted(w, key, strlen(key));
	put(w, ":", 1);
	w->comma = false;
}

void json_put_text(struct json_writer *w, const char *text, size_t size)
{
	begin_value(w);
	put_quoted(w, text, size);
}

void json_put_string(struct json_writer *w, const char *text)
{
	if (text)
		json_put_text(w, text, strlen(text));
	else
		json_put_null(w);
}

void json_put_raw(struct json_writer *w, const char *json, size_t size)
{
	begin_value(w);
	put(w, json, size);
}

static void put_word(struct json_writer *w, const char *word)
{
	json_put_raw(w, word, strlen(word));
}

void json_put_integer(struct json_writer *w, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)value);
	put_word(w, text);
}

void json_put_real(struct json_writer *w, double value, int digits)
{
	char text[64];

	if (!isfinite(value)) {
		json_put_null(w);
		return;
	}
	snprintf(text, sizeof text, "%.*g", digits, value);
	put_word(w, text);
}

void json_put_bool(struct json_writer *w, bool value)
{
	put_word(w, value ? "true" : "false");
}

void json_put_null(struct json_writer *w)
{
	put_word(w, "null");
}

void json_pair_string(struct json_writer *w, const char *key, const char *text)
{
	json_key(w, key);
	json_put_string(w, text);
}

void json_pair_integer(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_put_integer(w, value);
}

void json_pair_real(struct json_writer *w, const char *key, double value, int digits)
{
	json_key(w, key);
	json_put_real(w, value, digits);
}

void json_pair_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_put_bool(w, value);
}

/* --- in: `struct json` is jansson's json_t under a name of ours --- */

static const json_t *inside(const struct json *v)
{
	return (const json_t *)(const void *)v;
}

static const struct json *outside(const json_t *v)
{
	return (const struct json *)(const void *)v;
}

/* jansson bounds the depth only by its own constant; a text too deep is refused before it is parsed. */
static bool too_deep(const char *text, size_t size)
{
	int depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < size; i++) {
		if (quoted) {
			if (text[i] == '\\')
				i++;
			else
				quoted = text[i] != '"';
		} else if (text[i] == '"') {
			quoted = true;
		} else if (text[i] == '{' || text[i] == '[') {
			if (++depth > LIMIT_JSON_DEPTH)
				return true;
		} else if (text[i] == '}' || text[i] == ']') {
			depth--;
		}
	}
	return false;
}

struct json *json_parse(const void *text, size_t size, struct error *err)
{
	json_error_t why;

	if (too_deep(text, size)) {
		error_set(err, "JSON nested deeper than %d", LIMIT_JSON_DEPTH);
		return NULL;
	}
	json_t *v = json_loadb(text, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	if (!v)
		error_set(err, "not valid JSON: line %d, column %d: %s", why.line, why.column, why.text);
	return (struct json *)(void *)v;
}

void json_release(struct json *document)
{
	json_decref((json_t *)(void *)document);
}

enum json_kind json_kind(const struct json *v)
{
	if (!v)
		return KIND_NULL;
	switch (json_typeof(inside(v))) {
	case JSON_OBJECT:
		return KIND_OBJECT;
	case JSON_ARRAY:
		return KIND_ARRAY;
	case JSON_STRING:
		return KIND_STRING;
	case JSON_INTEGER:
		return KIND_INTEGER;
	case JSON_REAL:
		return KIND_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return KIND_BOOL;
	case JSON_NULL:
		break;
	}
	return KIND_NULL;
}

const struct json *json_member(const struct json *object, const char *key)
{
	return outside(json_object_get(inside(object), key));
}

size_t json_count(const struct json *v)
{
	return json_kind(v) == KIND_OBJECT ? json_object_size(inside(v)) : json_array_size(inside(v));
}

const struct json *json_at(const struct json *array, size_t i)
{
	return outside(json_array_get(inside(array), i));
}

const char *json_text(const struct json *v)
{
	return json_string_value(inside(v));
}

bool json_as_integer(const struct json *v, int64_t *value)
{
	if (json_kind(v) != KIND_INTEGER)
		return false;
	*value = json_integer_value(inside(v));
	return true;
}

bool json_as_number(const struct json *v, double *value)
{
	const enum json_kind kind = json_kind(v);

	if (kind != KIND_INTEGER && kind != KIND_REAL)
		return false;
	*value = json_number_value(inside(v));
	return true;
}

bool json_as_bool(const struct json *v)
{
	return v && json_is_true(inside(v));
}

int json_each(const struct json *object, int (*visit)(void *context, const char *key, const struct json *value),
        void *context)
{
	if (json_kind(object) != KIND_OBJECT)
		return 0;
	/* jansson's iterators take a mutable object and do not change it */
	json_t *o = (json_t *)(void *)(uintptr_t)object;
	for (void *i = json_object_iter(o); i; i = json_object_iter_next(o, i)) {
		const int result = visit(context, json_object_iter_key(i), outside(json_object_iter_value(i)));
		if (result)
			return result;
	}
	return 0;
}

static int put_member(void *context, const char *key, const struct json *value)
{
	struct json_writer *w = context;

	json_key(w, key);
	json_put_value(w, value);
	return 0;
}

void json_put_value(struct json_writer *w, const struct json *value)
{
	switch (json_kind(value)) {
	case KIND_NULL:
		json_put_null(w);
		break;
	case KIND_BOOL:
		json_put_bool(w, json_as_bool(value));
		break;
	case KIND_INTEGER:
		json_put_integer(w, json_integer_value(inside(value)));
		break;
	case KIND_REAL:
		json_put_real(w, json_real_value(inside(value)), 17);
		break;
	case KIND_STRING:
		json_put_text(w, json_string_value(inside(value)), json_string_length(inside(value)));
		break;
	case KIND_ARRAY:
		json_open_array(w);
		for (size_t i = 0; i < json_count(value); i++)
			json_put_value(w, json_at(value, i));
		json_close_array(w);
		break;
	case KIND_OBJECT:
		json_open_object(w);
		json_each(value, put_member, w);
		json_close_object(w);
		break;
	}
}
