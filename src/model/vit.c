/* SPDX-License-Identifier: ISC */
/*
 * Tokens are rows: the class token, the registers, then the patches row by row, n rows of d numbers. A layer adds to them
 * what its two branches say, each seen through a norm; rows meet in the attention only. Between products a block of rows is kept in
 * the caches: norm, product, activation and product of one block before the next.
 *
 * In INT8 what patches have in common is taken off the rows before they are rounded: the mean of a few all over the picture will do. What a
 * matrix makes of it in 16 bits stands in for its bias. Patches of blank paper are alike, and so were their errors, which no
 * attention evens out; the weights' own errors do not reach what all patches have in common.
 */
#include "model/vit.h"

#include "math/activation.h"
#include "math/attention.h"
#include "math/narrow_attention.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = GEMM_ROWS, SAMPLE = 16 }; /* rows between products; patches that tell what all have in common */

/* What rows have in common, and what a matrix makes of it with its bias. */
struct common {
	float *less, *bias;
};

struct vit_scratch {
	size_t tokens, dimension, hidden, rows, columns; /* what the memory is for; rows, columns: of patches */
	const struct activation *math;
	const struct attention *attention, *plain_attention; /* the latter for few questions */
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
	float *rounded_memory, *scales, *zeros, *loud_scales;
	float *sample;    /* [SAMPLE][d] */
	struct {
		struct common query, key, value, attention_out, mlp_in, mlp_out; /* the first three: of the same rows */
	} common;         /* of the patches */
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
	s->plain_attention = attention_named("portable");
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
	        {&s->loud_scales, BLOCK},
	        {&s->sample, SAMPLE * d},
	        {&s->common.value.less, d},
	        {&s->common.value.bias, d},
	        {&s->common.query.bias, d},
	        {&s->common.key.bias, d},
	        {&s->common.attention_out.less, d},
	        {&s->common.attention_out.bias, d},
	        {&s->common.mlp_in.less, d},
	        {&s->common.mlp_in.bias, inner},
	        {&s->common.mlp_out.less, hidden},
	        {&s->common.mlp_out.bias, d},
	        {&s->work, w->narrow ? larger(narrow_attention_work_size(w->narrow, n, size), attention_work_size(s->plain_attention, n, size))
	                             : attention_work_size(s->attention, n, size)},
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
	s->common.query.less = s->common.key.less = s->common.value.less;
	s->rounded = (struct narrow_rows){(uint8_t *)s->rounded_memory, s->scales, s->zeros, s->loud_scales};
	s->tokens = n;
	s->dimension = d;
	s->hidden = hidden;
	s->rows = rows;
	s->columns = columns;
	return 0;
}

/* --- from pixels to tokens ---------------------------------------------------------------------------------------------- */

/* A matrix as it is used: what is taken off its rows, or NULL, and the bias that goes with that. */
struct operand {
	const struct vit_linear *layer;
	const float *less, *bias;
};

static struct operand whole(const struct vit_linear *layer)
{
	return (struct operand){layer, NULL, layer->bias};
}

static bool in_8_bits(const struct vit_linear *layer)
{
	return layer->narrow.data && layer->narrow.kind == NARROW_INT8;
}

/* With what its rows have in common taken off them; in 8 bits only. */
static struct operand without(const struct vit_linear *layer, const struct common *common)
{
	return in_8_bits(layer) ? (struct operand){layer, common->less, common->bias} : whole(layer);
}

/* Packs or rounds `count` rows of a block of `rows`, the first of which is row `first`, for products with the matrix. */
static void take_rows(const struct vit_weights *w, struct vit_scratch *s, const struct operand *m, const float *x,
        size_t first, size_t count, size_t rows)
{
	const struct narrow_panels *b = &m->layer->narrow;

	if (!b->data) {
		gemm_pack_rows(w->gemm, x, m->layer->weight.k, first, count, rows, m->layer->weight.k, s->packed);
		return;
	}
	narrow_take(w->narrow, b, x, b->k, first, count, m->less, &s->rounded);
}

