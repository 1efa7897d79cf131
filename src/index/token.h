/* SPDX-License-Identifier: ISC */
/* token - the words of a filter expression: names, texts in quotes, numbers and dates, signs */
#ifndef INDEX_TOKEN_H
#define INDEX_TOKEN_H

#include "base/error.h"

#include <stddef.h>

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	size_t at, length; /* in the expression; a text's quotes are included */
};

/* Moves *t, {0} before the first, to the next word of the expression. 0, or -1 with the reason and t->at the place. */
int token_next(const char *expression, struct token *t, struct error *err);

#endif
