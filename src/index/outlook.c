/* SPDX-License-Identifier: ISC */
#include "index/outlook.h"

#include <math.h>

double outlook_share(const struct outlook *o, double least, double figure, double distance)
{
	if (o->entries < 2 || !(distance > 0))
		return 1;
	const double n = (double)o->entries, mean = o->sum / n,
	             square = (o->squares - 2 * mean * o->first + mean * mean * o->weights - o->noise) / n;
	if (!(square > 0))
		return 1;
	const double z = (least - figure - mean) / (distance * sqrt(square));
	return erfc(z / sqrt(2)) / 2;
}
