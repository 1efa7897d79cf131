/* SPDX-License-Identifier: ISC */
#include "stream/identity.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

void identity_set(struct identity *id, const char *document)
{
	size_t n = strlen(document);

	if (n > LIMIT_DOCUMENT)
		n = LIMIT_DOCUMENT;
	memset(id, 0, sizeof *id);
	memcpy(id->document, document, n);
	id->sheet = IDENTITY_NO_SHEET;
}

char *identity_text(const struct identity *id, char *to)
{
	int n = snprintf(to, IDENTITY_TEXT, "%s", id->document);

	if (id->sheet != IDENTITY_NO_SHEET)
		n += snprintf(to + n, IDENTITY_TEXT - (size_t)n, "/%05d", (int)id->sheet);
	if (id->page)
		n += snprintf(to + n, IDENTITY_TEXT - (size_t)n, "#%u", (unsigned)id->page);
	if (id->figure)
		n += snprintf(to + n, IDENTITY_TEXT - (size_t)n, ".%u", (unsigned)id->figure);
	if (id->region[2])
		snprintf(to + n, IDENTITY_TEXT - (size_t)n, "@%u,%u,%u,%u", (unsigned)id->region[0],
		        (unsigned)id->region[1], (unsigned)id->region[2], (unsigned)id->region[3]);
	return to;
}

/* Reads count numbers, separated by commas, that fill text[0 .. end]; false when it is anything else. */
static bool read_numbers(const char *text, uint32_t *numbers, int count)
{
	for (int i = 0; i < count; i++) {
		char *end;
		if (!isdigit((unsigned char)*text))
			return false;
		const unsigned long v = strtoul(text, &end, 10);
		if (v > UINT32_MAX || *end != (i + 1 < count ? ',' : 0))
			return false;
		numbers[i] = (uint32_t)v;
		text = end + 1;
	}
	return true;
}

/* Cuts "MARK numbers" off the end of the text when it is there. */
static bool cut_part(char *text, char mark, uint32_t *numbers, int count)
{
	char *at = strrchr(text, mark);

	if (!at || at == text || !read_numbers(at + 1, numbers, count))
		return false;
	*at = 0;
	return true;
}

static bool is_patent(const char *s)
{
	return s[0] == 'D' && strlen(s) == 8 && strspn(s + 1, "0123456789") == 7;
}

int identity_parse(struct identity *id, const char *text)
{
	char rest[IDENTITY_TEXT];
	uint32_t region[4] = {0}, page = 0, figure = 0;

	if (!*text || strlen(text) >= sizeof rest)
		return -1;
	memcpy(rest, text, strlen(text) + 1);
	if (cut_part(rest, '@', region, 4) && !region[2])
		return -1;
	/* a path may end in ".3"; a figure stands only behind a sheet or a page */
	char *dot = strrchr(rest, '.'), *mark = strpbrk(rest, "#/");
	if (dot && mark && dot > mark)
		cut_part(rest, '.', &figure, 1);
	cut_part(rest, '#', &page, 1);

	const size_t n = strlen(rest);
	int32_t sheet = IDENTITY_NO_SHEET;
	if (n == 14 && rest[8] == '/' && strspn(rest + 9, "0123456789") == 5) {
		rest[8] = 0;
		if (is_patent(rest))
			sheet = (int32_t)strtol(rest + 9, NULL, 10);
		else
			rest[8] = '/';
	}
	if (strlen(rest) > LIMIT_DOCUMENT)
		return -1;
	identity_set(id, rest);
	id->sheet = sheet;
	id->page = page;
	id->figure = figure;
	memcpy(id->region, region, sizeof region);
	return 0;
}

#define ORDER(a, b) ((a) < (b) ? -1 : (a) > (b) ? 1 : 0)

int identity_compare(const struct identity *a, const struct identity *b)
{
	int c = strcmp(a->document, b->document);

	if (!c)
		c = ORDER(a->sheet, b->sheet);
	if (!c)
		c = ORDER(a->page, b->page);
	if (!c)
		c = ORDER(a->figure, b->figure);
	for (int i = 0; !c && i < 4; i++)
		c = ORDER(a->region[i], b->region[i]);
	return c;
}

int identity_encode(const struct identity *id, struct bytes *to)
{
	if (bytes_reserve(to, strlen(id->document) + 4 + 7 * 4) < 0)
		return -1;
	bytes_put_string(to, id->document);
	bytes_put_u32(to, (uint32_t)(id->sheet + 1)); /* 0: no sheet */
	bytes_put_u32(to, id->page);
	bytes_put_u32(to, id->figure);
	for (int i = 0; i < 4; i++)
		bytes_put_u32(to, id->region[i]);
	return 0;
}

void identity_decode(struct identity *id, struct cursor *from)
{
	identity_set(id, "");
	cursor_string(from, id->document, LIMIT_DOCUMENT);
	const uint32_t sheet = cursor_u32(from);
	if (sheet > IDENTITY_MAX_SHEET + 1)
		from->failed = true;
	else
		id->sheet = (int32_t)sheet - 1;
	id->page = cursor_u32(from);
	id->figure = cursor_u32(from);
	for (int i = 0; i < 4; i++)
		id->region[i] = cursor_u32(from);
	if (!id->document[0])
		from->failed = true;
}
