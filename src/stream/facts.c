/* SPDX-License-Identifier: ISC */
#include "stream/facts.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>

static bool name_is_good(const char *s)
{
	return *s && strlen(s) <= 255 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(s);
}

static bool value_is_good(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

static bool begins(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* Where the name is, or would be inserted. */
static size_t position(const struct facts *f, const char *name)
{
	size_t low = 0, high = f->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (strcmp(f->list[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static char *copy_text(const char *s)
{
	const size_t n = strlen(s) + 1;
	char *copy = malloc(n);

	if (copy)
		memcpy(copy, s, n);
	return copy;
}

static size_t text_size(const struct facts *f)
{
	size_t size = 0;

	for (size_t i = 0; i < f->count; i++)
		size += strlen(f->list[i].name) + strlen(f->list[i].value) + 2;
	return size;
}

int facts_set(struct facts *f, const char *name, const char *value, struct error *err)
{
	if (!name_is_good(name) || !value_is_good(value))
		return error_set(err, "a fact cannot be '%s=%s'", name, value);
	if (text_size(f) + strlen(name) + strlen(value) + 2 > LIMIT_FACTS)
		return error_set(err, "more than %d bytes of facts", LIMIT_FACTS);

	const size_t at = position(f, name);
	char *new_value = copy_text(value);
	if (!new_value)
		return error_set(err, "out of memory");
	if (at < f->count && strcmp(f->list[at].name, name) == 0) {
		free(f->list[at].value);
		f->list[at].value = new_value;
		return 0;
	}
	char *new_name = copy_text(name);
	struct fact *list = new_name ? realloc(f->list, (f->count + 1) * sizeof *list) : NULL;
	if (!list) {
		free(new_name);
		free(new_value);
		return error_set(err, "out of memory");
	}
	f->list = list;
	memmove(list + at + 1, list + at, (f->count - at) * sizeof *list);
	list[at] = (struct fact){new_name, new_value};
	f->count++;
	return 0;
}

int facts_set_format(struct facts *f, struct error *err, const char *name, const char *format, ...)
{
	char value[1024];
	va_list ap;

	va_start(ap, format);
	const int n = vsnprintf(value, sizeof value, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof value)
		return error_set(err, "the value of fact '%s' is too long", name);
	return facts_set(f, name, value, err);
}

const char *facts_get(const struct facts *f, const char *name)
{
	const size_t at = position(f, name);

	return at < f->count && strcmp(f->list[at].name, name) == 0 ? f->list[at].value : NULL;
}

void facts_remove(struct facts *f, const char *prefix)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (begins(f->list[i].name, prefix)) {
			free(f->list[i].name);
			free(f->list[i].value);
		} else {
			f->list[kept++] = f->list[i];
		}
	}
	f->count = kept;
}

int facts_copy(struct facts *to, const struct facts *from)
{
	struct facts copy = {0};

	for (size_t i = 0; i < from->count; i++) {
		if (facts_set(&copy, from->list[i].name, from->list[i].value, NULL) < 0) {
			facts_release(&copy);
			return -1;
		}
	}
	facts_release(to);
	*to = copy;
	return 0;
}

static bool compared(const char *name, const char *prefix)
{
	return begins(name, prefix) && !begins(name, "quality.");
}

int facts_agree(const struct facts *a, const char *name_a, const struct facts *b, const char *name_b,
        const char *prefix, struct error *err)
{
	for (size_t i = 0; i < a->count; i++) {
		const struct fact *f = &a->list[i];
		if (!compared(f->name, prefix))
			continue;
		const char *other = facts_get(b, f->name);
		if (!other || strcmp(f->value, other) != 0)
			return error_set(err, "%s is %.80s in %s and %.80s in %s", f->name, f->value, name_a,
			        other ? other : "not said", name_b);
	}
	for (size_t i = 0; i < b->count; i++) {
		const struct fact *f = &b->list[i];
		if (compared(f->name, prefix) && !facts_get(a, f->name))
			return error_set(err, "%s is not said in %s and %.80s in %s", f->name, name_a, f->value, name_b);
	}
	return 0;
}

int facts_encode(const struct facts *f, struct bytes *to)
{
	for (size_t i = 0; i < f->count; i++)
		if (bytes_printf(to, "%s=%s\n", f->list[i].name, f->list[i].value) < 0)
			return -1;
	return 0;
}

int facts_decode(struct facts *f, const void *text, size_t size, struct error *err)
{
	const char *at = text;
	char *line = NULL;
	int status = 0;

	facts_release(f);
	while (size && status == 0) {
		const char *end = memchr(at, '\n', size);
		const size_t length = end ? (size_t)(end - at) : 0;
		if (!end || memchr(at, 0, length)) {
			status = error_set(err, "the facts of the header are not lines of text");
			break;
		}
		free(line);
		line = malloc(length + 1);
		if (!line) {
			status = error_set(err, "out of memory");
			break;
		}
		memcpy(line, at, length);
		line[length] = 0;
		char *equals = strchr(line, '=');
		if (!equals) {
			status = error_set(err, "a fact of the header has no '='");
			break;
		}
		*equals = 0;
		if (f->count && strcmp(f->list[f->count - 1].name, line) >= 0)
			status = error_set(err, "the facts of the header are not sorted");
		else
			status = facts_set(f, line, equals + 1, err);
		at += length + 1;
		size -= length + 1;
	}
	free(line);
	if (status < 0)
		facts_release(f);
	return status;
}

void facts_release(struct facts *f)
{
	facts_remove(f, "");
	free(f->list);
	*f = (struct facts){0};
}
