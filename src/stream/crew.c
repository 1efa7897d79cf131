/* SPDX-License-Identifier: ISC */
#include "stream/crew.h"

#include "base/number.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS_A_JOB = 2, MORE_SLOTS = 2 }; /* one in work, one waiting or done; one that is read into, one with the caller */

enum state { EMPTY, WAITING, IN_WORK, DONE };

struct slot {
	struct item item;
	bool failed; /* what the work returned */
	enum state state;
};

/*
 * A ring of items. One thread reads ahead into its free slots, so that the programs before this one go on while all here are busy; the
 * workers take the waiting ones; the caller takes finished ones from its other end and may be held up by those that come
 * after. All counters only grow; slot of a counter is counter % slot_count.
 */
struct crew {
	crew_work *work;
	struct stream_reader *in;

	struct slot *slots;
	size_t slot_count;

	pthread_t reader, *workers;
	bool has_reader;
	int started; /* workers */
	pthread_mutex_t lock; /* for all that follows, and states */
	pthread_cond_t room, more_work, done; /* for the reader, the workers, the caller */
	size_t read, taken, handed; /* items read; taken by workers; that the caller has done with */
	bool lent;                  /* the caller has slot `handed` */
	int more;                   /* what stream_read said last */
	struct error failure;       /* if that was -1 */
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

/* --- the reader --------------------------------------------------------------------------------------------------------- */

/* A slot beyond `read` is nobody's but ours: it is filled without the lock. */
static void *read_ahead(void *argument)
{
	struct crew *c = argument;

	pthread_mutex_lock(&c->lock);
	while (!c->stop && c->more > 0) {
		if (c->read - c->handed == c->slot_count) {
			pthread_cond_wait(&c->room, &c->lock);
			continue;
		}
		struct slot *s = slot(c, c->read);
		pthread_mutex_unlock(&c->lock);
		const int more = stream_read(c->in, &s->item, &c->failure);
		pthread_mutex_lock(&c->lock);
		c->more = more;
		if (more <= 0)
			break;
		s->state = WAITING;
		c->read++;
		pthread_cond_signal(&c->more_work);
	}
	pthread_cond_signal(&c->done);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------- */

static int start_worker(struct crew *c, void *tools)
{
	struct worker *w = malloc(sizeof *w);

	if (!w)
		return -1;
	*w = (struct worker){c, tools};
	if (pthread_create(&c->workers[c->started], NULL, run, w) != 0) {
		free(w);
		return -1;
	}
	c->started++;
	return 0;
}

static int start(struct crew *c, void *const *tools, int jobs)
{
	if (!c->slots || !c->workers)
		return -1;
	for (int i = 0; i < jobs; i++)
		if (start_worker(c, tools[i]) < 0)
			return -1;
	c->has_reader = pthread_create(&c->reader, NULL, read_ahead, c) == 0;
	return c->has_reader ? 0 : -1;
}

struct crew *crew_new(struct stream_reader *in, crew_work *work, void *const *tools, int jobs, struct error *err)
{
	struct crew *c = calloc(1, sizeof *c);

	if (!c) {
		error_set(err, "out of memory");
		return NULL;
	}
	*c = (struct crew){.work = work, .in = in, .more = 1};
	c->slot_count = (size_t)jobs * SLOTS_A_JOB + MORE_SLOTS;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->room, NULL);
	pthread_cond_init(&c->more_work, NULL);
	pthread_cond_init(&c->done, NULL);
	c->slots = calloc(c->slot_count, sizeof *c->slots);
	c->workers = calloc((size_t)jobs, sizeof *c->workers);
	if (start(c, tools, jobs) == 0)
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
	pthread_cond_signal(&c->room);
	pthread_mutex_unlock(&c->lock);
	if (c->has_reader)
		pthread_join(c->reader, NULL);
	for (int i = 0; i < c->started; i++)
		pthread_join(c->workers[i], NULL);
	for (size_t i = 0; c->slots && i < c->slot_count; i++)
		item_release(&c->slots[i].item);
	free(c->slots);
	free(c->workers);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->room);
	pthread_cond_destroy(&c->more_work);
	pthread_cond_destroy(&c->done);
	free(c);
}

int crew_next(struct crew *c, const struct item **item, bool *failed, struct error *err)
{
	pthread_mutex_lock(&c->lock);
	if (c->lent) {
		slot(c, c->handed++)->state = EMPTY;
		pthread_cond_signal(&c->room);
	}
	while (c->handed == c->read ? c->more > 0 : slot(c, c->handed)->state != DONE)
		pthread_cond_wait(&c->done, &c->lock);
	c->lent = c->handed < c->read;
	pthread_mutex_unlock(&c->lock);
	if (!c->lent) {
		if (c->more < 0 && err)
			*err = c->failure;
		return c->more;
	}
	*item = &slot(c, c->handed)->item;
	*failed = slot(c, c->handed)->failed;
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
