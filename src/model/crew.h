/* SPDX-License-Identifier: ISC */
/*
 * crew - threads that embed the pictures of a stream, side by side, and hand its items on in their order
 */
#ifndef MODEL_CREW_H
#define MODEL_CREW_H

#include "base/error.h"
#include "model/model.h"
#include "stream/stream.h"

struct crew;

/* Both stay the caller's, until crew_free. One job is no thread at all. NULL with the reason. */
struct crew *crew_new(const struct model *model, struct stream_reader *in, int jobs, struct error *err);

/*
 * The next item, valid until the next call: 1, or 0 at the end, or -1 as stream_read. It has a vector if it has pixels and
 * no fault. *refused: the model could not take its picture, which has become a fault of "embed" that nobody has reported yet.
 * Items that were read before damage are handed out before it is told.
 */
int crew_next(struct crew *crew, const struct item **item, bool *refused, struct error *err);

void crew_free(struct crew *crew); /* waits for what is in work; NULL is allowed */

#endif
