/* SPDX-License-Identifier: ISC */
/*
 * object - the things that generated patents protect: their shapes, and how the office would class them
 */
#ifndef GENERATE_OBJECT_H
#define GENERATE_OBJECT_H

#include "generate/mesh.h"
#include "generate/random.h"

struct kind {
	const char *titles[4]; /* as in "The ornamental design for a chair"; the rest NULL */
	const char *locarno;   /* four digits */
	const char *us_class;  /* as the XML has it: class of width 2, subclass of width 3 */
	void (*shape)(struct mesh *m, struct random *r);
};

/* The object of patent `number`: the same for the same seed, whatever else is generated. The mesh is cleared
 * and finished. */
const struct kind *object_make(struct mesh *m, uint64_t seed, uint64_t number);

#endif
