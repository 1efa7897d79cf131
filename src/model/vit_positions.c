/* SPDX-License-Identifier: ISC */
#include "model/vit_positions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {"size", "offset", "aa"};

const char *vit_positions_name(enum vit_positions way)
{
	return names[way];
}

int vit_positions_parse(const char *name, enum vit_positions *way)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0) {
			*way = (enum vit_positions)i;
			return 0;
		}
	return -1;
}

/* Keys, "Cubic convolution interpolation for digital image processing" (1981), with his free parameter a. */
static double cubic(double x, double a)
{
	x = fabs(x);
	if (x <= 1)
		return ((a + 2) * x - (a + 3)) * x * x + 1;
	if (x < 2)
		return (((x - 5) * x + 8) * x - 4) * a;
	return 0;
}

static size_t clamp(double i, size_t size)
{
	return i < 0 ? 0 : i > (double)(size - 1) ? size - 1 : (size_t)i;
}

/* weights[to][from]: four neighbours each, repeated at the border. scale: source steps a target step. */
static void neighbours(double *weights, size_t from, size_t to, double scale)
{
	for (size_t o = 0; o < to; o++) {
		const double place = ((double)o + 0.5) * scale - 0.5, first = floor(place), part = place - first;
		for (int k = -1; k < 3; k++)
			weights[o * from + clamp(first + k, from)] += cubic(k - part, -0.75);
	}
}

static void antialiased(double *weights, size_t from, size_t to)
{
	const double scale = (double)from / (double)to, wide = scale > 1 ? scale : 1, support = 2 * wide;

	for (size_t o = 0; o < to; o++) {
		const double centre = scale * ((double)o + 0.5);
		const size_t low = clamp(trunc(centre - support + 0.5), from);
		const size_t high = clamp(trunc(centre + support + 0.5) - 1, from) + 1;
		double sum = 0;
		for (size_t i = low; i < high; i++)
			sum += weights[o * from + i] = cubic(((double)i - centre + 0.5) / wide, -0.5);
		for (size_t i = low; i < high; i++)
			weights[o * from + i] /= sum;
	}
}

static void fill_weights(enum vit_positions way, double *weights, size_t from, size_t to)
{
	switch (way) {
	case VIT_POSITIONS_SIZE:
		neighbours(weights, from, to, (double)from / (double)to);
		break;
	case VIT_POSITIONS_OFFSET:
		neighbours(weights, from, to, 1 / (((double)to + 0.1) / (double)from));
		break;
	case VIT_POSITIONS_AA:
		antialiased(weights, from, to);
		break;
	}
}

/* sum[d] += Σ over the grid's row of weights[x] · grid[x][d]: one target point of one source row. */
static void add_row(double *sum, double factor, const double *weights, const float *row, size_t side, size_t dimension)
{
	for (size_t x = 0; x < side; x++) {
		const double w = factor * weights[x];
		for (size_t d = 0; w != 0 && d < dimension; d++)
			sum[d] += w * (double)row[x * dimension + d];
	}
}

int vit_positions_make(enum vit_positions way, const float *grid, size_t side, size_t dimension, size_t height, size_t width,
        float *to, struct error *err)
{
	if (height == side && width == side) {
		memcpy(to, grid, side * side * dimension * sizeof *to);
		return 0;
	}
	double *down = calloc(height * side, sizeof *down), *across = calloc(width * side, sizeof *across);
	double *sum = malloc(dimension * sizeof *sum);
	if (!down || !across || !sum) {
		free(down);
		free(across);
		free(sum);
		return error_set(err, "out of memory");
	}
	fill_weights(way, down, side, height);
	fill_weights(way, across, side, width);
	for (size_t y = 0; y < height; y++) {
		for (size_t x = 0; x < width; x++, to += dimension) {
			memset(sum, 0, dimension * sizeof *sum);
			for (size_t row = 0; row < side; row++)
				if (down[y * side + row] != 0)
					add_row(sum, down[y * side + row], across + x * side, grid + row * side * dimension, side,
					        dimension);
			for (size_t d = 0; d < dimension; d++)
				to[d] = (float)sum[d];
		}
	}
	free(down);
	free(across);
	free(sum);
	return 0;
}
