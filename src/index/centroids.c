/* SPDX-License-Identifier: ISC */
#include "index/centroids.h"

#include "index/layout.h"

int centroid_groups_decode(struct centroid_groups *g, size_t dimension, uint32_t first, uint32_t lists, struct store_value from,
        struct error *err)
{
	uint64_t next = first;

	g->count = from.size >= CENTROIDS_HEAD ? le32_get(from.data) : 0;
	g->dimension = dimension;
	if (g->count > lists || from.size != CENTROIDS_HEAD + g->count * (4 * dimension + GROUP_ENTRY))
		return error_set(err, "the groups of lists are malformed");
	g->centroids = from.data + CENTROIDS_HEAD;
	g->entries = g->centroids + 4 * dimension * g->count;
	for (size_t i = 0; i < g->count; i++) {
		if (group_first(g, i) != next || !group_count(g, i))
			return error_set(err, "the groups of lists are malformed");
		next += group_count(g, i);
	}
	return next == (uint64_t)first + lists ? 0 : error_set(err, "the groups have not the lists that there are");
}

int centroid_group_decode(struct centroid_group *g, size_t dimension, uint32_t first, struct store_value from, struct error *err)
{
	g->first = first;
	g->count = from.size >= CENTROIDS_HEAD ? le32_get(from.data) : 0;
	g->centroids = from.data + CENTROIDS_HEAD;
	return g->count && (from.size - CENTROIDS_HEAD) % (4 * dimension) == 0 &&
	                       (from.size - CENTROIDS_HEAD) / (4 * dimension) == g->count
	               ? 0
	               : error_set(err, "the centroids from list %u on are malformed", (unsigned)first);
}

int centroids_groups(struct store *st, uint32_t first, uint32_t lists, size_t dimension, struct centroid_groups *g,
        struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, first);
	const int got = store_get(st, STORE_GROUPS, key, sizeof key, &v, err);
	if (got == 0)
		return error_set(err, "the groups of lists are missing");
	return got < 0 ? -1 : centroid_groups_decode(g, dimension, first, lists, v, err);
}

int centroids_group(struct store *st, const struct centroid_groups *g, size_t i, struct centroid_group *to, struct error *err)
{
	struct store_value v;
	uint8_t key[4];

	key_put(key, group_first(g, i));
	const int got = store_get(st, STORE_LISTS, key, sizeof key, &v, err);
	if (got == 0)
		return error_set(err, "the centroids from list %u on are missing", (unsigned)group_first(g, i));
	if (got < 0 || centroid_group_decode(to, g->dimension, group_first(g, i), v, err) < 0)
		return -1;
	return to->count == group_count(g, i) ? 0
	                                      : error_set(err, "the centroids from list %u on are not as many as the group's lists",
	                                                (unsigned)to->first);
}

/* A value's head and centroids. */
static int begin_value(struct bytes *value, size_t count, size_t dimension, const float *centroids, struct error *err)
{
	size_t numbers, size;

	value->size = 0;
	if (!size_mul(count, dimension, &numbers) || !size_mul(numbers, 4, &size) ||
	        bytes_resize(value, CENTROIDS_HEAD) < 0 || bytes_reserve(value, size) < 0)
		return error_set(err, "out of memory");
	memset(value->data, 0, CENTROIDS_HEAD);
	le32_put(value->data, (uint32_t)count);
	lef32_put_array(value->data + CENTROIDS_HEAD, centroids, numbers);
	value->size += size;
	return 0;
}

static int put_value(struct store *st, enum store_table table, uint32_t first, const struct bytes *value, struct error *err)
{
	uint8_t key[4];

	key_put(key, first);
	return store_put(st, table, key, sizeof key, value->data, value->size, err);
}

int centroids_put(struct store *st, uint32_t first, size_t dimension, const float *centroids, size_t groups, const uint32_t *sizes,
        const float *coarse, struct error *err)
{
	struct bytes value = {0}, entries = {0};
	uint32_t list = first;
	int status = 0;

	for (size_t i = 0; status == 0 && i < groups; i++) {
		if (bytes_put_u32(&entries, list) < 0 || bytes_put_u32(&entries, sizes[i]) < 0)
			status = error_set(err, "out of memory");
		if (status == 0)
			status = begin_value(&value, sizes[i], dimension, centroids + (list - first) * dimension, err);
		if (status == 0)
			status = put_value(st, STORE_LISTS, list, &value, err);
		list += sizes[i];
	}
	if (status == 0)
		status = begin_value(&value, groups, dimension, coarse, err);
	if (status == 0 && bytes_append(&value, entries.data, entries.size) < 0)
		status = error_set(err, "out of memory");
	if (status == 0)
		status = put_value(st, STORE_GROUPS, first, &value, err);
	bytes_release(&value);
	bytes_release(&entries);
	return status;
}
