/* SPDX-License-Identifier: ISC */
#include "generate/machine.h"

static struct frame on_front(double x, double y, double z)
{
	return frame_turned(frame_at(x, y, z), 'x', 90);
}

void machine_wheel(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.15, 0.35), tyre = random_between(r, 0.1, 0.22),
		     rim = 1 - 2 * tyre;
	const int spokes = random_in(r, 3, 12), bolts = random_in(r, 0, 6),
		  lugs = random_chance(r, 0.4) ? random_in(r, 16, 40) : 0;
	const bool solid_spokes = random_chance(r, 0.6);
	const double twist = random_chance(r, 0.3) ? random_between(r, 0.1, 0.6) : 0;
	struct section s;

	section_superellipse(&s, random_between(r, 2.2, 6));
	m->unclaimed = random_chance(r, 0.3);
	solid_ring(m, frame_scaled(on_front(0, 0, 0), 1 - tyre, 1 - tyre, 1), &s, tyre / (1 - tyre), width);
	for (int i = 0; i < lugs; i++) {
		const double t = 2 * PI * i / lugs;

		solid_slab(m, frame_turned(frame_at(0.97 * sin(t), 0, 0.97 * cos(t)), 'y', t * 180 / PI),
			3.2 / lugs, width * 1.9, 0.07, 0.01, 0);
	}
	m->unclaimed = false;
	section_rectangle(&s, 2, 2, 0.3);
	solid_ring(m, frame_scaled(on_front(0, 0, 0), rim, rim, 1), &s, 0.05, width * 0.95);
	for (int i = 0; i < spokes; i++) {
		const double t = 2 * PI * i / spokes;
		const struct point from = {0.1 * cos(t), -width * 0.5, 0.1 * sin(t)};
		const struct point to = {
			rim * 0.97 * cos(t + twist), -width * 0.45, rim * 0.97 * sin(t + twist)};

		if (solid_spokes)
			solid_slab(m, frame_turned(frame_toward(from, point_minus(to, from)), 'z', 0), 0.12,
				0.5 / spokes + 0.05,
				sqrt(point_dot(point_minus(to, from), point_minus(to, from))), 0.02, 0);
		else
			solid_rod(m, from, to, 0.025, 0.025);
	}
	solid_cylinder(m, on_front(0, width * 0.5, 0), random_between(r, 0.14, 0.24), width * 1.2, 0.03);
	for (int i = 0; i < bolts; i++)
		solid_cylinder(m,
			on_front(0.1 * cos(2 * PI * i / bolts), -width * 0.5, 0.1 * sin(2 * PI * i / bolts)),
			0.03, width * 0.3, 0.005);
}

void machine_gear(struct mesh *m, struct random *r)
{
	const int layers = random_in(r, 1, 3);
	double z = 0, radius = 1;
	struct section s;

	for (int i = 0; i < layers; i++) {
		const double height = random_between(r, 0.12, 0.35);
		struct profile p;

		section_gear(&s, random_in(r, 8, 40), random_between(r, 0.08, 0.22));
		profile_start(&p, radius, 0);
		profile_line(&p, radius, height);
		solid_loft(m, frame_at(0, 0, z), &s, &p);
		z += height - 0.01;
		radius *= random_between(r, 0.45, 0.8);
	}
	solid_cylinder(m, frame_at(0, 0, z - 0.02), radius * 0.8, random_between(r, 0.1, 0.4), 0.02);
	solid_cylinder(m, frame_at(0, 0, -random_between(r, 0.05, 0.4)), radius * 0.7, 0.5, 0.02);
}

