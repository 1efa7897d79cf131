/* SPDX-License-Identifier: ISC */
#include "math/gemm.h"
#include "math/narrow.h"
#include "math/narrow_attention.h"
#include "math/narrow_rows.h"
#include "unit/test.h"

#include <stdint.h>
#include <stdlib.h>

static const char *const names[] = {"portable", "avx2", "avxvnni", "avx512bw", "avx512vnni"};
static const char *const kind_names[] = {"int8", "int16", "bf16"};

enum { NAMES = sizeof names / sizeof *names };

static float random_number(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (float)(*state >> 8) * 0x1p-23f - 1;
}

static float *random_matrix(size_t numbers, uint32_t seed)
{
	float *m = gemm_alloc(numbers);

	for (size_t i = 0; i < numbers; i++)
		m[i] = random_number(&seed);
	return m;
}

/* --- products ----------------------------------------------------------------------------------------------------------- */

struct problem {
	size_t m, k, n;
	float *a, *weights, *bias, *loudness;
};

static struct problem problem_of(size_t m, size_t k, size_t n)
{
	return (struct problem){m, k, n, random_matrix(m * (k + 3), 1), random_matrix(n * k, 2), random_matrix(n, 3), NULL};
}

static void release(struct problem *p)
{
	free(p->a);
	free(p->weights);
	free(p->bias);
	free(p->loudness);
}

/* C[m × (n + 5)], with one number behind it that must stay; `less` is taken off the rows, or NULL. */
static float *product_without(const struct narrow *g, enum narrow_kind kind, const struct problem *p, const float *less)
{
	const size_t stride = p->n + 5, row = narrow_row_size(p->k);
	float *weights = gemm_alloc(p->n * p->k + narrow_pack_room(p->k)), *memory = gemm_alloc(narrow_panels_size(g, kind, p->k, p->n) / sizeof(float));
	float *c = random_matrix(p->m * stride + 1, 4), *rows_memory = gemm_alloc(p->m * (row / sizeof(float) + 3));
	struct narrow_rows rows = {(uint8_t *)rows_memory, rows_memory + p->m * row / sizeof(float), NULL, NULL};
	struct narrow_panels b;

	rows.zero = rows.scale + p->m;
	rows.loud_scale = rows.zero + p->m;
	memcpy(weights, p->weights, p->n * p->k * sizeof *weights);
	narrow_pack(g, kind, weights, p->k, p->n, p->loudness, weights + p->n * p->k, memory, &b);
	narrow_take(g, &b, p->a, p->k + 3, 0, 1, less, &rows);
	narrow_take(g, &b, p->a + p->k + 3, p->k + 3, 1, p->m - 1, less, &rows);
	narrow_multiply(g, &rows, p->m, &b, p->bias, c, stride);
	free(weights);
	free(memory);
	free(rows_memory);
	return c;
}

static float *product(const struct narrow *g, enum narrow_kind kind, const struct problem *p)
{
	return product_without(g, kind, p, NULL);
}

/* The error of a product, relative to its size, both in the root of the mean square. */
static double error_of(const struct problem *p, const float *c)
{
	double errors = 0, squares = 0;

	for (size_t i = 0; i < p->m; i++)
		for (size_t j = 0; j < p->n; j++) {
			double sum = (double)p->bias[j];
			for (size_t l = 0; l < p->k; l++)
				sum += (double)p->a[i * (p->k + 3) + l] * (double)p->weights[j * p->k + l];
			const double d = sum - (double)c[i * (p->n + 5) + j];
			errors += d * d;
			squares += sum * sum;
		}
	return sqrt(errors / squares);
}

static void products(const struct narrow *g, enum narrow_kind kind)
{
	static const struct {
		size_t m, k, n;
	} shapes[] = {{1, 1, 1}, {6, 16, 16}, {7, 5, 17}, {13, 64, 33}, {193, 384, 48}, {50, 515, 31}, {12, 1536, 64}};
	static const double bounds[] = {0.02, 6e-4, 6e-3};

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct problem p = problem_of(shapes[i].m, shapes[i].k, shapes[i].n);
		float *c = product(g, kind, &p), *oracle = product(narrow_named("portable"), kind, &p);
		uint32_t seed = 4;
		for (size_t j = 0; j < p.m * (p.n + 5); j++)
			random_number(&seed);
		const bool whole = kind != NARROW_BF16;
		bool same = true, near = true;
		for (size_t r = 0; r < p.m; r++) {
			same = same && memcmp(c + r * (p.n + 5), oracle + r * (p.n + 5), p.n * sizeof *c) == 0;
			for (size_t j = 0; j < p.n; j++)
				near = near && fabsf(c[r * (p.n + 5) + j] - oracle[r * (p.n + 5) + j]) < 1e-5f * sqrtf((float)p.k);
		}
		const double error = error_of(&p, c);
		ok((whole ? same : near) && error < bounds[kind] && c[p.m * (p.n + 5)] == random_number(&seed),
		        "%s, %s: %zu x %zu x %zu, %s, relative error %.2g", narrow_name(g), kind_names[kind], p.m, p.k, p.n,
		        whole ? "the oracle's bytes" : "as the oracle", error);
		free(c);
		free(oracle);
		release(&p);
	}
}

