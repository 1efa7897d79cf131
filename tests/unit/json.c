/* SPDX-License-Identifier: ISC */
#include "base/json.h"
#include "base/limits.h"
#include "unit/test.h"

#include <stdlib.h>

static void test_writer(void)
{
	struct bytes b = {0};
	struct json_writer w = {.to = &b};

	json_open_object(&w);
	json_pair_string(&w, "a", "q\"b\\s\n\x01 \xc3\xa9 \xff\xc3 \xed\xa0\x80");
	json_pair_string(&w, "none", NULL);
	json_key(&w, "list");
	json_open_array(&w);
	json_put_integer(&w, -3);
	json_put_real(&w, 0.5, 6);
	json_put_real(&w, NAN, 6);
	json_put_bool(&w, true);
	json_open_object(&w);
	json_close_object(&w);
	json_close_array(&w);
	json_pair_integer(&w, "n", INT64_MIN);
	json_close_object(&w);
	bytes_terminate(&b);
	is_text((char *)b.data,
	        "{\"a\":\"q\\\"b\\\\s\\n\\u0001 \xc3\xa9 \xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\","
	        "\"none\":null,\"list\":[-3,0.5,null,true,{}],\"n\":-9223372036854775808}",
	        "the writer escapes, replaces what is no UTF-8, and puts commas");
	bytes_release(&b);
}

static void test_round_trip(void)
{
	const char *text = "{\"z\":[1,2.5,\"x\",null,true,false],\"a\":{\"b\":[]},\"e\":\"\\u00e9\\ud83d\\ude00\"}";
	struct error err = {""};
	struct json *v = json_parse(text, strlen(text), &err);
	struct bytes b = {0};
	struct json_writer w = {.to = &b};
	int64_t n = 0;
	double x = 0;

	json_put_value(&w, v);
	bytes_terminate(&b);
	is_text((char *)b.data, "{\"z\":[1,2.5,\"x\",null,true,false],\"a\":{\"b\":[]},\"e\":\"\xc3\xa9\xf0\x9f\x98\x80\"}",
	        "what was parsed is written again in its order");
	ok(json_as_integer(json_at(json_member(v, "z"), 0), &n) && n == 1, "an integer");
	ok(!json_as_integer(json_at(json_member(v, "z"), 1), &n), "a real is no integer");
	ok(json_as_number(json_at(json_member(v, "z"), 1), &x) && x == 2.5, "but a number");
	ok(json_kind(json_member(v, "nothing")) == KIND_NULL && !json_text(json_at(json_member(v, "q"), 9)),
	        "what is not there reads as null");
	json_release(v);
	bytes_release(&b);
}

static void test_refusals(void)
{
	static const char *const bad[] = {"", "{", "[1,]", "{\"a\":1,\"a\":2}", "\"\xff\"", "1 2", "nul", "[1e999]"};
	struct error err;
	char deep[2 * LIMIT_JSON_DEPTH + 3] = "";

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct json *v = json_parse(bad[i], strlen(bad[i]), &err);
		ok(!v, "'%s' is refused", bad[i]);
		json_release(v);
	}
	memset(deep, '[', LIMIT_JSON_DEPTH + 1);
	memset(deep + LIMIT_JSON_DEPTH + 1, ']', LIMIT_JSON_DEPTH + 1);
	ok(!json_parse(deep, strlen(deep), &err), "too deep: %s", err.text);
	struct json *v = json_parse(deep + 1, strlen(deep) - 2, &err);
	ok(v != NULL, "as deep as allowed");
	json_release(v);
}

int main(void)
{
	test_writer();
	test_round_trip();
	test_refusals();
	return done();
}
