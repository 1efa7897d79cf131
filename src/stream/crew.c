/* SPDX-License-Identifier: ISC */
#include "stream/crew.h"

#include "base/number.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS_A_JOB = 2 }; /* one in work, one waiting */

enum state { EMPTY, WAITING, IN_WORK, DONE };

struct slot {
	struct item item;
	bool failed; /* what the work returned */
	enum state state;
};

/*
 * A ring of items. The caller's thread reads into its free slots and takes finished ones from its other end; the workers
 * take the waiting ones in between. All counters only grow; slot of a counter is counter % slot_count.
 */
struct crew {
	crew_work *work;
	void *const *tools; /* of each thread; tools[0] of the caller's if there is none */
	struct stream_reader *in;
	int more;             /* what stream_read said last */
	struct error failure; /* if that was -1 */

	struct slot *slots;
	size_t slot_count;
	size_t read, taken, handed; /* items read; taken by workers; handed to the caller */

	pthread_t *threads;
	int jobs, started;
	pthread_mutex_t lock; /* for all that follows, states, and counters */
	pthread_cond_t more_work, done;
	bool stop;
};

static struct slot *slot(struct crew *c, size_t counter)
{
	return &c->slots[counter % c->slot_count];
}

/* --- workers ------------------------------------------------------------------------------------------------------------ */

struct worker {
	struct crew *crew;
	void *tools;
};

static void *run(void *argument)
{
	const struct worker w = *(struct worker *)argument;
	struct crew *c = w.crew;

	free(argument);
	pthread_mutex_lock(&c->lock);
	while (!c->stop) {
		if (c->taken == c->read) {
			pthread_cond_wait(&c->more_work, &c->lock);
			continue;
		}
		struct slot *mine = slot(c, c->taken++);
		mine->state = IN_WORK;
		pthread_mutex_unlock(&c->lock);
		mine->failed = c->work(&mine->item, w.tools);
		pthread_mutex_lock(&c->lock);
		mine->state = DONE;
		pthread_cond_signal(&c->done);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static int start_worker(struct crew *c, void *tools)
{
	struct worker *w = malloc(sizeof *w);

	if (!w)
		return -1;
	*w = (struct worker){c, tools};
	if (pthread_create(&c->threads[c->started], NULL, run, w) != 0) {
		free(w);
		return -1;
	}
	c->started++;
	return 0;
}

static int start(struct crew *c)
{
	if (!c->slots || !c->threads)
		return -1;
	for (int i = 0; c->jobs > 1 && i < c->jobs; i++)
		if (start_worker(c, c->tools[i]) < 0)
			return -1;
	return 0;
}

struct crew *crew_new(struct stream_reader *in, crew_work *work, void *const *tools, int jobs, struct error *err)
{
	struct crew *c = calloc(1, sizeof *c);

	if (!c) {
		error_set(err, "out of memory");
		return NULL;
	}
	*c = (struct crew){.work = work, .tools = tools, .in = in, .more = 1, .jobs = jobs};
	c->slot_count = jobs > 1 ? (size_t)jobs * SLOTS_A_JOB : 1;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->more_work, NULL);
	pthread_cond_init(&c->done, NULL);
	c->slots = calloc(c->slot_count, sizeof *c->slots);
	c->threads = calloc((size_t)jobs, sizeof *c->threads);
	if (start(c) == 0)
		return c;
	error_set(err, "cannot start %d jobs: out of memory or threads", jobs);
	crew_free(c);
	return NULL;
}

void crew_free(struct crew *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_broadcast(&c->more_work);
	pthread_mutex_unlock(&c->lock);
	for (int i = 0; i < c->started; i++)
		pthread_join(c->threads[i], NULL);
	for (size_t i = 0; c->slots && i < c->slot_count; i++)
		item_release(&c->slots[i].item);
	free(c->slots);
	free(c->threads);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->more_work);
	pthread_cond_destroy(&c->done);
	free(c);
}

/* --- the caller's side ---------------------------------------------------------------------------------------------------- */

static void read_into(struct crew *c, struct slot *s)
{
	c->more = stream_read(c->in, &s->item, &c->failure);
}

/* Fills the ring. A slot beyond `read` is nobody's but ours: it is filled without the lock. */
static void fill(struct crew *c)
{
	while (c->more > 0 && c->read - c->handed < c->slot_count && slot(c, c->handed)->state != DONE) {
		struct slot *s = slot(c, c->read);
		pthread_mutex_unlock(&c->lock);
		read_into(c, s);
		pthread_mutex_lock(&c->lock);
		if (c->more <= 0)
			return;
		s->state = WAITING;
		c->read++;
		pthread_cond_signal(&c->more_work);
	}
}

static struct slot *next_alone(struct crew *c)
{
	struct slot *only = &c->slots[0];

	if (c->more > 0)
		read_into(c, only);
	if (c->more <= 0)
		return NULL;
	only->failed = c->work(&only->item, c->tools[0]);
	return only;
}

static struct slot *next_of_ring(struct crew *c)
{
	struct slot *next = NULL;

	pthread_mutex_lock(&c->lock);
	fill(c);
	if (c->handed < c->read) {
		next = slot(c, c->handed);
		while (next->state != DONE)
			pthread_cond_wait(&c->done, &c->lock);
		next->state = EMPTY;
		c->handed++;
	}
	pthread_mutex_unlock(&c->lock);
	return next;
}

int crew_next(struct crew *c, const struct item **item, bool *failed, struct error *err)
{
	const struct slot *next = c->jobs > 1 ? next_of_ring(c) : next_alone(c);

	if (!next) {
		if (c->more < 0 && err)
			*err = c->failure;
		return c->more;
	}
	*item = &next->item;
	*failed = next->failed;
	return 1;
}

int crew_jobs_of_environment(int *jobs, struct error *err)
{
	const char *text = getenv("ORNAMENT_JOBS");
	long long value = 1;

	if (text && *text && number_integer(text, 1, CREW_MAXIMUM, &value, err) < 0)
		return error_within(err, "ORNAMENT_JOBS");
	*jobs = (int)value;
	return 0;
}
