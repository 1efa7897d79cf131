/* SPDX-License-Identifier: ISC */
/*
 * thumbs - the pictures of an answer in a terminal, a row of them below its line
 *
 * By the graphics protocol of kitty, by that of iTerm2, or anywhere else as half blocks in colours of 24 bits: which of them a
 * terminal understands is told by its environment. A picture takes THUMBS_COLUMNS x THUMBS_ROWS cells.
 */
#ifndef ANSWER_THUMBS_H
#define ANSWER_THUMBS_H

#include "answer/answer.h"
#include "answer/canvas.h"

/* Three of them, a column apart, are as wide as a terminal of 80 columns. */
enum { THUMBS_COLUMNS = 26, THUMBS_ROWS = 13 };

enum thumbs_protocol { THUMBS_BLOCKS, THUMBS_KITTY, THUMBS_ITERM };

/* By TERM, TERM_PROGRAM, LC_TERMINAL and KITTY_WINDOW_ID; within tmux and screen, which pass on neither protocol, blocks. */
enum thumbs_protocol thumbs_protocol(void);

/* The columns of the terminal that stdout is: COLUMNS, or what it says itself, or 80. */
unsigned thumbs_columns(void);

/* Start with the first two and {0} for the rest. */
struct thumbs {
	enum thumbs_protocol protocol;
	unsigned columns;
	struct canvas canvas;
	struct bytes file;
};

/* Appends the pictures of the answer, best first, as many as fit beside each other; nothing when there are none. 0/-1. */
int thumbs_put_answer(struct thumbs *t, const struct answer *a, const struct index *ix, struct bytes *to,
        struct error *err);
void thumbs_release(struct thumbs *t);

#endif
