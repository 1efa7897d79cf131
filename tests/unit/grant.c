/* SPDX-License-Identifier: ISC */
/* XML into markup, its text and columns; named characters; memory that is given out in pieces; what others ask of a record. */
#include "unit/test.h"

#include "foreign/entity.h"
#include "foreign/xml.h"
#include "patent/grant.h"
#include "patent/row.h"

static struct xml_reader *reader;
static struct bytes block;

static const char *text_of(const struct markup *m)
{
	block.size = 0;
	markup_text(m, &block);
	bytes_terminate(&block);
	return (const char *)block.data;
}

static const struct markup *parse(const char *text)
{
	struct error err;
	const struct markup_document *d = xml_parse(reader, text, strlen(text), 1, NULL, &err);

	return d ? d->root : NULL;
}

static void test_arena(void)
{
	struct arena a = {.limit = 200000};
	char *first = arena_take(&a, 10);

	ok(first && !first[0] && !first[9], "pieces are zeroed");
	is_text(arena_copy(&a, "abc", 2), "ab", "a copy ends in a NUL");
	ok(arena_take(&a, 100000) != NULL, "a piece may be larger than a block");
	ok(!arena_take(&a, 100000), "the limit holds");
	memset(first, 'x', 10);
	arena_reset(&a);
	char *again = arena_take(&a, 10);
	ok(again == first && !again[0], "a reset takes back all and keeps the memory");
	ok(!arena_take(&a, (size_t)-1) && !arena_take(&a, (size_t)-20), "absurd sizes are refused");
	arena_release(&a);
}

static void test_entities(void)
{
	static const struct {
		const char *name, *text;
	} names[] = {{"AElig", "Æ"}, {"zwnj", "\xe2\x80\x8c"}, {"num", "#"}, {"rdquo", "”"}, {"agr", "α"},
	        {"Afr", "\xf0\x9d\x94\x84"}, {"acE", "\xe2\x88\xbe\xcc\xb3"}};
	char text[ENTITY_TEXT];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ok(entity_text(names[i].name, text) && strcmp(text, names[i].text) == 0,
		        "&%s; is %s", names[i].name, names[i].text);
	ok(!entity_text("", text) && !entity_text("nosuch", text) && !entity_text("AElig;", text), "other names are not known");
}

static void test_markup(void)
{
	const struct markup *m = parse("<a x='1' y='2'><b>one</b> two<b>three<c>4</c></b>\n<p>five</p>six<p>seven</p></a>");

	is_text(text_of(m), "one twothree4 five six seven", "text in order, folded, blocks apart");
	is_text(text_of(markup_path(m, "b")), "one", "a path follows first children");
	is_text(text_of(markup_again(markup_child(m, "b"))), "three4", "the next of the same name");
	is_text(text_of(markup_within(m, NULL, "c")), "4", "an element at any depth");
	ok(!markup_path(m, "b/c") && !markup_child(NULL, "b") && !markup_again(NULL) && !markup_path(NULL, "b"),
	        "what is not there is NULL");
	is_text(markup_attribute(m, "y"), "2", "an attribute");
	ok(!markup_attribute(m, "z") && !markup_attribute(NULL, "x"), "there is no other");
	is_text(text_of(NULL), "", "nothing has no text");
	int count = 0;
	for (const struct markup *p = NULL; (p = markup_within(m, p, "p"));)
		count++;
	ok(count == 2, "all of a name are visited once, and none behind the top");
	m = parse("<a><b>\n  <c> D 2 </c>\n</b><b>z</b></a>");
	block.size = 0;
	markup_columns(markup_child(m, "b"), &block);
	ok(block.size == 5 && memcmp(block.data, " D 2 ", 5) == 0, "columns stay, layout goes");
}

