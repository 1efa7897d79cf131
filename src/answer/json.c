/* SPDX-License-Identifier: ISC */
#include "answer/json.h"

#include <string.h>

static void pair_score(struct json_writer *w, const char *key, bool has_score, float score)
{
	char text[ANSWER_SCORE];

	json_key(w, key);
	if (!has_score) {
		json_put_null(w);
		return;
	}
	answer_score_text(score, text);
	json_put_raw(w, text, strlen(text));
}

static void put_page(struct json_writer *w, const struct answer_page *page, bool has_score)
{
	json_open_object(w);
	json_pair_integer(w, "image_index", page->image_index);
	json_pair_integer(w, "page_num", page->page_num);
	json_pair_string(w, "file_name", answer_file_name(page));
	json_pair_string(w, "file_path", page->file_path);
	pair_score(w, "score", has_score, page->score);
	json_close_object(w);
}

int json_put_answer(const struct answer *a, struct bytes *to)
{
	static const char *const of_record[] = {"title", "loc_class", "pub_date", "filing_date", "applicant_name",
	        "applicant_country", "inventor_names", "assignee_name", "claim_text", "image_count", "expires",
	        "term_disclaimer"};
	struct json_writer w = {.to = to};

	json_open_object(&w);
	if (a->query)
		json_pair_string(&w, "query", a->query);
	json_pair_string(&w, "patent_id", a->document);
	pair_score(&w, "max_score", a->has_score, a->score);
	for (size_t i = 0; i < sizeof of_record / sizeof *of_record; i++) {
		json_key(&w, of_record[i]);
		json_put_value(&w, json_member(a->record, of_record[i]));
	}
	json_key(&w, "active");
	if (a->record)
		json_put_bool(&w, a->active);
	else
		json_put_null(&w);
	json_key(&w, "pages");
	json_open_array(&w);
	for (size_t i = 0; i < a->page_count; i++)
		put_page(&w, &a->pages[i], a->has_score);
	json_close_array(&w);
	json_close_object(&w);
	return w.failed ? -1 : bytes_put_u8(to, '\n');
}
