/* SPDX-License-Identifier: ISC */
/*
 * Tokens are rows: the class token, the registers, then the patches row by row, n rows of d numbers. A layer adds to them
 * what its two branches say, each seen through a norm; rows meet in the attention only. Between products a block of rows is kept in
 * the caches: norm, product, activation and product of one block before the next.
 */
#include "model/vit.h"

#include "math/activation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 192, QUESTIONS = 48 }; /* rows of a block between products; rows of queries in the attention */

struct vit_scratch {
	size_t tokens, dimension, hidden, rows, columns; /* what the memory is for; rows, columns: of patches */
	const struct activation *math;
	float *memory;
	float *x;         /* [n][d] the tokens */
	float *normed;    /* [BLOCK][d] */
	float *query;     /* [n][d] */
	float *key_value; /* [n][2 · d] */
	float *attended;  /* [n][d] what the heads say, side by side */
	float *inner;     /* [BLOCK][hidden], SwiGLU: and [BLOCK][2 · hidden] behind it */
	float *branch;    /* [BLOCK][d] */
	float *scores;    /* [QUESTIONS][n] */
	float *keys, *values; /* one head's, packed */
	float *positions; /* [rows · columns][d] for the way of `way` */
	enum vit_positions way;
	bool positions_made;
};

static const char *const pool_names[] = {"cls", "mean", "cls+mean"};

const char *vit_pool_name(enum vit_pool pool)
{
	return pool_names[pool];
}

int vit_pool_parse(const char *name, enum vit_pool *pool)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(name, pool_names[i]) == 0) {
			*pool = (enum vit_pool)i;
			return 0;
		}
	return -1;
}

enum vit_positions vit_default_positions(const struct vit_shape *shape)
{
	if (shape->registers)
		return VIT_POSITIONS_AA;
	return shape->original_names ? VIT_POSITIONS_OFFSET : VIT_POSITIONS_SIZE;
}

uint32_t vit_vector_size(const struct vit_shape *shape, enum vit_pool pool)
{
	return (uint32_t)(pool == VIT_POOL_CLS_MEAN ? 2 * shape->dimension : shape->dimension);
}

/* --- memory ------------------------------------------------------------------------------------------------------------- */

struct vit_scratch *vit_scratch_new(const struct vit_weights *w)
{
	struct vit_scratch *s = calloc(1, sizeof *s);

	/* the two rooms of kernels have sets of the same names */
	if (s)
		s->math = activation_named(gemm_name(w->gemm));
	return s;
}

