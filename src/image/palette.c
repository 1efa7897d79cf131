/* SPDX-License-Identifier: ISC */
#include "image/palette.h"

#include "image/colour_name.h"

#include <math.h>
#include <stdlib.h>

static const uint64_t seed = 0x636f6c6f75727321; /* any number; another gives other draws */
static const double warm_a = 0.64278760968653933, warm_b = 0.76604444311897804; /* cosine and sine of 50° */
static const double scheme_part = 0.2, scheme_chroma = 5;

/* Sums over the pixels that count. */
struct sums {
	double pixels, lightness, chroma, warmth;
};

/* The tones that count become points, and are summed. Returns how many. */
static size_t place(const struct histogram *h, bool with_paper, struct cluster_point *points, struct sums *sums)
{
	size_t count = 0;

	for (size_t i = 0; i < h->count; i++) {
		const struct tone *t = &h->tones[i];
		const double n = (double)t->count;
		if (t->paper && !with_paper)
			continue;
		const struct lab c = lab_of_rgb(t->rgb[0], t->rgb[1], t->rgb[2]);
		points[count++] = (struct cluster_point){.at = {c.lightness, c.a, c.b}, .weight = n};
		sums->pixels += n;
		sums->lightness += n * c.lightness;
		sums->chroma += n * lab_chroma(c);
		sums->warmth += n * (c.a * warm_a + c.b * warm_b);
	}
	return count;
}

static double paper_of(const struct histogram *h)
{
	uint64_t paper = 0;

	for (size_t i = 0; i < h->count; i++)
		paper += h->tones[i].paper ? h->tones[i].count : 0;
	return (double)paper / (double)h->pixels;
}

static enum palette_scheme scheme_of(const struct sums *s)
{
	if (s->chroma < scheme_chroma * s->pixels)
		return PALETTE_NEUTRAL;
	if (s->warmth > scheme_part * s->chroma)
		return PALETTE_WARM;
	return s->warmth < -scheme_part * s->chroma ? PALETTE_COOL : PALETTE_NEUTRAL;
}

static void summarise(struct palette *to, const struct sums *s)
{
	const double lightness = s->pixels > 0 ? s->lightness / s->pixels : 100;
	const double chroma = s->pixels > 0 ? s->chroma / s->pixels : 0;
	const double length = sqrt(chroma * chroma + lightness * lightness);

	to->scheme = s->pixels > 0 ? scheme_of(s) : PALETTE_NEUTRAL;
	to->brightness = lightness / 100;
	to->saturation = length > 0 ? chroma / length : 0;
}

static int by_share(const void *a, const void *b)
{
	const struct palette_colour *x = a, *y = b;

	if (x->share != y->share)
		return x->share > y->share ? -1 : 1;
	return (x->lab.lightness > y->lab.lightness) - (x->lab.lightness < y->lab.lightness);
}

static struct palette_colour colour_of(const struct cluster *c, double pixels)
{
	struct palette_colour colour = {.lab = {c->at[0], c->at[1], c->at[2]}, .share = c->weight / pixels};

	lab_to_rgb(colour.lab, colour.rgb);
	colour.name = colour_name(colour.lab);
	return colour;
}

int palette_measure(struct palette *to, struct palette_work *work, const struct picture *p, int k, bool with_paper,
        struct error *err)
{
	struct cluster clusters[PALETTE_MAXIMUM];
	struct sums sums = {0};

	*to = (struct palette){0};
	if (histogram_take(&work->histogram, p) < 0 ||
	        bytes_resize(&work->points, work->histogram.count * sizeof(struct cluster_point)) < 0)
		return error_set(err, "out of memory");
	struct cluster_point *points = (struct cluster_point *)(void *)work->points.data;
	const size_t count = place(&work->histogram, with_paper, points, &sums);
	to->count = clusters_find(points, count, k, seed, clusters);
	for (int i = 0; i < to->count; i++)
		to->colours[i] = colour_of(&clusters[i], sums.pixels);
	qsort(to->colours, (size_t)to->count, sizeof *to->colours, by_share);
	summarise(to, &sums);
	to->paper = paper_of(&work->histogram);
	to->bilevel = work->histogram.bilevel;
	return 0;
}

const char *palette_scheme_name(enum palette_scheme scheme)
{
	static const char *const names[] = {
	        [PALETTE_NEUTRAL] = "neutral", [PALETTE_WARM] = "warm", [PALETTE_COOL] = "cool"};

	return names[scheme];
}

void palette_release(struct palette_work *work)
{
	histogram_release(&work->histogram);
	bytes_release(&work->points);
}
