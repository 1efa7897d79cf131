/* SPDX-License-Identifier: ISC */
#include "base/parallel.h"
#include "unit/test.h"

#include <pthread.h>

struct part {
	int done;
	pthread_t thread;
};

static void work(void *part)
{
	struct part *p = part;

	p->done++;
	p->thread = pthread_self();
}

int main(void)
{
	struct part parts[64] = {0};
	int wrong = 0;

	for (size_t count = 0; count <= 64; count++) {
		memset(parts, 0, sizeof parts);
		parallel_run(parts, sizeof *parts, count, work);
		for (size_t i = 0; i < 64; i++)
			wrong += parts[i].done != (i < count);
	}
	ok(wrong == 0, "each of 0 to 64 parts is done once, and nothing behind them");
	ok(pthread_equal(parts[0].thread, pthread_self()), "the first in the thread that asks");
	ok(!pthread_equal(parts[1].thread, pthread_self()), "the others in threads of their own");
	return done();
}
