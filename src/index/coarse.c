/* SPDX-License-Identifier: ISC */
#include "index/coarse.h"

#include "index/layout.h"
#include "math/dot.h"
#include "math/rounded.h"

#include <stdlib.h>

static int get_value(struct store *st, enum store_table table, uint32_t first, struct store_value *value, struct error *err)
{
	uint8_t key[4];

	key_put(key, first);
	const int got = store_peek(st, table, key, sizeof key, value, err);
	if (got <= 0)
		return got == 0 ? error_set(err, "the centroids from list %u on are missing", (unsigned)first) : -1;
	store_fetch(*value);
	return store_check(table, key, sizeof key, *value, err);
}

static void release_rows(struct coarse_rows *r)
{
	free(r->steps);
	free(r->halves);
	free(r->rounded);
}

static int round_rows(const struct coarse *c, const uint8_t *exact, size_t count, struct coarse_rows *r, struct error *err)
{
	const size_t size = 4 * c->dimension;

	*r = (struct coarse_rows){.exact = exact,
	        .steps = calloc(count, sizeof *r->steps),
	        .halves = calloc(count, sizeof *r->halves),
	        .rounded = calloc(count, c->width)};
	if (!r->steps || !r->halves || !r->rounded) {
		release_rows(r);
		return error_set(err, "out of memory");
	}
	for (size_t i = 0; i < count; i++, exact += size) {
		lef32_get_array(c->values, exact, c->dimension);
		r->steps[i] = rounded_make(c->values, c->dimension, r->rounded + i * c->width);
		r->halves[i] = dot_product(c->values, exact, c->dimension) / 2;
	}
	r->count = count;
	return 0;
}

int coarse_open(struct coarse *c, struct store *st, const struct index_settings *s, uint32_t first, uint32_t lists,
        struct error *err)
{
	struct store_value value;
	size_t most;

	if (c->above.count)
		return 0;
	coarse_release(c);
	*c = (struct coarse){.store = st, .dimension = s->dimension, .width = rounded_width(s->dimension),
	        .first = first, .lists = lists};
	if (get_value(st, STORE_GROUPS, first, &value, err) < 0 ||
	        centroid_groups_decode(&c->groups, c->dimension, first, lists, value, err) < 0)
		return -1;
	most = c->groups.count;
	for (size_t g = 0; g < c->groups.count; g++)
		most = group_count(&c->groups, g) > most ? group_count(&c->groups, g) : most;
	c->below = calloc(c->groups.count, sizeof *c->below);
	c->products = calloc(most, sizeof *c->products);
	c->values = calloc(c->dimension, sizeof *c->values);
	c->question = calloc(c->width, 1);
	if (!c->below || !c->products || !c->values || !c->question)
		return error_set(err, "out of memory");
	return round_rows(c, c->groups.centroids, c->groups.count, &c->above, err);
}

void coarse_release(struct coarse *c)
{
	for (size_t g = 0; c->below && g < c->groups.count; g++)
		release_rows(&c->below[g]);
	release_rows(&c->above);
	free(c->below);
	free(c->products);
	free(c->values);
	free(c->question);
	*c = (struct coarse){0};
}

int coarse_look_into(struct coarse *c, size_t group, const struct coarse_rows **rows, struct error *err)
{
	const uint32_t first = group_first(&c->groups, group), count = group_count(&c->groups, group);
	struct centroid_group from;
	struct store_value value;

	*rows = &c->below[group];
	if (c->below[group].count)
		return 0;
	if (get_value(c->store, STORE_LISTS, first, &value, err) < 0 ||
	        centroid_group_decode(&from, c->dimension, first, value, err) < 0)
		return -1;
	if (from.count != count)
		return error_set(err, "the centroids from list %u on are not as many as the group's lists", (unsigned)first);
	return round_rows(c, from.centroids, count, &c->below[group], err);
}

void coarse_fetch(const struct coarse *c, size_t group)
{
	dot_prefetch((const void *)c->below[group].rounded, c->below[group].count * c->width);
}

void coarse_ask(struct coarse *c, const float *question)
{
	c->step = rounded_make(question, c->dimension, c->question);
}

const float *coarse_compare(struct coarse *c, const struct coarse_rows *rows)
{
	enum { SOME = 64 };
	int32_t products[SOME];

	for (size_t first = 0; first < rows->count; first += SOME) {
		const size_t count = rows->count - first < SOME ? rows->count - first : SOME;
		rounded_products(c->question, rows->rounded + first * c->width, count, c->width, products);
		for (size_t i = first; i < first + count; i++)
			c->products[i] = (float)products[i - first] * c->step * rows->steps[i];
	}
	return c->products;
}
