/* SPDX-License-Identifier: ISC */
/*
 * floor - how long the products of a model in fewer bits take at the rates that their kernels reach in the first cache
 *
 * Norms, soft-max, activations, rounding and waiting for memory are what a picture takes beyond that.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "base/message.h"
#include "model/vit.h"

#include <stdlib.h>

enum { FLOOR_KINDS = 3, FLOOR_ROWS = 12, FLOOR_CHANNELS = 256, FLOOR_COLUMNS = 32 };

/* Operations by kind of number; those of matrices in f32 are not among them. */
struct floor_operations {
	double by_kind[FLOOR_KINDS];
};

/* A small product of each kind that this CPU has, and its operations a second. */
struct floor_rates {
	const struct narrow *g;
	struct narrow_panels panels[FLOOR_KINDS];
	struct narrow_rows rows[FLOOR_KINDS];
	float *c;
	double rate[FLOOR_KINDS];
};

static inline void floor_add(struct floor_operations *o, const struct vit_linear *l, size_t tokens)
{
	if (l->narrow.data)
		o->by_kind[l->narrow.kind] += 2 * (double)tokens * (double)l->narrow.k * (double)l->narrow.n;
}

/* Those that the class token needs: of the last layer all keys and values, and the rest for one row only. */
static inline struct floor_operations floor_operations_of(const struct vit_weights *w, size_t tokens)
{
	struct floor_operations o = {{0}};

	for (size_t i = 0; i < w->shape.layers; i++) {
		const struct vit_matrices *m = &w->layers[i].matrices;
		const size_t rows = i + 1 < w->shape.layers ? tokens : 1;
		const double attention = 2 * (double)rows * (double)tokens * (double)w->shape.dimension;
		floor_add(&o, &m->query, rows);
		floor_add(&o, &m->key, tokens);
		floor_add(&o, &m->value, tokens);
		floor_add(&o, &m->attention_out, rows);
		floor_add(&o, &m->mlp_in, rows);
		floor_add(&o, &m->mlp_out, rows);
		o.by_kind[NARROW_INT16] += attention;
		o.by_kind[m->value.narrow.kind == NARROW_INT8 ? NARROW_INT8 : NARROW_INT16] += attention;
	}
	return o;
}

static inline void floor_open(struct floor_rates *f, const struct narrow *g)
{
	float *weights = calloc(FLOOR_COLUMNS * FLOOR_CHANNELS + narrow_pack_room(FLOOR_CHANNELS), sizeof *weights);
	float *x = calloc(FLOOR_ROWS * FLOOR_CHANNELS, sizeof *x);

	f->g = g;
	f->c = gemm_alloc(FLOOR_ROWS * FLOOR_COLUMNS);
	for (int kind = 0; kind < FLOOR_KINDS; kind++) {
		const size_t row = narrow_row_size(FLOOR_CHANNELS) / sizeof(float);
		float *memory = gemm_alloc(narrow_panels_size(g, (enum narrow_kind)kind, FLOOR_CHANNELS, FLOOR_COLUMNS) / sizeof(float));
		float *rows = gemm_alloc(FLOOR_ROWS * (row + 3));
		if (!weights || !x || !f->c || !memory || !rows)
			die("out of memory");
		narrow_pack(g, (enum narrow_kind)kind, weights, FLOOR_CHANNELS, FLOOR_COLUMNS, NULL, weights + FLOOR_COLUMNS * FLOOR_CHANNELS, memory,
		        &f->panels[kind]);
		float *scales = rows + FLOOR_ROWS * row;
		f->rows[kind] = (struct narrow_rows){(uint8_t *)rows, scales, scales + FLOOR_ROWS, scales + 2 * FLOOR_ROWS};
		narrow_take(g, &f->panels[kind], x, FLOOR_CHANNELS, 0, FLOOR_ROWS, NULL, &f->rows[kind]);
	}
	free(weights);
	free(x);
}

/* `now` tells the time in seconds. */
static inline void floor_measure(struct floor_rates *f, double (*now)(void))
{
	const double operations = 2.0 * FLOOR_ROWS * FLOOR_CHANNELS * FLOOR_COLUMNS;
	enum { TIMES = 8000 };

	for (int kind = 0; kind < FLOOR_KINDS; kind++) {
		if (!narrow_has(f->g, (enum narrow_kind)kind))
			continue;
		const double before = now();
		for (int i = 0; i < TIMES; i++)
			narrow_multiply(f->g, &f->rows[kind], FLOOR_ROWS, &f->panels[kind], NULL, f->c, FLOOR_COLUMNS);
		f->rate[kind] = TIMES * operations / (now() - before);
	}
}

static inline void floor_close(struct floor_rates *f)
{
	for (int kind = 0; kind < FLOOR_KINDS; kind++) {
		free(f->panels[kind].data);
		free(f->rows[kind].data);
	}
	free(f->c);
}

/* Seconds. */
static inline double floor_of(const struct floor_operations *o, const struct floor_rates *f)
{
	double seconds = 0;

	for (int kind = 0; kind < FLOOR_KINDS; kind++)
		if (o->by_kind[kind] > 0)
			seconds += o->by_kind[kind] / f->rate[kind];
	return seconds;
}

#endif