void machine_faucet(struct mesh *m, struct random *r)
{
	const double height = random_between(r, 0.5, 1.4), reach = random_between(r, 0.5, 1),
		     thick = random_between(r, 0.06, 0.11);
	const int style = random_below(r, 3);
	struct section s;
	struct path path;

	if (random_chance(r, 0.3))
		section_rectangle(&s, 2, 2, 0.3);
	else
		section_circle(&s);
	path_start(&path, point_at(0, 0, 0.05));
	path_line(&path, point_at(0, 0, height * 0.5));
	path_curve(&path, point_at(0, 0, height * 1.1),
		point_at(0, -reach * (style ? 0.9 : 0.2), height * 1.2), point_at(0, -reach, height * 0.75));
	solid_tube(m, &path, point_at(1, 0, 0), &s, thick * 1.2, thick, false);
	solid_cylinder(m, frame_at(0, 0, 0), thick * random_between(r, 1.6, 2.6), 0.1, 0.03);
	if (style == 2) {
		for (int side = -1; side <= 1; side += 2) {
			solid_cylinder(m, frame_at(side * 0.55, 0, 0), 0.14, 0.25, 0.04);
			solid_slab(m, frame_turned(frame_at(side * 0.62, 0, 0.22), 'z', 0), 0.4, 0.1, 0.06,
				0.05, 0.02);
		}
		solid_slab(m, frame_at(0, 0, -0.03), 1.5, 0.36, 0.07, 0.15, 0.02);
	} else {
		solid_rod(m, point_at(0, 0, height * 0.35), point_at(thick * 2.2, 0, height * 0.35),
			thick * 0.9, thick * 0.9);
		solid_rod(m, point_at(thick * 1.8, 0, height * 0.35),
			point_at(thick * 2 + 0.15, 0, height * 0.35 + random_between(r, 0.2, 0.45)),
			thick * 0.4, thick * 0.25);
	}
}

void machine_handle(struct mesh *m, struct random *r)
{
	const double half = random_between(r, 0.6, 0.9), out = random_between(r, 0.25, 0.5),
		     thick = random_between(r, 0.06, 0.13);
	const bool plates = random_chance(r, 0.6);
	struct section s;
	struct path path;

	section_superellipse(&s, random_between(r, 2, 7));
	path_start(&path, point_at(-half, 0, 0));
	if (random_chance(r, 0.5)) {
		path_curve(&path, point_at(-half * random_between(r, 0.7, 1.1), -out * 1.3, 0),
			point_at(half * random_between(r, 0.7, 1.1), -out * 1.3, 0), point_at(half, 0, 0));
	} else {
		path_line(&path, point_at(-half, -out * 0.6, 0));
		path_curve(&path, point_at(-half, -out, 0), point_at(-half, -out, 0),
			point_at(-half * 0.7, -out, 0));
		path_line(&path, point_at(half * 0.7, -out, 0));
		path_curve(&path, point_at(half, -out, 0), point_at(half, -out, 0),
			point_at(half, -out * 0.6, 0));
		path_line(&path, point_at(half, 0, 0));
	}
	solid_tube(m, &path, point_at(0, 0, 1), &s, thick, thick, false);
	for (int side = -1; side <= 1; side += 2) {
		if (plates)
			solid_slab(m, on_front(side * half, 0.06, 0), thick * 4,
				thick * random_between(r, 5, 5.01), 0.08, thick, 0.02);
		else
			solid_cylinder(m, on_front(side * half, 0.06, 0), thick * 2, 0.1, 0.03);
		for (int k = -1; plates && k <= 1; k += 2)
			solid_cylinder(m, on_front(side * half, 0, k * thick * 1.8), 0.04, 0.05, 0.01);
	}
	if (random_chance(r, 0.4))
		solid_rod(m, point_at(-half * 0.5, -out * 0.99, 0), point_at(half * 0.5, -out * 0.99, 0),
			thick * 1.3, thick * 1.3);
}

