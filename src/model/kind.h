/* SPDX-License-Identifier: ISC */
/*
 * kind - what kind of picture a page is: a small network on some thirty measurements of the full page
 *
 * The measurements (enum measure) come from image/tones, image/texture, image/surface and image/components; grey and colour pages are measured
 * as ink on paper too. The weights are a table that scripts/train-kinds writes. Every picture has an answer: probabilities are finite
 * and sum to 1.
 */
#ifndef MODEL_KIND_H
#define MODEL_KIND_H

#include "base/error.h"
#include "base/sha256.h"
#include "image/components.h"
#include "image/picture.h"
#include "image/surface.h"
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
	MEASURE_SHOWN,       /* share of the page that its ink encloses */
	MEASURE_TONE_SPARSE, /* shares of that with a tone of some density at least: some dots */
	MEASURE_TONE_LINES,  /* more than a line */
	MEASURE_TONE_CLOSE,  /* several lines */
	MEASURE_TONE_SCREEN, /* a screen */
	MEASURE_STIPPLE,     /* dots */
	MEASURE_TONE_INK,    /* of the tones: mean of their ink */
	MEASURE_TONE_SPREAD, /* its deviation */
	MEASURE_TONE_DARK,   /* share that is dark */
	MEASURE_DIRECTION,   /* how much their lines have one direction */
	MEASURES
};

/* Memory that is reused; start with {0}. One a thread. */
struct kind_work {
	struct picture bits;
	struct texture_work texture;
	struct surface_work surface;
	struct components_work components;
};

/* Measures a page of any layout and size; all values are finite. 0, or -1: out of memory. */
int kind_measure(struct kind_work *w, const struct picture *p, double measures[MEASURES], struct error *err);
void kind_work_release(struct kind_work *w);

/*
 * The model, KIND_NETWORKS networks of one hidden layer side by side, each trained from another start, whose logits are averaged; that is one
 * network with all their hidden units: inputs = the measures, standardised and bounded; hidden = tanh(hidden_bias + hidden_weights ×
 * inputs), z = bias + weights × hidden, probabilities = softmax(z).
 */
enum { KIND_NETWORKS = 5, KIND_UNITS = 24, KIND_HIDDEN = KIND_NETWORKS * KIND_UNITS };
struct kind_model {
	float mean[MEASURES], deviation[MEASURES];
	float hidden_weights[KIND_HIDDEN][MEASURES], hidden_bias[KIND_HIDDEN];
	float weights[KINDS][KIND_HIDDEN], bias[KINDS];
};
extern const struct kind_model kind_shipped;

/* What the first layer sees of the measures; needs mean and deviation only. */
void kind_inputs(const struct kind_model *m, const double measures[MEASURES], double inputs[MEASURES]);

void kind_predict(const struct kind_model *m, const double measures[MEASURES], double probabilities[KINDS]);

/* The SHA-256 of the model's numbers as f32, little-endian, in the order of the struct. 0/-1 (memory). */
int kind_model_identity(const struct kind_model *m, char text[SHA256_TEXT], struct error *err);

#endif
