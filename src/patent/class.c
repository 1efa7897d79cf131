/* SPDX-License-Identifier: ISC */
#include "patent/class.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Copies without blanks at the ends, runs of them as one, and those that `drop` tells to leave out altogether. */
static void copy_folded(const char *from, size_t size, char *to, size_t room, bool drop)
{
	size_t n = 0;
	bool gap = false;

	for (size_t i = 0; i < size && n + 1 < room; i++) {
		if (is_blank(from[i])) {
			gap = n && !drop;
			continue;
		}
		if (gap && n + 2 == room)
			break;
		if (gap)
			to[n++] = ' ';
		gap = false;
		to[n++] = from[i];
	}
	to[n] = 0;
}

/* Leading zeros fill columns too: "D07396" is D7/396. */
static void drop_zeros(char *digits)
{
	const size_t zeros = strspn(digits, "0");
	const size_t dropped = zeros && !is_digit(digits[zeros]) ? zeros - 1 : zeros;

	memmove(digits, digits + dropped, strlen(digits + dropped) + 1);
}

enum { CLASS_COLUMNS = 3, SUBCLASS_COLUMNS = 3, MAIN_COLUMNS = CLASS_COLUMNS + SUBCLASS_COLUMNS };

static bool is_number(const char *s)
{
	return is_digit(*s) && !s[strspn(s, "0123456789")];
}

/* "D 2", "D14", " D2" or, of other patents, "280", "  2". */
static bool read_class(const char *columns, char class[CLASS_COLUMNS + 1])
{
	copy_folded(columns, CLASS_COLUMNS, class, CLASS_COLUMNS + 1, true);
	char *number = class + (class[0] == 'D');
	if (!is_number(number))
		return false;
	drop_zeros(number);
	return true;
}

/* "728", " 47", "  1" or "DIG". */
static bool read_subclass(const char *columns, char subclass[SUBCLASS_COLUMNS + 1])
{
	copy_folded(columns, SUBCLASS_COLUMNS, subclass, SUBCLASS_COLUMNS + 1, false);
	if (strcmp(subclass, "DIG") == 0)
		return true;
	if (!is_number(subclass) || is_blank(columns[SUBCLASS_COLUMNS - 1]))
		return false;
	drop_zeros(subclass);
	return true;
}

bool class_us(const char *text, char to[CLASS_SIZE])
{
	const size_t length = strcspn(text, "\r\n");
	char class[CLASS_COLUMNS + 1], subclass[SUBCLASS_COLUMNS + 1], rest[CLASS_SIZE / 2];

	copy_folded(text, strlen(text), to, CLASS_SIZE, false);
	if (length < MAIN_COLUMNS || length > CLASS_SIZE / 2)
		return false;
	if (!read_class(text, class) || !read_subclass(text + CLASS_COLUMNS, subclass))
		return false;
	const char *tail = text + MAIN_COLUMNS;
	const bool digest = !is_digit(subclass[0]);
	const int decimals = digest ? 0 : (int)strspn(tail, "0123456789");
	const char *point = digest || decimals ? "." : "";
	const char *behind = tail + decimals;
	const size_t left = (size_t)(text + length - behind);
	/* letters stand apart, "14/138 AD"; a range has no blanks, "28/46-48" */
	copy_folded(behind, left, rest, sizeof rest, false);
	const bool range = rest[0] == '-';
	if (range)
		copy_folded(behind, left, rest, sizeof rest, true);
	snprintf(to, CLASS_SIZE, "%s/%s%s%.*s%s%s", class, subclass, point, decimals, tail, rest[0] && !range ? " " : "", rest);
	return true;
}

bool class_locarno(const char *text, char to[LOCARNO_SIZE])
{
	char digits[2][3] = {"", ""};
	char folded[16];
	const char *s = folded;

	to[0] = 0;
	copy_folded(text, strlen(text), folded, sizeof folded, false);
	const bool joined = strspn(s, "0123456789") == 4;
	for (int part = 0; part < 2; part++) {
		size_t n = strspn(s, "0123456789");
		n = joined ? 2 : n;
		if (n < 1 || n > 2)
			return false;
		digits[part][0] = n == 2 ? s[0] : '0';
		digits[part][1] = s[n - 1];
		s += n;
		if (part == 0 && !joined && (*s == '-' || *s == '.' || *s == '/'))
			s++;
		else if (part == 0 && !joined)
			return false;
	}
	if (*s)
		return false;
	snprintf(to, LOCARNO_SIZE, "%s-%s", digits[0], digits[1]);
	return true;
}
