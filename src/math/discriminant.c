/* SPDX-License-Identifier: ISC */
#include "math/discriminant.h"

#include "math/eigen.h"
#include "math/product.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 512 }; /* that are multiplied at once */

/* A sum of outer products, a block of rows behind. */
struct gram {
	double *sum;  /* [dimension][dimension], of which column ≥ row is used */
	double *rows; /* [ROWS][dimension], those not yet in the sum */
	size_t count;
};

struct discriminant {
	size_t dimension, members, groups;
	size_t in_group;        /* members of the current one */
	double *total, *of_group; /* sums of all members, and of those of the current group */
	struct gram all, means; /* of the members; of the groups' means, weighted by the root of their sizes */
};

static int gram_prepare(struct gram *g, size_t dimension)
{
	g->sum = calloc(dimension * dimension, sizeof *g->sum);
	g->rows = malloc(ROWS * dimension * sizeof *g->rows);
	return g->sum && g->rows ? 0 : -1;
}

static void gram_flush(struct gram *g, size_t dimension)
{
	product_add_gram(g->rows, g->count, dimension, g->sum);
	g->count = 0;
}

/* A row to be filled. */
static double *gram_row(struct gram *g, size_t dimension)
{
	if (g->count == ROWS)
		gram_flush(g, dimension);
	return g->rows + g->count++ * dimension;
}

struct discriminant *discriminant_new(size_t dimension)
{
	struct discriminant *d = dimension > 0 && dimension <= 16384 ? calloc(1, sizeof *d) : NULL;

	if (!d)
		return NULL;
	d->dimension = dimension;
	d->total = calloc(dimension, sizeof *d->total);
	d->of_group = calloc(dimension, sizeof *d->of_group);
	if (d->total && d->of_group && gram_prepare(&d->all, dimension) == 0 && gram_prepare(&d->means, dimension) == 0)
		return d;
	discriminant_free(d);
	return NULL;
}

void discriminant_free(struct discriminant *d)
{
	if (!d)
		return;
	free(d->total);
	free(d->of_group);
	free(d->all.sum);
	free(d->all.rows);
	free(d->means.sum);
	free(d->means.rows);
	free(d);
}

void discriminant_add(struct discriminant *d, const float *member)
{
	double *row = gram_row(&d->all, d->dimension);

	for (size_t i = 0; i < d->dimension; i++) {
		row[i] = (double)member[i];
		d->total[i] += row[i];
		d->of_group[i] += row[i];
	}
	d->members++;
	d->in_group++;
}

void discriminant_end_group(struct discriminant *d)
{
	if (!d->in_group)
		return;
	double *row = gram_row(&d->means, d->dimension);
	const double scale = 1 / sqrt((double)d->in_group);

	for (size_t i = 0; i < d->dimension; i++)
		row[i] = d->of_group[i] * scale;
	memset(d->of_group, 0, d->dimension * sizeof *d->of_group);
	d->in_group = 0;
	d->groups++;
}

size_t discriminant_members(const struct discriminant *d)
{
	return d->members;
}

size_t discriminant_groups(const struct discriminant *d)
{
	return d->groups;
}

/* The sums become covariances: `all` that of everything, `means` that within groups, with the ridge on its diagonal. */
static void make_scatters(struct discriminant *d, double ridge, const double *mean)
{
	const size_t n = d->dimension;
	double trace = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = i; k < n; k++) {
			double *all = &d->all.sum[i * n + k], *within = &d->means.sum[i * n + k];
			*within = (*all - *within) / (double)d->members;
			*all = *all / (double)d->members - mean[i] * mean[k];
			trace += i == k ? *within : 0;
		}
	for (size_t i = 0; i < n; i++)
		d->means.sum[i * n + i] += ridge * trace / (double)n;
	for (size_t i = 0; i < n; i++) /* LAPACK reads the other half */
		for (size_t k = i + 1; k < n; k++) {
			d->all.sum[k * n + i] = d->all.sum[i * n + k];
			d->means.sum[k * n + i] = d->means.sum[i * n + k];
		}
}

int discriminant_solve(struct discriminant *d, double ridge, size_t count, double *map, double *mean,
        struct error *err)
{
	const size_t n = d->dimension;
	double *values = malloc(n * sizeof *values);

	if (!values)
		return error_set(err, "out of memory");
	discriminant_end_group(d);
	gram_flush(&d->all, n);
	gram_flush(&d->means, n);
	for (size_t i = 0; i < n; i++)
		mean[i] = d->members ? d->total[i] / (double)d->members : 0;
	if (d->groups < 2 || d->members == d->groups || count > n) {
		free(values);
		return error_set(err, "too little to learn from: %zu members of %zu groups", d->members, d->groups);
	}
	make_scatters(d, ridge, mean);
	const int rc = eigen_generalised(d->all.sum, d->means.sum, n, values, err);
	for (size_t k = 0; rc == 0 && k < count; k++) {
		const double *direction = d->all.sum + (n - 1 - k) * n, value = values[n - 1 - k];
		for (size_t i = 0; i < n; i++)
			map[i * count + k] = direction[i] * sqrt(fmax(value - 1, 0));
	}
	free(values);
	return rc;
}
