/* SPDX-License-Identifier: ISC */
#include "generate/furniture.h"

/* Four legs under a rectangle at height `top`, spread outward by `splay` at the floor. */
static void add_legs(struct mesh *m, struct random *r, double width, double depth, double top)
{
	const bool round = random_chance(r, 0.6), tapered = random_chance(r, 0.5);
	const double thick = random_between(r, 0.035, 0.07),
		     splay = random_chance(r, 0.5) ? random_between(r, 0, 0.2) : 0;
	const double inset = thick * 1.3;

	for (int k = 0; k < 4; k++) {
		const double x = (k & 1 ? 1 : -1) * (width / 2 - inset),
			     y = (k & 2 ? 1 : -1) * (depth / 2 - inset);
		const struct point foot = {x * (1 + splay), y * (1 + splay), 0}, hip = {x, y, top};

		if (round)
			solid_rod(m, foot, hip, tapered ? thick * 0.55 : thick, thick);
		else
			solid_slab(m, frame_at(x, y, 0), thick * 2, thick * 2, top, 0.01, 0);
	}
}

static void add_stretchers(struct mesh *m, struct random *r, double width, double depth, double top)
{
	const double z = top * random_between(r, 0.25, 0.6), y = depth / 2 - 0.07, x = width / 2 - 0.07;

	for (int side = -1; side <= 1; side += 2) {
		solid_rod(m, point_at(side * x, -y, z), point_at(side * x, y, z), 0.02, 0.02);
		if (random_chance(r, 0.7))
			solid_rod(m, point_at(-x, side * y, z + 0.08), point_at(x, side * y, z + 0.08), 0.02,
				0.02);
	}
}

static void add_seat(struct mesh *m, struct random *r, double width, double depth, double z)
{
	const double thick = random_between(r, 0.05, 0.14);

	if (random_chance(r, 0.3)) {
		solid_ellipsoid(m, frame_scaled(frame_at(0, 0, z), width / 2, depth / 2, thick), 0.5, 0.35);
		return;
	}
	solid_slab(m, frame_at(0, 0, z - thick / 2), width, depth, thick, random_between(r, 0.01, 0.25),
		random_chance(r, 0.5) ? thick * 0.3 : 0);
	if (random_chance(r, 0.4))
		solid_slab(m, frame_at(0, 0, z + thick / 2 - 0.02), width * 0.92, depth * 0.92, 0.09, 0.12,
			0.03);
}

static void add_back(struct mesh *m, struct random *r, double width, double depth, double seat, double height)
{
	const double lean = random_between(r, 2, 18);
	const struct frame f = frame_turned(frame_at(0, depth / 2 - 0.06, seat), 'x', -lean);
	const int style = random_below(r, 4), bars = random_in(r, 3, 8);
	struct frame posts = f;

	if (style == 0) {
		solid_slab(m, f, width * random_between(r, 0.8, 1), 0.07, height, 0.03, 0.02);
		return;
	}
	if (style == 1) {
		struct section s;
		struct path arch;
		const double x = width / 2 - 0.06;

		section_superellipse(&s, random_between(r, 2, 4));
		path_start(&arch, frame_place(&f, point_at(-x, 0, 0)));
		path_curve(&arch, frame_place(&f, point_at(-x, 0, height * 1.25)),
			frame_place(&f, point_at(x, 0, height * 1.25)), frame_place(&f, point_at(x, 0, 0)));
		solid_tube(m, &arch, f.y, &s, 0.04, 0.04, false);
		for (int i = 0; i < bars; i++) {
			const double at = x * 1.5 * ((i + 0.5) / bars - 0.5);

			solid_rod(m, frame_place(&f, point_at(at, 0, 0)),
				frame_place(
					&f, point_at(at, 0, height * 0.94 * (1 - 0.9 * at * at / (x * x)))),
				0.018, 0.018);
		}
		return;
	}
	for (int side = -1; side <= 1; side += 2) {
		posts.origin = frame_place(&f, point_at(side * (width / 2 - 0.06), 0, 0));
		solid_slab(m, posts, 0.07, 0.06, height, 0.02, 0);
	}
	for (int i = 0; i < bars; i++) {
		struct frame bar = f;

		if (style == 2) {
			bar.origin = frame_place(&f, point_at(0, 0.005, height * (0.25 + 0.7 * i / bars)));
			solid_slab(m, bar, width - 0.13, 0.03, height * 0.45 / bars, 0.01, 0);
		} else {
			bar.origin = frame_place(
				&f, point_at((width - 0.2) * ((i + 0.5) / bars - 0.5), 0.005, -0.02));
			solid_slab(m, bar, (width - 0.2) * 0.5 / bars, 0.03, height * 0.95, 0.008, 0);
		}
	}
	if (style == 3) {
		posts.origin = frame_place(&f, point_at(0, -0.005, height * 0.88));
		solid_slab(m, posts, width + 0.04, 0.09, height * 0.14, 0.03, 0.015);
	}
}

