/* SPDX-License-Identifier: ISC */
#include "generate/photo.h"

#include "base/message.h"
#include "generate/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double clamped(double v)
{
	return v < 0 ? 0 : v > 1 ? 1 : v;
}

/* --- noise: random values on a lattice, smoothly between ------------------------------------------------------------- */

static double lattice(uint64_t seed, int x, int y)
{
	struct random r = random_from(seed, (uint64_t)(uint32_t)x, (uint64_t)(uint32_t)y);

	return random_unit(&r) * 2 - 1;
}

enum { LATTICE = 64 };

struct noise {
	double values[LATTICE][LATTICE];
};

static void noise_fill(struct noise *n, struct random *r)
{
	const uint64_t seed = random_bits(r);

	for (int y = 0; y < LATTICE; y++)
		for (int x = 0; x < LATTICE; x++)
			n->values[y][x] = lattice(seed, x, y);
}

static double noise_at(const struct noise *n, double x, double y)
{
	const int x0 = (int)floor(x), y0 = (int)floor(y);
	const int xa = x0 & (LATTICE - 1), xb = (x0 + 1) & (LATTICE - 1), ya = y0 & (LATTICE - 1), yb = (y0 + 1) & (LATTICE - 1);
	double u = x - x0, v = y - y0;

	u = u * u * (3 - 2 * u);
	v = v * v * (3 - 2 * v);
	return (1 - v) * ((1 - u) * n->values[ya][xa] + u * n->values[ya][xb]) +
	       v * ((1 - u) * n->values[yb][xa] + u * n->values[yb][xb]);
}

static double octaves(const struct noise *n, double x, double y)
{
	return noise_at(n, x, y) / 2 + noise_at(n, 2 * x + 17, 2 * y + 5) / 4 + noise_at(n, 4 * x + 3, 4 * y + 29) / 8;
}

/* --- what is seen ------------------------------------------------------------------------------------------------------ */

enum { BODIES = 9 };

struct body {
	double x, y, across, along, cosine, sine, power; /* a superellipse, turned */
	double colour[3], texture, grain;
	bool flat;
};

struct scene {
	struct body bodies[BODIES];
	int count;
	double low[3], high[3]; /* the background, from the top to the bottom */
	double noise, texture;
	bool white;
};

static void choose_colour(double colour[3], struct random *r)
{
	const double grey = random_chance(r, 0.5) ? random_between(r, 0.05, 0.95) : random_between(r, 0.6, 1.2), strength = random_chance(r, 0.4) ? 0.05 : 0.5;

	for (int c = 0; c < 3; c++)
		colour[c] = fmax(0, grey + strength * (random_unit(r) - 0.5));
}

static void choose_body(struct body *b, double width, double height, struct random *r)
{
	const double angle = random_between(r, 0, 3.14159), size = fmin(width, height);

	b->x = random_between(r, 0.2, 0.8) * width;
	b->y = random_between(r, 0.2, 0.8) * height;
	b->across = random_between(r, 0.08, 0.4) * size;
	b->along = random_between(r, 0.08, 0.45) * size;
	b->cosine = cos(angle);
	b->sine = sin(angle);
	b->power = random_between(r, 1.6, 7);
	choose_colour(b->colour, r);
	b->texture = random_chance(r, 0.5) ? random_between(r, 0, 0.35) : 0;
	b->grain = random_between(r, 3, 40);
	b->flat = random_chance(r, 0.2);
}

/* A thing alone, across or along or full. */
static void put_in_middle(struct body *b, double width, double height, struct random *r)
{
	b->x = width / 2;
	b->y = height / 2;
	b->cosine = 1;
	b->sine = 0;
	b->across = width * (random_chance(r, 0.3) ? random_between(r, 0.05, 0.36) : 0.4);
	b->along = height * (random_chance(r, 0.3) ? random_between(r, 0.05, 0.36) : 0.4);
	b->flat = false;
}

/* What a device shows: pale or dark, hardly any shade, little on it. */
static void make_screen(struct scene *s, struct random *r)
{
	const double grey = random_chance(r, 0.6) ? random_between(r, 0.85, 0.985) : random_between(r, 0.1, 0.85);

	s->count = random_in(r, 0, 3);
	s->texture = 0;
	for (int c = 0; c < 3; c++) {
		s->low[c] = grey;
		s->high[c] = clamped(grey + random_between(r, -0.06, 0.06));
	}
	for (int i = 0; i < s->count; i++) {
		s->bodies[i].flat = true;
		s->bodies[i].texture = 0;
		s->bodies[i].across /= 3;
		s->bodies[i].along /= 3;
	}
}

