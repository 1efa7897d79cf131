/* SPDX-License-Identifier: ISC */
#include "stream/preparation.h"

#include <stdbool.h>
#include <stdio.h>

static const struct {
	const char *fact, *option;
} ways_to_trim[] = {{"auto", NULL}, {"all", "--trim"}, {"none", "--no-trim"}};

/* The value of space.SPACE.pixels.NAME, or NULL. */
static const char *pixels_fact(const struct facts *facts, const char *space, const char *name)
{
	char full[256];

	snprintf(full, sizeof full, "space.%s.pixels.%s", space, name);
	return facts_get(facts, full);
}

/* A fact of pixels.* that is not one of those turned into options would be lost: refused. */
static int check_known(const struct facts *facts, const char *space, struct error *err)
{
	char prefix[256];
	const int n = snprintf(prefix, sizeof prefix, "space.%s.pixels.", space);

	for (size_t i = 0; i < facts->count; i++) {
		const char *name = facts->list[i].name;
		if (strncmp(name, prefix, (size_t)n) != 0)
			continue;
		if (strcmp(name + n, "letterbox") != 0 && strcmp(name + n, "trim") != 0)
			return error_set(err, "pictures of space '%s' were prepared with %s=%s, which is unknown here", space,
			        name + n, facts->list[i].value);
	}
	return 0;
}

int preparation_from_facts(struct preparation *p, const struct facts *facts, const char *space, const char *model,
        struct error *err)
{
	const char *size = pixels_fact(facts, space, "letterbox"), *trim = pixels_fact(facts, space, "trim");
	bool trim_known = trim == NULL;
	int n = 0;

	if (check_known(facts, space, err) < 0)
		return -1;
	memset(p, 0, sizeof *p);
	p->letterbox[n++] = "letterbox";
	if (size) {
		if (strlen(size) >= sizeof p->size)
			return error_set(err, "the letterbox of space '%s' cannot be '%s'", space, size);
		snprintf(p->size, sizeof p->size, "%s", size);
		p->letterbox[n++] = "-s";
		p->letterbox[n++] = p->size;
	}
	for (size_t i = 0; trim && i < sizeof ways_to_trim / sizeof *ways_to_trim; i++) {
		if (strcmp(trim, ways_to_trim[i].fact) == 0) {
			trim_known = true;
			p->trim = ways_to_trim[i].option;
		}
	}
	if (!trim_known)
		return error_set(err, "pictures of space '%s' were trimmed in a way unknown here: '%s'", space, trim);
	if (p->trim)
		p->letterbox[n++] = p->trim;

	p->embed[0] = "embed";
	p->embed[1] = "-m";
	p->embed[2] = model ? model : space;
	return 0;
}