void machine_tool(struct mesh *m, struct random *r)
{
	const double grip = random_between(r, 0.7, 1.1), radius = random_between(r, 0.09, 0.16);
	const int style = random_below(r, 4);
	struct section s;
	struct profile p;

	section_superellipse(&s, random_between(r, 2, 3.5));
	profile_start(&p, radius * 0.8, 0);
	profile_line(&p, radius, 0.05);
	profile_curve(&p, radius * random_between(r, 0.5, 1.2), grip * 0.3,
		radius * random_between(r, 0.9, 1.3), grip * 0.5);
	profile_ribs_from(&p, random_chance(r, 0.5) ? random_in(r, 4, 10) : 0);
	profile_curve(&p, radius * random_between(r, 0.5, 1.2), grip * 0.8, radius * 0.7, grip);
	profile_ribs_to(&p);
	solid_loft(m, frame_at(0, 0, 0), &s, &p);
	solid_rod(m, point_at(0, 0, grip - 0.05), point_at(0, 0, grip + 0.7), radius * 0.4, radius * 0.35);
	if (style == 0) {
		solid_slab(
			m, frame_turned(frame_at(-0.3, 0, grip + 0.7), 'y', 90), 0.22, 0.22, 0.6, 0.03, 0.02);
		solid_ellipsoid(m, frame_scaled(frame_at(0.42, 0, grip + 0.7), 0.2, 0.05, 0.1), 0.5, 0.9);
	} else if (style == 1) {
		solid_slab(m, frame_at(0, 0, grip + 0.6), 0.4, 0.06, random_between(r, 0.3, 0.7), 0.02, 0.02);
	} else if (style == 2) {
		for (int i = 0; i < 5; i++)
			solid_rod(m, point_at(0.13 * (i - 2), 0, grip + 0.66),
				point_at(0.16 * (i - 2), -0.05, grip + 1.1), 0.03, 0.015);
		solid_slab(m, frame_at(0, 0, grip + 0.6), 0.62, 0.09, 0.1, 0.04, 0.02);
	} else {
		solid_ellipsoid(m, frame_scaled(frame_at(0, -0.03, grip + 0.85), 0.28, 0.1, 0.35),
			random_between(r, 0.5, 1.2), 1);
	}
}

void machine_connector(struct mesh *m, struct random *r)
{
	const int rings = random_in(r, 3, 7);
	double z = 0;
	struct section s;

	for (int i = 0; i < rings; i++) {
		const double radius = random_between(r, 0.2, 0.6), height = random_between(r, 0.08, 0.5);
		struct profile p;

		switch (random_below(r, 4)) {
		case 0:
			section_polygon(&s, 6);
			break;
		case 1:
			section_gear(&s, random_in(r, 12, 36), 0.08);
			break;
		default:
			section_circle(&s);
		}
		profile_start(&p, radius * 0.93, 0);
		profile_line(&p, radius, 0.02);
		profile_line(&p, radius * random_between(r, 0.8, 1), height);
		profile_line(&p, p.r[2] * 0.93, height + 0.02);
		solid_loft(m, frame_at(0, 0, z), &s, &p);
		z += height;
	}
	if (random_chance(r, 0.5))
		solid_rod(m, point_at(0, 0, z * 0.5), point_at(-0.9, 0, z * random_between(r, 0.5, 0.9)),
			0.16, 0.14);
	if (random_chance(r, 0.5))
		for (int i = 0; i < 3; i++)
			solid_slab(m, frame_at(0.12 * (i - 1), 0, z), 0.04, 0.12, 0.25, 0.01, 0);
}

void machine_bracket(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.4, 1.2), reach = random_between(r, 0.5, 1.2),
		     height = random_between(r, 0.5, 1.2), thick = random_between(r, 0.06, 0.14);
	const int holes = random_in(r, 1, 3), ribs = random_in(r, 0, 3);
	struct section s;

	section_circle(&s);
	solid_slab(m, frame_at(0, -reach / 2, 0), width, reach, thick, random_between(r, 0.01, 0.15), 0);
	solid_slab(m, on_front(0, 0.005, height / 2 + 0.01), width * 0.99, height, thick,
		random_between(r, 0.01, 0.15), 0);
	for (int i = 0; i < holes; i++) {
		const double x = width * ((i + 0.5) / holes - 0.5);

		solid_ring(m, frame_scaled(frame_at(x, -reach * 0.6, thick), 0.09, 0.09, 1), &s, 0.3, 0.02);
		solid_ring(m, frame_scaled(on_front(x, -thick, height * 0.7), 0.09, 0.09, 1), &s, 0.3, 0.02);
	}
	for (int i = 0; i < ribs; i++) {
		const double x = width * 0.8 * (ribs > 1 ? i / (ribs - 1.0) - 0.5 : 0);

		solid_rod(m, point_at(x, -reach * 0.75, thick * 0.5),
			point_at(x, -thick * 0.5, height * 0.75), 0.04, 0.04);
	}
}

