/* SPDX-License-Identifier: ISC */
#include "stream/colours.h"

#include "image/colour_name.h"

#include <math.h>

enum { DIGITS = 6 }; /* more than any of the rounded numbers has */

/* To so many parts of one; adding 0 takes the sign from a zero. */
static double rounded(double value, double parts)
{
	return round(value * parts) / parts + 0.0;
}

static double to_share(double value)
{
	return rounded(value, 10000);
}

static void put_colour(struct json_writer *w, const struct palette_colour *c)
{
	const double lab[3] = {c->lab.lightness, c->lab.a, c->lab.b};
	char hex[COLOUR_HEX];

	json_open_object(w);
	json_pair_string(w, "hex", colour_hex(c->rgb, hex));
	json_key(w, "lab");
	json_open_array(w);
	for (int i = 0; i < 3; i++)
		json_put_real(w, rounded(lab[i], 100), DIGITS);
	json_close_array(w);
	json_pair_real(w, "share", to_share(c->share), DIGITS);
	json_pair_string(w, "name", c->name);
	json_close_object(w);
}

void colours_put(struct json_writer *w, const struct palette *p)
{
	json_key(w, "colours");
	json_open_array(w);
	for (int i = 0; i < p->count; i++)
		put_colour(w, &p->colours[i]);
	json_close_array(w);
	json_pair_string(w, "scheme", palette_scheme_name(p->scheme));
	json_pair_real(w, "brightness", to_share(p->brightness), DIGITS);
	json_pair_real(w, "saturation", to_share(p->saturation), DIGITS);
	json_pair_bool(w, "bilevel", p->bilevel);
	json_pair_real(w, "paper", to_share(p->paper), DIGITS);
}

int colours_row(const struct palette *p, struct bytes *to)
{
	char hex[COLOUR_HEX];

	if (bytes_printf(to, "%s\t%.6g\t%.6g\t%s\t%.6g\t", palette_scheme_name(p->scheme), to_share(p->brightness),
	            to_share(p->saturation), p->bilevel ? "true" : "false", to_share(p->paper)) < 0)
		return -1;
	for (int i = 0; i < p->count; i++) {
		const struct palette_colour *c = &p->colours[i];
		if (bytes_printf(to, "%s%s:%.6g:%s", i ? " " : "", colour_hex(c->rgb, hex), to_share(c->share), c->name) < 0)
			return -1;
	}
	return 0;
}
