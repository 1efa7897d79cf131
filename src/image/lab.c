/* SPDX-License-Identifier: ISC */
#include "image/lab.h"

#include <math.h>

/* The inverse of CIE's compression of X/Xn, Y/Yn, Z/Zn. */
static double expand(double f)
{
	const double delta = 6.0 / 29;

	return f > delta ? f * f * f : 3 * delta * delta * (f - 4.0 / 29);
}

static uint8_t encode(double linear)
{
	const double v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055;

	return v <= 0 ? 0 : v >= 1 ? 255 : (uint8_t)(v * 255 + 0.5);
}

void lab_to_srgb(double lightness, double a, double b, uint8_t rgb[3])
{
	/* XYZ of D50 to linear sRGB of D65, the inverse of the matrix in ICC's sRGB profile */
	static const double matrix[3][3] = {{3.1338561, -1.6168667, -0.4906146},
	        {-0.9787684, 1.9161415, 0.0334540},
	        {0.0719453, -0.2289914, 1.4052427}};
	const double fy = (lightness + 16) / 116;
	const double x = 0.96422 * expand(fy + a / 500), y = expand(fy), z = 0.82521 * expand(fy - b / 200);

	for (int i = 0; i < 3; i++)
		rgb[i] = encode(matrix[i][0] * x + matrix[i][1] * y + matrix[i][2] * z);
}
