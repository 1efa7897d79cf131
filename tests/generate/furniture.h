/* SPDX-License-Identifier: ISC */
/*
 * furniture - what stands in rooms: each call adds one object to the mesh, shaped by the random numbers
 */
#ifndef GENERATE_FURNITURE_H
#define GENERATE_FURNITURE_H

#include "generate/solid.h"

void furniture_chair(struct mesh *m, struct random *r);
void furniture_stool(struct mesh *m, struct random *r);
void furniture_table(struct mesh *m, struct random *r);
void furniture_cabinet(struct mesh *m, struct random *r);
void furniture_shelf(struct mesh *m, struct random *r);
void furniture_sofa(struct mesh *m, struct random *r);
void furniture_lamp(struct mesh *m, struct random *r);
void furniture_pendant(struct mesh *m, struct random *r);

#endif