void machine_robot(struct mesh *m, struct random *r)
{
	const double head = random_between(r, 0.2, 0.45), body = random_between(r, 0.3, 0.5),
		     tall = random_between(r, 0.4, 0.9), leg = random_between(r, 0.2, 0.7);
	const double e1 = random_between(r, 0.15, 1), e2 = random_between(r, 0.15, 1),
		     ear = random_between(r, 0.05, 0.2);
	const double z = leg + tall + head * 0.8;
	const int ears = random_below(r, 3);

	solid_ellipsoid(
		m, frame_scaled(frame_at(0, 0, leg + tall / 2), body, body * 0.7, tall / 2 * 1.1), e1, e2);
	solid_ellipsoid(m,
		frame_scaled(frame_at(0, 0, z), head * random_between(r, 0.9, 1.5), head * 0.9, head),
		random_between(r, 0.2, 1), e2);
	for (int side = -1; side <= 1; side += 2) {
		solid_ellipsoid(m,
			frame_scaled(frame_at(side * head * 0.4, -head * 0.82, z + head * 0.15), head * 0.17,
				head * 0.12, head * 0.2),
			1, 1);
		if (ears == 0)
			solid_cylinder(m, frame_turned(frame_at(side * head * 0.9, 0, z), 'y', side * 90),
				head * 0.3, ear + head * 0.5, 0.02);
		else if (ears == 1)
			solid_ellipsoid(m,
				frame_scaled(frame_at(side * head * 0.7, 0, z + head * 0.9), ear + 0.03, 0.06,
					ear * 2 + 0.1),
				1, 1);
		solid_rod(m, point_at(side * body * 0.8, 0, leg + tall * 0.8),
			point_at(side * (body + 0.25), -0.1, leg + tall * 0.25), 0.09, 0.08);
		solid_ellipsoid(m,
			frame_scaled(
				frame_at(side * (body + 0.26), -0.12, leg + tall * 0.2), 0.12, 0.12, 0.12),
			e1, e1);
		solid_cylinder(m, frame_at(side * body * 0.5, 0, 0.05), body * 0.25, leg + 0.15, 0.02);
		solid_ellipsoid(m,
			frame_scaled(frame_at(side * body * 0.52, -0.1, 0.06), body * 0.36, body * 0.6, 0.1),
			0.4, 0.6);
	}
	if (ears == 2) {
		solid_rod(m, point_at(0, 0, z + head * 0.8), point_at(0, 0, z + head + 0.25), 0.025, 0.025);
		solid_ellipsoid(m, frame_scaled(frame_at(0, 0, z + head + 0.28), 0.06, 0.06, 0.06), 1, 1);
	}
}

