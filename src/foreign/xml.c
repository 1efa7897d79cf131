/* SPDX-License-Identifier: ISC */
/*
 * libxml2's SAX2 interface with callbacks of our own for everything that could reach outside or multiply; its tree is not used. The
 * message of the first fatal error is kept; nothing is printed.
 */
#include "foreign/xml.h"

#include "base/limits.h"
#include "foreign/entity.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An entity that the document declares; a NULL text: refused when it is used. */
struct declared {
	const char *name, *text;
	struct declared *next;
};

struct xml_reader {
	xmlParserCtxtPtr context;
	struct markup_document document;
	struct markup *open; /* the innermost element that is open */
	int depth;           /* how many are */
	const struct markup_attribute **last_unparsed;
	struct declared *declared;
	struct bytes replacement;
	xmlEntity entity; /* the one that was asked for last */
	xml_enough *enough;
	bool stopped; /* enough was read, or err is set */
	bool failed;
	unsigned long first_line;
	struct error *err;
};

static void stop(struct xml_reader *x)
{
	x->stopped = true;
	xmlStopParser(x->context);
}

/* Keeps the first reason; the subject may be NULL. */
static void fail(struct xml_reader *x, unsigned long line, const char *reason, const char *subject)
{
	if (x->stopped || x->failed)
		return;
	x->failed = true;
	if (subject)
		error_set(x->err, "line %lu: %s '%s'", x->first_line - 1 + line, reason, subject);
	else
		error_set(x->err, "line %lu: %s", x->first_line - 1 + line, reason);
}

static void fail_here(struct xml_reader *x, const char *reason, const char *subject)
{
	fail(x, x->context->input ? (unsigned long)x->context->input->line : 1, reason, subject);
	stop(x);
}

static void *take(struct xml_reader *x, size_t size)
{
	void *piece = x->stopped ? NULL : arena_take(&x->document.arena, size);

	if (!piece)
		fail_here(x, "the document is too large", NULL);
	return piece;
}

static const char *copy(struct xml_reader *x, const void *text, size_t size)
{
	char *piece = take(x, size + 1);

	if (piece)
		memcpy(piece, text, size);
	return piece;
}

static const char *copy_name(struct xml_reader *x, const xmlChar *name)
{
	return copy(x, name, strlen((const char *)name));
}

/* Adds a node below the open element, or as the root. */
static void add(struct xml_reader *x, struct markup *m)
{
	m->parent = x->open;
	if (!x->open)
		x->document.root = m;
	else if (x->open->last)
		x->open->last = x->open->last->next = m;
	else
		x->open->first = x->open->last = m;
}

/* libxml2's table of attributes has five pointers for each: name, prefix, namespace, begin and end of the value. */
static const struct markup_attribute *copy_attributes(struct xml_reader *x, int count, const xmlChar **table)
{
	const struct markup_attribute *first = NULL, **end = &first;

	for (int i = 0; i < count; i++, table += 5) {
		struct markup_attribute *a = take(x, sizeof *a);
		if (!a)
			break;
		a->name = copy_name(x, table[0]);
		a->value = copy(x, table[3], (size_t)(table[4] - table[3]));
		if (!a->name || !a->value)
			break;
		*end = a;
		end = &a->next;
	}
	return first;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces,
        const xmlChar **namespace_table, int attributes, int defaulted, const xmlChar **table)
{
	struct xml_reader *x = user;
	struct markup *m;

	(void)prefix, (void)uri, (void)namespaces, (void)namespace_table, (void)defaulted;
	if (x->depth++ == LIMIT_XML_DEPTH)
		fail_here(x, "elements within too many elements", NULL);
	if (!(m = take(x, sizeof *m)) || !(m->name = copy_name(x, name)))
		return;
	m->attributes = copy_attributes(x, attributes, table);
	add(x, m);
	x->open = m;
	if (!m->parent && x->enough && x->enough(m))
		stop(x);
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct xml_reader *x = user;
	const struct markup *ended = x->open;

	(void)name, (void)prefix, (void)uri;
	if (!ended || x->stopped)
		return;
	x->open = ended->parent;
	x->depth--;
	if (x->enough && x->enough(ended))
		stop(x);
}

