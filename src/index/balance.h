/* SPDX-License-Identifier: ISC */
/*
 * balance - how well the lists fit the vectors that are in them, to be compared with how they did when they were trained
 *
 * Vectors that come later go into the lists that are there. Where they are like the others the lists stay good and only grow; where they
 * are not they lie far from all centroids, so that their codes say little, or crowd in a few lists, which every search that visits them
 * has to scan.
 */
#ifndef INDEX_BALANCE_H
#define INDEX_BALANCE_H

#include "index/lists.h"

/* Above these many times what they were when the lists were trained, and from so many times the pictures on, they are trained anew. */
#define BALANCE_DISTANCE 1.05
#define BALANCE_CROWDING 1.25
#define BALANCE_GROWTH 2.0

/* Measures the lists that take vectors, in an open transaction; the figures are those of layout_state. 0/-1. */
int balance_measure(const struct lists *l, struct store *st, const struct layout_state *state,
        const struct index_settings *settings, struct list_balance *b, struct error *err);

#endif
