/* SPDX-License-Identifier: ISC */
/*
 * Tokens are rows: the class token, the registers, then the patches row by row, n rows of d numbers. A layer adds to them
 * what its two branches say, each seen through a norm; rows meet in the attention only. Between products a block of rows is kept in
 * the caches: norm, product, activation and product of one block before the next.
 */
#include "model/vit.h"

#include "math/activation.h"
#include "math/attention.h"
#include "math/narrow_attention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = GEMM_ROWS }; /* rows between products */

struct vit_scratch {
	size_t tokens, dimension, hidden, rows, columns; /* what the memory is for; rows, columns: of patches */
	const struct activation *math;
	const struct attention *attention;
	float *memory;
	float *x;         /* [n][d] the tokens */
	float *few;       /* [GEMM_STEP][the widest] rows on their way to be packed */
	float *query;     /* [n][d] */
	float *key_value; /* [n][2 · d] */
	float *attended;  /* [n][d] what the heads say, side by side */
	float *inner;     /* [BLOCK][hidden], SwiGLU: [BLOCK][2 · hidden] */
	float *branch;    /* [BLOCK][d] */
	float *packed;    /* a block of any of these, as gemm takes it */
	struct narrow_rows rounded; /* the same in fewer bits */
	float *rounded_memory, *scales, *zeros;
	float *work;      /* of the attention */
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

