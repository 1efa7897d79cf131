/* SPDX-License-Identifier: ISC */
/*
 * device - apparatus with screens, keys, lenses: each call adds one object to the mesh, shaped by the random
 * numbers
 */
#ifndef GENERATE_DEVICE_H
#define GENERATE_DEVICE_H

#include "generate/solid.h"

void device_phone(struct mesh *m, struct random *r);
void device_display(struct mesh *m, struct random *r);
void device_speaker(struct mesh *m, struct random *r);
void device_camera(struct mesh *m, struct random *r);
void device_remote(struct mesh *m, struct random *r);
void device_headphones(struct mesh *m, struct random *r);
void device_watch(struct mesh *m, struct random *r);
void device_router(struct mesh *m, struct random *r);
void device_mouse(struct mesh *m, struct random *r);
void device_fan(struct mesh *m, struct random *r);

#endif
