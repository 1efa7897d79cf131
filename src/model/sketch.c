/* SPDX-License-Identifier: ISC */
#include "model/sketch.h"

#include "math/orientation.h"
#include "math/projection.h"

#include <math.h>
#include <stdlib.h>

enum {
	SIDE = 256,         /* of the square that is looked at, octave 0 */
	OCTAVES = 4,        /* SIDE, SIDE / 2, SIDE / 4, SIDE / 8 */
	CELLS = 16,         /* energies are first summed in CELLS × CELLS */
	INK_THRESHOLD = 38, /* of 255: what counts as ink for the drawing's box */
	BLOCKS = 5,
};

/* The blocks of a descriptor; that of the ink follows them. */
static const struct {
	int octave, grid;
} blocks[BLOCKS] = {{0, 4}, {1, 8}, {1, 4}, {3, 8}, {3, 4}};

_Static_assert(SKETCH_DESCRIPTOR == ORIENTATIONS * (2 * 8 * 8 + 3 * 4 * 4) + CELLS * CELLS, "blocks fill the descriptor");

/* Rows of an octave lie in a frame of zeros, one pixel wide: beyond the picture it is white. */
static size_t stride(int octave)
{
	return (size_t)(SIDE >> octave) + 2;
}

struct sketch {
	float *projection; /* [SKETCH_DESCRIPTOR][SKETCH_DIMENSION] */
	float bias[SKETCH_DIMENSION];
	char weights[SHA256_TEXT];
	const struct projection_version *projecting;
};

struct sketch_scratch {
	struct bytes ink;                                /* 0 white … 255 black, side × side of the picture */
	uint32_t prefix[SKETCH_MAX_SIDE + 1];            /* sums of a row's ink */
	uint32_t across[SIDE];                           /* a row, reduced */
	uint32_t reduced[SIDE][SIDE];
	float octaves[OCTAVES][(SIDE + 2) * (SIDE + 2)]; /* ink as 0 … 1, each in its frame */
	float softened[(SIDE + 2) * (SIDE + 2)];         /* between two passes of a filter */
	float sums[ORIENTATIONS * SIDE];                 /* energies of the columns within a row of cells */
	float cells[CELLS][CELLS][ORIENTATIONS];
	float pooled[CELLS][CELLS][ORIENTATIONS];        /* pooled down, not yet across */
	float descriptor[SKETCH_DESCRIPTOR];
	const struct orientation_version *orientation;
};

/* --- from any picture to ink ------------------------------------------------------------------------------------------- */

static int check_picture(const struct picture *p, struct error *err)
{
	if (p->width != p->height || p->width < SKETCH_MIN_SIDE || p->width > SKETCH_MAX_SIDE)
		return error_set(err, "sketch takes squares of %d to %d pixels, not %ux%u: letterbox it first", SKETCH_MIN_SIDE,
		        SKETCH_MAX_SIDE, (unsigned)p->width, (unsigned)p->height);
	return 0;
}

static void ink_of_row(const struct picture *p, uint32_t y, uint8_t *ink)
{
	const uint8_t *row = picture_row_const(p, y);

	for (uint32_t x = 0; x < p->width; x++)
		if (p->layout == PICTURE_BIT)
			ink[x] = row[x / 8] >> (7 - x % 8) & 1 ? 255 : 0;
		else if (p->layout == PICTURE_GREY)
			ink[x] = (uint8_t)(255 - row[x]);
		else /* ITU-R BT.601 luma */
			ink[x] = (uint8_t)(255 - ((row[3 * x] * 19595u + row[3 * x + 1] * 38470u + row[3 * x + 2] * 7471u + 0x8000u) >> 16));
}

struct box {
	int32_t left, top, right, bottom; /* right and bottom are outside */
};

/* What has ink in it; the whole picture when nothing has. */
static struct box ink_box(const uint8_t *ink, int32_t side)
{
	struct box box = {side, side, 0, 0};

	for (int32_t y = 0; y < side; y++) {
		const uint8_t *row = ink + (size_t)y * (size_t)side;
		int32_t first = 0, last = side - 1;
		while (first < side && row[first] <= INK_THRESHOLD)
			first++;
		if (first == side)
			continue;
		while (row[last] <= INK_THRESHOLD)
			last--;
		box.left = first < box.left ? first : box.left;
		box.right = last + 1 > box.right ? last + 1 : box.right;
		box.top = y < box.top ? y : box.top;
		box.bottom = y + 1;
	}
	return box.bottom ? box : (struct box){0, 0, side, side};
}

