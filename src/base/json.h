/* SPDX-License-Identifier: ISC */
/*
 * json - JSON in and out (RFC 8259)
 *
 * Out: a writer into a growing block that puts commas and quotes itself and always writes valid UTF-8: bytes that are none
 * become U+FFFD. In: a parsed value behind accessors that take wrong types calmly, so that foreign JSON reads straight
 * down. The parser behind it is jansson; depth is bounded by LIMIT_JSON_DEPTH, duplicate keys are refused.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/bytes.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Start with {.to = &block}. Memory failure is remembered: look at `failed` once at the end. In an object every value
 * follows a json_key; in an array values simply follow. No white space is written.
 */
struct json_writer {
	struct bytes *to;
	bool failed;
	bool comma; /* the next value or key is not the first in its container */
};

void json_open_object(struct json_writer *w);
void json_close_object(struct json_writer *w);
void json_open_array(struct json_writer *w);
void json_close_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_put_string(struct json_writer *w, const char *text);
void json_put_text(struct json_writer *w, const char *text, size_t size);
void json_put_integer(struct json_writer *w, int64_t value);
void json_put_real(struct json_writer *w, double value, int digits); /* %.*g; NaN and infinity become null */
void json_put_bool(struct json_writer *w, bool value);
void json_put_null(struct json_writer *w);
void json_put_raw(struct json_writer *w, const char *json, size_t size); /* already JSON, as a patent's record is */

/* key and value in one */
void json_pair_string(struct json_writer *w, const char *key, const char *text);
void json_pair_integer(struct json_writer *w, const char *key, int64_t value);
void json_pair_real(struct json_writer *w, const char *key, double value, int digits);
void json_pair_bool(struct json_writer *w, const char *key, bool value);

/*
 * A parsed text. `json` values belong to their document and live until json_release. A NULL value is allowed
 * everywhere and behaves as null; a member that is not there is NULL.
 */
struct json;

/* jansson has taken JSON_STRING and the like, and json_string() too: ours are said differently. */
enum json_kind { KIND_NULL, KIND_BOOL, KIND_INTEGER, KIND_REAL, KIND_STRING, KIND_ARRAY, KIND_OBJECT };

/* The whole of text[0 .. size) must be one value. NULL with the reason ("line 1, column 7: ..."). */
struct json *json_parse(const void *text, size_t size, struct error *err);
void json_release(struct json *document); /* NULL is allowed; only for what json_parse returned */

enum json_kind json_kind(const struct json *v);
const struct json *json_member(const struct json *object, const char *key);
size_t json_count(const struct json *v);                          /* of an array or an object; else 0 */
const struct json *json_at(const struct json *array, size_t i);   /* NULL beyond the end */
const char *json_text(const struct json *v);                      /* UTF-8; NULL when it is no string */
bool json_as_integer(const struct json *v, int64_t *value);       /* false when it is no integer */
bool json_as_number(const struct json *v, double *value);         /* integer or real */
bool json_as_bool(const struct json *v);                          /* true only when it is true */

/* Calls visit for each member in the order of the text, until it returns other than 0; returns that, or 0. */
int json_each(const struct json *object, int (*visit)(void *context, const char *key, const struct json *value),
        void *context);

/* Writes the value as the text it came from would be, without white space, keys in their order. */
void json_put_value(struct json_writer *w, const struct json *value);

#endif
