/* SPDX-License-Identifier: ISC */
#include "model/model.h"

#include "base/limits.h"
#include "base/process.h"
#include "foreign/safetensors.h"
#include "model/sketch.h"

#include <stdio.h>
#include <stdlib.h>

/* What a family of models has to offer; `weights` is what its open returned. */
struct family {
	bool (*recognises)(const struct safetensors *file);
	void *(*open)(const struct safetensors *file, struct error *err);
	void (*close)(void *weights);
	const char *(*space)(const void *weights);
	uint32_t (*dimension)(const void *weights);
	const char *(*identity)(const void *weights);
	const char *(*kernel)(const void *weights);
	void *(*scratch_new)(const void *weights);
	void (*scratch_free)(void *scratch);
	int (*embed)(const void *weights, void *scratch, const struct picture *picture, float *out, struct error *err);
};

struct model {
	const struct family *family;
	struct safetensors *file; /* stays open: large weights are used where they lie */
	void *weights;
};

struct model_scratch {
	void *memory; /* the family's */
};

/* --- sketch ------------------------------------------------------------------------------------------------------------- */

static void *open_sketch(const struct safetensors *file, struct error *err)
{
	return sketch_open(file, err);
}

static void close_sketch(void *weights)
{
	sketch_close(weights);
}

static const char *space_of_sketch(const void *weights)
{
	(void)weights;
	return "sketch";
}

static uint32_t dimension_of_sketch(const void *weights)
{
	(void)weights;
	return SKETCH_DIMENSION;
}

static const char *identity_of_sketch(const void *weights)
{
	return sketch_weights(weights);
}

static const char *kernel_of_sketch(const void *weights)
{
	return sketch_kernel(weights);
}

static void *scratch_of_sketch(const void *weights)
{
	(void)weights;
	return sketch_scratch_new();
}

static void free_scratch_of_sketch(void *scratch)
{
	sketch_scratch_free(scratch);
}

static int embed_by_sketch(const void *weights, void *scratch, const struct picture *picture, float *out,
        struct error *err)
{
	return sketch_embed(weights, scratch, picture, out, err);
}

/* --- weights and families ------------------------------------------------------------------------------------------------- */

static const struct family families[] = {
        {sketch_recognises, open_sketch, close_sketch, space_of_sketch, dimension_of_sketch, identity_of_sketch,
                kernel_of_sketch, scratch_of_sketch, free_scratch_of_sketch, embed_by_sketch},
};

/* The class token is the one tensor that every vision transformer has, under one of its two published names. */
static bool is_transformer(const struct safetensors *file)
{
	return safetensors_find(file, "cls_token") || safetensors_find(file, "embeddings.cls_token");
}

static bool is_path(const char *name)
{
	const char *suffix = ".safetensors";
	const size_t n = strlen(name), s = strlen(suffix);

	return strchr(name, '/') || (n > s && strcmp(name + n - s, suffix) == 0);
}

static struct safetensors *open_file(const char *name, struct error *err)
{
	char data[PROCESS_PATH], path[2 * PROCESS_PATH];

	if (is_path(name))
		return safetensors_open(name, err);
	if (process_data_path(data, err) < 0)
		return NULL;
	if (strlen(name) >= PROCESS_PATH / 2) {
		error_set(err, "the name of the model is too long");
		return NULL;
	}
	snprintf(path, sizeof path, "%s/%s.safetensors", data, name);
	return safetensors_open(path, err);
}

static int find_family(struct model *m, const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (families[i].recognises(m->file)) {
			m->family = &families[i];
			return 0;
		}
	if (is_transformer(m->file))
		return error_set(err, "'%s' is a vision transformer (DINOv2), a family that this version does not support",
		        name);
	return error_set(err, "'%s' is no model of a family known here", name);
}

struct model *model_open(const char *name_or_path, struct error *err)
{
	struct model *m = calloc(1, sizeof *m);

	if (!m) {
		error_set(err, "out of memory");
		return NULL;
	}
	m->file = open_file(name_or_path, err);
	if (m->file && find_family(m, name_or_path, err) == 0) {
		m->weights = m->family->open(m->file, err);
		if (m->weights)
			return m;
		error_within(err, "'%s'", name_or_path);
	}
	model_close(m);
	return NULL;
}

void model_close(struct model *m)
{
	if (!m)
		return;
	if (m->weights)
		m->family->close(m->weights);
	safetensors_close(m->file);
	free(m);
}

/* --- what it says of itself ---------------------------------------------------------------------------------------------- */

const char *model_space(const struct model *m)
{
	return m->family->space(m->weights);
}

uint32_t model_dimension(const struct model *m)
{
	return m->family->dimension(m->weights);
}

const char *model_kernel(const struct model *m)
{
	return m->family->kernel(m->weights);
}

static int set_space_fact(const struct model *m, struct facts *facts, const char *name, const char *value,
        struct error *err)
{
	struct bytes full = {0};
	int rc = -1;

	if (bytes_printf(&full, "space.%s.%s", model_space(m), name) < 0 || bytes_terminate(&full) < 0)
		error_set(err, "out of memory");
	else
		rc = facts_set(facts, (const char *)full.data, value, err);
	bytes_release(&full);
	return rc;
}

/* pixels.X=V becomes space.SPACE.pixels.X=V. */
static int set_preparation(const struct model *m, struct facts *facts, struct error *err)
{
	struct facts before = {0};
	int rc = 0;

	if (facts_copy(&before, facts) < 0)
		return error_set(err, "out of memory");
	for (size_t i = 0; rc == 0 && i < before.count; i++)
		if (strncmp(before.list[i].name, "pixels.", 7) == 0)
			rc = set_space_fact(m, facts, before.list[i].name, before.list[i].value, err);
	facts_release(&before);
	return rc;
}

int model_set_facts(const struct model *m, struct facts *facts, struct error *err)
{
	char prefix[LIMIT_SPACE + 16], dimension[16];

	snprintf(prefix, sizeof prefix, "space.%s.", model_space(m));
	snprintf(dimension, sizeof dimension, "%u", (unsigned)model_dimension(m));
	facts_remove(facts, prefix);
	if (set_space_fact(m, facts, "dimension", dimension, err) < 0 ||
	        set_space_fact(m, facts, "metric", "cosine", err) < 0 ||
	        set_space_fact(m, facts, "weights", m->family->identity(m->weights), err) < 0)
		return -1;
	return set_preparation(m, facts, err);
}

/* --- embedding ------------------------------------------------------------------------------------------------------------ */

struct model_scratch *model_scratch_new(const struct model *m)
{
	struct model_scratch *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->memory = m->family->scratch_new(m->weights);
	if (s->memory)
		return s;
	free(s);
	return NULL;
}

void model_scratch_free(const struct model *m, struct model_scratch *s)
{
	if (!s)
		return;
	m->family->scratch_free(s->memory);
	free(s);
}

int model_embed(const struct model *m, struct model_scratch *s, const struct picture *picture, float *out,
        struct error *err)
{
	return m->family->embed(m->weights, s->memory, picture, out, err);
}
