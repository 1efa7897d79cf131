/* SPDX-License-Identifier: ISC */
#include "patent/grant.h"

#include "base/limits.h"
#include "patent/number.h"

#include <string.h>

/* The canonical number of what stands in the document: D0456592; in some, D456592. */
static int settle_number(struct grant *g, struct error *err)
{
	char number[PATENT_NUMBER_SIZE];
	const char *given = g->record.patent_id;

	if (!given)
		return error_set(err, "a design grant without a number");
	if (!patent_number_read(given, number, NULL))
		return error_set(err, "'%s' is no number of a design grant", given);
	g->record.patent_id = field_copy(&g->fields, number);
	return 0;
}

static bool is_named(const struct markup *element, const char *name)
{
	return element && element->name && strcmp(element->name, name) == 0;
}

bool grant_is_other(const struct markup *element)
{
	if (!element->parent)
		return !is_named(element, "PATDOC") && !is_named(element, "us-patent-grant");
	if (is_named(element, "application-reference") && is_named(element->parent, "us-bibliographic-data-grant")) {
		const char *type = markup_attribute(element, "appl-type");
		return type && strcmp(type, "design") != 0;
	}
	/* the kind of an ST.32 document, as text: S1 of a design, B2, E, P3 of others */
	if (is_named(element, "PDAT") && is_named(element->parent, "B130") && element->first && element->first->text) {
		const char *kind = element->first->text + strspn(element->first->text, " \t\r\n");
		return *kind && *kind != 'S';
	}
	return false;
}

int grant_read(struct grant *g, const struct markup_document *document, struct error *err)
{
	const struct markup *root = document->root;
	int design = 0;

	g->fields.arena.limit = LIMIT_XML_MEMORY;
	arena_reset(&g->fields.arena);
	g->fields.failed = false;
	g->record = (struct record){0};
	if (is_named(root, "PATDOC"))
		design = grant_st32(g, document);
	else if (is_named(root, "us-patent-grant"))
		design = grant_st36(g, root);
	if (design && !g->fields.failed && settle_number(g, err) < 0)
		return -1;
	return g->fields.failed ? error_set(err, "out of memory") : design;
}

void grant_release(struct grant *g)
{
	arena_release(&g->fields.arena);
	bytes_release(&g->fields.scratch);
}
