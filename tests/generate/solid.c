/* SPDX-License-Identifier: ISC */
#include "generate/solid.h"

#include "base/message.h"

struct frame frame_at(double x, double y, double z)
{
	return (struct frame){{x, y, z}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
}

struct frame frame_scaled(struct frame f, double x, double y, double z)
{
	return (struct frame){f.origin, point_times(f.x, x), point_times(f.y, y), point_times(f.z, z)};
}

static void turn(struct point *a, struct point *b, double degrees)
{
	const double c = cos(degrees * PI / 180), s = sin(degrees * PI / 180);
	const struct point p = *a, q = *b;

	*a = point_add(point_times(p, c), point_times(q, s));
	*b = point_minus(point_times(q, c), point_times(p, s));
}

struct frame frame_turned(struct frame f, char axis, double degrees)
{
	if (axis == 'x')
		turn(&f.y, &f.z, degrees);
	else if (axis == 'y')
		turn(&f.z, &f.x, degrees);
	else
		turn(&f.x, &f.y, degrees);
	return f;
}

struct frame frame_toward(struct point origin, struct point direction)
{
	const struct point z = point_unit(direction);
	const struct point x =
		point_unit(point_cross(fabs(z.z) < 0.9 ? point_at(0, 0, 1) : point_at(0, 1, 0), z));

