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
	uint8_t *group = calloc(1, s.group_size);
	struct code_entry e = {0}, back = {0};
	struct estimate_list list;
	struct estimator estimator;
	struct error err = {""};
	float most[CODES_SIDE];
	double distance = 0, excess = 0;
	int low = 0, lost = 0;

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
		code_entry_put(&s, group, lane, &e);
		code_entry_get(&s, group, lane, &back);
		lost += memcmp(&e, &back, sizeof e) != 0;
		estimate_groups(&estimator, 0, &list, group, 1, most);
		const double truth = figure(x, q, dimension, metric);
		low += most[lane] < truth;
		excess += ((double)most[lane] - truth) / ((double)e.spread * sqrt(distance)) / ENTRIES;
	}
	ok(lost == 0, "an entry of a group is read as it was written");
	ok(low < ENTRIES / 200, "%s: of %d estimates %d are below the truth", index_metric_name(metric), ENTRIES, low);
	ok(excess > 2.5 && excess < 4, "and they lie above it by %.2f deviations, about three and what quantising adds", excess);

	/* the centroid itself, and the question itself */
	code_make(rotated_centroid, rotated_centroid, s.words, metric, &e);
	code_entry_put(&s, group, 0, &e);
	estimate_groups(&estimator, 0, &list, group, 1, most);
	const double truth = figure(centroid, q, dimension, metric);
	ok(e.spread == 0 && fabs(most[0] - truth) < 1e-3 * (1 + fabs(truth)), "a vector that is its centroid is no estimate");
	estimator_release(&estimator);
	free(group);
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

static void test_blocks(void)
{
	const struct code_shape s = code_shape(384), large = code_shape(LIMIT_DIMENSION);
	uint8_t *bytes = calloc(CODES_HEAD + 8, s.group_size);
	struct code_block b;
	struct error err;

	ok(s.room == 56 && s.group_size % 64 == 0 && 4 + CODES_HEAD + s.room / 8 * s.group_size <= 4080,
	        "56 codes of 384 numbers fill a page");
	ok(large.room == CODES_SIDE, "the largest take more than one, and still eight are together");
	le32_put(bytes, 9);
	ok(code_block_decode(&b, &s, (struct store_value){bytes, CODES_HEAD + 2 * s.group_size}, &err) == 0 && b.count == 9,
	        "nine entries are two groups");
	ok(code_block_decode(&b, &s, (struct store_value){bytes, CODES_HEAD + s.group_size}, &err) < 0 &&
	                code_block_decode(&b, &s, (struct store_value){bytes, CODES_HEAD + 3 * s.group_size}, &err) < 0,
	        "not one, nor three");
	ok(code_block_decode(&b, &s, (struct store_value){bytes, 3}, &err) < 0, "nor none");
	le32_put(bytes, 0);
	ok(code_block_decode(&b, &s, (struct store_value){bytes, CODES_HEAD}, &err) < 0, "a block without entries is malformed");
	le32_put(bytes, 57);
	ok(code_block_decode(&b, &s, (struct store_value){bytes, CODES_HEAD + 8 * s.group_size}, &err) < 0,
	        "as is one with more than there is room for");
	free(bytes);
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
