/* SPDX-License-Identifier: ISC */
#include "image/colour.h"
#include "image/colour_name.h"

#include "unit/test.h"

#include <stdlib.h>

/* G. Sharma, W. Wu and E. N. Dalal, 2005, table 1 */
static const struct {
	struct lab x, y;
	double difference;
} pairs[] = {
        {{50.0000, 2.6772, -79.7751}, {50.0000, 0.0000, -82.7485}, 2.0425},
        {{50.0000, 3.1571, -77.2803}, {50.0000, 0.0000, -82.7485}, 2.8615},
        {{50.0000, 2.8361, -74.0200}, {50.0000, 0.0000, -82.7485}, 3.4412},
        {{50.0000, -1.3802, -84.2814}, {50.0000, 0.0000, -82.7485}, 1.0000},
        {{50.0000, -1.1848, -84.8006}, {50.0000, 0.0000, -82.7485}, 1.0000},
        {{50.0000, -0.9009, -85.5211}, {50.0000, 0.0000, -82.7485}, 1.0000},
        {{50.0000, 0.0000, 0.0000}, {50.0000, -1.0000, 2.0000}, 2.3669},
        {{50.0000, -1.0000, 2.0000}, {50.0000, 0.0000, 0.0000}, 2.3669},
        {{50.0000, 2.4900, -0.0010}, {50.0000, -2.4900, 0.0009}, 7.1792},
        {{50.0000, 2.4900, -0.0010}, {50.0000, -2.4900, 0.0010}, 7.1792},
        {{50.0000, 2.4900, -0.0010}, {50.0000, -2.4900, 0.0011}, 7.2195},
        {{50.0000, 2.4900, -0.0010}, {50.0000, -2.4900, 0.0012}, 7.2195},
        {{50.0000, -0.0010, 2.4900}, {50.0000, 0.0009, -2.4900}, 4.8045},
        {{50.0000, -0.0010, 2.4900}, {50.0000, 0.0010, -2.4900}, 4.8045},
        {{50.0000, -0.0010, 2.4900}, {50.0000, 0.0011, -2.4900}, 4.7461},
        {{50.0000, 2.5000, 0.0000}, {50.0000, 0.0000, -2.5000}, 4.3065},
        {{50.0000, 2.5000, 0.0000}, {73.0000, 25.0000, -18.0000}, 27.1492},
        {{50.0000, 2.5000, 0.0000}, {61.0000, -5.0000, 29.0000}, 22.8977},
        {{50.0000, 2.5000, 0.0000}, {56.0000, -27.0000, -3.0000}, 31.9030},
        {{50.0000, 2.5000, 0.0000}, {58.0000, 24.0000, 15.0000}, 19.4535},
        {{50.0000, 2.5000, 0.0000}, {50.0000, 3.1736, 0.5854}, 1.0000},
        {{50.0000, 2.5000, 0.0000}, {50.0000, 3.2972, 0.0000}, 1.0000},
        {{50.0000, 2.5000, 0.0000}, {50.0000, 1.8634, 0.5757}, 1.0000},
        {{50.0000, 2.5000, 0.0000}, {50.0000, 3.2592, 0.3350}, 1.0000},
        {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
        {{63.0109, -31.0961, -5.8663}, {62.8187, -29.7946, -4.0864}, 1.2630},
        {{61.2901, 3.7196, -5.3901}, {61.4292, 2.2480, -4.9620}, 1.8731},
        {{35.0831, -44.1164, 3.7933}, {35.0232, -40.0716, 1.5901}, 1.8645},
        {{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
        {{36.4612, 47.8580, 18.3852}, {36.2715, 50.5065, 21.2231}, 1.4146},
        {{90.8027, -2.0831, 1.4410}, {91.1528, -1.6435, 0.0447}, 1.4441},
        {{90.9257, -0.5406, -0.9208}, {88.6381, -0.8985, -0.7239}, 1.5381},
        {{6.7747, -0.2908, -2.4247}, {5.8714, -0.0985, -2.2286}, 0.6377},
        {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
};

/* L*a*b* of the primaries under D65, as tables have them */
static const struct {
	const char *name;
	uint8_t rgb[3];
	struct lab lab;
} primaries[] = {
        {"white", {255, 255, 255}, {100, 0, 0}},
        {"black", {0, 0, 0}, {0, 0, 0}},
        {"middle grey", {128, 128, 128}, {53.585, 0, 0}},
        {"dark grey", {3, 3, 3}, {0.8227, 0, 0}},
        {"red", {255, 0, 0}, {53.2408, 80.0925, 67.2032}},
        {"green", {0, 255, 0}, {87.7347, -86.1827, 83.1793}},
        {"blue", {0, 0, 255}, {32.2970, 79.1875, -107.8602}},
        {"yellow", {255, 255, 0}, {97.1393, -21.5537, 94.4780}},
};

static void test_pairs(void)
{
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const double forth = lab_difference(pairs[i].x, pairs[i].y), back = lab_difference(pairs[i].y, pairs[i].x);
		ok(fabs(forth - pairs[i].difference) < 5.1e-5 && fabs(back - forth) < 1e-9,
		        "published pair %zu differs by %.4f both ways: %.4f", i + 1, pairs[i].difference, forth);
	}
}

static void test_conversion(void)
{
	int wrong = 0;

	for (size_t i = 0; i < sizeof primaries / sizeof *primaries; i++) {
		const uint8_t *c = primaries[i].rgb;
		const struct lab lab = lab_of_rgb(c[0], c[1], c[2]), known = primaries[i].lab;
		ok(fabs(lab.lightness - known.lightness) < 0.01 && fabs(lab.a - known.a) < 0.01 && fabs(lab.b - known.b) < 0.01,
		        "%s is %.2f %.2f %.2f", primaries[i].name, lab.lightness, lab.a, lab.b);
	}
	for (int r = 0; r < 256; r += 5) {
		for (int g = 0; g < 256; g += 5) {
			for (int b = 0; b < 256; b += 5) {
				uint8_t back[3];
				lab_to_rgb(lab_of_rgb(r, g, b), back);
				wrong += back[0] != r || back[1] != g || back[2] != b;
			}
		}
	}
	ok(wrong == 0, "140608 colours come back from L*a*b*, %d do not", wrong);
}

static void test_names(void)
{
	static const char *const no_colours[] = {"", "#", "#12", "#1234", "#12345", "#1234567", "#gg0000", "c03020", "redd", "re"};
	uint8_t rgb[3];
	char hex[COLOUR_HEX];

	is_text(colour_name(lab_of_rgb(192, 48, 32)), "firebrick", "#c03020 is near to firebrick");
	is_text(colour_name(lab_of_rgb(102, 51, 153)), "rebeccapurple", "a name is its own colour's");
	is_text(colour_name(lab_of_rgb(128, 128, 128)), "gray", "of two spellings the first is said");
	is_text(colour_name(lab_of_rgb(1, 0, 2)), "black", "nearly black is black");
	ok(colour_read("#C03020", rgb), "six digits are read");
	is_text(colour_hex(rgb, hex), "#c03020", "and written");
	ok(colour_read("#c32", rgb), "three digits are read");
	is_text(colour_hex(rgb, hex), "#cc3322", "and stand for twice as many");
	ok(colour_read("FireBrick", rgb) && colour_read("grey", rgb), "names are read in any case and both spellings");
	for (size_t i = 0; i < sizeof no_colours / sizeof *no_colours; i++)
		ok(!colour_read(no_colours[i], rgb), "'%s' is no colour", no_colours[i]);
}

int main(void)
{
	test_pairs();
	test_conversion();
	test_names();
	return done();
}
