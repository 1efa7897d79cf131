/* SPDX-License-Identifier: ISC */
/*
 * onnx - a vision transformer as an ONNX graph, for a runtime to be compared with
 *
 * usage: onnx [--int8 | --uint8] MODEL.safetensors OUT.onnx
 *
 * Takes the files that generate/checkpoint writes with the names of Hugging Face, with an MLP and without registers, for squares of the
 * size they were made for. The input is "pixels", [1, 3, side, side] of normalised numbers, the output "vector", the class token behind
 * the last norm, [1, dimension]. One node for each operation of the published code; the runtime may fuse what it can. With
 * --int8 or --uint8 the linear layers are quantised as ONNX Runtime's own tool does it when asked for dynamic quantisation: weights to 8 bits
 * with one scale a matrix, activations with one scale found at run time. The tool's manual wants unsigned weights for processors
 * without VNNI: there its products of signed ones saturate.
 *
 * ONNX is a message of Protocol Buffers; the numbers of its fields are those of onnx.proto, version of the format 9, operators 20.
 */
#include "base/bytes.h"
#include "base/message.h"
#include "foreign/safetensors.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATCH = 14, HEAD = 64, TEXT = 128 };
enum type { TYPE_FLOAT = 1, TYPE_UINT8 = 2, TYPE_INT8 = 3, TYPE_INT64 = 7 };

struct graph {
	const struct safetensors *file;
	enum type type; /* of the matrices */
	struct bytes body; /* of GraphProto */
	size_t nodes, layer;
	size_t dimension, grid;
};

static void must(int status)
{
	if (status < 0)
		die("out of memory");
}

/* --- Protocol Buffers --------------------------------------------------------------------------------------------------- */

static void put_varint(struct bytes *b, uint64_t v)
{
	for (; v > 127; v >>= 7)
		must(bytes_put_u8(b, (uint8_t)(v | 128)));
	must(bytes_put_u8(b, (uint8_t)v));
}

static void put_number(struct bytes *b, unsigned field, uint64_t v)
{
	put_varint(b, field << 3);
	put_varint(b, v);
}

static void put_float(struct bytes *b, unsigned field, float v)
{
	uint8_t le[4];

	lef32_put(le, v);
	put_varint(b, field << 3 | 5);
	must(bytes_append(b, le, sizeof le));
}

static void put_data(struct bytes *b, unsigned field, const void *data, size_t size)
{
	put_varint(b, field << 3 | 2);
	put_varint(b, size);
	must(bytes_append(b, data, size));
}

static void put_text(struct bytes *b, unsigned field, const char *s)
{
	put_data(b, field, s, strlen(s));
}

/* A message within another; the inner one is empty afterwards. */
static void put_message(struct bytes *b, unsigned field, struct bytes *inner)
{
	put_data(b, field, inner->data, inner->size);
	bytes_release(inner);
}

/* --- parts of a graph --------------------------------------------------------------------------------------------------- */

/* TensorProto: dims, data_type, name, raw_data. */
static void add_tensor(struct graph *g, const char *name, enum type type, size_t rank, const uint64_t *shape, const void *data, size_t size)
{
	struct bytes tensor = {0};

	for (size_t i = 0; i < rank; i++)
		put_number(&tensor, 1, shape[i]);
	put_number(&tensor, 2, type);
	put_text(&tensor, 8, name);
	put_data(&tensor, 9, data, size);
	put_message(&g->body, 5, &tensor);
}

static void add_floats(struct graph *g, const char *name, size_t rank, const uint64_t *shape, const float *numbers)
{
	size_t count = 1;

	for (size_t i = 0; i < rank; i++)
		count *= shape[i];
	uint8_t *le = malloc(count * 4);
	if (!le)
		die("out of memory");
	lef32_put_array(le, numbers, count);
	add_tensor(g, name, TYPE_FLOAT, rank, shape, le, count * 4);
	free(le);
}

static void add_shape(struct graph *g, const char *name, size_t count, const int64_t *shape)
{
	uint8_t le[8 * 8];

	for (size_t i = 0; i < count; i++)
		le64_put(le + 8 * i, (uint64_t)shape[i]);
	add_tensor(g, name, TYPE_INT64, 1, (uint64_t[]){count}, le, 8 * count);
}

