/* SPDX-License-Identifier: ISC */
#include "generate/device.h"

/* A frame at the front (y = -depth/2 side), its z axis toward the viewer. */
static struct frame on_front(double x, double y, double z)
{
	return frame_turned(frame_at(x, y, z), 'x', 90);
}

/* A rounded rectangle drawn on the front, x and z its middle. */
static void draw_rectangle(
	struct mesh *m, double x, double y, double z, double width, double height, double radius)
{
	struct section s;
	struct path path = {0};

	section_rectangle(&s, width, height, radius);
	for (int i = 0; i < s.count; i++)
		path_line(&path, point_at(x + s.x[i], y, z + s.y[i]));
	solid_line(m, &path, true);
}

void device_phone(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.6, 1.3), height = random_between(r, 1.1, 1.5),
		     depth = random_between(r, 0.06, 0.16);
	const double corner = random_between(r, 0.04, 0.2), border = random_between(r, 0.03, 0.1),
		     chin = random_chance(r, 0.5) ? 0.14 : border;
	const int icons = random_chance(r, 0.4) ? random_in(r, 2, 4) : 0, lenses = random_in(r, 0, 4);
	const double front = -depth / 2 - 0.002, back = depth / 2;

	solid_slab(m, frame_turned(frame_at(0, depth / 2, height / 2), 'x', 90), width, height, depth, corner,
		depth * random_between(r, 0.1, 0.4));
	draw_rectangle(m, 0, front, height / 2 + (chin - border) / 2, width - 2 * border,
		height - border - chin, corner * 0.5);
	if (chin > border)
		solid_cylinder(m, on_front(0, -depth / 2 + 0.02, chin / 2), 0.05, 0.03, 0);
	m->unclaimed = random_chance(r, 0.3);
	for (int i = 0; i < lenses; i++)
		solid_cylinder(m,
			frame_turned(frame_at(width / 2 - 0.13 - 0.15 * (i / 2), back - 0.02,
					     height - 0.13 - 0.15 * (i % 2)),
				'x', -90),
			0.06, 0.05, 0.01);
	for (int i = 0; i < 2; i++)
		solid_slab(m, frame_turned(frame_at(width / 2 - 0.02, 0, height * 0.7 - 0.2 * i), 'y', 90),
			0.14, depth * 0.35, 0.04, 0.02, 0);
	for (int i = 0; i < icons * icons; i++)
		draw_rectangle(m, (width - 2 * border) * ((i % icons + 0.5) / icons - 0.5), front,
			chin + (height - border - chin) * (i / icons + 0.5) / icons,
			(width - 2 * border) * 0.55 / icons, (width - 2 * border) * 0.55 / icons, 0.03);
}

void device_display(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 1.2, 2), height = width * random_between(r, 0.45, 0.75),
		     thick = random_between(r, 0.06, 0.2);
	const double lift = random_between(r, 0.15, 0.4), foot = width * random_between(r, 0.2, 0.4);
	struct section s;
	struct profile p;

	solid_slab(m, frame_turned(frame_at(0, thick / 2, lift + height / 2), 'x', 90), width, height, thick,
		random_between(r, 0.01, 0.1), 0.02);
	draw_rectangle(m, 0, -thick / 2 - 0.002, lift + height / 2, width * 0.94, height * 0.9, 0.01);
	section_rectangle(&s, 1.2, 0.9, 0.3);
	profile_start(&p, foot, 0);
	profile_line(&p, foot, 0.04);
	profile_line(&p, foot * 0.9, 0.06);
	solid_loft(m, frame_at(0, 0.1, 0), &s, &p);
	if (random_chance(r, 0.5))
		solid_slab(m, frame_at(0, thick / 2 + 0.03, 0.03), width * random_between(r, 0.05, 0.25),
			0.07, lift + height * 0.5, 0.01, 0);
	else
		solid_rod(m, point_at(0, 0.2, 0.02), point_at(0, thick / 2 - 0.02, lift + height * 0.4), 0.06,
			0.05);
	if (random_chance(r, 0.5))
		solid_slab(m, on_front(0, thick / 2 + 0.1, lift + height / 2), width * 0.5, height * 0.5,
			0.12, 0.06, 0.03);
}

