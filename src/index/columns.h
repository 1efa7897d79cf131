/* SPDX-License-Identifier: ISC */
/*
 * columns - what the patents have in the fields of the filter language, field by field, beside their records
 *
 * Under a field's name, and the number of a run of 256 patents' ordinals, lies what these patents have in it (index/column.h); nothing
 * where none has anything. All of it follows from the tables of patents, records and pictures: what a value of which field is,
 * index/filter.h says. The fields of pictures have the values of all pictures of a patent.
 *
 * Two fields are more than they are asked as: `active` has for each patent the day of the grant and the first day out of force, 0 what
 * is not known, and `color` the L*a*b* of each dominant colour.
 */
#ifndef INDEX_COLUMNS_H
#define INDEX_COLUMNS_H

#include "index/column.h"
#include "index/filter.h"

/* The columns by number: the fields of the language, and behind them that of the lists. */
#define COLUMN_COUNT (filter_field_count + 1)
const char *column_name(unsigned field);

/* From a key: the column and the run, or -1 when it is no column's. */
int column_key_get(struct store_value key, unsigned *field, uint32_t *run);

/* How many numbers one value of the field has; 0: it is a text. */
size_t column_field_numbers(unsigned field);

/* 1 and the column of a field and a run; 0 when nobody there has anything; -1. */
int columns_get(struct store *st, unsigned field, uint32_t run, struct column *c, struct error *err);

/* What it takes to write them. */
struct columns;

struct columns *columns_open(struct error *err);
void columns_close(struct columns *c); /* NULL is allowed */

/*
 * Writes what the tables say now about these patents (u32 each, in any order, repeated or not; sorted here), in the transaction that is
 * open. Each run is read and written once. 0/-1.
 */
int columns_update(struct columns *c, struct store *st, uint32_t *patents, size_t count, struct error *err);

/* Writes which lists the pictures of all patents below `bound` are in, when a training has changed that. 0/-1. */
int columns_relist(struct columns *c, struct store *st, uint32_t bound, struct error *err);

/*
 * Compares the columns of a run with what the tables say: calls differs for each that is not as it should be; that of the lists only
 * with `lists`, as it is behind while a training goes on. 0, or -1 when the tables cannot be read.
 */
int columns_compare(struct columns *c, struct store *st, uint32_t run, bool lists, void (*differs)(void *context, unsigned field),
        void *context, struct error *err);

#endif
