/* SPDX-License-Identifier: ISC */
#include "generate/vessel.h"

static void choose_section(struct section *s, struct random *r)
{
	switch (random_below(r, 7)) {
	case 0:
		section_superellipse(s, random_between(r, 3, 8));
		break;
	case 1:
		section_polygon(s, random_in(r, 4, 10));
		break;
	case 2:
		section_flower(s, random_in(r, 5, 18), random_between(r, 0.03, 0.12));
		break;
	case 3:
		section_blob(s, 0.1, r);
		break;
	default:
		section_circle(s);
	}
}

static void add_cap(struct mesh *m, struct random *r, double z, double radius)
{
	const double height = random_between(r, 0.08, 0.3);
	struct section s;
	struct profile p;

	if (random_chance(r, 0.3))
		section_gear(&s, random_in(r, 24, 44), 0.06);
	else
		section_circle(&s);
	profile_start(&p, radius, 0);
	if (s.count == 96)
		profile_ribs_from(&p, random_chance(r, 0.5) ? random_in(r, 2, 4) : 0);
	profile_line(&p, radius, height * 0.85);
	profile_ribs_to(&p);
	profile_line(&p, radius * 0.9, height);
	solid_loft(m, frame_at(0, 0, z), &s, &p);
}

void vessel_bottle(struct mesh *m, struct random *r)
{
	const double radius = random_between(r, 0.25, 0.5), neck = radius * random_between(r, 0.25, 0.6);
	const double body = random_between(r, 0.6, 1.3), shoulder = body + random_between(r, 0.1, 0.5);
	const double top = shoulder + random_between(r, 0.08, 0.4),
		     waist = random_chance(r, 0.5) ? random_between(r, 0.7, 1) : 1;
	struct section s;
	struct profile p;

	choose_section(&s, r);
	profile_start(&p, radius * 0.9, 0);
	profile_line(&p, radius, 0.05);
	profile_line(&p, radius, body * random_between(r, 0.1, 0.3));
	if (random_chance(r, 0.5))
		profile_mark(&p);
	profile_curve(&p, radius * waist, body * 0.5, radius * random_between(r, 0.85, 1.05), body);
	if (random_chance(r, 0.5))
		profile_mark(&p);
	if (random_chance(r, 0.5))
		profile_curve(&p, radius, shoulder, neck, shoulder);
	else
		profile_curve(&p, neck, body + 0.3 * (shoulder - body), neck, shoulder);
	profile_line(&p, neck, top);
	solid_loft(m,
		frame_scaled(
			frame_at(0, 0, 0), 1, random_chance(r, 0.3) ? random_between(r, 0.5, 0.9) : 1, 1),
		&s, &p);
	m->unclaimed = random_chance(r, 0.25);
	if (random_chance(r, 0.8))
		add_cap(m, r, top - 0.04, neck * random_between(r, 1.1, 1.5));
}

/* Outside up, over the rim, inside down again. */
static void open_profile(
	struct profile *p, struct random *r, double foot, double belly, double rim, double height)
{
	const double wall = 0.035;

	profile_start(p, foot * 0.95, 0);
	profile_line(p, foot, 0.03);
	profile_curve(p, belly, height * random_between(r, 0.2, 0.6), rim, height);
	profile_line(p, rim - wall, height);
	profile_curve(p, fmax(belly - wall, 0.1), height * 0.4, fmax(foot - wall, 0.05), 0.06);
	profile_line(p, 0, 0.06);
}

void vessel_vase(struct mesh *m, struct random *r)
{
	const double height = random_between(r, 0.6, 1.8);
	struct section s;
	struct profile p;

	choose_section(&s, r);
	open_profile(&p, r, random_between(r, 0.2, 0.4), random_between(r, 0.1, 0.9),
		random_between(r, 0.2, 0.55), height);
	if (random_chance(r, 0.4))
		p.marked[random_in(r, 3, 12)] = true;
	if (random_chance(r, 0.4)) {
		p.rib_every = random_in(r, 4, 10);
		p.rib_from = 2;
		p.rib_to = random_in(r, 6, 12);
	}
	solid_loft(m, frame_at(0, 0, 0), &s, &p);
}

static void add_handle(struct mesh *m, struct random *r, double x, double low, double high, double out)
{
	struct section s;
	struct path path;

	section_superellipse(&s, random_between(r, 2, 6));
	path_start(&path, point_at(x, 0, low));
	path_curve(&path, point_at(x + out * random_between(r, 1, 1.6), 0, low),
		point_at(x + out * random_between(r, 1, 1.6), 0, high), point_at(x, 0, high));
	solid_tube(m, &path, point_at(0, 1, 0), &s, random_between(r, 0.035, 0.07),
		random_between(r, 0.03, 0.06), false);
}

