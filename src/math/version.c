/* SPDX-License-Identifier: ISC */
#include "math/version.h"

#include <string.h>

bool version_always(void)
{
	return true;
}

const void *version_first(const void *table, size_t size)
{
	const struct version *v = table;

	while (!v->supported())
		v = (const void *)((const char *)v + size);
	return v;
}

const void *version_named(const void *table, size_t size, size_t count, const char *name)
{
	for (const char *at = table; count > 0; at += size, count--) {
		const struct version *v = (const void *)at;
		if (strcmp(v->name, name) == 0)
			return v->supported() ? v : NULL;
	}
	return NULL;
}
