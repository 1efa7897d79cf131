/* SPDX-License-Identifier: ISC */
#include "answer/hypertext.h"

#include "base/base64.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* What stands for a character that may not stand for itself; NULL: it may. */
static const char *instead_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static int put(struct bytes *to, const char *text)
{
	return bytes_append(to, text, strlen(text));
}

int hypertext_text(struct bytes *to, const char *text)
{
	const uint8_t *p = (const uint8_t *)(text ? text : "");

	for (size_t left = strlen((const char *)p); left;) {
		const size_t control = utf8_control_length(p, left), whole = utf8_length(p, left);
		const size_t length = control ? control : whole ? whole : 1;
		const char *instead = control ? " " : whole ? instead_of((char)*p) : UTF8_REPLACEMENT;
		if ((instead ? put(to, instead) : bytes_append(to, p, length)) < 0)
			return -1;
		p += length;
		left -= length;
	}
	return 0;
}

int hypertext_date(struct bytes *to, int64_t date)
{
	const int year = (int)(date / 10000), month = (int)(date / 100 % 100), day = (int)(date % 100);
	char text[32];

	if (date <= 0 || date > 99991231)
		return 0;
	snprintf(text, sizeof text, day ? "%04d-%02d-%02d" : month ? "%04d-%02d" : "%04d", year, month, day);
	return bytes_printf(to, "<time datetime=\"%s\">%s</time>", text, text);
}

int hypertext_jpeg(struct bytes *to, const void *jpeg, size_t size)
{
	return put(to, "data:image/jpeg;base64,") < 0 ? -1 : base64_append(to, jpeg, size);
}
