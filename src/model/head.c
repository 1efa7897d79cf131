/* SPDX-License-Identifier: ISC */
#include "model/head.h"

#include "base/json.h"
#include "base/limits.h"
#include "foreign/safetensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy(const char *text)
{
	const size_t size = strlen(text) + 1;
	char *to = malloc(size);

	return to ? memcpy(to, text, size) : NULL;
}

/* A name that can stand in a table: not empty, not too long. */
static int check_name(const char *text, const char *what, struct error *err)
{
	if (!text || !*text)
		return error_set(err, "%s is no text", what);
	return strlen(text) > HEAD_LABEL ? error_set(err, "%s is longer than %d bytes", what, HEAD_LABEL) : 0;
}

/* --- metadata ----------------------------------------------------------------------------------------------------------- */

static int read_labels(struct head *h, const char *text, struct error *err)
{
	char what[64];
	struct json *list = json_parse(text, strlen(text), err);
	int rc = list ? 0 : error_within(err, "its labels");

	if (list && (json_kind(list) != KIND_ARRAY || json_count(list) < 1 || json_count(list) > HEAD_LABELS))
		rc = error_set(err, "its labels are no array of 1 to %d names", HEAD_LABELS);
	if (rc == 0 && !(h->labels = calloc(json_count(list), sizeof *h->labels)))
		rc = error_set(err, "out of memory");
	for (size_t i = 0; rc == 0 && i < json_count(list); i++) {
		const char *label = json_text(json_at(list, i));
		snprintf(what, sizeof what, "label %zu", i);
		rc = check_name(label, what, err);
		if (rc == 0 && !(h->labels[h->count++] = copy(label)))
			rc = error_set(err, "out of memory");
	}
	json_release(list);
	return rc;
}