	return (struct frame){origin, x, point_cross(z, x), z};
}

struct point frame_place(const struct frame *f, struct point p)
{
	return point_along(point_along(point_along(f->origin, f->x, p.x), f->y, p.y), f->z, p.z);
}

static bool mirrors(const struct frame *f)
{
	return point_dot(point_cross(f->x, f->y), f->z) < 0;
}

/* --- sections ------------------------------------------------------------------------------------ */

static void section_add(struct section *s, double x, double y)
{
	if (s->count == SECTION_MAX)
		die("a section has too many points");
	s->x[s->count] = x;
	s->y[s->count++] = y;
}

static void section_polar(struct section *s, double angle, double radius)
{
	section_add(s, radius * cos(angle), radius * sin(angle));
}

void section_circle(struct section *s)
{
	s->count = 0;
	for (int i = 0; i < 96; i++)
		section_polar(s, 2 * PI * i / 96, 1);
}

static double signed_power(double base, double exponent)
{
	return base < 0 ? -pow(-base, exponent) : pow(base, exponent);
}

void section_superellipse(struct section *s, double exponent)
{
	s->count = 0;
	for (int i = 0; i < 128; i++) {
		const double t = 2 * PI * i / 128;

		section_add(s, signed_power(cos(t), 2 / exponent), signed_power(sin(t), 2 / exponent));
	}
}

/* Corners of so many steps; none: sharp ones. */
static void rectangle(struct section *s, double width, double depth, double radius, int steps)
{
	/* round ones are never quite sharp: points that coincide would leave holes */
	const double shorter = fmin(width, depth);
	const double r = steps ? fmax(fmin(radius, 0.499 * shorter), 0.0005 * shorter) : 0;
	const double x = width / 2 - r, y = depth / 2 - r;

	s->count = 0;
	for (int corner = 0; corner < 4; corner++)
		for (int i = 0; i <= steps; i++) {
			const double t = PI / 2 * (corner + (steps ? (double)i / steps : 0));

			section_add(s, (corner == 0 || corner == 3 ? x : -x) + r * cos(t),
				(corner < 2 ? y : -y) + r * sin(t));
		}
}

/* A rounding that nobody would see is drawn as an edge. */
static int corner_steps(double radius)
{
	return radius > 0.02 ? 10 : 0;
}

void section_rectangle(struct section *s, double width, double depth, double radius)
{
	rectangle(s, width, depth, radius, corner_steps(radius));
}

void section_polygon(struct section *s, int corners)
{
	s->count = 0;
	for (int i = 0; i < corners; i++)
		section_polar(s, 2 * PI * (i + 0.5) / corners, 1);
}

void section_flower(struct section *s, int petals, double depth)
{
	s->count = 0;
	for (int i = 0; i < 160; i++) {
		const double t = 2 * PI * i / 160;

		section_polar(s, t, 1 - depth + depth * fabs(cos(petals * t / 2)));
	}
}

void section_gear(struct section *s, int teeth, double depth)
{
	static const double at[4] = {0.0, 0.36, 0.5, 0.86};

	s->count = 0;
	for (int i = 0; i < teeth; i++)
		for (int k = 0; k < 4; k++)
			section_polar(s, 2 * PI * (i + at[k]) / teeth, k < 2 ? 1 : 1 - depth);
}

void section_blob(struct section *s, double roughness, struct random *r)
{
	double size[4], phase[4];

	for (int k = 0; k < 4; k++) {
		size[k] = roughness * random_between(r, 0.3, 1) / (k + 1);
		phase[k] = random_between(r, 0, 2 * PI);
	}
	s->count = 0;
	for (int i = 0; i < 112; i++) {
		const double t = 2 * PI * i / 112;
		double radius = 1;

		for (int k = 0; k < 4; k++)
			radius += size[k] * cos((k + 1) * t + phase[k]);
		section_polar(s, t, fmax(radius, 0.2));
	}
}

/* --- profiles and paths -------------------------------------------------------------------------- */

void profile_start(struct profile *p, double r, double z)
{
	*p = (struct profile){.count = 1, .r = {r}, .z = {z}};
}

void profile_line(struct profile *p, double r, double z)
{
	if (p->count == PROFILE_MAX)
		die("a profile has too many points");
	p->r[p->count] = r;
	p->z[p->count++] = z;
}

void profile_curve(struct profile *p, double bend_r, double bend_z, double r, double z)
{
	const double r0 = p->r[p->count - 1], z0 = p->z[p->count - 1];
	const int steps = 12;

	for (int i = 1; i <= steps; i++) {
		const double t = (double)i / steps, s = 1 - t;

		profile_line(p, s * s * r0 + 2 * s * t * bend_r + t * t * r,
			s * s * z0 + 2 * s * t * bend_z + t * t * z);
	}
}

void profile_mark(struct profile *p)
{
	p->marked[p->count - 1] = true;
}

void profile_ribs_from(struct profile *p, int every)
{
	p->rib_every = every;
	p->rib_from = p->count - 1;
}

void profile_ribs_to(struct profile *p)
{
	p->rib_to = p->count - 1;
}

void path_start(struct path *p, struct point at)
{
	p->count = 1;
	p->at[0] = at;
}

void path_line(struct path *p, struct point at)
{
	if (p->count == PATH_MAX_POINTS)
		die("a path has too many points");
	p->at[p->count++] = at;
}

void path_curve(struct path *p, struct point bend1, struct point bend2, struct point at)
{
	const struct point from = p->at[p->count - 1];
	const int steps = 24;

	for (int i = 1; i <= steps; i++) {
		const double t = (double)i / steps, s = 1 - t;
		struct point q = point_times(from, s * s * s);

		q = point_along(q, bend1, 3 * s * s * t);
		q = point_along(q, bend2, 3 * s * t * t);
		path_line(p, point_along(q, at, t * t * t));
	}
}

/* --- solids: rings of points, one above the other ------------------------------------------------ */

/* The rings of a skin are consecutive points of the mesh. */
struct skin {
	struct mesh *mesh;
	uint32_t first; /* point of the first ring */
	int around;	/* points in a ring */
	int rings;
	bool mirrored;
};

static struct skin skin_start(struct mesh *m, int around, bool mirrored)
{
	mesh_part(m);
	return (struct skin){m, (uint32_t)m->point_count, around, 0, mirrored};
}

static uint32_t skin_point(const struct skin *k, int ring, int i)
{
	return k->first + (uint32_t)(ring * k->around + i % k->around);
}

static void skin_triangle(const struct skin *k, uint32_t a, uint32_t b, uint32_t c)
{
	if (k->mirrored)
		mesh_triangle(k->mesh, a, c, b);
	else
		mesh_triangle(k->mesh, a, b, c);
}

static void skin_band(const struct skin *k, int low, int high)
{
	for (int i = 0; i < k->around; i++) {
		skin_triangle(
			k, skin_point(k, low, i), skin_point(k, low, i + 1), skin_point(k, high, i + 1));
		skin_triangle(k, skin_point(k, low, i), skin_point(k, high, i + 1), skin_point(k, high, i));
	}
}

static void skin_bands(const struct skin *k)
{
	for (int ring = 0; ring + 1 < k->rings; ring++)
		skin_band(k, ring, ring + 1);
}

/* Fans to a point in the middle; last of all, for the rings have to be consecutive. */
static void skin_cap(const struct skin *k, struct point bottom, struct point top)
{
	const uint32_t low = mesh_point(k->mesh, bottom), high = mesh_point(k->mesh, top);

	for (int i = 0; i < k->around; i++) {
		skin_triangle(k, low, skin_point(k, 0, i + 1), skin_point(k, 0, i));
		skin_triangle(k, high, skin_point(k, k->rings - 1, i), skin_point(k, k->rings - 1, i + 1));
	}
}

static void skin_section(
	struct skin *k, const struct frame *f, const struct section *s, double scale, double z)
{
	for (int i = 0; i < s->count; i++)
		mesh_point(k->mesh, frame_place(f, point_at(s->x[i] * scale, s->y[i] * scale, z)));
	k->rings++;
}

static void mark_ring(const struct skin *k, int ring)
{
	for (int i = 0; i < k->around; i++)
		mesh_mark(k->mesh, skin_point(k, ring, i), skin_point(k, ring, i + 1));
}

static void mark_ribs(const struct skin *k, int every, int from, int to)
{
	for (int i = 0; i < k->around; i += every)
		for (int ring = from; ring < to; ring++)
			mesh_mark(k->mesh, skin_point(k, ring, i), skin_point(k, ring + 1, i));
}

void solid_loft(struct mesh *m, struct frame f, const struct section *s, const struct profile *p)
{
	struct skin k = skin_start(m, s->count, mirrors(&f));
	const int first = p->r[0] <= 0, last = p->count - 1 - (p->r[p->count - 1] <= 0);

	for (int i = first; i <= last; i++)
		skin_section(&k, &f, s, p->r[i], p->z[i]);
	skin_bands(&k);
	for (int i = first; i <= last; i++)
		if (p->marked[i])
			mark_ring(&k, i - first);
	if (p->rib_every)
		mark_ribs(&k, p->rib_every, p->rib_from - first, p->rib_to - first);
	skin_cap(&k, frame_place(&f, point_at(0, 0, p->z[0])),
		frame_place(&f, point_at(0, 0, p->z[p->count - 1])));
}

void solid_cylinder(struct mesh *m, struct frame f, double radius, double height, double bevel)
{
	struct section circle;
	struct profile p;

	section_circle(&circle);
	profile_start(&p, radius - bevel, 0);
	if (bevel > 0) {
		profile_line(&p, radius, bevel);
		profile_line(&p, radius, height - bevel);
	}
	profile_line(&p, radius - bevel, height);
	solid_loft(m, f, &circle, &p);
}

void solid_slab(struct mesh *m, struct frame f, double width, double depth, double height, double radius,
	double bevel)
{
	const int steps = bevel > 0 ? 3 : 0;
	struct section s;
	struct skin k;

	rectangle(&s, width, depth, radius, corner_steps(radius));
	k = skin_start(m, s.count, mirrors(&f));
	for (int side = 0; side < 2; side++)
		for (int i = 0; i <= steps; i++) {
			const double t = steps ? PI / 2 * (side ? i : steps - i) / steps : 0;
			const double inset = bevel * (1 - cos(t)), rise = bevel * (1 - sin(t));

			rectangle(&s, width - 2 * inset, depth - 2 * inset, radius - inset,
				corner_steps(radius));
			skin_section(&k, &f, &s, 1, side ? height - bevel + bevel * sin(t) : rise);
		}
	skin_bands(&k);
	skin_cap(&k, f.origin, frame_place(&f, point_at(0, 0, height)));
}

void solid_ellipsoid(struct mesh *m, struct frame f, double e1, double e2)
{
	const int rings = 47;
	struct section s;
	struct skin k;

	section_superellipse(&s, 2 / e2);
	k = skin_start(m, s.count, mirrors(&f));
	for (int i = 1; i <= rings; i++) {
		const double t = PI * ((double)i / (rings + 1) - 0.5);

		skin_section(&k, &f, &s, signed_power(cos(t), e1), signed_power(sin(t), e1));
	}
	skin_bands(&k);
	skin_cap(&k, frame_place(&f, point_at(0, 0, -1)), frame_place(&f, point_at(0, 0, 1)));
}

static struct frame frame_on_path(const struct path *path, int i, struct point up, bool closed)
{
	const int n = path->count,
		  before = closed ? (i + n - 1) % n
			   : i	  ? i - 1
				  : 0,
		  after = closed      ? (i + 1) % n
			  : i + 1 < n ? i + 1
				      : i;
	const struct point z = point_unit(point_minus(path->at[after], path->at[before]));
	const struct point x = point_unit(point_cross(up, z));

