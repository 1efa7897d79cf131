/* SPDX-License-Identifier: ISC */
#include "base/name_list.h"

#include "base/bytes.h"
#include "base/limits.h"

#include <stdio.h>

struct list {
	FILE *file;
	const char *path;
	struct bytes name;
};

/* The next name into l->name: 1, 0 at the end, -1. */
static int next(struct list *l, struct error *err)
{
	int c;

	l->name.size = 0;
	while ((c = getc(l->file)) != EOF && c) {
		if (l->name.size == LIMIT_PATH)
			return error_set(err, "cannot read '%s': a name is longer than %d bytes", l->path, LIMIT_PATH);
		if (bytes_put_u8(&l->name, (uint8_t)c) < 0)
			return error_set(err, "out of memory");
	}
	if (ferror(l->file))
		return error_set(err, "cannot read '%s':", l->path);
	if (c == EOF && !l->name.size)
		return 0;
	if (bytes_terminate(&l->name) < 0)
		return error_set(err, "out of memory");
	if (l->name.size == 0)
		return error_set(err, "cannot read '%s': a name in it is empty", l->path);
	if (l->file == stdin && strcmp((const char *)l->name.data, "-") == 0)
		return error_set(err, "cannot read '%s': it names standard input, which it is", l->path);
	return 1;
}

int name_list_read(const char *path, void (*take)(void *context, const char *name), void *context, struct error *err)
{
	struct list l = {.path = path, .file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r")};
	int more;

	if (!l.file)
		return error_set(err, "cannot open '%s':", path);
	while ((more = next(&l, err)) > 0)
		take(context, (const char *)l.name.data);
	if (l.file != stdin)
		fclose(l.file);
	bytes_release(&l.name);
	return more;
}
