/* SPDX-License-Identifier: ISC */
#include "answer/question.h"

#include "base/message.h"
#include "base/process.h"
#include "patent/number.h"
#include "stream/preparation.h"
#include "stream/stream.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum phase { PHASE_IDS, PHASE_STREAMS, PHASE_PICTURES, PHASE_END };

struct questions {
	const struct index *index;
	const struct index_settings *settings;
	const struct question_inputs *inputs;
	enum phase phase;
	int next_id;
	uint64_t faults;
	struct stream_reader *reader; /* of the phase, or NULL before its first item */
	FILE *prepared;               /* what the reader reads in PHASE_PICTURES */
	bool running;
	struct pipeline pipeline;
	struct preparation preparation;
	struct item item, ahead; /* ahead: read already, and belongs to the next question */
	bool has_ahead;
};

/* --- one question ----------------------------------------------------------------------------------------------------- */

static void begin_question(struct question *q, const char *name, const char *document)
{
	snprintf(q->name, sizeof q->name, "%s", name);
	snprintf(q->document, sizeof q->document, "%s", document);
	q->count = 0;
	q->is_file = false;
	q->fault.text[0] = '\0';
}

/* Room for twice as many vectors, and thumbnails, which keep their memory. 0/-1. */
static int grow(struct question *q, size_t dimension)
{
	const size_t capacity = q->capacity ? 2 * q->capacity : 8;
	size_t numbers, size;

	if (!size_mul(capacity, dimension, &numbers) || !size_mul(numbers, sizeof *q->values, &size))
		return -1;
	float *values = realloc(q->values, size);
	if (!values)
		return -1;
	q->values = values;
	struct bytes *thumbnails = realloc(q->thumbnails, capacity * sizeof *thumbnails);
	if (!thumbnails)
		return -1;
	memset(thumbnails + q->capacity, 0, (capacity - q->capacity) * sizeof *thumbnails);
	q->thumbnails = thumbnails;
	q->capacity = capacity;
	return 0;
}

/* Room for one more vector, beside its thumbnail; NULL without memory. */
static float *add_vector(struct question *q, size_t dimension, const void *thumbnail, size_t size)
{
	if ((q->count == q->capacity && grow(q, dimension) < 0) || bytes_set(&q->thumbnails[q->count], thumbnail, size) < 0)
		return NULL;
	return q->values + q->count++ * dimension;
}

void question_release(struct question *q)
{
	for (size_t i = 0; i < q->capacity; i++)
		bytes_release(&q->thumbnails[i]);
	free(q->thumbnails);
	free(q->values);
	*q = (struct question){0};
}

/* --- patents of the index --------------------------------------------------------------------------------------------- */

static int add_stored(struct questions *qs, struct question *q, uint32_t picture, struct error *err)
{
	const uint8_t *jpeg = NULL;
	size_t size = 0;

	if (index_thumbnail(qs->index, picture, &jpeg, &size, err) < 0)
		return -1;
	float *values = add_vector(q, qs->settings->dimension, jpeg, size);
	if (!values)
		return error_set(err, "out of memory");
	return index_vector(qs->index, picture, values, err) < 0 ? -1 : 0;
}

/* All pictures of a patent, or of the file of loose pictures. */
static int add_patent(struct questions *qs, struct question *q, uint32_t ordinal, struct error *err)
{
	struct index_patent patent;

	if (index_patent(qs->index, ordinal, &patent, err) < 0)
		return -1;
	index_fetch(qs->index, &ordinal, 1, INDEX_VECTORS | INDEX_THUMBNAILS);
	for (uint32_t i = 0; i < patent.picture_count; i++)
		if (add_stored(qs, q, index_patent_picture(&patent, i), err) < 0)
			return -1;
	if (!q->count)
		error_set(&q->fault, "'%.200s' has no pictures in index '%.200s'", q->name, qs->inputs->index);
	return 0;
}

/* What was typed as an identity: a patent number in any spelling, with or without a sheet, or any other identity. */
static void read_id(const char *text, struct identity *id)
{
	char number[PATENT_NUMBER_SIZE];
	int sheet;

	if (patent_number_read(text, number, &sheet)) {
		identity_set(id, number);
		id->sheet = sheet;
	} else if (identity_parse(id, text) < 0) {
		identity_set(id, text);
	}
}

