/* SPDX-License-Identifier: ISC */
#include "base/name_list.h"

#include "base/limits.h"

int name_list_open(struct name_list *l, const char *path, struct error *err)
{
	*l = (struct name_list){.path = path, .file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r")};
	return l->file ? 0 : error_set(err, "cannot open '%s':", path);
}

int name_list_next(struct name_list *l, const char **name, struct error *err)
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
	*name = (const char *)l->name.data;
	if (l->file == stdin && strcmp(*name, "-") == 0)
		return error_set(err, "cannot read '%s': it names standard input, which it is", l->path);
	return 1;
}

void name_list_close(struct name_list *l)
{
	if (l->file != stdin)
		fclose(l->file);
	bytes_release(&l->name);
}
