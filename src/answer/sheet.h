/* SPDX-License-Identifier: ISC */
/*
 * sheet - a contact sheet: the answers to one or more questions as one picture, a grid of thumbnails with rank, number,
 * score and title
 *
 * A question begins a new row, with its own first picture in a frame; its answers follow, best first, each with its best
 * picture. At most SHEET_TILES pictures are drawn; those beyond are counted.
 */
#ifndef ANSWER_SHEET_H
#define ANSWER_SHEET_H

#include "answer/answer.h"
#include "answer/canvas.h"
#include "answer/question.h"

enum { SHEET_COLUMNS = 5, SHEET_TILES = 500 };

/* Start with {0}. */
struct sheet {
	struct canvas canvas;
	uint32_t tiles; /* places taken in the grid, empty ones at the end of a question too */
	uint32_t rank;
	uint64_t left_out;
};

/* All return 0, or -1 with the reason. */

/* q NULL: the list of a filter, whose answers begin the row themselves. */
int sheet_begin_question(struct sheet *s, const struct question *q, struct error *err);
int sheet_put_answer(struct sheet *s, const struct answer *a, const struct index *ix, struct error *err);

/* Appends the sheet as a PNG file; one without tiles has a row of empty ones. */
int sheet_write(struct sheet *s, struct bytes *png, struct error *err);
void sheet_release(struct sheet *s);

#endif
