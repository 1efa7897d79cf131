/* SPDX-License-Identifier: ISC */
/*
 * checkpoint - random vision transformers in the layouts that DINOv2 is published in, the same numbers everywhere
 *
 *     checkpoint ARCH DIRECTORY [--seed N] [--type f32|f16|bf16] [--names hf|orig]    model.safetensors and config.json
 *                               [--outliers N]                                        N channels far larger than the others
 *     checkpoint --picture HEIGHT WIDTH SEED >picture.ppm                             blocks, a gradient and noise
 *
 * ARCH is mini (for fuzzing), tiny, tiny_reg, tiny_swiglu (two layers of 64 numbers, for pictures about 70 x 70), or a published size: vits,
 * vitb, vitl, vitg, with _reg for registers. Each number comes from a hash of its tensor's name under Hugging Face, the
 * seed and its place: a number u in [0, 1) becomes centre + half_width (2u - 1) in double, rounded once to f32. So files of
 * other names or types hold the same model.
 *
 * Trained transformers have what random ones lack, a few channels far larger than the rest. With --outliers, N numbers of
 * what each norm and N of what the inside of each MLP says are 50 to 100 times larger (one of them by a factor f: the weight and
 * bias of the norm, the row of the MLP's first matrix), and the columns that read them √f smaller: so they say much,
 * but not all.
 */
#include "base/bytes.h"
#include "base/message.h"
#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME = 128, TENSORS = 1024, PATCH = 14, PATH = 4096, BLOCK = 4096, ROWS = 16384 };

enum type { F32, F16, BF16 };

static const struct arch {
	const char *name;
	unsigned dimension, layers, heads, grid, registers;
	bool swiglu;
} archs[] = {
        {"mini", 8, 1, 1, 2, 1, true},
        {"tiny", 64, 2, 4, 5, 0, false},
        {"tiny_reg", 64, 2, 4, 5, 4, false},
        {"tiny_swiglu", 64, 2, 4, 5, 0, true},
        {"vits", 384, 12, 6, 37, 0, false},
        {"vitb", 768, 12, 12, 37, 0, false},
        {"vitl", 1024, 24, 16, 37, 0, false},
        {"vitg", 1536, 40, 24, 37, 0, true},
        {"vits_reg", 384, 12, 6, 37, 4, false},
        {"vitb_reg", 768, 12, 12, 37, 4, false},
        {"vitl_reg", 1024, 24, 16, 37, 4, false},
        {"vitg_reg", 1536, 40, 24, 37, 4, true},
};

/* A tensor of the file: one tensor of the model, or the three that the authors' layout fuses into qkv, one behind the other. */
struct tensor {
	char name[NAME]; /* in the file */
	int parts, rank;
	char part_names[3][NAME];
	double centre, half_widths[3];
	uint64_t shape[4], count;
	/* the channels that its rows are, and its columns, by the name of who says them; "": none that can be outliers */
	char writes[NAME], reads[NAME];
	uint64_t channels_written;
};

struct checkpoint {
	const struct arch *arch;
	uint64_t seed;
	enum type type;
	bool original_names;
	uint64_t outliers; /* channels of each kind */
	struct tensor tensors[TENSORS];
	size_t count;
};

/* --- numbers ------------------------------------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9u;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* Number i of the sequence that the key begins (splitmix64, as a counter). */
static uint64_t hash(uint64_t key, uint64_t i)
{
	return mix(key + (i + 1) * 0x9e3779b97f4a7c15u);
}

/* FNV-1a, 64 bits */
static uint64_t name_key(const char *name)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3u;
	return h;
}

static float number_at(uint64_t key, uint64_t i, double centre, double half_width)
{
	const double u = (double)(hash(key, i) >> 40) * 0x1p-24;

	return (float)(centre + half_width * (2 * u - 1));
}

