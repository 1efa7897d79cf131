/* SPDX-License-Identifier: ISC */
#include "base/parallel.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct helper {
	void (*work)(void *part);
	void *part;
	pthread_t thread;
	bool started;
};

static void *help(void *context)
{
	const struct helper *h = context;

	h->work(h->part);
	return NULL;
}

/* Without memory for helpers this thread does all. */
void parallel_run(void *parts, size_t size, size_t count, void (*work)(void *part))
{
	struct helper *helpers = calloc(count, sizeof *helpers);

	for (size_t i = 1; helpers && i < count; i++) {
		helpers[i] = (struct helper){.work = work, .part = (char *)parts + i * size};
		helpers[i].started = pthread_create(&helpers[i].thread, NULL, help, &helpers[i]) == 0;
	}
	for (size_t i = 0; i < count; i++)
		if (!helpers || !helpers[i].started)
			work((char *)parts + i * size);
	for (size_t i = 0; helpers && i < count; i++)
		if (helpers[i].started)
			pthread_join(helpers[i].thread, NULL);
	free(helpers);
}