static void test_xml(void)
{
	static const char *const malformed[] = {"", " ", "<a>", "<a></b>", "<a/><b/>", "text", "<a x=1/>", "<a>&#0;</a>",
	        "<a>\xff</a>",
	        "<!DOCTYPE a [<!ENTITY b '<c/>'>]><a>&b;</a>", "<!DOCTYPE a [<!ENTITY b SYSTEM 'x'>]><a>&b;</a>"};
	struct error err;

	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
		err.text[0] = 0;
		ok(!xml_parse(reader, malformed[i], strlen(malformed[i]), 1, NULL, &err) && strncmp(err.text, "line ", 5) == 0,
		        "refused: '%s'", malformed[i]);
	}
	xml_parse(reader, "<a>\n<b>\n</a>", 12, 100, NULL, &err);
	is_text(err.text, "line 102: element 'b' of line 101 is closed by 'a'", "lines are those of the file");
	is_text(text_of(parse("<!DOCTYPE a [<!ENTITY b 'one'><!ENTITY b 'two'>]><a>&b;</a>")), "one",
	        "the first declaration counts");
	is_text(text_of(parse("<a>&eacute;&x;</a>")), "é&x;", "names are read without any DTD");
	static const char picture[] = "<!DOCTYPE a [<!NOTATION T SYSTEM ''><!ENTITY p SYSTEM 'p.TIF' NDATA T>]><a/>";
	const struct markup_document *d = xml_parse(reader, picture, sizeof picture - 1, 1, NULL, &err);
	ok(d && d->unparsed && strcmp(d->unparsed->value, "p.TIF") == 0 && !d->unparsed->next, "NDATA entities are listed");
}

static void test_grants(void)
{
	static const char utility[] =
	        "<us-patent-grant><us-bibliographic-data-grant><application-reference appl-type='utility'/></broken>";
	static const char design[] = "<us-patent-grant><us-bibliographic-data-grant><publication-reference><document-id>"
	                             "<doc-number>D0900001</doc-number><date>20210209</date></document-id></publication-reference>"
	                             "<application-reference appl-type='design'/></us-bibliographic-data-grant></us-patent-grant>";
	struct grant g = {0};
	struct error err;
	struct bytes record = {0}, row = {0};
	const struct markup_document *d = xml_parse(reader, utility, sizeof utility - 1, 1, grant_is_other, &err);

	ok(d && grant_read(&g, d, &err) == 0, "a utility patent is not read beyond the place that says so");
	d = xml_parse(reader, design, sizeof design - 1, 1, grant_is_other, &err);
	ok(d && grant_read(&g, d, &err) == 1 && record_write(&g.record, &record) == 0, "a design is read");
	struct json *json = json_parse(record.data, record.size, &err);
	ok(json && record_date(json, "pub_date") == 20210209 && record_date(json, "filing_date") == 0, "its dates");
	ok(!record_active(json, 20210208) && record_active(json, 20210209), "in force from the day of the grant");
	ok(record_active(json, 20360208) && !record_active(json, 20360209), "to the day before it expires");
	size_t keys = 0;
	for (const struct record_key *k = record_keys; k->name; k++)
		keys += json_member(json, k->name) != NULL && record_key(k->name) == k;
	ok(keys == json_count(json), "the keys of a record are those that record_keys lists");
	ok(!record_key("color"), "and no other");
	json_release(json);
	ok(!record_active(NULL, 20210209), "what has no dates is not in force");
	static const char strange[] =
	        "{\"patent_id\":\"D1\",\"title\":\"a\\tb\\nc\",\"inventor_names\":[\"x\",7,\"y\"],\"pub_date\":\"2021\"}";
	ok(row_write(strange, sizeof strange - 1, &row, &err) == 0 && bytes_terminate(&row) == 0, "a strange record is a row");
	is_text((const char *)row.data, "D1\t\ta b c\t\t\t2021\t\t\t\t\tx; ; y\t\t", "of one line and all columns");
	bytes_release(&record);
	bytes_release(&row);
	grant_release(&g);
}

int main(void)
{
	reader = xml_open();
	test_arena();
	test_entities();
	test_markup();
	test_xml();
	test_grants();
	xml_close(reader);
	bytes_release(&block);
	return done();
}
