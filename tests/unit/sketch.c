/* SPDX-License-Identifier: ISC */
#include "unit/test.h"

#include "math/orientation.h"
#include "math/projection.h"
#include "model/sketch.h"

#include <stdlib.h>

static float noise(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (float)(*state >> 8) / 16777216.f - .5f;
}

/* Every kernel against the last one, the oracle, bit for bit, at widths around its own. */
static void compare_orientations(void)
{
	enum { WIDTH = 70 };
	float rows[3][WIDTH + 2], sums[WIDTH * ORIENTATIONS], expected[WIDTH * ORIENTATIONS];
	const struct orientation_version *oracle = &orientation_versions[orientation_version_count - 1];
	uint32_t state = 1;

	for (const struct orientation_version *v = orientation_fastest(); v <= oracle; v++) {
		bool same = true;
		for (size_t width = 1; width <= WIDTH; width++) {
			for (size_t i = 0; i < sizeof rows / sizeof **rows; i++)
				rows[i / (WIDTH + 2)][i % (WIDTH + 2)] = i % 5 ? noise(&state) : 0;
			for (size_t i = 0; i < width * ORIENTATIONS; i++)
				sums[i] = expected[i] = noise(&state);
			v->add(rows[0] + 1, rows[1] + 1, rows[2] + 1, width, sums);
			oracle->add(rows[0] + 1, rows[1] + 1, rows[2] + 1, width, expected);
			same = same && memcmp(sums, expected, width * ORIENTATIONS * sizeof *sums) == 0;
		}
		ok(same, "orientations, kernel %s: the bits of the oracle", v->version.name);
	}
}

static void compare_projections(void)
{
	enum { ROWS = 37, COLUMNS = 150 };
	static float x[ROWS], matrix[ROWS * COLUMNS], bias[COLUMNS], out[COLUMNS], expected[COLUMNS];
	const struct projection_version *oracle = &projection_versions[projection_version_count - 1];
	uint32_t state = 2;

	for (size_t i = 0; i < ROWS * COLUMNS; i++)
		matrix[i] = noise(&state);
	for (size_t i = 0; i < COLUMNS; i++)
		bias[i] = noise(&state);
	for (size_t i = 0; i < ROWS; i++)
		x[i] = noise(&state);
	for (const struct projection_version *v = projection_fastest(); v <= oracle; v++) {
		bool same = true;
		for (size_t columns = 1; columns <= COLUMNS; columns++) {
			v->apply(x, matrix, bias, ROWS, columns, out);
			oracle->apply(x, matrix, bias, ROWS, columns, expected);
			same = same && memcmp(out, expected, columns * sizeof *out) == 0;
		}
		ok(same, "projection, kernel %s: the bits of the oracle", v->version.name);
	}
}

/* Eight orientations of a step, from dark to light and back: each is sorted into its own bin. */
static void sort_steps(void)
{
	float rows[3][3], sums[ORIENTATIONS];
	int right = 0;

	for (int k = 0; k < 2 * ORIENTATIONS; k++) {
		const float angle = 3.14159265f * (float)k / ORIENTATIONS, c = cosf(angle), s = sinf(angle);
		for (int y = 0; y < 3; y++)
			for (int x = 0; x < 3; x++)
				rows[y][x] = c * (float)x + s * (float)y;
		memset(sums, 0, sizeof sums);
		orientation_fastest()->add(rows[0] + 1, rows[1] + 1, rows[2] + 1, 1, sums);
		int largest = 0;
		for (int i = 1; i < ORIENTATIONS; i++)
			largest = sums[i] > sums[largest] ? i : largest;
		right += largest == k % ORIENTATIONS && fabsf(sums[largest] - 2) < 1e-5f;
	}
	ok(right == 2 * ORIENTATIONS, "a step of length 2 goes into the bin of its orientation, whichever side is dark");
}

/* A frame of lines, drawn into a square of this side; `broken` leaves gaps. */
static void draw(struct picture *p, enum picture_layout layout, uint32_t side, uint32_t at, uint32_t size, uint32_t line,
        bool broken)
{
	picture_prepare(p, layout, side, side, NULL);
	memset(p->pixels.data, layout == PICTURE_BIT ? 0 : 255, p->pixels.size);
	for (uint32_t y = at; y < at + size; y++)
		for (uint32_t x = at; x < at + size; x++) {
			const bool edge = x < at + line || y < at + line || x >= at + size - line || y >= at + size - line || (x > y ? x - y : y - x) < line;
			if (!edge || (broken && (x + y) / 8 % 3 == 0))
				continue;
			if (layout == PICTURE_BIT)
				picture_row(p, y)[x / 8] |= (uint8_t)(128 >> x % 8);
			else if (layout == PICTURE_GREY)
				picture_row(p, y)[x] = 0;
			else
				memset(picture_row(p, y) + 3 * x, 0, 3);
		}
}

