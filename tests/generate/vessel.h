/* SPDX-License-Identifier: ISC */
/*
 * vessel - what holds things: each call adds one object to the mesh, shaped by the random numbers
 */
#ifndef GENERATE_VESSEL_H
#define GENERATE_VESSEL_H

#include "generate/solid.h"

void vessel_bottle(struct mesh *m, struct random *r);
void vessel_vase(struct mesh *m, struct random *r);
void vessel_mug(struct mesh *m, struct random *r);
void vessel_teapot(struct mesh *m, struct random *r);
void vessel_bowl(struct mesh *m, struct random *r);
void vessel_jar(struct mesh *m, struct random *r);
void vessel_case(struct mesh *m, struct random *r);
void vessel_bag(struct mesh *m, struct random *r);
void vessel_dispenser(struct mesh *m, struct random *r);

#endif
