/* SPDX-License-Identifier: ISC */
#include "image/turn.h"
#include "unit/test.h"

static uint32_t seed = 1;

static uint8_t noise(void)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint8_t)(seed >> 24);
}

static void put(struct picture *p, uint32_t x, uint32_t y, const uint8_t *v)
{
	uint8_t *row = picture_row(p, y);

	if (p->layout == PICTURE_RGB)
		memcpy(row + 3 * (size_t)x, v, 3);
	else if (p->layout == PICTURE_GREY)
		row[x] = v[0];
	else
		row[x / 8] = (uint8_t)(row[x / 8] | (v[0] & 1) << (7 - x % 8));
}

static void get(const struct picture *p, uint32_t x, uint32_t y, uint8_t *v)
{
	const uint8_t *row = picture_row_const(p, y);

	if (p->layout == PICTURE_RGB)
		memcpy(v, row + 3 * (size_t)x, 3);
	else if (p->layout == PICTURE_GREY)
		v[0] = row[x];
	else
		v[0] = row[x / 8] & 128 >> x % 8 ? 1 : 0;
}

static void fill(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height)
{
	picture_prepare(p, layout, width, height, NULL);
	memset(p->pixels.data, 0, p->pixels.size);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			put(p, x, y, (uint8_t[]){noise(), noise(), noise()});
}

static bool equal(const struct picture *a, const struct picture *b)
{
	return a->layout == b->layout && a->width == b->width && a->height == b->height &&
	       memcmp(a->pixels.data, b->pixels.data, a->pixels.size) == 0;
}

/* The tag's own words: where the first row and the first column of the file belong in the upright picture. */
static void place(int orientation, uint32_t x, uint32_t y, uint32_t width, uint32_t height, uint32_t *to)
{
	static const char row[9] = "?ttbblrrl", column[9] = "?lrrlttbb";
	const char r = row[orientation], c = column[orientation];

	if (r == 't' || r == 'b') {
		to[1] = r == 't' ? y : height - 1 - y;
		to[0] = c == 'l' ? x : width - 1 - x;
	} else {
		to[0] = r == 'l' ? y : height - 1 - y;
		to[1] = c == 't' ? x : width - 1 - x;
	}
}

static void oracle(struct picture *to, const struct picture *from, int orientation)
{
	const bool swap = orientation >= 5;

	picture_prepare(to, from->layout, swap ? from->height : from->width, swap ? from->width : from->height, NULL);
	memset(to->pixels.data, 0, to->pixels.size);
	for (uint32_t y = 0; y < from->height; y++) {
		for (uint32_t x = 0; x < from->width; x++) {
			uint32_t at[2];
			uint8_t v[3];
			get(from, x, y, v);
			place(orientation, x, y, from->width, from->height, at);
			put(to, at[0], at[1], v);
		}
	}
}

int main(void)
{
	static const enum picture_layout layouts[] = {PICTURE_BIT, PICTURE_GREY, PICTURE_RGB};
	static const uint32_t sizes[][2] = {
	        {1, 1}, {1, 9}, {9, 1}, {8, 8}, {7, 5}, {16, 24}, {17, 23}, {31, 65}, {64, 33}, {130, 71}, {259, 100}};
	struct picture p = {0}, got = {0}, scratch = {0}, expected = {0};

	for (size_t l = 0; l < 3; l++) {
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
			int wrong = 0;
			fill(&p, layouts[l], sizes[s][0], sizes[s][1]);
			for (int o = 1; o <= 8; o++) {
				picture_prepare(&got, p.layout, p.width, p.height, NULL);
				memcpy(got.pixels.data, p.pixels.data, p.pixels.size);
				oracle(&expected, &p, o);
				if (picture_orient(&got, o, &scratch, NULL) < 0 || !equal(&got, &expected)) {
					printf("# orientation %d\n", o);
					wrong++;
				}
			}
			ok(wrong == 0, "layout %d, %u x %u: all eight orientations are what the tag says", (int)layouts[l],
			        (unsigned)p.width, (unsigned)p.height);
			picture_prepare(&got, p.layout, p.width, p.height, NULL);
			memcpy(got.pixels.data, p.pixels.data, p.pixels.size);
			for (int i = 0; i < 4; i++)
				picture_turn(&got, 1, &scratch, NULL);
			const bool four = equal(&got, &p);
			picture_turn(&got, 3, &scratch, NULL);
			picture_turn(&got, 2, &scratch, NULL);
			picture_turn(&got, 7, &scratch, NULL);
			ok(four && equal(&got, &p), "four quarter turns are none");
		}
	}
	ok(picture_orient(&p, 0, &scratch, NULL) == 0 && picture_orient(&p, 77, &scratch, NULL) == 0,
	        "a wrong tag counts as upright");
	picture_release(&p);
	picture_release(&got);
	picture_release(&scratch);
	picture_release(&expected);
	return done();
}