/* A block of rows, so taken, times the matrix; what it gives lies in rows `stride` apart. */
static void multiply(const struct vit_weights *w, const struct vit_scratch *s, size_t rows, const struct operand *m, float *to, size_t stride)
{
	const struct vit_linear *layer = m->layer;

	if (layer->narrow.data)
		narrow_multiply(w->narrow, &s->rounded, rows, &layer->narrow, m->bias, to, stride);
	else
		gemm_multiply(w->gemm, s->packed, rows, &layer->weight, m->bias, to, stride);
}

/* A few rows at once. */
static void multiply_few(const struct vit_weights *w, struct vit_scratch *s, const float *x, size_t rows,
        const struct vit_linear *layer, float *to)
{
	const struct operand m = whole(layer);

	take_rows(w, s, &m, x, 0, rows, rows);
	multiply(w, s, rows, &m, to, layer->narrow.n);
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
static void pack_patches(const struct vit_weights *w, struct vit_scratch *s, const struct operand *m, const struct picture *p,
        float table[3][256], size_t at, size_t rows)
{
	for (size_t first = 0; first < rows; first += GEMM_STEP) {
		const size_t count = smaller(GEMM_STEP, rows - first);
		for (size_t i = 0; i < count; i++) {
			const size_t patch = at + first + i;
			take_patch(p, patch / s->columns, patch % s->columns, table, s->few + i * VIT_PATCH_NUMBERS);
		}
		take_rows(w, s, m, s->few, first, count, rows);
	}
}

static int embed_patches(const struct vit_weights *w, struct vit_scratch *s, const struct picture *p, enum vit_positions way,
        struct error *err)
{
	const size_t d = s->dimension, first = 1 + w->shape.registers, patches = s->rows * s->columns;
	const struct operand m = whole(&w->patch);
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
		pack_patches(w, s, &m, p, table, at, count);
		multiply(w, s, count, &m, to, d);
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

static void take_normed(const struct vit_weights *w, struct vit_scratch *s, const struct operand *m, const float *x,
        size_t rows, const float *weight, const float *bias)
{
	const size_t d = s->dimension;

	for (size_t first = 0; first < rows; first += GEMM_STEP) {
		const size_t count = smaller(GEMM_STEP, rows - first);
		norm_rows(w, s, x + first * d, count, weight, bias, s->few);
		take_rows(w, s, m, s->few, first, count, rows);
	}
}

static void add_rows(const struct vit_scratch *s, const float *scale, const float *branch, size_t rows, float *x)
{
	for (size_t i = 0; i < rows; i++)
		s->math->add_scaled(x + i * s->dimension, scale, branch + i * s->dimension, s->dimension);
}

/* Tokens before the patches that are kept wide, of the first `rows`: what they err goes straight into the vector. */
static size_t wide_tokens(const struct vit_weights *w, size_t rows)
{
	return w->two_widths ? smaller(1 + w->shape.registers, rows) : 0;
}

static void mean_of_rows(const float *x, size_t rows, size_t n, float *mean)
{
	memset(mean, 0, n * sizeof *mean);
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < n; j++)
			mean[j] += x[i * n + j];
	for (size_t j = 0; j < n; j++)
		mean[j] /= (float)rows;
}

/* Rows of x that stand for all patches, into s->sample, and their mean. */
static void sample_patches(const struct vit_scratch *s, const float *x, float *mean)
{
	const size_t patches = s->rows * s->columns, d = s->dimension, first = s->tokens - patches;

	for (size_t i = 0; i < SAMPLE; i++)
		memcpy(s->sample + i * d, x + (first + (2 * i + 1) * patches / (2 * SAMPLE)) * d, d * sizeof *x);
	mean_of_rows(s->sample, SAMPLE, d, mean);
}

/* The same behind a norm. */
static void sample_normed(const struct vit_weights *w, struct vit_scratch *s, const float *weight, const float *bias, float *mean)
{
	sample_patches(s, s->x, mean);
	norm_rows(w, s, s->sample, SAMPLE, weight, bias, s->sample);
	mean_of_rows(s->sample, SAMPLE, s->dimension, mean);
}

/* --- the attention ------------------------------------------------------------------------------------------------------ */

/* Keys and values of the tokens from `first` to `end`; queries of those before `rows`, and of others in their block. */
static void project_rows(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, const struct vit_matrices *m,
        size_t first, size_t end, size_t rows)
{
	const struct operand query = without(&m->query, &s->common.query), key = without(&m->key, &s->common.key);
	const struct operand value = without(&m->value, &s->common.value);
	const size_t d = s->dimension;

	for (size_t at = first; at < end; at += BLOCK) {
		const size_t count = smaller(BLOCK, end - at);
		float *keys = s->key_value + at * 2 * d;
		take_normed(w, s, &key, s->x + at * d, count, l->norm1_weight, l->norm1_bias);
		multiply(w, s, count, &key, keys, 2 * d);
		if (at < rows)
			multiply(w, s, count, &query, s->query + at * d, d);
		if (m->value.narrow.kind != m->key.narrow.kind)
			take_normed(w, s, &value, s->x + at * d, count, l->norm1_weight, l->norm1_bias);
		multiply(w, s, count, &value, keys + d, 2 * d);
	}
}

static void project(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t wider = wide_tokens(w, s->tokens);

	if (in_8_bits(&l->matrices.value)) {
		sample_normed(w, s, l->norm1_weight, l->norm1_bias, s->common.value.less);
		multiply_few(w, s, s->common.value.less, 1, &l->wide.value, s->common.value.bias);
	}
	if (in_8_bits(&l->matrices.key)) {
		multiply_few(w, s, s->common.query.less, 1, &l->wide.query, s->common.query.bias);
		multiply_few(w, s, s->common.key.less, 1, &l->wide.key, s->common.key.bias);
	}
	project_rows(w, l, s, &l->wide, 0, wider, rows);
	project_rows(w, l, s, &l->matrices, wider, s->tokens, rows);
}

/* What the heads found, for the rows from `first` to `end`. */
static void add_attended(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, const struct operand *m,
        size_t first, size_t end)
{
	const size_t d = s->dimension;

	for (size_t at = first; at < end; at += BLOCK) {
		const size_t count = smaller(BLOCK, end - at);
		take_rows(w, s, m, s->attended + at * d, 0, count, count);
		multiply(w, s, count, m, s->branch, d);
		add_rows(s, l->scale1, s->branch, count, s->x + at * d);
	}
}

/* The head whose numbers begin at `at`; in INT8 the tokens that are kept wide ask in f32. */
static void attend(const struct vit_weights *w, const struct vit_layer *l, const struct vit_scratch *s, size_t at, size_t rows)
{
	const size_t d = s->dimension, exact = w->narrow ? wide_tokens(w, rows) : rows;
	struct attention_head head = {.questions = exact, .tokens = s->tokens, .size = d / w->shape.heads, .query = s->query + at,
	        .query_stride = d, .key = s->key_value + at, .value = s->key_value + d + at, .key_stride = 2 * d,
	        .out = s->attended + at, .out_stride = d};

	if (exact)
		attention_attend(w->narrow ? s->plain_attention : s->attention, &head, s->work);
	head.questions = rows - exact;
	head.query += exact * d;
	head.out += exact * d;
	if (head.questions)
		narrow_attend(w->narrow, &head, in_8_bits(&l->matrices.value) ? NARROW_INT8 : NARROW_INT16, s->work);
}

static void attention(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t d = s->dimension, size = d / w->shape.heads, wider = wide_tokens(w, rows);
	const struct operand wide = whole(&l->wide.attention_out), out = without(&l->matrices.attention_out, &s->common.attention_out);

	project(w, l, s, rows);
	for (size_t at = 0; at < d; at += size)
		attend(w, l, s, at, rows);
	if (in_8_bits(&l->matrices.attention_out) && rows > wider) {
		sample_patches(s, s->attended, s->common.attention_out.less);
		multiply_few(w, s, s->common.attention_out.less, 1, &l->wide.attention_out, s->common.attention_out.bias);
	}
	add_attended(w, l, s, &wide, 0, wider);
	add_attended(w, l, s, &out, wider, rows);
}

/* --- the MLP ------------------------------------------------------------------------------------------------------------ */

/* What is between its two products, for `count` rows of s->inner: in place, or of SwiGLU in s->few. */
static const float *activate(const struct vit_weights *w, const struct vit_scratch *s, size_t first, size_t count)
{
	const size_t hidden = s->hidden;

	if (!w->shape.swiglu) {
		s->math->gelu(s->inner + first * hidden, count * hidden);
		return s->inner + first * hidden;
	}
	for (size_t i = 0; i < count; i++) {
		const float *gate = s->inner + (first + i) * 2 * hidden;
		s->math->swiglu(gate, gate + hidden, hidden, s->few + i * hidden);
	}
	return s->few;
}

/* The rows from `first` to `end`. */
static void mlp_rows(const struct vit_weights *w, const struct vit_layer *l, const struct operand *in, const struct operand *out,
        struct vit_scratch *s, size_t first, size_t end)
{
	const size_t d = s->dimension, step = w->narrow ? 1 : GEMM_STEP; /* what is rounded need not lie side by side */

	for (size_t at = first; at < end; at += BLOCK) {
		const size_t count = smaller(BLOCK, end - at);
		take_normed(w, s, in, s->x + at * d, count, l->norm2_weight, l->norm2_bias);
		multiply(w, s, count, in, s->inner, (w->shape.swiglu ? 2 : 1) * s->hidden);
		for (size_t row = 0; row < count; row += step) {
			const size_t few = smaller(step, count - row);
			take_rows(w, s, out, activate(w, s, row, few), row, few, count);
		}
		multiply(w, s, count, out, s->branch, d);
		add_rows(s, l->scale2, s->branch, count, s->x + at * d);
	}
}

/* What the patches have in common on their way through the MLP. */
static void note_common(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s)
{
	const size_t hidden = s->hidden, inner = (w->shape.swiglu ? 2 : 1) * hidden;

	sample_normed(w, s, l->norm2_weight, l->norm2_bias, s->common.mlp_in.less);
	multiply_few(w, s, s->sample, SAMPLE, &l->wide.mlp_in, s->inner);
	mean_of_rows(s->inner, SAMPLE, inner, s->common.mlp_in.bias);
	memset(s->common.mlp_out.less, 0, hidden * sizeof *s->common.mlp_out.less);
	for (size_t row = 0; row < SAMPLE; row += GEMM_STEP) {
		const float *active = activate(w, s, row, GEMM_STEP);
		for (size_t i = 0; i < GEMM_STEP * hidden; i++)
			s->common.mlp_out.less[i % hidden] += active[i] / SAMPLE;
	}
	multiply_few(w, s, s->common.mlp_out.less, 1, &l->wide.mlp_out, s->common.mlp_out.bias);
}

static void mlp(const struct vit_weights *w, const struct vit_layer *l, struct vit_scratch *s, size_t rows)
{
	const size_t wider = wide_tokens(w, rows);
	const struct operand wide_in = whole(&l->wide.mlp_in), wide_out = whole(&l->wide.mlp_out);
	const struct operand in = without(&l->matrices.mlp_in, &s->common.mlp_in), out = without(&l->matrices.mlp_out, &s->common.mlp_out);

	if (in_8_bits(&l->matrices.mlp_in) && rows > wider)
		note_common(w, l, s);
	mlp_rows(w, l, &wide_in, &wide_out, s, 0, wider);
	mlp_rows(w, l, &in, &out, s, wider, rows);
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
