/* SPDX-License-Identifier: ISC */
#include "foreign/filename.h"

#include "stream/identity.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *last_component(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static size_t digits(const char *p)
{
	size_t n = 0;

	while (isdigit((unsigned char)p[n]))
		n++;
	return n;
}

/* "-20210209" may follow the number, and "-SUPP" the date. */
static const char *skip_date(const char *p)
{
	if (*p == '-' && digits(p + 1) == 8)
		p += 9;
	return strncasecmp(p, "-SUPP", 5) == 0 ? p + 5 : p;
}

/* "-D00001" */
static int32_t sheet_of(const char *p)
{
	return p[0] == '-' && toupper((unsigned char)p[1]) == 'D' && digits(p + 2) == 5
	        ? (int32_t)strtol(p + 2, NULL, 10)
	        : IDENTITY_NO_SHEET;
}

struct filename filename_read(const char *path)
{
	const char *p = last_component(path);
	struct filename f = {.sheet = IDENTITY_NO_SHEET};

	if (strncasecmp(p, "USD", 3) != 0)
		return f;
	const size_t n = digits(p + 3);
	if (n < 6 || n > 7)
		return f;
	const char *rest = skip_date(p + 3 + n);
	if (*rest && *rest != '-' && *rest != '.' && *rest != '_')
		return f;
	f.is_grant = true;
	snprintf(f.document, sizeof f.document, "D%07ld", strtol(p + 3, NULL, 10));
	f.sheet = sheet_of(rest);
	return f;
}

/* A folder of other kinds of grants; a folder of photographs of plants is none: what lies in it is not named US... */
static bool is_other_room(const char *p, size_t n)
{
	static const char *const rooms[] = {"UTIL", "UTILITY", "PLANT", "REISSUE", "SIR"};

	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
		if (n == strlen(rooms[i]) && strncasecmp(p, rooms[i], n) == 0)
			return strncasecmp(p + n, "/US", 3) == 0;
	return false;
}

/* US10123456, USPP031234, USRE048123, USH002345, UST...: number, then a date, an ending, or nothing */
static bool is_other_grant(const char *p)
{
	static const char *const kinds[] = {"", "PP", "RE", "RX", "X", "H", "T", "AI"};

	if (strncasecmp(p, "US", 2) != 0)
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const size_t length = strlen(kinds[i]);
		const size_t n = strncasecmp(p + 2, kinds[i], length) == 0 ? digits(p + 2 + length) : 0;
		const char end = n ? p[2 + length + n] : 'x';
		if (n >= 5 && n <= 8 && (end == '-' || end == '.' || end == '/' || !end))
			return true;
	}
	return false;
}

bool filename_is_other_kind(const char *path)
{
	for (const char *p = path; *p;) {
		const char *slash = strchr(p, '/');
		const size_t n = slash ? (size_t)(slash - p) : strlen(p);
		if (is_other_room(p, n) || is_other_grant(p))
			return true;
		p += n + (slash != NULL);
	}
	return false;
}

static bool ends_in(const char *path, const char *const *endings)
{
	const char *dot = strrchr(last_component(path), '.');

	for (; dot && *endings; endings++)
		if (strcasecmp(dot + 1, *endings) == 0)
			return true;
	return false;
}

bool filename_is_hidden(const char *path)
{
	return last_component(path)[0] == '.';
}

bool filename_claims(const char *path)
{
	static const char *const endings[] = {"tif", "tiff", "jpg", "jpeg", "png", "webp", "pbm", "pgm", "ppm", "pnm",
	        "pam", "xml", "zip", "tar", "tgz", "gz", "xz", "zst", "bz2", NULL};

	return ends_in(path, endings);
}

bool filename_is_xml(const char *path)
{
	static const char *const endings[] = {"xml", NULL};

	return ends_in(path, endings);
}

int filename_compare(const char *a, const char *b)
{
	const struct filename fa = filename_read(a), fb = filename_read(b);
	const int by_document = strcmp(fa.is_grant ? fa.document : a, fb.is_grant ? fb.document : b);

	if (by_document)
		return by_document;
	if (filename_is_xml(a) != filename_is_xml(b))
		return filename_is_xml(a) ? -1 : 1;
	return strcmp(a, b);
}