/* All numbers as large as they can be: nothing may overflow or saturate. */
static void extremes(const struct narrow *g, enum narrow_kind kind)
{
	struct problem p = problem_of(6, 2048, 20);

	for (size_t i = 0; i < p.m * (p.k + 3); i++)
		p.a[i] = i / (p.k + 3) % 2 ? -1e10f : 1e10f;
	for (size_t i = 0; i < p.n * p.k; i++)
		p.weights[i] = i / p.k % 2 ? 1e-10f : -1e-10f;
	memset(p.bias, 0, p.n * sizeof *p.bias);
	float *c = product(g, kind, &p);
	double worst = 0;
	for (size_t i = 0; i < p.m; i++)
		for (size_t j = 0; j < p.n; j++)
			worst = fmax(worst, fabs((double)c[i * (p.n + 5) + j] / ((i + j) % 2 ? 2048 : -2048) - 1));
	ok(worst < (kind == NARROW_BF16 ? 0.01 : 1e-5), "%s, %s: the largest numbers do not overflow, error %.2g", narrow_name(g),
	        kind_names[kind], worst);
	free(c);

	memset(p.a, 0, p.m * (p.k + 3) * sizeof *p.a);
	memset(p.weights, 0, p.k * sizeof *p.weights);
	p.bias[0] = 7;
	c = product(g, kind, &p);
	ok(c[0] == 7 && c[1] == 0, "%s, %s: a row of zeros, an output without weights", narrow_name(g), kind_names[kind]);
	free(c);
	release(&p);
}

static bool all_nan(const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			return false;
	return true;
}

static bool all_finite(const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

/* One number of a row that is not finite makes the row's products NaN, and no others. */
static void not_finite(const struct narrow *g, enum narrow_kind kind)
{
	static const float odd[] = {NAN, INFINITY, -INFINITY};

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct problem p = problem_of(9, 70, 21);
		p.a[4 * (p.k + 3) + 7 * i] = odd[i];
		float *c = product(g, kind, &p);
		const float *row = c + 4 * (p.n + 5);
		ok((kind == NARROW_BF16 ? !all_finite(row, p.n) : all_nan(row, p.n)) && all_finite(row - (p.n + 5), p.n) &&
		                all_finite(row + p.n + 5, p.n),
		        "%s, %s: %f in a row is in what it gives, and only there", narrow_name(g), kind_names[kind], (double)odd[i]);
		free(c);
		release(&p);
	}
}

/* A few channels a hundred times as large, read by weights a tenth as large. */
static void outliers(const struct narrow *g)
{
	struct problem p = problem_of(64, 384, 48);

	p.loudness = gemm_alloc(p.k);
	for (size_t l = 0; l < p.k; l++) {
		p.loudness[l] = l % 97 == 5 ? 100 : 1;
		for (size_t i = 0; i < p.m; i++)
			p.a[i * (p.k + 3) + l] *= p.loudness[l];
		for (size_t j = 0; j < p.n; j++)
			p.weights[j * p.k + l] /= sqrtf(p.loudness[l]);
	}
	float *told = product(g, NARROW_INT8, &p), *oracle = product(narrow_named("portable"), NARROW_INT8, &p);
	bool same = true;
	for (size_t r = 0; r < p.m; r++)
		same = same && memcmp(told + r * (p.n + 5), oracle + r * (p.n + 5), p.n * sizeof *told) == 0;
	free(p.loudness);
	p.loudness = NULL;
	float *untold = product(g, NARROW_INT8, &p);
	const double with = error_of(&p, told), without = error_of(&p, untold);
	ok(same && with < 0.02 && without > 2 * with, "%s: channels known to be loud: error %.2g, unknown %.2g", narrow_name(g), with,
	        without);
	free(told);
	free(untold);
	free(oracle);
	release(&p);
}

