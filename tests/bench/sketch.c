/* SPDX-License-Identifier: ISC */
/*
 * What sketch costs a picture, in milliseconds, the best of some rounds: whole, and the parts that have kernels.
 *
 * usage: sketch WEIGHTS
 */
#include "base/message.h"
#include "bench/clock.h"
#include "math/orientation.h"
#include "math/projection.h"
#include "model/model.h"
#include "model/sketch.h"

#include <stdio.h>
#include <stdlib.h>

enum { SIDE = 518, ROUNDS = 30, OCTAVE = 256 };

/* Measures a statement; `best` is the fastest of ROUNDS. */
#define MEASURE(best, statement) \
	do { \
		(best) = 1e9; \
		for (int round = 0; round < ROUNDS; round++) { \
			const double before = now(); \
			statement; \
			const double took = now() - before; \
			(best) = took < (best) ? took : (best); \
		} \
	} while (0)

/* Rings, about as much ink as a sheet has. */
static void draw(struct picture *p, enum picture_layout layout)
{
	if (picture_prepare(p, layout, SIDE, SIDE, NULL) < 0)
		die("out of memory");
	memset(p->pixels.data, 255, p->pixels.size);
	for (uint32_t y = 0; y < SIDE; y++)
		for (uint32_t x = 0; x < SIDE; x++) {
			const long dx = (long)x - SIDE / 2, dy = (long)y - SIDE / 2;
			const size_t samples = layout == PICTURE_RGB ? 3 : 1;
			if ((dx * dx + dy * dy) % 6000 < 200)
				memset(picture_row(p, y) + samples * x, 0, samples);
		}
}

static void measure_model(const char *weights)
{
	struct picture grey = {0}, colour = {0};
	struct error err;
	double best;
	const double begin = now();
	struct model *m = model_open(weights, NULL, &err);
	const double opening = now() - begin;
	struct model_scratch *scratch = m ? model_scratch_new(m) : NULL;
	float *vector = m ? malloc(model_dimension(m) * sizeof *vector) : NULL;

	if (!scratch || !vector)
		die("%s", m ? "out of memory" : err.text);
	draw(&grey, PICTURE_GREY);
	draw(&colour, PICTURE_RGB);
	printf("%-40s %8.3f\n", "model opened, once", opening);
	MEASURE(best, model_embed(m, scratch, &grey, vector, &err));
	printf("%-40s %8.3f\n", "picture of 518 x 518, grey", best);
	MEASURE(best, model_embed(m, scratch, &colour, vector, &err));
	printf("%-40s %8.3f\n", "the same in colour", best);
	picture_release(&grey);
	picture_release(&colour);
	free(vector);
	model_scratch_free(m, scratch);
	model_close(m);
}

static void measure_kernels(void)
{
	static float rows[3][OCTAVE + 2], sums[ORIENTATIONS * OCTAVE], x[SKETCH_DESCRIPTOR];
	static float bias[SKETCH_DIMENSION], out[SKETCH_DIMENSION];
	float *matrix = calloc((size_t)SKETCH_DESCRIPTOR * SKETCH_DIMENSION, sizeof *matrix);
	double best;

	if (!matrix)
		die("out of memory");
	for (int i = 0; i < OCTAVE + 2; i++)
		rows[1][i] = (float)(i % 7);
	for (size_t i = 0; i < orientation_version_count; i++) {
		const struct orientation_version *v = &orientation_versions[i];
		if (!v->version.supported())
			continue;
		MEASURE(best, for (int y = 0; y < OCTAVE; y++) v->add(rows[0] + 1, rows[1] + 1, rows[2] + 1, OCTAVE, sums));
		printf("  orientations of 256 x 256, %-12s %8.3f\n", v->version.name, best);
	}
	for (size_t i = 0; i < projection_version_count; i++) {
		const struct projection_version *v = &projection_versions[i];
		if (!v->version.supported())
			continue;
		MEASURE(best, v->apply(x, matrix, bias, SKETCH_DESCRIPTOR, SKETCH_DIMENSION, out));
		printf("  projection 1664 to 256, %-15s %8.3f\n", v->version.name, best);
	}
	free(matrix);
}

int main(int argc, char **argv)
{
	message_program(argv[0]);
	if (argc != 2)
		die("usage: sketch WEIGHTS");
	printf("sketch, ms, one thread\n");
	measure_model(argv[1]);
	measure_kernels();
	finish_stdout();
	return STATUS_DONE;
}
