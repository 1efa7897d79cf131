/* SPDX-License-Identifier: ISC */
/*
 * grant - the words of a design patent: who, what, when, and the XML document of DTD v4.7 that says so
 */
#ifndef GENERATE_GRANT_H
#define GENERATE_GRANT_H

#include "base/bytes.h"
#include "generate/figure.h"
#include "generate/object.h"

enum { GRANT_SHEETS_MAX = 70 };

/* A page of the patent, the front-page figure (sheet 0) included. */
struct page_facts {
	uint32_t width, height; /* pixels as stored, 300 dpi */
	bool landscape;
};

struct grant {
	int number; /* 1000001 */
	int date;   /* YYYYMMDD */
	int filed;
	const struct kind *kind;
	const char *title;
	const struct figure *figures;
	int figure_count;
	bool unclaimed; /* the drawings have broken lines */
	struct page_facts sheets[GRANT_SHEETS_MAX];
	int sheet_count;
};

/* "USD1000001-20260106": what archives, directories and files are called. */
enum { GRANT_NAME = 32 };
void grant_name(const struct grant *g, char name[GRANT_NAME]);

/* Chooses title and filing date; the rest must be there. */
void grant_choose(struct grant *g, struct random *r);

/* Appends the document; parties, citations, and what else it needs come from the random numbers. */
void grant_write_xml(const struct grant *g, struct random *r, struct bytes *to);

#endif
