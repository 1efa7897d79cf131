/* SPDX-License-Identifier: ISC */
/* Any expression is compiled or refused at a place within it; what compiles is evaluated. */
#include "index/filter.h"
#include "oracle/matches.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char record[] = "{\"title\":\"Chair\",\"pub_date\":20200131,\"expires\":20350131,\"image_count\":7,"
	                             "\"loc_class\":\"06-01\",\"inventor_names\":[\"Ada\",\"Bo\"],\"term_disclaimer\":false}";
	static const char colours[] =
	        "[{\"colours\":[{\"lab\":[43.4,55.8,43.78]},{\"lab\":[1]}],\"scheme\":\"warm\",\"bilevel\":false}]";
	struct json *json = json_parse(record, sizeof record - 1, NULL);
	struct json *pictures = json_parse(colours, sizeof colours - 1, NULL);
	char *text = malloc(size + 1);
	struct error err;
	struct filter f;
	size_t at;

	if (!json || !pictures || !text)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	if (filter_compile(&f, text, &at, &err) == 0) {
		if (matches(&f, "D0900001", json, pictures, 20260106) < 0)
			abort();
		filter_release(&f);
	} else if (at > strlen(text)) {
		abort();
	}
	json_release(json);
	json_release(pictures);
	free(text);
	return 0;
}
