/* SPDX-License-Identifier: ISC */
/*
 * kind - what kind of picture a page is: a multinomial logistic model on a few measurements of the full page
 *
 * The measurements (enum measure) come from image/tones, image/texture and image/components; grey and colour pages are measured
 * as ink on paper too. The weights are a table that scripts/train-kinds writes. Every picture has an answer: probabilities are finite
 * and sum to 1.
 */
#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include "base/error.h"
#include "base/sha256.h"
#include "image/components.h"
#include "image/picture.h"
#include "image/texture.h"

enum picture_kind { KIND_LINE, KIND_SHADED, KIND_DITHERED, KIND_PHOTOGRAPH, KIND_TEXT, KIND_BLANK, KINDS };

/* "line drawing", "shaded drawing", "dithered photograph", "photograph", "text page", "blank". */
const char *kind_name(enum picture_kind kind);

/* The kind of this name, or KINDS. */
enum picture_kind kind_of_name(const char *name);

enum measure {
	MEASURE_SPREAD,      /* deviation of the grey levels, 0 … 1 */
	MEASURE_MIDTONES,    /* share of pixels that are neither ink nor paper */
	MEASURE_LEVELS,      /* entropy of the grey levels, bits of 6 */
	MEASURE_COLOUR,      /* share of coloured pixels */
	MEASURE_INK,         /* square root of the share of ink */
	MEASURE_COVERAGE,    /* share of cells with ink */
	MEASURE_ISOLATED,    /* isolated pixels to all changes */
	MEASURE_ROUGH,       /* changes to ink */
	MEASURE_SINGLE,      /* shares of the cells with ink by their changes: a line */
	MEASURE_DOUBLE,      /* two */
	MEASURE_DENSE,       /* hatching */
	MEASURE_TONE,        /* screens and dither */
	MEASURE_PARTS,       /* logarithm of the number of components */
	MEASURE_SPECKS,      /* shares of the components by their size: to 3 pixels */
	MEASURE_DOTS,        /* to 12 */
	MEASURE_GLYPHS,      /* to 80, as letters are */
	MEASURE_STROKES,     /* thin and simple */
	MEASURE_DOT_INK,     /* shares of the ink by component: dots and specks */
	MEASURE_GLYPH_INK,   /* letters */
	MEASURE_STROKE_INK,  /* strokes */
	MEASURE_LARGE_INK,   /* longer than a quarter of the page */
	MEASURE_DOT_DENSITY, /* dots and specks to cells with ink */
	MEASURE_LINES,       /* periodicity of the rows, or of the columns */
	MEASURES
};

/* Memory that is reused; start with {0}. One a thread. */
struct kind_work {
	struct picture bits;
	struct texture_work texture;
	struct components_work components;
};

/* Measures a page of any layout and size; all values are finite. 0, or -1: out of memory. */
int kind_measure(struct kind_work *w, const struct picture *p, double measures[MEASURES], struct error *err);
void kind_work_release(struct kind_work *w);

/*
 * The model: the measures, standardised and bounded, and their squares are the features; z = bias + weights × features,
 * probabilities = softmax(z).
 */
enum { FEATURES = 2 * MEASURES };
struct kind_model {
	float mean[MEASURES], deviation[MEASURES];
	float weights[KINDS][FEATURES], bias[KINDS];
};
extern const struct kind_model kind_shipped;

void kind_features(const struct kind_model *m, const double measures[MEASURES], double features[FEATURES]);

void kind_predict(const struct kind_model *m, const double measures[MEASURES], double probabilities[KINDS]);

/* The SHA-256 of the model's numbers as f32, little-endian, in the order of the struct. 0/-1 (memory). */
int kind_model_identity(const struct kind_model *m, char text[SHA256_TEXT], struct error *err);

#endif
