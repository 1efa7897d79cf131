/* SPDX-License-Identifier: ISC */
/*
 * column - what a run of patents has in one field of the filter language, as one value of the index
 *
 * A field can hold several values for one patent, and none for another; each value belongs to an owner, the patent's place in the run.
 * The values lie in the order of their owners. Texts end in a NUL each and lie one behind the other, so that all of them can be
 * searched at once; where few differ they are kept once, and the values are their numbers. Numbers are integers of the
 * narrowest width, divided by 1, 100 or 10000, or f64: what comes out is exactly what went in.
 *
 * Little-endian:
 *     u32 values · u8 form (1 texts, 2 numbered texts, 3 numbers) · u8 width of an integer in bytes, 8: f64 · u8: 1 when
 *     each of the 256 patents has exactly one value · 0 · u32: the divisor, or how many texts are numbered
 *     u8[values], owners, unless each has one; zeros up to a multiple of 4
 *     numbered texts: u8[values], the numbers; zeros up to a multiple of 4
 *     texts: u32[texts + 1], where each begins, and the end; the texts
 *     numbers: the values, each of as many numbers as the field has in one
 */
#ifndef INDEX_COLUMN_H
#define INDEX_COLUMN_H

#include "base/bytes.h"
#include "base/error.h"
#include "index/store.h"

enum { COLUMN_PATENTS = 256 }; /* in a run */

/* The key of the column of this name and a run; its size. */
enum { COLUMN_KEY = 64 }; /* at most */
size_t column_key_put(uint8_t key[COLUMN_KEY], const char *name, uint32_t run);

/* One that no filter asks: the lists that the pictures of the patents are in. */
#define COLUMN_LISTS "lists"

/* A column in memory, to be filled in the order of owners and encoded. Start with {0}; of texts or of numbers, not both. */
struct column_values {
	struct bytes owners;  /* u8 each */
	struct bytes texts;   /* each with its NUL */
	struct bytes numbers; /* double each, so many a value as the field has */
};

void column_clear(struct column_values *v);
void column_release(struct column_values *v);

/* 0, or -1: memory. */
int column_add_text(struct column_values *v, uint8_t owner, const char *text);
int column_add_numbers(struct column_values *v, uint8_t owner, const double *numbers, size_t count);

/* Appended to *to; nothing for no values. 0/-1. */
int column_encode(const struct column_values *v, struct bytes *to, struct error *err);

enum column_form { COLUMN_TEXTS = 1, COLUMN_NUMBERED = 2, COLUMN_NUMBERS = 3 };

/* An encoded column. All pointers are into it. */
struct column {
	size_t count;          /* values */
	enum column_form form;
	size_t numbers;        /* in one value: 1, 2 or 3; 0 for texts */
	const uint8_t *owners; /* count; NULL: value i is that of patent i */
	const uint8_t *which;  /* count: numbers of texts; NULL: value i has text i */
	size_t text_count;
	const uint8_t *starts; /* u32[text_count + 1] */
	const uint8_t *texts;
	size_t text_size;
	const uint8_t *values;
	size_t width;
	uint32_t divisor;
};

/* Everything in it is checked. `numbers` is how many the field has in one value, 0 for texts. 0/-1. */
int column_decode(struct column *c, size_t numbers, struct store_value from, struct error *err);

static inline size_t column_owner(const struct column *c, size_t i)
{
	return c->owners ? c->owners[i] : i;
}

/* NUL-terminated, by the number of the text. */
static inline const char *column_text(const struct column *c, size_t text)
{
	return (const char *)c->texts + le32_get(c->starts + 4 * text);
}

/* All numbers of all values, to[count × numbers]; and the i-th of them alone. */
void column_numbers(const struct column *c, double *to);
double column_number(const struct column *c, size_t i);

/* The first value of this owner or one behind it; count when there is none. */
size_t column_find(const struct column *c, size_t owner);

#endif
