/* SPDX-License-Identifier: ISC */
#include "base/limits.h"
#include "foreign/exif.h"
#include "foreign/jpeg.h"
#include "unit/test.h"

#include <stdlib.h>

/* Smooth, so that quality 95 changes little; not the same from any two sides. */
static void ramp(struct picture *p, enum picture_layout layout, uint32_t width, uint32_t height)
{
	const uint32_t samples = layout == PICTURE_RGB ? 3 : 1;

	picture_prepare(p, layout, width, height, NULL);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++)
			for (uint32_t c = 0; c < samples; c++)
				picture_row(p, y)[samples * x + c] = (uint8_t)(255 * x / width / 2 + (127 - 40 * c) * y / height);
}

static int largest_difference(const struct picture *a, const struct picture *b)
{
	int most = 0;

	if (a->layout != b->layout || a->width != b->width || a->height != b->height)
		return 256;
	for (size_t i = 0; i < a->pixels.size; i++) {
		const int d = abs(a->pixels.data[i] - b->pixels.data[i]);
		most = d > most ? d : most;
	}
	return most;
}

/* The file with an EXIF block of this orientation (and 150 dpi) behind its first marker. */
static void add_exif(struct bytes *to, const struct bytes *jpeg, int orientation, bool big)
{
	uint8_t block[4 + 6 + 8 + 2 + 3 * 12 + 4 + 8] = "\xff\xe1\0\0Exif\0";
	uint8_t *t = block + 10;
	const uint32_t fields[3][4] = {{274, 3, 1, (uint32_t)orientation}, {282, 5, 1, 50}, {283, 5, 1, 50}};

	block[3] = sizeof block - 2;
	memcpy(t, big ? "MM\0\x2a\0\0\0\x08\0\x03" : "II\x2a\0\x08\0\0\0\x03\0", 10);
	for (int i = 0; i < 3; i++) {
		uint8_t *at = t + 10 + 12 * i;
		const bool is_short = fields[i][1] == 3;
		if (big) {
			at[1] = (uint8_t)fields[i][0], at[0] = (uint8_t)(fields[i][0] >> 8);
			at[3] = (uint8_t)fields[i][1];
			at[7] = 1;
			at[is_short ? 9 : 11] = (uint8_t)fields[i][3];
		} else {
			le16_put(at, (uint16_t)fields[i][0]);
			le16_put(at + 2, (uint16_t)fields[i][1]);
			le32_put(at + 4, 1);
			le32_put(at + 8, fields[i][3]);
		}
	}
	t[50 + (big ? 3 : 0)] = 150;
	t[54 + (big ? 3 : 0)] = 1;
	bytes_set(to, jpeg->data, 2);
	bytes_append(to, block, sizeof block);
	bytes_append(to, jpeg->data + 2, jpeg->size - 2);
}

int main(void)
{
	struct picture p = {0}, back = {0};
	struct bytes jpeg = {0}, tagged = {0};
	struct error err = {""};
	struct page page;

	static const enum picture_layout layouts[] = {PICTURE_GREY, PICTURE_RGB};
	for (int i = 0; i < 2; i++) {
		ramp(&p, layouts[i], 61, 43);
		jpeg_write(&p, 95, &jpeg, &err);
		const bool read = jpeg_read(jpeg.data, jpeg.size, &back, &page, &err) == 0;
		ok(read && largest_difference(&p, &back) <= 8, "layout %d comes back (difference %d)", (int)layouts[i],
		        largest_difference(&p, &back));
		ok(page.width == 61 && page.height == 43 && page.bits == 8 && page.samples == (i ? 3 : 1) && !page.dpi_x,
		        "the page says what the file was");
	}
	picture_prepare(&p, PICTURE_BIT, 8, 8, &err);
	bool refused = jpeg_write(&p, 85, &jpeg, &err) < 0;
	ok(refused && jpeg.size == 0, "bits are refused: %s", err.text);

	ramp(&p, PICTURE_RGB, 3000, 2000);
	srand(1);
	for (size_t i = 0; i < p.pixels.size; i++)
		p.pixels.data[i] = (uint8_t)rand();
	const bool written = jpeg_write(&p, 90, &jpeg, &err) == 0;
	ok(written && jpeg.size > 1 << 20 && jpeg_read(jpeg.data, jpeg.size, &back, &page, &err) == 0,
	        "a file larger than the first buffer comes back (%zu bytes)", jpeg.size);

	ramp(&p, PICTURE_GREY, 64, 40);
	jpeg_write(&p, 95, &jpeg, &err);
	for (int big = 0; big < 2; big++) {
		int right = 0;
		for (int o = 1; o <= 8; o++) {
			add_exif(&tagged, &jpeg, o, big);
			jpeg_read(tagged.data, tagged.size, &back, &page, &err);
			/* the darkest corner, first in the file, goes where the tag says */
			const uint8_t *first = picture_row(&back, 0), *last = picture_row(&back, back.height - 1);
			const uint8_t corner[4] = {first[0], first[back.width - 1], last[back.width - 1], last[0]};
			static const int where[9] = {0, 0, 1, 2, 3, 0, 1, 2, 3};
			right += back.width == (o < 5 ? 64u : 40u) && page.width == back.width && page.dpi_x == 150 &&
			         corner[where[o]] < 12;
		}
		ok(right == 8, "the orientation in EXIF is honoured, %s", big ? "Motorola" : "Intel");
	}

	int accepted = 0;
	for (size_t n = 0; n < jpeg.size; n++)
		accepted += jpeg_read(jpeg.data, n, &back, &page, &err) == 0;
	ok(accepted == 0, "cut at any of %zu places it is refused: %s", jpeg.size, err.text);
	ok(back.layout == PICTURE_NONE, "and there is no picture");
	refused = jpeg_read("GIF89a", 6, &back, &page, &err) < 0;
	ok(refused, "what is none is refused: %s", err.text);

	/* 0xffc0, length, 8 bits, height, width */
	for (size_t i = 0; i + 9 < jpeg.size; i++) {
		if (jpeg.data[i] == 0xff && jpeg.data[i + 1] == 0xc0) {
			memset(jpeg.data + i + 5, 0xfe, 4);
			break;
		}
	}
	refused = jpeg_read(jpeg.data, jpeg.size, &back, &page, &err) < 0;
	ok(refused, "an absurd size is refused: %s", err.text);

	for (int i = 0; i < 2000; i++) {
		add_exif(&tagged, &jpeg, 6, i & 1);
		for (int k = 0; k < 4; k++)
			tagged.data[(size_t)rand() % tagged.size] = (uint8_t)rand();
		jpeg_read(tagged.data, tagged.size, &back, &page, &err);
	}
	ok(true, "random damage is survived");
	picture_release(&p);
	picture_release(&back);
	bytes_release(&jpeg);
	bytes_release(&tagged);
	return done();
}