/* What all rows have in common, ten times as large as the rest, is taken off them, and what it gives is in the bias. */
static void common(const struct narrow *g)
{
	struct problem p = problem_of(64, 384, 48);
	float *less = random_matrix(p.k, 12);

	p.loudness = gemm_alloc(p.k);
	for (size_t l = 0; l < p.k; l++) {
		less[l] *= 10;
		p.loudness[l] = l % 97 == 5 ? 10 : 1;
		for (size_t i = 0; i < p.m; i++)
			p.a[i * (p.k + 3) + l] += less[l];
	}
	float *with = product(g, NARROW_INT8, &p);
	const double error = error_of(&p, with);
	for (size_t l = 0; l < p.k; l++)
		for (size_t j = 0; j < p.n; j++)
			p.bias[j] += less[l] * p.weights[j * p.k + l];
	float *without = product_without(g, NARROW_INT8, &p, less), *oracle = product_without(narrow_named("portable"), NARROW_INT8, &p, less);
	bool same = true;
	for (size_t r = 0; r < p.m; r++)
		same = same && memcmp(without + r * (p.n + 5), oracle + r * (p.n + 5), p.n * sizeof *without) == 0;
	for (size_t l = 0; l < p.k; l++)
		for (size_t j = 0; j < p.n; j++)
			p.bias[j] -= less[l] * p.weights[j * p.k + l];
	ok(same && error_of(&p, without) < error / 5, "%s: less what rows have in common: error %.2g, with it %.2g", narrow_name(g),
	        error_of(&p, without), error);
	free(less);
	free(with);
	free(without);
	free(oracle);
	release(&p);
}

/* --- attention ---------------------------------------------------------------------------------------------------------- */

static void attend(const struct narrow *g, enum narrow_kind values, size_t tokens, size_t size, float sharpness)
{
	const size_t stride = 2 * size + 1, work = narrow_attention_work_size(g, tokens, size);
	float *query = random_matrix(tokens * stride, 5), *key = random_matrix(tokens * stride, 6), *memory = gemm_alloc(work);
	float *out = gemm_alloc(tokens * size), *exact = gemm_alloc(tokens * size);
	const struct attention *f32 = attention_named("portable");
	float *f32_memory = gemm_alloc(attention_work_size(f32, tokens, size));
	struct attention_head head = {tokens, tokens, size, query, key, key + size, stride, stride, out, size};
	double errors = 0, squares = 0;

	for (size_t i = 0; i < tokens * stride; i++)
		query[i] *= sharpness;
	for (size_t i = 0; i < tokens; i++)
		key[i * stride] += 20; /* which all keys have in common */
	narrow_attend(g, &head, values, memory);
	head.out = exact;
	attention_attend(f32, &head, f32_memory);
	for (size_t i = 0; i < tokens * size; i++) {
		errors += ((double)out[i] - (double)exact[i]) * ((double)out[i] - (double)exact[i]);
		squares += (double)exact[i] * (double)exact[i];
	}
	ok(sqrt(errors / squares) < (values == NARROW_INT8 ? 6e-2 : 2e-3), "%s: attention of %zu tokens, values in %s, sharpness %.1f, relative error %.2g",
	        narrow_name(g), tokens, kind_names[values], (double)sharpness, sqrt(errors / squares));
	free(query);
	free(key);
	free(memory);
	free(out);
	free(exact);
	free(f32_memory);
}

/* What is not finite in one key or value, or in one question, is in all answers, or in one. */
static void attend_not_finite(const struct narrow *g, enum narrow_kind values)
{
	enum { TOKENS = 150, SIZE = 24, ROWS = 3 * TOKENS * SIZE };
	const char *const where[] = {"question", "key", "value"};
	float *memory = gemm_alloc(narrow_attention_work_size(g, TOKENS, SIZE)), *out = gemm_alloc(TOKENS * SIZE);

	for (int i = 0; i < 3; i++) {
		float *rows = random_matrix(ROWS, 8);
		const float *query = rows, *key = rows + TOKENS * SIZE, *value = key + TOKENS * SIZE;
		const struct attention_head head = {TOKENS, TOKENS, SIZE, query, key, value, SIZE, SIZE, out, SIZE};
		rows[(size_t)i * TOKENS * SIZE + 140 * SIZE + 5] = i == 1 ? NAN : INFINITY;
		narrow_attend(g, &head, values, memory);
		bool right = true;
		for (size_t j = 0; j < TOKENS; j++)
			right = right && (i == 0 && j != 140 ? all_finite(out + j * SIZE, SIZE)
			                                     : !all_finite(out + j * SIZE, SIZE) && (i == 2 || all_nan(out + j * SIZE, SIZE)));
		ok(right, "%s: what is not finite in a %s is in the answers, values in %s", narrow_name(g), where[i], kind_names[values]);
		free(rows);
	}
	free(memory);
	free(out);
}

