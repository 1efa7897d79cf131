/* SPDX-License-Identifier: ISC */
/*
 * parallel - work in equal parts, done by threads side by side
 */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include <stddef.h>

/*
 * Calls work(part) once for each of `count` parts, structs of `size` bytes one behind the other, each in a thread of its own; the first in
 * this one, and behind it those for which no thread could be started. All are done when it returns, and have left in their parts what came
 * of it. Where they take from one queue, a part that comes late finds it empty.
 */
void parallel_run(void *parts, size_t size, size_t count, void (*work)(void *part));

#endif