static uint32_t bits_of(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

/* To the nearest, ties to even; finite numbers below 65504 only. */
static uint16_t half_of(float x)
{
	const uint32_t bits = bits_of(x), sign = bits >> 16 & 0x8000;
	const int exponent = (int)(bits >> 23 & 255) - 127;
	uint32_t fraction = (bits & 0x7fffff) | 0x800000;

	if (exponent < -14) /* subnormal: a multiple of 2^-24, which nearbyint rounds as wanted */
		return (uint16_t)(sign | (uint32_t)nearbyint(fabs((double)x) * 0x1p24));
	fraction += 0xfff + (fraction >> 13 & 1);
	return (uint16_t)(sign | (((uint32_t)(exponent + 14) << 10) + (fraction >> 13)));
}

static uint16_t bfloat_of(float x)
{
	const uint32_t bits = bits_of(x);

	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* --- what a model is made of --------------------------------------------------------------------------------------------- */

static void rename_part(char *name, const char *from, const char *to)
{
	char *at = strstr(name, from), rest[NAME];

	if (!at)
		return;
	snprintf(rest, sizeof rest, "%s", at + strlen(from));
	snprintf(at, (size_t)(NAME - (at - name)), "%s%s", to, rest);
}

/* The name in the authors' own files. */
static void to_original(char *name)
{
	static const char *const pairs[][2] = {{"embeddings.cls_token", "cls_token"}, {"embeddings.mask_token", "mask_token"},
	        {"embeddings.position_embeddings", "pos_embed"}, {"embeddings.register_tokens", "register_tokens"},
	        {"embeddings.patch_embeddings.projection", "patch_embed.proj"}, {"encoder.layer.", "blocks."},
	        {"attention.output.dense", "attn.proj"}, {"layer_scale1.lambda1", "ls1.gamma"},
	        {"layer_scale2.lambda1", "ls2.gamma"}, {"mlp.weights_in", "mlp.w12"}, {"mlp.weights_out", "mlp.w3"},
	        {"attention.attention.query", "attn.qkv"}, {"layernorm.", "norm."}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		rename_part(name, pairs[i][0], pairs[i][1]);
}

static struct tensor *put(struct checkpoint *c, const char *name, int rank, const uint64_t *shape, double centre,
        double half_width)
{
	if (c->count == TENSORS)
		die("too many tensors");
	struct tensor *t = &c->tensors[c->count++];
	*t = (struct tensor){.parts = 1, .rank = rank, .centre = centre, .half_widths = {half_width}, .count = 1};
	snprintf(t->name, NAME, "%s", name);
	snprintf(t->part_names[0], NAME, "%s", name);
	if (c->original_names)
		to_original(t->name);
	for (int i = 0; i < rank; i++) {
		t->shape[i] = shape[i];
		t->count *= shape[i];
	}
	return t;
}

static struct tensor *put_vector(struct checkpoint *c, const char *prefix, const char *name, uint64_t n, double centre,
        double half_width)
{
	char full[NAME + 32];

	snprintf(full, sizeof full, "%s%s", prefix, name);
	return put(c, full, 1, &n, centre, half_width);
}

/* The last so many of the tensor's rows are the channels that `who` of a layer says; its columns, those that `whom` says. */
static void link_channels(struct tensor *t, const char *prefix, const char *who, uint64_t channels, const char *whom)
{
	if (who)
		snprintf(t->writes, NAME, "%s%s", prefix, who);
	if (whom)
		snprintf(t->reads, NAME, "%s%s", prefix, whom);
	t->channels_written = channels;
}

static double width_for(uint64_t inputs, double gain)
{
	return gain * pow(3, 0.5) / pow((double)inputs, 0.5);
}

/* who, channels, whom: as link_channels has them. */
static void put_linear(struct checkpoint *c, const char *prefix, const char *name, uint64_t outputs, uint64_t inputs,
        const char *who, uint64_t channels, const char *whom)
{
	char full[NAME + 32];

	snprintf(full, sizeof full, "%s%s.weight", prefix, name);
	link_channels(put(c, full, 2, (uint64_t[]){outputs, inputs}, 0, width_for(inputs, 1)), prefix, who, channels, whom);
	snprintf(full, sizeof full, "%s%s.bias", prefix, name);
	link_channels(put(c, full, 1, &outputs, 0, 0.2), prefix, who, channels, NULL);
}

/* Query, key and value: three tensors, or one of three parts. */
static void put_heads(struct checkpoint *c, const char *prefix, const char *suffix, int rank)
{
	static const char *const parts[] = {"query", "key", "value"};
	const uint64_t d = c->arch->dimension, shape[] = {d, d};
	struct tensor *fused = NULL;

	for (int i = 0; i < 3; i++) {
		char name[NAME];
		const double half_width = rank == 1 ? 0.2 : width_for(d, i < 2 ? 1.5 : 1);
		snprintf(name, sizeof name, "%sattention.attention.%s%s", prefix, parts[i], suffix);
		if (i == 0 || !c->original_names) {
			fused = put(c, name, rank, shape, 0, half_width);
			link_channels(fused, prefix, NULL, 0, rank == 2 ? "norm1" : NULL);
			continue;
		}
		snprintf(fused->part_names[fused->parts], NAME, "%s", name);
		fused->half_widths[fused->parts++] = half_width;
		fused->shape[0] += d;
		fused->count += rank == 1 ? d : d * d;
	}
}

static void put_layer(struct checkpoint *c, unsigned layer)
{
	const uint64_t d = c->arch->dimension, gated = (d * 8 / 3 + 7) / 8 * 8;
	char p[32];

	snprintf(p, sizeof p, "encoder.layer.%u.", layer);
	link_channels(put_vector(c, p, "norm1.weight", d, 1, 0.5), p, "norm1", d, NULL);
	link_channels(put_vector(c, p, "norm1.bias", d, 0, 0.3), p, "norm1", d, NULL);
	put_heads(c, p, ".weight", 2);
	put_heads(c, p, ".bias", 1);
	put_linear(c, p, "attention.output.dense", d, d, NULL, 0, NULL);
	put_vector(c, p, "layer_scale1.lambda1", d, 0.55, 0.45);
	link_channels(put_vector(c, p, "norm2.weight", d, 1, 0.5), p, "norm2", d, NULL);
	link_channels(put_vector(c, p, "norm2.bias", d, 0, 0.3), p, "norm2", d, NULL);
	if (c->arch->swiglu) { /* of gates and values, the values */
		put_linear(c, p, "mlp.weights_in", 2 * gated, d, "mlp", gated, "norm2");
		put_linear(c, p, "mlp.weights_out", d, gated, NULL, 0, "mlp");
	} else {
		put_linear(c, p, "mlp.fc1", 4 * d, d, "mlp", 4 * d, "norm2");
		put_linear(c, p, "mlp.fc2", d, 4 * d, NULL, 0, "mlp");
	}
	put_vector(c, p, "layer_scale2.lambda1", d, 0.55, 0.45);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tensor *)a)->name, ((const struct tensor *)b)->name);
}

