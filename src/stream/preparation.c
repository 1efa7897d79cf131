/* SPDX-License-Identifier: ISC */
#include "stream/preparation.h"

#include <stdio.h>

static const struct {
	const char *fact, *option;
} ways_to_trim[] = {{"auto", NULL}, {"all", "--trim"}, {"none", "--no-trim"}};

enum { WAYS = sizeof ways_to_trim / sizeof *ways_to_trim };

/* The value of space.SPACE.NAME, or NULL. */
static const char *space_fact(const struct facts *facts, const char *space, const char *name)
{
	char full[256];

	snprintf(full, sizeof full, "space.%s.%s", space, name);
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
		if (strcmp(name + n, "letterbox") != 0 && strcmp(name + n, "trim") != 0 && strcmp(name + n, "fit") != 0)
			return error_set(err, "pictures of space '%s' were prepared with %s=%s, which is unknown here", space,
			        name + n, facts->list[i].value);
	}
	return 0;
}

/* Copies the value of a fact; the argument lists point to the copy. */
static int keep(char to[PREPARATION_TEXT], const char *name, const char *value, struct error *err)
{
	if (value && strlen(value) >= PREPARATION_TEXT)
		return error_set(err, "pictures cannot be prepared with %s '%.40s'", name, value);
	memcpy(to, value ? value : "", value ? strlen(value) + 1 : 1);
	return 0;
}

static int set_letterbox(struct preparation *p, struct error *err)
{
	size_t way = 0;
	int n = 0;

	p->letterbox[n++] = "letterbox";
	if (*p->size) {
		p->letterbox[n++] = "-s";
		p->letterbox[n++] = p->size;
	}
	while (*p->trim && way < WAYS && strcmp(p->trim, ways_to_trim[way].fact) != 0)
		way++;
	if (way == WAYS)
		return error_set(err, "'%s' is an unknown way of trimming", p->trim);
	if (ways_to_trim[way].option)
		p->letterbox[n++] = ways_to_trim[way].option;
	if (*p->fit && strcmp(p->fit, "14") != 0)
		return error_set(err, "pictures cannot be fitted to multiples of %s", p->fit);
	if (*p->fit)
		p->letterbox[n++] = "--fit";
	return 0;
}

int preparation_init(struct preparation *p, const struct preparation_pixels *pixels, const char *model, struct error *err)
{
	int n = 0;

	memset(p, 0, sizeof *p);
	if (keep(p->size, "letterbox", pixels->size, err) < 0 || keep(p->trim, "trim", pixels->trim, err) < 0 ||
	        keep(p->fit, "fit", pixels->fit, err) < 0 || set_letterbox(p, err) < 0)
		return -1;
	p->embed[n++] = "embed";
	if (model) {
		if (strlen(model) >= sizeof p->model)
			return error_set(err, "the path of the model is too long");
		memcpy(p->model, model, strlen(model) + 1);
		p->embed[n++] = "-m";
		p->embed[n++] = p->model;
	}
	return 0;
}

/* Copies a value into the struct and adds it to the arguments of embed; NULL: nothing to add. */
static int add_to_embed(struct preparation *p, const char *option, char kept[PREPARATION_TEXT], const char *value,
        struct error *err)
{
	int n = 0;

	if (!value)
		return 0;
	if (strlen(value) >= PREPARATION_TEXT)
		return error_set(err, "pictures cannot be embedded with %s '%.40s'", option, value);
	memcpy(kept, value, strlen(value) + 1);
	while (p->embed[n])
		n++;
	p->embed[n] = option;
	p->embed[n + 1] = kept;
	return 0;
}

int preparation_add_use(struct preparation *p, const struct facts *facts, const char *space, struct error *err)
{
	if (add_to_embed(p, "--pool", p->pool, space_fact(facts, space, "pool"), err) < 0)
		return -1;
	return add_to_embed(p, "--positions", p->positions, space_fact(facts, space, "positions"), err);
}

void preparation_set_precision(struct preparation *p, const char *precision)
{
	int n = 0;

	while (p->embed[n])
		n++;
	if (!precision)
		return;
	p->embed[n] = "--precision";
	p->embed[n + 1] = precision;
}

int preparation_from_facts(struct preparation *p, const struct facts *facts, const char *space, const char *model,
        struct error *err)
{
	const char *weights = space_fact(facts, space, "weights");

	if (check_known(facts, space, err) < 0)
		return -1;
	if (!model && strncmp(space, "dinov2-", 7) == 0)
		return error_set(err, "space '%s' needs its weights, %.12s…: name the file with -m or ORNAMENT_MODEL", space,
		        weights ? weights : "unknown");
	if (!model && strcmp(space, "sketch") != 0)
		return error_set(err, "space '%s' has no model here: its vectors come as streams, made elsewhere", space);
	const struct preparation_pixels pixels = {.size = space_fact(facts, space, "pixels.letterbox"),
	        .trim = space_fact(facts, space, "pixels.trim"), .fit = space_fact(facts, space, "pixels.fit")};
	if (preparation_init(p, &pixels, model ? model : space, err) < 0)
		return -1;
	return preparation_add_use(p, facts, space, err);
}