void furniture_chair(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.75, 1.15), depth = random_between(r, 0.75, 1.1);
	const double seat = random_between(r, 0.5, 0.95), back = random_between(r, 0.45, 1.15);

	add_seat(m, r, width, depth, seat);
	add_back(m, r, width, depth, seat, back);
	add_legs(m, r, width, depth, seat);
	if (random_chance(r, 0.4))
		add_stretchers(m, r, width, depth, seat);
	if (random_chance(r, 0.45)) {
		const double rest = seat + random_between(r, 0.2, 0.35);

		for (int side = -1; side <= 1; side += 2) {
			solid_slab(m, frame_at(side * width / 2, -0.05, rest), 0.1, depth * 0.95, 0.05, 0.04,
				0.015);
			solid_slab(m, frame_at(side * (width / 2 - 0.005), -depth * 0.3, seat - 0.05), 0.05,
				0.07, rest - seat + 0.07, 0.01, 0);
		}
	}
}

void furniture_stool(struct mesh *m, struct random *r)
{
	const double radius = random_between(r, 0.3, 0.5), height = random_between(r, 0.6, 1.4);
	const double spread = random_between(r, 0.8, 1.4), thick = random_between(r, 0.025, 0.05);
	const int legs = random_in(r, 3, 6);
	struct section s;

	solid_cylinder(m, frame_at(0, 0, height), radius, random_between(r, 0.07, 0.18), 0.03);
	if (random_chance(r, 0.3)) {
		solid_cylinder(m, frame_at(0, 0, 0.04), 0.06, height, 0);
		solid_cylinder(m, frame_at(0, 0, 0), radius * 0.95, 0.06, 0.02);
	} else {
		for (int i = 0; i < legs; i++) {
			const double t = 2 * PI * (i + 0.5) / legs, x = radius * cos(t), y = radius * sin(t);

			solid_rod(m, point_at(x * spread, y * spread, 0),
				point_at(x * 0.75, y * 0.75, height + 0.02), thick, thick);
		}
	}
	section_circle(&s);
	if (random_chance(r, 0.7)) {
		const double at = random_between(r, 0.25, 0.5),
			     ring = radius * (spread + (0.75 - spread) * at);

		solid_ring(
			m, frame_scaled(frame_at(0, 0, height * at), ring, ring, 1), &s, 0.025 / ring, 0.025);
	}
}

void furniture_table(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.9, 2), depth = random_between(r, 0.6, 1),
		     height = random_between(r, 0.4, 0.9);
	const double thick = random_between(r, 0.04, 0.1);
	const bool round = random_chance(r, 0.35);
	struct section s;
	struct profile p;

	if (round)
		solid_cylinder(m, frame_scaled(frame_at(0, 0, height), 1, depth / width + 0.2, 1), width / 2,
			thick, thick * 0.25);
	else
		solid_slab(m, frame_at(0, 0, height), width, depth, thick, random_between(r, 0.01, 0.3),
			thick * 0.25);
	if (round && random_chance(r, 0.7)) {
		section_circle(&s);
		profile_start(&p, width * 0.28, 0);
		profile_line(&p, width * 0.28, 0.04);
		profile_curve(&p, 0.06, 0.05, random_between(r, 0.05, 0.12), height * 0.5);
		profile_curve(&p, 0.06, height * 0.9, width * 0.2, height + 0.02);
		solid_loft(m, frame_at(0, 0, 0), &s, &p);
		return;
	}
	add_legs(m, r, width * (round ? 0.7 : 1), depth * (round ? 0.8 : 1), height + 0.02);
	if (!round && random_chance(r, 0.5))
		solid_slab(m, frame_at(0, 0, height * 0.25), width * 0.9, depth * 0.86, 0.05, 0.02, 0);
	if (!round && random_chance(r, 0.5))
		solid_slab(m, frame_at(0, 0, height - 0.12), width * 0.84, depth * 0.8, 0.14, 0.01, 0);
}