void vit_scratch_free(struct vit_scratch *s)
{
	if (!s)
		return;
	free(s->memory);
	free(s);
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Lays the arrays into one block for pictures of so many patches; does nothing when it is laid out so already. */
static int lay_out(struct vit_scratch *s, const struct vit_weights *w, size_t rows, size_t columns, struct error *err)
{
	const struct vit_shape *shape = &w->shape;
	const size_t patches = rows * columns, n = 1 + shape->registers + patches, d = shape->dimension;
	const size_t head = d / shape->heads, hidden = shape->hidden, inner = (shape->swiglu ? 3 : 1) * hidden;
	const struct {
		float **array;
		size_t numbers;
	} arrays[] = {
	        {&s->x, n * d},
	        {&s->normed, BLOCK * d},
	        {&s->query, n * d},
	        {&s->key_value, 2 * n * d},
	        {&s->attended, n * d},
	        {&s->inner, BLOCK * (inner > VIT_PATCH_NUMBERS ? inner : VIT_PATCH_NUMBERS)},
	        {&s->branch, BLOCK * d},
	        {&s->scores, QUESTIONS * n},
	        {&s->keys, gemm_panels_size(w->gemm, head, n)},
	        {&s->values, gemm_panels_size(w->gemm, n, head)},
	        {&s->positions, patches * d},
	};
	const size_t step = GEMM_ALIGNMENT / sizeof(float), count = sizeof arrays / sizeof *arrays;
	size_t numbers = 0;

	if (s->memory && s->rows == rows && s->columns == columns)
		return 0;
	for (size_t i = 0; i < count; i++)
		numbers += (arrays[i].numbers + step - 1) / step * step;
	free(s->memory);
	s->memory = gemm_alloc(numbers);
	s->positions_made = false;
	if (!s->memory)
		return error_set(err, "out of memory for %zu tokens", n);
	float *next = s->memory;
	for (size_t i = 0; i < count; i++) {
		*arrays[i].array = next;
		next += (arrays[i].numbers + step - 1) / step * step;
	}
	s->tokens = n;
	s->dimension = d;
	s->hidden = hidden;
	s->rows = rows;
	s->columns = columns;
	return 0;
}

/* --- from pixels to tokens ---------------------------------------------------------------------------------------------- */

/* What a byte of red, green, blue is to the model: the means and deviations of ImageNet, as published with the weights. */
static void normalise_table(float table[3][256])
{
	static const float mean[3] = {0.485f, 0.456f, 0.406f}, deviation[3] = {0.229f, 0.224f, 0.225f};

	for (int c = 0; c < 3; c++)
		for (int v = 0; v < 256; v++)
			table[c][v] = ((float)v / 255.0f - mean[c]) / deviation[c];
}

/* One patch as the convolution sees it: colour by colour, row by row. */
static void take_patch(const struct picture *p, size_t row, size_t column, float table[3][256], float *to)
{
	const size_t bytes = p->layout == PICTURE_RGB ? 3 : 1;

	for (size_t c = 0; c < 3; c++) {
		for (size_t y = 0; y < VIT_PATCH; y++) {
			const uint8_t *from = picture_row_const(p, (uint32_t)(row * VIT_PATCH + y)) + column * VIT_PATCH * bytes;
			for (size_t x = 0; x < VIT_PATCH; x++)
				*to++ = table[c][from[x * bytes + (bytes == 3 ? c : 0)]];
		}
	}
}

static int embed_patches(const struct vit_weights *w, struct vit_scratch *s, const struct picture *p, enum vit_positions way,
        struct error *err)
{
	const size_t d = s->dimension, first = 1 + w->shape.registers, patches = s->rows * s->columns;
	float table[3][256];

	if (!s->positions_made || s->way != way) {
		if (vit_positions_make(way, w->positions, w->shape.grid, d, s->rows, s->columns, s->positions, err) < 0)
			return -1;
		s->positions_made = true;
		s->way = way;
	}
	normalise_table(table);
	for (size_t at = 0; at < patches; at += BLOCK) {
		const size_t count = smaller(BLOCK, patches - at);
		float *to = s->x + (first + at) * d;
		for (size_t i = 0; i < count; i++)
			take_patch(p, (at + i) / s->columns, (at + i) % s->columns, table, s->inner + i * VIT_PATCH_NUMBERS);
		gemm_multiply(w->gemm, s->inner, VIT_PATCH_NUMBERS, count, &w->patch.weight, w->patch.bias, to, d);
		for (size_t i = 0; i < count * d; i++)
			to[i] += s->positions[at * d + i];
	}
	for (size_t i = 0; i < d; i++)
		s->x[i] = w->class_token[i] + w->class_position[i];
	memcpy(s->x + d, w->registers, w->shape.registers * d * sizeof *s->x);
	return 0;
}

/* --- a layer ------------------------------------------------------------------------------------------------------------ */

static void norm_rows(const struct vit_weights *w, const struct vit_scratch *s, const float *x, size_t rows, const float *weight,
        const float *bias, float *to)
{
	for (size_t i = 0; i < rows; i++)
		s->math->layer_norm(x + i * s->dimension, s->dimension, weight, bias, w->shape.epsilon, to + i * s->dimension);
}

static void add_rows(const struct vit_scratch *s, const float *scale, const float *branch, size_t rows, float *x)
{
	for (size_t i = 0; i < rows; i++)
		s->math->add_scaled(x + i * s->dimension, scale, branch + i * s->dimension, s->dimension);
}

/* Queries of the first `rows` tokens, keys and values of all. */
static void project(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t d = s->dimension;

	for (size_t at = 0; at < s->tokens; at += BLOCK) {
		const size_t count = smaller(BLOCK, s->tokens - at);
		norm_rows(w, s, s->x + at * d, count, l->norm1_weight, l->norm1_bias, s->normed);
		gemm_multiply(w->gemm, s->normed, d, count, &l->key_value.weight, l->key_value.bias, s->key_value + at * 2 * d, 2 * d);
		if (at < rows)
			gemm_multiply(w->gemm, s->normed, d, smaller(count, rows - at), &l->query.weight, l->query.bias,
			        s->query + at * d, d);
	}
}

/*
 * One head: softmax(Q Kᵀ / √h) V, a few rows of Q at a time, so that their scores against all keys stay in the cache and
 * no n × n matrix ever is. The sums of the soft-max divide the result, not the scores.
 */
static void attend_head(const struct vit_weights *w, struct vit_scratch *s, size_t head, size_t rows)
{
	const size_t d = s->dimension, n = s->tokens, size = d / w->shape.heads;
	struct gemm_panels keys = {size, n, s->keys}, values = {n, size, s->values};
	float sums[QUESTIONS];

	gemm_pack_panels(w->gemm, s->key_value + head * size, 2 * d, true, &keys);
	gemm_pack_panels(w->gemm, s->key_value + d + head * size, 2 * d, false, &values);
	for (size_t at = 0; at < rows; at += QUESTIONS) {
		const size_t count = smaller(QUESTIONS, rows - at);
		float *to = s->attended + at * d + head * size;
		gemm_multiply(w->gemm, s->query + at * d + head * size, d, count, &keys, NULL, s->scores, n);
		for (size_t i = 0; i < count; i++)
			sums[i] = s->math->soft_max(s->scores + i * n, n);
		gemm_multiply(w->gemm, s->scores, n, count, &values, NULL, to, d);
		for (size_t i = 0; i < count; i++)
			s->math->scale(to + i * d, size, 1 / sums[i]);
	}
}

static void attention(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t d = s->dimension;

	project(w, l, s, rows);
	for (size_t head = 0; head < w->shape.heads; head++)
		attend_head(w, s, head, rows);
	for (size_t at = 0; at < rows; at += BLOCK) {
		const size_t count = smaller(BLOCK, rows - at);
		gemm_multiply(w->gemm, s->attended + at * d, d, count, &l->attention_out.weight, l->attention_out.bias, s->branch, d);
		add_rows(s, l->scale1, s->branch, count, s->x + at * d);
	}
}

static void mlp(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t d = s->dimension, hidden = s->hidden;

	for (size_t at = 0; at < rows; at += BLOCK) {
		const size_t count = smaller(BLOCK, rows - at);
		float *wide = w->shape.swiglu ? s->inner + BLOCK * hidden : s->inner;
		norm_rows(w, s, s->x + at * d, count, l->norm2_weight, l->norm2_bias, s->normed);
		gemm_multiply(w->gemm, s->normed, d, count, &l->mlp_in.weight, l->mlp_in.bias, wide, l->mlp_in.weight.n);
		if (w->shape.swiglu)
			for (size_t i = 0; i < count; i++)
				s->math->swiglu(wide + 2 * i * hidden, wide + (2 * i + 1) * hidden, hidden, s->inner + i * hidden);
		else
			s->math->gelu(wide, count * hidden);
		gemm_multiply(w->gemm, s->inner, hidden, count, &l->mlp_out.weight, l->mlp_out.bias, s->branch, d);
		add_rows(s, l->scale2, s->branch, count, s->x + at * d);
	}
}

/* --- from tokens to a vector -------------------------------------------------------------------------------------------- */

/* The final norm of the rows that are pooled, and the pooling. */
static void pool_tokens(const struct vit_weights *w, const struct vit_scratch *s, enum vit_pool pool, float *out)
{
	const size_t d = s->dimension, first = 1 + w->shape.registers, patches = s->rows * s->columns;
	float *mean = out;

	if (pool != VIT_POOL_MEAN) {
		norm_rows(w, s, s->x, 1, w->norm_weight, w->norm_bias, out);
		mean = out + d;
	}
	if (pool == VIT_POOL_CLS)
		return;
	memset(mean, 0, d * sizeof *mean);
	for (size_t i = 0; i < patches; i++) {
		norm_rows(w, s, s->x + (first + i) * d, 1, w->norm_weight, w->norm_bias, s->branch);
		for (size_t j = 0; j < d; j++)
			mean[j] += s->branch[j];
	}
	for (size_t j = 0; j < d; j++)
		mean[j] /= (float)patches;
}

static int make_unit(float *v, size_t n, struct error *err)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)v[i] * (double)v[i];
	if (!isfinite(sum) || sum <= 0)
		return error_set(err, "the model's answer is no vector: its weights are not those of a trained model");
	for (size_t i = 0; i < n; i++)
		v[i] = (float)((double)v[i] / sqrt(sum));
	return 0;
}