static void put_all(struct checkpoint *c)
{
	const uint64_t d = c->arch->dimension, grid = c->arch->grid;

	put(c, "embeddings.cls_token", 3, (uint64_t[]){1, 1, d}, 0, 1);
	put(c, "embeddings.mask_token", 2, (uint64_t[]){1, d}, 0, 1);
	put(c, "embeddings.position_embeddings", 3, (uint64_t[]){1, grid * grid + 1, d}, 0, 0.8);
	if (c->arch->registers)
		put(c, "embeddings.register_tokens", 3, (uint64_t[]){1, c->arch->registers, d}, 0, 1);
	put(c, "embeddings.patch_embeddings.projection.weight", 4, (uint64_t[]){d, 3, PATCH, PATCH}, 0,
	        width_for(3 * PATCH * PATCH, 1));
	put_vector(c, "", "embeddings.patch_embeddings.projection.bias", d, 0, 0.2);
	for (unsigned i = 0; i < c->arch->layers; i++)
		put_layer(c, i);
	put_vector(c, "", "layernorm.weight", d, 1, 0.5);
	put_vector(c, "", "layernorm.bias", d, 0, 0.3);
	qsort(c->tensors, c->count, sizeof *c->tensors, by_name);
}

/* --- files -------------------------------------------------------------------------------------------------------------- */