void furniture_cabinet(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.7, 1.8), depth = random_between(r, 0.4, 0.7),
		     height = random_between(r, 0.7, 1.9);
	const double feet = random_between(r, 0.04, 0.25), gap = 0.03;
	const int columns = random_in(r, 1, 4), rows = random_in(r, 1, 5), knob = random_below(r, 3);
	const double w = (width - gap) / columns, h = (height - gap) / rows;

	solid_slab(m, frame_at(0, 0, feet), width, depth, height, 0.01, 0);
	solid_slab(m, frame_at(0, -0.01, feet + height - 0.01), width * 1.04, depth * 1.06, 0.06, 0.01, 0.01);
	add_legs(m, r, width * 0.92, depth * 0.92, feet + 0.02);
	for (int i = 0; i < columns; i++)
		for (int j = 0; j < rows; j++) {
			const double x = -width / 2 + gap / 2 + (i + 0.5) * w,
				     z = feet + gap / 2 + j * h + gap / 2;
			const struct point front = {
				x, -depth / 2 - 0.02, z + (h - gap) * (rows == 1 ? 0.5 : 0.7)};

			solid_slab(m, frame_at(x, -depth / 2 - 0.005, z), w - gap, 0.06, h - gap, 0.005, 0);
			if (knob == 0)
				solid_cylinder(m,
					frame_turned((struct frame){front, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
						'x', 90),
					0.03, 0.06, 0.01);
			else if (knob == 1)
				solid_slab(m, frame_at(x, front.y - 0.02, front.z), w * 0.4, 0.05, 0.03, 0.01,
					0);
		}
}

void furniture_shelf(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.6, 1.6), depth = random_between(r, 0.3, 0.5),
		     height = random_between(r, 0.9, 2);
	const int boards = random_in(r, 2, 6);
	const bool frame = random_chance(r, 0.5);

	for (int side = -1; side <= 1; side += 2) {
		if (!frame) {
			solid_slab(m, frame_at(side * width / 2, 0, 0), 0.06, depth, height, 0.01, 0);
			continue;
		}
		for (int back = -1; back <= 1; back += 2)
			solid_slab(m, frame_at(side * width / 2, back * (depth / 2 - 0.03), 0), 0.05, 0.05,
				height, 0.01, 0);
	}
	for (int i = 0; i < boards; i++)
		solid_slab(m, frame_at(0, 0, 0.08 + (height - 0.2) * i / (boards - 1)),
			width + (frame ? 0.12 : 0.01), depth * 0.94, 0.05, 0.01, 0);
	if (random_chance(r, 0.5))
		solid_rod(m, point_at(-width / 2, depth / 2 - 0.03, 0.1),
			point_at(width / 2, depth / 2 - 0.03, height * 0.9), 0.015, 0.015);
}

void furniture_sofa(struct mesh *m, struct random *r)
{
	const int seats = random_in(r, 1, 4);
	const double width = 0.5 * seats + 0.1, depth = random_between(r, 0.6, 0.8),
		     arm = random_between(r, 0.1, 0.25);
	const double soft = random_between(r, 0.25, 0.45), high = random_between(r, 0.35, 0.55);

	solid_slab(m, frame_at(0, 0, 0.1), width, depth, 0.2, 0.03, 0.02);
	solid_slab(m, frame_turned(frame_at(0, depth / 2 - 0.02, 0.1), 'x', -8), width + arm, 0.18,
		0.2 + high, 0.06, 0.04);
	for (int i = 0; i < seats; i++) {
		const double x = (width / seats) * (i + 0.5 - seats / 2.0), half = width / seats * 0.49;

		solid_ellipsoid(
			m, frame_scaled(frame_at(x, -0.06, 0.33), half, depth * 0.44, 0.1), soft, soft * 0.7);
		solid_ellipsoid(m,
			frame_turned(frame_scaled(frame_at(x, depth / 2 - 0.16, 0.45 + high * 0.3), half, 0.1,
					     high * 0.55),
				'x', -10),
			soft * 0.7, soft);
	}
	for (int side = -1; side <= 1; side += 2) {
		const struct frame f = frame_at(side * (width / 2 + arm / 2 - 0.01), 0, 0.08);

		if (soft < 0.35)
			solid_slab(m, f, arm, depth * 1.06, high * 0.9, 0.04, 0.03);
		else
			solid_ellipsoid(m,
				frame_scaled(frame_at(f.origin.x, 0, 0.08 + high * 0.45), arm * 0.6,
					depth * 0.56, high * 0.48),
				0.4, 0.35);
	}
	add_legs(m, r, width, depth, 0.12);
}