/* --- from ink to a square of SIDE: every pixel the mean of the area it covers, in whole numbers ------------------------------- */

/*
 * Lengths here are 1/SIDE of a pixel of the picture: a pixel of the square is then `step` wide, the whole number of pixels
 * that the square covers, and it begins at a whole number, too.
 */
struct frame {
	int32_t left, top, step;
};

static struct frame frame_around(struct box box)
{
	const int32_t width = box.right - box.left, height = box.bottom - box.top;
	const int32_t longest = width > height ? width : height, step = longest + longest / 25 + 1;

	return (struct frame){SIDE / 2 * (box.left + box.right - step), SIDE / 2 * (box.top + box.bottom - step), step};
}

/* The ink of a row left of a place: whole pixels from the prefix sums, and the part of the one that is cut. */
static uint32_t ink_left_of(const uint32_t *prefix, int32_t side, int32_t place)
{
	if (place <= 0)
		return 0;
	if (place >= side * SIDE)
		return prefix[side] * SIDE;
	const int32_t whole = place / SIDE;
	return prefix[whole] * SIDE + (prefix[whole + 1] - prefix[whole]) * (uint32_t)(place % SIDE);
}

static void reduce_row(struct sketch_scratch *s, const uint8_t *ink, int32_t side, struct frame frame)
{
	uint32_t before;

	for (int32_t x = 0; x < side; x++)
		s->prefix[x + 1] = s->prefix[x] + ink[x];
	before = ink_left_of(s->prefix, side, frame.left);
	for (int32_t k = 0; k < SIDE; k++) {
		const uint32_t upto = ink_left_of(s->prefix, side, frame.left + (k + 1) * frame.step);
		s->across[k] = upto - before;
		before = upto;
	}
}

/* Adds the reduced row y to all rows of the square that it overlaps, by how much it does. */
static void spread_row(struct sketch_scratch *s, int32_t y, struct frame frame)
{
	const int32_t top = y * SIDE - frame.top, bottom = top + SIDE;

	for (int32_t k = top > 0 ? top / frame.step : 0; k < SIDE && k * frame.step < bottom; k++) {
		const int32_t from = k * frame.step > top ? k * frame.step : top;
		const int32_t to = (k + 1) * frame.step < bottom ? (k + 1) * frame.step : bottom;
		for (int32_t x = 0; x < SIDE; x++)
			s->reduced[k][x] += s->across[x] * (uint32_t)(to - from);
	}
}

static void fill_first_octave(struct sketch_scratch *s, int32_t side)
{
	const uint8_t *ink = s->ink.data;
	const struct frame frame = frame_around(ink_box(ink, side));
	const float full = 255.f * (float)frame.step * (float)frame.step;

	memset(s->reduced, 0, sizeof s->reduced);
	for (int32_t y = 0; y < side; y++) {
		if ((y + 1) * SIDE <= frame.top || y * SIDE >= frame.top + SIDE * frame.step)
			continue;
		reduce_row(s, ink + (size_t)y * (size_t)side, side, frame);
		spread_row(s, y, frame);
	}
	for (size_t y = 0; y < SIDE; y++)
		for (size_t x = 0; x < SIDE; x++)
			s->octaves[0][(y + 1) * stride(0) + x + 1] = (float)s->reduced[y][x] / full;
}

/* --- octaves ---------------------------------------------------------------------------------------------------------------- */

/* Binomial filter 1 2 1 in place, down and across: takes the stairs off what was scaled. */
static void soften(struct sketch_scratch *s)
{
	const size_t w = stride(0);
	float *a = s->octaves[0], *b = s->softened;

	for (size_t i = w; i < w * (SIDE + 1); i++)
		b[i] = .25f * (a[i - w] + a[i + w]) + .5f * a[i];
	for (size_t y = 1; y <= SIDE; y++)
		for (size_t x = 1; x <= SIDE; x++)
			a[y * w + x] = .25f * (b[y * w + x - 1] + b[y * w + x + 1]) + .5f * b[y * w + x];
}