void machine_vehicle(struct mesh *m, struct random *r)
{
	const double length = random_between(r, 1.4, 2), width = random_between(r, 0.6, 0.85),
		     low = random_between(r, 0.25, 0.4), cabin = random_between(r, 0.2, 0.4);
	const double wheel = random_between(r, 0.15, 0.24), from = random_between(r, 0.15, 0.35),
		     to = random_between(r, 0.6, 0.95);
	struct frame rings[12];
	struct section s;

	section_rectangle(&s, 2, 2, random_between(r, 0.2, 0.8));
	for (int i = 0; i < 12; i++) {
		const double t = i / 11.0, high = low * (0.7 + 0.3 * sin(PI * pow(t, 0.7)));

		rings[i] = (struct frame){{length * (t - 0.5), 0, 0.12 + high / 2},
			{0, width / 2 * (0.86 + 0.14 * sin(PI * t)), 0}, {0, 0, high / 2}, {1, 0, 0}};
	}
	solid_skin(m, rings, 12, &s);
	for (int i = 0; i < 8; i++) {
		const double t = i / 7.0, x = length * (from + (to - from) * t - 0.5),
			     high = cabin * pow(sin(PI * (0.06 + 0.88 * t)), 0.5) + 0.12;

		rings[i] = (struct frame){
			{x, 0, 0.02 + low + high / 2}, {0, width * 0.42, 0}, {0, 0, high / 2}, {1, 0, 0}};
	}
	solid_skin(m, rings, 8, &s);
	for (int i = 0; i < 4; i++) {
		const double x = length * (i & 1 ? 0.3 : -0.3), y = (i & 2 ? 1 : -1) * width / 2;

		solid_cylinder(m, on_front(x, y + 0.08, wheel), wheel, 0.16, 0.03);
		solid_cylinder(m, on_front(x, y + 0.1, wheel), wheel * 0.55, 0.2, 0.02);
	}
	for (int side = -1; side <= 1; side += 2)
		solid_ellipsoid(m,
			frame_scaled(frame_at(-length * 0.49, side * width * 0.3, 0.12 + low * 0.5), 0.05,
				0.09, 0.06),
			1, 1);
	if (random_chance(r, 0.4))
		solid_slab(m, frame_at(length * 0.46, 0, low + 0.25), 0.18, width, 0.04, 0.02, 0);
}

/* Upper and sole as hulls of sections along the foot. */
void machine_shoe(struct mesh *m, struct random *r)
{
	const double length = 2, width = random_between(r, 0.6, 0.75), sole = random_between(r, 0.1, 0.25),
		     ankle = random_between(r, 0.5, 1.1);
	const double vamp = random_between(r, 0.45, 0.65), toe = random_between(r, 0.25, 0.4);
	const int laces = random_in(r, 0, 6), cleats = random_chance(r, 0.3) ? random_in(r, 4, 9) : 0;
	struct frame upper[15], base[15];
	struct section s;

	section_superellipse(&s, random_between(r, 2.2, 3.2));
	for (int i = 0; i < 15; i++) {
		const double t = (i + 0.15) / 14.3, x = length * (t - 0.5),
			     wide = width / 2 * pow(sin(PI * pow(t, 0.85)), 0.4) *
				    (0.8 + 0.25 * sin(PI * (t * 1.3 - 0.5)));
		const double slope = t > vamp ? 0 : (vamp - t) / vamp,
			     high = sole + toe * pow(sin(PI * fmin(0.5, (1 - t) * 1.6)), 0.5) +
				    ankle * slope * (2 - slope) * 0.8;

		upper[i] = (struct frame){{x, 0, high / 2}, {0, wide * 0.93, 0}, {0, 0, high / 2}, {1, 0, 0}};
		base[i] = (struct frame){{x * 1.02, 0, sole / 2 + 0.06 * t * t}, {0, wide * 1.06, 0},
			{0, 0, sole / 2}, {1, 0, 0}};
	}
	solid_skin(m, upper, 15, &s);
	section_rectangle(&s, 2, 2, 0.5);
	solid_skin(m, base, 15, &s);
	section_circle(&s);
	solid_ring(m,
		frame_scaled(
			frame_at(-length * 0.36, 0, sole + toe * 0.95 + ankle * 0.72), 0.24, width * 0.3, 1),
		&s, 0.2, 0.05);
	for (int i = 0; i < laces; i++) {
		const double t = vamp - 0.05 + (0.85 - vamp) * i / 6.0 - 0.1,
			     slope = t > vamp ? 0 : (vamp - t) / vamp;

		solid_ellipsoid(m,
			frame_scaled(frame_at(length * (t - 0.5), 0,
					     sole + toe + ankle * slope * (2 - slope) * 0.8 - 0.03),
				0.03, width * 0.25, 0.05),
			0.7, 0.7);
	}
	for (int i = 0; i < cleats; i++)
		for (int side = -1; side <= 1; side += 2)
			solid_cylinder(m,
				frame_at(length * ((i + 0.7) / (cleats + 0.4) - 0.5), side * width * 0.22,
					-0.08),
				0.06, 0.14, 0.01);
}

