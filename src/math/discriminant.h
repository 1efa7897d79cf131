/* SPDX-License-Identifier: ISC */
/*
 * discriminant - learns a linear map under which members of a group lie close and groups apart
 *
 * Fisher's linear discriminant analysis, regularised, and weighted as in the two-covariance model of Ioffe ("Probabilistic linear discriminant
 * analysis", 2006): with W the scatter within groups and T the total one, the directions v of T v = value (W + ridge) v,
 * largest value first, each scaled by √(value − 1), the deviation between groups in units of that within. An inner
 * product behind the map then counts a direction by how much it says about the group.
 */
#ifndef MATH_DISCRIMINANT_H
#define MATH_DISCRIMINANT_H

#include "base/error.h"

#include <stddef.h>

struct discriminant;

struct discriminant *discriminant_new(size_t dimension); /* NULL: out of memory */

/* One member of the current group; end it before the first of another. A group of one says nothing about W. */
void discriminant_add(struct discriminant *d, const float *member);
void discriminant_end_group(struct discriminant *d);

size_t discriminant_members(const struct discriminant *d);
size_t discriminant_groups(const struct discriminant *d);

/*
 * The map to `count` numbers: map (dimension,count), and mean (dimension) of all members, to be taken off before. ridge is
 * in units of the mean variance within groups. The members are forgotten. 0, or -1 with the reason.
 */
int discriminant_solve(struct discriminant *d, double ridge, size_t count, double *map, double *mean,
        struct error *err);

void discriminant_free(struct discriminant *d); /* NULL is allowed */

#endif
