/* SPDX-License-Identifier: ISC */
#include "answer/hypertext.h"
#include "base/base64.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "unit/test.h"

/* What `append` makes of the text. */
static void appends(int (*append)(struct bytes *, const char *), const char *text, const char *expected, const char *name)
{
	struct bytes b = {0};

	ok(append(&b, text) == 0 && bytes_terminate(&b) == 0, "memory");
	is_text((char *)b.data, expected, name);
	bytes_release(&b);
}

static void test_text(void)
{
	appends(hypertext_text, "a <b> & \"c\" 'd'", "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;", "markup is escaped");
	appends(hypertext_text, NULL, "", "no text is empty");
	appends(hypertext_text, "\x01\n\xc2\x85.\x7f", "  \x20. ", "control characters are blanks, those of Latin-1 too");
	appends(hypertext_text, "\xc3\xa9\xe2\x82\xac\xf0\x9f\xaa\x91", "\xc3\xa9\xe2\x82\xac\xf0\x9f\xaa\x91", "UTF-8 stays");
	appends(hypertext_text, "\xff<\xc3", "\xef\xbf\xbd&lt;\xef\xbf\xbd", "what is none is replaced, and hides no markup");
	appends(hypertext_text, "\xe2\x82<", "\xef\xbf\xbd\xef\xbf\xbd&lt;", "a cut sequence hides none either");
	appends(hypertext_text, "\xc0\xbc\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
	        "an overlong '<' and a surrogate are none");
}

static void is_date(int64_t date, const char *expected)
{
	struct bytes b = {0};

	ok(hypertext_date(&b, date) == 0 && bytes_terminate(&b) == 0, "memory");
	is_text((char *)b.data, expected, expected);
	bytes_release(&b);
}

static void test_date(void)
{
	is_date(20200131, "<time datetime=\"2020-01-31\">2020-01-31</time>");
	is_date(20200100, "<time datetime=\"2020-01\">2020-01</time>");
	is_date(20200000, "<time datetime=\"2020\">2020</time>");
	is_date(0, "");
	is_date(-20200131, "");
	is_date(INT64_MAX, "");
}

static int append_base64(struct bytes *to, const char *text)
{
	return base64_append(to, text, strlen(text));
}

/* RFC 4648, section 10 */
static void test_base64(void)
{
	static const char *const vectors[][2] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
	        {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xbf", "+/+/"}};

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
		appends(append_base64, vectors[i][0], vectors[i][1], vectors[i][1]);
}

static void test_quote(void)
{
	appends(quote_word, "designs/a-1.tif", "designs/a-1.tif", "a plain word is as it is");
	appends(quote_word, "", "''", "no word is quoted");
	appends(quote_word, "my chair", "'my chair'", "a blank is quoted");
	appends(quote_word, "it's $HOME", "'it'\\''s $HOME'", "so is a quote");
	appends(quote_word, "~root", "'~root'", "a home directory is not expanded");
}

int main(void)
{
	test_text();
	test_date();
	test_base64();
	test_quote();
	ok(utf8_control_length((const uint8_t *)"\xc2", 1) == 0, "a control character is not looked for beyond the end");
	return done();
}