/* A loudspeaker's cone: a ring, a dish, a dome. */
static void add_cone(struct mesh *m, double x, double front, double z, double radius)
{
	struct section s;

	section_circle(&s);
	solid_ring(m, frame_scaled(on_front(x, front, z), radius, radius, 1), &s, 0.08, 0.03);
	solid_cylinder(m, on_front(x, front + 0.02, z), radius * 0.75, 0.03, 0);
	solid_ellipsoid(m, frame_scaled(on_front(x, front, z), radius * 0.35, radius * 0.35, 0.06), 1, 1);
}

void device_speaker(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.5, 1.2), height = random_between(r, 0.6, 1.8),
		     depth = random_between(r, 0.4, 0.8);
	const int cones = random_in(r, 1, 3), dots = random_in(r, 3, 7);
	const double radius = fmin(width * 0.4, height * 0.4 / cones);

	if (random_chance(r, 0.4)) {
		solid_cylinder(m, frame_at(0, 0, 0), width / 2, height, random_between(r, 0.02, 0.1));
		solid_cylinder(m, frame_at(0, 0, height * 0.12), width / 2 * 1.03, height * 0.6, 0.01);
		solid_cylinder(m, frame_at(0, 0, height - 0.02), width * 0.3, 0.06, 0.02);
		for (int i = 0; i < dots; i++)
			solid_ellipsoid(m,
				frame_scaled(frame_at(width * 0.4 * cos(2 * PI * i / dots),
						     width * 0.4 * sin(2 * PI * i / dots), height),
					0.04, 0.04, 0.03),
				1, 1);
		return;
	}
	solid_slab(m, frame_at(0, 0, 0), width, depth, height, random_between(r, 0.01, 0.2), 0.02);
	for (int i = 0; i < cones; i++)
		add_cone(m, 0, -depth / 2, height * (i + 0.5) / cones,
			radius * (i == 0 ? 1 : random_between(r, 0.5, 1)));
	for (int i = 0; i < 4 && random_chance(r, 0.8); i++)
		solid_cylinder(m,
			frame_at((i & 1 ? 0.38 : -0.38) * width, (i & 2 ? 0.36 : -0.36) * depth, -0.07), 0.05,
			0.1, 0);
}

void device_camera(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.9, 1.5), depth = random_between(r, 0.3, 0.5),
		     height = random_between(r, 0.6, 0.9);
	const double lens = height * random_between(r, 0.25, 0.42), x = width * random_between(r, -0.1, 0.15);
	const int tubes = random_in(r, 1, 4), knobs = random_in(r, 1, 4);
	double y = -depth / 2 + 0.02, radius = lens;
	struct section s;

	solid_slab(m, frame_at(0, 0, 0), width, depth, height, random_between(r, 0.03, 0.15), 0.03);
	for (int i = 0; i < tubes; i++) {
		const double length = random_between(r, 0.1, 0.25);

		solid_cylinder(m, on_front(x, y, height * 0.48), radius, length, 0.012);
		y -= length - 0.03;
		radius *= random_between(r, 0.8, 1.08);
	}
	section_circle(&s);
	solid_ellipsoid(m,
		frame_scaled(on_front(x, y + 0.02, height * 0.48), radius * 0.7, radius * 0.7, 0.08), 1, 1);
	for (int i = 0; i < knobs; i++)
		solid_cylinder(m, frame_at(width * (0.42 - 0.2 * i), 0, height - 0.02),
			random_between(r, 0.05, 0.09), random_between(r, 0.06, 0.14), 0.012);
	if (random_chance(r, 0.6))
		solid_slab(m, frame_at(x, 0, height - 0.03), width * 0.3, depth * 0.7,
			random_between(r, 0.12, 0.25), 0.05, 0.04);
	if (random_chance(r, 0.5))
		solid_ellipsoid(m,
			frame_scaled(frame_at(-width * 0.42, -depth * 0.5, height * 0.5), 0.12, 0.14,
				height * 0.46),
			0.5, 0.8);
	solid_slab(m, on_front(-width * 0.05, depth / 2 + 0.02, height * 0.45), width * 0.55, height * 0.55,
		0.04, 0.02, 0);
}