	if (!s)
		return NULL;
	/* the three have kernels of the same names */
	s->math = activation_named(gemm_name(w->gemm));
	s->attention = attention_named(gemm_name(w->gemm));
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

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Lays the arrays into one block for pictures of so many patches; does nothing when it is laid out so already. */
static int lay_out(struct vit_scratch *s, const struct vit_weights *w, size_t rows, size_t columns, struct error *err)
{
	const struct vit_shape *shape = &w->shape;
	const size_t patches = rows * columns, n = 1 + shape->registers + patches, d = shape->dimension;
	const size_t hidden = shape->hidden, inner = (shape->swiglu ? 2 : 1) * hidden;
	const size_t widest = larger(larger(d, hidden), VIT_PATCH_NUMBERS), size = d / shape->heads;
	const size_t narrow_row = w->narrow ? narrow_row_size(larger(d, hidden)) : 0;
	const struct {
		float **array;
		size_t numbers;
	} arrays[] = {
	        {&s->x, n * d},
	        {&s->few, GEMM_STEP * widest},
	        {&s->query, n * d},
	        {&s->key_value, 2 * n * d},
	        {&s->attended, n * d},
	        {&s->inner, BLOCK * inner},
	        {&s->branch, BLOCK * d},
	        {&s->packed, gemm_rows_size(w->gemm, BLOCK, widest)},
	        {&s->rounded_memory, BLOCK * narrow_row / sizeof(float)},
	        {&s->scales, BLOCK},
	        {&s->zeros, BLOCK},
	        {&s->work, w->narrow ? narrow_attention_work_size(w->narrow, n, size) : attention_work_size(s->attention, n, size)},
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
	s->rounded = (struct narrow_rows){(uint8_t *)s->rounded_memory, narrow_row, s->scales, s->zeros};
	s->tokens = n;
	s->dimension = d;
	s->hidden = hidden;
	s->rows = rows;
	s->columns = columns;
	return 0;
}

/* --- from pixels to tokens ---------------------------------------------------------------------------------------------- */

/* Packs or rounds `count` rows of a block of `rows`, the first of which is row `first`, for products with the layer's matrix. */
static void take_rows(const struct vit_weights *w, const struct vit_scratch *s, const struct vit_linear *layer, const float *x,
        size_t first, size_t count, size_t rows)
{
	const struct narrow_panels *b = &layer->narrow;

	if (!b->data) {
		gemm_pack_rows(w->gemm, x, layer->weight.k, first, count, rows, layer->weight.k, s->packed);
		return;
	}
	struct narrow_rows part = s->rounded;
	part.data += first * part.stride;
	part.scale += first;
	part.zero += first;
	narrow_take(w->narrow, b, x, b->k, count, &part);
}

/* A block of rows, so taken, times the layer's matrix. */
static void multiply(const struct vit_weights *w, const struct vit_scratch *s, size_t rows, const struct vit_linear *layer, float *to)
{
	if (layer->narrow.data)
		narrow_multiply(w->narrow, &s->rounded, rows, &layer->narrow, layer->bias, to, layer->narrow.n);
	else
		gemm_multiply(w->gemm, s->packed, rows, &layer->weight, layer->bias, to, layer->weight.n);
}

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

/* Rows are packed a few at a time, while they are in the first cache. */
static void pack_patches(const struct vit_weights *w, const struct vit_scratch *s, const struct picture *p, float table[3][256],
        size_t at, size_t rows)
{
	for (size_t first = 0; first < rows; first += GEMM_STEP) {
		const size_t count = smaller(GEMM_STEP, rows - first);
		for (size_t i = 0; i < count; i++) {
			const size_t patch = at + first + i;
			take_patch(p, patch / s->columns, patch % s->columns, table, s->few + i * VIT_PATCH_NUMBERS);
		}
		take_rows(w, s, &w->patch, s->few, first, count, rows);
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
		pack_patches(w, s, p, table, at, count);
		multiply(w, s, count, &w->patch, to);
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

static void take_normed(const struct vit_weights *w, const struct vit_scratch *s, const struct vit_linear *layer, const float *x,
        size_t rows, const float *weight, const float *bias)
{
	const size_t d = s->dimension;

	for (size_t first = 0; first < rows; first += GEMM_STEP) {
		const size_t count = smaller(GEMM_STEP, rows - first);
		norm_rows(w, s, x + first * d, count, weight, bias, s->few);
		take_rows(w, s, layer, s->few, first, count, rows);
	}
}

static void add_rows(const struct vit_scratch *s, const float *scale, const float *branch, size_t rows, float *x)
{
	for (size_t i = 0; i < rows; i++)
		s->math->add_scaled(x + i * s->dimension, scale, branch + i * s->dimension, s->dimension);
}

/* Queries of the first `rows` tokens, and of others in their block; keys and values of all. */
static void project(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t d = s->dimension;

	for (size_t at = 0; at < s->tokens; at += BLOCK) {
		const size_t count = smaller(BLOCK, s->tokens - at);
		take_normed(w, s, &l->key_value, s->x + at * d, count, l->norm1_weight, l->norm1_bias);
		multiply(w, s, count, &l->key_value, s->key_value + at * 2 * d);
		if (at < rows)
			multiply(w, s, count, &l->query, s->query + at * d);
	}
}

static void attention(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t d = s->dimension, size = d / w->shape.heads;

	project(w, l, s, rows);
	for (size_t at = 0; at < d; at += size) {
		const struct attention_head head = {.questions = rows, .tokens = s->tokens, .size = size, .query = s->query + at,
		        .query_stride = d, .key = s->key_value + at, .value = s->key_value + d + at, .key_stride = 2 * d,
		        .out = s->attended + at, .out_stride = d};
		if (w->narrow)
			narrow_attend(w->narrow, &head, s->work);
		else
			attention_attend(s->attention, &head, s->work);
	}
	for (size_t at = 0; at < rows; at += BLOCK) {
		const size_t count = smaller(BLOCK, rows - at);
		take_rows(w, s, &l->attention_out, s->attended + at * d, 0, count, count);
		multiply(w, s, count, &l->attention_out, s->branch);
		add_rows(s, l->scale1, s->branch, count, s->x + at * d);
	}
}

/* What is between the two products of the MLP. */
static void take_activated(const struct vit_weights *w, const struct vit_scratch *s, const struct vit_linear *layer, size_t rows)
{
	const size_t hidden = s->hidden;

	for (size_t first = 0; first < rows; first += GEMM_STEP) {
		const size_t count = smaller(GEMM_STEP, rows - first);
		float *active = w->shape.swiglu ? s->few : s->inner + first * hidden;
		if (w->shape.swiglu)
			for (size_t i = 0; i < count; i++) {
				const float *gate = s->inner + (first + i) * 2 * hidden;
				s->math->swiglu(gate, gate + hidden, hidden, active + i * hidden);
			}
		else
			s->math->gelu(active, count * hidden);
		take_rows(w, s, layer, active, first, count, rows);
	}
}

/* The rows from `first` to `end`. */
static void mlp_rows(const struct vit_weights *w, const struct vit_layer *l, const struct vit_mlp *m, struct vit_scratch *s,
        size_t first, size_t end)
{
	const size_t d = s->dimension;

	for (size_t at = first; at < end; at += BLOCK) {
		const size_t count = smaller(BLOCK, end - at);
		take_normed(w, s, &m->in, s->x + at * d, count, l->norm2_weight, l->norm2_bias);
		multiply(w, s, count, &m->in, s->inner);
		take_activated(w, s, &m->out, count);
		multiply(w, s, count, &m->out, s->branch);
		add_rows(s, l->scale2, s->branch, count, s->x + at * d);
	}
}

static void mlp(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t wider = l->wide_mlp.in.bias ? smaller(1 + w->shape.registers, rows) : 0;

	mlp_rows(w, l, &l->wide_mlp, s, 0, wider);
	mlp_rows(w, l, &l->mlp, s, wider, rows);
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