/* The next octave: binomial filter 1 3 3 1 and every second pixel, down and across. */
static void halve(struct sketch_scratch *s, int octave)
{
	const float *a = s->octaves[octave];
	float *b = s->softened, *c = s->octaves[octave + 1];
	const size_t w = stride(octave), half = stride(octave + 1), side = half - 2;

	for (size_t y = 0; y < side; y++)
		for (size_t x = 0; x < w; x++) {
			const float *p = a + 2 * y * w + x;
			b[y * w + x] = .125f * (p[0] + p[3 * w]) + .375f * (p[w] + p[2 * w]);
		}
	for (size_t y = 0; y < side; y++)
		for (size_t x = 0; x < side; x++) {
			const float *p = b + y * w + 2 * x;
			c[(y + 1) * half + x + 1] = .125f * (p[0] + p[3]) + .375f * (p[1] + p[2]);
		}
}

/* --- energies, cells, blocks -------------------------------------------------------------------------------------------------- */

static void fill_cells(struct sketch_scratch *s, int octave)
{
	const size_t width = SIDE >> octave, cell = width / CELLS, w = stride(octave);

	for (size_t row = 0; row < CELLS; row++) {
		memset(s->sums, 0, ORIENTATIONS * width * sizeof *s->sums);
		for (size_t y = row * cell; y < (row + 1) * cell; y++) {
			const float *pixels = s->octaves[octave] + (y + 1) * w + 1;
			s->orientation->add(pixels - w, pixels, pixels + w, width, s->sums);
		}
		for (size_t column = 0; column < CELLS; column++)
			for (size_t k = 0; k < ORIENTATIONS; k++) {
				float sum = 0;
				for (size_t x = 0; x < cell; x++)
					sum += s->sums[k * width + column * cell + x];
				s->cells[row][column][k] = sum;
			}
	}
}

/* Share of a fine cell in a coarse one, `reach` fine cells wide: 1 at its middle, falling to 0 at the middle of its neighbours. */
static float share(int fine, int coarse, int reach)
{
	const float distance = fabsf((float)fine + .5f - ((float)coarse + .5f) * (float)reach);

	return distance < (float)reach ? 1 - distance / (float)reach : 0;
}

/* CELLS × CELLS into grid × grid of overlapping cells, down and then across; returns where the block ends. */
static float *pool(struct sketch_scratch *s, int grid, float *block)
{
	const int reach = CELLS / grid;

	memset(s->pooled, 0, sizeof s->pooled);
	memset(block, 0, sizeof *block * (size_t)(grid * grid * ORIENTATIONS));
	for (int to = 0; to < grid; to++)
		for (int from = 0; from < CELLS; from++) {
			const float weight = share(from, to, reach);
			for (int x = 0; weight > 0 && x < CELLS; x++)
				for (int k = 0; k < ORIENTATIONS; k++)
					s->pooled[to][x][k] += weight * s->cells[from][x][k];
		}
	for (int y = 0; y < grid; y++)
		for (int to = 0; to < grid; to++, block += ORIENTATIONS)
			for (int from = 0; from < CELLS; from++) {
				const float weight = share(from, to, reach);
				for (int k = 0; weight > 0 && k < ORIENTATIONS; k++)
					block[k] += weight * s->pooled[y][from][k];
			}
	return block;
}

/* The ink of the last octave in CELLS × CELLS. */
static float *put_ink(const struct sketch_scratch *s, float *block)
{
	enum { LAST = OCTAVES - 1 };
	const size_t w = stride(LAST);

	for (size_t y = 0; y < CELLS; y++)
		for (size_t x = 0; x < CELLS; x++) {
			const float *p = s->octaves[LAST] + (2 * y + 1) * w + 2 * x + 1;
			*block++ = p[0] + p[1] + p[w] + p[w + 1];
		}
	return block;
}

/* A block becomes the square roots of its shares, a vector of length 1, or stays 0. */
static void take_roots(float *block, const float *end)
{
	float sum = 0;

	for (const float *p = block; p < end; p++)
		sum += *p;
	for (float *p = block; p < end && sum > 0; p++)
		*p = sqrtf(*p / sum);
}

int sketch_describe(struct sketch_scratch *s, const struct picture *picture, float descriptor[SKETCH_DESCRIPTOR],
        struct error *err)
{
	const size_t side = picture->width;
	float *at = descriptor, *end;
	int octave = -1;

