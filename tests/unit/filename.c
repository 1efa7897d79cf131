/* SPDX-License-Identifier: ISC */
#include "foreign/filename.h"

#include "stream/identity.h"

#include "unit/test.h"

int main(void)
{
	static const struct {
		const char *path, *document; /* NULL: no grant of a design */
		int sheet;
	} names[] = {
	        {"USD0910058-20210209-D00001.TIF", "D0910058", 1},
	        {"a/b/usd0910058-20210209-d00000.tif", "D0910058", 0},
	        {"USD0910058-D00012.TIF", "D0910058", 12},
	        {"USD910058-20210209-D00001.TIF", "D0910058", 1},
	        {"USD0910058-20210209-SUPP-D00003.TIF", "D0910058", 3},
	        {"I20210209/DESIGN/USD0910058-20210209.ZIP", "D0910058", IDENTITY_NO_SHEET},
	        {"USD0910058-20210209/USD0910058-20210209.XML", "D0910058", IDENTITY_NO_SHEET},
	        {"USD0910058-20210209-P00001.TIF", "D0910058", IDENTITY_NO_SHEET},
	        {"USD0910058-20210209-D001.TIF", "D0910058", IDENTITY_NO_SHEET},
	        {"USD0910058-20210209/chair.tif", NULL, IDENTITY_NO_SHEET},
	        {"USD12.TIF", NULL, IDENTITY_NO_SHEET},
	        {"USD091005812.TIF", NULL, IDENTITY_NO_SHEET},
	        {"US10912241-20210209-D00001.TIF", NULL, IDENTITY_NO_SHEET},
	        {"usdollar.jpg", NULL, IDENTITY_NO_SHEET},
	        {"", NULL, IDENTITY_NO_SHEET},
	};
	static const char *const others[] = {"I20210209/UTIL/US10912241-20210209.ZIP", "UTIL/USxyz", "USPP032681-20210209.XML",
	        "a/USRE048420-20210209/x.tif", "US10912241-20210209/US10912241-20210209-C00001.TIF", "us10912241.zip"};
	static const char *const ours[] = {"I20210209/DESIGN/USD0910058-20210209.ZIP", "plant/rose.tif", "UTIL/chair.jpg", "US1.jpg",
	        "usa12345.jpg", "US100 photos/x.jpg", ""};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct filename f = filename_read(names[i].path);
		ok(f.is_grant == (names[i].document != NULL) && f.sheet == names[i].sheet &&
		                (!f.is_grant || strcmp(f.document, names[i].document) == 0),
		        "'%s' is %s", names[i].path, names[i].document ? names[i].document : "none of the office's");
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		ok(filename_is_other_kind(others[i]), "'%s' is another kind of grant", others[i]);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		ok(!filename_is_other_kind(ours[i]), "'%s' is not", ours[i]);

	ok(filename_compare("USD0000001.XML", "USD0000001-D00000.TIF") < 0, "a document before its sheets");
	ok(filename_compare("USD0000001-D00009.TIF", "USD0000002.XML") < 0, "and behind those of the patent before");
	ok(filename_compare("b.xml", "a.tif") > 0, "other files by their names");
	ok(filename_compare("a.tif", "a.tif") == 0, "equal names are equal");
	return done();
}