	return (struct frame){path->at[i], x, point_cross(z, x), z};
}

void solid_tube(struct mesh *m, const struct path *path, struct point up, const struct section *s,
	double start, double end, bool closed)
{
	struct skin k = skin_start(m, s->count, false);

	for (int i = 0; i < path->count; i++) {
		const struct frame f = frame_on_path(path, i, up, closed);

		skin_section(&k, &f, s, start + (end - start) * i / (path->count - 1), 0);
	}
	skin_bands(&k);
	if (closed)
		skin_band(&k, k.rings - 1, 0);
	else
		skin_cap(&k, path->at[0], path->at[path->count - 1]);
}

void solid_ring(struct mesh *m, struct frame f, const struct section *s, double radius, double height)
{
	const int around = 96;
	struct skin k = skin_start(m, s->count, mirrors(&f));

	for (int i = 0; i < around; i++) {
		const double t = 2 * PI * i / around;

		for (int j = 0; j < s->count; j++) {
			const double r = 1 + radius * s->x[j];

			mesh_point(m, frame_place(&f, point_at(r * cos(t), -r * sin(t), height * s->y[j])));
		}
		k.rings++;
	}
	skin_bands(&k);
	skin_band(&k, around - 1, 0);
}

void solid_rod(struct mesh *m, struct point from, struct point to, double start, double end)
{
	const struct point along = point_minus(to, from);
	struct section circle;
	struct profile p;

	section_circle(&circle);
	profile_start(&p, start, 0);
	profile_line(&p, end, sqrt(point_dot(along, along)));
	solid_loft(m, frame_toward(from, along), &circle, &p);
}

void solid_skin(struct mesh *m, const struct frame *frames, int count, const struct section *s)
{
	struct skin k = skin_start(m, s->count, mirrors(&frames[0]));

	for (int i = 0; i < count; i++)
		skin_section(&k, &frames[i], s, 1, 0);
	skin_bands(&k);
	skin_cap(&k, frames[0].origin, frames[count - 1].origin);
}

void solid_line(struct mesh *m, const struct path *path, bool closed)
{
	uint32_t first = 0, last = 0;

	for (int i = 0; i < path->count; i++) {
		const uint32_t v = mesh_point(m, path->at[i]);

		if (i)
			mesh_line(m, last, v);
		else
			first = v;
		last = v;
	}
	if (closed)
		mesh_line(m, last, first);
}
