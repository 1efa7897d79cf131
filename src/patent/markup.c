/* SPDX-License-Identifier: ISC */
#include "patent/markup.h"

#include <string.h>

static const struct markup *find(const struct markup *m, const char *name, size_t length)
{
	while (m && !(m->name && strncmp(m->name, name, length) == 0 && !m->name[length]))
		m = m->next;
	return m;
}

const struct markup *markup_child(const struct markup *m, const char *name)
{
	return m ? find(m->first, name, strlen(name)) : NULL;
}

const struct markup *markup_again(const struct markup *m)
{
	return m ? find(m->next, m->name, strlen(m->name)) : NULL;
}

const struct markup *markup_path(const struct markup *m, const char *path)
{
	while (m && *path) {
		const size_t length = strcspn(path, "/");
		m = find(m->first, path, length);
		path += length + (path[length] == '/');
	}
	return m;
}

const char *markup_attribute(const struct markup *m, const char *name)
{
	for (const struct markup_attribute *a = m ? m->attributes : NULL; a; a = a->next)
		if (strcmp(a->name, name) == 0)
			return a->value;
	return NULL;
}

/* Elements whose text does not run on into what stands beside them. */
static bool is_block(const char *name)
{
	static const char *const blocks[] = {"BTEXT", "CLM", "CLMSTEP", "LI", "PARA", "PTEXT", "br", "claim", "claim-text", "dd",
	        "dl", "dt", "entry", "heading", "li", "ol", "p", "row", "table", "tables", "ul"};

	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (strcmp(blocks[i], name) == 0)
			return true;
	return false;
}

/* A blank that is owed: it is written before the next word, so that none stands at the ends. */
static int put_folded(const char *text, size_t size, bool *owed, size_t start, struct bytes *to)
{
	for (size_t i = 0; i < size;) {
		const size_t blank = strspn(text + i, " \t\r\n\f\v");
		if (blank) {
			*owed = true;
			i += blank;
			continue;
		}
		const size_t word = strcspn(text + i, " \t\r\n\f\v");
		if (*owed && to->size > start && bytes_put_u8(to, ' ') < 0)
			return -1;
		*owed = false;
		if (bytes_append(to, text + i, word) < 0)
			return -1;
		i += word;
	}
	return 0;
}

int markup_text(const struct markup *m, struct bytes *to)
{
	const size_t start = to->size;
	bool owed = false;

	/* down, right, up: no recursion, whatever the depth; a block's begin and end are words' ends */
	for (const struct markup *at = m; at;) {
		if (!at->name && put_folded(at->text, at->size, &owed, start, to) < 0)
			return -1;
		owed = owed || (at->name && is_block(at->name));
		if (at->first) {
			at = at->first;
			continue;
		}
		while (at != m && !at->next) {
			at = at->parent;
			owed = owed || is_block(at->name);
		}
		if (at != m) {
			owed = owed || (at->name && is_block(at->name));
			at = at->next;
		} else {
			at = NULL;
		}
	}
	return 0;
}

static const struct markup *following(const struct markup *top, const struct markup *at)
{
	if (at->first)
		return at->first;
	while (at != top && !at->next)
		at = at->parent;
	return at == top ? NULL : at->next;
}

static bool is_layout(const char *text)
{
	return strchr(text, '\n') && !text[strspn(text, " \t\r\n")];
}

int markup_columns(const struct markup *m, struct bytes *to)
{
	for (const struct markup *at = m; at; at = following(m, at))
		if (!at->name && !is_layout(at->text) && bytes_append(to, at->text, at->size) < 0)
			return -1;
	return 0;
}

const struct markup *markup_within(const struct markup *top, const struct markup *after, const char *name)
{
	const struct markup *at = after ? after : top;

	do
		at = at ? following(top, at) : NULL;
	while (at && !(at->name && strcmp(at->name, name) == 0));
	return at;
}
