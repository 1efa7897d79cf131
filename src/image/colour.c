/* SPDX-License-Identifier: ISC */
#include "image/colour.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* --- sRGB and L*a*b* ---------------------------------------------------------------------------------------------------- */

/* The white of D65: what the matrix makes of 1, 1, 1. */
static const double white[3] = {0.9504700, 1.0000001, 1.0888300};

static double linear(double value)
{
	const double v = value / 255;

	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static uint8_t encoded(double v)
{
	const double value = v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055;

	return value <= 0 ? 0 : value >= 1 ? 255 : (uint8_t)(value * 255 + 0.5);
}

/* The compression of X/Xn, Y/Yn, Z/Zn, and its inverse. */
static double compress(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static double expand(double f)
{
	return f > 6.0 / 29 ? f * f * f : (116 * f - 16) * 27 / 24389;
}

struct lab lab_of_rgb(double red, double green, double blue)
{
	const double r = linear(red), g = linear(green), b = linear(blue);
	const double x = compress((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / white[0]);
	const double y = compress((0.2126729 * r + 0.7151522 * g + 0.0721750 * b) / white[1]);
	const double z = compress((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / white[2]);

	return (struct lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

void lab_to_rgb(struct lab colour, uint8_t rgb[3])
{
	const double f = (colour.lightness + 16) / 116;
	const double x = white[0] * expand(f + colour.a / 500);
	const double y = white[1] * expand(f);
	const double z = white[2] * expand(f - colour.b / 200);

	rgb[0] = encoded(3.2404542 * x - 1.5371385 * y - 0.4985314 * z);
	rgb[1] = encoded(-0.9692660 * x + 1.8760108 * y + 0.0415560 * z);
	rgb[2] = encoded(0.0556434 * x - 0.2040259 * y + 1.0572252 * z);
}

double lab_chroma(struct lab colour)
{
	return sqrt(colour.a * colour.a + colour.b * colour.b);
}

/* --- CIEDE2000 ---------------------------------------------------------------------------------------------------------- */

static double cosine(double degrees)
{
	return cos(degrees * pi / 180);
}

/* The hue in degrees, 0 … 360; that of grey is 0. */
static double hue(double a, double b)
{
	const double h = a == 0 && b == 0 ? 0 : atan2(b, a) * 180 / pi;

	return h < 0 ? h + 360 : h;
}

/* √(C⁷ / (C⁷ + 25⁷)) */
static double far_from_grey(double chroma)
{
	const double c7 = pow(chroma, 7);

	return sqrt(c7 / (c7 + 6103515625.0));
}

/* The difference and the mean of two hues the short way round; where one is grey's, its hue counts for nothing. */
static void compare_hues(double h1, double h2, int grey, double *difference, double *mean)
{
	*difference = h2 - h1;
	*mean = (h1 + h2) / 2;
	if (grey) {
		*difference = 0;
		*mean = h1 + h2;
	} else if (fabs(h2 - h1) > 180) {
		*difference += h2 > h1 ? -360 : 360;
		*mean += h1 + h2 < 360 ? 180 : -180;
	}
}

double lab_difference(struct lab x, struct lab y)
{
	/* a is stretched near grey */
	const double stretch = 1 + 0.5 * (1 - far_from_grey((lab_chroma(x) + lab_chroma(y)) / 2));
	x.a *= stretch;
	y.a *= stretch;
	const double c1 = lab_chroma(x), c2 = lab_chroma(y);
	double dh, h;
	compare_hues(hue(x.a, x.b), hue(y.a, y.b), c1 * c2 == 0, &dh, &h);
	const double dl = y.lightness - x.lightness, dc = c2 - c1, dhue = 2 * sqrt(c1 * c2) * sin(dh / 2 * pi / 180);

	/* the weights of the three, from the means */
	const double c = (c1 + c2) / 2, l = (x.lightness + y.lightness) / 2 - 50;
	const double t = 1 - 0.17 * cosine(h - 30) + 0.24 * cosine(2 * h) + 0.32 * cosine(3 * h + 6) - 0.20 * cosine(4 * h - 63);
	const double sl = 1 + 0.015 * l * l / sqrt(20 + l * l), sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
	const double turn = 60 * exp(-((h - 275) / 25) * ((h - 275) / 25));
	const double rotation = -2 * far_from_grey(c) * sin(turn * pi / 180);
	const double wl = dl / sl, wc = dc / sc, wh = dhue / sh;

	return sqrt(wl * wl + wc * wc + wh * wh + rotation * wc * wh);
}
