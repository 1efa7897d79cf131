/* SPDX-License-Identifier: ISC */
#include "index/sift.h"

#include "math/dot.h"

#include <math.h>
#include <stdlib.h>

int sift_begin(struct sift *s, struct error *err)
{
	s->outlooks = calloc(s->estimator->count, sizeof *s->outlooks);
	s->scanned = 0;
	s->skipped = false;
	return s->outlooks ? 0 : error_set(err, "out of memory");
}

void sift_release(struct sift *s)
{
	free(s->outlooks);
	*s = (struct sift){0};
}

static unsigned count_bits(uint64_t x)
{
	x -= x >> 1 & 0x5555555555555555u;
	x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
	return (unsigned)(x * 0x0101010101010101u >> 56);
}

uint64_t sift_count(const uint64_t *allowed, uint32_t patents)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < patents / 64; i++)
		count += count_bits(allowed[i]);
	return patents % 64 ? count + count_bits(allowed[patents / 64] << (64 - patents % 64)) : count;
}

/* --- entries --- */

static const uint8_t *patents_of(const struct sift *s, const uint8_t *groups, size_t entry)
{
	return code_group_factors(&s->estimator->shape, groups + entry / CODES_SIDE * s->estimator->shape.group_size) +
	       4 * 4 * CODES_SIDE;
}

/* Which of a group's entries may answer, a bit each. */
static unsigned allowed_lanes(const struct sift *s, const uint8_t *patents, size_t count)
{
	unsigned lanes = 0;

	for (size_t i = 0; i < count && i < CODES_SIDE; i++) {
		const uint32_t patent = le32_get(patents + 4 * i);
		if (patent < s->patents)
			lanes |= (unsigned)(s->allowed[patent / 64] >> patent % 64 & 1) << i;
	}
	return lanes;
}

static int sift_group(struct sift *s, size_t question, const struct estimate_list *list, const uint8_t *group, unsigned lanes,
        float wanted, struct bytes *candidates, struct error *err)
{
	const uint8_t *factors = code_group_factors(&s->estimator->shape, group);
	struct outlook *o = &s->outlooks[question];
	float most[CODES_SIDE];

	estimate_groups(s->estimator, question, list, group, 1, most);
	for (size_t i = 0; i < CODES_SIDE; i++) {
		if (!(lanes >> i & 1))
			continue;
		const float spread = lef32_get(factors + 4 * (2 * CODES_SIDE + i));
		const struct candidate c = {most[i], le32_get(factors + 4 * (3 * CODES_SIDE + i)),
		        le32_get(factors + 4 * (4 * CODES_SIDE + i))};
		if (list->distance > 0)
			outlook_add(o, most[i] - list->slack - spread * list->reach - list->figure, list->distance, spread);
		s->scanned++;
		if (most[i] < wanted)
			s->skipped = true;
		else if (c.picture < s->pictures && bytes_append(candidates, &c, sizeof c) < 0)
			return error_set(err, "out of memory");
	}
	return 0;
}

void sift_fetch(const struct sift *s, struct store_value block)
{
	const size_t size = s->estimator->shape.group_size;

	dot_prefetch(block.data, 4);
	for (size_t at = CODES_HEAD; at + size <= block.size; at += size)
		dot_prefetch(patents_of(s, block.data + at, 0), 4 * CODES_SIDE);
}

int sift_block(struct sift *s, size_t question, const struct estimate_list *list, const struct code_block *b, float wanted,
        struct bytes *candidates, struct error *err)
{
	for (size_t i = 0; i < b->count; i += CODES_SIDE) {
		const unsigned lanes = allowed_lanes(s, patents_of(s, b->groups, i), b->count - i);
		if (lanes && sift_group(s, question, list, b->groups + i / CODES_SIDE * s->estimator->shape.group_size, lanes,
		                     wanted, candidates, err) < 0)
			return -1;
	}
	return 0;
}

/* --- when to stop --- */

/* Of the lists not visited so many are looked at together; when these hold next to nothing those behind hold less. */
enum { WINDOW = 64 };

bool sift_is_done(const struct sift *s, size_t question, const struct probes *p, size_t lists, size_t i, float wanted, double enough)
{
	const struct outlook *o = &s->outlooks[question];
	const double left = (double)(lists - i), rest = s->expected - (double)o->entries;
	/* how many pass is known, of their pictures only about how many there are */
	const double entries = fmax(rest / left, s->expected / (double)lists / 8);
	double better = 0;

	while (i < p->sorted) {
		double here = 0;
		const size_t end = p->sorted - i < WINDOW ? p->sorted : i + WINDOW;
		for (const size_t begin = i; i < end; i++) {
			struct estimate_list list;
			estimate_list(s->estimator, question, p->probes[i].centroid, &list);
			here += entries * outlook_share(o, wanted, list.figure, list.distance);
			if (better + here > enough)
				return false;
			if (i + 1 == end)
				here /= (double)(end - begin);
		}
		better += here * WINDOW;
		if (here * (double)(lists - i) < enough / 8)
			return true;
	}
	return i == lists;
}
