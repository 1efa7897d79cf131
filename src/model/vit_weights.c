/* SPDX-License-Identifier: ISC */
#include "model/vit_weights.h"

#include "base/json.h"
#include "model/weights_identity.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME = SAFETENSORS_NAME + 1, MAX_LAYERS = 200, MAX_DIMENSION = 16384, CONFIG_BYTES = 1 << 16 };

static const char *const precision_names[] = {"f32", "bf16", "f16", "int16", "int8"};

const char *vit_precision_name(enum vit_precision precision)
{
	return precision_names[precision];
}

int vit_precision_parse(const char *name, enum vit_precision *precision)
{
	for (int i = 0; i <= VIT_INT8; i++)
		if (strcmp(name, precision_names[i]) == 0) {
			*precision = (enum vit_precision)i;
			return 0;
		}
	return -1;
}

enum vit_precision vit_precision_here(const struct gemm *gemm, enum vit_precision wanted)
{
	const bool missing = wanted == VIT_BF16 && !narrow_has(narrow_best(gemm_name(gemm)), NARROW_BF16);

	return missing || wanted == VIT_F16 ? VIT_INT16 : wanted;
}

/* --- names -------------------------------------------------------------------------------------------------------------- */

/* What tensors are called: in the files of Hugging Face, which is canonical here, and in the authors'. */
static const struct {
	const char *canonical, *original;
} stems[] = {
        {"embeddings.cls_token", "cls_token"},
        {"embeddings.position_embeddings", "pos_embed"},
        {"embeddings.register_tokens", "register_tokens"},
        {"embeddings.patch_embeddings.projection", "patch_embed.proj"},
        {"layernorm", "norm"},
        {"attention.attention.query", "attn.qkv"},
        {"attention.attention.key", "attn.qkv"},
        {"attention.attention.value", "attn.qkv"},
        {"attention.output.dense", "attn.proj"},
        {"layer_scale1.lambda1", "ls1.gamma"},
        {"layer_scale2.lambda1", "ls2.gamma"},
        {"mlp.weights_in", "mlp.w12"},
        {"mlp.weights_out", "mlp.w3"},
};

/* Which tensor: "encoder.layer.3." + stem + suffix, or "blocks.3." + the original stem + suffix; layer -1: no prefix. */
struct place {
	int layer;
	const char *stem, *suffix;
	uint64_t part, parts; /* of a fused one only this slice of its rows; else 0 of 1 */
};

/* A tensor that was used, under its canonical name: slices of fused ones stand nowhere else. */
struct used {
	char name[NAME];
	struct tensor slice;
};

/* While reading: the file, how far memory is given away, and what the identity is computed over. */
struct reading {
	const struct safetensors *file;
	struct vit_weights *w;
	struct used *used;
	struct canonical_tensor *list;
	size_t count, capacity;
	size_t taken; /* numbers of w->memory */
	float *raw;   /* a matrix before it is packed */
	size_t raw_size;
	float *loudness; /* of the channels that the next matrix reads, or of those inside an MLP: about, in no unit */
	size_t loudness_size;
	enum vit_precision precision;
	struct error *err;
};

static void name_tensor(char name[NAME], bool original, const struct place *p)
{
	char prefix[32] = "";
	const char *stem = p->stem;

	if (p->layer >= 0)
		snprintf(prefix, sizeof prefix, original ? "blocks.%d." : "encoder.layer.%d.", p->layer);
	for (size_t i = 0; original && i < sizeof stems / sizeof *stems; i++)
		if (strcmp(stem, stems[i].canonical) == 0) {
			stem = stems[i].original;
			break;
		}
	snprintf(name, NAME, "%s%s%s", prefix, stem, p->suffix);
}

static const struct tensor *find(const struct safetensors *file, bool original, int layer, const char *stem,
        const char *suffix)
{
	char name[NAME];

	name_tensor(name, original, &(struct place){layer, stem, suffix, 0, 1});
	return safetensors_find(file, name);
}