static void on_text(void *user, const xmlChar *text, int size)
{
	struct xml_reader *x = user;
	struct markup *m;

	if (!x->open || size <= 0 || !(m = take(x, sizeof *m)))
		return;
	m->text = copy(x, text, (size_t)size);
	m->size = (size_t)size;
	if (m->text)
		add(x, m);
}

static void on_unparsed_entity(void *user, const xmlChar *name, const xmlChar *public, const xmlChar *system,
        const xmlChar *notation)
{
	struct xml_reader *x = user;
	struct markup_attribute *a = system ? take(x, sizeof *a) : NULL;

	(void)public, (void)notation;
	if (!a)
		return;
	a->name = copy_name(x, name);
	a->value = copy_name(x, system);
	if (!a->name || !a->value)
		return;
	*x->last_unparsed = a;
	x->last_unparsed = &a->next;
}

/* Only plain text is ever replaced: what has references within could multiply, what lies outside is not read. */
static void on_entity(void *user, const xmlChar *name, int type, const xmlChar *public, const xmlChar *system,
        xmlChar *content)
{
	struct xml_reader *x = user;
	struct declared *d;

	(void)public, (void)system;
	if (type != XML_INTERNAL_GENERAL_ENTITY && type != XML_EXTERNAL_GENERAL_PARSED_ENTITY)
		return;
	if (!(d = take(x, sizeof *d)) || !(d->name = copy_name(x, name)))
		return;
	if (type == XML_INTERNAL_GENERAL_ENTITY && content && !strpbrk((const char *)content, "&<"))
		d->text = copy_name(x, content);
	d->next = x->declared;
	x->declared = d;
}

/* What the name stands for, in x->replacement; NULL when it is refused. */
static const char *replace(struct xml_reader *x, const char *name)
{
	const struct declared *d = x->declared, *found = NULL;
	char character[ENTITY_TEXT];

	/* the first declaration of a name counts, and stands last */
	for (; d; d = d->next)
		if (strcmp(d->name, name) == 0)
			found = d;
	if (found && !found->text) {
		fail_here(x, "refused: references or markup within the entity", name);
		return NULL;
	}
	if (found)
		return found->text;
	x->replacement.size = 0;
	const int put = entity_text(name, character) ? bytes_printf(&x->replacement, "%s", character)
	                                             : bytes_printf(&x->replacement, "&%s;", name);
	if (put < 0 || bytes_terminate(&x->replacement) < 0) {
		fail_here(x, "out of memory", NULL);
		return NULL;
	}
	return (const char *)x->replacement.data;
}

/* As replace, with & and < as references. */
static const char *replace_escaped(struct xml_reader *x, const char *name)
{
	const char *text = replace(x, name);

	if (!text || !strpbrk(text, "&<"))
		return text;
	/* those with either are the table's, or unknown: they begin with it */
	char *rest = strdup(text + 1);
	const int put = rest ? bytes_set(&x->replacement, text[0] == '&' ? "&#38;" : "&#60;", 5) : -1;
	const int more = put < 0 ? -1 : bytes_append(&x->replacement, rest, strlen(rest));
	free(rest);
	if (more < 0 || bytes_terminate(&x->replacement) < 0) {
		fail_here(x, "out of memory", NULL);
		return NULL;
	}
	return (const char *)x->replacement.data;
}

/*
 * In text libxml2 hands the content of a "predefined" entity over as it is; in an attribute's value it takes only the first byte of
 * one, and parses the content of any other.
 */
static xmlEntityPtr on_get_entity(void *user, const xmlChar *name)
{
	struct xml_reader *x = user;
	const bool attribute = x->context->instate == XML_PARSER_ATTRIBUTE_VALUE;

	/* asked for what was just declared, to fasten memory to it */
	if (x->context->inSubset)
		return NULL;
	const char *text = attribute ? replace_escaped(x, (const char *)name) : replace(x, (const char *)name);

	if (!text)
		return NULL;
	x->entity = (xmlEntity){.type = XML_ENTITY_DECL,
	        .name = name,
	        .content = (xmlChar *)(uintptr_t)text,
	        .length = (int)strlen(text),
	        .etype = attribute ? XML_INTERNAL_GENERAL_ENTITY : XML_INTERNAL_PREDEFINED_ENTITY};
	return &x->entity;
}

static xmlEntityPtr on_get_parameter_entity(void *user, const xmlChar *name)
{
	(void)user, (void)name;
	return NULL;
}