/* A shade open below: outside up, over the rim, inside down again. */
static void add_shade(
	struct mesh *m, struct random *r, struct frame f, double wide, double narrow, double height)
{
	struct section s;
	struct profile p;
	const int style = random_below(r, 4);
	const double bend = random_between(r, 0.7, 1.3);

	if (style == 0)
		section_polygon(&s, random_in(r, 4, 10));
	else if (style == 1)
		section_flower(&s, random_in(r, 6, 16), random_between(r, 0.05, 0.15));
	else
		section_circle(&s);
	profile_start(&p, 0, height - 0.04);
	profile_line(&p, narrow - 0.03, height - 0.04);
	profile_line(&p, wide - 0.03, 0);
	profile_line(&p, wide, 0);
	profile_ribs_from(&p, random_chance(r, 0.3) ? random_in(r, 4, 8) : 0);
	if (random_chance(r, 0.5)) {
		profile_line(&p, wide + (narrow - wide) * 0.1, height * 0.1);
		profile_mark(&p);
	}
	profile_curve(&p, (wide + narrow) / 2 * bend, height * 0.6, narrow, height);
	profile_ribs_to(&p);
	profile_line(&p, 0, height);
	solid_loft(m, f, &s, &p);
}

void furniture_lamp(struct mesh *m, struct random *r)
{
	const double height = random_between(r, 0.6, 2), wide = random_between(r, 0.3, 0.55);
	const double narrow = wide * random_between(r, 0.3, 1), tall = random_between(r, 0.3, 0.6);
	struct section s;
	struct profile p;

	add_shade(m, r, frame_at(0, 0, height), wide, narrow, tall);
	section_circle(&s);
	if (random_chance(r, 0.3))
		section_superellipse(&s, random_between(r, 2.5, 6));
	profile_start(&p, random_between(r, 0.2, 0.35), 0);
	profile_line(&p, p.r[0], random_between(r, 0.03, 0.1));
	if (random_chance(r, 0.5)) {
		profile_curve(
			&p, 0.05, 0.1, random_between(r, 0.06, 0.3), height * random_between(r, 0.3, 0.6));
		profile_curve(&p, random_between(r, 0.02, 0.3), height * 0.8, 0.05, height * 0.92);
	} else {
		profile_line(&p, 0.04, p.z[1] + 0.03);
	}
	profile_line(&p, 0.04, height + tall - 0.02);
	solid_loft(m, frame_at(0, 0, 0), &s, &p);
	solid_cylinder(m, frame_at(0, 0, height + tall - 0.02), 0.03, 0.08, 0.01);
}

void furniture_pendant(struct mesh *m, struct random *r)
{
	const int lamps = random_in(r, 1, 5);
	const double wide = random_between(r, 0.2, 0.5), tall = random_between(r, 0.25, 0.7);
	const uint64_t shape = random_bits(r);

	for (int i = 0; i < lamps; i++) {
		const double x = (i - (lamps - 1) / 2.0) * wide * 2.3, drop = lamps > 1 && i % 2 ? 0.3 : 0;
		struct random same = {shape};

		add_shade(m, &same, frame_at(x, 0, -tall - drop), wide, wide * 0.3, tall);
		solid_rod(m, point_at(x, 0, -drop - 0.05), point_at(x, 0, 0.8), 0.015, 0.015);
		m->unclaimed = false;
	}
	if (lamps == 1)
		solid_cylinder(m, frame_at(0, 0, 0.78), 0.2, 0.06, 0.015);
	else
		solid_slab(m, frame_at(0, 0, 0.78), wide * 2.3 * lamps, 0.25, 0.08, 0.03, 0.015);
}
