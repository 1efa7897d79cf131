/* SPDX-License-Identifier: ISC */
/*
 * outlook - how many better answers are to be expected in the lists that a search has not visited
 *
 * What an entry's figure (index/estimate.h) has more than its centroid's is much the same in all lists: near to normally
 * distributed, its deviation in proportion to the question's distance from the centroid. Mean and deviation are taken from the entries
 * that a search has looked at, those that its filter lets through. The share of another list that beats a figure follows. So a
 * search under any filter, however it is related to the question, can go on until hardly anything better is to be expected: where the
 * patents that pass lie far from the question, that is when it has visited nearly all lists.
 */
#ifndef INDEX_OUTLOOK_H
#define INDEX_OUTLOOK_H

#include <stdint.h>

/* Start with {0}. */
struct outlook {
	uint64_t entries;
	double sum;                     /* of what they have more than their centroids */
	double weights, first, squares; /* 1, this and its square, divided by the square of the distance */
	double noise;                   /* squares of what the estimates may be off, divided likewise */
};

/* An entry: its figure less that of its centroid, the distance, and what the estimate may be off for a distance of 1. */
static inline void outlook_add(struct outlook *o, double more, double distance, double spread)
{
	const double weight = 1 / (distance * distance);

	o->entries++;
	o->sum += more;
	o->weights += weight;
	o->first += more * weight;
	o->squares += more * more * weight;
	o->noise += spread * spread;
}

/*
 * The share of entries, in a list whose centroid has this figure and lies so far from the question, that beats `least`: all, as long as
 * too few were looked at to know.
 */
double outlook_share(const struct outlook *o, double least, double figure, double distance);

#endif
