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

/* Whether it passes: 1, 0, -1. */
static int passes(const struct index *ix, const struct index_patent *p, struct filter *filter, int32_t today,
        struct error *err)
{
	struct json *record;

	if (!filter)
		return 1;
	if (answer_record(ix, p->ordinal, &record, err) < 0)
		return -1;
	const int answer = filter_matches(filter, p->document, record, today);
	json_release(record);
	return answer < 0 ? error_set(err, "out of memory") : answer;
}

int selection_make(struct selection *s, const struct index *ix, struct filter *filter, int32_t today, struct error *err)
{
	const uint32_t bound = index_patent_bound(ix);
	struct index_patent p;

	*s = (struct selection){.bits = calloc((size_t)bound / 64 + 1, sizeof *s->bits)};
	if (!s->bits)
		return error_set(err, "out of memory");
	for (uint32_t i = 0; i < bound; i++) {
		const int there = index_patent(ix, i, &p, err);
		const int selected = there > 0 ? passes(ix, &p, filter, today, err) : there;
		if (selected < 0)
			return -1;
		selection_put(s, i, selected);
	}
	return 0;
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