/* Two rows of one name would be two answers under it. */
static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int check_labels(const struct head *h, struct error *err)
{
	const char **sorted = malloc(h->count * sizeof *sorted);
	int rc = sorted ? 0 : error_set(err, "out of memory");

	for (size_t i = 0; sorted && i < h->count; i++)
		sorted[i] = h->labels[i];
	if (sorted)
		qsort(sorted, h->count, sizeof *sorted, by_text);
	for (size_t i = 1; rc == 0 && i < h->count; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			rc = error_set(err, "label '%s' is there twice", sorted[i]);
	free(sorted);
	return rc;
}

struct fact_reader {
	struct head *head;
	struct error *err;
};

static int read_fact(void *context, const char *name, const struct json *value)
{
	struct fact_reader *r = context;
	const char *text = json_text(value);

	if (strncmp(name, "space.", 6) != 0)
		return 0;
	if (!text)
		return error_set(r->err, "'%s' of its metadata is no text", name);
	return facts_set(&r->head->facts, name, text, r->err);
}

static int read_metadata(struct head *h, const struct json *metadata, struct error *err)
{
	const char *labels = json_text(json_member(metadata, "labels")), *space = json_text(json_member(metadata, "space"));
	const char *name = json_text(json_member(metadata, "name"));

	if (!labels)
		return error_set(err, "its metadata names no labels");
	if (!space)
		return error_set(err, "its metadata names no space");
	name = name ? name : "head";
	if (check_name(space, "its space", err) < 0 || check_name(name, "its name", err) < 0)
		return -1;
	if (!(h->space = copy(space)) || !(h->name = copy(name)))
		return error_set(err, "out of memory");
	if (read_labels(h, labels, err) < 0 || check_labels(h, err) < 0)
		return -1;
	return json_each(metadata, read_fact, &(struct fact_reader){h, err}) == 0 ? 0 : -1;
}

/* --- numbers ------------------------------------------------------------------------------------------------------------ */

static float *read_numbers(const struct tensor *t, struct error *err)
{
	float *to = malloc((size_t)t->count * sizeof *to);

	if (!to) {
		error_set(err, "out of memory");
		return NULL;
	}
	tensor_get_f32(t, 0, t->count, to);
	for (uint64_t i = 0; i < t->count; i++)
		if (!isfinite(to[i])) {
			error_set(err, "number %llu of tensor '%s' is not finite", (unsigned long long)i, t->name);
			free(to);
			return NULL;
		}
	return to;
}

static int read_tensors(struct head *h, const struct safetensors *file, struct error *err)
{
	const struct tensor *weight = safetensors_find(file, "weight"), *bias;
	const uint64_t columns = weight && weight->rank == 2 ? weight->shape[1] : 0, shape[2] = {h->count, columns};

	if (safetensors_count(file) != 2)
		return error_set(err, "%zu tensors where a head has weight and bias", safetensors_count(file));
	if (weight && (weight->rank != 2 || columns < 1 || columns > LIMIT_DIMENSION))
		return error_set(err, "tensor 'weight' has not the form labels x dimension");
	if (!(weight = safetensors_expect(file, "weight", 2, shape, err)) ||
	        !(bias = safetensors_expect(file, "bias", 1, shape, err)))
		return error_within(err, "%zu labels", h->count);
	h->dimension = (size_t)columns;
	h->weight = read_numbers(weight, err);
	h->bias = h->weight ? read_numbers(bias, err) : NULL;
	return h->bias ? 0 : -1;
}

/* --- the whole ---------------------------------------------------------------------------------------------------------- */

static struct head *read_head(const struct safetensors *file, struct error *err)
{
	struct head *h = calloc(1, sizeof *h);

	if (!h) {
		error_set(err, "out of memory");
		return NULL;
	}
	if (read_metadata(h, safetensors_metadata(file), err) < 0 || read_tensors(h, file, err) < 0) {
		head_free(h);
		return NULL;
	}
	return h;
}

struct head *head_read(const void *file, size_t size, struct error *err)
{
	struct safetensors *s = safetensors_read(file, size, err);
	struct head *h = s ? read_head(s, err) : NULL;

	safetensors_close(s);
	return h;
}

struct head *head_open(const char *path, struct error *err)
{
	struct safetensors *s = safetensors_open(path, err);
	struct head *h = s ? read_head(s, err) : NULL;

	if (s && !h)
		error_within(err, "head '%s'", path);
	safetensors_close(s);
	return h;
}

void head_free(struct head *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->count; i++)
		free(h->labels[i]);
	free(h->labels);
	free(h->name);
	free(h->space);
	free(h->weight);
	free(h->bias);
	facts_release(&h->facts);
	free(h);
}

int head_check(const struct head *h, const struct facts *facts, const char *named, struct error *err)
{
	char key[HEAD_LABEL + 32];

	snprintf(key, sizeof key, "space.%s.dimension", h->space);
	const char *dimension = facts_get(facts, key);
	if (!dimension)
		return error_set(err, "the head is for vectors of space '%s', and %s has none of it", h->space, named);
	if (strtoull(dimension, NULL, 10) != h->dimension)
		return error_set(err, "the head is for vectors of %zu numbers, and those of space '%s' in %s have %s", h->dimension,
		        h->space, named, dimension);
	for (size_t i = 0; i < h->facts.count; i++) {
		const struct fact *f = &h->facts.list[i];
		const char *other = facts_get(facts, f->name);
		if (!other || strcmp(other, f->value) != 0)
			return error_set(err, "%s is %s in the head and %s in %s", f->name, f->value, other ? other : "not said", named);
	}
	return 0;
}

int head_predict(const struct head *h, const float *vector, double *probabilities)
{
	double most = -HUGE_VAL, sum = 0;

	for (size_t k = 0; k < h->count; k++) {
		const float *row = h->weight + k * h->dimension;
		double z = (double)h->bias[k];
		for (size_t i = 0; i < h->dimension; i++)
			z += (double)row[i] * (double)vector[i];
		if (!isfinite(z))
			return -1;
		probabilities[k] = z;
		most = fmax(most, z);
	}
	for (size_t k = 0; k < h->count; k++)
		sum += probabilities[k] = exp(probabilities[k] - most);
	for (size_t k = 0; k < h->count; k++)
		probabilities[k] /= sum;
	return 0;
}
