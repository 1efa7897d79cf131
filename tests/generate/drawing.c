/* SPDX-License-Identifier: ISC */
#include "generate/drawing.h"

#include "generate/memory.h"

#include <math.h>
#include <stdlib.h>

void drawing_clear(struct drawing *d)
{
	d->spot_count = d->stroke_count = 0;
	d->low = (struct spot){HUGE_VAL, HUGE_VAL};
	d->high = (struct spot){-HUGE_VAL, -HUGE_VAL};
}

void drawing_release(struct drawing *d)
{
	free(d->spots);
	free(d->strokes);
	*d = (struct drawing){0};
}

void drawing_stroke(struct drawing *d, double weight, bool broken)
{
	d->strokes = memory_grow(d->strokes, &d->stroke_capacity, d->stroke_count + 1, sizeof *d->strokes);
	d->strokes[d->stroke_count++] = (struct stroke){d->spot_count, 0, weight, broken};
}

void drawing_spot(struct drawing *d, double x, double y)
{
	d->spots = memory_grow(d->spots, &d->spot_capacity, d->spot_count + 1, sizeof *d->spots);
	d->spots[d->spot_count++] = (struct spot){x, y};
	d->strokes[d->stroke_count - 1].count++;
	d->low = (struct spot){fmin(d->low.x, x), fmin(d->low.y, y)};
	d->high = (struct spot){fmax(d->high.x, x), fmax(d->high.y, y)};
}