static void write_header(const struct checkpoint *c, FILE *f)
{
	static const char *const types[] = {"F32", "F16", "BF16"};
	struct bytes header = {0};
	uint8_t length[8];
	uint64_t at = 0;
	int rc = bytes_printf(&header, "{\"__metadata__\":{\"format\":\"pt\"}");

	for (size_t i = 0; i < c->count; i++) {
		const struct tensor *t = &c->tensors[i];
		const uint64_t end = at + t->count * (c->type == F32 ? 4 : 2);
		rc |= bytes_printf(&header, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[", t->name, types[c->type]);
		for (int k = 0; k < t->rank; k++)
			rc |= bytes_printf(&header, k ? ",%" PRIu64 : "%" PRIu64, t->shape[k]);
		rc |= bytes_printf(&header, "],\"data_offsets\":[%" PRIu64 ",%" PRIu64 "]}", at, end);
		at = end;
	}
	rc |= bytes_printf(&header, "}");
	while (header.size % 8)
		rc |= bytes_printf(&header, " ");
	if (rc < 0)
		die("out of memory");
	le64_put(length, header.size);
	fwrite(length, 1, sizeof length, f);
	fwrite(header.data, 1, header.size, f);
	bytes_release(&header);
}

/* By how much each of so many channels is larger than it would be. */
static void channel_factors(const struct checkpoint *c, const char *who, uint64_t channels, double *to)
{
	const uint64_t key = name_key(who) ^ hash(c->seed, 1);

	for (uint64_t i = 0; i < channels; i++)
		to[i] = 1;
	for (uint64_t i = 0; *who && i < c->outliers; i++)
		to[hash(key, 2 * i) % channels] = 50 + (double)(hash(key, 2 * i + 1) >> 40) * 50 * 0x1p-24;
}

static void write_numbers(const struct checkpoint *c, const struct tensor *t, int part, FILE *f)
{
	static double rows[ROWS], columns[ROWS];
	const uint64_t key = name_key(t->part_names[part]) ^ hash(c->seed, 0), count = t->count / (uint64_t)t->parts;
	const uint64_t height = t->shape[0] / (uint64_t)t->parts, breadth = count / height;
	const size_t width = c->type == F32 ? 4 : 2;
	uint8_t block[4 * BLOCK];

	const bool linked = c->outliers && (*t->writes || *t->reads);
	if (linked && (height > ROWS || breadth > ROWS))
		die("tensor '%s' is too large", t->name);
	if (linked) {
		for (uint64_t i = 0; i < height - t->channels_written; i++)
			rows[i] = 1;
		channel_factors(c, t->writes, t->channels_written, rows + height - t->channels_written);
		channel_factors(c, t->reads, breadth, columns);
	}

	for (uint64_t i = 0; i < count; i += BLOCK) {
		const size_t n = count - i < BLOCK ? (size_t)(count - i) : BLOCK;
		for (size_t j = 0; j < n; j++) {
			float x = number_at(key, i + j, t->centre, t->half_widths[part]);
			if (linked)
				x = (float)((double)x * rows[(i + j) / breadth] / sqrt(columns[(i + j) % breadth]));
			if (c->type == F32)
				le32_put(block + 4 * j, bits_of(x));
			else
				le16_put(block + 2 * j, c->type == F16 ? half_of(x) : bfloat_of(x));
		}
		fwrite(block, width, n, f);
	}
}

static FILE *create(const char *directory, const char *name)
{
	char path[PATH];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *f = fopen(path, "wb");
	if (!f)
		die("cannot create '%s':", path);
	return f;
}

static void finish_file(FILE *f, const char *name)
{
	const bool failed = ferror(f);

	if (fclose(f) != 0 || failed)
		die("cannot write '%s':", name);
}

static void write_checkpoint(const struct checkpoint *c, const char *directory)
{
	if (mkdir(directory, 0777) < 0 && errno != EEXIST)
		die("cannot make directory '%s':", directory);
	FILE *f = create(directory, "model.safetensors");
	write_header(c, f);
	for (size_t i = 0; i < c->count; i++)
		for (int part = 0; part < c->tensors[i].parts; part++)
			write_numbers(c, &c->tensors[i], part, f);
	finish_file(f, "model.safetensors");

	f = create(directory, "config.json");
	fprintf(f, "{\"model_type\": \"%s\", \"hidden_size\": %u, \"num_hidden_layers\": %u, \"num_attention_heads\": %u,\n",
	        c->arch->registers ? "dinov2_with_registers" : "dinov2", c->arch->dimension, c->arch->layers, c->arch->heads);
	fprintf(f, " \"patch_size\": %d, \"image_size\": %u, \"layer_norm_eps\": 1e-06, \"hidden_act\": \"gelu\",\n", PATCH,
	        PATCH * c->arch->grid);
	fprintf(f, " \"num_register_tokens\": %u, \"use_swiglu_ffn\": %s}\n", c->arch->registers,
	        c->arch->swiglu ? "true" : "false");
	finish_file(f, "config.json");
}

/* --- pictures ----------------------------------------------------------------------------------------------------------- */

/* Whole numbers only: blocks of random colours, a gradient, and noise of a quarter of the range. */
static uint8_t colour_at(uint64_t y, uint64_t x, uint64_t width, unsigned c, uint64_t seed)
{
	const uint64_t block = y / (17 + 3 * c) % 64 * 64 + x / (23 + 2 * c) % 64;
	const uint64_t base = hash(hash(seed * 3 + c + 1000, 0), block) >> 57;
	const uint64_t gradient = (x * (c + 1) + y * (3 - c)) / 8 % 64;
	const uint64_t noise = hash(hash(seed, 0), (y * width + x) * 3 + c) >> 58;

	return (uint8_t)(base + gradient + noise);
}

static void write_picture(uint64_t height, uint64_t width, uint64_t seed)
{
	printf("P6\n%" PRIu64 " %" PRIu64 "\n255\n", width, height);
	for (uint64_t y = 0; y < height; y++)
		for (uint64_t x = 0; x < width; x++)
			for (unsigned c = 0; c < 3; c++)
				putchar(colour_at(y, x, width, c, seed));
	finish_stdout();
}

/* --- arguments ---------------------------------------------------------------------------------------------------------- */

static uint64_t number_of(const char *text, long long maximum)
{
	long long value;
	struct error err;

	if (number_integer(text, 0, maximum, &value, &err) < 0)
		die("%s", err.text);
	return (uint64_t)value;
}

static void set_option(struct checkpoint *c, const char *name, const char *value)
{
	static const char *const types[] = {"f32", "f16", "bf16"};

	if (strcmp(name, "--seed") == 0)
		c->seed = number_of(value, 1 << 30);
	else if (strcmp(name, "--outliers") == 0)
		c->outliers = number_of(value, 64);
	else if (strcmp(name, "--names") == 0)
		c->original_names = strcmp(value, "orig") == 0;
	else
		for (int i = 0; i < 3; i++)
			if (strcmp(value, types[i]) == 0)
				c->type = (enum type)i;
}

int main(int argc, char **argv)
{
	static struct checkpoint c = {.seed = 1};

	message_program(argv[0]);
	if (argc == 5 && strcmp(argv[1], "--picture") == 0) {
		write_picture(number_of(argv[2], 65535), number_of(argv[3], 65535), number_of(argv[4], 1 << 30));
		return 0;
	}
	if (argc < 3 || argc % 2 == 0)
		die("usage: checkpoint ARCH DIRECTORY [--seed N] [--type f32|f16|bf16] [--names hf|orig] [--outliers N]");
	for (size_t i = 0; i < sizeof archs / sizeof *archs; i++)
		if (strcmp(archs[i].name, argv[1]) == 0)
			c.arch = &archs[i];
	if (!c.arch)
		die("there is no '%s'", argv[1]);
	for (int i = 3; i < argc; i += 2)
		set_option(&c, argv[i], argv[i + 1]);
	put_all(&c);
	write_checkpoint(&c, argv[2]);
	return 0;
}
