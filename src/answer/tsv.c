/* SPDX-License-Identifier: ISC */
#include "answer/tsv.h"

#include "base/utf8.h"

#include <string.h>

int tsv_put_header(bool named, struct bytes *to)
{
	return bytes_printf(to, "%sscore\tpatent\ttitle\tlocarno\tgranted\tapplicant\tpicture\n", named ? "query\t" : "");
}

/* The text, which may be NULL, and what ends its column. */
static int put_column(const char *text, char end, struct bytes *to)
{
	const uint8_t *p = (const uint8_t *)(text ? text : "");

	while (*p) {
		const size_t control = utf8_control_length(p, 2);
		if (bytes_put_u8(to, control ? ' ' : *p) < 0)
			return -1;
		p += control ? control : 1;
	}
	return bytes_put_u8(to, (uint8_t)end);
}

static int put_date(const struct json *date, struct bytes *to)
{
	int64_t d;

	if (json_as_integer(date, &d) && d > 0 && d <= 99991231 &&
	        bytes_printf(to, "%04d-%02d-%02d", (int)(d / 10000), (int)(d / 100 % 100), (int)(d % 100)) < 0)
		return -1;
	return bytes_put_u8(to, '\t');
}

int tsv_put_answer(const struct answer *a, struct bytes *to)
{
	char score[ANSWER_SCORE] = "";

	if (a->query && put_column(a->query, '\t', to) < 0)
		return -1;
	if (a->has_score)
		answer_score_text(a->score, score);
	if (put_column(score, '\t', to) < 0 || put_column(a->document, '\t', to) < 0 ||
	        put_column(json_text(json_member(a->record, "title")), '\t', to) < 0 ||
	        put_column(json_text(json_member(a->record, "loc_class")), '\t', to) < 0 ||
	        put_date(json_member(a->record, "pub_date"), to) < 0 ||
	        put_column(json_text(json_member(a->record, "applicant_name")), '\t', to) < 0)
		return -1;
	return put_column(a->page_count ? a->pages[0].identity : NULL, '\n', to);
}
