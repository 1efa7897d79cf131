/* SPDX-License-Identifier: ISC */
#include "model/kind.h"

#include "base/bytes.h"
#include "image/tones.h"

#include <math.h>
#include <string.h>

static const char *const names[KINDS] = {
        [KIND_LINE] = "line drawing",
        [KIND_SHADED] = "shaded drawing",
        [KIND_DITHERED] = "dithered photograph",
        [KIND_PHOTOGRAPH] = "photograph",
        [KIND_TEXT] = "text page",
        [KIND_BLANK] = "blank",
};

const char *kind_name(enum picture_kind kind)
{
	return names[kind];
}

enum picture_kind kind_of_name(const char *name)
{
	int kind = 0;

	while (kind < KINDS && strcmp(names[kind], name) != 0)
		kind++;
	return (enum picture_kind)kind;
}

static void take_tones(const struct tones *t, double *m)
{
	m[MEASURE_SPREAD] = t->spread;
	m[MEASURE_MIDTONES] = t->midtones;
	m[MEASURE_LEVELS] = t->levels;
	m[MEASURE_COLOUR] = t->colour;
}

static void take_texture(const struct texture *t, double *m)
{
	m[MEASURE_INK] = sqrt(t->ink);
	m[MEASURE_COVERAGE] = t->coverage;
	m[MEASURE_ISOLATED] = t->isolated;
	m[MEASURE_ROUGH] = t->rough;
	m[MEASURE_SINGLE] = t->lines;
	m[MEASURE_DOUBLE] = t->pairs;
	m[MEASURE_DENSE] = t->hatching;
	m[MEASURE_TONE] = t->screen;
	m[MEASURE_LINES] = t->rhythm;
}

static void take_surface(const struct surface *s, double *m)
{
	m[MEASURE_SHOWN] = s->shown;
	for (int i = 0; i < SURFACE_DENSITIES; i++)
		m[MEASURE_TONE_SPARSE + i] = sqrt(s->tone[i]);
	m[MEASURE_STIPPLE] = sqrt(s->stipple);
	m[MEASURE_TONE_INK] = s->ink;
	m[MEASURE_TONE_SPREAD] = s->deviation;
	m[MEASURE_TONE_DARK] = s->dark;
	m[MEASURE_DIRECTION] = s->direction;
}

/* Counts are brought up to the whole page where only a part of it was looked at. */
static void take_components(const struct components *c, double inked_cells, double *m)
{
	double count = 0, ink = 0;

	for (int i = 0; i < COMPONENT_SIZES; i++) {
		count += c->count[i];
		ink += c->ink[i];
	}
	const double dots = (c->count[COMPONENT_SPECK] + c->count[COMPONENT_DOT]) / c->seen;
	m[MEASURE_PARTS] = log1p(count / c->seen);
	m[MEASURE_DOT_DENSITY] = log1p(dots / fmax(inked_cells, 1));
	count = fmax(count, 1);
	ink = fmax(ink, 1);
	m[MEASURE_SPECKS] = c->count[COMPONENT_SPECK] / count;
	m[MEASURE_DOTS] = c->count[COMPONENT_DOT] / count;
	m[MEASURE_GLYPHS] = c->count[COMPONENT_GLYPH] / count;
	m[MEASURE_STROKES] = c->count[COMPONENT_STROKE] / count;
	m[MEASURE_DOT_INK] = (c->ink[COMPONENT_SPECK] + c->ink[COMPONENT_DOT]) / ink;
	m[MEASURE_GLYPH_INK] = c->ink[COMPONENT_GLYPH] / ink;
	m[MEASURE_STROKE_INK] = c->ink[COMPONENT_STROKE] / ink;
	m[MEASURE_LARGE_INK] = c->ink[COMPONENT_LARGE] / ink;
}

int kind_measure(struct kind_work *w, const struct picture *p, double measures[MEASURES], struct error *err)
{
	const struct picture *bits = p;
	struct tones tones;
	struct texture texture;
	struct surface surface;
	struct components components;

	tones_measure(p, &tones);
	if (p->layout != PICTURE_BIT) {
		if (tones_to_bits(p, tones.ink, &w->bits, err) < 0)
			return -1;
		bits = &w->bits;
	}
	if (texture_measure(&w->texture, bits, &texture, err) < 0 ||
	        components_measure(&w->components, bits, texture.row_changes / 2, &components, err) < 0 ||
	        surface_measure(&w->surface, &w->texture, &w->components, &surface, err) < 0)
		return -1;
	take_tones(&tones, measures);
	take_texture(&texture, measures);
	take_surface(&surface, measures);
	take_components(&components, texture.inked_cells, measures);
	return 0;
}

void kind_work_release(struct kind_work *w)
{
	picture_release(&w->bits);
	texture_work_release(&w->texture);
	surface_work_release(&w->surface);
	components_work_release(&w->components);
}

/* What lies farther out than anything that was learnt from is not to be trusted for more. */
static const double bound = 4;

void kind_inputs(const struct kind_model *m, const double measures[MEASURES], double inputs[MEASURES])
{
	for (int i = 0; i < MEASURES; i++)
		inputs[i] = fmax(-bound, fmin(bound, (measures[i] - m->mean[i]) / m->deviation[i]));
}

void kind_predict(const struct kind_model *m, const double measures[MEASURES], double probabilities[KINDS])
{
	double inputs[MEASURES], hidden[KIND_HIDDEN], most = -HUGE_VAL, sum = 0;

	kind_inputs(m, measures, inputs);
	for (int h = 0; h < KIND_HIDDEN; h++) {
		double z = m->hidden_bias[h];
		for (int i = 0; i < MEASURES; i++)
			z += m->hidden_weights[h][i] * inputs[i];
		hidden[h] = tanh(z);
	}
	for (int k = 0; k < KINDS; k++) {
		double z = m->bias[k];
		for (int h = 0; h < KIND_HIDDEN; h++)
			z += m->weights[k][h] * hidden[h];
		probabilities[k] = z;
		most = fmax(most, z);
	}
	for (int k = 0; k < KINDS; k++)
		sum += probabilities[k] = exp(probabilities[k] - most);
	for (int k = 0; k < KINDS; k++)
		probabilities[k] /= sum;
}

static void add_numbers(struct sha256 *s, const float *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t bytes[4];
		lef32_put(bytes, numbers[i]);
		sha256_add(s, bytes, sizeof bytes);
	}
}

int kind_model_identity(const struct kind_model *m, char text[SHA256_TEXT], struct error *err)
{
	struct sha256 *s = sha256_new();

	if (!s)
		return error_set(err, "out of memory");
	add_numbers(s, m->mean, MEASURES);
	add_numbers(s, m->deviation, MEASURES);
	for (int h = 0; h < KIND_HIDDEN; h++)
		add_numbers(s, m->hidden_weights[h], MEASURES);
	add_numbers(s, m->hidden_bias, KIND_HIDDEN);
	for (int k = 0; k < KINDS; k++)
		add_numbers(s, m->weights[k], KIND_HIDDEN);
	add_numbers(s, m->bias, KINDS);
	sha256_finish(s, text);
	return 0;
}