bool vit_weights_recognises(const struct safetensors *file)
{
	return safetensors_find(file, "embeddings.cls_token") || safetensors_find(file, "cls_token");
}

/* --- shapes ------------------------------------------------------------------------------------------------------------- */

/* What a config.json says, where it says it. */
static int take_config(struct vit_shape *s, const struct json *config, struct error *err)
{
	const struct json *given_heads = json_member(config, "num_attention_heads"), *given_epsilon = json_member(config, "layer_norm_eps");
	int64_t heads;
	double epsilon;

	if (given_heads) {
		if (!json_as_integer(given_heads, &heads) || heads < 1 || heads > MAX_DIMENSION)
			return error_set(err, "num_attention_heads is no number from 1 to %d", MAX_DIMENSION);
		s->heads = (size_t)heads;
	}
	if (given_epsilon) {
		if (!json_as_number(given_epsilon, &epsilon) || !(epsilon > 0 && epsilon < 1))
			return error_set(err, "layer_norm_eps is no number between 0 and 1");
		s->epsilon = (float)epsilon;
	}
	return 0;
}

/* The number of heads and epsilon from config.json, when it is there. */
static int read_config(struct vit_shape *s, const char *path, struct error *err)
{
	struct stat st;

	/* a pipe would be waited for */
	if (path && stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return error_set(err, "'%s' is no regular file", path);
	FILE *f = path ? fopen(path, "rb") : NULL;
	char *text;

	if (!f)
		return !path || errno == ENOENT || errno == ENOTDIR ? 0 : error_set(err, "cannot open '%s':", path);
	text = malloc(CONFIG_BYTES);
	const size_t size = text ? fread(text, 1, CONFIG_BYTES, f) : 0;
	const bool failed = !text || ferror(f) || size == CONFIG_BYTES;
	fclose(f);
	struct json *config = failed ? NULL : json_parse(text, size, err);
	free(text);
	if (failed)
		return error_set(err, "cannot read '%s', or it is too long", path);
	if (!config)
		return error_within(err, "'%s'", path);
	const int status = take_config(s, config, err);
	json_release(config);
	return status < 0 ? error_within(err, "'%s'", path) : 0;
}

/* The sides of the position embeddings' grid: their number less one is a square. */
static int read_grid(struct vit_shape *s, const struct tensor *positions, struct error *err)
{
	const uint64_t count = positions->rank == 3 ? positions->shape[1] : 0;

	if (count < 2 || count > 1u << 20)
		return error_set(err, "tensor '%s' has an impossible shape", positions->name);
	s->grid = (size_t)lround(sqrt((double)(count - 1)));
	if (s->grid * s->grid + 1 != count)
		return error_set(err, "tensor '%s': %llu positions are no square and one", positions->name,
		        (unsigned long long)count);
	return 0;
}

static int read_registers(struct vit_shape *s, const struct tensor *registers, struct error *err)
{
	if (!registers)
		return 0;
	if (registers->rank != 3 || !registers->shape[1] || registers->shape[1] > 1024)
		return error_set(err, "tensor '%s' has an impossible shape", registers->name);
	s->registers = (size_t)registers->shape[1];
	return 0;
}

/* The rows of a tensor of the first layer; 0 where there is none. */
static uint64_t rows(const struct vit_shape *s, const struct safetensors *file, const char *stem, const char *suffix)
{
	const struct tensor *t = find(file, s->original_names, 0, stem, suffix);

	return t && t->rank ? t->shape[0] : 0;
}

/*
 * How wide the MLP is, as its first matrix and the bias of that say, where they agree; else as the second matrix has it. So a misshapen
 * one of the three stands against two, and is found when it is read.
 */
static uint64_t inner_width(const struct vit_shape *s, const struct safetensors *file, const struct tensor *last)
{
	const char *first = s->swiglu ? "mlp.weights_in" : "mlp.fc1";
	const uint64_t weight = rows(s, file, first, ".weight"), bias = rows(s, file, first, ".bias"), gates = s->swiglu ? 2 : 1;

	return weight && weight == bias && weight % gates == 0 ? weight / gates : last->shape[1];
}

/* The second matrix of a layer's MLP tells of which kind it is. */
static int read_hidden(struct vit_shape *s, const struct safetensors *file, struct error *err)
{
	const struct tensor *gated = find(file, s->original_names, 0, "mlp.weights_out", ".weight");
	const struct tensor *last = gated ? gated : find(file, s->original_names, 0, "mlp.fc2", ".weight");
	char name[NAME];

	name_tensor(name, s->original_names, &(struct place){0, "mlp.fc2", ".weight", 0, 1});
	if (!last)
		return error_set(err, "tensor '%s' is missing", name);
	s->swiglu = gated != NULL;
	const uint64_t hidden = last->rank == 2 ? inner_width(s, file, last) : 0;
	if (!hidden || hidden > 1 << 20)
		return error_set(err, "tensor '%s' has an impossible shape", last->name);
	s->hidden = (size_t)hidden;
	return 0;
}

/* So many layers as there are tensors of, also where some of a layer are missing: reading finds which. */
static int count_layers(struct vit_shape *s, const struct safetensors *file, struct error *err)
{
	const char *prefix = s->original_names ? "blocks." : "encoder.layer.";
	const size_t length = strlen(prefix);

	for (size_t i = 0; i < safetensors_count(file); i++) {
		const char *name = safetensors_at(file, i)->name;
		if (strncmp(name, prefix, length) != 0 || name[length] < '0' || name[length] > '9')
			continue;
		const unsigned long layer = strtoul(name + length, NULL, 10);
		if (layer >= MAX_LAYERS)
			return error_set(err, "tensor '%s': more than %d layers", name, MAX_LAYERS);
		if (layer >= s->layers)
			s->layers = layer + 1;
	}
	return s->layers ? 0 : error_set(err, "tensor '%s0.norm1.weight' is missing", prefix);
}

static int read_shape(struct vit_shape *s, const struct safetensors *file, const char *config, struct error *err)
{
	const bool original = s->original_names = !safetensors_find(file, "embeddings.cls_token");
	const struct tensor *token = find(file, original, -1, "embeddings.cls_token", "");
	const struct tensor *positions = find(file, original, -1, "embeddings.position_embeddings", "");

	if (!positions)
		return error_set(err, "tensor '%s' is missing", original ? "pos_embed" : "embeddings.position_embeddings");
	if (token->rank != 3 || !token->shape[2] || token->shape[2] > MAX_DIMENSION)
		return error_set(err, "tensor '%s' has an impossible shape", token->name);
	s->dimension = (size_t)token->shape[2];
	if (count_layers(s, file, err) < 0)
		return -1;
	s->heads = s->dimension % 64 == 0 ? s->dimension / 64 : 1;
	s->epsilon = 1e-6f;
	if (read_grid(s, positions, err) < 0 || read_hidden(s, file, err) < 0 ||
	        read_registers(s, find(file, original, -1, "embeddings.register_tokens", ""), err) < 0 ||
	        read_config(s, config, err) < 0)
		return -1;
	if (s->dimension % s->heads)
		return error_set(err, "%zu heads do not divide %zu numbers", s->heads, s->dimension);
	return 0;
}

/* --- reading ------------------------------------------------------------------------------------------------------------ */

/*
 * Everything is read twice by the same functions: first only looked at, which finds what is missing or misshapen before any memory
 * is asked for and adds up how much that will be, then copied and packed.
 */
static bool looking(const struct reading *r)
{
	return !r->w->memory;
}

/* So far behind the begin of an array; NULL while looking, when there is none. */
static float *behind(const struct reading *r, float *array, size_t numbers)
{
	return looking(r) ? NULL : array + numbers;
}

/* The next array of so many numbers; NULL while looking. */
static float *take(struct reading *r, size_t numbers)
{
	const size_t step = GEMM_ALIGNMENT / sizeof(float);
	float *p = behind(r, r->w->memory, r->taken);

	r->taken += (numbers + step - 1) / step * step;
	return p;
}

/* Notes that a tensor was used, under its canonical name. `part` of `parts`: of a fused tensor only that slice of its rows. */
static int use(struct reading *r, const struct place *p, const struct tensor *t)
{
	if (r->count == r->capacity)
		return error_set(r->err, "more tensors than a model has");
	struct used *u = &r->used[r->count];
	name_tensor(u->name, false, p);
	u->slice = *t;
	u->slice.shape[0] /= p->parts;
	u->slice.count /= p->parts;
	u->slice.size /= p->parts;
	u->slice.data += p->part * u->slice.size;
	r->list[r->count++] = (struct canonical_tensor){u->name, &u->slice};
	return 0;
}

/* Copies the numbers of a tensor of the expected shape, or of one part of a fused one, and checks that they are finite. */
static int copy(struct reading *r, const struct place *p, int rank, const uint64_t *shape, float *to)
{
	char name[NAME];
	uint64_t whole[SAFETENSORS_RANK];

	name_tensor(name, r->w->shape.original_names, p);
	memcpy(whole, shape, (size_t)rank * sizeof *whole);
	whole[0] *= p->parts;
	const struct tensor *t = safetensors_expect(r->file, name, rank, whole, r->err);
	if (!t)
		return -1;
	if (looking(r))
		return 0;
	const uint64_t count = t->count / p->parts, first = p->part * count;
	tensor_get_f32(t, first, count, to);
	for (uint64_t i = 0; i < count; i++)
		if (!isfinite(to[i]))
			return error_set(r->err, "number %llu of tensor '%s' is not finite", (unsigned long long)(first + i), name);
	return use(r, p, t);
}

static int read_vector(struct reading *r, int layer, const char *stem, const char *suffix, size_t n, float **to)
{
	*to = take(r, n);
	return copy(r, &(struct place){layer, stem, suffix, 0, 1}, 1, (uint64_t[]){n}, *to);
}

/* A matrix of so many numbers before it is packed: everything goes through this one block. */
static float *raw(struct reading *r, size_t numbers)
{
	r->raw_size = numbers > r->raw_size ? numbers : r->raw_size;
	return r->raw;
}

/* Packs what stands in r->raw, outputs × inputs, in f32. */
static void pack(struct reading *r, struct vit_linear *l, size_t inputs, size_t outputs)
{
	l->weight = (struct gemm_panels){inputs, outputs, take(r, gemm_panels_size(r->w->gemm, inputs, outputs))};
	if (!looking(r))
		gemm_pack_panels(r->w->gemm, r->raw, inputs, true, &l->weight);
}

/* Packs what stands at `at` of r->raw in fewer bits; what follows the matrix in r->raw is room. */
static void pack_numbers(struct reading *r, struct vit_linear *l, size_t at, size_t inputs, size_t outputs, enum narrow_kind kind,
        const float *loudness)
{
	const size_t end = at + inputs * outputs;
	float *memory = take(r, narrow_panels_size(r->w->narrow, kind, inputs, outputs) / sizeof(float));

	raw(r, end + narrow_pack_room(inputs));
	if (!looking(r))
		narrow_pack(r->w->narrow, kind, r->raw + at, inputs, outputs, loudness, r->raw + end, memory, &l->narrow);
}

/*
 * Whether a layer is in the first of so many parts of all. What one errs goes through those behind it, so in INT8 the first sixth is
 * in 16 bits, and the first third of the queries and keys: a soft-max makes more of their errors.
 */
static bool in_first(const struct reading *r, int layer, size_t parts)
{
	return (size_t)layer < (r->w->shape.layers + parts - 1) / parts;
}

/* What stands in r->raw in a layer's precision; in INT8 also in 16 bits, and if `early` only so. Loudness of the inputs, or NULL. */
static void pack_layer(struct reading *r, bool early, struct vit_linear *l, struct vit_linear *wide, size_t inputs, size_t outputs,
        const float *loudness)
{
	const size_t numbers = inputs * outputs;

	if (r->precision == VIT_F32)
		pack(r, l, inputs, outputs);
	else if (!r->w->two_widths)
		pack_numbers(r, l, 0, inputs, outputs, r->precision == VIT_BF16 ? NARROW_BF16 : NARROW_INT16, loudness);
	else if (early) {
		pack_numbers(r, l, 0, inputs, outputs, NARROW_INT16, loudness);
		*wide = *l;
	} else {
		if (!looking(r))
			memcpy(raw(r, 2 * numbers) + numbers, r->raw, numbers * sizeof *r->raw);
		wide->bias = l->bias;
		pack_numbers(r, wide, numbers, inputs, outputs, NARROW_INT16, loudness);
		pack_numbers(r, l, 0, inputs, outputs, NARROW_INT8, loudness);
	}
}

static int copy_linear(struct reading *r, int layer, const char *stem, size_t inputs, size_t outputs, struct vit_linear *l)
{
	if (read_vector(r, layer, stem, ".bias", outputs, &l->bias) < 0)
		return -1;
	return copy(r, &(struct place){layer, stem, ".weight", 0, 1}, 2, (uint64_t[]){outputs, inputs}, raw(r, outputs * inputs));
}

static int read_patch(struct reading *r)
{
	const size_t d = r->w->shape.dimension;
	const char *stem = "embeddings.patch_embeddings.projection";
	struct vit_linear *l = &r->w->patch;

	if (read_vector(r, -1, stem, ".bias", d, &l->bias) < 0 ||
	        copy(r, &(struct place){-1, stem, ".weight", 0, 1}, 4, (uint64_t[]){d, 3, VIT_PATCH, VIT_PATCH},
	                raw(r, d * VIT_PATCH_NUMBERS)) < 0)
		return -1;
	pack(r, l, VIT_PATCH_NUMBERS, d);
	return 0;
}

/* One of query, key, value: three tensors in one naming, thirds of one in the other. */
static int read_head_part(struct reading *r, int layer, size_t part, float *matrix, float *bias)
{
	static const char *const part_stems[] = {
	        "attention.attention.query", "attention.attention.key", "attention.attention.value"};
	const bool fused = r->w->shape.original_names;
	const uint64_t d = r->w->shape.dimension;
	const struct place weight = {layer, part_stems[part], ".weight", fused ? part : 0, fused ? 3 : 1};
	const struct place shift = {layer, part_stems[part], ".bias", weight.part, weight.parts};

	if (copy(r, &weight, 2, (uint64_t[]){d, d}, matrix) < 0)
		return -1;
	return copy(r, &shift, 1, (uint64_t[]){d}, bias);
}

static void scale_numbers(float *x, size_t n, float by)
{
	for (size_t i = 0; x && i < n; i++)
		x[i] *= by;
}

/* How loud the numbers behind a norm are, from its weight and bias. */
static const float *loudness_of_norm(struct reading *r, const float *weight, const float *bias)
{
	const size_t d = r->w->shape.dimension;

	for (size_t i = 0; !looking(r) && i < d; i++)
		r->loudness[i] = hypotf(weight[i], bias[i]);
	return r->loudness;
}

/* How loud the outputs of the matrix in r->raw are, when they read numbers of r->loudness: as much behind those. */
static const float *note_loudness(struct reading *r, const float *bias, size_t inputs, size_t outputs)
{
	float *loudness = behind(r, r->loudness, inputs);

	if (r->loudness_size < inputs + outputs)
		r->loudness_size = inputs + outputs;
	for (size_t j = 0; !looking(r) && j < outputs; j++) {
		double squares = (double)bias[j] * (double)bias[j];
		for (size_t i = 0; i < inputs; i++) {
			const double x = (double)r->raw[j * inputs + i] * (double)r->loudness[i];
			squares += x * x;
		}
		loudness[j] = (float)sqrt(squares);
	}
	return loudness;
}

static int read_attention(struct reading *r, int layer, struct vit_layer *l)
{
	const size_t d = r->w->shape.dimension;
	const float scale = 1 / sqrtf((float)(d / r->w->shape.heads));
	const bool early = in_first(r, layer, 6), early_queries = in_first(r, layer, 3);
	struct vit_matrices *m = &l->matrices, *wide = &l->wide;

	const float *loudness = loudness_of_norm(r, l->norm1_weight, l->norm1_bias);
	m->query.bias = take(r, d);
	if (read_head_part(r, layer, 0, raw(r, d * d), m->query.bias) < 0)
		return -1;
	scale_numbers(r->raw, d * d, scale);
	scale_numbers(m->query.bias, d, scale);
	pack_layer(r, early_queries, &m->query, &wide->query, d, d, loudness);

	m->key.bias = take(r, d);
	if (read_head_part(r, layer, 1, raw(r, d * d), m->key.bias) < 0)
		return -1;
	pack_layer(r, early_queries, &m->key, &wide->key, d, d, loudness);

	m->value.bias = take(r, d);
	if (read_head_part(r, layer, 2, raw(r, d * d), m->value.bias) < 0)
		return -1;
	const float *loudness_of_values = note_loudness(r, m->value.bias, d, d);
	pack_layer(r, early, &m->value, &wide->value, d, d, loudness);
	if (copy_linear(r, layer, "attention.output.dense", d, d, &m->attention_out) < 0)
		return -1;
	pack_layer(r, early, &m->attention_out, &wide->attention_out, d, d, loudness_of_values);
	return 0;
}

static int read_mlp(struct reading *r, int layer, struct vit_layer *l)
{
	const struct vit_shape *s = &r->w->shape;
	const size_t d = s->dimension, inner = s->swiglu ? 2 * s->hidden : s->hidden;
	const bool early = in_first(r, layer, 6);
	struct vit_matrices *m = &l->matrices;

	if (copy_linear(r, layer, s->swiglu ? "mlp.weights_in" : "mlp.fc1", d, inner, &m->mlp_in) < 0)
		return -1;
	const float *loudness = loudness_of_norm(r, l->norm2_weight, l->norm2_bias);
	note_loudness(r, m->mlp_in.bias, d, inner);
	float *hidden = behind(r, r->loudness, d);
	/* of SwiGLU's gates and values the product */
	for (size_t i = s->hidden; !looking(r) && i < inner; i++)
		hidden[i - s->hidden] *= hidden[i];
	pack_layer(r, early, &m->mlp_in, &l->wide.mlp_in, d, inner, loudness);
	if (copy_linear(r, layer, s->swiglu ? "mlp.weights_out" : "mlp.fc2", s->hidden, d, &m->mlp_out) < 0)
		return -1;
	pack_layer(r, early, &m->mlp_out, &l->wide.mlp_out, s->hidden, d, hidden);
	return 0;
}

static int read_layer(struct reading *r, int layer, struct vit_layer *l)
{
	const size_t d = r->w->shape.dimension;

	if (read_vector(r, layer, "norm1", ".weight", d, &l->norm1_weight) < 0 ||
	        read_vector(r, layer, "norm1", ".bias", d, &l->norm1_bias) < 0 || read_attention(r, layer, l) < 0 ||
	        read_vector(r, layer, "layer_scale1.lambda1", "", d, &l->scale1) < 0 ||
	        read_vector(r, layer, "norm2", ".weight", d, &l->norm2_weight) < 0 ||
	        read_vector(r, layer, "norm2", ".bias", d, &l->norm2_bias) < 0 ||
	        read_vector(r, layer, "layer_scale2.lambda1", "", d, &l->scale2) < 0)
		return -1;
	return read_mlp(r, layer, l);
}

/* The position of the class token, then those of the patches. */
static int read_positions(struct reading *r)
{
	struct vit_weights *w = r->w;
	const uint64_t d = w->shape.dimension, cells = (uint64_t)w->shape.grid * w->shape.grid;
	float *all = take(r, (size_t)((cells + 1) * d));

	w->class_position = all;
	w->positions = behind(r, all, d);
	return copy(r, &(struct place){-1, "embeddings.position_embeddings", "", 0, 1}, 3, (uint64_t[]){1, cells + 1, d}, all);
}

static int read_all(struct reading *r)
{
	struct vit_weights *w = r->w;
	const struct vit_shape *s = &w->shape;
	const size_t d = s->dimension;

	r->taken = 0;
	w->class_token = take(r, d);
	w->registers = take(r, s->registers * d);
	if (copy(r, &(struct place){-1, "embeddings.cls_token", "", 0, 1}, 3, (uint64_t[]){1, 1, d}, w->class_token) < 0 ||
	        read_positions(r) < 0)
		return -1;
	if (s->registers && copy(r, &(struct place){-1, "embeddings.register_tokens", "", 0, 1}, 3,
	                            (uint64_t[]){1, s->registers, d}, w->registers) < 0)
		return -1;
	if (read_patch(r) < 0)
		return -1;
	for (size_t i = 0; i < s->layers; i++)
		if (read_layer(r, (int)i, &w->layers[i]) < 0)
			return -1;
	if (read_vector(r, -1, "layernorm", ".weight", d, &w->norm_weight) < 0)
		return -1;
	return read_vector(r, -1, "layernorm", ".bias", d, &w->norm_bias);
}

static int allocate(struct reading *r)
{
	struct vit_weights *w = r->w;

	r->capacity = 16 + 24 * w->shape.layers;
	r->used = calloc(r->capacity, sizeof *r->used);
	r->list = calloc(r->capacity, sizeof *r->list);
	r->raw = gemm_alloc(r->raw_size);
	r->loudness = gemm_alloc(r->loudness_size);
	w->memory = gemm_alloc(r->taken);
	return r->used && r->list && r->raw && r->loudness && w->memory ? 0 : error_set(r->err, "out of memory for the weights");
}

static int read_weights(struct reading *r, const char *config)
{
	struct vit_weights *w = r->w;

	if (read_shape(&w->shape, r->file, config, r->err) < 0)
		return -1;
	w->layers = calloc(w->shape.layers, sizeof *w->layers);
	if (!w->layers)
		return error_set(r->err, "out of memory for the weights");
	if (read_all(r) < 0 || allocate(r) < 0 || read_all(r) < 0)
		return -1;
	return weights_identity(r->file, r->list, r->count, w->identity, r->err);
}

struct vit_weights *vit_weights_read(const struct safetensors *file, const char *config, const struct gemm *gemm,
        enum vit_precision precision, struct error *err)
{
	struct vit_weights *w = calloc(1, sizeof *w);
	struct reading r = {.file = file, .w = w, .precision = precision, .err = err};

	if (!w) {
		error_set(err, "out of memory");
		return NULL;
	}
	w->gemm = gemm;
	w->narrow = precision == VIT_F32 ? NULL : narrow_best(gemm_name(gemm));
	w->two_widths = precision == VIT_INT8;
	const int status = read_weights(&r, config);
	free(r.used);
	free(r.list);
	free(r.raw);
	free(r.loudness);
	if (status == 0)
		return w;
	vit_weights_free(w);
	return NULL;
}

void vit_weights_free(struct vit_weights *w)
{
	if (!w)
		return;
	free(w->memory);
	free(w->layers);
	free(w);
}
