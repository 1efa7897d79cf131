/* SPDX-License-Identifier: ISC */
#include "model/model.h"

#include "base/limits.h"
#include "base/process.h"
#include "foreign/safetensors.h"
#include "model/sketch.h"
#include "model/vit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { FILE_PATH = 2 * PROCESS_PATH };

/* What a model says of itself. The texts live as long as the weights. */
struct description {
	char space[LIMIT_SPACE + 1];
	uint32_t dimension;
	const char *weights, *kernel, *precision;
	bool fell_back; /* the precision is not the one that was asked for */
	const char *pool, *positions; /* NULL: the family has no such thing */
	unsigned heads;               /* 0: likewise */
	bool squares;                 /* it takes no other pictures */
};

/* What a family of models has to offer; `weights` is what its open returned. */
struct family {
	bool (*recognises)(const struct safetensors *file);
	void *(*open)(const struct safetensors *file, const char *config, const struct model_options *options,
	        struct description *says, struct error *err);
	void (*close)(void *weights);
	void *(*scratch_new)(const void *weights);
	void (*scratch_free)(void *scratch);
	int (*embed)(const void *weights, void *scratch, const struct picture *picture, float *out, struct error *err);
	bool copies; /* all it needs of the file: that may be closed */
};

struct model {
	const struct family *family;
	struct safetensors *file; /* NULL when the family copies what it needs */
	void *weights;
	struct description says;
};

struct model_scratch {
	void *memory; /* the family's */
};

/* --- sketch ------------------------------------------------------------------------------------------------------------- */

static void *open_sketch(const struct safetensors *file, const char *config, const struct model_options *options,
        struct description *says, struct error *err)
{
	(void)config;
	if (options->pool || options->positions || options->kernel || options->precision) {
		error_set(err, "sketch has no pool, positions, kernel or precision to choose: these are of vision transformers");
		return NULL;
	}
	struct sketch *weights = sketch_open(file, err);
	if (!weights)
		return NULL;
	snprintf(says->space, sizeof says->space, "sketch");
	says->dimension = SKETCH_DIMENSION;
	says->weights = sketch_weights(weights);
	says->kernel = sketch_kernel(weights);
	says->squares = true;
	says->precision = "f32";
	return weights;
}

