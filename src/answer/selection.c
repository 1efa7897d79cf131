/* SPDX-License-Identifier: ISC */
#include "answer/selection.h"

#include "answer/answer.h"
#include "patent/record.h"

#include <stdlib.h>
#include <string.h>

bool selection_has(const struct selection *s, uint32_t patent)
{
	return s->bits[patent / 64] >> patent % 64 & 1;
}

void selection_put(struct selection *s, uint32_t patent, bool selected)
{
	if (selected == selection_has(s, patent))
		return;
	s->bits[patent / 64] ^= (uint64_t)1 << patent % 64;
	if (selected)
		s->count++;
	else
		s->count--;
}

/* What a filter is asked with, patent by patent. */
struct scan {
	const struct index *index;
	struct filter *filter; /* NULL: all pass */
	int32_t today;
	struct index_picture picture;
	struct bytes text;
};

/* The colours of the pictures that have any, as a JSON array in s->text. */
static int write_pictures(struct scan *s, const struct index_patent *p, struct error *err)
{
	struct json_writer w = {.to = &s->text};

	s->text.size = 0;
	json_open_array(&w);
	for (uint32_t i = 0; i < p->picture_count; i++) {
		const int there = index_picture(s->index, index_patent_picture(p, i), &s->picture, err);
		if (there < 0)
			return -1;
		if (there && s->picture.colours_size)
			json_put_raw(&w, s->picture.colours, s->picture.colours_size);
	}
	json_close_array(&w);
	return w.failed ? error_set(err, "out of memory") : 0;
}

/* *pictures stays NULL where the filter does not ask. */
static int read_pictures(struct scan *s, const struct index_patent *p, struct json **pictures, struct error *err)
{
	*pictures = NULL;
	if (!filter_asks_pictures(s->filter))
		return 0;
	if (write_pictures(s, p, err) < 0)
		return -1;
	*pictures = json_parse(s->text.data, s->text.size, err);
	return *pictures ? 0 : error_within(err, "the colours of '%.200s' are damaged", p->document);
}

/* Whether it passes: 1, 0, -1. */
static int passes(struct scan *s, const struct index_patent *p, struct error *err)
{
	struct json *record, *pictures;

	if (!s->filter)
		return 1;
	if (answer_record(s->index, p->ordinal, &record, err) < 0)
		return -1;
	if (read_pictures(s, p, &pictures, err) < 0) {
		json_release(record);
		return -1;
	}
	const int answer = filter_matches(s->filter, p->document, record, pictures, s->today);
	json_release(record);
	json_release(pictures);
	return answer < 0 ? error_set(err, "out of memory") : answer;
}

/* One bit for each patent. */
static int select_patents(struct selection *selection, struct scan *s, struct error *err)
{
	const uint32_t bound = index_patent_bound(s->index);
	struct index_patent p;

	for (uint32_t i = 0; i < bound; i++) {
		const int there = index_patent(s->index, i, &p, err);
		const int selected = there > 0 ? passes(s, &p, err) : there;
		if (selected < 0)
			return -1;
		selection_put(selection, i, selected);
	}
	return 0;
}

int selection_make(struct selection *s, const struct index *ix, struct filter *filter, int32_t today, struct error *err)
{
	struct scan *scan = calloc(1, sizeof *scan); /* large */

	*s = (struct selection){.bits = calloc((size_t)index_patent_bound(ix) / 64 + 1, sizeof *s->bits)};
	if (!s->bits || !scan) {
		free(scan);
		return error_set(err, "out of memory");
	}
	scan->index = ix;
	scan->filter = filter;
	scan->today = today;
	const int status = select_patents(s, scan, err);
	bytes_release(&scan->text);
	free(scan);
	return status;
}

void selection_release(struct selection *s)
{
	free(s->bits);
	*s = (struct selection){0};
}

static int newer(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;

	if (x->pub_date != y->pub_date)
		return x->pub_date > y->pub_date ? -1 : 1;
	return strcmp(x->document, y->document);
}

int selection_newest(const struct selection *s, const struct index *ix, struct listed **list, struct error *err)
{
	const uint32_t bound = index_patent_bound(ix);
	struct index_patent p;
	struct json *record;
	size_t n = 0;

	*list = calloc(s->count ? s->count : 1, sizeof **list);
	if (!*list)
		return error_set(err, "out of memory");
	for (uint32_t i = 0; i < bound && n < s->count; i++) {
		if (!selection_has(s, i))
			continue;
		if (index_patent(ix, i, &p, err) < 0 || answer_record(ix, i, &record, err) < 0)
			return -1;
		(*list)[n++] = (struct listed){i, record_date(record, "pub_date"), p.document};
		json_release(record);
	}
	qsort(*list, n, sizeof **list, newer);
	return 0;
}
