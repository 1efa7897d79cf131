/* SPDX-License-Identifier: ISC */
#include "image/lanczos.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846
#define LOBES 3.0

/*
 * sinc(t) sinc(t / 3), where sinc(t) = sin(pi t) / (pi t). With p = pi t / 3 and s = sin p this is (s / p)^2 (1 - 4/3 s^2),
 * since sin 3p = 3 s - 4 s^3: one sine instead of two.
 */
static double kernel(double p, double s)
{
	if (fabs(p) < 1e-2)
		s = sin(p);
	if (p == 0)
		return 1;
	const double q = s / p;
	return q * q * (1 - s * s * (4 / 3.0));
}

/* The kernel at p = begin + i * step; the sines by rotation, which is exact enough for 22 bits and needs no libm a weight. */
static void fill_kernel(double *w, uint32_t count, double begin, double step)
{
	const double step_sine = sin(step), step_cosine = cos(step);
	double s = sin(begin), c = cos(begin);

	for (uint32_t i = 0; i < count; i++) {
		const double next = s * step_cosine + c * step_sine;
		w[i] = kernel(begin + i * step, s);
		c = c * step_cosine - s * step_sine;
		s = next;
	}
}

static int32_t fixed(double w)
{
	return (int32_t)((w < 0 ? -0.5 : 0.5) + w * (1 << LANCZOS_BITS));
}

static int make_room(struct lanczos *l, uint32_t to, size_t stride)
{
	if (l->room < to) {
		free(l->first);
		free(l->count);
		free(l->sums);
		l->first = malloc(to * sizeof *l->first);
		l->count = malloc(to * sizeof *l->count);
		l->sums = calloc(to + LANCZOS_BLOCK, sizeof *l->sums);
		l->room = to;
	}
	if (l->weights_room < to * stride) {
		free(l->weights);
		l->weights = malloc(to * stride * sizeof *l->weights);
		l->weights_room = to * stride;
	}
	if (l->exact_room < stride) {
		free(l->exact);
		l->exact = malloc(stride * sizeof *l->exact);
		l->exact_room = stride;
	}
	return l->first && l->count && l->sums && l->weights && l->exact ? 0 : -1;
}

static bool white_stays(int32_t sum)
{
	const int64_t value = (LANCZOS_HALF + 255 * (int64_t)sum) >> LANCZOS_BITS;

	return value >= 255;
}

int lanczos_prepare(struct lanczos *l, uint32_t from, uint32_t to, struct error *err)
{
	const double scale = (double)from / to, widening = scale < 1 ? 1 : scale, support = LOBES * widening;
	const double limit = 2 * ceil(support) + 1;
	const size_t most = limit < from ? (size_t)limit : from;
	const size_t stride = (most + LANCZOS_BLOCK - 1) / LANCZOS_BLOCK * LANCZOS_BLOCK;

	if (l->from == from && l->to == to)
		return 0;
	l->from = l->to = 0;
	if (make_room(l, to, stride) < 0) {
		lanczos_release(l);
		return error_set(err, "out of memory");
	}
	double *w = l->exact;
	l->keeps_white = true;
	l->stride = stride;
	for (uint32_t i = 0; i < to; i++) {
		const double centre = (i + 0.5) * scale;
		const double low = centre - support + 0.5, high = centre + support + 0.5;
		const uint32_t first = low > 0 ? (uint32_t)low : 0, end = high < from ? (uint32_t)high : from;
		const uint32_t count = end - first;
		int32_t *row = l->weights + i * stride;
		double sum = 0;
		fill_kernel(w, count, PI / LOBES * (first - centre + 0.5) / widening, PI / LOBES / widening);
		for (uint32_t k = 0; k < count; k++)
			sum += w[k];
		l->sums[i] = 0;
		for (uint32_t k = 0; k < count; k++) {
			row[k] = fixed(w[k] / sum);
			l->sums[i] += row[k];
		}
		memset(row + count, 0, (stride - count) * sizeof *row);
		l->first[i] = first;
		l->count[i] = count;
		l->keeps_white = l->keeps_white && white_stays(l->sums[i]);
	}
	l->from = from;
	l->to = to;
	return 0;
}

void lanczos_release(struct lanczos *l)
{
	free(l->first);
	free(l->count);
	free(l->weights);
	free(l->sums);
	free(l->exact);
	*l = (struct lanczos){0};
}