void device_remote(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.35, 0.8), length = random_between(r, 1, 1.9),
		     thick = random_between(r, 0.1, 0.25);
	const int columns = random_in(r, 2, 4), rows = random_in(r, 3, 8);
	const double pitch = width * 0.85 / columns, start = -length / 2 + 0.12,
		     span = length * random_between(r, 0.5, 0.75);
	const bool round = random_chance(r, 0.5);
	struct section s;

	solid_slab(m, frame_at(0, 0, 0), width, length, thick, random_between(r, 0.03, 0.3),
		thick * random_between(r, 0.1, 0.45));
	for (int i = 0; i < columns * rows; i++) {
		const struct frame f = frame_at(pitch * (i % columns - (columns - 1) / 2.0),
			start + span * (i / columns + 0.5) / rows, thick - 0.02);
		const double size = fmin(pitch, span / rows) * 0.36;

		if (round)
			solid_cylinder(m, f, size, 0.06, 0.01);
		else
			solid_slab(m, f, pitch * 0.75, span / rows * 0.6, 0.06, size * 0.4, 0.01);
	}
	section_circle(&s);
	if (length - span > 0.5)
		solid_ring(m,
			frame_scaled(
				frame_at(0, length / 2 - width * 0.5, thick), width * 0.3, width * 0.3, 1),
			&s, 0.25, 0.03);
}

void device_headphones(struct mesh *m, struct random *r)
{
	const double half = random_between(r, 0.6, 0.8), rise = random_between(r, 1.2, 1.7),
		     cup = random_between(r, 0.28, 0.42);
	const double band = random_between(r, 0.05, 0.1), e = random_between(r, 0.4, 1);
	struct section s;
	struct path path;

	section_superellipse(&s, random_between(r, 2, 5));
	path_start(&path, point_at(-half, 0, 0));
	path_curve(
		&path, point_at(-half * 1.15, 0, rise), point_at(half * 1.15, 0, rise), point_at(half, 0, 0));
	solid_tube(m, &path, point_at(0, 1, 0), &s, band, band, false);
	if (random_chance(r, 0.5)) {
		path_start(&path, point_at(-half * 0.62, 0, rise * 0.62));
		path_curve(&path, point_at(-half * 0.4, 0, rise * 0.86), point_at(half * 0.4, 0, rise * 0.86),
			point_at(half * 0.62, 0, rise * 0.62));
		solid_tube(m, &path, point_at(0, 1, 0), &s, band * 1.5, band * 1.5, false);
	}
	section_circle(&s);
	for (int side = -1; side <= 1; side += 2) {
		const struct frame f = frame_turned(frame_at(side * half, 0, -0.05), 'y', side * 90);

		solid_ellipsoid(m, frame_scaled(f, cup * 1.1, cup, 0.16), e, 1);
		solid_ring(m,
			frame_scaled(frame_turned(frame_at(side * (half - 0.14), 0, -0.05), 'y', side * 90),
				cup * 0.8, cup * 0.75, 1),
			&s, 0.3, 0.08);
		solid_cylinder(m, frame_turned(frame_at(side * (half + 0.1), 0, -0.05), 'y', side * 90),
			cup * random_between(r, 0.4, 0.41), 0.1, 0.02);
	}
}