/* AttributeProto: name, and a number, or several. */
static void attribute(struct bytes *attributes, const char *name, size_t count, const int64_t *numbers, bool list)
{
	struct bytes a = {0};

	put_text(&a, 1, name);
	for (size_t i = 0; i < count; i++)
		put_number(&a, list ? 8 : 3, (uint64_t)numbers[i]);
	put_number(&a, 20, list ? 7 : 2);
	put_message(attributes, 5, &a);
}

static void attribute_float(struct bytes *attributes, const char *name, float number)
{
	struct bytes a = {0};

	put_text(&a, 1, name);
	put_float(&a, 2, number);
	put_number(&a, 20, 1);
	put_message(attributes, 5, &a);
}

/* A graph has each name once: before those that begin with a point stands the layer. */
static void put_names(const struct graph *g, struct bytes *node, unsigned field, const char *names)
{
	while (*names) {
		const size_t n = strcspn(names, " ");
		char name[TEXT + 24];
		if (*names == '.')
			snprintf(name, sizeof name, "%zu%.*s", g->layer, (int)n, names);
		else
			snprintf(name, sizeof name, "%.*s", (int)n, names);
		put_text(node, field, name);
		names += n + (names[n] == ' ');
	}
}

/* NodeProto: inputs and outputs, names with spaces between; attributes may be NULL, and are empty afterwards. */
static void add_node(struct graph *g, const char *operator, const char *inputs, const char *outputs, struct bytes *attributes)
{
	struct bytes node = {0};
	char name[TEXT];

	put_names(g, &node, 1, inputs);
	put_names(g, &node, 2, outputs);
	snprintf(name, sizeof name, "%s_%zu", operator, g->nodes++);
	put_text(&node, 3, name);
	put_text(&node, 4, operator);
	if (attributes)
		must(bytes_append(&node, attributes->data, attributes->size));
	put_message(&g->body, 1, &node);
	if (attributes)
		bytes_release(attributes);
}

/* ValueInfoProto of an input or output of floats. */
static void add_value(struct graph *g, unsigned field, const char *name, size_t rank, const uint64_t *shape)
{
	struct bytes value = {0}, type = {0}, tensor = {0}, dimensions = {0}, one = {0};

	for (size_t i = 0; i < rank; i++) {
		put_number(&one, 1, shape[i]);
		put_message(&dimensions, 1, &one);
	}
	put_number(&tensor, 1, TYPE_FLOAT);
	put_message(&tensor, 2, &dimensions);
	put_message(&type, 1, &tensor);
	put_text(&value, 1, name);
	put_message(&value, 2, &type);
	put_message(&g->body, field, &value);
}

/* --- weights ------------------------------------------------------------------------------------------------------------ */

static float *numbers_of(const struct graph *g, const char *name, const struct tensor **tensor)
{
	const struct tensor *t = safetensors_find(g->file, name);

	if (!t)
		die("there is no tensor '%s'", name);
	float *numbers = malloc((size_t)t->count * sizeof *numbers);
	if (!numbers)
		die("out of memory");
	tensor_get_f32(t, 0, t->count, numbers);
	*tensor = t;
	return numbers;
}

static void copy_tensor(struct graph *g, const char *name)
{
	const struct tensor *t;
	float *numbers = numbers_of(g, name, &t);

	add_floats(g, name, (size_t)t->rank, t->shape, numbers);
	free(numbers);
}

static void add_quantised(struct graph *g, const char *name, const uint64_t shape[2], const float *numbers)
{
	const size_t count = (size_t)(shape[0] * shape[1]);
	char other[TEXT + 8];
	float most = 0;
	uint8_t *small = malloc(count);

	if (!small)
		die("out of memory");
	for (size_t i = 0; i < count; i++)
		most = fmaxf(most, fabsf(numbers[i]));
	const float scale = most / 127;
	const uint8_t zero = g->type == TYPE_UINT8 ? 128 : 0;
	for (size_t i = 0; i < count; i++)
		small[i] = (uint8_t)(zero + lrintf(numbers[i] / scale));
	add_tensor(g, name, g->type, 2, shape, small, count);
	snprintf(other, sizeof other, "%s.scale", name);
	add_floats(g, other, 0, NULL, &scale);
	snprintf(other, sizeof other, "%s.zero", name);
	add_tensor(g, other, g->type, 0, NULL, &zero, 1);
	free(small);
}