void vessel_mug(struct mesh *m, struct random *r)
{
	const double rim = random_between(r, 0.3, 0.5), foot = rim * random_between(r, 0.6, 1.05),
		     height = random_between(r, 0.6, 1.2);
	struct section s;
	struct profile p;

	choose_section(&s, r);
	open_profile(&p, r, foot, rim * random_between(r, 0.8, 1.3), rim, height);
	solid_loft(m, frame_at(0, 0, 0), &s, &p);
	add_handle(m, r, fmin(rim, foot) * 0.93, height * 0.22, height * 0.8, random_between(r, 0.25, 0.5));
	if (random_chance(r, 0.3))
		solid_cylinder(m, frame_at(0, 0, height - 0.03), rim * 1.08, 0.12, 0.03);
}

void vessel_teapot(struct mesh *m, struct random *r)
{
	const double radius = random_between(r, 0.4, 0.6), height = random_between(r, 0.5, 0.9);
	const double lid = radius * random_between(r, 0.4, 0.7);
	struct section s;
	struct profile p;
	struct path spout;

	choose_section(&s, r);
	profile_start(&p, radius * 0.6, 0);
	profile_line(&p, radius * 0.65, 0.05);
	profile_curve(&p, radius * 1.4, height * random_between(r, 0.3, 0.6), lid, height);
	solid_loft(m, frame_at(0, 0, 0), &s, &p);
	section_circle(&s);
	profile_start(&p, lid * 1.08, 0);
	profile_line(&p, lid * 1.08, 0.04);
	profile_curve(&p, lid * 0.9, 0.12, 0.06, 0.14);
	profile_curve(&p, 0.02, 0.16, 0.07, 0.21);
	profile_curve(&p, 0.08, 0.26, 0.03, 0.27);
	solid_loft(m, frame_at(0, 0, height - 0.03), &s, &p);
	path_start(&spout, point_at(-radius * 0.7, 0, height * 0.3));
	path_curve(&spout, point_at(-radius * 1.5, 0, height * 0.3), point_at(-radius * 1.3, 0, height * 0.8),
		point_at(-radius * 1.75, 0, height * random_between(r, 0.9, 1.1)));
	solid_tube(m, &spout, point_at(0, 1, 0), &s, 0.13, 0.05, false);
	add_handle(m, r, radius * 0.8, height * 0.25, height * 0.75, random_between(r, 0.35, 0.6));
}

void vessel_bowl(struct mesh *m, struct random *r)
{
	const double rim = random_between(r, 0.7, 1), height = random_between(r, 0.15, 0.6);
	struct section s;
	struct profile p;

	choose_section(&s, r);
	open_profile(
		&p, r, rim * random_between(r, 0.3, 0.7), rim * random_between(r, 0.6, 1.1), rim, height);
	if (random_chance(r, 0.5))
		p.marked[p.count - random_in(r, 3, 10)] = true;
	solid_loft(m, frame_scaled(frame_at(0, 0, 0), 1, random_between(r, 0.6, 1), 1), &s, &p);
	if (random_chance(r, 0.3))
		for (int side = -1; side <= 1; side += 2)
			solid_slab(m, frame_at(side * rim * 1.02, 0, height - 0.06), 0.25, 0.3, 0.05, 0.1,
				0.015);
}

void vessel_jar(struct mesh *m, struct random *r)
{
	const double radius = random_between(r, 0.35, 0.6), height = random_between(r, 0.4, 1.1);
	struct section s;
	struct profile p;

	choose_section(&s, r);
	profile_start(&p, radius * 0.95, 0);
	profile_line(&p, radius, 0.04);
	if (random_chance(r, 0.4))
		profile_ribs_from(&p, random_in(r, 3, 8));
	profile_line(&p, radius, height * 0.8);
	if (p.rib_every)
		profile_ribs_to(&p);
	profile_line(&p, radius * 0.9, height);
	solid_loft(m, frame_at(0, 0, 0), &s, &p);
	add_cap(m, r, height - 0.03, radius * random_between(r, 0.92, 1.04));
	if (random_chance(r, 0.4))
		solid_ellipsoid(m, frame_scaled(frame_at(0, 0, height + 0.28), 0.1, 0.1, 0.1), 1, 1);
}