static bool is_document(const struct identity *id)
{
	struct identity whole;

	identity_set(&whole, id->document);
	return identity_compare(id, &whole) == 0;
}

static int next_id(struct questions *qs, struct question *q, struct error *err)
{
	static struct identity id; /* large */
	char name[IDENTITY_TEXT];
	uint32_t ordinal;

	read_id(qs->inputs->ids[qs->next_id++], &id);
	begin_question(q, identity_text(&id, name), id.document);
	int found = is_document(&id) ? index_find_patent(qs->index, id.document, &ordinal, err) : 0;
	if (found > 0)
		return add_patent(qs, q, ordinal, err) < 0 ? -1 : 1;
	if (found == 0 && (found = index_find_picture(qs->index, &id, &ordinal, err)) > 0)
		return add_stored(qs, q, ordinal, err) < 0 ? -1 : 1;
	if (found < 0)
		return -1;
	error_set(&q->fault, "index '%.200s' has no '%.200s'", qs->inputs->index, q->name);
	return 1;
}

/* --- items of a stream ------------------------------------------------------------------------------------------------ */

static bool has_direction(const float *values, uint32_t dimension, enum index_metric metric)
{
	double sum = 0;

	for (uint32_t i = 0; i < dimension; i++)
		sum += (double)values[i] * (double)values[i];
	return isfinite(sum) && (sum > 0 || metric != INDEX_COSINE);
}

/* Adds the item's vector to the question, or leaves the reason why not. 0/-1 (memory). */
static int add_item(struct questions *qs, struct question *q, const struct item *it, struct error *err)
{
	const uint32_t dimension = qs->settings->dimension;
	const struct vector *v = item_vector(it, qs->settings->space);

	if (!v)
		error_set(&q->fault, "cannot ask with '%.200s': it has no vector of space '%s'", q->name, qs->settings->space);
	else if (v->dimension != dimension)
		error_set(&q->fault, "cannot ask with '%.200s': its vector has %lu numbers, those of index '%.120s' %lu", q->name,
		        (unsigned long)v->dimension, qs->inputs->index, (unsigned long)dimension);
	else if (!has_direction(v->values, dimension, qs->settings->metric))
		error_set(&q->fault, "cannot ask with '%.200s': its vector is zero or not finite", q->name);
	else {
		float *values = add_vector(q, dimension, it->thumbnail.data, it->thumbnail.size);
		if (!values)
			return error_set(err, "out of memory");
		memcpy(values, v->values, dimension * sizeof *values);
	}
	return 0;
}

/* Whether b is a later page of the file that a is of; the same page again is the file asked with again. */
static bool same_file(const struct item *a, const struct item *b)
{
	struct identity page = b->identity;

	page.page = a->identity.page;
	return a->has_source && b->has_source && b->identity.page > a->identity.page &&
	       identity_compare(&a->identity, &page) == 0 && strcmp(a->source.archive, b->source.archive) == 0 &&
	       strcmp(a->source.member, b->source.member) == 0;
}

/* A file is named as it was given, all else by what it is. */
static void begin_with_item(struct question *q, const struct item *it)
{
	struct identity file = it->identity;
	char name[IDENTITY_TEXT];
	const bool loose = it->has_source && !*it->source.archive && *it->source.member;

	if (it->has_source)
		file.page = 0;
	begin_question(q, loose ? it->source.member : identity_text(&file, name), it->identity.document);
	q->is_file = loose;
}

/* The next item that asks something becomes qs->ahead. 0, or -1. Records and documents ask nothing. */
static int read_ahead(struct questions *qs, struct error *err)
{
	int more;

	qs->has_ahead = false;
	while ((more = stream_read(qs->reader, &qs->ahead, err)) > 0) {
		const struct item *it = &qs->ahead;
		qs->faults += it->has_fault;
		if (!it->has_fault && (it->vector_count || it->picture.layout != PICTURE_NONE)) {
			qs->has_ahead = true;
			return 0;
		}
	}
	return more;
}

/* The question that the next items are, all of them pages of one file: 1, 0, -1. */
static int next_from_items(struct questions *qs, struct question *q, struct error *err)
{
	if (!qs->has_ahead)
		return 0;
	begin_with_item(q, &qs->ahead);
	do {
		const struct item taken = qs->ahead;
		qs->ahead = qs->item;
		qs->item = taken;
		if (add_item(qs, q, &qs->item, err) < 0 || read_ahead(qs, err) < 0)
			return -1;
	} while (qs->has_ahead && same_file(&qs->item, &qs->ahead));
	return 1;
}

