/* SPDX-License-Identifier: ISC */
/*
 * filter - the language of --where: which patents may be answers
 *
 *     loc_class ^= "06" && !(title ~ "lamp") && pub_date >= 2020 && active
 *
 * An expression is compiled once: names are looked up, constants are typed, texts folded, dates made ranges, patent numbers
 * canonical. What comes out is a tree over numbered fields and typed constants, public here so that it can be evaluated over
 * columns (index/select.h). query(1) has the language; its rules of meaning are:
 *
 * - A field that holds several values (inventor_names, citations.number) passes a test when any of them does.
 * - A value that is missing, null, or of another type than the field's passes no test; != is exactly the negation of ==, so
 *   it passes that one. `field == null` asks whether there is none.
 * - A date constant is a span of days: a year, a month or a day. == is within it, < before its first day, <= not after its
 *   last, > after its last, >= not before its first.
 * - A field of pictures (color, scheme ...) holds the values of all pictures of the patent: each test may be passed by another.
 * - Texts are compared byte by byte by == < <= > >= and =~, without case (base/fold.h) by ~ and ^=.
 */
#ifndef INDEX_FILTER_H
#define INDEX_FILTER_H

#include "base/error.h"
#include "image/colour.h"
#include "index/expression.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum filter_type {
	FILTER_TEXT,
	FILTER_PATENT, /* text that is a patent number: constants are made canonical */
	FILTER_LOCARNO, /* text such as 02-04: constants of ==, in and the order may be written otherwise (0204, 2-4) */
	FILTER_NUMBER,
	FILTER_DATE,  /* an integer YYYYMMDD; a record may leave the day, or day and month, 00 */
	FILTER_TRUTH, /* yes or no */
	FILTER_COLOUR, /* the dominant colours of a picture, of which ~ asks whether one is near */
};

struct filter_field {
	const char *name; /* as in the record; a dot leads into an object, or into the objects of an array */
	enum filter_type type;
};

/*
 * All fields; the position is the field's number. active is computed from the dates, and patent_id is the document, which is there
 * without a record too. FILTER_COLOR to FILTER_PAPER are of pictures. Their names are keys of the index: another field, or one of
 * another meaning, is another version of its format.
 */
extern const struct filter_field filter_fields[];
extern const size_t filter_field_count;
enum {
	FILTER_ACTIVE,
	FILTER_PATENT_ID,
	FILTER_COLOR,
	FILTER_SCHEME,
	FILTER_BILEVEL,
	FILTER_BRIGHTNESS,
	FILTER_SATURATION,
	FILTER_PAPER,
};

/* A colour is near that is no further away than this, by lab_difference, when the expression does not say `within`. */
enum { FILTER_NEAR = 15, FILTER_FAR = 100 };

enum filter_operator {
	FILTER_AND, /* of the children */
	FILTER_OR,
	FILTER_NOT,     /* of the only child */
	FILTER_EQUAL,   /* to any of the constants */
	FILTER_MISSING, /* no value at all */
	FILTER_LESS,
	FILTER_LESS_EQUAL,
	FILTER_GREATER,
	FILTER_GREATER_EQUAL,
	FILTER_CONTAINS,  /* the constant is folded; of colours: is near */
	FILTER_BEGINS,    /* the constant is folded */
	FILTER_EXPRESSION, /* an extended regular expression, in node.expression */
};

struct filter_constant {
	char *text;       /* of texts, patent numbers and classes */
	double low, high; /* the others: a number twice, the first and last day of a date, 0 or 1 */
	struct lab colour;
	double within; /* of a colour: how far away is near */
};

struct filter_node {
	enum filter_operator op;
	int child, sibling;   /* nodes by position, -1: none */
	unsigned field;       /* of a test */
	size_t constant, count; /* its constants */
	struct expression *expression;
};

struct filter {
	struct filter_node *nodes;
	size_t node_count, node_capacity;
	struct filter_constant *constants;
	size_t constant_count, constant_capacity;
	int root;
};

/*
 * Compiles into *f, which need not be initialised. Length and nesting are bounded by LIMIT_FILTER and LIMIT_FILTER_DEPTH,
 * regular expressions as index/expression.h says. 0, or -1 with the reason and in *at the byte of text that it is about; *f
 * is then released.
 */
int filter_compile(struct filter *f, const char *text, size_t *at, struct error *err);

void filter_release(struct filter *f);

#endif
