/* SPDX-License-Identifier: ISC */
/* calibrate - measures with how many lists a search finds what there is to be found */
#ifndef INDEX_CALIBRATE_H
#define INDEX_CALIBRATE_H

#include "index/calibration.h"
#include "index/index.h"

/* Of a snapshot whose lists are trained; *c is {0} when it has fewer than two patents. 0/-1. */
int calibrate(const struct index *ix, struct calibration *c, struct error *err);

/* What it may leave under filters, *c being what calibrate has made and the snapshot has. 0/-1. */
int calibrate_filters(const struct index *ix, struct calibration *c, struct error *err);

#endif