void device_watch(struct mesh *m, struct random *r)
{
	const double size = random_between(r, 0.35, 0.5), thick = random_between(r, 0.1, 0.2),
		     strap = size * random_between(r, 0.5, 0.75);
	const int hours = random_chance(r, 0.6) ? 12 : 4, links = random_in(r, 5, 12);
	const bool round = random_chance(r, 0.6);
	struct section s;

	if (round)
		solid_cylinder(m, frame_at(0, 0, 0), size, thick, 0.03);
	else
		solid_slab(m, frame_at(0, 0, 0), size * 1.8, size * 2, thick,
			size * random_between(r, 0.1, 0.6), 0.03);
	section_circle(&s);
	solid_ring(m, frame_scaled(frame_at(0, 0, thick), size * 0.82, size * 0.82, 1), &s, 0.08, 0.03);
	for (int i = 0; i < hours; i++) {
		const double t = 2 * PI * i / hours;

		solid_slab(m,
			frame_turned(frame_at(size * 0.62 * sin(t), size * 0.62 * cos(t), thick - 0.02), 'z',
				-t * 180 / PI),
			0.03, 0.1, 0.04, 0.005, 0);
	}
	solid_rod(m, point_at(0, 0, thick + 0.02), point_at(size * 0.3, size * 0.35, thick + 0.02), 0.015,
		0.01);
	solid_rod(m, point_at(0, 0, thick + 0.02), point_at(-size * 0.4, size * 0.1, thick + 0.02), 0.018,
		0.012);
	solid_cylinder(m, frame_turned(frame_at(size * 0.9, 0, thick / 2), 'y', 90), 0.06, 0.16, 0.01);
	m->unclaimed = random_chance(r, 0.4);
	for (int side = -1; side <= 1; side += 2)
		for (int i = 0; i < links; i++) {
			const double t = (i + 0.5) / links * 1.5, y = size * 0.9 + 0.75 * sin(t),
				     z = thick / 2 - 0.75 * (1 - cos(t));

			solid_slab(m,
				frame_turned(frame_at(0, side * y, z - 0.03), 'x', -side * t * 180 / PI),
				strap * (1 - 0.02 * i) * 2, 1.5 / links * 0.72, 0.07, 0.02, 0.01);
		}
}

void device_router(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.9, 1.6), depth = random_between(r, 0.5, 1),
		     height = random_between(r, 0.12, 0.3);
	const int antennas = random_in(r, 0, 4), slots = random_in(r, 4, 14), lights = random_in(r, 2, 6);

	solid_slab(m, frame_at(0, 0, 0), width, depth, height, random_between(r, 0.03, 0.3),
		random_between(r, 0.01, 0.06));
	for (int i = 0; i < antennas; i++) {
		const double x = width * (antennas > 1 ? (i / (antennas - 1.0) - 0.5) * 0.85 : 0.3);

		solid_rod(m, point_at(x, depth / 2 - 0.02, height * 0.5),
			point_at(x, depth / 2 + 0.12, height * 0.5), 0.05, 0.05);
		solid_slab(m, frame_at(x, depth / 2 + 0.1, height * 0.4), 0.08, 0.06,
			random_between(r, 0.7, 0.71), 0.03, 0.01);
	}
	for (int i = 0; i < slots; i++)
		solid_slab(m, frame_at(width * 0.7 * ((i + 0.5) / slots - 0.5), depth * 0.1, height - 0.02),
			width * 0.7 / slots * 0.45, depth * 0.45, 0.05, 0.02, 0);
	for (int i = 0; i < lights; i++)
		solid_cylinder(m, on_front(width * (-0.35 + 0.1 * i), -depth / 2 + 0.03, height / 2), 0.025,
			0.06, 0.005);
	for (int i = 0; i < 4; i++)
		solid_slab(m, on_front(width * (-0.3 + 0.2 * i), depth / 2 + 0.02, height * 0.45), 0.14,
			height * 0.5, 0.06, 0.01, 0);
}

