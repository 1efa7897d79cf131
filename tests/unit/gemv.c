/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"
#include "math/gemv.h"
#include "unit/random.h"
#include "unit/test.h"

enum { NUMBERS = 77, ROWS = 15, VECTORS = 11 };

static uint64_t state = 7;

static uint8_t bytes[ROWS * (4 * NUMBERS + 1) + 3];
static float vectors[VECTORS * NUMBERS];
static const uint8_t *rows[ROWS];

/* The largest error of a version, in parts of the sum of sizes; a product too many or too few is an error of 1. */
static double worst_error(const struct gemv_version *version, size_t row_count, size_t count, size_t n)
{
	float products[ROWS * VECTORS + 1];
	double worst = 0;

	for (size_t i = 0; i <= row_count * count; i++)
		products[i] = 12345;
	version->multiply(rows, row_count, vectors, count, n, products);
	for (size_t r = 0; r < row_count; r++)
		for (size_t c = 0; c < count; c++) {
			double sum = 0, size = 1e-30;
			for (size_t i = 0; i < n; i++) {
				const double product = (double)lef32_get(rows[r] + 4 * i) * (double)vectors[c * n + i];
				sum += product;
				size += fabs(product);
			}
			worst = fmax(worst, fabs((double)products[r * count + c] - sum) / size);
		}
	return products[row_count * count] == 12345 ? worst : 1;
}

int main(void)
{
	for (size_t i = 0; i < VECTORS * NUMBERS; i++)
		vectors[i] = random_number(&state) * 3;
	/* on addresses of all kinds, with nothing between them that could be taken for a number */
	memset(bytes, 0xff, sizeof bytes);
	for (size_t r = 0; r < ROWS; r++) {
		uint8_t *row = bytes + r * (4 * NUMBERS + 1);
		for (size_t i = 0; i < NUMBERS; i++)
			lef32_put(row + 4 * i, random_number(&state) * 3);
		rows[r] = row;
	}
	for (size_t v = 0; v < gemv_version_count; v++) {
		const struct gemv_version *version = &gemv_versions[v];
		double worst = 0;
		if (!version->version.supported()) {
			skip("this machine lacks the instructions");
			continue;
		}
		for (size_t n = 0; n <= NUMBERS; n++)
			for (size_t r = 0; r <= ROWS; r++)
				for (size_t c = 0; c <= VECTORS; c++)
					worst = fmax(worst, worst_error(version, r, c, n));
		ok(worst < 1e-6, "%s is right to %.1e of the sum of sizes, for any numbers of rows, vectors and what they hold",
		        version->version.name, worst);
	}
	return done();
}
