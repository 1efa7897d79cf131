/* SPDX-License-Identifier: ISC */
/*
 * machine - hardware, vehicles, toys and things to wear: each call adds one object to the mesh, shaped by the
 * random numbers
 */
#ifndef GENERATE_MACHINE_H
#define GENERATE_MACHINE_H

#include "generate/solid.h"

void machine_wheel(struct mesh *m, struct random *r);
void machine_gear(struct mesh *m, struct random *r);
void machine_faucet(struct mesh *m, struct random *r);
void machine_handle(struct mesh *m, struct random *r);
void machine_tool(struct mesh *m, struct random *r);
void machine_connector(struct mesh *m, struct random *r);
void machine_bracket(struct mesh *m, struct random *r);
void machine_robot(struct mesh *m, struct random *r);
void machine_vehicle(struct mesh *m, struct random *r);
void machine_shoe(struct mesh *m, struct random *r);
void machine_glasses(struct mesh *m, struct random *r);
void machine_ring(struct mesh *m, struct random *r);
void machine_article(
	struct mesh *m, struct random *r); /* anything at all: a body and what is attached to it */

#endif
