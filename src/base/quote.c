/* SPDX-License-Identifier: ISC */
#include "base/quote.h"

#include <string.h>

static bool is_plain(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./,:=@%+-";

	return *word && strspn(word, plain) == strlen(word);
}

int quote_word(struct bytes *to, const char *word)
{
	if (is_plain(word))
		return bytes_append(to, word, strlen(word));
	if (bytes_put_u8(to, '\'') < 0)
		return -1;
	for (; *word; word++)
		if ((*word == '\'' ? bytes_append(to, "'\\''", 4) : bytes_put_u8(to, (uint8_t)*word)) < 0)
			return -1;
	return bytes_put_u8(to, '\'');
}
