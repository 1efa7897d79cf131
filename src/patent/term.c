/* SPDX-License-Identifier: ISC */
#include "patent/term.h"

#include <stddef.h>


static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && leap(year));
}

bool date_valid(int date)
{
	const int year = date / 10000, month = date / 100 % 100, day = date % 100;

	return year >= 1000 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month);
}

int date_add_years(int date, int years)
{
	const int later = date + 10000 * years;

	return date_valid(later) ? later : later - 229 + 301;
}

int date_read(const char *text, bool first)
{
	static const char *const forms[] = {"nnnnnnnn", "nnnn-nn-nn", "nnnn-nn", "nnnn"};

	for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
		const char *f = forms[form], *t = text;
		int value = 0, digits = 0;
		for (; *f && (*f == 'n' ? *t >= '0' && *t <= '9' : *t == *f); f++, t++)
			if (*f == 'n') {
				value = 10 * value + *t - '0';
				digits++;
			}
		if (*f || *t)
			continue;
		if (digits == 4)
			value = 100 * value + (first ? 1 : 12);
		if (digits < 8 && (value % 100 < 1 || value % 100 > 12))
			return 0;
		if (digits < 8)
			value = 100 * value + (first ? 1 : days_of(value / 100, value % 100));
		return date_valid(value) ? value : 0;
	}
	return 0;
}

int term_years(int granted, int filed)
{
	return (filed ? filed : granted) < TERM_FILED_FROM ? TERM_SHORT : TERM_LONG;
}

int term_expires(int granted, int filed)
{
	return date_valid(granted) ? date_add_years(granted, term_years(granted, filed)) : 0;
}