static void close_sketch(void *weights)
{
	sketch_close(weights);
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

/* --- vision transformers ------------------------------------------------------------------------------------------------- */

struct transformer {
	struct vit_weights *weights;
	struct vit_options options;
};

/* The published sizes by their names; any other by its dimension. */
static void name_transformer(const struct vit_shape *shape, char *to, size_t size)
{
	static const struct {
		size_t dimension, layers;
		const char *name;
	} published[] = {{384, 12, "small"}, {768, 12, "base"}, {1024, 24, "large"}, {1536, 40, "giant"}};
	char number[24];

	snprintf(number, sizeof number, "%zu", shape->dimension);
	const char *name = number;
	for (size_t i = 0; i < sizeof published / sizeof *published; i++)
		if (published[i].dimension == shape->dimension && published[i].layers == shape->layers)
			name = published[i].name;
	snprintf(to, size, "dinov2-%s%s", name, shape->registers ? "-with-registers" : "");
}

static void describe_transformer(const struct transformer *t, struct description *says)
{
	const struct vit_shape *shape = &t->weights->shape;

	name_transformer(shape, says->space, sizeof says->space);
	says->dimension = vit_vector_size(shape, t->options.pool);
	says->weights = t->weights->identity;
	says->kernel = t->weights->narrow ? narrow_name(t->weights->narrow) : gemm_name(t->weights->gemm);
	says->pool = vit_pool_name(t->options.pool);
	says->positions = vit_positions_name(t->options.positions);
	says->heads = (unsigned)shape->heads;
}

static void close_transformer(void *weights)
{
	struct transformer *t = weights;

	vit_weights_free(t->weights);
	free(t);
}

static enum vit_precision precision_here(const struct gemm *gemm, const char *name, struct description *says)
{
	enum vit_precision wanted = VIT_F32;

	if (name)
		vit_precision_parse(name, &wanted);
	const enum vit_precision precision = vit_precision_here(gemm, wanted);
	says->precision = vit_precision_name(precision);
	says->fell_back = precision != wanted;
	return precision;
}

static void *open_transformer(const struct safetensors *file, const char *config, const struct model_options *options,
        struct description *says, struct error *err)
{
	struct transformer *t = calloc(1, sizeof *t);

	if (!t) {
		error_set(err, "out of memory");
		return NULL;
	}
	const struct gemm *gemm = options->kernel ? gemm_named(options->kernel) : gemm_best();
	t->weights = vit_weights_read(file, config, gemm, precision_here(gemm, options->precision, says), err);
	if (!t->weights) {
		free(t);
		return NULL;
	}
	t->options.positions = vit_default_positions(&t->weights->shape);
	if ((options->pool && vit_pool_parse(options->pool, &t->options.pool) < 0) ||
	        (options->positions && vit_positions_parse(options->positions, &t->options.positions) < 0)) {
		error_set(err, "no such pool or positions");
		close_transformer(t);
		return NULL;
	}
	describe_transformer(t, says);
	return t;
}

static void *scratch_of_transformer(const void *weights)
{
	const struct transformer *t = weights;

	return vit_scratch_new(t->weights);
}

static void free_scratch_of_transformer(void *scratch)
{
	vit_scratch_free(scratch);
}

static int embed_by_transformer(const void *weights, void *scratch, const struct picture *picture, float *out,
        struct error *err)
{
	const struct transformer *t = weights;

	return vit_embed(t->weights, &t->options, scratch, picture, out, err);
}

int model_check_options(const struct model_options *options, struct error *err)
{
	enum vit_pool pool;
	enum vit_positions positions;

	if (options->pool && vit_pool_parse(options->pool, &pool) < 0)
		return error_set(err, "'%s' is no way of pooling: cls, mean or cls+mean", options->pool);
	if (options->positions && vit_positions_parse(options->positions, &positions) < 0)
		return error_set(err, "'%s' is no way of interpolating positions: size, offset or aa", options->positions);
	enum vit_precision precision;
	if (options->precision && vit_precision_parse(options->precision, &precision) < 0)
		return error_set(err, "'%s' is no precision: f32, bf16, f16, int16 or int8", options->precision);
	if (options->kernel && !gemm_named(options->kernel))
		return error_set(err, "there is no kernel '%s', or this CPU cannot run it", options->kernel);
	return 0;
}

/* --- weights and families ------------------------------------------------------------------------------------------------- */

static const struct family families[] = {
        {sketch_recognises, open_sketch, close_sketch, scratch_of_sketch, free_scratch_of_sketch, embed_by_sketch, false},
        {vit_weights_recognises, open_transformer, close_transformer, scratch_of_transformer, free_scratch_of_transformer,
                embed_by_transformer, true},
};

static bool is_path(const char *name)
{
	const char *suffix = ".safetensors";
	const size_t n = strlen(name), s = strlen(suffix);

	return strchr(name, '/') || (n > s && strcmp(name + n - s, suffix) == 0);
}

static int find_path(const char *name, char path[FILE_PATH], struct error *err)
{
	char data[PROCESS_PATH];

	if (strlen(name) >= PROCESS_PATH / 2)
		return error_set(err, "the name of the model is too long");
	if (is_path(name))
		snprintf(path, FILE_PATH, "%s", name);
	else if (process_data_path(data, err) < 0)
		return -1;
	else
		snprintf(path, FILE_PATH, "%s/%s.safetensors", data, name);
	return 0;
}

/* "dinov2-base-with-registers" is published as "dinov2-with-registers-base". */
static void say_where_it_is(const char *name, const char *path, struct error *err)
{
	const char *prefix = "dinov2-", *registers = "-with-registers";
	const char *size = name + strlen(prefix), *end = strstr(size, registers);

	error_set(err,
	        "cannot open '%s': fetch it with: curl -fLo %s "
	        "https://huggingface.co/facebook/dinov2%s-%.*s/resolve/main/model.safetensors",
	        path, path, end ? registers : "", end ? (int)(end - size) : (int)strlen(size), size);
}

static struct safetensors *open_file(const char *name, const char *path, struct error *err)
{
	struct safetensors *file;

	errno = 0;
	file = safetensors_open(path, err);
	if (file || errno != ENOENT || is_path(name))
		return file;
	if (strncmp(name, "dinov2-", 7) == 0)
		say_where_it_is(name, path, err);
	else
		error_set(err, "there is no model '%s': sketch is the one that ships; a file of weights is named by its path", name);
	return NULL;
}

/* config.json in the directory of the weights. */
static void config_beside(const char *path, char config[FILE_PATH + 16])
{
	const char *slash = strrchr(path, '/');

	snprintf(config, FILE_PATH + 16, "%.*sconfig.json", slash ? (int)(slash - path + 1) : 0, path);
}

static int find_family(struct model *m, const char *name, struct error *err)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		if (families[i].recognises(m->file)) {
			m->family = &families[i];
			return 0;
		}
	return error_set(err, "'%s' is no model of a family known here", name);
}