/* --- streams and pictures --------------------------------------------------------------------------------------------- */

/* Reads the header, compares the space with the index's, and reads the first item. */
static int begin_stream(struct questions *qs, const char *name, struct error *err)
{
	char prefix[LIMIT_SPACE + 16], dimension[LIMIT_SPACE + 32], index[256];

	if (stream_begin(qs->reader, err) < 0)
		return -1;
	snprintf(prefix, sizeof prefix, "space.%s.", qs->settings->space);
	snprintf(index, sizeof index, "index '%.200s'", qs->inputs->index);
	snprintf(dimension, sizeof dimension, "%sdimension", prefix);
	if (!facts_get(stream_facts(qs->reader), dimension) && facts_get(&qs->settings->facts, dimension))
		return error_set(err, "%s cannot be asked with %s: it has no vectors of space '%s'", index, name,
		        qs->settings->space);
	if (facts_agree(stream_facts(qs->reader), name, &qs->settings->facts, index, prefix, err) < 0)
		return error_within(err, "%s cannot be asked with %s", index, name);
	return read_ahead(qs, err);
}

static int begin_streams(struct questions *qs, struct error *err)
{
	qs->reader = stream_reader_open(qs->inputs->streams, qs->inputs->stream_count);
	if (!qs->reader)
		return error_set(err, "out of memory");
	return begin_stream(qs, "the stream", err);
}

/* The argument lists of decode and letterbox; that of embed is whole already. */
struct stages {
	const char **decode; /* owned */
	const char *letterbox[PREPARATION_ARGUMENTS + 2];
};

static int make_stages(const struct questions *qs, struct stages *s, struct error *err)
{
	const int count = qs->inputs->picture_count;
	int n = 0;

	s->decode = calloc((size_t)count + 5, sizeof *s->decode);
	if (!s->decode)
		return error_set(err, "out of memory");
	s->decode[n++] = "decode";
	if (qs->inputs->files0_from) {
		s->decode[n++] = "--files0-from";
		s->decode[n++] = qs->inputs->files0_from;
	}
	s->decode[n++] = "--";
	for (int i = 0; i < count; i++)
		s->decode[n++] = qs->inputs->pictures[i];
	n = 0;
	while ((s->letterbox[n] = qs->preparation.letterbox[n]))
		n++;
	if (qs->inputs->crop) {
		s->letterbox[n++] = "--crop";
		s->letterbox[n++] = qs->inputs->crop;
		s->letterbox[n] = NULL;
	}
	return 0;
}

static int start_pipeline(struct questions *qs, struct error *err)
{
	char where[PROCESS_PATH];
	struct stages stages;
	int output;

	if (process_exec_path(where, err) < 0 || make_stages(qs, &stages, err) < 0)
		return -1;
	const char *const *const list[] = {stages.decode, stages.letterbox, qs->preparation.embed};
	const int started = pipeline_start(&qs->pipeline, where, list, 3, qs->inputs->picture_input, &output, err);
	free(stages.decode);
	if (started < 0)
		return -1;
	qs->running = true;
	qs->prepared = fdopen(output, "rb");
	return qs->prepared ? 0 : error_set(err, "out of memory");
}

/*
 * Waits for the programs; -1 with the name of the first that failed, which has said why. One that died because nobody
 * reads it any more has not failed.
 */
static int end_pipeline(struct questions *qs, struct error *err)
{
	const struct pipeline *p = &qs->pipeline;

	if (qs->prepared)
		fclose(qs->prepared);
	qs->prepared = NULL;
	qs->running = false;
	pipeline_wait(&qs->pipeline);
	for (int i = 0; i < p->count; i++)
		if (p->statuses[i] != STATUS_DONE && p->statuses[i] != STATUS_SKIPPED && p->statuses[i] != 128 + SIGPIPE)
			return error_set(err, "cannot prepare the pictures: '%s' failed", p->names[i]);
	return 0;
}

static int begin_pictures(struct questions *qs, struct error *err)
{
	const struct index_settings *s = qs->settings;

	if (preparation_from_facts(&qs->preparation, &s->facts, s->space, qs->inputs->model, err) < 0 ||
	        start_pipeline(qs, err) < 0)
		return -1;
	qs->reader = stream_reader_on(qs->prepared, "the prepared pictures");
	if (!qs->reader)
		return error_set(err, "out of memory");
	return begin_stream(qs, "the picture", err);
}

