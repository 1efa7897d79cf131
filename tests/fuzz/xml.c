/* SPDX-License-Identifier: ISC */
/* Any bytes are split into documents, each is refused with a reason or read; what a grant gives is JSON, and a row of one line. */
#include "base/json.h"
#include "foreign/documents.h"
#include "foreign/xml.h"
#include "patent/grant.h"
#include "patent/number.h"
#include "patent/row.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct xml_reader *reader;
static struct grant grant;
static struct bytes record, row;

static void check_record(void)
{
	record.size = row.size = 0;
	if (record_write(&grant.record, &record) < 0)
		abort();
	struct json *json = json_parse(record.data, record.size, NULL);
	if (!json || json_count(json) != 27 || !patent_number_canonical(json_text(json_member(json, "patent_id"))))
		abort();
	json_release(json);
	if (row_write(record.data, record.size, &row, NULL) < 0 || memchr(row.data, '\n', row.size))
		abort();
}

static int on_document(void *context, const struct source *source, const struct document *document)
{
	struct error err = {""};
	const struct markup_document *markup =
	        xml_parse(reader, document->text, document->size, document->line, grant_is_other, &err);
	const int design = markup ? grant_read(&grant, markup, &err) : -1;

	(void)context, (void)source;
	if (design < 0 && !err.text[0])
		abort();
	if (design > 0)
		check_record();
	return 0;
}

static int on_skipped(void *context, const struct source *source)
{
	(void)context, (void)source;
	return 0;
}

static int on_lost(void *context, const struct source *source, const char *reason)
{
	(void)context, (void)source;
	if (!reason[0])
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct source source = {.member = "x.xml"};
	const struct documents_visitor visitor = {NULL, on_document, on_skipped, on_lost};

	reader = reader ? reader : xml_open();
	if (!reader)
		abort();
	documents_in_memory(data, size, &source, &visitor);
	return 0;
}
