/* SPDX-License-Identifier: ISC */
#include "index/dump.h"

#include <stdio.h>
#include <stdlib.h>

struct name {
	const char *document; /* in the snapshot */
	uint32_t ordinal;
};

static int by_document(const void *a, const void *b)
{
	return strcmp(((const struct name *)a)->document, ((const struct name *)b)->document);
}

int dump_order(const struct index *ix, uint32_t **ordinals, size_t *count, struct error *err)
{
	const size_t room = (size_t)index_counts(ix)->patents;
	struct name *names = calloc(room + 1, sizeof *names);
	uint32_t *list = calloc(room + 1, sizeof *list);
	struct index_patent p;
	size_t n = 0;
	int got = 0;

	if (!names || !list)
		got = error_set(err, "out of memory");
	for (uint32_t o = 0; got >= 0 && n < room && o < index_patent_bound(ix); o++) {
		got = index_patent(ix, o, &p, err);
		if (got > 0)
			names[n++] = (struct name){p.document, o};
	}
	if (got < 0) {
		free(names);
		free(list);
		return -1;
	}
	qsort(names, n, sizeof *names, by_document);
	for (size_t i = 0; i < n; i++)
		list[i] = names[i].ordinal;
	free(names);
	*ordinals = list;
	*count = n;
	return 0;
}

/* Whether the fact belongs in the stream: not a program's quality, nor another space's. */
static bool is_kept(const char *name, const char *space)
{
	const size_t length = strlen(space);

	if (strncmp(name, "quality.", 8) == 0)
		return false;
	if (strncmp(name, "space.", 6) != 0)
		return true;
	return length && strncmp(name + 6, space, length) == 0 && name[6 + length] == '.';
}

int dump_facts(const struct index *ix, struct facts *facts, struct error *err)
{
	const struct index_settings *s = index_settings(ix);
	char name[LIMIT_SPACE + 32];
	int status = 0;

	*facts = (struct facts){0};
	for (size_t i = 0; status == 0 && i < s->facts.count; i++)
		if (is_kept(s->facts.list[i].name, s->space))
			status = facts_set(facts, s->facts.list[i].name, s->facts.list[i].value, err);
	if (status == 0 && s->space[0]) {
		snprintf(name, sizeof name, "space.%s.metric", s->space);
		status = facts_set(facts, name, index_metric_name(s->metric), err);
	}
	if (status < 0)
		facts_release(facts);
	return status;
}

int dump_next(const struct index *ix, uint32_t patent, uint32_t at, struct item *it, struct error *err)
{
	struct index_patent p;

	if (at == 0)
		return index_record_item(ix, patent, it, err);
	int got = index_patent(ix, patent, &p, err);
	if (got <= 0 || at > p.picture_count)
		return got < 0 ? -1 : 0;
	got = index_picture_item(ix, index_patent_picture(&p, at - 1), it, err);
	return got ? got : error_set(err, "picture %u of '%s' is missing", (unsigned)index_patent_picture(&p, at - 1), p.document);
}

static int dump_patent(const struct index *ix, const char *name, uint32_t ordinal, struct item *it, struct stream_writer *out,
        struct error *err)
{
	for (uint32_t at = 0;; at++) {
		const int got = dump_next(ix, ordinal, at, it, err);
		if (got < 0)
			return error_within(err, "index '%s'", name);
		if (got > 0 && stream_write(out, it, err) < 0)
			return -1;
		if (got == 0 && at)
			return 0;
	}
}

int dump_items(const struct index *ix, const char *name, struct stream_writer *out, struct error *err)
{
	struct item it = {0};
	uint32_t *order;
	size_t count;
	int status = dump_order(ix, &order, &count, err);

	if (status < 0)
		return error_within(err, "index '%s'", name);
	for (size_t i = 0; status == 0 && i < count; i++)
		status = dump_patent(ix, name, order[i], &it, out, err);
	free(order);
	item_release(&it);
	return status;
}