/* --- rounding ----------------------------------------------------------------------------------------------------------- */

static void rounding(const struct narrow_rounding *set, const char *name)
{
	enum { MOST = 100 };
	const struct narrow_rounding *oracle = &narrow_rounding_portable;
	float x[MOST], by[MOST], scales[4], sums[2][MOST] = {{0}}, peaks[2][MOST] = {{0}};
	int16_t a[MOST], b[MOST];
	uint8_t bytes[2][MOST];
	bool same = true;
	uint32_t seed = 9;

	for (size_t n = 1; n < MOST; n++) {
		for (size_t i = 0; i < n; i++) {
			x[i] = 3 * random_number(&seed);
			by[i] = 1 + random_number(&seed) / 2;
		}
		a[n < MOST - 1 ? n : 0] = 77;
		const float one = set->row16(x, n % 2 ? by : NULL, n % 3 ? by : NULL, n, 2047, a);
		const float two = oracle->row16(x, n % 2 ? by : NULL, n % 3 ? by : NULL, n, 2047, b);
		same = same && one == two && memcmp(a, b, n * sizeof *a) == 0 && (n == MOST - 1 || a[n] == 77);
		set->row8(x, n % 2 ? by : NULL, by, n, bytes[0], &scales[0], &scales[1]);
		oracle->row8(x, n % 2 ? by : NULL, by, n, bytes[1], &scales[2], &scales[3]);
		same = same && scales[0] == scales[2] && scales[1] == scales[3] && memcmp(bytes[0], bytes[1], n) == 0;
		set->scaled16(x, n % 2 ? by : NULL, by, n, a);
		oracle->scaled16(x, n % 2 ? by : NULL, by, n, b);
		same = same && memcmp(a, b, n * sizeof *a) == 0;
		set->add_to(x, n, sums[0]);
		oracle->add_to(x, n, sums[1]);
		set->raise_to(x, n % 2 ? by : NULL, n, peaks[0]);
		oracle->raise_to(x, n % 2 ? by : NULL, n, peaks[1]);
	}
	ok(same && memcmp(sums[0], sums[1], sizeof sums[0]) == 0 && memcmp(peaks[0], peaks[1], sizeof peaks[0]) == 0,
	        "%s: rounds to the oracle's bits, rows of 1 to 99", name);
}

enum { WIDTH = 32 /* the widest */, KEYS = 65 };

struct softened {
	size_t width;
	float highest[WIDTH], sums[WIDTH], factors[WIDTH];
	uint32_t shares[(KEYS + 1) / 2 * WIDTH];
};

static int share_of(const struct softened *s, size_t key, size_t question)
{
	return (int)(s->shares[key / 2 * s->width + question] >> key % 2 * 16 & 0xffff);
}

/* Two pieces of keys, the second of an odd number, in a version and in the oracle. */
static void soft_max(const struct narrow_rounding *set, const char *name, size_t width)
{
	static struct softened a, b;
	static float scores[KEYS * WIDTH];
	uint32_t seed = 11;
	bool near = true, same_highest = true;

	a.width = b.width = width;
	for (size_t j = 0; j < width; j++) {
		a.highest[j] = b.highest[j] = -INFINITY;
		a.sums[j] = b.sums[j] = 0;
	}
	for (size_t keys = KEYS - 1; keys <= KEYS; keys++) {
		for (size_t i = 0; i < keys * width; i++)
			scores[i] = 20 * random_number(&seed) * random_number(&seed);
		scores[width + 3] = keys == KEYS ? 1e30f : -1e30f;
		set->soften(scores, keys, width, a.highest, a.sums, a.factors, a.shares);
		narrow_rounding_portable.soften(scores, keys, width, b.highest, b.sums, b.factors, b.shares);
		same_highest = same_highest && memcmp(a.highest, b.highest, width * sizeof *a.highest) == 0;
		for (size_t j = 0; j < width; j++) {
			near = near && fabsf(a.factors[j] - b.factors[j]) < 1e-5f && fabsf(a.sums[j] - b.sums[j]) < 40;
			for (size_t i = 0; i < keys; i++)
				near = near && abs(share_of(&a, i, j) - share_of(&b, i, j)) <= 1 && share_of(&a, i, j) <= NARROW_SHARE + 1;
		}
	}
	ok(near && same_highest, "%s: the soft-max differs by a unit at most", name);
	ok(share_of(&a, 1, 3) == NARROW_SHARE && share_of(&a, 0, 3) <= 1 && a.factors[3] < 1e-30f, "%s: a soft-max of extremes", name);
	set->soften(scores, KEYS, width, a.highest, a.sums, a.factors, a.shares);
	ok(a.factors[0] == 1 && a.factors[width - 1] == 1,
	        "%s: no score higher than before, nothing to correct", name);
	for (size_t i = 0; i < KEYS * width; i++)
		scores[i] = a.highest[i % width] - 13.5f;
	int sum = 0;
	set->soften(scores, KEYS - 1, width, a.highest, a.sums, a.factors, a.shares);
	for (size_t i = 0; i < KEYS - 1; i++)
		sum += share_of(&a, i, 5);
	ok(abs(sum - 23) <= 1, "%s: 64 shares of 0.35 are %d", name, sum);
}

