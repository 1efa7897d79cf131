/* SPDX-License-Identifier: ISC */
#include "patent/number.h"

#include <string.h>
#include <strings.h>

/* ctype without the locale: these texts are foreign bytes. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/* Behind a word of the number may stand blanks, or one hyphen. */
static const char *skip_gap(const char *s)
{
	s = skip_blanks(s);
	return *s == '-' ? skip_blanks(s + 1) : s;
}

/* "US", "U.S." */
static const char *skip_country(const char *s)
{
	if (strncasecmp(s, "U.S.", 4) == 0)
		return skip_gap(s + 4);
	if (strncasecmp(s, "US", 2) == 0)
		return skip_gap(s + 2);
	return s;
}

/* "D", "D.", "Des.", "Design": NULL when there is none. */
static const char *skip_design(const char *s)
{
	static const char *const words[] = {"design", "des", "d"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncasecmp(s, words[i], strlen(words[i])) == 0) {
			s += strlen(words[i]);
			return skip_gap(*s == '.' ? s + 1 : s);
		}
	return NULL;
}

/* A comma or a blank, and exactly three digits behind it. */
static bool begins_group(const char *s)
{
	return (*s == ',' || *s == ' ') && is_digit(s[1]) && is_digit(s[2]) && is_digit(s[3]) && !is_digit(s[4]);
}

/* One to seven digits, commas or single blanks between groups of three, not all zero: their end, or NULL. */
static const char *read_digits(const char *s, char digits[7])
{
	char found[7];
	int n = 0;
	bool zero = true;

	for (; is_digit(*s) || (n && begins_group(s)); s++) {
		if (!is_digit(*s))
			continue;
		if (n == 7)
			return NULL;
		zero = zero && *s == '0';
		found[n++] = *s;
	}
	if (!n || zero)
		return NULL;
	memset(digits, '0', 7);
	memcpy(digits + 7 - n, found, (size_t)n);
	return s;
}

/* The kind, "S" or "S1" … "S9", when it is there. */
static const char *skip_kind(const char *s)
{
	const char *kind = skip_gap(s);

	if (*kind != 'S' && *kind != 's')
		return s;
	kind++;
	return is_digit(*kind) ? kind + 1 : kind;
}

/* "/1" … "/00001"; nothing: no sheet. NULL: digits are missing or too many. */
static const char *read_sheet(const char *s, int *sheet)
{
	int n = 0, value = 0;

	if (*s != '/')
		return s;
	for (s++; is_digit(*s) && n < 6; n++)
		value = 10 * value + *s++ - '0';
	if (!n || n > 5)
		return NULL;
	*sheet = value;
	return s;
}

/* The rest of a file's name, "-20211228", "-20211228-D00001", either with ".TIF" or another extension; else s as it was. */
static const char *read_file_name(const char *s, int *sheet)
{
	const char *at = s + 1;
	int value = 0;

	if (*s != '-')
		return s;
	for (int i = 0; i < 8; i++)
		if (!is_digit(*at++))
			return s;
	if (at[0] == '-' && (at[1] == 'D' || at[1] == 'd')) {
		at += 2;
		for (int i = 0; i < 5; i++, at++) {
			if (!is_digit(*at))
				return s;
			value = 10 * value + *at - '0';
		}
		*sheet = value;
	}
	const char *extension = strpbrk(at, "/ ");
	return *at == '.' && !extension ? at + strlen(at) : at;
}

bool patent_number_read(const char *text, char number[PATENT_NUMBER_SIZE], int *sheet)
{
	int found = PATENT_NO_SHEET;
	char digits[7];
	const char *s = skip_design(skip_country(skip_blanks(text)));

	s = s ? read_digits(s, digits) : NULL;
	if (!s)
		return false;
	const char *rest = read_file_name(s, &found);
	if (rest == s)
		rest = read_sheet(skip_kind(s), &found);
	if (!rest || *skip_blanks(rest) || (found != PATENT_NO_SHEET && !sheet))
		return false;
	number[0] = 'D';
	memcpy(number + 1, digits, 7);
	number[8] = 0;
	if (sheet)
		*sheet = found;
	return true;
}

bool patent_number_canonical(const char *text)
{
	return text[0] == 'D' && strspn(text + 1, "0123456789") == 7 && !text[8] && strcmp(text, "D0000000") != 0;
}