void vessel_case(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.8, 1.8), depth = random_between(r, 0.3, 1.1),
		     height = random_between(r, 0.3, 1.1);
	const double corner = random_between(r, 0.02, 0.2),
		     bevel = random_chance(r, 0.6) ? random_between(r, 0.02, 0.08) : 0;
	const double split = random_between(r, 0.5, 0.8);
	const int latches = random_in(r, 0, 3), feet = random_chance(r, 0.5);

	solid_slab(m, frame_at(0, 0, 0), width, depth, height * split, corner, bevel);
	solid_slab(m, frame_at(0, 0, height * split - 0.01), width * 1.02, depth * 1.02, height * (1 - split),
		corner, bevel);
	for (int i = 0; i < latches; i++)
		solid_slab(m,
			frame_at(width * ((i + 0.5) / latches - 0.5), -depth * 0.51, height * split - 0.1),
			0.14, 0.08, 0.22, 0.02, 0.01);
	if (random_chance(r, 0.6)) {
		struct section s;
		struct path path;
		const double half = width * random_between(r, 0.12, 0.3),
			     rise = random_between(r, 0.15, 0.35);

		section_superellipse(&s, 4);
		path_start(&path, point_at(-half, 0, height * 0.97));
		path_curve(&path, point_at(-half, 0, height + rise), point_at(-half * 0.8, 0, height + rise),
			point_at(0, 0, height + rise));
		path_curve(&path, point_at(half * 0.8, 0, height + rise), point_at(half, 0, height + rise),
			point_at(half, 0, height * 0.97));
		solid_tube(m, &path, point_at(0, 1, 0), &s, 0.045, 0.045, false);
	}
	for (int i = 0; feet && i < 4; i++)
		solid_cylinder(m,
			frame_at((i & 1 ? 0.4 : -0.4) * width, (i & 2 ? 0.36 : -0.36) * depth, -0.06), 0.06,
			0.1, 0.01);
}

/* How far the first part reaches toward the viewer, in the middle, at this height. */
static double front_of(const struct mesh *m, double z)
{
	return 4 - mesh_distance(m, 1, point_at(0, -4, z), point_at(0, 1, 0));
}

void vessel_bag(struct mesh *m, struct random *r)
{
	const double width = random_between(r, 0.8, 1.3), depth = random_between(r, 0.25, 0.5),
		     height = random_between(r, 0.6, 1.1);
	const double top = random_between(r, 0.5, 1.05);
	struct frame rings[9];
	struct section s;
	struct path path;

	section_rectangle(&s, 2, 2, random_between(r, 0.3, 0.9));
	for (int i = 0; i < 9; i++) {
		const double t = i / 8.0, bulge = 1 + 0.15 * sin(PI * t);

		rings[i] = frame_scaled(frame_at(0, 0, height * t),
			width / 2 * (1 + (top - 1) * t * t) * bulge, depth / 2 * (1 - 0.5 * t) * bulge, 1);
	}
	solid_skin(m, rings, 9, &s);
	section_superellipse(&s, 3);
	for (int side = -1; side <= 1; side += 2) {
		const double x = width * 0.25, y = side * depth * 0.27,
			     rise = random_chance(r, 0.5) ? 0.5 : 0.35;

		path_start(&path, point_at(-x, y, height * 0.72));
		path_curve(&path, point_at(-x, y, height + rise * 1.3), point_at(x, y, height + rise * 1.3),
			point_at(x, y, height * 0.72));
		solid_tube(m, &path, point_at(0, 1, 0), &s, 0.035, 0.035, false);
	}
	if (random_chance(r, 0.6))
		solid_slab(m, frame_at(0, 0.03 - front_of(m, height * 0.5), height * 0.12), width * 0.55,
			0.12, height * 0.42, 0.03, 0.02);
	if (random_chance(r, 0.5))
		solid_cylinder(m,
			frame_turned(frame_at(0, 0.05 - front_of(m, height * 0.8), height * 0.8), 'x', 90),
			0.06, 0.1, 0.01);
}

void vessel_dispenser(struct mesh *m, struct random *r)
{
	const double radius = random_between(r, 0.3, 0.45), height = random_between(r, 0.7, 1.2);
	struct section s;
	struct profile p;
	struct path path;

	choose_section(&s, r);
	profile_start(&p, radius * 0.95, 0);
	profile_line(&p, radius, 0.04);
	profile_curve(&p, radius * random_between(r, 0.7, 1.2), height * 0.5,
		radius * random_between(r, 0.6, 1), height);
	profile_line(&p, 0.16, height + random_between(r, 0.02, 0.2));
	solid_loft(m, frame_at(0, 0, 0), &s, &p);
	solid_cylinder(m, frame_at(0, 0, height), 0.17, 0.25, 0.02);
	solid_cylinder(m, frame_at(0, 0, height + 0.2), 0.05, 0.3, 0);
	section_circle(&s);
	path_start(&path, point_at(0.12, 0, height + 0.5));
	path_line(&path, point_at(-0.1, 0, height + 0.5));
	path_curve(&path, point_at(-0.3, 0, height + 0.5), point_at(-0.45, 0, height + 0.5),
		point_at(-0.5, 0, height + random_between(r, 0.3, 0.45)));
	solid_tube(m, &path, point_at(0, 1, 0), &s, 0.08, 0.04, false);
}
