/* SPDX-License-Identifier: ISC */
/*
 * patent - one generated design patent with all its files, ready to be put into an archive
 */
#ifndef GENERATE_PATENT_H
#define GENERATE_PATENT_H

#include "base/bytes.h"
#include "generate/grant.h"
#include "generate/view.h"
#include "image/picture.h"

/* Start with {0}; every patent reuses the memory of the one before. */
struct patent {
	struct grant grant;
	struct figure figures[FIGURES_MAX];
	struct bytes tiffs[GRANT_SHEETS_MAX]; /* sheet 0 is the front-page figure */
	struct bytes xml;

	struct mesh mesh;
	struct drawing drawings[FIGURES_MAX];
	struct picture page;
	struct view *view;
};

/* Patent `number` of this seed, granted on this date: the same whatever else is generated. */
void patent_make(struct patent *p, uint64_t seed, int number, int date);
void patent_release(struct patent *p);

#endif