struct model *model_open(const char *name_or_path, const struct model_options *options, struct error *err)
{
	static const struct model_options none;
	char path[FILE_PATH], config[FILE_PATH + 16];
	struct model *m = calloc(1, sizeof *m);

	if (!m) {
		error_set(err, "out of memory");
		return NULL;
	}
	if (find_path(name_or_path, path, err) == 0)
		m->file = open_file(name_or_path, path, err);
	if (m->file && find_family(m, name_or_path, err) == 0) {
		config_beside(path, config);
		m->weights = m->family->open(m->file, config, options ? options : &none, &m->says, err);
		if (!m->weights)
			error_within(err, "'%s'", name_or_path);
	}
	if (!m->weights) {
		model_close(m);
		return NULL;
	}
	if (m->family->copies) {
		safetensors_close(m->file);
		m->file = NULL;
	}
	return m;
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
	return m->says.space;
}

uint32_t model_dimension(const struct model *m)
{
	return m->says.dimension;
}

const char *model_kernel(const struct model *m)
{
	return m->says.kernel;
}

const char *model_precision(const struct model *m)
{
	return m->says.precision;
}

bool model_fell_back(const struct model *m)
{
	return m->says.fell_back;
}

/* NULL: there is nothing to say. */
static int set_space_fact(const struct model *m, struct facts *facts, const char *name, const char *value,
        struct error *err)
{
	struct bytes full = {0};
	int rc = -1;

	if (!value)
		return 0;
	if (bytes_printf(&full, "space.%s.%s", model_space(m), name) < 0 || bytes_terminate(&full) < 0)
		error_set(err, "out of memory");
	else
		rc = facts_set(facts, (const char *)full.data, value, err);
	bytes_release(&full);
	return rc;
}

static int set_space_number(const struct model *m, struct facts *facts, const char *name, unsigned value, struct error *err)
{
	char text[16];

	snprintf(text, sizeof text, "%u", value);
	return set_space_fact(m, facts, name, text, err);
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
	char prefix[LIMIT_SPACE + 16];

	if (m->says.squares && facts_get(facts, "pixels.fit"))
		return error_set(err, "%s takes squares: letterbox without --fit", model_space(m));
	snprintf(prefix, sizeof prefix, "space.%s.", model_space(m));
	facts_remove(facts, prefix);
	if (set_space_number(m, facts, "dimension", (unsigned)m->says.dimension, err) < 0 ||
	        set_space_fact(m, facts, "metric", "cosine", err) < 0 ||
	        set_space_fact(m, facts, "weights", m->says.weights, err) < 0 ||
	        set_space_fact(m, facts, "pool", m->says.pool, err) < 0 ||
	        set_space_fact(m, facts, "positions", m->says.positions, err) < 0 ||
	        (m->says.heads && set_space_number(m, facts, "heads", m->says.heads, err) < 0))
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
