/* SPDX-License-Identifier: ISC */
#include "answer/selection.h"

#include "base/bits.h"
#include "index/select.h"

#include <stdlib.h>
#include <string.h>

bool selection_has(const struct selection *s, uint32_t patent)
{
	return bits_has(s->bits, patent);
}

void selection_put(struct selection *s, uint32_t patent, bool selected)
{
	if (selected == selection_has(s, patent))
		return;
	if (selected) {
		bits_add(s->bits, patent);
		s->count++;
	} else {
		bits_remove(s->bits, patent);
		s->count--;
	}
}

int selection_make(struct selection *s, const struct index *ix, const struct filter *filter, int32_t today,
        struct error *err)
{
	*s = (struct selection){.bits = calloc(select_words(ix) + 1, sizeof *s->bits)};
	if (!s->bits)
		return error_set(err, "out of memory");
	return select_patents(ix, filter, today, s->bits, &s->count, err);
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
	int32_t *grants = calloc(select_words(ix) * 64 + 1, sizeof *grants);
	struct index_patent p;
	size_t n = 0;
	int status = 0;

	*list = calloc(s->count ? s->count : 1, sizeof **list);
	if (!*list || !grants)
		status = error_set(err, "out of memory");
	if (status == 0)
		status = select_grants(ix, grants, err);
	for (uint32_t i = 0; status == 0 && i < bound && n < s->count; i++) {
		if (!selection_has(s, i))
			continue;
		if (index_patent(ix, i, &p, err) < 0)
			status = -1;
		else
			(*list)[n++] = (struct listed){i, grants[i], p.document};
	}
	free(grants);
	if (status == 0)
		qsort(*list, n, sizeof **list, newer);
	return status;
}
