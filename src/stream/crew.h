/* SPDX-License-Identifier: ISC */
/*
 * crew - threads that work on the items of a stream, side by side, and hand them on in their order
 *
 * What comes out does not depend on how many they are. Whether the programs before or after are slow for a while, the work goes on as
 * long as there is some: items are read ahead, and finished ones wait, two for each thread and two more at most.
 */
#ifndef STREAM_CREW_H
#define STREAM_CREW_H

#include "base/error.h"
#include "stream/stream.h"

enum { CREW_MAXIMUM = 256 };

struct crew;

/*
 * Does to the item what the program is for; called by several threads at once, each with tools of its own. True: the item could
 * not be worked on and has become a fault item, which nobody has reported yet.
 */
typedef bool crew_work(struct item *it, void *tools);

/*
 * `tools` has an entry for each of the jobs, 1 … CREW_MAXIMUM; it, what it points to, and the reader stay the caller's, until
 * crew_free; until then the reader is the crew's. NULL with the reason.
 */
struct crew *crew_new(struct stream_reader *in, crew_work *work, void *const *tools, int jobs, struct error *err);

/*
 * The next item, worked on, and valid until the next call: 1, or 0 at the end, or -1 as stream_read. *failed is what `work`
 * returned. Items that were read before damage are handed out before it is told.
 */
int crew_next(struct crew *crew, const struct item **item, bool *failed, struct error *err);

void crew_free(struct crew *crew); /* waits for what is in work or being read; NULL is allowed */

/* The number in the environment variable ORNAMENT_JOBS, or 1 when it is not set. 0, or -1 with the reason. */
int crew_jobs_of_environment(int *jobs, struct error *err);

#endif
