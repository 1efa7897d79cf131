/* SPDX-License-Identifier: ISC */
#include "answer/answer.h"

#include "patent/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int answer_record(const struct index *ix, uint32_t patent, struct json **record, struct error *err)
{
	const char *text;
	size_t size;
	const int found = index_record(ix, patent, &text, &size, err);

	*record = NULL;
	if (found <= 0)
		return found;
	*record = json_parse(text, size, err);
	return *record ? 0 : error_within(err, "the record of a patent is damaged");
}

static void forget(struct answer *a)
{
	for (size_t i = 0; i < a->page_count; i++) {
		free(a->pages[i].identity);
		free(a->pages[i].file_path);
	}
	a->page_count = 0;
	json_release(a->record);
	a->record = NULL;
}

static struct answer_page *add_page(struct answer *a)
{
	if (a->page_count == a->page_capacity) {
		const size_t capacity = a->page_capacity ? 2 * a->page_capacity : 16;
		struct answer_page *pages = realloc(a->pages, capacity * sizeof *pages);
		if (!pages)
			return NULL;
		a->pages = pages;
		a->page_capacity = capacity;
	}
	a->pages[a->page_count] = (struct answer_page){0};
	return &a->pages[a->page_count++];
}

/* archive/member, or only the member of a loose file; NULL: no memory. */
static char *source_path(const struct source *s)
{
	const size_t size = strlen(s->archive) + strlen(s->member) + 2;
	char *path = malloc(size);

	if (path)
		snprintf(path, size, "%s%s%s", s->archive, *s->archive && *s->member ? "/" : "", s->member);
	return path;
}

static uint32_t page_number(const struct identity *id)
{
	if (id->sheet != IDENTITY_NO_SHEET)
		return (uint32_t)id->sheet;
	return id->page ? id->page : 1;
}

static int describe(struct answer_page *page, const struct index_picture *p, struct error *err)
{
	char text[IDENTITY_TEXT];

	page->page_num = page_number(&p->identity);
	page->identity = strdup(identity_text(&p->identity, text));
	if (p->has_source)
		page->file_path = source_path(&p->source);
	return page->identity && (page->file_path || !p->has_source) ? 0 : error_set(err, "out of memory");
}

/* The patent's i-th picture becomes a page. 0/-1. */
static int load_page(struct answer *a, const struct answer_context *c, uint32_t picture, uint32_t i, struct error *err)
{
	static struct index_picture p; /* large, and only one thread answers */
	struct answer_page *page = add_page(a);

	if (!page)
		return error_set(err, "out of memory");
	page->picture = picture;
	page->image_index = i;
	if (c->count && search_score(c->index, c->values, c->count, picture, &page->score, err) < 0)
		return -1;
	const int there = index_picture(c->index, picture, &p, err);
	if (there == 0)
		return error_set(err, "the index lists a picture that it does not have");
	return there < 0 ? -1 : describe(page, &p, err);
}

/* Best first; equal ones, and all without a question, in sheet order. */
static int compare_pages(const void *a, const void *b)
{
	const struct answer_page *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->image_index < y->image_index ? -1 : x->image_index > y->image_index;
}

int answer_load(struct answer *a, const struct answer_context *c, const struct search_hit *hit, struct error *err)
{
	struct index_patent patent;
	const int there = index_patent(c->index, hit->patent, &patent, err);

	forget(a);
	if (there <= 0)
		return there < 0 ? -1 : error_set(err, "the index finds a patent that it does not have");
	if (answer_record(c->index, hit->patent, &a->record, err) < 0)
		return -1;
	a->document = patent.document;
	a->active = record_active(a->record, c->today);
	a->has_score = c->count > 0;
	a->score = hit->score;
	for (uint32_t i = 0; i < patent.picture_count; i++) {
		const uint32_t picture = index_patent_picture(&patent, i);
		if ((!c->by_picture || picture == hit->picture) && load_page(a, c, picture, i, err) < 0)
			return -1;
	}
	if (a->page_count)
		qsort(a->pages, a->page_count, sizeof *a->pages, compare_pages);
	return 0;
}

void answer_release(struct answer *a)
{
	forget(a);
	free(a->pages);
	*a = (struct answer){0};
}

const char *answer_file_name(const struct answer_page *page)
{
	const char *slash = page->file_path ? strrchr(page->file_path, '/') : NULL;

	return slash && slash[1] ? slash + 1 : page->file_path;
}

char *answer_score_digits(float score, int digits, char *to)
{
	snprintf(to, ANSWER_SCORE, "%.*f", digits, (double)score);
	if (*to == '-' && strspn(to, "-0.") == strlen(to))
		memmove(to, to + 1, strlen(to));
	return to;
}

char *answer_score_text(float score, char *to)
{
	return answer_score_digits(score, ANSWER_SCORE_DIGITS, to);
}