/* A matrix, inputs × outputs as the graph wants it, where the file has outputs × inputs. */
static void add_matrix(struct graph *g, const char *name)
{
	const struct tensor *t;
	float *numbers = numbers_of(g, name, &t), *turned = malloc((size_t)t->count * sizeof *turned);
	const size_t outputs = (size_t)t->shape[0], inputs = (size_t)t->shape[1];

	if (!turned)
		die("out of memory");
	for (size_t i = 0; i < outputs; i++)
		for (size_t j = 0; j < inputs; j++)
			turned[j * outputs + i] = numbers[i * inputs + j];
	if (g->type != TYPE_FLOAT)
		add_quantised(g, name, (uint64_t[]){inputs, outputs}, turned);
	else
		add_floats(g, name, 2, (uint64_t[]){inputs, outputs}, turned);
	free(numbers);
	free(turned);
}

/* --- the model ---------------------------------------------------------------------------------------------------------- */

/* Adds a node whose names are made of a format: "inputs > outputs". */
static void add(struct graph *g, struct bytes *attributes, const char *operator, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

static void add(struct graph *g, struct bytes *attributes, const char *operator, const char *format, ...)
{
	char names[6 * TEXT];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(names, sizeof names, format, arguments);
	va_end(arguments);
	char *outputs = strstr(names, " > ");
	*outputs = '\0';
	add_node(g, operator, names, outputs + 3, attributes);
}

/* Before linear layers over the same input: finds its scale and makes 8 bits of it. */
static void quantise(struct graph *g, const char *x)
{
	if (g->type != TYPE_FLOAT)
		add(g, NULL, "DynamicQuantizeLinear", "%s > %s.q %s.scale %s.zero", x, x, x, x);
}

/* y = x · W + b, where `stem` names W and b in the layer. */
static void linear(struct graph *g, const char *x, const char *stem, const char *y)
{
	char weight[TEXT], bias[TEXT];
	struct bytes attributes = {0};

	snprintf(weight, sizeof weight, "encoder.layer.%zu.%s.weight", g->layer, stem);
	snprintf(bias, sizeof bias, "encoder.layer.%zu.%s.bias", g->layer, stem);
	add_matrix(g, weight);
	copy_tensor(g, bias);
	if (g->type != TYPE_FLOAT) {
		add(g, NULL, "MatMulInteger", "%s.q %s %s.zero %s.zero > %s.sums", x, weight, x, weight, y);
		attribute(&attributes, "to", 1, (int64_t[]){TYPE_FLOAT}, false);
		add(g, &attributes, "Cast", "%s.sums > %s.floats", y, y);
		add(g, NULL, "Mul", "%s.scale %s.scale > %s.scales", x, weight, y);
		add(g, NULL, "Mul", "%s.floats %s.scales > %s.product", y, y, y);
	} else
		add(g, NULL, "MatMul", "%s %s > %s.product", x, weight, y);
	add(g, NULL, "Add", "%s.product %s > %s", y, bias, y);
}

static void norm(struct graph *g, const char *x, const char *stem, const char *y)
{
	char weight[TEXT], bias[TEXT];
	struct bytes attributes = {0};

	snprintf(weight, sizeof weight, "%s.weight", stem);
	snprintf(bias, sizeof bias, "%s.bias", stem);
	copy_tensor(g, weight);
	copy_tensor(g, bias);
	attribute(&attributes, "axis", 1, (int64_t[]){-1}, false);
	attribute_float(&attributes, "epsilon", 1e-6f);
	add(g, &attributes, "LayerNormalization", "%s %s %s > %s", x, weight, bias, y);
}

static void norm_of_layer(struct graph *g, const char *x, const char *which, const char *y)
{
	char stem[TEXT];

	snprintf(stem, sizeof stem, "encoder.layer.%zu.%s", g->layer, which);
	norm(g, x, stem, y);
}

/* y = x + scale · branch */
static void residual(struct graph *g, const char *x, const char *branch, const char *which, const char *y)
{
	char scale[TEXT];

	snprintf(scale, sizeof scale, "encoder.layer.%zu.%s", g->layer, which);
	copy_tensor(g, scale);
	add(g, NULL, "Mul", "%s %s > %s.scaled", branch, scale, branch);
	add(g, NULL, "Add", "%s %s.scaled > %s", x, branch, y);
}

static void turn(struct graph *g, const char *x, const int64_t order[4], const char *y)
{
	struct bytes attributes = {0};

	attribute(&attributes, "perm", 4, order, true);
	add_node(g, "Transpose", x, y, &attributes);
}

static void add_attention(struct graph *g)
{
	struct bytes attributes = {0};

	quantise(g, ".normed1");
	linear(g, ".normed1", "attention.attention.query", ".query");
	linear(g, ".normed1", "attention.attention.key", ".key");
	linear(g, ".normed1", "attention.attention.value", ".value");
	add_node(g, "Mul", ".query head_scale", ".scaled", NULL);
	add_node(g, "Reshape", ".scaled split", ".split.query", NULL);
	add_node(g, "Reshape", ".key split", ".split.key", NULL);
	add_node(g, "Reshape", ".value split", ".split.value", NULL);
	turn(g, ".split.query", (int64_t[]){0, 2, 1, 3}, ".queries");
	turn(g, ".split.key", (int64_t[]){0, 2, 3, 1}, ".keys");
	turn(g, ".split.value", (int64_t[]){0, 2, 1, 3}, ".values");
	add_node(g, "MatMul", ".queries .keys", ".scores", NULL);
	attribute(&attributes, "axis", 1, (int64_t[]){-1}, false);
	add_node(g, "Softmax", ".scores", ".shares", &attributes);
	add_node(g, "MatMul", ".shares .values", ".found", NULL);
	turn(g, ".found", (int64_t[]){0, 2, 1, 3}, ".turned");
	add_node(g, "Reshape", ".turned joined", ".attended", NULL);
	quantise(g, ".attended");
	linear(g, ".attended", "attention.output.dense", ".answer");
}

static void add_layer(struct graph *g)
{
	char before[TEXT], after[TEXT];

	snprintf(before, sizeof before, "tokens%zu", g->layer);
	snprintf(after, sizeof after, "tokens%zu", g->layer + 1);
	norm_of_layer(g, before, "norm1", ".normed1");
	add_attention(g);
	residual(g, before, ".answer", "layer_scale1.lambda1", ".between");
	norm_of_layer(g, ".between", "norm2", ".normed2");
	quantise(g, ".normed2");
	linear(g, ".normed2", "mlp.fc1", ".wide");
	add_node(g, "Gelu", ".wide", ".active", NULL);
	quantise(g, ".active");
	linear(g, ".active", "mlp.fc2", ".narrow");
	residual(g, ".between", ".narrow", "layer_scale2.lambda1", after);
}

/* From pixels to "tokens0". */
static void add_embedding(struct graph *g)
{
	const int64_t d = (int64_t)g->dimension, heads = d / HEAD, patches = (int64_t)(g->grid * g->grid);
	const float head_scale = 1 / sqrtf(HEAD);
	struct bytes attributes = {0};

	copy_tensor(g, "embeddings.patch_embeddings.projection.weight");
	copy_tensor(g, "embeddings.patch_embeddings.projection.bias");
	copy_tensor(g, "embeddings.cls_token");
	copy_tensor(g, "embeddings.position_embeddings");
	add_floats(g, "head_scale", 0, NULL, &head_scale);
	add_shape(g, "rows", 3, (int64_t[]){1, d, patches});
	add_shape(g, "split", 4, (int64_t[]){1, patches + 1, heads, HEAD});
	add_shape(g, "joined", 3, (int64_t[]){1, patches + 1, d});
	attribute(&attributes, "strides", 2, (int64_t[]){PATCH, PATCH}, true);
	add_node(g, "Conv", "pixels embeddings.patch_embeddings.projection.weight embeddings.patch_embeddings.projection.bias", "grid",
	        &attributes);
	add_node(g, "Reshape", "grid rows", "columns", NULL);
	attribute(&attributes, "perm", 3, (int64_t[]){0, 2, 1}, true);
	add_node(g, "Transpose", "columns", "patches", &attributes);
	attribute(&attributes, "axis", 1, (int64_t[]){1}, false);
	add_node(g, "Concat", "embeddings.cls_token patches", "all", &attributes);
	add_node(g, "Add", "all embeddings.position_embeddings", "tokens0", NULL);
}

static void add_end(struct graph *g)
{
	const int64_t first = 0;
	uint8_t le[8];
	char tokens[TEXT];
	struct bytes attributes = {0};

	snprintf(tokens, sizeof tokens, "tokens%zu", g->layer);
	norm(g, tokens, "layernorm", "normed");
	le64_put(le, (uint64_t)first);
	add_tensor(g, "first", TYPE_INT64, 0, NULL, le, sizeof le);
	attribute(&attributes, "axis", 1, (int64_t[]){1}, false);
	add_node(g, "Gather", "normed first", "vector", &attributes);
}

static bool has_layer(const struct graph *g)
{
	char name[TEXT];

	snprintf(name, sizeof name, "encoder.layer.%zu.norm1.weight", g->layer);
	return safetensors_find(g->file, name) != NULL;
}

static void add_model(struct graph *g)
{
	const struct tensor *positions = safetensors_find(g->file, "embeddings.position_embeddings");

	if (!positions || positions->rank != 3 || safetensors_find(g->file, "embeddings.register_tokens") ||
	        !safetensors_find(g->file, "encoder.layer.0.mlp.fc1.weight"))
		die("not a model with the names of Hugging Face, an MLP and no registers");
	g->dimension = (size_t)positions->shape[2];
	g->grid = (size_t)lround(sqrt((double)(positions->shape[1] - 1)));
	const uint64_t side = g->grid * PATCH;
	put_text(&g->body, 2, "transformer");
	add_embedding(g);
	for (; has_layer(g); g->layer++)
		add_layer(g);
	add_end(g);
	add_value(g, 11, "pixels", 4, (uint64_t[]){1, 3, side, side});
	add_value(g, 12, "vector", 2, (uint64_t[]){1, g->dimension});
}

/* ModelProto: ir_version, opset_import, producer_name, and the graph, whose length stands before it. */
static void write_model(const struct graph *g, const char *path)
{
	struct bytes head = {0}, operators = {0};
	FILE *f = fopen(path, "wb");

	put_number(&head, 1, 9);
	put_text(&head, 2, "ornament");
	put_text(&operators, 1, "");
	put_number(&operators, 2, 20);
	put_message(&head, 8, &operators);
	put_varint(&head, 7 << 3 | 2);
	put_varint(&head, g->body.size);
	if (!f || fwrite(head.data, 1, head.size, f) < head.size || fwrite(g->body.data, 1, g->body.size, f) < g->body.size ||
	        fclose(f) != 0)
		die("cannot write '%s':", path);
	bytes_release(&head);
}

int main(int argc, char **argv)
{
	struct graph g = {0};
	struct error err;

	message_program(argv[0]);
	g.type = argc == 4 && strcmp(argv[1], "--int8") == 0 ? TYPE_INT8 : argc == 4 && strcmp(argv[1], "--uint8") == 0 ? TYPE_UINT8 : TYPE_FLOAT;
	const int first = g.type == TYPE_FLOAT ? 1 : 2;
	if (argc != first + 2)
		die("usage: onnx [--int8 | --uint8] MODEL.safetensors OUT.onnx");
	struct safetensors *file = safetensors_open(argv[first], &err);
	if (!file)
		die("%s", err.text);
	g.file = file;
	add_model(&g);
	write_model(&g, argv[first + 1]);
	bytes_release(&g.body);
	safetensors_close(file);
	return 0;
}