void machine_glasses(struct mesh *m, struct random *r)
{
	const double half = random_between(r, 0.36, 0.46), high = random_between(r, 0.22, 0.38),
		     gap = random_between(r, 0.06, 0.14), thick = random_between(r, 0.025, 0.06);
	const double shape = random_between(r, 2, 6), drop = random_between(r, 0, 0.3),
		     length = random_between(r, 1, 1.3);
	struct section lens, s;
	struct path path;

	section_superellipse(&lens, shape);
	section_superellipse(&s, random_between(r, 2, 5));
	for (int side = -1; side <= 1; side += 2) {
		path.count = 0;
		for (int i = 0; i < lens.count; i++)
			path_line(&path,
				point_at(side * (half + gap) + half * lens.x[i], 0.06 * lens.x[i] * side,
					high * lens.y[i] * (1 + drop * side * lens.x[i])));
		solid_tube(m, &path, point_at(0, 1, 0), &s, thick, thick, true);
		path_start(&path, point_at(side * (2 * half + gap - thick), 0.05, high * 0.5));
		path_curve(&path, point_at(side * (2 * half + gap + 0.1), 0.1, high * 0.5),
			point_at(side * (2 * half + gap + 0.06), 0.2, high * 0.5),
			point_at(side * (2 * half + gap + 0.04), length * 0.75, high * 0.5));
		path_curve(&path, point_at(side * (2 * half + gap), length * 0.9, high * 0.5),
			point_at(side * (2 * half + gap), length, high * 0.3),
			point_at(side * (2 * half + gap - 0.05), length * 1.1, -high * 0.5));
		solid_tube(m, &path, point_at(side, 0, 0.02), &s, thick * 1.2, thick * 0.8, false);
	}
	path_start(&path, point_at(-gap - thick, 0, high * 0.3));
	path_curve(&path, point_at(-gap * 0.5, -0.05, high * 0.6), point_at(gap * 0.5, -0.05, high * 0.6),
		point_at(gap + thick, 0, high * 0.3));
	solid_tube(m, &path, point_at(0, 1, 0), &s, thick, thick, false);
}

void machine_ring(struct mesh *m, struct random *r)
{
	const double band = random_between(r, 0.06, 0.16), height = random_between(r, 0.08, 0.3),
		     size = random_between(r, 0.2, 0.5);
	const int corners = random_in(r, 5, 10), small = random_in(r, 0, 8), claws = random_in(r, 3, 6);
	struct section s;
	struct profile p;

	section_superellipse(&s, random_between(r, 2, 5));
	solid_ring(m, frame_scaled(on_front(0, 0, 0), 1 - band, 1 - band, 1), &s, band, height);
	section_polygon(&s, corners);
	profile_start(&p, size * 0.2, 0);
	profile_line(&p, size, size * 0.8);
	profile_line(&p, size * 0.95, size * 0.9);
	profile_line(&p, size * 0.6, size * 1.15);
	solid_loft(m, frame_at(0, 0, 0.95), &s, &p);
	for (int i = 0; i < claws; i++) {
		const double t = 2 * PI * i / claws;

		solid_rod(m, point_at(0.08 * cos(t), 0.08 * sin(t), 0.9),
			point_at(size * 1.02 * cos(t), size * 1.02 * sin(t), 0.95 + size * 0.95), 0.04,
			0.035);
	}
	for (int i = 0; i < small; i++) {
		const double t = (i % 2 ? 1 : -1) * (0.45 + 0.25 * (i / 2));

		solid_ellipsoid(m, frame_scaled(frame_at(sin(t), 0, cos(t)), 0.09, 0.09, 0.09), 1, 1);
	}
}

