/* SPDX-License-Identifier: ISC */
#include "patent/field.h"

#include "patent/class.h"
#include "patent/number.h"

#include <string.h>

/* Takes what is in the scratch block into the arena; NULL when it is empty. */
static const char *keep(struct fields *f)
{
	if (!f->scratch.size)
		return NULL;
	const char *kept = arena_copy(&f->arena, f->scratch.data, f->scratch.size);
	f->failed = f->failed || !kept;
	return kept;
}

/* The folded text of m in the scratch block, NUL-terminated, until the next call; "" when it has none. */
static const char *folded(struct fields *f, const struct markup *m)
{
	f->scratch.size = 0;
	if (markup_text(m, &f->scratch) < 0 || bytes_terminate(&f->scratch) < 0) {
		f->failed = true;
		return "";
	}
	return (const char *)f->scratch.data;
}

const char *field_text(struct fields *f, const struct markup *m)
{
	folded(f, m);
	return keep(f);
}

const char *field_joined(struct fields *f, const struct markup *m, const char *const *names, size_t count)
{
	f->scratch.size = 0;
	for (size_t i = 0; i < count; i++) {
		const struct markup *part = markup_child(m, names[i]);
		const size_t before = f->scratch.size;
		if (!part)
			continue;
		f->failed = f->failed || (before && bytes_put_u8(&f->scratch, ' ') < 0);
		const size_t start = f->scratch.size;
		f->failed = f->failed || markup_text(part, &f->scratch) < 0;
		if (f->scratch.size == start)
			f->scratch.size = before;
	}
	return keep(f);
}

/* The number that the leading digits, at most so many, are. */
static int leading_number(const char *text, size_t digits)
{
	int value = 0;

	for (size_t i = 0; i < digits && text[i] >= '0' && text[i] <= '9'; i++)
		value = 10 * value + text[i] - '0';
	return value;
}

int field_integer(struct fields *f, const struct markup *m)
{
	return leading_number(folded(f, m), 4);
}

int field_date(struct fields *f, const struct markup *m)
{
	const char *text = folded(f, m);

	return strlen(text) == 8 && strspn(text, "0123456789") == 8 ? leading_number(text, 8) : 0;
}

const char *field_country(struct fields *f, const struct markup *m)
{
	return strlen(folded(f, m)) == 2 ? keep(f) : NULL;
}

const char *field_us_class(struct fields *f, const struct markup *m)
{
	char class[CLASS_SIZE];
	const char *text = folded(f, m);

	if (!*text)
		return NULL;
	f->scratch.size = 0;
	if (markup_columns(m, &f->scratch) < 0 || bytes_terminate(&f->scratch) < 0) {
		f->failed = true;
		return NULL;
	}
	return class_us((const char *)f->scratch.data, class) ? field_copy(f, class) : field_text(f, m);
}

const char *field_locarno(struct fields *f, const struct markup *m)
{
	char class[LOCARNO_SIZE];

	return class_locarno(folded(f, m), class) ? field_copy(f, class) : keep(f);
}

const char *field_cited_number(struct fields *f, const struct markup *m, const char *country)
{
	char number[PATENT_NUMBER_SIZE];
	const bool ours = country && strcmp(country, "US") == 0;

	return patent_number_read(folded(f, m), number, NULL) && ours ? field_copy(f, number) : keep(f);
}

const char *field_copy(struct fields *f, const char *text)
{
	const char *kept = text ? arena_copy(&f->arena, text, strlen(text)) : NULL;

	f->failed = f->failed || (text && !kept);
	return kept;
}

static void *take(struct fields *f, size_t size)
{
	void *piece = arena_take(&f->arena, size);

	f->failed = f->failed || !piece;
	return piece;
}

void field_add_text(struct fields *f, struct record_text ***end, const char *text)
{
	struct record_text *t = text ? take(f, sizeof *t) : NULL;

	if (!t)
		return;
	t->text = text;
	**end = t;
	*end = &t->next;
}

struct record_party *field_add_party(struct fields *f, struct record_party ***end)
{
	struct record_party *p = take(f, sizeof *p);

	if (!p)
		return NULL;
	**end = p;
	*end = &p->next;
	return p;
}

struct record_reference *field_add_reference(struct fields *f, struct record_reference ***end)
{
	struct record_reference *r = take(f, sizeof *r);

	if (!r)
		return NULL;
	**end = r;
	*end = &r->next;
	return r;
}
