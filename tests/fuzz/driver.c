/* SPDX-License-Identifier: ISC */
/*
 * driver - runs a fuzz target where there is no fuzzer: over files, and over mutations of them
 *
 * usage: TARGET [-n MUTATIONS] [-s SEED] [-v] FILE...
 *        TARGET -x NUMBER [-s SEED] FILE...
 *
 * With -x, mutation NUMBER of the first file is written to stdout instead of being run.
 *
 * The mutations depend on the seed, the files and their number alone, so what failed once fails again: -v
 * names each input before it runs, -x gives it. It is no fuzzer, as it learns nothing; `make fuzz CC=clang`
 * builds the same targets with one.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 4 << 20, SECONDS = 20 };

struct input {
	uint8_t *data;
	size_t size;
};

static uint64_t state;

static uint64_t random_number(void)
{
	uint64_t x = state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static size_t below(size_t n)
{
	return n ? (size_t)(random_number() % n) : 0;
}

static void fail(const char *what, const char *subject)
{
	fprintf(stderr, "fuzz driver: %s '%s'\n", what, subject);
	exit(2);
}

static struct input read_file(const char *name)
{
	struct input in = {malloc(LARGEST), 0};
	FILE *f = fopen(name, "rb");

	if (!f || !in.data)
		fail("cannot read", name);
	in.size = fread(in.data, 1, LARGEST, f);
	if (ferror(f) || getc(f) != EOF)
		fail("cannot read, or too long:", name);
	fclose(f);
	return in;
}

/* Opens a gap of n bytes at `at`, or closes one of -n. */
static void shift(struct input *in, size_t at, long n)
{
	const size_t bytes = (size_t)(n < 0 ? -n : n);

	if (n < 0) {
		memmove(in->data + at, in->data + at + bytes, in->size - at - bytes);
		in->size -= bytes;
	} else if (in->size + bytes <= LARGEST) {
		memmove(in->data + at + bytes, in->data + at, in->size - at);
		in->size += bytes;
	}
}

/* A number that is likely to be at somebody's edge, in 1, 2, 4 or 8 bytes of either order. */
static void put_edge(struct input *in)
{
	static const uint64_t edges[] = {0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff,
		0x10000, 0xffffff, 0x7fffffff, 0x80000000u, 0xffffffffu, 0x100000000u, UINT64_MAX};
	const size_t width = (size_t)1 << below(4);
	const bool big = below(2);
	uint64_t v = edges[below(sizeof edges / sizeof *edges)];

	if (in->size < width)
		return;
	uint8_t *p = in->data + below(in->size - width + 1);
	if (below(4) == 0) /* a little more or less than what is there */
		v = (big ? p[width - 1] : p[0]) + (below(2) ? 1u : UINT64_MAX);
	for (size_t i = 0; i < width; i++, v >>= 8)
		p[big ? width - 1 - i : i] = (uint8_t)v;
}

/* The same for a number written in digits. */
static void put_digits(struct input *in)
{
	static const char *const numbers[] = {
		"0", "-1", "65536", "2147483648", "4294967296", "99999999999999999999", "1e400"};
	const char *text = numbers[below(sizeof numbers / sizeof *numbers)];
	size_t at = below(in->size), n = 0;

	while (at < in->size && (in->data[at] < '0' || in->data[at] > '9'))
		at++;
	while (at + n < in->size && in->data[at + n] >= '0' && in->data[at + n] <= '9')
		n++;
	if (!n || in->size + strlen(text) > LARGEST)
		return;
	shift(in, at, -(long)n);
	shift(in, at, (long)strlen(text));
	memcpy(in->data + at, text, strlen(text));
}

/* A piece of one of the files, put in or over what is there. */
static void splice(struct input *in, const struct input *files, int count)
{
	const struct input *from = &files[below((size_t)count)];
	const size_t start = below(from->size), at = below(in->size + 1);
	size_t n = 1 + below(below(2) ? 16 : from->size - start + 1);

	if (n > from->size - start)
		n = from->size - start;
	if (in->size + n > LARGEST)
		return;
	if (below(2) || at + n > in->size)
		shift(in, at, (long)n);
	memcpy(in->data + at, from->data + start, n);
}

static void mutate(struct input *in, const struct input *files, int count)
{
	size_t at, n;

	for (size_t steps = 1 + below(4); steps; steps--) {
		switch (below(7)) {
		case 0:
			in->size = below(in->size + 1);
			break;
		case 1:
			at = below(in->size);
			n = below(below(2) ? 16 : in->size);
			if (n <= in->size - at)
				shift(in, at, -(long)n);
			break;
		case 2:
			if (in->size)
				in->data[below(in->size)] ^= (uint8_t)(1u << below(8));
			break;
		case 3:
			if (in->size)
				in->data[below(in->size)] = (uint8_t)random_number();
			break;
		case 4:
			put_edge(in);
			break;
		case 5:
			put_digits(in);
			break;
		case 6:
			splice(in, files, count);
			break;
		}
	}
}

/* The target gets a block of exactly its size, so that a sanitizer sees the byte behind it. */
static void run(const struct input *in)
{
	uint8_t *exact = malloc(in->size ? in->size : 1);

	if (!exact)
		fail("out of memory for", "an input");
	memcpy(exact, in->data, in->size);
	alarm(SECONDS); /* an input that takes longer is a failure: it ends by the signal */
	LLVMFuzzerTestOneInput(exact, in->size);
	alarm(0);
	free(exact);
}

static struct input mutation(
	const struct input *files, int count, int file, uint64_t seed, uint64_t number, uint8_t *room)
{
	struct input in = {room, files[file].size};

	state = (seed << 40) ^ ((uint64_t)file << 32) ^ number;
	memcpy(room, files[file].data, in.size);
	mutate(&in, files, count);
	return in;
}

int main(int argc, char **argv)
{
	uint64_t mutations = 0, seed = 1, wanted = 0;
	bool verbose = false;

	for (int o; (o = getopt(argc, argv, "n:s:x:v")) != -1;) {
		if (o == '?')
			return 2;
		if (o == 'v')
			verbose = true;
		else
			*(o == 'n' ? &mutations : o == 's' ? &seed : &wanted) = strtoull(optarg, NULL, 10);
	}
	const int count = argc - optind;
	struct input *files = calloc((size_t)count + 1, sizeof *files);
	uint8_t *room = malloc(LARGEST);
	if (!files || !room || !count)
		fail("needs files, and memory for them:", argv[0]);
	for (int i = 0; i < count; i++)
		files[i] = read_file(argv[optind + i]);

	if (wanted) {
		const struct input in = mutation(files, count, 0, seed, wanted, room);
		return fwrite(in.data, 1, in.size, stdout) == in.size && fflush(stdout) == 0 ? 0 : 2;
	}
	for (int i = 0; i < count; i++) {
		if (verbose)
			fprintf(stderr, "%s\n", argv[optind + i]);
		run(&files[i]);
		for (uint64_t m = 1; m <= mutations; m++) {
			const struct input in = mutation(files, count, i, seed, m, room);
			if (verbose)
				fprintf(stderr, "%s, mutation %" PRIu64 "\n", argv[optind + i], m);
			run(&in);
		}
	}
	printf("%" PRIu64 " inputs\n", (uint64_t)count * (mutations + 1));
	for (int i = 0; i < count; i++)
		free(files[i].data);
	free(files);
	free(room);
	return fflush(stdout) == 0 ? 0 : 2;
}