/* The same in 8 bits, with one to four keys in the last number. */
static void soft_max8(const struct narrow_rounding *set, const char *name, size_t width)
{
	static struct softened a, b;
	static float scores[KEYS * WIDTH], now[2][WIDTH];
	uint32_t seed = 13;
	bool near = true, same_highest = true;

	a.width = b.width = width;
	for (size_t j = 0; j < width; j++) {
		a.highest[j] = b.highest[j] = -INFINITY;
		a.sums[j] = b.sums[j] = 0;
	}
	for (size_t keys = KEYS - 4; keys <= KEYS; keys++) {
		for (size_t i = 0; i < keys * width; i++)
			scores[i] = 20 * random_number(&seed) * random_number(&seed);
		scores[width + 3] = keys == KEYS ? 1e30f : -1e30f;
		set->soften8(scores, keys, width, a.highest, a.sums, a.factors, now[0], a.shares);
		narrow_rounding_portable.soften8(scores, keys, width, b.highest, b.sums, b.factors, now[1], b.shares);
		same_highest = same_highest && memcmp(a.highest, b.highest, width * sizeof *a.highest) == 0;
		for (size_t j = 0; j < width; j++) {
			near = near && fabsf(a.factors[j] - b.factors[j]) < 1e-5f && fabsf(now[0][j] - now[1][j]) < 1e-5f &&
			       fabsf(a.sums[j] - b.sums[j]) < 5;
			for (size_t i = 0; i < (keys + 3) / 4 * 4; i++) {
				const int one = (int)(a.shares[i / 4 * width + j] >> i % 4 * 8 & 0xff), two = (int)(b.shares[i / 4 * width + j] >> i % 4 * 8 & 0xff);
				near = near && abs(one - two) <= 1 && one <= NARROW_SHARE8 && (i < keys || one == 0);
			}
		}
	}
	ok(near && same_highest, "%s: the soft-max in 8 bits differs by a unit at most, and has no keys behind the last", name);
}

int main(void)
{
	for (size_t i = 0; i < NAMES; i++) {
		const struct narrow *g = narrow_named(names[i]);
		if (!g) {
			skip("this CPU has no such instructions");
			continue;
		}
		for (int kind = NARROW_INT8; kind <= NARROW_BF16; kind++) {
			if (!narrow_has(g, (enum narrow_kind)kind))
				continue;
			products(g, (enum narrow_kind)kind);
			extremes(g, (enum narrow_kind)kind);
			not_finite(g, (enum narrow_kind)kind);
		}
		outliers(g);
		common(g);
		for (int values = NARROW_INT8; values <= NARROW_INT16; values++) {
			const enum narrow_kind kind = (enum narrow_kind)values;
			attend(g, kind, 1, 16, 1);
			attend(g, kind, 300, 64, 0.1f);
			attend(g, kind, 301, 64, 2);
			attend(g, kind, 77, 13, 5);
			attend(g, kind, 130, 100, 1);
			attend(g, kind, 20, 300, 0.5f);
			attend_not_finite(g, kind);
		}
	}
	rounding(&narrow_rounding_portable, "portable");
	soft_max(&narrow_rounding_portable, "portable", 4);
	soft_max8(&narrow_rounding_portable, "portable", 4);
#if defined __x86_64__
	if (__builtin_cpu_supports("avx2"))
		rounding(&narrow_rounding_avx2, "avx2"), soft_max(&narrow_rounding_avx2, "avx2", 32), soft_max8(&narrow_rounding_avx2, "avx2", 32);
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"))
		rounding(&narrow_rounding_avx512, "avx512"), soft_max(&narrow_rounding_avx512, "avx512", 32), soft_max8(&narrow_rounding_avx512, "avx512", 32);
#endif
	ok(narrow_best("portable") == narrow_named("portable"), "the portable kernel stays portable");
	return done();
}
