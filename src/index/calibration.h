/* SPDX-License-Identifier: ISC */
/*
 * calibration - how many lists it takes to find what there is to be found, as a training has measured it
 *
 * Recall is the part of the k patents with the best scores that a search finds. After a training some hundred pictures of the
 * index are asked with, their own patents left out, as a picture of something unknown would be: for 1, 10, 30 and 100 patents the
 * table says with how many lists a part of .9, .95, .99 and .999 of all was found, and two standard errors more, so that other questions
 * find as much. It is written once a training.
 */
#ifndef INDEX_CALIBRATION_H
#define INDEX_CALIBRATION_H

#include "base/bytes.h"
#include "index/store.h"

enum { CALIBRATION_SIZES = 4, CALIBRATION_LEVELS = 4 };

extern const uint32_t calibration_sizes[CALIBRATION_SIZES]; /* 1, 10, 30, 100 patents */

/* A recall that can be asked for, and how many deviations of an estimate it allows for (index/estimate.h). */
extern const struct calibration_level {
	double recall;
	float deviations;
} calibration_levels[CALIBRATION_LEVELS];

struct calibration {
	uint32_t questions; /* that were asked; 0: there was no calibration */
	struct calibration_entry {
		uint32_t lists; /* no fewer than for a lower level or fewer patents */
		float recall;   /* that was measured; below the level where all lists do not reach it */
		float radius;   /* see below; INFINITY: lists have none */
	} entries[CALIBRATION_SIZES][CALIBRATION_LEVELS];
	float rest[CALIBRATION_LEVELS]; /* calibration_rest, above 0 */
};

/* Where nothing is calibrated. */
#define CALIBRATION_REST 2.0

/*
 * What a search has to do for k patents at this recall.
 *
 * Not all of these lists may have to be visited. What an entry's figure has more than its centroid's is how far it lies from there in
 * the direction of the question, times the distance of the question; with a radius it is taken for no more than this, a list that can
 * then have nothing better than the k-th best so far is passed over, and the nearest CALIBRATION_WIDER times as many are looked at.
 */
struct calibration_plan {
	double lists, recall;
	float deviations, radius;
};

#define CALIBRATION_WIDER 1.5

/*
 * Between 1, 10, 30 and 100 patents the lists follow straight lines over the logarithm of k, beyond 100 they grow as from 30 to 100; of
 * the levels it is the first that is not below the recall. False: the recall is above all levels, or nothing is calibrated.
 */
bool calibration_find(const struct calibration *c, uint32_t k, double recall, struct calibration_plan *plan);

/*
 * Under a filter: how many answers that are better may be expected in the lists that are not visited (index/outlook.h), for each that
 * the recall leaves out of those that are wanted.
 */
double calibration_rest(const struct calibration *c, double recall);

/* What it is kept under in STORE_META, and as what (ornament-index(5)). 0/-1 (memory). */
#define CALIBRATION_KEY "calibration"
int calibration_encode(const struct calibration *c, struct bytes *to);

/* That of an open transaction; none is {0}. 0/-1: it is malformed. */
int calibration_load(struct store *st, struct calibration *c, struct error *err);

#endif