static xmlParserInputPtr on_resolve(void *user, const xmlChar *public, const xmlChar *system)
{
	(void)user, (void)public, (void)system;
	return NULL;
}

/* libxml2's sentence without its newline, its first letter small. */
static void on_error(void *user, xmlErrorPtr e)
{
	struct xml_reader *x = user;
	const unsigned long line = e->line > 0 ? (unsigned long)e->line : 1;
	const unsigned long other = x->first_line - 1 + (e->int1 > 0 ? (unsigned long)e->int1 : 1);
	char text[256] = "";

	if (e->level != XML_ERR_FATAL)
		return;
	if (e->code == XML_ERR_TAG_NAME_MISMATCH && e->str1 && e->str2)
		snprintf(text, sizeof text, "element '%.80s' of line %lu is closed by '%.80s'", e->str1, other, e->str2);
	else if (e->code == XML_ERR_TAG_NOT_FINISHED && e->str1)
		snprintf(text, sizeof text, "the document ends within element '%.80s' of line %lu", e->str1, other);
	else
		snprintf(text, sizeof text, "%s", e->message ? e->message : "malformed");
	text[strcspn(text, "\n")] = 0;
	text[0] = (char)tolower((unsigned char)text[0]);
	fail(x, line, text, NULL);
}

/* What has no document at hand, as a failing conversion of characters, would be printed; the document's own error follows. */
static void on_stray_error(void *user, xmlErrorPtr e)
{
	(void)user, (void)e;
}

/*
 * A context keeps all names that it ever saw, those of entities too, and fails for good at 10 MB of them: after some tens of
 * thousands of documents that declare their pictures. A new one costs little.
 */
static int renew_context(struct xml_reader *x)
{
	enum { NAMES_KEPT = 1 << 20 };

	if (x->context && xmlDictGetUsage(x->context->dict) < NAMES_KEPT)
		return 0;
	xmlFreeParserCtxt(x->context);
	x->context = xmlNewParserCtxt();
	if (!x->context)
		return -1;
	*x->context->sax = (xmlSAXHandler){.initialized = XML_SAX2_MAGIC,
	        .startElementNs = on_start,
	        .endElementNs = on_end,
	        .characters = on_text,
	        .ignorableWhitespace = on_text,
	        .cdataBlock = on_text,
	        .entityDecl = on_entity,
	        .unparsedEntityDecl = on_unparsed_entity,
	        .getEntity = on_get_entity,
	        .getParameterEntity = on_get_parameter_entity,
	        .resolveEntity = on_resolve,
	        .serror = on_error};
	x->context->userData = x;
	return 0;
}

struct xml_reader *xml_open(void)
{
	struct xml_reader *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	if (renew_context(x) < 0) {
		free(x);
		return NULL;
	}
	xmlSetStructuredErrorFunc(NULL, on_stray_error);
	x->document.arena.limit = LIMIT_XML_MEMORY;
	return x;
}

const struct markup_document *xml_parse(struct xml_reader *x, const void *text, size_t size, unsigned long first_line,
        xml_enough *enough, struct error *err)
{
	arena_reset(&x->document.arena);
	x->document.root = x->open = NULL;
	x->depth = 0;
	x->document.unparsed = NULL;
	x->last_unparsed = &x->document.unparsed;
	x->declared = NULL;
	x->enough = enough;
	x->stopped = x->failed = false;
	x->first_line = first_line;
	x->err = err;
	if (size > LIMIT_XML) {
		error_set(err, "the document is larger than %d MiB", LIMIT_XML >> 20);
		return NULL;
	}
	if (renew_context(x) < 0) {
		error_set(err, "out of memory");
		return NULL;
	}
	/* references in attributes are to be replaced too: NOENT; by whom, on_get_entity decides */
	xmlFreeDoc(xmlCtxtReadMemory(x->context, text, (int)size, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOENT));
	if (x->failed)
		return NULL;
	if (!x->stopped && (!x->context->wellFormed || !x->document.root)) {
		error_set(err, "line %lu: no document", first_line);
		return NULL;
	}
	return &x->document;
}

void xml_close(struct xml_reader *x)
{
	if (!x)
		return;
	xmlFreeParserCtxt(x->context);
	xmlCleanupParser();
	arena_release(&x->document.arena);
	bytes_release(&x->replacement);
	free(x);
}
