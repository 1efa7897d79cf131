/* SPDX-License-Identifier: ISC */
#include "model/crew.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS_A_JOB = 2 }; /* one in work, one waiting */

enum state { EMPTY, WAITING, IN_WORK, DONE };

struct slot {
	struct item item;
	bool refused; /* by the model */
	enum state state;
};

/*
 * A ring of items. The caller's thread reads into its free slots and takes finished ones from its other end; the workers
 * take the waiting ones in between. All counters only grow; slot of a counter is counter % slot_count.
 */
struct crew {
	const struct model *model;
	struct stream_reader *in;
	int more;             /* what stream_read said last */
	struct error failure; /* if that was -1 */

	struct slot *slots;
	size_t slot_count;
	size_t read, taken, handed; /* items read; taken by workers; handed to the caller */

	pthread_t *threads;
	struct model_scratch **scratch; /* of each thread; of the caller's if there is none */
	int jobs, started;
	pthread_mutex_t lock; /* for all that follows, states, and counters */
	pthread_cond_t work, done;
	bool stop;
};

static void embed_item(struct crew *c, struct model_scratch *scratch, struct slot *s)
{
	struct item *it = &s->item;
	char name[IDENTITY_TEXT];
	struct error err;

	s->refused = false;
	if (it->picture.layout == PICTURE_NONE || it->has_fault)
		return;
	struct vector *v = item_add_vector(it, model_space(c->model), model_dimension(c->model));
	if (!v)
		error_set(&err, "too many vectors, or out of memory");
	if (v && model_embed(c->model, scratch, &it->picture, v->values, &err) == 0)
		return;
	s->refused = true;
	item_set_fault(it, "embed", "cannot embed '%s': %s", identity_text(&it->identity, name), err.text);
}

static struct slot *slot(struct crew *c, size_t counter)
{
	return &c->slots[counter % c->slot_count];
}

/* --- workers ------------------------------------------------------------------------------------------------------------ */

struct worker {
	struct crew *crew;
	struct model_scratch *scratch;
};

static void *work(void *argument)
{
	struct worker w = *(struct worker *)argument;
	struct crew *c = w.crew;

	free(argument);
	pthread_mutex_lock(&c->lock);
	while (!c->stop) {
		if (c->taken == c->read) {
			pthread_cond_wait(&c->work, &c->lock);
			continue;
		}
		struct slot *mine = slot(c, c->taken++);
		mine->state = IN_WORK;
		pthread_mutex_unlock(&c->lock);
		embed_item(c, w.scratch, mine);
		pthread_mutex_lock(&c->lock);
		mine->state = DONE;
		pthread_cond_signal(&c->done);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static int start_worker(struct crew *c, struct model_scratch *scratch)
{
	struct worker *w = malloc(sizeof *w);

	if (!w)
		return -1;
	*w = (struct worker){c, scratch};
	if (pthread_create(&c->threads[c->started], NULL, work, w) != 0) {
		free(w);
		return -1;
	}
	c->started++;
	return 0;
}

static int start(struct crew *c)
{
	if (!c->slots || !c->threads || !c->scratch)
		return -1;
	for (int i = 0; i < c->jobs; i++) {
		c->scratch[i] = model_scratch_new(c->model);
		if (!c->scratch[i] || (c->jobs > 1 && start_worker(c, c->scratch[i]) < 0))
			return -1;
	}
	return 0;
}

struct crew *crew_new(const struct model *model, struct stream_reader *in, int jobs, struct error *err)
{
	struct crew *c = calloc(1, sizeof *c);

	if (!c) {
		error_set(err, "out of memory");
		return NULL;
	}
	*c = (struct crew){.model = model, .in = in, .more = 1, .jobs = jobs};
	c->slot_count = jobs > 1 ? (size_t)jobs * SLOTS_A_JOB : 1;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->work, NULL);
	pthread_cond_init(&c->done, NULL);
	c->slots = calloc(c->slot_count, sizeof *c->slots);
	c->threads = calloc((size_t)jobs, sizeof *c->threads);
	c->scratch = calloc((size_t)jobs, sizeof *c->scratch);
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
	pthread_cond_broadcast(&c->work);
	pthread_mutex_unlock(&c->lock);
	for (int i = 0; i < c->started; i++)
		pthread_join(c->threads[i], NULL);
	for (int i = 0; c->scratch && i < c->jobs; i++)
		model_scratch_free(c->model, c->scratch[i]);
	for (size_t i = 0; c->slots && i < c->slot_count; i++)
		item_release(&c->slots[i].item);
	free(c->slots);
	free(c->threads);
	free(c->scratch);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->work);
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
		pthread_cond_signal(&c->work);
	}
}

static struct slot *next_alone(struct crew *c)
{
	struct slot *only = &c->slots[0];

	if (c->more > 0)
		read_into(c, only);
	if (c->more <= 0)
		return NULL;
	embed_item(c, c->scratch[0], only);
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

int crew_next(struct crew *c, const struct item **item, bool *refused, struct error *err)
{
	const struct slot *next = c->jobs > 1 ? next_of_ring(c) : next_alone(c);

	if (!next) {
		if (c->more < 0 && err)
			*err = c->failure;
		return c->more;
	}
	*item = &next->item;
	*refused = next->refused;
	return 1;
}
