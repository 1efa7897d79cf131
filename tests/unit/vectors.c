/* SPDX-License-Identifier: ISC */
/* Blocks of exact vectors: how they fill their pages, and what is put and taken out. */
#include "index/vectors.h"
#include "unit/test.h"

#include <stdlib.h>
#include <unistd.h>

enum { D = 100, PICTURES = 500 };

static struct index_settings settings_of(uint32_t dimension, enum index_numbers numbers)
{
	return (struct index_settings){.space = "test", .dimension = dimension, .numbers = numbers};
}

static void test_shapes(void)
{
	double worst = 0, worst_usual = 0;
	int wrong = 0;

	for (uint32_t d = 1; d <= LIMIT_DIMENSION; d += d < 5000 ? 1 : 997)
		for (int f16 = 0; f16 < 2; f16++) {
			const struct index_settings settings = settings_of(d, f16 ? INDEX_F16 : INDEX_F32);
			const struct vector_shape s = vector_shape(&settings);
			const size_t pages = (16 + 4 + s.size + 4095) / 4096;
			const double empty = 1 - (double)s.size / (4096.0 * (double)pages);
			wrong += s.slot != 8 + (f16 ? 2 : 4) * (size_t)d || !s.room || s.size != s.room * s.slot ||
			         (pages > 16 && s.room > 1);
			if (pages <= 16 && d >= 64)
				worst = fmax(worst, empty);
			if (d >= 64 && d <= 4 * 384 / (f16 ? 2 : 4))
				worst_usual = fmax(worst_usual, empty);
		}
	ok(wrong == 0, "a block has whole slots, one at least, on 16 pages at most");
	ok(worst < 0.5, "of the pages of a block at most %.1f %% are empty", 100 * worst);
	ok(worst_usual <= 1.0 / 32, "and %.1f %% up to 1.5 kB a vector", 100 * worst_usual);
	const struct index_settings usual = settings_of(384, INDEX_F32);
	ok(vector_shape(&usual).room == 13, "of 384 numbers thirteen are on five pages");
}

static float number(uint32_t picture, size_t i)
{
	return (float)((picture * 31 + i * 7) % 2048) - 1024; /* all of them numbers of 16 bits */
}

/* Whether exactly the pictures below `count` that `step`, if any, does not divide are there, with what was put. */
static bool has_others(struct store *st, const struct vector_shape *s, uint32_t count, uint32_t step)
{
	uint8_t scratch[4 * D];
	float values[D];

	for (uint32_t p = 0; p < PICTURES; p++) {
		const uint8_t *numbers;
		uint32_t patent;
		const int got = vectors_get(st, s, p, &patent, &numbers, NULL);
		if (got != (p < count && (!step || p % step != 0)))
			return false;
		if (!got)
			continue;
		vector_numbers(s, numbers, values);
		const uint8_t *bytes = vector_bytes(s, numbers, scratch);
		for (size_t i = 0; i < D; i++)
			if (values[i] != number(p, i) || lef32_get(bytes + 4 * i) != number(p, i) || patent != p / 3)
				return false;
	}
	return true;
}

static int put(struct vectors *v, uint32_t picture)
{
	float values[D];

	for (size_t i = 0; i < D; i++)
		values[i] = number(picture, i);
	return vectors_put(v, picture, picture / 3, values, NULL);
}

static void test_changes(const char *directory, enum index_numbers numbers)
{
	const struct index_settings settings = settings_of(D, numbers);
	const struct vector_shape s = vector_shape(&settings);
	struct vectors v = {0};
	struct error err = {""};
	struct store *st = store_open(directory, STORE_WRITE, &err);
	int written = 0, again = 0;
	uint64_t blocks;
	uint8_t key[4];

	store_begin(st, &err);
	vectors_begin(&v, st, &s);
	for (uint32_t p = 0; p < PICTURES; p++)
		written += put(&v, (p * 7) % PICTURES); /* in any order */
	ok(written == PICTURES && vectors_flush(&v, &err) == 0 && has_others(st, &s, PICTURES, 0),
	        "%s: vectors are put", index_numbers_name(numbers));
	for (uint32_t p = 0; p < PICTURES; p++)
		again += put(&v, p);
	ok(again == 0, "what is there is not put again");
	for (uint32_t p = 0; p < PICTURES; p += 3)
		vectors_delete(&v, p, &err);
	ok(vectors_flush(&v, &err) == 0 && has_others(st, &s, PICTURES, 3), "what is taken out is gone, and nothing else");
	for (uint32_t p = 0; p < PICTURES; p++)
		vectors_delete(&v, p, &err);
	ok(vectors_flush(&v, &err) == 0 && store_count(st, STORE_VECTORS, &blocks, &err) == 0 && blocks == 0,
	        "a block without vectors goes");
	for (uint32_t p = 1; p < PICTURES / 2; p++)
		put(&v, p);
	ok(vectors_flush(&v, &err) == 0 && has_others(st, &s, PICTURES / 2, PICTURES), "and comes again");

	/* one slot changed under a checksum of the whole that is right */
	struct store_value block;
	uint8_t *copy = malloc(s.size);
	uint32_t patent, hurt = 0;
	key_put(key, 0);
	ok(store_get(st, STORE_VECTORS, key, sizeof key, &block, &err) == 1, "a block is read whole");
	memcpy(copy, block.data, block.size);
	copy[s.slot + 20] ^= 1;
	store_put(st, STORE_VECTORS, key, sizeof key, copy, s.size, &err);
	for (uint32_t p = 0; p < PICTURES; p++) {
		const uint8_t *numbers_of;
		hurt += vectors_get(st, &s, p, &patent, &numbers_of, &err) < 0 ? p : 0;
	}
	ok(hurt == 1 && strstr(err.text, "picture 1 "), "a damaged slot is noticed, and only it: %s", err.text);
	free(copy);
	vectors_release(&v);
	store_close(st);
}

int main(void)
{
	char directory[] = "/tmp/unit-vectors-XXXXXX", path[64];
	static const char *const names[] = {"data.mdb", "lock.mdb"};

	test_shapes();
	if (!ok(mkdtemp(directory) != NULL, "a temporary directory"))
		return done();
	test_changes(directory, INDEX_F32);
	test_changes(directory, INDEX_F16);
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", directory, names[i]);
		unlink(path);
	}
	rmdir(directory);
	return done();
}