/* --- all together ----------------------------------------------------------------------------------------------------- */

struct questions *questions_open(const struct index *ix, const struct question_inputs *inputs, struct error *err)
{
	const char *list = inputs->files0_from;
	struct questions *qs;

	/* decode would say it too, and the programs behind it that their streams are cut short */
	if (list && strcmp(list, "-") != 0 && access(list, R_OK) < 0) {
		error_set(err, "cannot open '%.200s':", list);
		return NULL;
	}
	qs = calloc(1, sizeof *qs);
	if (!qs) {
		error_set(err, "out of memory");
		return NULL;
	}
	qs->index = ix;
	qs->settings = index_settings(ix);
	qs->inputs = inputs;
	return qs;
}

/* The next question of streams or pictures, which begin when they are first asked for. */
static int next_from_phase(struct questions *qs, struct question *q, int (*begin)(struct questions *, struct error *),
        struct error *err)
{
	if (!qs->reader && begin(qs, err) < 0)
		return -1;
	const int more = next_from_items(qs, q, err);
	if (more != 0)
		return more;
	stream_reader_close(qs->reader);
	qs->reader = NULL;
	return qs->running ? end_pipeline(qs, err) : 0;
}

static int next_of_all(struct questions *qs, struct question *q, struct error *err)
{
	int more = 0;

	while (more == 0 && qs->phase != PHASE_END) {
		if (qs->phase == PHASE_IDS && qs->next_id < qs->inputs->id_count)
			return next_id(qs, q, err);
		if (qs->phase == PHASE_STREAMS && qs->inputs->stream_count)
			more = next_from_phase(qs, q, begin_streams, err);
		if (qs->phase == PHASE_PICTURES && (qs->inputs->picture_count || qs->inputs->files0_from))
			more = next_from_phase(qs, q, begin_pictures, err);
		if (more == 0)
			qs->phase++;
	}
	return more;
}

int questions_next(struct questions *qs, struct question *q, struct error *err)
{
	const int more = next_of_all(qs, q, err);
	struct error better;

	/* what went wrong with the programs explains more than what their stream lacks */
	if (more < 0 && qs->running && end_pipeline(qs, &better) < 0)
		*err = better;
	return more;
}

static void read_next(struct questions *qs, struct question_group *g)
{
	g->status = questions_next(qs, &g->ahead, &g->error);
	g->goes_on = g->status > 0;
}

/* What is ahead becomes one of the group; what was there before in its place is used for the next. */
static int gather_one(struct questions *qs, struct question_group *g, struct error *err)
{
	if (g->count == g->capacity) {
		const size_t capacity = g->capacity ? 2 * g->capacity : 1;
		struct question *questions = realloc(g->questions, capacity * sizeof *questions);
		if (!questions)
			return error_set(err, "out of memory for %zu questions", capacity);
		memset(questions + g->capacity, 0, (capacity - g->capacity) * sizeof *questions);
		g->questions = questions;
		g->capacity = capacity;
	}
	const struct question taken = g->ahead;
	g->ahead = g->questions[g->count];
	g->questions[g->count++] = taken;
	g->vectors += taken.count;
	read_next(qs, g);
	return 0;
}

int questions_gather(struct questions *qs, struct question_group *g, size_t many, struct error *err)
{
	g->count = g->vectors = 0;
	if (!g->begun)
		read_next(qs, g);
	g->begun = true;
	while (g->goes_on && (!g->count || (g->count < many && g->vectors < many)))
		if (gather_one(qs, g, err) < 0)
			return -1;
	if (g->count || g->status == 0)
		return g->count > 0;
	return error_set(err, "%s", g->error.text);
}

void question_group_release(struct question_group *g)
{
	for (size_t i = 0; i < g->capacity; i++)
		question_release(&g->questions[i]);
	free(g->questions);
	question_release(&g->ahead);
}

uint64_t questions_faults(const struct questions *qs)
{
	return qs->faults;
}

void questions_close(struct questions *qs)
{
	if (!qs)
		return;
	stream_reader_close(qs->reader);
	if (qs->prepared)
		fclose(qs->prepared);
	if (qs->running)
		pipeline_stop(&qs->pipeline);
	item_release(&qs->item);
	item_release(&qs->ahead);
	free(qs);
}
