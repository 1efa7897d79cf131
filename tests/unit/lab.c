/* SPDX-License-Identifier: ISC */
#include "image/lab.h"

#include "unit/test.h"

#include <stdlib.h>

int main(void)
{
	/* of D50, from tables of the sRGB primaries */
	static const struct {
		const char *name;
		double lab[3];
		int rgb[3];
	} table[] = {
	        {"white", {100, 0, 0}, {255, 255, 255}},
	        {"black", {0, 0, 0}, {0, 0, 0}},
	        {"middle grey", {53.585, 0, 0}, {128, 128, 128}},
	        {"dark grey", {2.5, 0, 0}, {9, 9, 9}},
	        {"red", {54.29, 80.81, 69.89}, {255, 0, 0}},
	        {"green", {87.82, -79.29, 80.99}, {0, 255, 0}},
	        {"blue", {29.57, 68.30, -112.03}, {0, 0, 255}},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		uint8_t rgb[3];
		lab_to_srgb(table[i].lab[0], table[i].lab[1], table[i].lab[2], rgb);
		ok(abs(rgb[0] - table[i].rgb[0]) <= 1 && abs(rgb[1] - table[i].rgb[1]) <= 1 &&
		                abs(rgb[2] - table[i].rgb[2]) <= 1,
		        "%s is %d %d %d", table[i].name, rgb[0], rgb[1], rgb[2]);
	}
	return done();
}