void device_mouse(struct mesh *m, struct random *r)
{
	const double length = random_between(r, 0.9, 1.2), width = random_between(r, 0.5, 0.7),
		     rise = random_between(r, 0.3, 0.5);
	const double hump = random_between(r, 0.3, 0.6);
	struct frame rings[13];
	struct section s;

	section_superellipse(&s, random_between(r, 2.2, 4));
	for (int i = 0; i < 13; i++) {
		const double t = (i + 0.3) / 12.6, high = rise * pow(sin(PI * pow(t, hump + 0.4)), 0.6),
			     wide = width * pow(sin(PI * t), 0.45);

		rings[i] = (struct frame){
			{0, length * (t - 0.5), high / 2}, {wide / 2, 0, 0}, {0, 0, high / 2}, {0, -1, 0}};
		rings[i].x.x = -wide / 2;
	}
	solid_skin(m, rings, 13, &s);
	if (random_chance(r, 0.7))
		solid_cylinder(m, frame_turned(frame_at(-0.04, -length * 0.25, rise * 0.82), 'y', 90), 0.09,
			0.08, 0.015);
	if (random_chance(r, 0.5))
		solid_ellipsoid(
			m, frame_scaled(frame_at(width * 0.48, 0, rise * 0.5), 0.04, 0.14, 0.05), 0.6, 0.6);
	if (random_chance(r, 0.5))
		solid_slab(m, frame_at(0, 0, -0.01), width * 0.9, length * 0.85, 0.05, 0.2, 0);
}

void device_fan(struct mesh *m, struct random *r)
{
	const double radius = random_between(r, 0.45, 0.7), height = random_between(r, 0.8, 1.5);
	const int blades = random_in(r, 3, 7), wires = random_in(r, 8, 20);
	struct section s;

	section_circle(&s);
	for (int i = 0; i < blades; i++) {
		const double t = 2 * PI * i / blades;
		const struct frame hub = {{0, -0.1, height}, {cos(t), 0, sin(t)},
			{0.35 * sin(t), 0.94, -0.35 * cos(t)}, {-sin(t) * 0.94, 0.35, cos(t) * 0.94}};
		struct frame f = hub;

		f.origin = point_along(f.origin, f.x, radius * 0.5);
		solid_ellipsoid(m, frame_scaled(f, radius * 0.42, 0.02, radius * 0.25), 1, 0.6);
	}
	solid_cylinder(m, on_front(0, 0, height), radius * 0.2, 0.22, 0.03);
	solid_cylinder(m, on_front(0, 0.35, height), radius * 0.3, 0.36, 0.05);
	for (int i = 0; i < 3; i++)
		solid_ring(m,
			frame_scaled(on_front(0,
					     i == 1   ? -0.08
					     : i == 0 ? 0.05
						      : -0.25,
					     height),
				radius * (i == 1 ? 1.08 : 0.8), radius * (i == 1 ? 1.08 : 0.8), 1),
			&s, 0.025, 0.018);
	for (int i = 0; i < wires; i++) {
		const double t = 2 * PI * i / wires;

		solid_rod(m, point_at(0.1 * cos(t), -0.26, height + 0.1 * sin(t)),
			point_at(radius * 0.8 * cos(t), -0.25, height + radius * 0.8 * sin(t)), 0.01, 0.01);
		solid_rod(m, point_at(radius * 0.8 * cos(t), -0.25, height + radius * 0.8 * sin(t)),
			point_at(radius * 1.08 * cos(t), -0.08, height + radius * 1.08 * sin(t)), 0.01, 0.01);
	}
	solid_rod(m, point_at(0, 0.2, 0.03), point_at(0, 0.2, height), 0.05, 0.04);
	solid_cylinder(m, frame_at(0, 0.15, 0), radius * random_between(r, 0.5, 0.8), 0.08, 0.025);
}