static float likeness(const float *a, const float *b)
{
	float dot = 0, aa = 0, bb = 0;

	for (int i = 0; i < SKETCH_DESCRIPTOR; i++) {
		dot += a[i] * b[i];
		aa += a[i] * a[i];
		bb += b[i] * b[i];
	}
	return dot / sqrtf(aa * bb);
}

static void describe_drawings(void)
{
	static float a[SKETCH_DESCRIPTOR], b[SKETCH_DESCRIPTOR];
	struct sketch_scratch *scratch = sketch_scratch_new();
	struct picture p = {0};
	struct error err;

	draw(&p, PICTURE_GREY, 518, 40, 400, 3, false);
	ok(sketch_describe(scratch, &p, a, &err) == 0, "a drawing is described");
	draw(&p, PICTURE_RGB, 518, 40, 400, 3, false);
	sketch_describe(scratch, &p, b, &err);
	ok(memcmp(a, b, sizeof a) == 0, "the same in colour");
	draw(&p, PICTURE_BIT, 518, 40, 400, 3, false);
	sketch_describe(scratch, &p, b, &err);
	ok(memcmp(a, b, sizeof a) == 0, "and in bits");
	draw(&p, PICTURE_GREY, 700, 291, 400, 3, false);
	sketch_describe(scratch, &p, b, &err);
	ok(memcmp(a, b, sizeof a) == 0, "and elsewhere on a larger page");
	draw(&p, PICTURE_GREY, 518, 0, 518, 8, false);
	sketch_describe(scratch, &p, b, &err);
	ok(likeness(a, b) > .9f, "larger and with thicker lines it is much the same (%.3f)", (double)likeness(a, b));
	draw(&p, PICTURE_GREY, 518, 40, 400, 3, true);
	sketch_describe(scratch, &p, b, &err);
	ok(likeness(a, b) > .9f, "and with broken ones (%.3f)", (double)likeness(a, b));
	draw(&p, PICTURE_GREY, 518, 40, 400, 3, false);
	for (uint32_t y = 0; y < 518; y++)
		for (uint32_t x = 0; x < 259; x++) {
			const uint8_t left = picture_row(&p, y)[x];
			picture_row(&p, y)[x] = picture_row(&p, y)[517 - x];
			picture_row(&p, y)[517 - x] = left;
		}
	sketch_describe(scratch, &p, b, &err);
	ok(likeness(a, b) < .9f, "mirrored it is another (%.3f)", (double)likeness(a, b));

	draw(&p, PICTURE_GREY, SKETCH_MIN_SIDE, 0, 0, 1, false);
	sketch_describe(scratch, &p, b, &err);
	int zeros = 0;
	for (int i = 0; i < SKETCH_DESCRIPTOR; i++)
		zeros += b[i] == 0;
	ok(zeros == SKETCH_DESCRIPTOR, "a blank page has an empty descriptor");
	bool good = true;
	for (uint32_t side = SKETCH_MIN_SIDE; side <= SKETCH_MAX_SIDE; side = side * 5 / 4 + 1) {
		draw(&p, PICTURE_GREY, side, 0, side, 1, false);
		good = good && sketch_describe(scratch, &p, b, &err) == 0 && isfinite(likeness(b, b));
		memset(p.pixels.data, 0, p.pixels.size);
		good = good && sketch_describe(scratch, &p, b, &err) == 0 && isfinite(likeness(b, b));
	}
	memset(picture_row(&p, 5), 255, 20);
	draw(&p, PICTURE_GREY, SKETCH_MAX_SIDE, 7, 1, 1, false);
	good = good && sketch_describe(scratch, &p, b, &err) == 0 && isfinite(likeness(b, b));
	ok(good, "all sides are taken, black squares and single points, too");
	picture_prepare(&p, PICTURE_GREY, 100, 101, NULL);
	ok(sketch_describe(scratch, &p, b, &err) < 0, "what is no square is not");
	picture_prepare(&p, PICTURE_GREY, SKETCH_MAX_SIDE + 1, SKETCH_MAX_SIDE + 1, NULL);
	ok(sketch_describe(scratch, &p, b, &err) < 0, "nor what is too large");
	picture_release(&p);
	sketch_scratch_free(scratch);
}

int main(void)
{
	compare_orientations();
	compare_projections();
	sort_steps();
	describe_drawings();
	return done();
}
