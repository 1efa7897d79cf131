/* SPDX-License-Identifier: ISC */
/*
 * weights - learns the matrix of the sketch model from a stream of letterboxed drawings, several of each object
 *
 * scripts/train-sketch feeds it with generated patents. Same stream, same library of linear algebra, same bytes.
 */
#include "base/json.h"
#include "base/message.h"
#include "base/option.h"
#include "math/discriminant.h"
#include "model/sketch.h"
#include "stream/stream.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
        "examples: decode I20260106.tar | letterbox | weights >sketch.safetensors\n"
        "\n"
        "usage: weights [OPTION]... [STREAM]...\n"
        "Learns which directions of the sketch descriptor tell objects apart, from several pictures of each, and writes\n"
        "them as safetensors. The sheets of a patent show one object; so do N pages in turn of any other file.\n"
        "\n"
        "  --views N            pages of an object in a file of drawings (8)\n"
        "  --ridge R            added to the variance within objects, in units of its mean (0.01)\n"
        "  -h, --help           this text\n"
        "  --version            the version\n"
        "  -q, --quiet          nothing more: it is silent anyway\n"
        "  -v, --verbose        say what was learnt from\n";

struct options {
	struct arguments inputs;
	uint32_t views;
	double ridge;
	bool verbose;
};

static struct options read_options(int argc, char **argv)
{
	enum { VIEWS = OPTION_LONG, RIDGE };
	static const struct option_spec specs[] = {
	        {VIEWS, "views", true}, {RIDGE, "ridge", true}, OPTION_COMMON, {0}};
	struct option_reader in = option_reader(argc, argv, specs);
	struct options o = {.views = 8, .ridge = 0.01};

	for (int id; (id = option_next(&in));)
		switch (id) {
		case VIEWS:
			o.views = (uint32_t)option_integer(&in, 1, 1000);
			break;
		case RIDGE:
			o.ridge = option_real(&in, 1e-6, 1e6);
			break;
		case 'v':
			o.verbose = true;
			break;
		case OPTION_HELP:
			option_help(help);
		case OPTION_VERSION:
			option_version();
		case OPTION_OPERAND:
			arguments_add(&o.inputs, in.value);
			break;
		}
	return o;
}

/* The object that a picture shows: its document, and where that is a file of drawings, which one in it. */
static bool is_same_object(const struct identity *a, const struct identity *b, uint32_t views)
{
	const bool in_turn = a->sheet == IDENTITY_NO_SHEET && b->sheet == IDENTITY_NO_SHEET;

	return strcmp(a->document, b->document) == 0 &&
	       (!in_turn || (a->page ? a->page - 1 : 0) / views == (b->page ? b->page - 1 : 0) / views);
}

/* Adds the descriptors of all pictures, grouped by object. */
static void read_pictures(struct discriminant *d, const struct arguments *inputs, uint32_t views)
{
	static struct item item;
	static float descriptor[SKETCH_DESCRIPTOR];
	static struct identity before;
	struct sketch_scratch *scratch = sketch_scratch_new();
	struct stream_reader *in = stream_reader_open(inputs->items, inputs->count);
	struct error err;
	int more;

	if (!scratch || !in)
		die("out of memory");
	if (stream_begin(in, &err) < 0)
		die("%s", err.text);
	while ((more = stream_read(in, &item, &err)) > 0) {
		if (item.has_fault)
			die("there is a fault in the stream: %s", item.fault_text);
		if (item.picture.layout == PICTURE_NONE)
			continue;
		if (!is_same_object(&item.identity, &before, views))
			discriminant_end_group(d);
		before = item.identity;
		if (sketch_describe(scratch, &item.picture, descriptor, &err) < 0)
			die("%s", err.text);
		discriminant_add(d, descriptor);
	}
	if (more < 0)
		die("%s", err.text);
	discriminant_end_group(d);
	item_release(&item);
	stream_reader_close(in);
	sketch_scratch_free(scratch);
}

