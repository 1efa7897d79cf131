/* SPDX-License-Identifier: ISC */
/* calibrate - measures with how many lists a search finds what there is to be found */
#ifndef INDEX_CALIBRATE_H
#define INDEX_CALIBRATE_H

#include "index/calibration.h"
#include "index/index.h"

/*
 * Of an index whose lists are trained, with a snapshot of the same for each of so many threads; *c is {0} when it has fewer than two
 * patents, and does not depend on the number of threads. All vectors are read once. The snapshots then search by what was
 * calibrated. 0/-1.
 */
int calibrate(struct index *const *snapshots, size_t jobs, struct calibration *c, struct error *err);

#endif
