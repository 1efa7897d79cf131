/* SPDX-License-Identifier: ISC */
#include "foreign/exif.h"

#include <stdbool.h>

enum { TAG_ORIENTATION = 274, TAG_X_RESOLUTION = 282, TAG_Y_RESOLUTION = 283, TAG_RESOLUTION_UNIT = 296 };
enum { TYPE_SHORT = 3, TYPE_RATIONAL = 5 };
enum { UNIT_INCH = 2, UNIT_CENTIMETRE = 3 };
enum { MAXIMUM_DPI = 100000 };

/* A TIFF block in either byte order; beyond its end everything is zero. */
struct block {
	const uint8_t *data;
	size_t size;
	bool big_endian;
};

static uint32_t number_at(const struct block *b, size_t at, unsigned bytes)
{
	uint32_t v = 0;

	if (at > b->size || b->size - at < bytes)
		return 0;
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)b->data[at + i] << 8 * (b->big_endian ? bytes - 1 - i : i);
	return v;
}

static double rational_at(const struct block *b, size_t at)
{
	const uint32_t denominator = number_at(b, at + 4, 4);

	return denominator ? (double)number_at(b, at, 4) / denominator : 0;
}

static uint32_t dpi(double resolution, uint32_t unit)
{
	const double v = unit == UNIT_CENTIMETRE ? 2.54 * resolution : unit == UNIT_INCH ? resolution : 0;

	return v >= 1 && v <= MAXIMUM_DPI ? (uint32_t)(v + 0.5) : 0;
}

void exif_read(struct exif *e, const void *data, size_t size)
{
	struct block b = {data, size, false};
	double resolution[2] = {0, 0};
	uint32_t unit = UNIT_INCH;

	*e = (struct exif){.orientation = 1};
	if (size < 8 || b.data[0] != b.data[1] || (b.data[0] != 'I' && b.data[0] != 'M'))
		return;
	b.big_endian = b.data[0] == 'M';
	if (number_at(&b, 2, 2) != 42)
		return;
	const size_t directory = number_at(&b, 4, 4);
	const uint32_t entries = number_at(&b, directory, 2);
	for (uint32_t i = 0; i < entries; i++) {
		const size_t at = directory + 2 + 12 * (size_t)i;
		const uint32_t tag = number_at(&b, at, 2), type = number_at(&b, at + 2, 2);
		if (tag == TAG_ORIENTATION && type == TYPE_SHORT)
			e->orientation = (int)number_at(&b, at + 8, 2);
		else if (tag == TAG_RESOLUTION_UNIT && type == TYPE_SHORT)
			unit = number_at(&b, at + 8, 2);
		else if ((tag == TAG_X_RESOLUTION || tag == TAG_Y_RESOLUTION) && type == TYPE_RATIONAL)
			resolution[tag - TAG_X_RESOLUTION] = rational_at(&b, number_at(&b, at + 8, 4));
	}
	if (e->orientation < 1 || e->orientation > 8)
		e->orientation = 1;
	e->dpi_x = dpi(resolution[0], unit);
	e->dpi_y = dpi(resolution[1], unit);
}
