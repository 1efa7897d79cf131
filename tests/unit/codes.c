/* SPDX-License-Identifier: ISC */
/* Codes and what is estimated from them, against the vectors that they stand for. */
#include "base/bytes.h"
#include "index/codes.h"
#include "index/estimate.h"
#include "index/refiner.h"
#include "math/splitmix.h"
#include "unit/test.h"

#include <math.h>
#include <stdlib.h>

enum { LARGEST = 512, ENTRIES = 2000 };

static uint64_t state = 2;

/* Roughly normal. */
static float number(void)
{
	double sum = -2;

	for (int i = 0; i < 4; i++)
		sum += splitmix_unit(&state);
	return (float)sum;
}

/* What index/estimate.h says the figure is. */
static double figure(const float *x, const float *q, size_t n, enum index_metric metric)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * q[i] - (metric == INDEX_L2 ? ((double)x[i] * x[i] + (double)q[i] * q[i]) / 2 : 0);
	return sum;
}

/* Vectors around a centroid that is far from the question's: each estimate at most is one, and none is far too large. */
static void test_estimates(uint32_t dimension, enum index_metric metric)
{
	const struct index_settings settings = {.space = "test", .dimension = dimension, .metric = metric, .rotation = 9};
	const struct code_shape s = code_shape(dimension);
	static float centroid[LARGEST], x[LARGEST], q[LARGEST], rotated_centroid[LARGEST + 64], rotated[LARGEST + 64];
	static uint8_t bytes[4 * LARGEST];
	struct bytes block = {0};
	struct code_block b;
	struct code_entry e = {0}, back = {0};
	struct estimate_list list;
	struct estimator estimator;
	struct error err = {""};
	float most[CODES_SIDE];
	double distance = 0, excess = 0;
	const int made = code_block_copy(&block, &s, NULL, CODES_SIDE);
	int low = 0, lost = 0;

	ok(made == 0 && code_block_decode(&b, &s, (struct store_value){block.data, block.size}, &err) == 0, "a block of eight entries is made");
	for (size_t i = 0; i < dimension; i++) {
		centroid[i] = number();
		q[i] = centroid[i] + 0.7f * number();
		distance += ((double)q[i] - centroid[i]) * ((double)q[i] - centroid[i]);
	}
	lef32_put_array(bytes, centroid, dimension);
	rotation_apply(settings.rotation, centroid, dimension, rotated_centroid);
	ok(estimator_begin(&estimator, &settings, 3, q, 1, &err) == 0, "a question of %u numbers is prepared", (unsigned)dimension);
	estimate_list(&estimator, 0, bytes, &list);
	for (int k = 0; k < ENTRIES; k++) {
		const size_t lane = (size_t)k % CODES_SIDE;
		for (size_t i = 0; i < dimension; i++)
			x[i] = centroid[i] + 0.5f * number();
		rotation_apply(settings.rotation, x, dimension, rotated);
		code_make(rotated, rotated_centroid, s.words, metric, &e);
		e.picture = (uint32_t)k;
		e.patent = (uint32_t)k / 3;
		code_entry_put(&s, block.data, CODES_SIDE, lane, &e);
		code_entry_get(&s, &b, lane, &back);
		lost += memcmp(&e, &back, sizeof e) != 0;
		estimate_groups(&estimator, 0, &list, b.groups, 1, most);
		const double truth = figure(x, q, dimension, metric);
		low += most[lane] < truth;
		excess += ((double)most[lane] - truth) / ((double)e.spread * sqrt(distance)) / ENTRIES;
	}
	ok(lost == 0, "an entry of a group is read as it was written");
	ok(low < ENTRIES / 200, "%s: of %d estimates %d are below the truth", index_metric_name(metric), ENTRIES, low);
	ok(excess > 2.5 && excess < 4, "and they lie above it by %.2f deviations, about three and what quantising adds", excess);

	/* the centroid itself, and the question itself */
	code_make(rotated_centroid, rotated_centroid, s.words, metric, &e);
	code_entry_put(&s, block.data, CODES_SIDE, 0, &e);
	estimate_groups(&estimator, 0, &list, b.groups, 1, most);
	const double truth = figure(centroid, q, dimension, metric);
	ok(e.spread == 0 && fabs(most[0] - truth) < 1e-3 * (1 + fabs(truth)), "a vector that is its centroid is no estimate");
	estimator_release(&estimator);
	bytes_release(&block);
}

