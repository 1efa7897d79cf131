/* SPDX-License-Identifier: ISC */
#include "index/token.h"

#include <stdbool.h>
#include <string.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of the quoted text at s, quotes included; 0 when it does not end. A backslash protects the byte behind it. */
static size_t quoted_length(const char *s)
{
	size_t n = 1;

	for (; s[n] && s[n] != s[0]; n++)
		if (s[n] == '\\' && s[n + 1])
			n++;
	return s[n] ? n + 1 : 0;
}

/* The length of the sign at s, 0 when it is none: the longer ones stand first. */
static size_t sign_length(const char *s)
{
	static const char *const signs[] = {"==", "!=", "<=", ">=", "=~", "^=", "&&", "||", "<", ">", "~", "!", "(", ")", ","};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (strncmp(s, signs[i], strlen(signs[i])) == 0)
			return strlen(signs[i]);
	return 0;
}

static int fail_sign(char c, struct error *err)
{
	if (c == '=')
		return error_set(err, "'=' is no operator: write '=='");
	if (c == '&' || c == '|')
		return error_set(err, "'%c' is no operator: write '%c%c'", c, c, c);
	return error_set(err, "this belongs to no expression");
}

int token_next(const char *expression, struct token *t, struct error *err)
{
	size_t at = t->at + t->length, n = 0;

	at += strspn(expression + at, " \t\r\n");
	const char *s = expression + at;
	*t = (struct token){.kind = TOKEN_END, .at = at};
	if (!*s)
		return 0;
	if (is_letter(*s)) {
		while (is_letter(s[n]) || is_digit(s[n]) || s[n] == '.')
			n++;
		t->kind = TOKEN_NAME;
	} else if (is_digit(*s) || (*s == '-' && is_digit(s[1]))) {
		while (is_letter(s[n]) || is_digit(s[n]) || s[n] == '.' || s[n] == '-')
			n++;
		t->kind = TOKEN_NUMBER;
	} else if (*s == '"' || *s == '\'') {
		if (!(n = quoted_length(s)))
			return error_set(err, "the text that begins here has no closing %c", *s);
		t->kind = TOKEN_TEXT;
	} else {
		if (!(n = sign_length(s)))
			return fail_sign(*s, err);
		t->kind = TOKEN_SIGN;
	}
	t->length = n;
	return 0;
}
