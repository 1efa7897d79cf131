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

enum { CLASS_COLUMNS = 3, SUBCLASS_COLUMNS = 3, MAIN_COLUMNS = CLASS_COLUMNS + SUBCLASS_COLUMNS };

bool class_us(const char *text, char to[CLASS_SIZE])
{
	const size_t length = strcspn(text, "\r\n");
	char class[CLASS_COLUMNS + 1], subclass[SUBCLASS_COLUMNS + 1], rest[CLASS_SIZE / 2];
	size_t decimals = 0;

	copy_folded(text, strlen(text), to, CLASS_SIZE, false);
	if (length < MAIN_COLUMNS || length > CLASS_SIZE / 2)
		return false;
	copy_folded(text, CLASS_COLUMNS, class, sizeof class, true);
	copy_folded(text + CLASS_COLUMNS, SUBCLASS_COLUMNS, subclass, sizeof subclass, true);
	const char *tail = text + MAIN_COLUMNS;
	const size_t class_digits = strspn(class + (class[0] == 'D'), "0123456789");
	const bool digest = strcmp(subclass, "DIG") == 0;
	if (!class_digits || class[(class[0] == 'D') + class_digits] ||
	        (!digest && (!subclass[0] || subclass[strspn(subclass, "0123456789")])))
		return false;
	while (!digest && is_digit(tail[decimals]))
		decimals++;
	copy_folded(tail + decimals, length - MAIN_COLUMNS - decimals, rest, sizeof rest, false);
	/* a range keeps no blanks, "28/46-48"; letters stand apart, "14/138 AD" */
	if (rest[0] == '-')
		copy_folded(tail + decimals, length - MAIN_COLUMNS - decimals, rest, sizeof rest, true);
	const char *apart = rest[0] && rest[0] != '-' ? " " : "";
	snprintf(to, CLASS_SIZE, "%s/%s%s%.*s%s%s", class, subclass, digest || decimals ? "." : "", (int)decimals,
	        tail, apart, rest);
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