static void choose_scene(struct scene *s, double width, double height, struct random *r)
{
	s->count = random_in(r, 1, BODIES);
	for (int i = 0; i < s->count; i++)
		choose_body(&s->bodies[i], width, height, r);
	choose_colour(s->low, r);
	choose_colour(s->high, r);
	s->noise = random_between(r, 0.004, 0.03);
	s->texture = random_chance(r, 0.5) ? random_between(r, 0.02, 0.25) : 0;
	s->white = random_chance(r, 0.45);
	if (s->white)
		put_in_middle(&s->bodies[0], width, height, r);
	else if (random_chance(r, 0.4))
		make_screen(s, r);
}

/* The light that a body returns at (x, y), 0 … 1, or -1 outside of it. */
static double lit(const struct body *b, double x, double y)
{
	const double dx = x - b->x, dy = y - b->y;
	const double u = (dx * b->cosine + dy * b->sine) / b->across, v = (dy * b->cosine - dx * b->sine) / b->along;

	if (fabs(u) > 1 || fabs(v) > 1)
		return -1;
	const double inside = 1 - pow(fabs(u), b->power) - pow(fabs(v), b->power);
	if (inside < 0)
		return -1;
	if (b->flat)
		return 0.9;
	const double z = sqrt(inside), length = sqrt(u * u + v * v + z * z);
	const double light = fmax(0, (-0.4 * u - 0.55 * v + 0.73 * z) / length);
	return 0.22 + 0.7 * light + 0.5 * pow(light, 24);
}

static void see(const struct scene *s, const struct noise *n, double x, double y, double height, double colour[3])
{
	const double part = y / height, ground = s->texture * octaves(n, x / 30, y / 30);

	for (int c = 0; c < 3; c++)
		colour[c] = s->white ? 1 : s->low[c] * part + s->high[c] * (1 - part) + ground;
	for (int i = 0; i < s->count; i++) {
		const struct body *b = &s->bodies[i];
		const double light = lit(b, x, y);

		if (light < 0)
			continue;
		const double shade = light * (1 + b->texture * 2 * octaves(n, x / b->grain + i, y / b->grain));
		for (int c = 0; c < 3; c++)
			colour[c] = b->colour[c] * shade;
	}
}

/* --- the lens ---------------------------------------------------------------------------------------------------------- */

/* [1 2 1] / 4 along a line of `count` samples, `step` apart. */
static void blur_line(float *at, int count, size_t step)
{
	float before = at[0];

	for (int i = 0; i < count; i++) {
		const float here = at[step * (size_t)i], after = at[step * (size_t)(i + 1 < count ? i + 1 : i)];

		at[step * (size_t)i] = (before + 2 * here + after) / 4;
		before = here;
	}
}

static void blur(struct photo *p)
{
	const size_t row = 3 * (size_t)p->width;

	for (int y = 0; y < p->height; y++)
		for (int c = 0; c < 3; c++)
			blur_line(p->values + row * (size_t)y + c, p->width, 3);
	for (size_t i = 0; i < row; i++)
		blur_line(p->values + i, p->height, row);
}

static void add_noise(struct photo *p, double strength, bool white, struct random *r)
{
	const size_t count = 3 * (size_t)p->width * (size_t)p->height;

	for (size_t i = 0; i < count; i++) {
		const double n = (random_unit(r) + random_unit(r) + random_unit(r) - 1.5) * 2 * strength;

		if (!white || p->values[i] < 0.995f)
			p->values[i] = (float)clamped(p->values[i] + n);
	}
}

static void take(struct photo *p, const struct scene *scene, int width, int height, struct random *r)
{
	static struct noise noise;

	p->width = width;
	p->height = height;
	p->values = memory_grow(p->values, &p->capacity, 3 * (size_t)width * (size_t)height, sizeof *p->values);
	noise_fill(&noise, r);
	float *to = p->values;
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++, to += 3) {
			double colour[3];

			see(scene, &noise, x, y, height, colour);
			for (int c = 0; c < 3; c++)
				to[c] = (float)clamped(colour[c]);
		}
	for (int i = random_in(r, 1, 3); i > 0; i--)
		blur(p);
	add_noise(p, scene->noise, scene->white, r);
}

void photo_make(struct photo *p, int width, int height, struct random *r)
{
	struct scene scene;

	choose_scene(&scene, width, height, r);
	take(p, &scene, width, height, r);
}