/* The same by refinements: as often below the truth, and the closer to it the more bits there are. */
static void test_refinements(uint32_t dimension, enum index_metric metric)
{
	static float centroid[LARGEST], x[LARGEST], q[LARGEST], rotated_centroid[LARGEST + 64], rotated[LARGEST + 64];
	static uint8_t bytes[4 * LARGEST], levels[LARGEST + 64], slot[REFINEMENT_HEAD + LARGEST + 64];
	struct estimate_list list;
	struct estimator estimator;
	struct error err = {""};
	double before = 1;

	for (unsigned bits = 2; bits <= 8; bits *= 2) {
		const struct index_settings settings = {.space = "test", .dimension = dimension, .metric = metric, .rotation = 9, .bits = bits};
		const struct refinement_shape s = refinement_shape(&settings);
		struct refiner refiner;
		double apart = 0;
		int low = 0;
		for (size_t i = 0; i < dimension; i++) {
			centroid[i] = number();
			q[i] = centroid[i] + 0.7f * number();
		}
		lef32_put_array(bytes, centroid, dimension);
		rotation_apply(settings.rotation, centroid, dimension, rotated_centroid);
		if (estimator_begin(&estimator, &settings, 3, q, 1, &err) < 0 || refiner_begin(&refiner, &settings, 3, &estimator, &err) < 0) {
			ok(false, "%s", err.text);
			return;
		}
		estimate_list(&estimator, 0, bytes, &list);
		for (int k = 0; k < ENTRIES; k++) {
			double size = 0;
			for (size_t i = 0; i < dimension; i++) {
				x[i] = centroid[i] + 0.5f * number();
				size += (double)(x[i] - centroid[i]) * (double)(x[i] - centroid[i]);
			}
			rotation_apply(settings.rotation, x, dimension, rotated);
			refinement_make(&s, rotated, rotated_centroid, metric, levels, slot);
			const double most = (double)refiner_figure(&refiner, 0, &list, slot), truth = figure(x, q, dimension, metric);
			low += most < truth;
			apart += (most - truth) / (sqrt(size) * (double)list.distance) / ENTRIES;
		}
		ok(low < ENTRIES / 200, "%s, %u bits: of %d estimates %d are below the truth", index_metric_name(metric), bits, ENTRIES, low);
		ok(apart < before / 2, "they lie above it by %.4f of what the product can be", apart);
		before = apart;
		/* the centroid itself */
		refinement_make(&s, rotated_centroid, rotated_centroid, metric, levels, slot);
		const double truth = figure(centroid, q, dimension, metric);
		ok(fabs((double)refiner_figure(&refiner, 0, &list, slot) - truth) < 1e-3 * (1 + fabs(truth)),
		        "a vector that is its centroid is no estimate");
		refinement_seal(&s, 77, slot);
		const bool whole = refinement_is_whole(&s, 77, slot), other = refinement_is_whole(&s, 78, slot);
		slot[s.slot - 1] ^= 1;
		ok(whole && !other && !refinement_is_whole(&s, 77, slot), "a slot is one picture's, and whole");
		refiner_release(&refiner);
		estimator_release(&estimator);
	}
}

/* An entry that is known by its number. */
static struct code_entry entry_of(uint32_t i)
{
	struct code_entry e = {.picture = i, .patent = 1000 + i, .scale = 1 + (float)i, .offset = -(float)i, .spread = (float)i / 2};

	for (size_t w = 0; w < 6; w++)
		e.words[w] = 0x0123456789abcdefu * (i + w + 1);
	return e;
}

static void test_blocks(void)
{
	const struct code_shape s = code_shape(384), large = code_shape(LIMIT_DIMENSION);
	struct bytes block = {0}, shorter = {0}, longer = {0};
	struct code_block b, c;
	struct code_entry e;
	struct error err;
	int wrong = 0;

	ok(code_block_copy(&block, &s, NULL, s.room) == 0 && s.room == 56 && s.group_size % 64 == 0 && 4 + block.size <= 4080,
	        "56 codes of 384 numbers fill a page");
	ok(large.room == CODES_SIDE, "the largest take more than one, and still eight are together");
	code_block_copy(&block, &s, NULL, 17);
	for (uint32_t i = 0; i < 17; i++) {
		e = entry_of(i);
		code_entry_put(&s, block.data, 17, i, &e);
	}
	struct store_value value = {block.data, block.size};
	ok(code_block_decode(&b, &s, value, &err) == 0 && b.count == 17, "seventeen entries are three groups");
	const struct store_value patents = code_block_patents(&s, value);
	ok(patents.data == b.patents && patents.size == 96, "where their patents are can be told from outside");
	code_block_copy(&shorter, &s, &b, 11);
	code_block_copy(&longer, &s, &b, 30);
	code_block_decode(&b, &s, (struct store_value){shorter.data, shorter.size}, &err);
	code_block_decode(&c, &s, (struct store_value){longer.data, longer.size}, &err);
	for (uint32_t i = 0; i < 30; i++) {
		struct code_entry want = i < 17 ? entry_of(i) : (struct code_entry){0}, of_longer = {0}, of_shorter = {0};
		code_entry_get(&s, &c, i, &of_longer);
		wrong += memcmp(&want, &of_longer, sizeof want) != 0;
		if (i >= 16)
			continue;
		want = i < 11 ? want : (struct code_entry){0};
		code_entry_get(&s, &b, i, &of_shorter);
		wrong += memcmp(&want, &of_shorter, sizeof want) != 0;
	}
	ok(b.count == 11 && c.count == 30 && wrong == 0, "copied into shorter and longer blocks they are the same, and what is not there is zero");
	value.size -= s.group_size + 64;
	const int one_less = code_block_decode(&b, &s, value, &err);
	value.size += 2 * (s.group_size + 64);
	ok(one_less < 0 && code_block_decode(&b, &s, value, &err) < 0, "not two groups, nor four");
	ok(code_block_decode(&b, &s, (struct store_value){block.data, 3}, &err) < 0, "nor none");
	le32_put(block.data, 0);
	ok(code_block_decode(&b, &s, (struct store_value){block.data, CODES_HEAD}, &err) < 0, "a block without entries is malformed");
	code_block_copy(&block, &s, NULL, 57);
	ok(code_block_decode(&b, &s, (struct store_value){block.data, block.size}, &err) < 0, "as is one with more than there is room for");
	bytes_release(&block);
	bytes_release(&shorter);
	bytes_release(&longer);
}

int main(void)
{
	for (int m = INDEX_COSINE; m <= INDEX_IP; m++) {
		test_estimates(64, (enum index_metric)m);
		test_estimates(100, (enum index_metric)m);
		test_estimates(384, (enum index_metric)m);
		test_estimates(512, (enum index_metric)m);
		test_refinements(64, (enum index_metric)m);
		test_refinements(384, (enum index_metric)m);
		test_refinements(500, (enum index_metric)m);
	}
	test_blocks();
	return done();
}