int vit_embed(const struct vit_weights *w, const struct vit_options *options, struct vit_scratch *s, const struct picture *picture,
        float *out, struct error *err)
{
	if (picture->layout != PICTURE_GREY && picture->layout != PICTURE_RGB)
		return error_set(err, "the picture is neither grey nor in colour: letterbox makes it so");
	if (picture->width % VIT_PATCH || picture->height % VIT_PATCH)
		return error_set(err, "%u x %u pixels: the sides must be multiples of %d", (unsigned)picture->width,
		        (unsigned)picture->height, VIT_PATCH);
	const size_t rows = picture->height / VIT_PATCH, columns = picture->width / VIT_PATCH;
	if (rows * columns + 1 + w->shape.registers > VIT_MAX_TOKENS)
		return error_set(err, "%u x %u pixels are more than %d tokens", (unsigned)picture->width, (unsigned)picture->height,
		        VIT_MAX_TOKENS);
	if (lay_out(s, w, rows, columns, err) < 0 || embed_patches(w, s, picture, options->positions, err) < 0)
		return -1;
	for (size_t i = 0; i < w->shape.layers; i++) {
		/* behind the last attention only the tokens that are pooled matter, and the class token stands first */
		const bool last = i + 1 == w->shape.layers;
		const size_t needed = last && options->pool == VIT_POOL_CLS ? 1 : s->tokens;
		attention(w, &w->layers[i], s, needed);
		mlp(w, &w->layers[i], s, needed);
	}
	pool_tokens(w, s, options->pool, out);
	return make_unit(out, vit_vector_size(&w->shape, options->pool), err);
}