void photo_make_screen(struct photo *p, int width, int height, struct random *r)
{
	struct scene scene;

	choose_scene(&scene, width, height, r);
	scene.white = false;
	make_screen(&scene, r);
	take(p, &scene, width, height, r);
}

static void prepare(struct picture *to, enum picture_layout layout, int width, int height)
{
	struct error err;

	if (picture_prepare(to, layout, (uint32_t)width, (uint32_t)height, &err) < 0)
		die("cannot make a photograph: %s", err.text);
}

static double grey_at(const struct photo *p, int x, int y)
{
	const float *v = p->values + 3 * ((size_t)y * (size_t)p->width + (size_t)x);

	return 0.299 * v[0] + 0.587 * v[1] + 0.114 * v[2];
}

void photo_develop(const struct photo *p, bool colour, struct picture *to)
{
	prepare(to, colour ? PICTURE_RGB : PICTURE_GREY, p->width, p->height);
	for (int y = 0; y < p->height; y++) {
		uint8_t *row = picture_row(to, (uint32_t)y);

		for (int x = 0; x < p->width; x++) {
			const float *v = p->values + 3 * ((size_t)y * (size_t)p->width + (size_t)x);

			if (!colour)
				row[x] = (uint8_t)lrint(255 * grey_at(p, x, y));
			for (int c = 0; colour && c < 3; c++)
				row[3 * x + c] = (uint8_t)lrintf(255 * v[c]);
		}
	}
}

/* --- print ------------------------------------------------------------------------------------------------------------- */

/* Bayer's matrix of 8 × 8, by interleaving the bits of x ^ y and y. */
static double bayer(int x, int y)
{
	int value = 0;

	for (int bit = 0; bit < 3; bit++)
		value |= (((x ^ y) >> bit & 1) << 1 | (y >> bit & 1)) << (2 * (2 - bit));
	return (value + 0.5) / 64;
}

/* A screen at 45 degrees: dots that grow from the middle of each cell. */
static double screen(int x, int y, double period)
{
	const double u = (x + y) / period * 3.14159265, v = (x - y) / period * 3.14159265;

	return 0.5 + 0.25 * (cos(u) + cos(v)) * 0.98;
}

static void diffuse(const struct photo *p, uint8_t *ink)
{
	const size_t width = (size_t)p->width;
	double *line = calloc(2 * (width + 2), sizeof *line), *next = line ? line + width + 2 : NULL;

	if (!line)
		die("out of memory");
	for (int y = 0; y < p->height; y++) {
		for (int x = 0; x < p->width; x++) {
			const double value = grey_at(p, x, y) + line[x + 1];
			const double error = value - (value < 0.5 ? 0 : 1);

			ink[(size_t)y * width + (size_t)x] = value < 0.5;
			line[x + 2] += error * 7 / 16;
			next[x] += error * 3 / 16;
			next[x + 1] += error * 5 / 16;
			next[x + 2] += error / 16;
		}
		memcpy(line, next, (width + 2) * sizeof *line);
		memset(next, 0, (width + 2) * sizeof *next);
	}
	free(line);
}

static void compare(const struct photo *p, enum dither how, struct random *r, uint8_t *ink)
{
	const double period = random_in(r, 5, 14);

	for (int y = 0; y < p->height; y++)
		for (int x = 0; x < p->width; x++) {
			const double threshold = how == DITHER_ORDERED     ? bayer(x, y)
			                         : how == DITHER_CLUSTERED ? screen(x, y, period)
			                                                   : 0.02 + 0.96 * random_unit(r);

			*ink++ = grey_at(p, x, y) < threshold;
		}
}

void photo_dither(const struct photo *p, enum dither how, int dot, struct random *r, struct picture *to)
{
	uint8_t *ink = malloc((size_t)p->width * (size_t)p->height);

	if (!ink)
		die("out of memory");
	if (how == DITHER_DIFFUSION)
		diffuse(p, ink);
	else
		compare(p, how, r, ink);
	prepare(to, PICTURE_BIT, p->width * dot, p->height * dot);
	memset(to->pixels.data, 0, to->pixels.size);
	for (int y = 0; y < p->height * dot; y++) {
		const uint8_t *from = ink + (size_t)(y / dot) * (size_t)p->width;
		uint8_t *row = picture_row(to, (uint32_t)y);

		for (int x = 0; x < p->width * dot; x++)
			row[x >> 3] |= (uint8_t)(from[x / dot] << (7 - (x & 7)));
	}
	free(ink);
}

void photo_release(struct photo *p)
{
	free(p->values);
	*p = (struct photo){0};
}
