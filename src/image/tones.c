/* SPDX-License-Identifier: ISC */
#include "image/tones.h"

#include <math.h>
#include <string.h>

enum { SAMPLES = 1 << 20, LEVELS = 256, CLASSES = 64, COLOURED = 32 };

/* Less than this is paper with noise, not ink on paper. */
static const double faint = 5.0 / 255;

/* ITU-R BT.601 in 8 bits. */
static unsigned luma(const uint8_t *rgb)
{
	return (77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2] + 128) >> 8;
}

static bool is_coloured(const uint8_t *rgb)
{
	uint8_t low = rgb[0], high = rgb[0];

	for (int c = 1; c < 3; c++) {
		low = rgb[c] < low ? rgb[c] : low;
		high = rgb[c] > high ? rgb[c] : high;
	}
	return high - low > COLOURED;
}

/* How often each level occurs among the samples; returns how many of these are coloured. */
static uint64_t count_levels(const struct picture *p, uint64_t counts[LEVELS], uint64_t *samples)
{
	const double pixels = (double)p->width * p->height;
	const uint32_t step = pixels > SAMPLES ? (uint32_t)ceil(sqrt(pixels / SAMPLES)) : 1;
	uint64_t coloured = 0;

	*samples = 0;
	for (uint32_t y = 0; y < p->height; y += step) {
		const uint8_t *row = picture_row_const(p, y);
		for (uint32_t x = 0; x < p->width; x += step, ++*samples) {
			if (p->layout == PICTURE_GREY) {
				counts[row[x]]++;
				continue;
			}
			counts[luma(row + 3 * (size_t)x)]++;
			coloured += is_coloured(row + 3 * (size_t)x);
		}
	}
	return coloured;
}

/* The mean and the deviation of the levels from first to before end; 0 and 0 when there are none. */
static double mean_of(const uint64_t counts[LEVELS], unsigned first, unsigned end, double *deviation)
{
	double n = 0, sum = 0, squares = 0;

	for (unsigned i = first; i < end; i++) {
		n += (double)counts[i];
		sum += (double)counts[i] * i;
		squares += (double)counts[i] * i * i;
	}
	const double mean = n > 0 ? sum / n : 0;
	*deviation = n > 0 ? sqrt(fmax(0, squares / n - mean * mean)) : 0;
	return mean;
}

/* The threshold that keeps the two sides' variance the smallest, which is that between them the largest. */
static unsigned threshold(const uint64_t counts[LEVELS], double n, double mean)
{
	double below = 0, sum = 0, best = 0;
	unsigned first = 0, last = 0;

	for (unsigned i = 0; i + 1 < LEVELS; i++) {
		below += (double)counts[i];
		sum += (double)counts[i] * i;
		if (below <= 0 || below >= n)
			continue;
		const double between = pow(mean * below - sum, 2) / (below * (n - below));
		if (between > best) {
			best = between;
			first = i;
		}
		if (between >= best)
			last = i;
	}
	/* between two levels with nothing in the gap any threshold is as good: its middle */
	return best > 0 ? (first + last) / 2 + 1 : 0;
}

static double entropy(const uint64_t counts[LEVELS], double n)
{
	double bits = 0;

	for (unsigned k = 0; k < CLASSES; k++) {
		uint64_t sum = 0;
		for (unsigned i = 0; i < LEVELS / CLASSES; i++)
			sum += counts[k * (LEVELS / CLASSES) + i];
		if (sum)
			bits -= (double)sum / n * log2((double)sum / n);
	}
	return bits;
}

/* Shares between a quarter and three quarters of the way from the mean of the ink to that of the paper. */
static double midtones(const uint64_t counts[LEVELS], unsigned ink, double n)
{
	double deviation, between = 0;
	const double dark = mean_of(counts, 0, ink, &deviation), light = mean_of(counts, ink, LEVELS, &deviation);

	for (unsigned i = 0; i < LEVELS; i++)
		if (i > dark + (light - dark) / 4 && i < light - (light - dark) / 4)
			between += (double)counts[i];
	return between / n;
}

static void measure_bits(const struct picture *p, struct tones *to)
{
	const double pixels = (double)p->width * p->height;
	uint64_t black = 0;

	for (size_t i = 0; i < p->pixels.size; i++)
		for (unsigned b = p->pixels.data[i]; b; b &= b - 1)
			black++;
	const double share = (double)black / pixels;
	to->spread = 2 * sqrt(fmax(0, share * (1 - share)));
}

void tones_measure(const struct picture *p, struct tones *to)
{
	uint64_t counts[LEVELS] = {0}, samples;
	double deviation;

	*to = (struct tones){.ink = 128};
	if (p->layout == PICTURE_BIT) {
		measure_bits(p, to);
		return;
	}
	const uint64_t coloured = count_levels(p, counts, &samples);
	const double n = (double)samples, mean = mean_of(counts, 0, LEVELS, &deviation);
	to->spread = deviation * 2 / 255;
	to->levels = entropy(counts, n);
	to->colour = (double)coloured / n;
	to->ink = to->spread < faint ? 0 : threshold(counts, n, mean);
	to->midtones = to->ink ? midtones(counts, to->ink, n) : 0;
}

int tones_to_bits(const struct picture *p, unsigned ink, struct picture *to, struct error *err)
{
	if (picture_prepare(to, PICTURE_BIT, p->width, p->height, err) < 0)
		return -1;
	memset(to->pixels.data, 0, to->pixels.size);
	for (uint32_t y = 0; y < p->height; y++) {
		const uint8_t *row = picture_row_const(p, y);
		uint8_t *bits = picture_row(to, y);
		for (uint32_t x = 0; x < p->width; x++) {
			const unsigned level = p->layout == PICTURE_GREY ? row[x] : luma(row + 3 * (size_t)x);
			bits[x >> 3] |= (uint8_t)((level < ink) << (7 - (x & 7)));
		}
	}
	return 0;
}
