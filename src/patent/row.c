/* SPDX-License-Identifier: ISC */
#include "patent/row.h"

#include "base/json.h"

static const char *const columns[] = {"patent_id", "kind", "title", "loc_class", "us_class", "pub_date", "filing_date",
        "expires", "applicant_name", "applicant_country", "inventor_names", "assignee_name", "image_count"};

/* Records of strangers may hold what ours do not: it must not become a column or a row. */
static int put_text(struct bytes *to, const char *text)
{
	for (; text && *text; text++)
		if (bytes_put_u8(to, (unsigned char)*text < 0x20 ? ' ' : (uint8_t)*text) < 0)
			return -1;
	return 0;
}

static int put_value(struct bytes *to, const struct json *v)
{
	int64_t number;

	if (json_as_integer(v, &number))
		return bytes_printf(to, "%lld", (long long)number);
	for (size_t i = 0; i < (json_kind(v) == KIND_ARRAY ? json_count(v) : 0); i++)
		if ((i && bytes_append(to, "; ", 2) < 0) || put_text(to, json_text(json_at(v, i))) < 0)
			return -1;
	return put_text(to, json_text(v));
}

int row_write(const void *record, size_t size, struct bytes *to, struct error *err)
{
	struct json *document = json_parse(record, size, err);
	int status = 0;

	if (!document)
		return error_within(err, "a record is no JSON");
	for (size_t i = 0; i < sizeof columns / sizeof *columns && status == 0; i++) {
		if (i)
			status = bytes_put_u8(to, '\t');
		if (status == 0)
			status = put_value(to, json_member(document, columns[i]));
	}
	json_release(document);
	return status < 0 ? error_set(err, "out of memory") : 0;
}
