/* SPDX-License-Identifier: ISC */
#include "index/outlook.h"

#include <math.h>

/* Entries of a list are alike: so many say as much as one by itself. */
static const double ALIKE = 8;

/*
 * Mean and deviation are taken at what they may be, by two of their standard errors, as long as few entries were looked at; what the
 * estimates add is subtracted from that.
 */
double outlook_share(const struct outlook *o, double least, double figure, double distance)
{
	const double n = (double)o->entries, independent = n / ALIKE;

	if (independent < 2 || !(distance > 0))
		return 1;
	const double mean = o->sum / n, all = (o->squares - 2 * mean * o->first + mean * mean * o->weights) / n;
	const double square = all * (1 + 2 * sqrt(2 / independent)) - o->noise / n;
	if (!(square > 0))
		return 1;
	const double z = (least - figure - mean) / (distance * sqrt(square)) - 2 / sqrt(independent);
	return erfc(z / sqrt(2)) / 2;
}