/* binary32 to binary16, to the nearest, ties to even; |value| ≤ 1 here, so there is no overflow to think of. */
static uint16_t half_of(float value)
{
	const float size = fabsf(value);
	const uint16_t sign = signbit(value) ? 0x8000 : 0;
	int exponent;

	if (size == 0)
		return sign;
	frexpf(size, &exponent); /* size is in [2^(exponent - 1), 2^exponent) */
	const int unit = exponent > -13 ? exponent - 11 : -24; /* exponent of the last of its 11 bits */
	const uint32_t digits = (uint32_t)nearbyintf(ldexpf(size, -unit)); /* up to 2048: the carry makes the exponent right */
	return (uint16_t)(sign | (((uint32_t)(unit + 24) << 10) + digits));
}

/* The matrix is scaled to a largest number of 1, which a unit vector does not show, and the bias is minus the mean's image. */
static void put_weights(struct bytes *to, const double *map, const double *mean)
{
	static double bias[SKETCH_DIMENSION];
	double largest = 0;

	for (size_t i = 0; i < (size_t)SKETCH_DESCRIPTOR * SKETCH_DIMENSION; i++) {
		largest = fmax(largest, fabs(map[i]));
		bias[i % SKETCH_DIMENSION] -= mean[i / SKETCH_DIMENSION] * map[i];
	}
	for (int k = 0; k < SKETCH_DIMENSION; k++) {
		uint8_t number[4];
		lef32_put(number, (float)(bias[k] / largest));
		bytes_append(to, number, sizeof number);
	}
	for (size_t i = 0; i < (size_t)SKETCH_DESCRIPTOR * SKETCH_DIMENSION; i++)
		bytes_put_u16(to, half_of((float)(map[i] / largest)));
}

static void put_tensor(struct json_writer *w, const char *name, const char *type, const int64_t *shape, int rank,
        int64_t begin, int64_t end)
{
	json_key(w, name);
	json_open_object(w);
	json_pair_string(w, "dtype", type);
	json_key(w, "shape");
	json_open_array(w);
	for (int i = 0; i < rank; i++)
		json_put_integer(w, shape[i]);
	json_close_array(w);
	json_key(w, "data_offsets");
	json_open_array(w);
	json_put_integer(w, begin);
	json_put_integer(w, end);
	json_close_array(w);
	json_close_object(w);
}

/* The header, filled with blanks so that the data begin at a multiple of eight. */
static void put_header(struct bytes *to, size_t data_size)
{
	static const int64_t shape[] = {SKETCH_DESCRIPTOR, SKETCH_DIMENSION};
	struct bytes header = {0};
	struct json_writer w = {.to = &header};

	json_open_object(&w);
	put_tensor(&w, SKETCH_BIAS, "F32", shape + 1, 1, 0, 4 * SKETCH_DIMENSION);
	put_tensor(&w, SKETCH_PROJECTION, "F16", shape, 2, 4 * SKETCH_DIMENSION, (int64_t)data_size);
	json_close_object(&w);
	while (header.size % 8)
		bytes_put_u8(&header, ' ');
	bytes_put_u64(to, header.size);
	bytes_append(to, header.data, header.size);
	bytes_release(&header);
}

int main(int argc, char **argv)
{
	struct error err;

	message_program(argv[0]);
	const struct options options = read_options(argc, argv);

	struct discriminant *d = discriminant_new(SKETCH_DESCRIPTOR);
	double *map = malloc((size_t)SKETCH_DESCRIPTOR * SKETCH_DIMENSION * sizeof *map);
	double *mean = malloc(SKETCH_DESCRIPTOR * sizeof *mean);
	if (!d || !map || !mean)
		die("out of memory");

	read_pictures(d, &options.inputs, options.views);
	if (options.verbose)
		warn("%zu pictures of %zu objects", discriminant_members(d), discriminant_groups(d));
	if (discriminant_solve(d, options.ridge, SKETCH_DIMENSION, map, mean, &err) < 0)
		die("%s", err.text);

	struct bytes data = {0}, file = {0};
	put_weights(&data, map, mean);
	put_header(&file, data.size);
	if (bytes_append(&file, data.data, data.size) < 0 ||
	        data.size != 4 * SKETCH_DIMENSION + 2 * (size_t)SKETCH_DESCRIPTOR * SKETCH_DIMENSION)
		die("out of memory");
	fwrite(file.data, 1, file.size, stdout);
	finish_stdout();
	bytes_release(&data);
	bytes_release(&file);
	discriminant_free(d);
	free(map);
	free(mean);
	struct arguments inputs = options.inputs;
	arguments_release(&inputs);
	return STATUS_DONE;
}
