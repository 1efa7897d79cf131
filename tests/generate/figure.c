/* SPDX-License-Identifier: ISC */
#include "generate/figure.h"

enum { SIDES = 8 };

static const struct figure sides[SIDES] = {
	{{0, 0, 0}, "front perspective view"},
	{{0, 0, 0}, "rear perspective view"},
	{{0, 0, 0}, "front elevational view"},
	{{180, 0, 0}, "rear elevational view"},
	{{-90, 0, 0}, "left side elevational view"},
	{{90, 0, 0}, "right side elevational view"},
	{{0, 90, 0}, "top plan view"},
	{{0, -90, 0}, "bottom plan view"},
};

/* About `azimuth`, from somewhat above; rarely from below. */
static struct camera perspective(double azimuth, struct random *r)
{
	const double elevation = random_between(r, 15, 40);

	return (struct camera){azimuth + random_between(r, -18, 18),
		random_chance(r, 0.9) ? elevation : -elevation,
		random_chance(r, 0.6) ? random_between(r, 5, 12) : 0};
}

void figure_sides(struct figure *figures, int count, struct random *r)
{
	const double side = random_chance(r, 0.5) ? 38 : -38;

	for (int i = 0; i < count; i++) {
		figures[i] = i < SIDES ? sides[i] : (struct figure){{0, 0, 0}, "another perspective view"};
		if (i < 2)
			figures[i].camera = perspective(side + 180 * i, r);
		else if (i >= SIDES)
			figures[i].camera = perspective(random_between(r, 0, 360), r);
	}
}

int figure_choose(struct figure *figures, struct random *r)
{
	struct figure all[SIDES];
	const double share = random_between(r, 0.4, 1.1);
	int count = 1;

	figure_sides(all, SIDES, r);
	figures[0] = all[0];
	for (int i = 1; i < SIDES; i++)
		if (random_chance(r, share) || (i == SIDES - 1 && count == 1))
			figures[count++] = all[i];
	return count;
}
