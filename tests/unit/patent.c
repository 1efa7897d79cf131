/* SPDX-License-Identifier: ISC */
/* What people and files write, and what it is: numbers, classes, dates and terms. */
#include "unit/test.h"

#include "patent/class.h"
#include "patent/number.h"
#include "patent/term.h"

static const struct {
	const char *text, *number; /* NULL: none */
	int sheet;
} numbers[] = {
        {"D0939806", "D0939806", -1},
        {"D939806", "D0939806", -1},
        {"d939806", "D0939806", -1},
        {"USD939806", "D0939806", -1},
        {"usd0939806s1", "D0939806", -1},
        {"USD0939806S1", "D0939806", -1},
        {"US D939,806 S1", "D0939806", -1},
        {"US D 939,806 S", "D0939806", -1},
        {"US-D939806-S1", "D0939806", -1},
        {"U.S. Des. 939,806", "D0939806", -1},
        {"Des. 939 806", "D0939806", -1},
        {"D. 271298", "D0271298", -1},
        {"  D1,012,345 ", "D1012345", -1},
        {"D1", "D0000001", -1},
        {"D0939806/00001", "D0939806", 1},
        {"USD939806S1/2", "D0939806", 2},
        {"D0939806/00000", "D0939806", 0},
        {"USD0939806-20211228", "D0939806", -1},
        {"USD0939806-20211228.ZIP", "D0939806", -1},
        {"USD0939806-20211228-D00012.TIF", "D0939806", 12},
        {"USD0939806-20211228-D00012", "D0939806", 12},
        {"", NULL, 0},
        {"D", NULL, 0},
        {"939806", NULL, 0},
        {"US9398061B2", NULL, 0},
        {"D0000000", NULL, 0},
        {"D12345678", NULL, 0},
        {"D939806x", NULL, 0},
        {"D939806 S1 x", NULL, 0},
        {"D0939806/", NULL, 0},
        {"D0939806/123456", NULL, 0},
        {"D93,9806", NULL, 0},
        {"RE39806", NULL, 0},
        {"USD0939806-2021", NULL, 0},
};

static const struct {
	const char *text, *class;
	bool valid;
} classes[] = {
        {"D 2728", "D2/728", true},
        {"D28 47", "D28/47", true},
        {"D14480", "D14/480", true},
        {" D2728", "D2/728", true},
        {"D 2 47", "D2/47", true},
        {"D 9  1", "D9/1", true},
        {"D 32032", "D3/203.2", true},
        {"D142031", "D14/203.1", true},
        {"D 8 291", "D8/29.1", true},
        {"D14138 G", "D14/138 G", true},
        {"D14138AD", "D14/138 AD", true},
        {"D 8DIG 4", "D8/DIG. 4", true},
        {"D073962", "D7/396.2", true},
        {"D 9000", "D9/0", true},
        {"  2  215", "2/2.15", true},
        {" 745022", "74/502.2", true},
        {"280 87041", "280/87.041", true},
        {"D14374-377", "D14/374-377", true},
        {"D28 46- 48", "D28/46-48", true},
        {"360 9701- 9912", "360/97.01-9912", true},
        {"D2", "D2", false},
        {" D28 47", "D28 47", false},
        {"D 2   ", "D 2", false},
        {"", "", false},
        {"see  also\tclass 9", "see also class 9", false},
};

static void test_numbers(void)
{
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		char number[PATENT_NUMBER_SIZE] = "untouch";
		int sheet = 77;
		const bool read = patent_number_read(numbers[i].text, number, &sheet);
		if (!numbers[i].number)
			ok(!read && sheet == 77 && strcmp(number, "untouch") == 0, "'%s' is no number", numbers[i].text);
		else
			ok(read && strcmp(number, numbers[i].number) == 0 && sheet == numbers[i].sheet, "'%s' is %s, sheet %d",
			        numbers[i].text, numbers[i].number, numbers[i].sheet);
	}
	char number[PATENT_NUMBER_SIZE];
	ok(!patent_number_read("D0939806/00001", number, NULL), "a sheet is refused where none is wanted");
	ok(patent_number_canonical("D0939806") && !patent_number_canonical("D939806") &&
	                !patent_number_canonical("d0939806") && !patent_number_canonical("D09398061"),
	        "the canonical spelling is known");
}

static void test_classes(void)
{
	char to[CLASS_SIZE], locarno[LOCARNO_SIZE];

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		ok(class_us(classes[i].text, to) == classes[i].valid, "'%s' is %s US class", classes[i].text,
		        classes[i].valid ? "a" : "no");
		is_text(to, classes[i].class, classes[i].text);
	}
	char longest[200];
	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = 0;
	ok(!class_us(longest, to) && strlen(to) < CLASS_SIZE, "a long text is cut");
	const char *const same[] = {"0204", "02-04", "2-4", "02.04", " 2/04 "};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		ok(class_locarno(same[i], locarno) && strcmp(locarno, "02-04") == 0, "'%s' is Locarno 02-04", same[i]);
	const char *const none[] = {"", "2", "204", "02-", "02-045", "A2-04", "02045"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ok(!class_locarno(none[i], locarno) && !*locarno, "'%s' is no Locarno class", none[i]);
}

static void test_terms(void)
{
	ok(date_valid(20000229) && !date_valid(21000229) && !date_valid(20210431) && !date_valid(20211301) &&
	                !date_valid(19940400) && !date_valid(0),
	        "days of the calendar are known");
	ok(term_years(20210209, 20150513) == 15, "filed on 13 May 2015: fifteen years");
	ok(term_years(20210209, 20150512) == 14, "filed a day before: fourteen years");
	ok(term_years(20150512, 0) == 14 && term_years(20210209, 0) == 15, "a filing of unknown date goes by the grant");
	ok(term_expires(20210209, 20190101) == 20360209, "a term ends on the day of the grant");
	ok(term_expires(20280229, 20250101) == 20430301, "granted on 29 February, out of force on 1 March");
	ok(term_expires(20000229, 19990101) == 20140301, "the same for fourteen years");
	ok(date_add_years(20000229, 16) == 20160229, "29 February stays where there is one");
	ok(term_expires(0, 20190101) == 0, "no grant, no term");
	ok(date_read("20200131", true) == 20200131 && date_read("2020-01-31", true) == 20200131, "a date is read");
	ok(date_read("2020", true) == 20200101 && date_read("2020", false) == 20201231, "a year has two ends");
	ok(date_read("2020-02", true) == 20200201 && date_read("2020-02", false) == 20200229, "a month has two ends");
	ok(!date_read("2020-13", true) && !date_read("20200230", true) && !date_read("2020-1-1", true) &&
	                !date_read("", true) && !date_read("202", true) && !date_read("20200131x", true),
	        "what is no date is refused");
}

int main(void)
{
	test_numbers();
	test_classes();
	test_terms();
	return done();
}