static void add_body(struct mesh *m, struct random *r, struct frame f)
{
	struct section s;
	struct profile p;

	switch (random_below(r, 5)) {
	case 0:
		solid_ellipsoid(m, f, random_between(r, 0.15, 1.2), random_between(r, 0.15, 1.2));
		return;
	case 1:
		solid_slab(m, f, 1.8, 1.8, 1, random_between(r, 0.01, 0.6), random_chance(r, 0.5) ? 0.08 : 0);
		return;
	case 2:
		section_polygon(&s, random_in(r, 3, 9));
		break;
	case 3:
		section_blob(&s, 0.35, r);
		break;
	default:
		section_superellipse(&s, random_between(r, 2, 7));
	}
	profile_start(&p, random_between(r, 0.4, 1), 0);
	for (int i = random_in(r, 1, 4); i > 0; i--)
		if (random_chance(r, 0.5))
			profile_line(&p, random_between(r, 0.4, 1),
				p.z[p.count - 1] + random_between(r, 0.05, 0.5));
		else
			profile_curve(&p, random_between(r, 0.3, 1.2), p.z[p.count - 1] + 0.2,
				random_between(r, 0.3, 1), p.z[p.count - 1] + random_between(r, 0.25, 0.5));
	if (random_chance(r, 0.25)) {
		p.rib_every = random_in(r, 3, 8);
		p.rib_to = p.count - 1;
	}
	solid_loft(m, f, &s, &p);
}

/* Moves the frame along its z axis onto the first part, and a little into it; false: it misses. */
static bool settle(const struct mesh *m, struct frame *f, double sink)
{
	const struct point out = point_unit(f->z), start = point_along(f->origin, out, 4);
	const double distance = mesh_distance(m, 1, start, point_times(out, -1));

	f->origin = point_along(start, out, -distance - sink);
	return distance > 0;
}

/* A frame somewhere on the faces of a box of these half sizes, looking out. */
static struct frame on_box(struct random *r, struct point half)
{
	const int face = random_below(r, 4);
	const double u = random_between(r, -0.6, 0.6), v = random_between(r, -0.6, 0.6);

	if (face == 0)
		return on_front(half.x * u, -half.y * 0.9, half.z * (1 + v));
	if (face == 1)
		return frame_turned(frame_at(half.x * 0.9, half.y * u, half.z * (1 + v)), 'y', 90);
	return frame_at(half.x * u, half.y * v, half.z * 1.85);
}

void machine_article(struct mesh *m, struct random *r)
{
	const struct point half = {
		random_between(r, 0.3, 1), random_between(r, 0.3, 1), random_between(r, 0.2, 0.9)};
	const int attached = random_in(r, 1, 5);

	add_body(m, r, frame_scaled(frame_at(0, 0, 0), half.x, half.y, half.z * 2));
	for (int i = 0; i < attached; i++) {
		const struct frame f = on_box(r, half);
		const double size = random_between(r, 0.08, 0.35), flat = random_between(r, 0.3, 1.5);
		const int copies = random_chance(r, 0.5) ? random_in(r, 2, 6) : 1;
		const uint64_t shape = random_bits(r);
		const struct point along = random_chance(r, 0.5) ? f.x : f.y;

		m->unclaimed = random_chance(r, 0.15);
		for (int k = 0; k < copies; k++) {
			struct random same = {shape};
			struct frame g = f;

			g.origin = point_along(
				f.origin, along, copies > 1 ? 1.2 * ((k + 0.5) / copies - 0.5) : 0);
			if (settle(m, &g, 0.2 * size / sqrt(copies)))
				add_body(m, &same,
					frame_scaled(
						g, size / sqrt(copies), size / sqrt(copies), size * flat));
		}
	}
}