	if (check_picture(picture, err) < 0)
		return -1;
	if (bytes_resize(&s->ink, side * side) < 0)
		return error_set(err, "out of memory");
	for (size_t y = 0; y < side; y++)
		ink_of_row(picture, (uint32_t)y, s->ink.data + y * side);
	fill_first_octave(s, (int32_t)side);
	soften(s);
	for (int k = 0; k + 1 < OCTAVES; k++)
		halve(s, k);

	for (int k = 0; k < BLOCKS; k++, at = end) {
		if (blocks[k].octave != octave)
			fill_cells(s, octave = blocks[k].octave);
		end = pool(s, blocks[k].grid, at);
		take_roots(at, end);
	}
	end = put_ink(s, at);
	take_roots(at, end);
	return 0;
}

/* --- weights and projection ------------------------------------------------------------------------------------------------------ */

bool sketch_recognises(const struct safetensors *file)
{
	return safetensors_find(file, SKETCH_PROJECTION) || safetensors_find(file, SKETCH_BIAS);
}

static int copy_weights(const struct tensor *t, float *to, struct error *err)
{
	tensor_get_f32(t, 0, t->count, to);
	for (uint64_t i = 0; i < t->count; i++)
		if (!isfinite(to[i]))
			return error_set(err, "number %llu of tensor '%s' is not finite", (unsigned long long)i, t->name);
	return 0;
}

static int read_weights(struct sketch *s, const struct safetensors *file, struct error *err)
{
	static const uint64_t shape[] = {SKETCH_DESCRIPTOR, SKETCH_DIMENSION};
	const struct tensor *projection = safetensors_expect(file, SKETCH_PROJECTION, 2, shape, err);
	const struct tensor *bias = projection ? safetensors_expect(file, SKETCH_BIAS, 1, shape + 1, err) : NULL;

	if (!bias)
		return -1;
	struct canonical_tensor canonical[] = {{SKETCH_PROJECTION, projection}, {SKETCH_BIAS, bias}};
	s->projection = malloc((size_t)projection->count * sizeof *s->projection);
	if (!s->projection)
		return error_set(err, "out of memory");
	if (copy_weights(projection, s->projection, err) < 0 || copy_weights(bias, s->bias, err) < 0)
		return -1;
	return tensors_identity(canonical, 2, s->weights, err);
}

struct sketch *sketch_open(const struct safetensors *file, struct error *err)
{
	struct sketch *s = calloc(1, sizeof *s);

	if (!s) {
		error_set(err, "out of memory");
		return NULL;
	}
	s->projecting = projection_fastest();
	if (read_weights(s, file, err) < 0) {
		sketch_close(s);
		return NULL;
	}
	return s;
}

const char *sketch_weights(const struct sketch *s)
{
	return s->weights;
}

const char *sketch_kernel(const struct sketch *s)
{
	return s->projecting->version.name;
}

void sketch_close(struct sketch *s)
{
	if (!s)
		return;
	free(s->projection);
	free(s);
}

struct sketch_scratch *sketch_scratch_new(void)
{
	struct sketch_scratch *s = calloc(1, sizeof *s); /* the frames of the octaves stay zero for ever */

	if (s)
		s->orientation = orientation_fastest();
	return s;
}

void sketch_scratch_free(struct sketch_scratch *s)
{
	if (!s)
		return;
	bytes_release(&s->ink);
	free(s);
}

/* Weights from strangers can be anything finite; a length that is not is the last place where NaN could begin. */
static int make_unit(float vector[SKETCH_DIMENSION], struct error *err)
{
	double sum = 0;

	for (int i = 0; i < SKETCH_DIMENSION; i++)
		sum += (double)vector[i] * (double)vector[i];
	const double length = sqrt(sum);
	if (!isfinite(length))
		return error_set(err, "the weights are too large for this picture");
	if (length == 0) {
		vector[0] = 1;
		return 0;
	}
	for (int i = 0; i < SKETCH_DIMENSION; i++)
		vector[i] = (float)((double)vector[i] / length);
	return 0;
}

int sketch_embed(const struct sketch *s, struct sketch_scratch *scratch, const struct picture *picture,
        float vector[SKETCH_DIMENSION], struct error *err)
{
	if (sketch_describe(scratch, picture, scratch->descriptor, err) < 0)
		return -1;
	s->projecting->apply(scratch->descriptor, s->projection, s->bias, SKETCH_DESCRIPTOR, SKETCH_DIMENSION, vector);
	return make_unit(vector, err);
}
