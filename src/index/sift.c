/* SPDX-License-Identifier: ISC */
#include "index/sift.h"

#include "base/bits.h"
#include "index/candidates.h"
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
	free(s->entries);
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

/* --- lists --- */

/* Counts the lists of one patent of a run. */
static void count_patent(struct sift *s, const struct column *c, size_t owner, size_t lists)
{
	for (size_t i = column_find(c, owner); i < c->count && column_owner(c, i) == owner; i++) {
		const double at = column_number(c, i) - s->first;
		if (at >= 0 && at < (double)lists)
			s->entries[(size_t)at]++;
	}
}

/* A word of the allowed patents at a time; the column of a run is read when there are any. */
int sift_count_lists(struct sift *s, struct store *st, uint32_t first, size_t lists, struct error *err)
{
	enum { WORDS = COLUMN_PATENTS / 64 };
	const uint32_t words = (s->patents + 63) / 64;
	uint32_t run = UINT32_MAX;
	struct column c;
	int got = 0;

	s->first = first;
	s->entries = calloc(lists, sizeof *s->entries);
	if (!s->entries)
		return error_set(err, "out of memory");
	for (uint32_t w = 0; w < words; w++) {
		if (s->allowed[w] && run != w / WORDS) {
			uint8_t key[COLUMN_KEY];
			struct store_value value;
			run = w / WORDS;
			got = store_get(st, STORE_COLUMNS, key, column_key_put(key, COLUMN_LISTS, run), &value, err);
			if (got < 0 || (got && column_decode(&c, 1, value, err) < 0))
				return -1;
		}
		for (unsigned i = 0; got && i < 64 && s->allowed[w] >> i; i++)
			if (s->allowed[w] >> i & 1)
				count_patent(s, &c, w % WORDS * 64 + i, lists);
	}
	return 0;
}

bool sift_is_elsewhere(const struct sift *s, size_t question, size_t visited, size_t lists)
{
	enum { FEWER = 4 };

	return (double)s->outlooks[question].entries * FEWER < s->expected * (double)visited / (double)lists;
}

/* --- entries --- */

/* Which of a group's entries may answer, a bit each. */
static unsigned allowed_lanes(const struct sift *s, const uint8_t *patents, size_t count)
{
	unsigned lanes = 0;

	for (size_t i = 0; i < count && i < CODES_SIDE; i++) {
		const uint32_t patent = le32_get(patents + 4 * i);
		if (patent < s->patents)
			lanes |= (unsigned)bits_has(s->allowed, patent) << i;
	}
	return lanes;
}

/* The group whose first entry is this one of its block. */
static int sift_group(struct sift *s, size_t question, const struct estimate_list *list, const struct code_block *b, size_t first,
        unsigned lanes, float wanted, struct bytes *candidates, struct error *err)
{
	const struct code_shape *shape = &s->estimator->shape;
	const uint8_t *group = b->groups + first / CODES_SIDE * shape->group_size, *spreads = code_group_spreads(shape, group);
	struct outlook *o = &s->outlooks[question];
	float most[CODES_SIDE];

	estimate_groups(s->estimator, question, list, group, 1, most);
	for (size_t i = 0; i < CODES_SIDE; i++) {
		if (!(lanes >> i & 1))
			continue;
		const float spread = bitcode_long(le16_get(spreads + 2 * i));
		const struct candidate c = {.most = most[i],
		        .picture = le32_get(b->pictures + 4 * (first + i)),
		        .patent = le32_get(b->patents + 4 * (first + i)),
		        .place = (uint32_t)(first + i)};
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
	const struct store_value patents = code_block_patents(&s->estimator->shape, block);

	dot_prefetch(block.data, 4);
	dot_prefetch(patents.data, patents.size);
}

int sift_block(struct sift *s, size_t question, const struct estimate_list *list, const struct code_block *b, float wanted,
        struct bytes *candidates, struct error *err)
{
	for (size_t i = 0; i < b->count; i += CODES_SIDE) {
		const unsigned lanes = allowed_lanes(s, b->patents + 4 * i, b->count - i);
		if (lanes && sift_group(s, question, list, b, i, lanes, wanted, candidates, err) < 0)
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
	/* without a count: how many patents pass is known, of their pictures only about how many there are */
	const double mean = fmax(rest / left, s->expected / (double)lists / 8);
	double better = 0;

	while (i < p->sorted) {
		double here = 0;
		const size_t begin = i, end = p->sorted - i < WINDOW ? p->sorted : i + WINDOW;
		for (; i < end; i++) {
			const struct probe *list = &p->probes[i];
			const double entries = s->entries ? s->entries[list->list - s->first] : mean;
			float figure, distance;
			if (entries > 0) {
				estimate_centroid(s->estimator, question, list->product, list->half, &figure, &distance);
				here += entries * outlook_share(o, wanted, figure, distance);
			}
			if (better + here > enough)
				return false;
		}
		better += here;
		if (!s->entries && here / (double)(end - begin) * (double)(lists - i) < enough / 8)
			return true;
	}
	return i == lists;
}
